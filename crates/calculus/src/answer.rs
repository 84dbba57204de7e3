//! An equilibrium, its proof, and what is believed in it.

use std::collections::BTreeMap;

use num_traits::{One, Zero};
use serde::Serialize;

use crate::belief::{Beliefs, SetBeliefs, rationality};
use crate::bimatrix::MixedProfile;
use crate::exact::{Rational, near};
use crate::gambit::plan_label;
use crate::game::{Game, Turn};
use crate::normal::{NormalForm, PureProfile};
use crate::plan_gain::plan_gains;
use crate::proof::{ExactProfile, mixed_regret, plans_of_mixed};
use crate::pure::play;
use crate::sequence::SequenceForm;
use crate::strategy::{BehaviorStrategy, Named};
use crate::value::{regret, values};

/// An equilibrium with its proof.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Equilibrium {
    /// Expected payoff of each player.
    pub payoffs: Vec<f64>,
    /// Player → information set → action → probability. Of a pure equilibrium without the sets that a player's own
    /// earlier actions exclude; empty if `plans` cannot be played without memory.
    pub strategies: Named,
    /// The most that any player could gain by another strategy, in units of its payoff: 0 in a Nash equilibrium, above 0
    /// at a finite λ. Where a player forgets, also by a plan for the whole game, if its plans can be tried one by one.
    pub max_regret: f64,
    /// Player → what it could gain by its best strategy.
    pub regrets: BTreeMap<String, f64>,
    /// What is believed at every information set, and what its mover could gain from there on given that: by Bayes' rule
    /// where the equilibrium reaches, as the limit of small trembles elsewhere. Empty of plans that need memory.
    pub beliefs: Vec<SetBeliefs>,
    /// Whether nobody could gain at any information set, reached or not, given these beliefs; off the path other beliefs
    /// may support what these do not. `null` of plans that need memory, and where a player forgets.
    pub sequentially_rational: Option<bool>,
    /// The precision at which it stands; `null` where no λ is involved.
    pub lambda: Option<f64>,
    /// The same in fractions, where the method does not round.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exact: Option<Fractions>,
    /// Player → plan for the whole game → probability: of games that forget, whose mixed strategies no behaviour may
    /// equal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plans: Option<BTreeMap<String, BTreeMap<String, f64>>>,
}

/// Numbers as fractions: `1/3`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fractions {
    /// Expected payoff of each player.
    pub payoffs: Vec<String>,
    /// Player → information set → action → probability.
    pub strategies: BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>>,
    /// As [`Equilibrium::max_regret`]: `0`, or the method was stopped.
    pub max_regret: String,
}

/// Most steps spent on what players would do where their own actions keep them from getting.
const MOST_STEPS: usize = 20_000_000;

/// A profile in floats with its regrets.
pub(crate) fn of_strategy(game: &Game, strategy: &BehaviorStrategy, beliefs: &Beliefs) -> Equilibrium {
    let mut proof = regret(game, strategy);
    if !proof.whole_strategy
        && let Some(gains) = plan_gains(game, strategy)
    {
        proof.by_player.iter_mut().zip(gains).for_each(|(own, gain)| *own = own.max(gain));
    }
    let rational = rationality(game, strategy, beliefs);
    Equilibrium {
        payoffs: values(game, strategy).payoffs,
        strategies: strategy.named(game),
        max_regret: proof.max(),
        regrets: game.players.iter().cloned().zip(proof.by_player.iter().copied()).collect(),
        beliefs: rational.beliefs,
        // Of agents it would be said with truth, but their player could gain by a plan.
        sequentially_rational: proof.whole_strategy.then_some(rational.sequentially_rational),
        lambda: None,
        exact: None,
        plans: None,
    }
}

/// As [`of_strategy`] with beliefs from small trembles; where a player's own actions keep it from getting, it does what is
/// best there, which nobody else's choice depends on.
pub(crate) fn of_completed(game: &Game, strategy: BehaviorStrategy) -> Equilibrium {
    let strategy = completed(game, strategy);
    let beliefs = Beliefs::of(game, &strategy);
    of_strategy(game, &strategy, &beliefs)
}

fn completed(game: &Game, mut strategy: BehaviorStrategy) -> BehaviorStrategy {
    let mut idle: Vec<usize> =
        (0..game.infosets.len()).filter(|&set| !gets_to(game, &strategy, set)).collect();
    if idle.len() * game.nodes() > MOST_STEPS {
        return strategy;
    }
    // Later sets first: what is best at a set depends on what comes behind it.
    idle.sort_by_key(|&set| std::cmp::Reverse(game.infosets[set].nodes[0]));
    for set in idle {
        let slots = game.actions_of(set);
        let worth = values(game, &strategy);
        let mut best = slots.start;
        for slot in slots.clone() {
            if worth.action[slot] > worth.action[best] {
                best = slot;
            }
        }
        strategy.0[slots].fill(0.0);
        strategy.0[best] = 1.0;
    }
    strategy
}

