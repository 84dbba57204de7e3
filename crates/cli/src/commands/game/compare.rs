use calculus::Answers;

use super::Sight;
use crate::commands::{Done, columns, percent, print, print_json};
use crate::failure::Failure;
use crate::words::game::Compare;

pub fn run(words: &Compare) -> Done {
    let answers = match Sight::read(&words.look)? {
        Sight::Case(looked) => {
            looked.ask(|view| looked.case.form.answers(view, &words.precision).map_err(Failure::said))?
        }
        Sight::File(game, _, watching) => {
            let found = Answers::of(&game, &words.precision, &|progress| watching.watch(progress));
            watching.finish();
            found.map_err(Failure::said)?
        }
    };
    if words.look.json { print_json(&answers) } else { show(&answers) }
}

fn show(answers: &Answers) -> Done {
    let Some(first) = answers.answers.first() else { return Ok(()) };
    let players: Vec<&String> = first.play.payoffs.keys().collect();
    let mut rows = vec![vec!["answer".to_string()]];
    rows[0].extend(players.iter().map(|player| format!("{player} gets")));
    rows[0].push("most to gain".into());
    let hangs = answers.answers.iter().any(|answer| answer.component.is_some());
    if hangs {
        rows[0].push("component".into());
    }
    for answer in &answers.answers {
        let mut row = vec![answer.name.clone()];
        row.extend(players.iter().map(|player| format!("{:+.4}", answer.play.payoffs[*player])));
        row.push(format!("{:.1e}", answer.play.max_regret));
        if hangs {
            row.push(answer.component.map_or_else(String::new, |number| number.to_string()));
        }
        rows.push(row);
    }
    print(&columns(&rows))?;
    for (index, course) in first.play.courses.iter().enumerate() {
        if index == 0 || first.play.courses[index - 1].at != course.at {
            print("")?;
        }
        let own = course.own_type.as_ref().map(|own| format!(" ({own})")).unwrap_or_default();
        let each: Vec<String> =
            answers.answers.iter().map(|answer| percent(answer.play.courses[index].probability)).collect();
        print(&format!("{}{own} at {}: {}  {}", course.player, course.at, course.action, each.join("  ")))?;
    }
    for note in &answers.notes {
        print(&format!("\nnote: {note}"))?;
    }
    Ok(())
}
