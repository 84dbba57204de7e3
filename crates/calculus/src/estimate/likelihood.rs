//! Probability of the plays seen, and how it changes with the coefficients.

use measure::portable::{ln, log_sum_exp};
use rayon::prelude::*;

use super::{EstimateError, Model, ObservedPlay};
use crate::form::Mover;
use crate::game::{Game, Turn};
use crate::logit::{Direction, Layout, Path, PathEnd, System, TraceError};

/// Plays with the same measurements.
struct Group {
    values: Vec<f64>,
    /// Ends that fit, how many plays saw just that, and the first of them.
    cells: Vec<(Vec<usize>, usize, usize)>,
}

/// The log likelihood of all plays as a function of the coefficients.
pub(super) struct Likelihood<'m> {
    model: &'m Model<'m>,
    game: Game,
    layout: Layout,
    groups: Vec<Group>,
    /// Chance can be read from the measurements alone.
    log_random: f64,
}

/// Value, gradient and the sum of the outer products of the gradients of single plays.
#[derive(Clone, Debug)]
pub(super) struct Slope {
    pub(super) value: f64,
    pub(super) gradient: Vec<f64>,
    pub(super) outer: Vec<f64>,
}

impl<'m> Likelihood<'m> {
    pub(super) fn new(model: &'m Model<'m>, plays: &[ObservedPlay]) -> Result<Self, EstimateError> {
        let form = &model.form.form;
        for one in &form.moves {
            let Mover::Chance(formulas) = &one.mover else { continue };
            let read = |at: &usize| formulas.iter().any(|formula| formula.positions().contains(at));
            if model.coefficients.iter().any(|(_, at, _)| read(at)) {
                return Err(EstimateError::Chance(one.id.clone()));
            }
        }
        let is_coefficient = |at: usize| model.coefficients.iter().any(|(_, own, _)| *own == at);
        let mut groups: Vec<Group> = Vec::new();
        let mut places = std::collections::BTreeMap::new();
        for (number, play) in plays.iter().enumerate() {
            let measured = |(at, value): (usize, &f64)| if is_coefficient(at) { 0 } else { value.to_bits() };
            let key: Vec<u64> = play.values.iter().enumerate().map(measured).collect();
            let place = *places.entry(key).or_insert_with(|| {
                groups.push(Group { values: play.values.clone(), cells: Vec::new() });
                groups.len() - 1
            });
            let cells = &mut groups[place].cells;
            match cells.iter_mut().find(|(ends, ..)| *ends == play.ends) {
                Some((_, count, _)) => *count += 1,
                None => cells.push((play.ends.clone(), 1, number)),
            }
        }
        let mut values = plays[0].values.clone();
        for (_, at, start) in &model.coefficients {
            values[*at] = *start;
        }
        let game = model.form.game(&values, &model.prior)?;
        let layout = Layout::new(&game);
        layout.check(&game)?;
        let mut likelihood = Self { model, game, layout, groups, log_random: 0.0 };
        let strategy = crate::strategy::BehaviorStrategy::uniform(&likelihood.game);
        let log_p: Vec<f64> = strategy.0.iter().map(|&p| ln(p)).collect();
        let mut total = 0.0;
        for group in &likelihood.groups {
            let mut game = likelihood.game.clone();
            let mut values = group.values.clone();
            for (_, at, start) in &model.coefficients {
                values[*at] = *start;
            }
            model.form.refill(&mut game, &values, &model.prior)?;
            let log_chance: Vec<f64> = game.chance.iter().map(|&p| ln(p)).collect();
            for (ends, count, first) in &group.cells {
                let each: Vec<f64> =
                    ends.iter().map(|&end| log_reach(&game, game.ends[end], &log_p, &log_chance)).collect();
                let value = log_sum_exp(&each);
                if value == f64::NEG_INFINITY {
                    return Err(EstimateError::Impossible(first + 1));
                }
                total += *count as f64 * value;
            }
        }
        likelihood.log_random = total;
        Ok(likelihood)
    }

    /// At precision 0.
    pub(super) fn at_random(&self) -> f64 {
        self.log_random
    }

    /// The log likelihood with its slope, or the first group that has none.
    pub(super) fn evaluate(&self, at: &[f64]) -> Result<Slope, (usize, EstimateError)> {
        let parts: Vec<Result<Slope, EstimateError>> = self
            .groups
            .par_chunks(16)
            .flat_map_iter(|groups| {
                let mut path = Path::new(System::new(&self.game, &self.layout));
                let mut game = self.game.clone();
                groups.iter().map(|group| self.group(group, at, &mut path, &mut game)).collect::<Vec<_>>()
            })
            .collect();
        let k = at.len();
        let mut all = Slope { value: 0.0, gradient: vec![0.0; k], outer: vec![0.0; k * k] };
        for (number, part) in parts.into_iter().enumerate() {
            let part = part.map_err(|error| (number, error))?;
            all.value += part.value;
            all.gradient.iter_mut().zip(&part.gradient).for_each(|(all, part)| *all += part);
            all.outer.iter_mut().zip(&part.outer).for_each(|(all, part)| *all += part);
        }
        Ok(all)
    }

