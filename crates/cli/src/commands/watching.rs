//! Progress of a solver on stderr, and what stops it: Ctrl-C or the clock.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use calculus::Progress;
use indicatif::{ProgressBar, ProgressStyle};

use crate::failure::Failure;

/// Looks after one solver.
pub struct Watching {
    bar: ProgressBar,
    began: Instant,
    limit: Option<Duration>,
    pressed: Arc<AtomicBool>,
}

impl Watching {
    /// `limit` in seconds.
    ///
    /// # Errors
    /// A limit that is no time.
    pub fn new(limit: Option<f64>) -> Result<Self, Failure> {
        let limit = limit
            .map(Duration::try_from_secs_f64)
            .transpose()
            .map_err(|_| Failure::said("--limit takes a number of seconds, 0 or more"))?;
        let pressed = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&pressed);
        // The second time the program ends: a method may be far from its next step.
        let handler = ctrlc::set_handler(move || {
            if flag.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
        });
        handler.map_err(Failure::said)?;
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            bar.set_style(style);
        }
        Ok(Self { bar, began: Instant::now(), limit, pressed })
    }

    /// For whatever asks between its steps.
    pub fn watch(&self, progress: Progress) -> ControlFlow<()> {
        let time = self.began.elapsed();
        if self.pressed.load(Ordering::Relaxed) || self.limit.is_some_and(|limit| time >= limit) {
            return ControlFlow::Break(());
        }
        if time > Duration::from_secs(1) {
            let of = progress.of.map(|of| format!(" of {of}")).unwrap_or_default();
            let regret = progress.regret.map(|regret| format!(", regret {regret:.2e}")).unwrap_or_default();
            self.bar.set_message(format!("step {}{of}{regret}", progress.steps));
        }
        ControlFlow::Continue(())
    }

    /// Takes the line away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
