use calculus::Lesson;

use super::{Looked, pairs};
use crate::commands::{Done, columns, percent, print, print_json};
use crate::failure::Failure;
use crate::words::game::Learn;

pub fn run(words: &Learn) -> Done {
    let looked = Looked::read(&words.look)?;
    let case = &looked.case;
    let seen = pairs(&words.seen)?;
    let lessons = looked.ask(|view| case.form.learn(view, &case.hypotheses, &seen).map_err(Failure::said))?;
    if words.look.json { print_json(&lessons) } else { lessons.iter().try_for_each(show) }
}

fn show(lesson: &Lesson) -> Done {
    print(&format!("{} = {}: expected with {}", lesson.at, lesson.action, percent(lesson.probability)))?;
    let head = ["  hypothesis", "before", "likelihood", "ratio", "after"];
    let mut rows = vec![head.map(String::from).to_vec()];
    rows.extend(lesson.updates.iter().map(|update| {
        vec![
            format!("  {}", update.hypothesis),
            percent(update.before),
            format!("{:.4}", update.likelihood),
            format!("{:.3}", update.ratio),
            percent(update.after),
        ]
    }));
    print(&format!("{}\n", columns(&rows)))
}
