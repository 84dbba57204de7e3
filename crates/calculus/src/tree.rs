//! A game written in Rust, from the root on.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::exact::Number;
use crate::game::{Builder, Game};

/// A node of a game with all that follows.
///
/// ```
/// use calculus::{Method, Tree, solve};
///
/// let answer = Tree::decision("incumbent", "entry seen", [
///     ("fight", Tree::end([-1.0, -1.0])),
///     ("yield", Tree::end([1.0, 1.0])),
/// ]);
/// let root = Tree::decision("entrant", "entry", [("out", Tree::end([0.0, 2.0])), ("in", answer)]);
/// let game = root.game("entry deterrence", ["entrant", "incumbent"])?;
/// let pure = solve(&game, Method::Pure)?;
/// let threats = pure.equilibria.iter().filter(|one| one.sequentially_rational == Some(false));
/// assert_eq!((pure.equilibria.len(), threats.count()), (2, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Nodes of one player under one name of an information set cannot be told apart; a node whose information set has an empty
/// name stands alone. Exact methods take numbers for the shortest decimals that give these floats; a chance of
/// `1.0 / 3.0` three times is exactly a third, because probabilities are divided by their sum.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// The play is over: what each player gets, in the order of the players.
    End(Vec<f64>),
    /// Nature moves: label, probability and what follows.
    Chance(Vec<(String, f64, Tree)>),
    /// A player moves: label of each action and what follows.
    Decision {
        /// Name of the player.
        player: String,
        /// Name of the information set, unique for the player.
        infoset: String,
        /// What it may do.
        actions: Vec<(String, Tree)>,
    },
}

/// Why a tree is no game; `at` is the way to the node: the actions that lead there.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum MalformedTree {
    /// No player.
    #[error("a game has at least one player")]
    NoPlayer,
    /// Two players of one name.
    #[error("two players are called `{0}`")]
    Twice(String),
    /// A mover that is none of the players.
    #[error("at {at} moves `{player}`, who is no player of this game")]
    Unknown {
        /// Its name.
        player: String,
        /// Where.
        at: String,
    },
    /// Not one payoff per player, or one that is no finite number.
    #[error("at {at} stand {found} finite payoffs for {players} players")]
    Payoffs {
        /// Where.
        at: String,
        /// Finite numbers there.
        found: usize,
        /// How many are needed.
        players: usize,
    },
    /// Probabilities below 0, not finite, or with another sum than 1.
    #[error(
        "at {at} the probabilities of chance are {probabilities:?}: they must be 0 or more and add up to 1"
    )]
    Chance {
        /// Where.
        at: String,
        /// As given.
        probabilities: Vec<f64>,
    },
    /// No action, or two of one name.
    #[error("at {at} the actions {actions:?} are none or not all different")]
    Actions {
        /// Where.
        at: String,
        /// As given.
        actions: Vec<String>,
    },
    /// A node whose actions differ from those of an earlier one of its information set.
    #[error(
        "at {at} the actions are {actions:?}, but elsewhere in the information set `{infoset}` {before:?}"
    )]
    Differs {
        /// Where.
        at: String,
        /// Name of the information set.
        infoset: String,
        /// Here.
        actions: Vec<String>,
        /// There.
        before: Vec<String>,
    },
}

/// How far the sum of probabilities may be from 1.
const ROUNDING: f64 = 1e-9;

impl Tree {
    /// An end with a payoff for each player.
    pub fn end(payoffs: impl Into<Vec<f64>>) -> Self {
        Self::End(payoffs.into())
    }

    /// A move of nature: label, probability and what follows.
    pub fn chance<L: Into<String>>(moves: impl IntoIterator<Item = (L, f64, Tree)>) -> Self {
        Self::Chance(moves.into_iter().map(|(label, p, next)| (label.into(), p, next)).collect())
    }

    /// A move of a player at an information set: label of each action and what follows.
    pub fn decision<L: Into<String>>(
        player: impl Into<String>,
        infoset: impl Into<String>,
        actions: impl IntoIterator<Item = (L, Tree)>,
    ) -> Self {
        let actions = actions.into_iter().map(|(label, next)| (label.into(), next)).collect();
        Self::Decision { player: player.into(), infoset: infoset.into(), actions }
    }

