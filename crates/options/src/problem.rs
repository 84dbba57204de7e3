use thiserror::Error;

/// What is wrong with options, metrics or outcomes; ids are the user's, so that a caller can point at
/// their place.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Problem {
    /// Two options, parameters, hypotheses or metrics of one id.
    #[error("the id `{0}` stands twice")]
    Twice(String),
    /// An option changes what is no parameter.
    #[error("the option `{option}` changes `{parameter}`, which is no parameter")]
    UnknownParameter {
        /// Id of the option.
        option: String,
        /// As written.
        parameter: String,
    },
    /// An amount names what is no parameter.
    #[error(
        "the option `{option}` computes its change of `{parameter}` from `{name}`, which is no parameter"
    )]
    UnknownName {
        /// Id of the option.
        option: String,
        /// The parameter changed.
        parameter: String,
        /// The name not found.
        name: String,
    },
    /// An option excludes what is no option.
    #[error("the option `{option}` excludes `{other}`, which is no option")]
    UnknownOption {
        /// Id of the option.
        option: String,
        /// As written.
        other: String,
    },
    /// Two options that can be taken together set one parameter.
    #[error("the options `{first}` and `{second}` both set `{parameter}`; let one exclude the other")]
    BothSet {
        /// Id of the first option.
        first: String,
        /// Id of the second option (may be the same).
        second: String,
        /// What both set.
        parameter: String,
    },
    /// A distribution that is none.
    #[error("`{id}`: {problem}")]
    Distribution {
        /// Id of the parameter, or of the option and its parameter.
        id: String,
        /// What is wrong.
        problem: String,
    },
    /// More portfolios than can be examined.
    #[error("the options allow more than {most} portfolios; exclude combinations that nobody would choose")]
    TooManyPortfolios {
        /// The most that are examined.
        most: usize,
    },
    /// Probabilities of hypotheses or weights of worlds that are negative, not finite or all 0.
    #[error("the weights of the {0} must be ≥ 0 and not all 0")]
    Weights(&'static str),
    /// A table of the wrong size.
    #[error("expected {expected} {what}, found {found}")]
    Size {
        /// What was counted.
        what: &'static str,
        /// How many there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// An outcome that is not finite.
    #[error("the outcome `{metric}` of `{portfolio}` in world {world} is {value}")]
    NotFinite {
        /// Id of the metric.
        metric: String,
        /// Id of the portfolio.
        portfolio: String,
        /// Number of the world.
        world: usize,
        /// What came out.
        value: f64,
    },
    /// A metric whose weight is negative or whose range is empty, or weights that are all 0.
    #[error("the metric `{metric}`: {problem}")]
    Metric {
        /// Id of the metric.
        metric: String,
        /// What is wrong.
        problem: &'static str,
    },
}
