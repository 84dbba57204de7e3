use calculus::Outlook;

use super::Sight;
use crate::commands::{Done, columns, percent, print, print_json};
use crate::failure::Failure;
use crate::words::game::Sits;

pub fn run(words: &Sits) -> Done {
    let mut outlooks = match Sight::read(&words.look)? {
        Sight::Case(looked) => {
            let case = &looked.case;
            looked.ask(|view| case.form.outlooks(view, &case.hypotheses).map_err(Failure::said))?
        }
        Sight::File(game, until, watching) => {
            let found = Outlook::of(*game, until, &|progress| watching.watch(progress));
            watching.finish();
            found.map_err(Failure::said)?
        }
    };
    if let Some(player) = &words.player {
        outlooks.retain(|outlook| outlook.standpoint.player == *player);
        if outlooks.is_empty() {
            return Err(Failure::said(format!("`{player}` is no player who moves")));
        }
    }
    if words.look.json {
        return print_json(&outlooks);
    }
    outlooks.iter().try_for_each(show)
}

/// The way to the root of a game from a file has no labels.
fn named(belief: &str) -> &str {
    if belief.is_empty() { "the beginning" } else { belief }
}

fn show(outlook: &Outlook) -> Done {
    let at = &outlook.standpoint;
    let own = at.own_type.as_ref().map(|own| format!(" ({own})")).unwrap_or_default();
    let seen: Vec<String> = at.seen.iter().map(|(name, action)| format!("{name} = {action}")).collect();
    let seen = if seen.is_empty() { String::new() } else { format!(", having seen {}", seen.join(", ")) };
    print(&format!("{}{own} at {}{seen}: reached with {}", at.player, at.at, percent(at.reach)))?;
    let beliefs: Vec<String> =
        outlook.beliefs.iter().map(|(id, p)| format!("{} {}", named(id), percent(*p))).collect();
    print(&format!("  believes {}", beliefs.join(", ")))?;
    let mut rows = vec![vec!["  course".to_string(), "probability".into(), "brings".into()]];
    rows[0].extend(outlook.parts.iter().map(|part| part.label.clone()));
    for (index, action) in at.actions.iter().enumerate() {
        let mut row = vec![
            format!("  {action}"),
            percent(at.probabilities[index]),
            format!("{:+.4}", at.utilities[index]),
        ];
        row.extend(outlook.parts.iter().map(|part| format!("{:+.4}", part.by_action[index])));
        rows.push(row);
    }
    print(&format!("{}\n", columns(&rows)))
}
