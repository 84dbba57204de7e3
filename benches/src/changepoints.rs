//! Change points against ruptures: time on the same series, quality on annotated series, growth.
//!
//! The peer runs where `target/peers/bin/python` has `ruptures`; ours runs without it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use measure::{Period, Point, Seed, Series};
use serde_json::Value;
use shift::{
    CostKind, EqualExposureCost, OnlineSettings, Penalty, PoissonCost, Settings, Shape, Watch, analyze,
    automatic, fpop,
};

use crate::signals::time;
use crate::{Outcome, data, root};

pub fn run() -> Outcome<()> {
    speed()?;
    growth()?;
    quality()
}

/// Counts around a rate that changes every n/8 periods, as many on every machine.
pub fn counts(n: usize, unit: u64) -> Series {
    let mut stream = Seed(11).stream("bench-counts", unit);
    let points = (0..n).map(|t| {
        let mean = [4.0, 8.0, 3.0, 6.0][(t * 8 / n) % 4];
        Point {
            period: Period::Index(t as i64),
            value: shift::draw::poisson(&mut stream, mean),
            exposure: 1.0,
        }
    });
    Series { id: format!("counts-{n}"), points: points.collect() }
}

fn speed() -> Outcome<()> {
    println!("-- exact segmentation, seconds of processor time (the sums that it rests on included)");
    let python = peer();
    for n in [1_000, 10_000, 100_000, 1_000_000] {
        let series = counts(n, 0);
        let (poisson, found) = time(0.3, || fpop(&PoissonCost::new(&series), Penalty::Bic));
        let (negbin, _) =
            time(0.3, || EqualExposureCost::new(&series, 0.1).map(|cost| fpop(&cost, Penalty::Bic)));
        println!("{n:>8} points: poisson {poisson:.6}, negbin {negbin:.6} ({} changes)", found.starts.len());
        let Some(python) = python.as_deref().filter(|_| n <= 10_000) else { continue };
        for (name, seconds) in peer_times(python, &series, n <= 1_000)? {
            println!(
                "{:>16} ruptures {name}: {seconds:.6} s, {:.1} times ours (poisson)",
                "",
                seconds / poisson
            );
        }
    }
    Ok(())
}

fn growth() -> Outcome<()> {
    println!("-- growth: seconds of processor time and the slope of log time to log n");
    let sizes = [1_000, 10_000, 100_000, 1_000_000];
    slope("segmentation (negbin)", &sizes, |series| {
        EqualExposureCost::new(series, 0.1).map(|cost| fpop(&cost, Penalty::Bic));
    });
    for cost in [CostKind::Poisson, CostKind::NegativeBinomial] {
        let settings = Settings { cost, ..Settings::default() };
        slope(&format!("posterior ({cost})"), &[1_000, 3_000, 10_000], |series| {
            drop(analyze(series, &settings))
        });
    }
    slope("online (negbin)", &[1_000, 10_000, 100_000], |series| {
        let mut watch = Watch::new(OnlineSettings { dispersion: 0.1, ..OnlineSettings::around(5.0) });
        series.points.iter().for_each(|point| watch.read(point.value, point.exposure));
    });
    Ok(())
}

fn slope(what: &str, sizes: &[usize], of: impl Fn(&Series)) {
    let seconds: Vec<(f64, f64)> = sizes
        .iter()
        .map(|&n| {
            let series = counts(n, 0);
            (n as f64, time(0.3, || of(&series)).0)
        })
        .collect();
    let listed: Vec<String> = seconds.iter().map(|(n, s)| format!("{n}: {s:.4}")).collect();
    let ends = (seconds[0], seconds[seconds.len() - 1]);
    let log = measure::portable::ln;
    let slope = (log(ends.1.1) - log(ends.0.1)) / (log(ends.1.0) - log(ends.0.0));
    println!("{what}: {} (slope {slope:.2})", listed.join(", "));
}

/// The python that has ruptures.
fn peer() -> Option<PathBuf> {
    let python = root().join("target/peers/bin/python");
    let fine =
        Command::new(&python).args(["-c", "import ruptures"]).output().is_ok_and(|out| out.status.success());
    if !fine {
        println!(
            "RUPTURES IS NOT THERE: python -m venv target/peers && target/peers/bin/pip install ruptures"
        );
    }
    fine.then_some(python)
}

