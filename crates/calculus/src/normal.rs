//! The reduced strategic form: what each player plans for the whole game.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use thiserror::Error;

use crate::exact::Rational;
use crate::game::{Game, Turn};

/// A pure strategy of one player, or of all: the action at each information set; `None` where an earlier own action
/// keeps the player from getting there (a reduced strategy, Kuhn 1953), and at sets of others.
pub type PureProfile = Vec<Option<usize>>;

/// A game whose strategic form would not fit into memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "the strategic form has more than {MOST_CELLS} cells: the game is too large to look at every plan. Use --method qre, lcp or cfr"
)]
pub struct TooLarge;

/// Most cells of the table.
pub(crate) const MOST_CELLS: usize = 20_000_000;
const MOST_STRATEGIES: usize = 200_000;

/// What one player has done on the way to a node: its information sets and actions, from the root on.
type OwnPath = Vec<(usize, usize)>;

/// A game in reduced strategic form. Games that forget have one as well: a pure strategy is an action per information
/// set, whatever the player remembers.
#[derive(Clone, Debug)]
pub struct NormalForm {
    /// Player → its reduced strategies, in lexicographic order.
    pub strategies: Vec<Vec<PureProfile>>,
    /// Player → own path → strategies that keep to it.
    keeping: Vec<Vec<Vec<usize>>>,
    /// End → player → own path.
    paths: Vec<Vec<usize>>,
    /// Player → end → (probability by chance) × payoff × `scale`.
    weights: Vec<Vec<BigInt>>,
    /// Player → what the weights were multiplied with to become whole numbers.
    scale: Vec<BigInt>,
}

impl NormalForm {
    /// Lists the strategies of every player.
    ///
    /// # Errors
    /// [`TooLarge`].
    ///
    /// # Cost
    /// Strategies × information sets, and one pass over the nodes.
    pub fn new(game: &Game) -> Result<Self, TooLarge> {
        let players = game.players.len();
        let own = own_paths(game);
        let strategies: Vec<Vec<PureProfile>> =
            (0..players).map(|player| reduced(game, player, &own)).collect::<Result<_, _>>()?;
        let cells = strategies.iter().try_fold(1_usize, |cells, own| cells.checked_mul(own.len()));
        cells.filter(|&cells| cells <= MOST_CELLS).ok_or(TooLarge)?;
        let keeping = strategies.iter().zip(&own.paths).map(|(strategies, paths)| {
            let keeps = |path: &OwnPath| {
                let all = strategies.iter().enumerate();
                let fits =
                    all.filter(|(_, plan)| path.iter().all(|&(set, action)| plan[set] == Some(action)));
                fits.map(|(index, _)| index).collect()
            };
            paths.iter().map(keeps).collect()
        });
        let keeping = keeping.collect();
        let paths = game.ends.iter().map(|&node| own.at[node].clone()).collect();
        let (weights, scale) = weights(game);
        Ok(Self { strategies, keeping, paths, weights, scale })
    }

    /// Number of cells of the table.
    pub fn cells(&self) -> usize {
        self.strategies.iter().map(Vec::len).product()
    }

    /// The strategy of each player in a cell: the first player's varies fastest.
    pub fn cell(&self, mut index: usize) -> Vec<usize> {
        let mut own = Vec::with_capacity(self.strategies.len());
        for strategies in &self.strategies {
            own.push(index % strategies.len());
            index /= strategies.len();
        }
        own
    }

    /// The profile of a cell.
    pub fn profile(&self, cell: usize) -> PureProfile {
        let mut profile: PureProfile = vec![None; self.strategies.first().map_or(0, |own| own[0].len())];
        for (player, index) in self.cell(cell).into_iter().enumerate() {
            for (slot, action) in profile.iter_mut().zip(&self.strategies[player][index]) {
                *slot = slot.or(*action);
            }
        }
        profile
    }

    /// What the payoffs of a player were multiplied with in the tables of [`NormalForm::whole`].
    pub fn scale(&self, player: usize) -> &BigInt {
        &self.scale[player]
    }

