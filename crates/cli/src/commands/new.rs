use super::{Done, print};
use crate::words::New;

pub fn run(words: &New) -> Done {
    let files = assessment::new(&words.dir)?;
    let dir = words.dir.display();
    print(&format!("wrote {} files into {dir}\nnow: demarche assess {dir} --open", files.len()))
}