const TIMES: &str = r#"
import sys, time, json, numpy as np, ruptures as rpt
spec = json.load(open(sys.argv[1])); y = np.array(spec["values"], float).reshape(-1, 1); pen = 2 * np.log(len(y)) * y.var()
out = {}
def clock(name, f):
    best = 1e9
    for _ in range(3):
        t = time.process_time(); f(); best = min(best, time.process_time() - t)
        if best > 1: break
    out[name] = best
clock("KernelCPD(kernel=linear)", lambda: rpt.KernelCPD(kernel="linear", min_size=1).fit(y).predict(pen=pen))
if spec["slow"]: clock("Pelt(model=l2, jump=1)", lambda: rpt.Pelt(model="l2", jump=1, min_size=1).fit(y).predict(pen=pen))
print(json.dumps(out))
"#;

fn peer_times(python: &Path, series: &Series, slow: bool) -> Outcome<Vec<(String, f64)>> {
    let values: Vec<f64> = series.points.iter().map(|point| point.value).collect();
    let found = ask(python, TIMES, &serde_json::json!({ "values": values, "slow": slow }))?;
    let all = found.as_object().ok_or("the peer says no times")?;
    Ok(all.iter().map(|(name, value)| (name.clone(), value.as_f64().unwrap_or(f64::NAN))).collect())
}

