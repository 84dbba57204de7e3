//! Every search against trying all segmentations, for every cost.

use measure::{Period, Point, Seed, Series};
use proptest::prelude::*;
use shift::{
    BinomialCost, EqualExposureCost, Moments, MomentsCost, MultinomialCost, NegativeBinomialCost, NormalCost,
    OneParameter, Penalty, PoissonCost, SegmentCost, SumCost, TrendCost, enumerate, enumerate_fixed, fixed,
    fpop, pelt, pelt_with, segment_neighborhood,
};

fn series(values: &[u32], exposures: &[f64]) -> Series {
    let points = values.iter().zip(exposures).enumerate().map(|(t, (&value, &exposure))| Point {
        period: Period::Index(t as i64),
        value: f64::from(value),
        exposure,
    });
    Series::new("s", points.collect()).unwrap()
}

fn close(fast: f64, slow: f64) -> Result<(), TestCaseError> {
    prop_assert!((fast - slow).abs() < 1e-6 * (1.0 + slow.abs()), "{fast} {slow}");
    Ok(())
}

fn searches(cost: &impl SegmentCost, penalty: Penalty, changes: usize) -> Result<(), TestCaseError> {
    close(pelt(cost, penalty).total_cost, enumerate(cost, penalty).total_cost)?;
    let found = segment_neighborhood(cost, changes);
    close(found.total_cost, enumerate_fixed(cost, changes).total_cost)?;
    prop_assert_eq!(found.starts.len(), changes.min(cost.len() - 1));
    Ok(())
}

fn functional(
    cost: &(impl SegmentCost + OneParameter),
    penalty: Penalty,
    changes: usize,
) -> Result<(), TestCaseError> {
    searches(cost, penalty, changes)?;
    let found = fpop(cost, penalty);
    close(found.total_cost, enumerate(cost, penalty).total_cost)?;
    close(
        total(cost, &found.starts) + penalty.per_change(cost.len()) * found.starts.len() as f64,
        found.total_cost,
    )?;
    let found = fixed(cost, changes);
    close(found.total_cost, enumerate_fixed(cost, changes).total_cost)?;
    close(total(cost, &found.starts), found.total_cost)
}

fn total(cost: &impl SegmentCost, starts: &[usize]) -> f64 {
    let begins = std::iter::once(0).chain(starts.iter().copied());
    begins.zip(starts.iter().copied().chain([cost.len()])).map(|(from, to)| cost.cost(from..to)).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_search_finds_what_trying_everything_finds(
        counts in prop::collection::vec(prop_oneof![0_u32..3, 0_u32..40], 1..10),
        penalty in 0.0..12.0_f64,
        alpha in 0.0..1.0_f64,
        changes in 0_usize..5,
    ) {
        let exposures: Vec<f64> = (0..counts.len()).map(|t| 40.0 + (t % 3) as f64).collect();
        let (unequal, equal) = (series(&counts, &exposures), series(&counts, &vec![2.5; counts.len()]));
        let penalty = Penalty::Value(penalty);
        functional(&PoissonCost::new(&unequal), penalty, changes)?;
        functional(&NormalCost::new(&unequal, 5.0), penalty, changes)?;
        functional(&BinomialCost::new(&unequal), penalty, changes)?;
        functional(&EqualExposureCost::new(&equal, alpha).unwrap(), penalty, changes)?;
        functional(&EqualExposureCost::new(&equal, 0.0).unwrap(), penalty, changes)?;
        prop_assert!(counts.len() < 2 || EqualExposureCost::new(&unequal, alpha).is_none());
        searches(&NegativeBinomialCost::new(&unequal, alpha), penalty, changes)?;
        searches(&MomentsCost::new(&unequal, Moments::Both, 0.3), penalty, changes)?;
        searches(&MomentsCost::new(&unequal, Moments::Variance, 0.3), penalty, changes)?;
        let times: Vec<f64> = (0..counts.len()).map(|t| (t * t) as f64).collect();
        searches(&TrendCost::new(&unequal, &times, 3.0), penalty, changes)?;
        let rows: Vec<Vec<f64>> = counts.iter().map(|&y| vec![f64::from(y), f64::from(y % 5), 2.0]).collect();
        searches(&MultinomialCost::new(&rows), penalty, changes)?;
        let both = SumCost(vec![PoissonCost::new(&unequal), PoissonCost::new(&equal)]);
        searches(&both, penalty, changes)?;
    }

    /// The two ways to the cost of negative binomial counts agree.
    #[test]
    fn equal_exposures_have_a_closed_form(counts in prop::collection::vec(0_u32..30, 2..9), alpha in 0.001..2.0_f64) {
        let series = series(&counts, &vec![3.0; counts.len()]);
        let (slow, fast) = (NegativeBinomialCost::new(&series, alpha), EqualExposureCost::new(&series, alpha).unwrap());
        for from in 0..counts.len() {
            for to in from + 1..=counts.len() {
                close(fast.cost(from..to), slow.cost(from..to))?;
            }
        }
    }

    /// Minimum lengths: against the enumeration of what is allowed.
    #[test]
    fn segments_are_no_shorter_than_asked(
        counts in prop::collection::vec(0_u32..40, 2..11),
        penalty in 0.0..8.0_f64,
        least in 1_usize..4,
    ) {
        let series = series(&counts, &vec![1.0; counts.len()]);
        let cost = PoissonCost::new(&series);
        let n = counts.len();
        let slow = (0..1_u32 << (n - 1))
            .map(|mask| (1..n).filter(|start| mask >> (start - 1) & 1 == 1).collect::<Vec<_>>())
            .filter(|starts| {
                let begins = std::iter::once(0).chain(starts.iter().copied());
                starts.is_empty() || begins.zip(starts.iter().copied().chain([n])).all(|(from, to)| to - from >= least)
            })
            .map(|starts| total(&cost, &starts) + penalty * starts.len() as f64)
            .fold(f64::INFINITY, f64::min);
        close(pelt_with(&cost, Penalty::Value(penalty), least).total_cost, slow)?;
    }
}