    fn group<'p>(
        &'p self,
        group: &Group,
        at: &[f64],
        path: &mut Path<'p>,
        game: &mut Game,
    ) -> Result<Slope, EstimateError> {
        let k = at.len();
        let mut values = group.values.clone();
        for ((_, position, _), at) in self.model.coefficients.iter().zip(at) {
            values[*position] = *at;
        }
        let form = self.model.form;
        form.refill(game, &values, &self.model.prior)?;
        let lambda = form.precision(&values);
        if !(lambda >= 0.0 && lambda.is_finite()) {
            return Err(TraceError::Lambda(lambda).into());
        }
        path.system.load(&game.payoffs);
        path.system.load_chance(&game.chance);
        let scale = path.system.scale;
        path.start();
        if path.follow(Some(lambda * scale), &mut |_| std::ops::ControlFlow::Continue(())) != PathEnd::Landed
        {
            return Err(TraceError::Stuck { lambda: path.lambda / scale }.into());
        }
        if !path.prepare() {
            return Err(TraceError::Stuck { lambda }.into());
        }
        // Derivatives of the log probability of every action by every coefficient.
        let actions = self.game.actions();
        let mut slopes = vec![0.0; k * actions];
        let (mut moved, mut base) = (game.clone(), values.clone());
        for (number, (_, position, _)) in self.model.coefficients.iter().enumerate() {
            // Formulas are sums, products, quotients, minima and maxima: differences lose half the digits at most, and
            // none where the coefficient enters linearly.
            let step = 1e-5 * (1.0 + values[*position].abs());
            base[*position] = values[*position] + step;
            form.refill(&mut moved, &base, &self.model.prior)?;
            let (mut change, up) = (moved.payoffs.clone(), form.precision(&base));
            base[*position] = values[*position] - step;
            form.refill(&mut moved, &base, &self.model.prior)?;
            let down = form.precision(&base);
            base[*position] = values[*position];
            for (change, down) in change.iter_mut().zip(&moved.payoffs) {
                *change = (*change - down) / (2.0 * step);
            }
            let own = &mut slopes[number * actions..(number + 1) * actions];
            path.add_sensitivity(Direction::Payoffs(&change), 1.0, own);
            path.add_sensitivity(Direction::Lambda, scale * (up - down) / (2.0 * step), own);
        }
        let log_p = path.system.log_probabilities();
        let log_chance: Vec<f64> = game.chance.iter().map(|&p| ln(p)).collect();
        let mut found = Slope { value: 0.0, gradient: vec![0.0; k], outer: vec![0.0; k * k] };
        let mut gradient = vec![0.0; k];
        for (ends, count, _) in &group.cells {
            let each: Vec<f64> =
                ends.iter().map(|&end| log_reach(game, game.ends[end], &log_p, &log_chance)).collect();
            let value = log_sum_exp(&each);
            gradient.fill(0.0);
            for (&end, log_reach) in ends.iter().zip(&each) {
                let weight = measure::portable::exp(log_reach - value);
                for (number, gradient) in gradient.iter_mut().enumerate() {
                    let own = &slopes[number * actions..(number + 1) * actions];
                    *gradient += weight * along(game, game.ends[end], own);
                }
            }
            let count = *count as f64;
            found.value += count * value;
            for row in 0..k {
                found.gradient[row] += count * gradient[row];
                for column in 0..k {
                    found.outer[row * k + column] += count * gradient[row] * gradient[column];
                }
            }
        }
        Ok(found)
    }
}

fn log_reach(game: &Game, node: usize, log_p: &[f64], log_chance: &[f64]) -> f64 {
    let (mut at, mut total) = (node, 0.0);
    while let Some((parent, branch)) = game.parent(at) {
        total += match game.turn(parent) {
            Turn::Player { infoset } => log_p[game.offsets[infoset] + branch],
            Turn::Chance | Turn::End => log_chance[game.nodes[parent].children.start + branch],
        };
        at = parent;
    }
    total
}

/// The same of a quantity that chance has no part in.
fn along(game: &Game, node: usize, by_action: &[f64]) -> f64 {
    let (mut at, mut total) = (node, 0.0);
    while let Some((parent, branch)) = game.parent(at) {
        if let Turn::Player { infoset } = game.turn(parent) {
            total += by_action[game.offsets[infoset] + branch];
        }
        at = parent;
    }
    total
}
