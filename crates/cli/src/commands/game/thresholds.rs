use calculus::{Axis, ChoiceSpec, Choosing, Flips, Surface, Threshold};
use serde::Serialize;

use super::{Looked, pairs, position};
use crate::commands::{Done, columns, percent, print, print_json};
use crate::failure::Failure;
use crate::words::game::Thresholds;

/// What was found; one entry of `flips` per choice looked at.
#[derive(Serialize)]
struct Found {
    thresholds: Vec<Threshold>,
    surfaces: Vec<Surface>,
    flips: Vec<Flips>,
}

pub fn run(words: &Thresholds) -> Done {
    let looked = Looked::read(&words.look)?;
    let form = &looked.case.form;
    if words.svg.is_some() && words.over.len() != 2 {
        return Err(Failure::said("a picture shows two parameters: --over one,other --svg FILE"));
    }
    let mut found = Found { thresholds: Vec::new(), surfaces: Vec::new(), flips: Vec::new() };
    looked.ask(|view| {
        for (spec, over) in asked(&looked, words)? {
            match over.as_slice() {
                [one] => found.thresholds.push(form.threshold_at(&spec, one, view).map_err(Failure::said)?),
                [across, up] => {
                    let grid = usize::from(words.grid);
                    found
                        .surfaces
                        .push(form.surface(&spec, [across, up], grid, view).map_err(Failure::said)?);
                }
                _ => {}
            }
            if found.stopped() {
                break;
            }
            let axes = if words.over.is_empty() { axes(&looked, &looked.case.reads)? } else { over };
            found.flips.push(form.flips(&spec, &axes, view).map_err(Failure::said)?);
            if found.stopped() {
                break;
            }
        }
        Ok(())
    })?;
    if let (Some(path), Some(surface)) = (&words.svg, found.surfaces.first()) {
        std::fs::write(path, report::surface_svg(surface))?;
    }
    if words.look.json { print_json(&found) } else { show(&found) }
}

impl Found {
    /// Whether the last of them was stopped.
    fn stopped(&self) -> bool {
        self.thresholds.last().is_some_and(|one| one.stopped)
            || self.surfaces.last().is_some_and(|one| one.stopped)
            || self.flips.last().is_some_and(|one| one.stopped)
    }
}

/// What is typed, or else the entries of calculus.toml.
fn asked(looked: &Looked, words: &Thresholds) -> Result<Vec<(ChoiceSpec, Vec<Axis>)>, Failure> {
    let form = &looked.case.form;
    if let Some(at) = &words.at {
        let given = pairs(&words.given)?;
        let spec = form.choice_spec(at, words.of_type.as_deref(), &given).map_err(Failure::said)?;
        return Ok(vec![(spec, axes(looked, &words.over)?)]);
    }
    let specs = &form.form().thresholds;
    if specs.is_empty() {
        return Err(Failure::said(
            "calculus.toml has no [[threshold]]; say which choice: --move MOVE --over PARAMETER",
        ));
    }
    let one = |spec: &calculus::ThresholdSpec| {
        Ok((spec.into(), axes(looked, std::slice::from_ref(&spec.parameter.0))?))
    };
    specs.iter().map(one).collect()
}

fn axes(looked: &Looked, names: &[String]) -> Result<Vec<Axis>, Failure> {
    let axis = |name: &String| {
        let position = position(&looked.case, name)?;
        let range = looked.case.parameters[position].scan();
        Ok(Axis { parameter: name.clone(), position, low: range.low, high: range.high })
    };
    names.iter().map(axis).collect()
}

fn show(found: &Found) -> Done {
    for threshold in &found.thresholds {
        let given: Vec<String> = given(&threshold.given);
        print(&format!(
            "{}{}{} along {} (now {:.4}):",
            threshold.at,
            threshold.own_type.as_ref().map(|own| format!(" of {own}")).unwrap_or_default(),
            if given.is_empty() { String::new() } else { format!(" after {}", given.join(", ")) },
            threshold.parameter,
            threshold.now
        ))?;
        let mut rows = vec![vec![format!("  {}", threshold.parameter)]];
        rows[0].extend(threshold.actions.clone());
        for point in threshold.points.iter().step_by(5) {
            let mut row = vec![format!("  {:.4}", point.value)];
            row.extend(point.probabilities.iter().map(|p| percent(*p)));
            rows.push(row);
        }
        print(&columns(&rows))?;
        for change in &threshold.changes {
            print(&format!("  at {:.5}: {} → {}", change.at, change.from, change.to))?;
        }
        if threshold.changes.is_empty() {
            print("  the most likely action is the same all along")?;
        }
        print("")?;
    }
    found.surfaces.iter().try_for_each(map)?;
    found.flips.iter().try_for_each(flips)?;
    if found.stopped() {
        print("note: stopped before the end; what is shown was found until then")?;
    }
    Ok(())
}

fn given(given: &[(String, Vec<String>)]) -> Vec<String> {
    given.iter().map(|(name, values)| format!("{name} = {}", values.join(" or "))).collect()
}

fn title(choice: &Choosing) -> String {
    let own = choice.own_type.as_ref().map(|own| format!(" of {own}")).unwrap_or_default();
    let given = given(&choice.given);
    let after = if given.is_empty() { String::new() } else { format!(" after {}", given.join(", ")) };
    format!("{}{own}{after}", choice.at)
}

/// A letter per cell, the highest row first.
fn map(surface: &Surface) -> Done {
    print(&format!("{}: the most likely action", title(&surface.choice)))?;
    let letter = |action: usize| char::from(b'A' + (action % 26) as u8);
    let legend: Vec<String> = surface
        .choice
        .actions
        .iter()
        .enumerate()
        .map(|(index, action)| format!("{} {action}", letter(index)))
        .collect();
    print(&format!("  {}", legend.join(", ")))?;
    print(&format!("  {} upward (now {:.4})", surface.up.parameter, surface.up.now))?;
    for (row, value) in surface.most_likely().iter().zip(&surface.up.values).rev() {
        let cells: Vec<String> = row.iter().map(|&action| letter(action).to_string()).collect();
        print(&format!("  {value:>9.4}  {}", cells.join(" ")))?;
    }
    let across = &surface.across;
    if let (Some(low), Some(high)) = (across.values.first(), across.values.last()) {
        print(&format!(
            "             {} from {low:.4} to {high:.4} (now {:.4})\n",
            across.parameter, across.now
        ))?;
    }
    Ok(())
}

fn flips(flips: &Flips) -> Done {
    let now: Vec<String> = flips
        .choice
        .actions
        .iter()
        .zip(&flips.now)
        .map(|(action, p)| format!("{action} {}", percent(*p)))
        .collect();
    print(&format!("{} now: {}", title(&flips.choice), now.join(", ")))?;
    let line = |flip: &calculus::Flip| {
        let moved: Vec<String> = flip
            .moved
            .iter()
            .map(|one| format!("{} {:.4} → {:.4}", one.parameter, one.now, one.there))
            .collect();
        format!("{} → {} at distance {:.4}: {}", flip.from, flip.to, flip.distance, moved.join(", "))
    };
    match &flips.nearest {
        None => print("  no change within the ranges was found to flip it")?,
        Some(flip) => print(&format!("  nearest change: {}", line(flip)))?,
    }
    for flip in &flips.alone {
        print(&format!("  alone: {}", line(flip)))?;
    }
    print("")
}
