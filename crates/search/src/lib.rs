//! Where does this stand, and in how many of how many documents?
//!
//! [`Searcher::open`] keeps a full-text index beside a record, made on first use and anew when the record has changed;
//! [`Query::parse`] reads what a user types; [`Searcher::search`] answers with documents, passages and their base rate, and
//! [`Searcher::kwic`] with every hit in its context.
//!
//! Words are those that signals count: runs of letters and digits in lower case, the title read once where the text begins
//! with it. Words with Korean, Chinese or Japanese characters are also found by any part of them, or by their morphemes
//! where the user has a dictionary ([`Letters`]).
//!
//! **Invariant:** no hit is shown without n of N documents of its stratum. **Absent on purpose:** what a hit means.

mod error;
mod evaluate;
mod index;
mod kwic;
mod letters;
mod morphemes;
mod parse;
mod query;
mod results;
mod text;

pub use error::SearchError;
pub use index::{Searcher, Step};
pub use kwic::{Concordance, Line, LineOrder};
pub use letters::Letters;
pub use morphemes::Morphemes;
pub use query::Query;
pub use results::{BaseRate, Filter, Found, Order, Results, Unit, YearCount};
