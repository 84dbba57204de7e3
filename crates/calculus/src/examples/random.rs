//! Random trees with private types.

use measure::{Seed, Stream};

use super::Growing;
use crate::game::Game;

/// Whether one side's gain is the other's loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interests {
    /// Payoffs of two players add up to 0.
    Opposed,
    /// Payoffs of all players are drawn apart.
    Mixed,
}

/// A game of perfect recall in which chance deals every player a private type and a random tree of moves follows; each
/// mover knows its type and, of the last move before it, nothing in a third of the cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RandomTree {
    /// How many players, at least 1; with [`Interests::Opposed`] 2.
    pub players: usize,
    /// Types of each player, at least 1.
    pub types: usize,
    /// Nodes at least; the tree ends a little above.
    pub nodes: usize,
    /// Payoffs are standard normal.
    pub interests: Interests,
}

/// A move of the tree that all deals share.
enum Shape {
    End,
    Chance(Vec<(f64, usize)>),
    /// Mover, whether the last move is hidden from it, and what follows each action.
    Move(usize, Sight, Vec<usize>),
}

#[derive(Clone, Copy, PartialEq)]
enum Sight {
    All,
    NotTheLast,
}

impl RandomTree {
    /// Builds it.
    ///
    /// # Panics
    /// If there is no player or no type, or interests are opposed and players not two.
    pub fn grow(&self, seed: Seed) -> Game {
        assert!(self.players > 0 && self.types > 0, "no player or no type");
        assert!(self.interests == Interests::Mixed || self.players == 2, "interests are opposed between two");
        let mut stream = seed.stream("random tree", 0);
        let deals = self.types.pow(self.players as u32);
        let shapes = self.shapes(deals, &mut stream);
        let names: Vec<String> = (1..=self.players).map(|player| player.to_string()).collect();
        let mut tree = Growing::new("random tree", &names.iter().map(String::as_str).collect::<Vec<_>>());
        let root = tree.even(None, deals);
        for deal in 0..deals {
            let own = |player: usize| deal / self.types.pow(player as u32) % self.types;
            // Node of the shape, its parent in the tree, the path as the next mover may see it, and the last step.
            let mut stack = vec![(0_usize, (root, deal), String::new(), String::new())];
            while let Some((at, parent, path, last)) = stack.pop() {
                let (node, next): (usize, Vec<usize>) = match &shapes[at] {
                    Shape::End => {
                        let mut payoffs: Vec<f64> = (0..self.players).map(|_| stream.normal()).collect();
                        if self.interests == Interests::Opposed {
                            payoffs[1] = -payoffs[0];
                        }
                        tree.builder.end(Some(parent), payoffs);
                        continue;
                    }
                    Shape::Chance(moves) => {
                        let probabilities = moves.iter().map(|(p, _)| *p).collect();
                        let node = tree.builder.chance(Some(parent), probabilities, Vec::new());
                        (node, moves.iter().map(|(_, next)| *next).collect())
                    }
                    Shape::Move(player, sight, next) => {
                        let seen = match sight {
                            Sight::All => format!("{path}{last}"),
                            Sight::NotTheLast => format!("{path}?"),
                        };
                        let label = format!("{}:{seen}", own(*player));
                        let actions = || (0..next.len()).map(|action| action.to_string()).collect();
                        (tree.decision(Some(parent), *player, label, actions), next.clone())
                    }
                };
                for (branch, &after) in next.iter().enumerate().rev() {
                    stack.push((after, (node, branch), format!("{path}{last}"), format!("{branch}.")));
                }
            }
        }
        tree.builder.finish()
    }

    /// Level by level until all deals together have enough nodes.
    fn shapes(&self, deals: usize, stream: &mut Stream) -> Vec<Shape> {
        let mut shapes = vec![Shape::End];
        let more = |shapes: &mut Vec<Shape>, stream: &mut Stream| -> Vec<usize> {
            let first = shapes.len();
            shapes.extend((0..2 + stream.index(2)).map(|_| Shape::End));
            (first..shapes.len()).collect()
        };
        // Ends that may still grow.
        let mut open = std::collections::VecDeque::from([0_usize]);
        while deals * shapes.len() + 1 < self.nodes {
            let Some(at) = open.pop_front() else { break };
            let next = more(&mut shapes, stream);
            if at > 0 && stream.index(6) == 0 {
                let weights: Vec<f64> = next.iter().map(|_| stream.uniform()).collect();
                let total: f64 = weights.iter().sum();
                let moves = weights.iter().map(|weight| weight / total).zip(next.iter().copied());
                shapes[at] = Shape::Chance(moves.collect());
                open.extend(next);
                continue;
            }
            let player = stream.index(self.players);
            shapes[at] = Shape::Move(player, Sight::All, next.clone());
            if self.players == 1 || stream.index(3) > 0 {
                open.extend(next);
                continue;
            }
            // The next mover does not see which: its nodes have one label, and so one width.
            let other = (player + 1 + stream.index(self.players - 1)) % self.players;
            let width = 2 + stream.index(2);
            for one in next {
                let after: Vec<usize> = (shapes.len()..shapes.len() + width).collect();
                shapes.extend(after.iter().map(|_| Shape::End));
                open.extend(after.iter().copied());
                shapes[one] = Shape::Move(other, Sight::NotTheLast, after);
            }
        }
        shapes
    }
}
