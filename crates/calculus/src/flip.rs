//! The smallest change that flips a choice.
//!
//! Parameters are measured in units of their range, so that the distance says how far the whole has to move. The search
//! is the one for the design point of structural reliability: from where we stand, go along a direction to the border
//! between two choices, turn the direction to the border's normal there, and repeat until it stands still (Hasofer &
//! Lind 1974, Exact and invariant second-moment code format, J. Eng. Mech. Div. 100:111–121; Rackwitz & Fiessler 1978,
//! Structural reliability under combined random load sequences, Computers & Structures 9:489–494). It starts along every
//! parameter, both ways, and along all together; the best border found is the answer, proven by a solution on each side.

use serde::{Deserialize, Serialize};

use crate::form::GameForm;
use crate::play::{SolveFormError, most};
use crate::view::{Axis, ChoiceSpec, Choosing, View, turn};

/// A parameter before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// Id of the parameter.
    pub parameter: String,
    /// Its value now.
    pub now: f64,
    /// Its value where the choice flips.
    pub there: f64,
}

/// A change that flips a choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flip {
    /// Most likely action now.
    pub from: String,
    /// Most likely action beyond.
    pub to: String,
    /// What has to change.
    pub moved: Vec<Moved>,
    /// Length of the change: root of the sum of squares, each parameter in units of its range.
    pub distance: f64,
    /// Probability of each action just before.
    pub before: Vec<f64>,
    /// Probability of each action just beyond.
    pub beyond: Vec<f64>,
}

/// What flips a choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flips {
    /// The choice looked at.
    pub choice: Choosing,
    /// Probability of each action now.
    pub now: Vec<f64>,
    /// The nearest change of all parameters together; `None` if none within their ranges was found.
    pub nearest: Option<Flip>,
    /// The nearest change of each parameter alone that flips it, nearest first.
    pub alone: Vec<Flip>,
    /// Whether the search was stopped: there may be nearer changes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stopped: bool,
}

/// Steps along a ray before the border is closed in.
const STEPS: usize = 48;
/// Width of the bracket, in units of the ranges.
const CLOSE: f64 = 1e-9;
const MOST_TURNS: usize = 30;

impl GameForm {
    /// The nearest changes of parameters, within their axes, after which another action is the most likely.
    ///
    /// # Errors
    /// [`SolveFormError`] at some point.
    ///
    /// # Cost
    /// Some hundred solutions per parameter. The border may have several nearest places: each start finds one.
    pub fn flips(&self, spec: &ChoiceSpec, axes: &[Axis], view: View<'_>) -> Result<Flips, SolveFormError> {
        let search = Search { form: self, spec, axes, view };
        let now = self.choice(spec, view)?;
        let from = most(&now);
        let mut found =
            Flips { choice: self.choosing(spec), now, nearest: None, alone: Vec::new(), stopped: false };
        match search.all(from, &mut found) {
            Err(error) if error.is_stop() => found.stopped = true,
            other => other?,
        }
        found.alone.sort_by(|a, b| a.distance.total_cmp(&b.distance));
        Ok(found)
    }
}
/// A border on a ray: the last lengths on both sides and what is chosen there.
struct Ray {
    direction: Vec<f64>,
    before: f64,
    beyond: f64,
    chosen_before: Vec<f64>,
    chosen_beyond: Vec<f64>,
}

struct Search<'s> {
    form: &'s GameForm,
    spec: &'s ChoiceSpec,
    axes: &'s [Axis],
    view: View<'s>,
}