    /// Expected payoffs of a player, cell by cell, times [`NormalForm::scale`].
    pub fn whole(&self, player: usize) -> Vec<BigInt> {
        match self.whole_if_small(player) {
            Some(small) => small.into_iter().map(BigInt::from).collect(),
            None => self.table(&self.weights[player], BigInt::zero()),
        }
    }

    /// As [`NormalForm::whole`] if no sum can leave 63 bits.
    pub(crate) fn whole_if_small(&self, player: usize) -> Option<Vec<i64>> {
        let all: BigInt = self.weights[player].iter().map(BigInt::abs).sum();
        all.to_i64()?;
        let small: Vec<i64> = self.weights[player].iter().filter_map(BigInt::to_i64).collect();
        Some(self.table(&small, 0))
    }

    /// Expected payoffs of a player, cell by cell.
    pub fn exact(&self, player: usize) -> Vec<Rational> {
        self.whole(player).into_iter().map(|sum| Rational::new(sum, self.scale[player].clone())).collect()
    }

    fn table<T: Clone + for<'a> AddAssign<&'a T>>(&self, weights: &[T], zero: T) -> Vec<T> {
        let mut table = vec![zero; self.cells()];
        let mut strides = Vec::with_capacity(self.strategies.len());
        let mut stride = 1;
        for own in &self.strategies {
            strides.push(stride);
            stride *= own.len();
        }
        for (weight, paths) in weights.iter().zip(&self.paths) {
            let lists: Vec<&[usize]> =
                paths.iter().enumerate().map(|(player, &path)| &self.keeping[player][path][..]).collect();
            each_cell(&lists, &strides, |cell| table[cell] += weight);
        }
        table
    }
}

/// All combinations of one entry of each list.
fn each_cell(lists: &[&[usize]], strides: &[usize], mut visit: impl FnMut(usize)) {
    if lists.iter().any(|list| list.is_empty()) {
        return;
    }
    let mut at = vec![0; lists.len()];
    loop {
        visit((0..lists.len()).map(|player| lists[player][at[player]] * strides[player]).sum());
        let Some(next) = (0..lists.len()).find(|&player| at[player] + 1 < lists[player].len()) else {
            return;
        };
        at[..next].fill(0);
        at[next] += 1;
    }
}

/// Probability by chance × payoff at every end, as whole numbers, and what they were multiplied with.
pub(crate) fn weights(game: &Game) -> (Vec<Vec<BigInt>>, Vec<BigInt>) {
    let reach = chance_reach(game);
    let exact: Vec<Vec<Rational>> = game
        .ends
        .iter()
        .zip(&reach)
        .map(|(&node, reach)| game.exact_payoffs(node).into_iter().map(|payoff| payoff * reach).collect())
        .collect();
    let scale: Vec<BigInt> = (0..game.players.len())
        .map(|player| exact.iter().fold(BigInt::one(), |lcm, end| lcm.lcm(end[player].denom())))
        .collect();
    let whole = (0..game.players.len()).map(|player| {
        exact.iter().map(|end| end[player].numer() * (&scale[player] / end[player].denom())).collect()
    });
    (whole.collect(), scale)
}

/// End → probability that chance lets it happen.
pub(crate) fn chance_reach(game: &Game) -> Vec<Rational> {
    let mut reach: Vec<Rational> = vec![Rational::one()];
    for node in 1..game.nodes() {
        let (parent, branch) = game.parent(node).unwrap_or((0, 0));
        let p = match game.turn(parent) {
            Turn::Chance => &reach[parent] * &game.exact_chance(parent)[branch],
            Turn::Player { .. } | Turn::End => reach[parent].clone(),
        };
        reach.push(p);
    }
    game.ends.iter().map(|&node| reach[node].clone()).collect()
}

/// The own paths of every player, numbered.
struct OwnPaths {
    paths: Vec<Vec<OwnPath>>,
    /// Node → player → own path.
    at: Vec<Vec<usize>>,
}

