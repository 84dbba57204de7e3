//! Liar's dice.

use super::Growing;
use crate::game::Game;

const FACES: usize = 6;
/// One die each: bids claim one or two dice of a face.
const BIDS: usize = 2 * FACES;

/// Liar's dice with one die of six faces each, sixes counting as any face; a bid must be higher than the last, and who
/// doubts it rightly wins. 24,576 information sets and 294,883 nodes.
///
/// Ferguson & Ferguson (1991), Models for the game of liar's dice, Stochastic Games and Related Topics, 15–28.
pub fn liars_dice() -> Game {
    let mut tree = Growing::new("Liar's dice", &["first", "second"]);
    let first = tree.even(None, FACES);
    for one in 0..FACES {
        let second = tree.even(Some((first, one)), FACES);
        for two in 0..FACES {
            bidding(&mut tree, [one, two], &mut Vec::new(), Some((second, two)));
        }
    }
    tree.builder.finish()
}

fn bidding(tree: &mut Growing, dice: [usize; 2], bids: &mut Vec<usize>, parent: Option<(usize, usize)>) {
    let player = bids.len() % 2;
    let next = bids.last().map_or(0, |bid| bid + 1);
    let heard: String = bids.iter().map(|&bid| format!(" {}", words(bid))).collect();
    let node = tree.decision(parent, player, format!("{}{heard}", dice[player] + 1), || {
        let doubt = (!bids.is_empty()).then(|| "liar".to_string());
        (next..BIDS).map(words).chain(doubt).collect()
    });
    for bid in next..BIDS {
        bids.push(bid);
        bidding(tree, dice, bids, Some((node, bid - next)));
        bids.pop();
    }
    if let Some(&bid) = bids.last() {
        let (count, face) = (bid / FACES + 1, bid % FACES);
        let there = dice.iter().filter(|&&die| die == face || die == FACES - 1).count();
        let doubter_wins = if there < count { 1.0 } else { -1.0 };
        tree.end((node, BIDS - next), if player == 0 { doubter_wins } else { -doubter_wins });
    }
}

fn words(bid: usize) -> String {
    format!("{}-{}", bid / FACES + 1, bid % FACES + 1)
}
