use measure::portable::{exp, ln, ln_1p};

/// One-parameter families whose cost of a segment is f(θ) = a g(θ) + b h(θ) + c with three running sums
/// (a, b, c): twice the negative log-likelihood, convex between its roots.
pub(crate) trait Family: Copy {
    /// The terms of the cost at a parameter.
    fn edge(self, at: f64) -> Edge;

    /// The parameter of lowest cost, for a + b > 0.
    fn best(self, a: f64, b: f64) -> f64;

    /// Where f, falling from above `level` at `edge`, comes down to it. Never beyond the root.
    fn fall(self, sums: [f64; 3], level: f64, edge: Edge) -> Edge;

    /// Where f, rising to above `level` at `edge`, leaves it. Never before the root.
    fn rise(self, sums: [f64; 3], level: f64, edge: Edge) -> Edge;
}

/// A parameter with the terms of the cost there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    pub(crate) at: f64,
    g: f64,
    h: f64,
}

impl Edge {
    pub(crate) fn value(&self, [a, b, c]: [f64; 3]) -> f64 {
        a * self.g + b * self.h + c
    }
}

/// Newton's method from the outer side of a root of a convex function: every step stays on that side, so
/// what is kept of an interval is never too little. Stops where the excess is lost in rounding.
const STEPS: usize = 60;

fn near(excess: f64, level: f64) -> bool {
    excess <= 1e-11 * (1.0 + level.abs())
}

/// θ is a rate: g = −ln θ, h = θ; a = 2 Σ counts, b = 2 Σ exposures.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate;

impl Family for Rate {
    fn edge(self, at: f64) -> Edge {
        Edge { at, g: -ln(at), h: at }
    }

    fn best(self, a: f64, b: f64) -> f64 {
        a / b
    }

    /// In ln θ, where the cost falls almost in a straight line.
    fn fall(self, [a, b, c]: [f64; 3], level: f64, mut edge: Edge) -> Edge {
        for _ in 0..STEPS {
            let (excess, slope) = (edge.value([a, b, c]) - level, b * edge.at - a);
            if near(excess, level) || slope >= 0.0 {
                break;
            }
            let log = -edge.g - excess / slope;
            let at = exp(log);
            if at <= edge.at {
                break;
            }
            edge = Edge { at, g: -log, h: at };
        }
        edge
    }

    /// In θ itself, where it rises almost in a straight line.
    fn rise(self, [a, b, c]: [f64; 3], level: f64, mut edge: Edge) -> Edge {
        for _ in 0..STEPS {
            let (excess, slope) = (edge.value([a, b, c]) - level, b - a / edge.at);
            if near(excess, level) || slope <= 0.0 {
                break;
            }
            let at = edge.at - excess / slope;
            if at >= edge.at {
                break;
            }
            edge = self.edge(at);
        }
        edge
    }
}

/// θ is a share: g = −ln θ, h = −ln(1 − θ); a = 2 Σ hits, b = 2 Σ misses. Also the negative binomial with
/// dispersion α and equal exposures e: θ = αμ/(1 + αμ), misses 1/α in each period.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share;

impl Family for Share {
    fn edge(self, at: f64) -> Edge {
        Edge { at, g: -ln(at), h: -ln_1p(-at) }
    }

    fn best(self, a: f64, b: f64) -> f64 {
        a / (a + b)
    }

    /// In ln θ.
    fn fall(self, [a, b, c]: [f64; 3], level: f64, mut edge: Edge) -> Edge {
        for _ in 0..STEPS {
            let (excess, slope) = (edge.value([a, b, c]) - level, b * edge.at / (1.0 - edge.at) - a);
            if near(excess, level) || slope >= 0.0 {
                break;
            }
            let log = -edge.g - excess / slope;
            let at = exp(log);
            if at <= edge.at || at >= 1.0 {
                break;
            }
            edge = Edge { at, g: -log, h: -ln_1p(-at) };
        }
        edge
    }

    /// In ln(1 − θ).
    fn rise(self, [a, b, c]: [f64; 3], level: f64, mut edge: Edge) -> Edge {
        for _ in 0..STEPS {
            let (excess, slope) = (edge.value([a, b, c]) - level, a * (1.0 - edge.at) / edge.at - b);
            if near(excess, level) || slope >= 0.0 {
                break;
            }
            let log = -edge.h - excess / slope;
            let at = 1.0 - exp(log);
            if at >= edge.at || at <= 0.0 {
                break;
            }
            edge = Edge { at, g: -ln(at), h: -log };
        }
        edge
    }
}

/// θ is a mean: g = −2θ, h = θ²; a = Σ weights × values, b = Σ weights, c = Σ weights × squares, in units of
/// the standard deviation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mean;

impl Mean {
    fn root(self, [a, b, c]: [f64; 3], level: f64, sign: f64, edge: Edge) -> Edge {
        let half = ((a / b) * (a / b) - (c - level) / b).max(0.0).sqrt();
        let at = a / b + sign * half;
        // Rounding must not widen what is kept.
        self.edge(if sign < 0.0 { at.max(edge.at) } else { at.min(edge.at) })
    }
}

impl Family for Mean {
    fn edge(self, at: f64) -> Edge {
        Edge { at, g: -2.0 * at, h: at * at }
    }

    fn best(self, a: f64, b: f64) -> f64 {
        a / b
    }

    fn fall(self, sums: [f64; 3], level: f64, edge: Edge) -> Edge {
        self.root(sums, level, -1.0, edge)
    }

    fn rise(self, sums: [f64; 3], level: f64, edge: Edge) -> Edge {
        self.root(sums, level, 1.0, edge)
    }
}