    /// The game that begins here.
    ///
    /// # Errors
    /// [`MalformedTree`], the first in the order of play.
    pub fn game<P: Into<String>>(
        &self,
        title: impl Into<String>,
        players: impl IntoIterator<Item = P>,
    ) -> Result<Game, MalformedTree> {
        let players: Vec<String> = players.into_iter().map(Into::into).collect();
        if players.is_empty() {
            return Err(MalformedTree::NoPlayer);
        }
        if let Some(twice) = repeated(&players) {
            return Err(MalformedTree::Twice(twice.clone()));
        }
        let mut grown =
            Grown { builder: Builder::new(title, players.clone()), players, sets: BTreeMap::new() };
        // By hand, not by recursion: a game may be as deep as it likes.
        let mut stack = vec![(self, None, String::new())];
        while let Some((tree, parent, way)) = stack.pop() {
            let node = grown.push(tree, parent, &way)?;
            for (branch, (label, next)) in tree.branches().into_iter().enumerate().rev() {
                let way = if way.is_empty() { label.to_string() } else { format!("{way}, {label}") };
                stack.push((next, Some((node, branch)), way));
            }
        }
        Ok(grown.builder.finish())
    }

    fn branches(&self) -> Vec<(&str, &Tree)> {
        match self {
            Self::End(_) => Vec::new(),
            Self::Chance(moves) => moves.iter().map(|(label, _, next)| (label.as_str(), next)).collect(),
            Self::Decision { actions, .. } => {
                actions.iter().map(|(label, next)| (label.as_str(), next)).collect()
            }
        }
    }
}

struct Grown {
    builder: Builder,
    players: Vec<String>,
    sets: BTreeMap<(usize, String), usize>,
}

impl Grown {
    /// Checks a node and puts it in its place.
    fn push(
        &mut self,
        tree: &Tree,
        parent: Option<(usize, usize)>,
        way: &str,
    ) -> Result<usize, MalformedTree> {
        let at = || if way.is_empty() { "the root".to_string() } else { format!("`{way}`") };
        let labels: Vec<String> = tree.branches().into_iter().map(|(label, _)| label.to_string()).collect();
        if !matches!(tree, Tree::End(_)) && (labels.is_empty() || repeated(&labels).is_some()) {
            return Err(MalformedTree::Actions { at: at(), actions: labels });
        }
        match tree {
            Tree::End(payoffs) => {
                let finite = payoffs.iter().filter(|payoff| payoff.is_finite()).count();
                if finite != payoffs.len() || finite != self.players.len() {
                    return Err(MalformedTree::Payoffs {
                        at: at(),
                        found: finite,
                        players: self.players.len(),
                    });
                }
                Ok(self.builder.end(parent, payoffs.clone()))
            }
            Tree::Chance(moves) => {
                let probabilities: Vec<f64> = moves.iter().map(|(_, p, _)| *p).collect();
                let sum: f64 = probabilities.iter().sum();
                if !((sum - 1.0).abs() <= ROUNDING && probabilities.iter().all(|p| *p >= 0.0)) {
                    return Err(MalformedTree::Chance { at: at(), probabilities });
                }
                let lot = self.builder.lot(labels);
                let probabilities = probabilities.into_iter().map(Number::from).collect();
                Ok(self.builder.draw(parent, probabilities, lot))
            }
            Tree::Decision { player, infoset, .. } => {
                let Some(number) = self.players.iter().position(|own| own == player) else {
                    return Err(MalformedTree::Unknown { player: player.clone(), at: at() });
                };
                let builder = &mut self.builder;
                let set = if infoset.is_empty() {
                    builder.infoset(number, String::new(), labels.clone())
                } else {
                    *self
                        .sets
                        .entry((number, infoset.clone()))
                        .or_insert_with(|| builder.infoset(number, infoset.clone(), labels.clone()))
                };
                let before = &builder.infoset_at(set).actions;
                if *before != labels {
                    let (infoset, before) = (infoset.clone(), before.clone());
                    return Err(MalformedTree::Differs { at: at(), infoset, actions: labels, before });
                }
                Ok(builder.decision(parent, set, Vec::new()))
            }
        }
    }
}

