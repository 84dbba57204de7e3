//! Signalling in a crisis.

use super::Growing;
use crate::game::Game;

/// A challenger knows its type, sends a message, is answered, and then fights or backs down; the defender sees the
/// message alone. All types are equally probable, and all payoffs are 0: other payoffs are put in draw by draw with
/// [`crate::Batch`]. The ends are in order of type, message, reply and (fight, back down).
///
/// The structure of Fearon (1997), Signaling foreign policy interests, Journal of Conflict Resolution 41:68–90, with
/// any number of messages and replies.
///
/// # Panics
/// If one of the numbers is 0.
pub fn crisis(types: usize, messages: usize, replies: usize) -> Game {
    assert!(types > 0 && messages > 0 && replies > 0, "no type, message or reply");
    let names = |stem: &str, count: usize| (1..=count).map(|n| format!("{stem} {n}")).collect::<Vec<_>>();
    let mut tree = Growing::new("crisis", &["challenger", "defender"]);
    let root = tree.even(None, types);
    for of_type in 0..types {
        let own = format!("type {}", of_type + 1);
        let sent = tree.decision(Some((root, of_type)), 0, own.clone(), || names("message", messages));
        for message in 0..messages {
            let heard = format!("message {}", message + 1);
            let answered = tree.decision(Some((sent, message)), 1, heard.clone(), || names("reply", replies));
            for reply in 0..replies {
                let seen = format!("{own}, {heard}, reply {}", reply + 1);
                let last = tree.decision(Some((answered, reply)), 0, seen, || {
                    vec!["fight".to_string(), "back down".to_string()]
                });
                tree.end((last, 0), 0.0);
                tree.end((last, 1), 0.0);
            }
        }
    }
    tree.builder.finish()
}
