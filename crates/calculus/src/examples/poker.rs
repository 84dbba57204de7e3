//! Kuhn and Leduc poker.

use super::Growing;
use crate::game::Game;

/// Kuhn poker: three cards, one bet. 12 information sets, value −1/18 for the first player.
///
/// Kuhn (1950), A simplified two-person poker, Contributions to the Theory of Games I:97–103.
pub fn kuhn() -> Game {
    let mut tree = Growing::new("Kuhn poker", &["first", "second"]);
    let deals = tree.even(None, 3);
    for first in 0..3 {
        let rest = tree.even(Some((deals, first)), 2);
        let others = (0..3).filter(|&card| card != first);
        for (branch, second) in others.enumerate() {
            kuhn_betting(&mut tree, [first, second], "", (rest, branch));
        }
    }
    tree.builder.finish()
}

/// `history`: p for pass, b for bet.
fn kuhn_betting(tree: &mut Growing, cards: [usize; 2], history: &str, parent: (usize, usize)) {
    let higher = if cards[0] > cards[1] { 1.0 } else { -1.0 };
    match history {
        "pp" => return tree.end(parent, higher),
        "bp" => return tree.end(parent, 1.0),
        "pbp" => return tree.end(parent, -1.0),
        "bb" | "pbb" => return tree.end(parent, 2.0 * higher),
        _ => {}
    }
    let player = history.len() % 2;
    let label = format!("{}{history}", cards[player]);
    let node = tree.decision(Some(parent), player, label, || vec!["pass".into(), "bet".into()]);
    for (branch, action) in ["p", "b"].into_iter().enumerate() {
        kuhn_betting(tree, cards, &format!("{history}{action}"), (node, branch));
    }
}

/// Leduc poker: six cards of three ranks and two suits, two rounds of at most two raises (of 2, then of 4), a public
/// card between them. 936 information sets, value about −0.0856 for the first player.
///
/// Southey et al. (2005), Bayes' bluff: opponent modelling in poker, UAI, 550–558.
pub fn leduc() -> Game {
    let mut tree = Growing::new("Leduc poker", &["first", "second"]);
    let deals = tree.even(None, 6);
    for first in 0..6 {
        let rest = tree.even(Some((deals, first)), 5);
        for (branch, second) in (0..6).filter(|&card| card != first).enumerate() {
            let table = Table { cards: [first, second], public: None, said: String::new(), paid: [1, 1] };
            table.grow(&mut tree, 0, 0, Some((rest, branch)));
        }
    }
    tree.builder.finish()
}

#[derive(Clone)]
struct Table {
    cards: [usize; 2],
    public: Option<usize>,
    /// All that both have heard: f, c or r per action, / between rounds.
    said: String,
    paid: [u32; 2],
}

impl Table {
    /// `turns` taken and `raises` made in this round.
    fn grow(self, tree: &mut Growing, turns: usize, raises: usize, parent: Option<(usize, usize)>) {
        let player = turns % 2;
        let behind = self.paid[player] < self.paid[1 - player];
        let mut actions = vec!["call"];
        if behind {
            actions.insert(0, "fold");
        }
        if raises < 2 {
            actions.push("raise");
        }
        let public = self.public.map_or_else(String::new, |card| format!("|{card}"));
        let label = format!("{}{public}{}", self.cards[player], self.said);
        let node = tree.decision(parent, player, label, || actions.iter().map(ToString::to_string).collect());
        for (branch, action) in actions.into_iter().enumerate() {
            let (mut next, at) = (self.clone(), (node, branch));
            next.said.push_str(&action[..1]);
            match action {
                "fold" => {
                    let lost = f64::from(self.paid[player]);
                    tree.end(at, if player == 0 { -lost } else { lost });
                }
                "raise" => {
                    next.paid[player] = self.paid[1 - player] + if self.public.is_none() { 2 } else { 4 };
                    next.grow(tree, turns + 1, raises + 1, Some(at));
                }
                _ => {
                    next.paid[player] = self.paid[1 - player];
                    // A call ends the round, unless it is the check that opens it.
                    if turns == 0 {
                        next.grow(tree, 1, raises, Some(at));
                    } else if next.public.is_none() {
                        next.turn_over(tree, at);
                    } else {
                        tree.end(at, next.showdown());
                    }
                }
            }
        }
    }

    fn turn_over(self, tree: &mut Growing, parent: (usize, usize)) {
        let left: Vec<usize> = (0..6).filter(|card| !self.cards.contains(card)).collect();
        let node = tree.even(Some(parent), left.len());
        for (branch, card) in left.into_iter().enumerate() {
            let mut next = self.clone();
            next.public = Some(card);
            next.said.push('/');
            next.grow(tree, 0, 0, Some((node, branch)));
        }
    }

    /// A pair with the public card wins, else the higher rank.
    fn showdown(&self) -> f64 {
        let rank = |card: usize| card / 2;
        let strength =
            |card: usize| (self.public.is_some_and(|public| rank(public) == rank(card)), rank(card));
        let (first, second) = (strength(self.cards[0]), strength(self.cards[1]));
        let pot = f64::from(self.paid[0]);
        match first.cmp(&second) {
            std::cmp::Ordering::Greater => pot,
            std::cmp::Ordering::Equal => 0.0,
            std::cmp::Ordering::Less => -pot,
        }
    }
}