impl Search<'_> {
    /// From every start.
    fn all(&self, from: usize, found: &mut Flips) -> Result<(), SolveFormError> {
        let mut starts = Vec::new();
        for axis in 0..self.axes.len() {
            let mut best: Option<Ray> = None;
            for sign in [-1.0, 1.0] {
                let mut direction = vec![0.0; self.axes.len()];
                direction[axis] = sign;
                if let Some(ray) = self.along(&direction, from)? {
                    starts.push(direction);
                    if best.as_ref().is_none_or(|best| ray.beyond < best.beyond) {
                        best = Some(ray);
                    }
                }
            }
            found.alone.extend(best.map(|ray| self.flip(&ray, from)));
        }
        // All together, each the way in which the choice loses most here.
        starts.extend(self.downhill(&vec![0.0; self.axes.len()], from)?);
        for start in starts {
            if let Some(ray) = self.settle(start, from)? {
                let flip = self.flip(&ray, from);
                if found.nearest.as_ref().is_none_or(|best| flip.distance < best.distance) {
                    found.nearest = Some(flip);
                }
            }
        }
        Ok(())
    }

    fn value(&self, axis: usize, offset: f64) -> f64 {
        let Axis { position, low, high, .. } = self.axes[axis];
        self.view.values[position] + offset * (high - low)
    }

    fn choice(&self, offset: &[f64]) -> Result<Vec<f64>, SolveFormError> {
        let changed: Vec<(usize, f64)> = self
            .axes
            .iter()
            .enumerate()
            .map(|(axis, own)| (own.position, self.value(axis, offset[axis])))
            .collect();
        self.form.choice_along(self.spec, &changed, self.view)
    }

    /// How far a ray stays within the axes.
    fn reach(&self, direction: &[f64]) -> f64 {
        let bound = |(axis, step): (usize, &f64)| {
            let Axis { position, low, high, .. } = self.axes[axis];
            let now = self.view.values[position];
            let room = if *step > 0.0 { high - now } else { now - low };
            if *step == 0.0 { f64::INFINITY } else { room.max(0.0) / (high - low) / step.abs() }
        };
        direction.iter().enumerate().map(bound).fold(f64::INFINITY, f64::min)
    }

    /// The first border along a direction of length 1.
    fn along(&self, direction: &[f64], from: usize) -> Result<Option<Ray>, SolveFormError> {
        let far = self.reach(direction);
        if !(far > 0.0 && far.is_finite()) {
            return Ok(None);
        }
        let at = |length: f64| -> Vec<f64> { direction.iter().map(|step| length * step).collect() };
        let mut before = 0.0;
        for step in 1..=STEPS {
            let beyond = far * step as f64 / STEPS as f64;
            if most(&self.choice(&at(beyond))?) == from {
                before = beyond;
                continue;
            }
            let (before, beyond) = turn((before, beyond), from, CLOSE, |length| self.choice(&at(length)))?;
            return Ok(Some(Ray {
                direction: direction.to_vec(),
                before,
                beyond,
                chosen_before: self.choice(&at(before))?,
                chosen_beyond: self.choice(&at(beyond))?,
            }));
        }
        Ok(None)
    }

    /// The direction in which the lead of an action over the best of the others shrinks fastest.
    fn downhill(&self, offset: &[f64], from: usize) -> Result<Option<Vec<f64>>, SolveFormError> {
        const STEP: f64 = 1e-4;
        let lead = |offset: &[f64]| -> Result<f64, SolveFormError> {
            let p = self.choice(offset)?;
            let others = p.iter().enumerate().filter(|(action, _)| *action != from);
            // Log odds: near 0 and 1 probabilities hardly move.
            let best = others.map(|(_, p)| *p).fold(0.0, f64::max);
            Ok(measure::portable::ln(p[from].max(1e-300)) - measure::portable::ln(best.max(1e-300)))
        };
        let mut slope = Vec::with_capacity(offset.len());
        for axis in 0..offset.len() {
            let mut moved = offset.to_vec();
            moved[axis] = offset[axis] + STEP;
            let up = lead(&moved)?;
            moved[axis] = offset[axis] - STEP;
            slope.push((lead(&moved)? - up) / (2.0 * STEP));
        }
        let length = slope.iter().map(|x| x * x).sum::<f64>().sqrt();
        Ok((length > 0.0 && length.is_finite()).then(|| slope.iter().map(|x| x / length).collect()))
    }

    /// Turns a direction until the border is met at a right angle; the nearest border met on the way.
    fn settle(&self, mut direction: Vec<f64>, from: usize) -> Result<Option<Ray>, SolveFormError> {
        let mut best: Option<Ray> = None;
        let mut share = 1.0;
        for _ in 0..MOST_TURNS {
            let ray = self.along(&direction, from)?;
            let better = match (&ray, &best) {
                (Some(ray), Some(best)) => ray.beyond < best.beyond - 1e-12,
                (Some(_), None) => true,
                (None, _) => false,
            };
            if better {
                best = ray;
            } else {
                // Too far a turn: take half of it.
                share *= 0.5;
            }
            let Some(here) = &best else { return Ok(None) };
            let offset: Vec<f64> = here.direction.iter().map(|step| here.before * step).collect();
            let Some(normal) = self.downhill(&offset, from)? else { break };
            let mixed: Vec<f64> = here
                .direction
                .iter()
                .zip(&normal)
                .map(|(old, new)| (1.0 - share) * old + share * new)
                .collect();
            let length = mixed.iter().map(|x| x * x).sum::<f64>().sqrt();
            if share < 1e-3 || length < 1e-9 {
                break;
            }
            let next: Vec<f64> = mixed.iter().map(|x| x / length).collect();
            let turned: f64 = next.iter().zip(&here.direction).map(|(a, b)| (a - b) * (a - b)).sum();
            if turned.sqrt() < 1e-6 {
                break;
            }
            direction = next;
        }
        Ok(best)
    }

    fn flip(&self, ray: &Ray, from: usize) -> Flip {
        let actions = self.form.choosing(self.spec).actions;
        let moved = self.axes.iter().enumerate().filter(|(axis, _)| ray.direction[*axis] != 0.0);
        Flip {
            from: actions[from].clone(),
            to: actions[most(&ray.chosen_beyond)].clone(),
            moved: moved
                .map(|(axis, own)| Moved {
                    parameter: own.parameter.clone(),
                    now: self.view.values[own.position],
                    there: self.value(axis, ray.beyond * ray.direction[axis]),
                })
                .collect(),
            distance: ray.beyond,
            before: ray.chosen_before.clone(),
            beyond: ray.chosen_beyond.clone(),
        }
    }
}
