use std::time::{Duration, Instant};

use assessment::{Assessed, Event, Ran, Settings, out_dir, write_if_new};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::{Done, percent, print, print_json};
use crate::failure::Failure;
use crate::words::Assess;

pub fn run(words: &Assess) -> Done {
    if let Some(threads) = words.threads {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().map_err(Failure::said)?;
    }
    let settings = Settings { as_of: words.as_of, seed: words.seed, out: words.out.clone() };
    let mut display = Display::new();
    let started = Instant::now();
    let assessed = assessment::assess(&words.dir, &settings, &mut |event| display.show(event))?;
    display.step("report");
    let out = out_dir(&words.dir, &settings);
    let page = out.join("report.html");
    write_if_new(&page, report::html(&assessed).as_bytes())?;
    display.finish();
    let computed: Vec<&str> =
        assessed.stages.iter().filter(|stage| stage.ran == Ran::Computed).map(|stage| stage.stage).collect();
    if words.json {
        print_json(&json!({
            "out": out, "report": page, "as_of": assessed.asked.as_of, "seed": assessed.asked.seed,
            "judgments": assessed.judgments, "computed": computed, "warnings": assessed.warnings.len(),
            "quarantine": assessed.evidence.quarantine.len(), "seconds": started.elapsed().as_secs_f64(),
        }))?;
    } else {
        print(&summary(&assessed, &computed))?;
        print(&format!("\n{} (in {:.1} s)", page.display(), started.elapsed().as_secs_f64()))?;
    }
    if words.open {
        opener::open(&page)
            .map_err(|error| Failure::said(format!("cannot open {}: {error}", page.display())))?;
    }
    Ok(())
}

fn summary(assessed: &Assessed, computed: &[&str]) -> String {
    let mut lines = vec![format!("{} as of {}", assessed.asked.title, assessed.asked.as_of), String::new()];
    for judgment in &assessed.judgments {
        lines.push(format!(
            "{:>6}  {} ({} confidence)",
            percent(judgment.probability.get()),
            judgment.words,
            judgment.confidence.as_str()
        ));
        lines.push(format!("        {}", first_sentence(&judgment.text)));
    }
    if let Some(sentence) = report::flip_sentence(assessed) {
        lines.extend([String::new(), format!("What would change it: {sentence}")]);
    }
    let rows = assessed.evidence.quarantine.len();
    if rows > 0 {
        lines.extend([
            String::new(),
            format!("{rows} row(s) of data could not be read; the report lists them"),
        ]);
    }
    if !assessed.warnings.is_empty() {
        lines.extend([
            String::new(),
            format!("{} warning(s): demarche check shows them", assessed.warnings.len()),
        ]);
    }
    lines.push(String::new());
    lines.push(match computed {
        [] => "Nothing had changed: no stage was computed again.".into(),
        all => format!("Computed: {}.", all.join(", ")),
    });
    lines.join("\n")
}

fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}

/// One line per stage on stderr.
struct Display {
    bar: ProgressBar,
    since: Instant,
}

impl Display {
    fn new() -> Self {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar, since: Instant::now() }
    }

    fn show(&mut self, event: Event) {
        match event {
            Event::Reading => self.step("reading the folder"),
            Event::Begins(stage) => self.step(stage),
            Event::Ended(stage, ran) => {
                let time = self.since.elapsed().as_secs_f64();
                let words = match ran {
                    Ran::Computed => format!("computed in {time:.2} s"),
                    Ran::Unchanged => "unchanged".to_string(),
                };
                let line = format!("  {stage:<10} {words}");
                if self.bar.is_hidden() { eprintln!("{line}") } else { self.bar.println(line) }
            }
        }
    }

    fn step(&mut self, what: &'static str) {
        self.since = Instant::now();
        self.bar.reset_elapsed();
        self.bar.set_message(what);
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
