use assessment::GAMES;

use super::{Done, print};
use crate::failure::Failure;
use crate::words::New;

pub fn run(words: &New) -> Done {
    let game =
        match words.game.as_deref() {
            None => None,
            Some("list") => return print(&games()),
            Some(name) => Some(GAMES.iter().find(|game| game.name == name).ok_or_else(|| {
                Failure::said(format!("there is no game `{name}`; there are\n{}", games()))
            })?),
        };
    let dir = words.dir.as_ref().ok_or_else(|| Failure::said("name the folder to make"))?;
    let files = game.map_or_else(|| assessment::new(dir), |game| assessment::new_game(dir, game))?;
    let dir = dir.display();
    print(&format!("wrote {} files into {dir}\nnow: demarche assess {dir} --open", files.len()))
}

fn games() -> String {
    let line = |game: &assessment::Template| format!("{:24}{}", game.name, game.title);
    GAMES.iter().map(line).collect::<Vec<_>>().join("\n")
}