/// Whether the owner's own actions let it come to a set.
fn gets_to(game: &Game, strategy: &BehaviorStrategy, set: usize) -> bool {
    let player = game.infosets[set].player;
    game.infosets[set].nodes.iter().any(|&node| {
        let mut at = node;
        while let Some((parent, branch)) = game.parent(at) {
            if let Turn::Player { infoset } = game.turn(parent)
                && game.infosets[infoset].player == player
                && strategy.at(game, infoset)[branch] == 0.0
            {
                return false;
            }
            at = parent;
        }
        true
    })
}

/// A pure profile at which, compared in fractions, nobody gains.
pub(crate) fn of_pure(game: &Game, profile: &PureProfile) -> Equilibrium {
    let mut strategies = Named::new();
    for (infoset, chosen) in game.infosets.iter().zip(profile) {
        let Some(chosen) = chosen else { continue };
        let p = |action| f64::from(u8::from(action == *chosen));
        let actions = infoset.actions.iter().enumerate().map(|(index, label)| (label.clone(), p(index)));
        let player = strategies.entry(game.players[infoset.player].clone()).or_default();
        player.insert(infoset.label.clone(), actions.collect());
    }
    let of = of_completed(game, BehaviorStrategy::pure(game, profile));
    let regrets = game.players.iter().map(|player| (player.clone(), 0.0)).collect();
    Equilibrium { payoffs: play(game, profile), strategies, max_regret: 0.0, regrets, ..of }
}

/// A profile in fractions with its regrets.
pub(crate) fn of_exact(game: &Game, profile: &ExactProfile) -> Equilibrium {
    let strategy = BehaviorStrategy(profile.behavior.iter().map(near).collect());
    let mut fractions: BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>> = BTreeMap::new();
    for (index, set) in game.infosets.iter().enumerate() {
        let p = profile.behavior[game.actions_of(index)].iter().map(ToString::to_string);
        let own = fractions.entry(game.players[set.player].clone()).or_default();
        own.insert(set.label.clone(), set.actions.iter().cloned().zip(p).collect());
    }
    let most = profile.regret.iter().max().cloned().unwrap_or_default();
    let exact = Fractions {
        payoffs: profile.payoffs.iter().map(ToString::to_string).collect(),
        strategies: fractions,
        max_regret: most.to_string(),
    };
    Equilibrium {
        payoffs: profile.payoffs.iter().map(near).collect(),
        max_regret: near(&most),
        regrets: game.players.iter().cloned().zip(profile.regret.iter().map(near)).collect(),
        exact: Some(exact),
        ..of_completed(game, strategy)
    }
}

/// The behaviour of mixed strategies, as in [`of_completed`].
pub(crate) fn strategy_of_mixed(
    game: &Game,
    form: &NormalForm,
    sequences: &SequenceForm<Rational>,
    mixed: &MixedProfile,
) -> BehaviorStrategy {
    let plans = plans_of_mixed(form, sequences, mixed);
    completed(game, BehaviorStrategy(sequences.behavior(game, &plans).iter().map(near).collect()))
}

/// Mixed strategies as behaviour, or as plans where a player forgets.
pub(crate) fn of_mixed(game: &Game, form: &NormalForm, mixed: &MixedProfile) -> Equilibrium {
    if let Ok(sequences) = SequenceForm::new(game) {
        let plans = plans_of_mixed(form, &sequences, mixed);
        return of_exact(game, &ExactProfile::new(game, &sequences, &plans));
    }
    let (payoffs, regrets) = mixed_regret(form, mixed);
    let most = regrets.iter().max().cloned().unwrap_or_default();
    let plans = (0..game.players.len()).map(|player| {
        let own = form.strategies[player].iter().zip(&mixed[player]).filter(|(_, p)| !p.is_zero());
        let named = own.map(|(plan, p)| (plan_label(game, player, plan), near(p)));
        (game.players[player].clone(), named.collect())
    });
    // A player with one plan plays it without having to remember a draw.
    let single = |player: usize| mixed[player].iter().position(One::is_one);
    let chosen: Option<Vec<usize>> = (0..game.players.len()).map(single).collect();
    let strategies = chosen.map_or_else(Named::new, |chosen| {
        let mut profile = vec![None; game.infosets.len()];
        for (player, plan) in chosen.into_iter().enumerate() {
            for (slot, action) in profile.iter_mut().zip(&form.strategies[player][plan]) {
                *slot = slot.or(*action);
            }
        }
        BehaviorStrategy::pure(game, &profile).named(game)
    });
    Equilibrium {
        payoffs: payoffs.iter().map(near).collect(),
        strategies,
        max_regret: near(&most),
        regrets: game.players.iter().cloned().zip(regrets.iter().map(near)).collect(),
        beliefs: Vec::new(),
        sequentially_rational: None,
        lambda: None,
        exact: Some(Fractions {
            payoffs: payoffs.iter().map(ToString::to_string).collect(),
            strategies: BTreeMap::new(),
            max_regret: most.to_string(),
        }),
        plans: Some(plans.collect()),
    }
}