fn own_paths(game: &Game) -> OwnPaths {
    let players = game.players.len();
    let mut paths: Vec<Vec<OwnPath>> = vec![vec![OwnPath::new()]; players];
    let mut numbers: Vec<BTreeMap<(usize, usize, usize), usize>> = vec![BTreeMap::new(); players];
    let mut at: Vec<Vec<usize>> = vec![vec![0; players]];
    for node in 1..game.nodes() {
        let (parent, branch) = game.parent(node).unwrap_or((0, 0));
        let mut here = at[parent].clone();
        if let Turn::Player { infoset } = game.turn(parent) {
            let player = game.infosets[infoset].player;
            let before = here[player];
            here[player] = *numbers[player].entry((before, infoset, branch)).or_insert_with(|| {
                let mut longer = paths[player][before].clone();
                longer.push((infoset, branch));
                paths[player].push(longer);
                paths[player].len() - 1
            });
        }
        at.push(here);
    }
    OwnPaths { paths, at }
}

/// The reduced pure strategies of a player: sets are decided in the order in which the decisions so far lead to them.
fn reduced(game: &Game, player: usize, own: &OwnPaths) -> Result<Vec<PureProfile>, TooLarge> {
    let mut sets: Vec<usize> =
        (0..game.infosets.len()).filter(|&index| game.infosets[index].player == player).collect();
    sets.sort_by_key(|&index| game.infosets[index].nodes[0]);
    let ways: Vec<Vec<&OwnPath>> = sets
        .iter()
        .map(|&set| {
            let mut ways: Vec<usize> =
                game.infosets[set].nodes.iter().map(|&node| own.at[node][player]).collect();
            ways.sort_unstable();
            ways.dedup();
            ways.into_iter().map(|way| &own.paths[player][way]).collect()
        })
        .collect();
    let mut strategies = Vec::new();
    let mut stack: Vec<PureProfile> = vec![vec![None; game.infosets.len()]];
    while let Some(plan) = stack.pop() {
        let open = |(set, ways): &(&usize, &Vec<&OwnPath>)| {
            plan[**set].is_none()
                && ways.iter().any(|way| way.iter().all(|&(set, action)| plan[set] == Some(action)))
        };
        match sets.iter().zip(&ways).find(open) {
            None if strategies.len() == MOST_STRATEGIES => return Err(TooLarge),
            None => strategies.push(plan),
            Some((&set, _)) => {
                for action in (0..game.infosets[set].actions.len()).rev() {
                    let mut longer = plan.clone();
                    longer[set] = Some(action);
                    stack.push(longer);
                }
            }
        }
        if stack.len() > 2 * MOST_STRATEGIES {
            return Err(TooLarge);
        }
    }
    Ok(strategies)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gambit;
    use source::SourceText;

    #[test]
    fn a_plan_decides_only_where_it_gets() {
        let text = "EFG 2 R \"\" { \"a\" }
            p \"\" 1 1 \"\" { \"l\" \"r\" } 0
            p \"\" 1 2 \"\" { \"x\" \"y\" } 0 t \"\" 1 \"\" { 1/3 } t \"\" 2 \"\" { 2 }
            c \"\" 1 \"\" { \"h\" 1/2 \"t\" 1/2 } 0 t \"\" 3 \"\" { 0.1 }
            p \"\" 1 3 \"\" { \"x\" \"y\" \"z\" } 0 t \"\" 1 t \"\" 2 t \"\" 3";
        let game = gambit::read(&SourceText::new("x", text)).unwrap();
        let form = NormalForm::new(&game).unwrap();
        assert_eq!(form.strategies[0].len(), 5);
        assert_eq!(form.strategies[0][0], [Some(0), Some(0), None]);
        let ratio = |above: i64, below: i64| Rational::new(above.into(), below.into());
        assert_eq!(form.exact(0), [ratio(1, 3), ratio(2, 1), ratio(13, 60), ratio(21, 20), ratio(1, 10)]);
    }
}
