//! How long one analysis takes as series grow: `cargo run --release -p shift --example speed`.
#![allow(clippy::disallowed_methods)] // it measures time

use std::time::Instant;

use measure::{Period, Point, Seed, Series};
use shift::{CostKind, Settings, analyze};

/// Over-dispersed counts (mean about 5) with uneven exposure; the rate doubles after two thirds.
fn series(n: usize, unit: u64) -> Series {
    let mut stream = Seed(5).stream("speed", unit);
    let points = (0..n).map(|t| {
        let exposure = 0.5 + stream.uniform();
        let rate = if 3 * t > 2 * n { 10.0 } else { 5.0 };
        let spread = measure::portable::exp(0.5 * stream.normal());
        let value = (exposure * rate * spread + (exposure * rate).sqrt() * stream.normal()).round().max(0.0);
        Point { period: Period::Index(t as i64), value, exposure }
    });
    Series::new(format!("n{n}"), points.collect()).expect("points are in order")
}

fn main() {
    for cost in CostKind::ALL {
        let settings = Settings { cost, ..Settings::default() };
        let start = Instant::now();
        for unit in 0..40 {
            analyze(&series(204, unit), &settings).expect("a series of counts");
        }
        println!("{cost}: 40 series of 204 points in {:.2} s", start.elapsed().as_secs_f64());
        let mut before = f64::NAN;
        for n in [100] {
            let start = Instant::now();
            let found = analyze(&series(n, 0), &settings).expect("a series of counts");
            let time = start.elapsed().as_secs_f64();
            let slope = (time / before).log10();
            println!(
                "{cost}: n = {n}: {time:.3} s, slope {slope:.2}, {} changes, optimal {}",
                found.change_points.len(),
                found.optimal.len()
            );
            before = time;
        }
    }
}