fn repeated(names: &[String]) -> Option<&String> {
    names.iter().enumerate().find(|(index, name)| names[..*index].contains(name)).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::kuhn;
    use crate::gambit::to_efg;
    use crate::zero_sum::zero_sum;
    use crate::{SequenceForm, unwatched};

    /// One-card poker of Kuhn (1950), as the analyst of a card game would write it.
    fn poker() -> Tree {
        let names = ["jack", "queen", "king"];
        let deals = (0..3).flat_map(|first| {
            (0..3).filter(move |&second| second != first).map(move |second| (first, second))
        });
        let deal = |(first, second): (usize, usize)| {
            let wins = if first > second { 1.0 } else { -1.0 };
            let end = |pot: f64| Tree::end([wins * pot, -wins * pot]);
            let called = |player: &str, card: usize, after: &str, folded: f64| {
                Tree::decision(
                    player,
                    format!("{} {after}", names[card]),
                    [("fold", Tree::end([folded, -folded])), ("call", end(2.0))],
                )
            };
            let checked = Tree::decision(
                "second",
                format!("{} checked to", names[second]),
                [("check", end(1.0)), ("bet", called("first", first, "bet after check", -1.0))],
            );
            let root = Tree::decision(
                "first",
                names[first],
                [("check", checked), ("bet", called("second", second, "bet to", 1.0))],
            );
            (format!("{} {}", names[first], names[second]), 1.0 / 6.0, root)
        };
        Tree::chance(deals.map(deal))
    }

    #[test]
    fn a_game_of_cards_has_its_value() {
        let game = poker().game("poker", ["first", "second"]).unwrap();
        let ours = kuhn();
        assert_eq!((game.ends(), game.infosets.len()), (ours.ends(), ours.infosets.len()));
        let form = SequenceForm::near(&game).unwrap();
        let plans = zero_sum(&game, &form, &mut unwatched).unwrap().plans;
        let strategy = crate::BehaviorStrategy(form.behavior(&game, &plans));
        assert!((crate::values(&game, &strategy).payoffs[0] + 1.0 / 18.0).abs() < 1e-9);
        // A sixth is a sixth where fractions are asked for.
        assert_eq!(game.exact_chance(0)[0].to_string(), "1/6");
        let written = to_efg(&game);
        let again = crate::gambit::read(&source::SourceText::new("poker.efg", written.clone())).unwrap();
        assert_eq!(to_efg(&again), written);
    }

    #[test]
    fn a_tree_may_be_deep() {
        let mut tree = Tree::end([0.0]);
        for _ in 0..1_000 {
            tree = Tree::decision("one", "", [("stop", Tree::end([1.0])), ("go", tree)]);
        }
        let game = tree.game("", ["one"]).unwrap();
        assert_eq!((game.nodes(), game.infosets.len()), (2_001, 1_000));
        assert_eq!(game.infosets[1].label, "2");
    }

    #[test]
    fn what_is_no_game_is_refused_with_its_place() {
        let said = |tree: Tree| tree.game("", ["a", "b"]).unwrap_err().to_string();
        let end = || Tree::end([0.0, 0.0]);
        let after = |tree: Tree| Tree::decision("a", "start", [("left", end()), ("right", tree)]);
        let refused = [
            (after(Tree::end([1.0])), "at `right` stand 1 finite payoffs for 2 players"),
            (after(Tree::end([1.0, f64::NAN])), "1 finite payoffs"),
            (after(Tree::end([1.0, 2.0, 3.0])), "3 finite payoffs"),
            (after(Tree::decision("c", "", [("x", end())])), "at `right` moves `c`"),
            (Tree::decision("a", "start", [("x", end()), ("x", end())]), "at the root the actions"),
            (after(Tree::Chance(Vec::new())), "are none or not all different"),
            (after(Tree::chance([("h", 0.5, end()), ("t", 0.4, end())])), "[0.5, 0.4]"),
            (after(Tree::chance([("h", 1.5, end()), ("t", -0.5, end())])), "0 or more"),
            (after(Tree::chance([("h", f64::NAN, end())])), "add up to 1"),
            (
                after(Tree::decision("a", "start", [("left", end())])),
                "elsewhere in the information set `start`",
            ),
        ];
        for (tree, words) in refused {
            let message = said(tree);
            assert!(message.contains(words), "{message}");
        }
        assert_eq!(end().game("", Vec::<String>::new()).unwrap_err(), MalformedTree::NoPlayer);
        assert_eq!(end().game("", ["a", "a"]).unwrap_err(), MalformedTree::Twice("a".into()));
    }
}
