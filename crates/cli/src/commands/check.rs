use super::{Done, print};
use crate::failure::{Failure, show};
use crate::words::Check;

pub fn run(words: &Check) -> Done {
    let findings = assessment::check(&words.dir);
    show(&findings);
    if findings.any_error() {
        return Err(Failure::Shown);
    }
    print(&format!("{}: nothing stands in the way of a run", words.dir.display()))
}
