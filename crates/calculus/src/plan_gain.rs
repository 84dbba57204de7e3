//! What a player that forgets could gain by a plan for the whole game.

use crate::game::{Game, Turn};
use crate::strategy::BehaviorStrategy;
use crate::value::{edge, values};

/// Plans times ends that are looked at, of each player.
const MOST: usize = 20_000_000;

/// What the best pure plan of each player gains over the profile, in units of its payoff, at least 0. Without perfect
/// recall a change at one information set may not pay while one at several together does, and Wichardt (2008) has a
/// game in which some plan gains against every profile of behaviour strategies. A plan does the same at a set however
/// often it gets there.
///
/// `None` if a player has too many plans to be tried one by one: to find the best is NP-hard (Koller & Megiddo 1992).
///
/// # Cost
/// Plans × ends × depth for each player.
pub fn plan_gains(game: &Game, strategy: &BehaviorStrategy) -> Option<Vec<f64>> {
    let payoffs = values(game, strategy).payoffs;
    let gain = |player: usize| (best_plan(game, strategy, player) - payoffs[player]).max(0.0);
    can_be_tried(game).then(|| (0..payoffs.len()).map(gain).collect())
}

/// Whether no player has too many plans.
pub(crate) fn can_be_tried(game: &Game) -> bool {
    (0..game.players.len()).all(|player| {
        let own = game.infosets.iter().filter(|set| set.player == player);
        let plans = own.map(|set| set.actions.len()).try_fold(1_usize, usize::checked_mul);
        plans.and_then(|plans| plans.checked_mul(game.ends())).is_some_and(|all| all <= MOST)
    })
}

/// An end as its player sees it: payoff × probability by chance and the others, and the own decisions that lead there.
struct Branch {
    worth: f64,
    /// Own set, by its position among the player's, and action.
    decisions: Vec<(usize, usize)>,
}

fn best_plan(game: &Game, strategy: &BehaviorStrategy, player: usize) -> f64 {
    let sets: Vec<usize> =
        (0..game.infosets.len()).filter(|&set| game.infosets[set].player == player).collect();
    let mut place = vec![0; game.infosets.len()];
    sets.iter().enumerate().for_each(|(position, &set)| place[set] = position);
    let sizes: Vec<usize> = sets.iter().map(|&set| game.infosets[set].actions.len()).collect();
    let branches: Vec<Branch> = (0..game.nodes())
        .filter(|&node| matches!(game.turn(node), Turn::End))
        .map(|end| branch(game, strategy, player, end, &place))
        .filter(|branch| branch.worth != 0.0)
        .collect();
    let mut plan = vec![0; sets.len()];
    let mut best = f64::NEG_INFINITY;
    for _ in 0..sizes.iter().product::<usize>() {
        let leads = |branch: &&Branch| branch.decisions.iter().all(|&(set, action)| plan[set] == action);
        best = best.max(branches.iter().filter(leads).map(|branch| branch.worth).sum());
        for (action, &size) in plan.iter_mut().zip(&sizes) {
            *action += 1;
            if *action < size {
                break;
            }
            *action = 0;
        }
    }
    best
}

fn branch(game: &Game, strategy: &BehaviorStrategy, player: usize, end: usize, place: &[usize]) -> Branch {
    let (mut worth, mut decisions, mut node) = (game.payoffs(end)[player], Vec::new(), end);
    while let Some((parent, action)) = game.parent(node) {
        match game.turn(parent) {
            Turn::Player { infoset } if game.infosets[infoset].player == player => {
                decisions.push((place[infoset], action));
            }
            _ => worth *= edge(game, strategy, node),
        }
        node = parent;
    }
    Branch { worth, decisions }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{Interests, RandomTree};
    use crate::{Until, regret, trace};
    use measure::Seed;

    #[test]
    fn with_perfect_recall_it_is_the_best_response() {
        let mut tried = 0;
        for seed in 0..40 {
            let tree = RandomTree { players: 2, types: 2, nodes: 40, interests: Interests::Mixed };
            let game = tree.grow(Seed(seed));
            if !can_be_tried(&game) {
                continue;
            }
            tried += 1;
            let strategy = BehaviorStrategy::uniform(&game);
            let gains = plan_gains(&game, &strategy).unwrap();
            for (gain, due) in gains.iter().zip(regret(&game, &strategy).by_player) {
                assert!((gain - due).abs() < 1e-12, "seed {seed}: {gain} {due}");
            }
        }
        assert!(tried > 20, "{tried}");
    }

    /// One player moves twice, in ignorance of what it did before, and wants both moves to differ from the uniform mix:
    /// no change of one move pays, the change of both does.
    #[test]
    fn two_moves_together_can_gain_what_none_can_alone() {
        let text = "EFG 2 R \"\" { \"a\" }\np \"\" 1 1 \"first\" { \"l\" \"r\" } 0\n\
            p \"\" 1 2 \"second\" { \"l\" \"r\" } 0\nt \"\" 1 \"\" { 1 }\nt \"\" 2 \"\" { 0 }\n\
            p \"\" 1 2 \"second\" { \"l\" \"r\" } 0\nt \"\" 3 \"\" { 0 }\nt \"\" 4 \"\" { 1 }\n";
        let game = crate::gambit::read(&source::SourceText::new("a.efg", text)).unwrap();
        let strategy = BehaviorStrategy::uniform(&game);
        assert_eq!(regret(&game, &strategy).max(), 0.0);
        assert_eq!(plan_gains(&game, &strategy).unwrap(), [0.5]);
        // The logit branch stays between them.
        let found = trace(&game, Until::Lambda(1.0)).unwrap();
        assert_eq!(plan_gains(&game, &found.strategy).unwrap(), [0.5]);
    }
}