/// Long series, where trying everything is out of reach: PELT and functional pruning agree.
#[test]
fn two_exact_searches_agree_on_long_series() {
    let mut stream = Seed(5).stream("long", 0);
    let counts: Vec<u32> = (0..3000)
        .map(|t| {
            let mean = [3.0, 6.0, 2.0, 40.0][(t / 400) % 4];
            (mean + 2.0_f64.mul_add(stream.normal(), 0.0)).max(0.0).round() as u32
        })
        .collect();
    let exposures: Vec<f64> = (0..3000).map(|t| 1.0 + (t % 7) as f64).collect();
    let (unequal, equal) = (series(&counts, &exposures), series(&counts, &vec![1.0; 3000]));
    fn agree(cost: &(impl SegmentCost + OneParameter)) {
        let (fast, slow) = (fpop(cost, Penalty::Bic), pelt(cost, Penalty::Bic));
        assert!(
            (fast.total_cost - slow.total_cost).abs() < 1e-7 * slow.total_cost.abs(),
            "{fast:?} {slow:?}"
        );
        assert!(fast.starts.len() >= 4);
    }
    agree(&PoissonCost::new(&unequal));
    agree(&EqualExposureCost::new(&equal, 0.1).unwrap());
    agree(&NormalCost::new(&unequal, 2.0));
}

/// Edges: nothing seen at all, one period, everything seen.
#[test]
fn degenerate_series() {
    for counts in [vec![0_u32; 6], vec![4], vec![7; 5], vec![0, 0, 0, 9]] {
        let series = series(&counts, &vec![9.0; counts.len()]);
        let wanted = usize::from(counts.len() == 4);
        assert_eq!(fpop(&PoissonCost::new(&series), Penalty::Value(3.0)).starts.len(), wanted, "{counts:?}");
        assert_eq!(fpop(&BinomialCost::new(&series), Penalty::Value(3.0)).starts.len(), wanted, "{counts:?}");
        assert_eq!(
            fpop(&NormalCost::new(&series, 1.0), Penalty::Value(3.0)).starts.len(),
            wanted,
            "{counts:?}"
        );
        assert!(fpop(&EqualExposureCost::new(&series, 0.5).unwrap(), Penalty::Value(30.0)).starts.is_empty());
    }
}
