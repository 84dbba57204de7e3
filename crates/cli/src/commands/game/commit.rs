use calculus::Comparison;
use serde::Serialize;

use super::Looked;
use crate::commands::{Done, columns, print, print_json};
use crate::failure::Failure;
use crate::words::game::Commit;

#[derive(Serialize)]
struct Answer {
    /// Each action of the move, as the only one left.
    commitments: Vec<Comparison>,
    /// The move seen against the move unseen.
    signal: Option<Comparison>,
    /// Types known against types private.
    revelation: Option<Comparison>,
}

pub fn run(words: &Commit) -> Done {
    let looked = Looked::read(&words.look)?;
    let (form, hypotheses) = (&looked.case.form, &looked.case.hypotheses);
    let mut answer = Answer { commitments: Vec::new(), signal: None, revelation: None };
    let mut unseen = None;
    looked.ask(|view| {
        if let Some(at) = &words.at {
            answer.commitments = form.commitments(view, hypotheses, at).map_err(Failure::said)?;
            match form.signal(view, hypotheses, at) {
                Ok(signal) => answer.signal = Some(signal),
                Err(error) => unseen = Some(error),
            }
        }
        if let Some(player) = &words.reveal {
            answer.revelation = Some(form.revelation(view, hypotheses, player).map_err(Failure::said)?);
        }
        Ok(())
    })?;
    if words.look.json {
        return print_json(&answer);
    }
    let all: Vec<&Comparison> =
        answer.commitments.iter().chain(&answer.signal).chain(&answer.revelation).collect();
    show(&all)?;
    unseen.map_or(Ok(()), |error| print(&format!("\nnote: {error}")))
}

fn show(all: &[&Comparison]) -> Done {
    let Some(first) = all.first() else { return Ok(()) };
    let players: Vec<&String> = first.worth.keys().collect();
    let mut rows = vec![vec!["if".to_string()]];
    rows[0].extend(players.iter().flat_map(|player| [format!("{player} gets"), "gain".to_string()]));
    let mut now = vec!["(as it is)".to_string()];
    now.extend(
        players.iter().flat_map(|player| [format!("{:+.4}", first.without.payoffs[*player]), String::new()]),
    );
    rows.push(now);
    for one in all {
        let mut row = vec![one.change.clone()];
        row.extend(players.iter().flat_map(|player| {
            [format!("{:+.4}", one.with.payoffs[*player]), format!("{:+.4}", one.worth[*player])]
        }));
        rows.push(row);
    }
    print(&columns(&rows))?;
    if first.without.by_hypothesis.len() < 2 {
        return Ok(());
    }
    for hypothesis in first.without.by_hypothesis.keys() {
        let mut rows = vec![vec![format!("if {hypothesis} is true")]];
        rows[0].extend(players.iter().map(|player| format!("{player} gains")));
        for one in all {
            let (with, without) =
                (&one.with.by_hypothesis[hypothesis], &one.without.by_hypothesis[hypothesis]);
            let mut row = vec![format!("  {}", one.change)];
            row.extend(players.iter().map(|player| format!("{:+.4}", with[*player] - without[*player])));
            rows.push(row);
        }
        print(&format!("\n{}", columns(&rows)))?;
    }
    Ok(())
}