fn ask(python: &Path, program: &str, input: &Value) -> Outcome<Value> {
    let dir = tempfile::tempdir()?;
    let (code, file) = (dir.path().join("peer.py"), dir.path().join("input.json"));
    fs::write(&code, program)?;
    fs::write(&file, input.to_string())?;
    let output = Command::new(python).arg(&code).arg(&file).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

const SEGMENTATIONS: &str = r#"
import sys, json, numpy as np, ruptures as rpt
spec = json.load(open(sys.argv[1])); out = {}
for name, rows in spec.items():
    y = np.array(rows, float); n = len(y); sd = y.std(0); y = (y - y.mean(0)) / np.where(sd > 0, sd, 1); pen = 3 * np.log(n) * y.shape[1]
    run = lambda a: [int(b) for b in a.fit(y).predict(pen=pen)[:-1]]
    out[name] = {"Pelt l2": run(rpt.Pelt(model="l2", jump=1, min_size=2)), "Binseg l2": run(rpt.Binseg(model="l2", jump=1, min_size=2)),
        "KernelCPD linear": run(rpt.KernelCPD(kernel="linear", min_size=2)),
        "KernelCPD rbf": [int(b) for b in rpt.KernelCPD(kernel="rbf", min_size=2).fit(y).predict(pen=np.log(n))[:-1]]}
print(json.dumps(out))
"#;

/// F1 and cover on the annotated series, as van den Burg & Williams (2020) define them.
fn quality() -> Outcome<()> {
    println!("-- annotated series (TCPD): F1 and cover, one default for all");
    let dir = data()?.join("tcpd");
    let annotations: Value = serde_json::from_str(&fs::read_to_string(dir.join("annotations.json"))?)?;
    let mut all: Vec<Annotated> = Vec::new();
    for (name, by) in annotations.as_object().ok_or("annotations are no object")? {
        let path = dir.join(format!("{name}.json"));
        if path.is_file() {
            all.push(Annotated::read(name, by, &fs::read_to_string(path)?)?);
        }
    }
    let mut rows: Vec<(String, Vec<Vec<usize>>)> = Vec::new();
    let mut ours = Vec::new();
    for one in &all {
        let found = automatic(&one.series)?;
        let shape = if found.shape == Shape::Trend { "trend" } else { "level" };
        let starts: Vec<usize> = found.periods.iter().map(|period| index(*period)).collect();
        println!(
            "{:>20} {shape} {starts:?} F1 {:.3} cover {:.3}{}",
            one.name,
            one.f1(&starts),
            one.cover(&starts),
            if found.drift.is_some() { ", may be drift" } else { "" }
        );
        ours.push(starts);
    }
    rows.push(("ours, one default".into(), ours));
    rows.push(("no change".into(), vec![Vec::new(); all.len()]));
    if let Some(python) = peer() {
        let input: serde_json::Map<String, Value> =
            all.iter().map(|one| (one.name.clone(), serde_json::json!(one.rows))).collect();
        let found = ask(&python, SEGMENTATIONS, &Value::Object(input))?;
        for peer in ["Pelt l2", "Binseg l2", "KernelCPD linear", "KernelCPD rbf"] {
            let starts = all.iter().map(|one| numbers(&found[&one.name][peer])).collect();
            rows.push((format!("ruptures {peer}"), starts));
        }
    }
    for (name, found) in rows {
        let n = all.len() as f64;
        let f1: f64 = all.iter().zip(&found).map(|(one, starts)| one.f1(starts)).sum::<f64>() / n;
        let cover: f64 = all.iter().zip(&found).map(|(one, starts)| one.cover(starts)).sum::<f64>() / n;
        println!("{name:>24}: F1 {f1:.3}, cover {cover:.3}");
    }
    Ok(())
}

fn numbers(value: &Value) -> Vec<usize> {
    value.as_array().into_iter().flatten().filter_map(Value::as_u64).map(|x| x as usize).collect()
}

fn index(period: Period) -> usize {
    match period {
        Period::Index(index) => usize::try_from(index).unwrap_or(0),
        _ => 0,
    }
}

struct Annotated {
    name: String,
    n: usize,
    series: Vec<Series>,
    /// Values in rows, gaps filled with the value before (the peer knows no gaps).
    rows: Vec<Vec<f64>>,
    by: Vec<Vec<usize>>,
}

impl Annotated {
    fn read(name: &str, by: &Value, text: &str) -> Outcome<Self> {
        let file: Value = serde_json::from_str(text)?;
        let raw: Vec<Vec<Option<f64>>> = file["series"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|one| one["raw"].as_array().into_iter().flatten().map(Value::as_f64).collect())
            .collect();
        let n = raw.first().map_or(0, Vec::len);
        let seen: Vec<usize> = (0..n).filter(|&t| raw.iter().all(|one| one[t].is_some())).collect();
        let series = raw.iter().map(|one| {
            let points = seen.iter().filter_map(|&t| {
                Some(Point { period: Period::Index(t as i64), value: one[t]?, exposure: 1.0 })
            });
            Series { id: name.into(), points: points.collect() }
        });
        let series = series.collect();
        let mut last = vec![0.0; raw.len()];
        let mut rows = Vec::new();
        for t in 0..n {
            for (last, one) in last.iter_mut().zip(&raw) {
                *last = one[t].unwrap_or(*last);
            }
            rows.push(last.clone());
        }
        let by = by.as_object().ok_or("no annotators")?.values().map(numbers).collect();
        Ok(Self { name: name.into(), n, series, rows, by })
    }

    fn f1(&self, starts: &[usize]) -> f64 {
        let with_first = |of: &[usize]| {
            let mut all: Vec<usize> = of.iter().copied().chain([0]).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let found = with_first(starts);
        let union = with_first(&self.by.concat());
        let precision = true_positives(&union, &found) as f64 / found.len() as f64;
        let recalls = self.by.iter().map(|by| {
            let by = with_first(by);
            true_positives(&by, &found) as f64 / by.len() as f64
        });
        let recall = recalls.sum::<f64>() / self.by.len() as f64;
        2.0 * precision * recall / (precision + recall)
    }

    fn cover(&self, starts: &[usize]) -> f64 {
        let cut = |of: &[usize]| -> Vec<(usize, usize)> {
            let mut ends: Vec<usize> = of.iter().copied().filter(|&t| t > 0 && t < self.n).collect();
            ends.sort_unstable();
            ends.dedup();
            let begins = std::iter::once(0).chain(ends.clone());
            begins.zip(ends.into_iter().chain([self.n])).collect()
        };
        let found = cut(starts);
        let of_one = |by: &Vec<usize>| {
            let parts = cut(by).into_iter().map(|(from, to)| {
                let overlaps = found.iter().map(|&(low, high)| {
                    let both = to.min(high).saturating_sub(from.max(low));
                    both as f64 / (to.max(high) - from.min(low)) as f64
                });
                (to - from) as f64 * overlaps.fold(0.0, f64::max)
            });
            parts.sum::<f64>() / self.n as f64
        };
        self.by.iter().map(of_one).sum::<f64>() / self.by.len() as f64
    }
}

/// Those of `truth` within 5 periods of something found, nothing used twice.
fn true_positives(truth: &[usize], found: &[usize]) -> usize {
    let mut left = found.to_vec();
    let mut hits = 0;
    for &t in truth {
        let near =
            left.iter().enumerate().filter(|(_, x)| x.abs_diff(t) <= 5).min_by_key(|(_, x)| x.abs_diff(t));
        if let Some((at, _)) = near {
            left.remove(at);
            hits += 1;
        }
    }
    hits
}
