//! Exact methods for two players, against slow obvious ones in fractions and against each other.

use std::collections::BTreeSet;

use calculus::{
    Bimatrix, Dominance, Dominator, ExactProfile, Game, Method, MixedProfile, NormalForm, Rational,
    SequenceForm, Start, all_starts, choose, extreme_equilibria, gambit, iterated_dominance, lemke_howson,
    mixed_regret, plans_of_mixed, sequence_lcp, solve, unwatched, zero_sum,
};
use measure::Seed;
use num_traits::{One, Signed, Zero};
use proptest::prelude::*;
use source::SourceText;

fn read(text: &str) -> Game {
    gambit::read(&SourceText::new("game", text))
        .unwrap_or_else(|finding| panic!("{text}\n{}", finding.message))
}

/// A table with payoffs `[row][column]` of both.
fn table(a: &[Vec<i64>], b: &[Vec<i64>]) -> Game {
    let (rows, columns) = (a.len(), a[0].len());
    let mut text = format!("NFG 1 R \"random\" {{ \"row\" \"column\" }} {{ {rows} {columns} }}\n");
    for j in 0..columns {
        for i in 0..rows {
            text.push_str(&format!("{} {} ", a[i][j], b[i][j]));
        }
    }
    read(&text)
}

fn ratio(value: i64) -> Rational {
    Rational::from_integer(value.into())
}

/// The solution of a square system, if it is the only one.
fn system(mut rows: Vec<Vec<Rational>>) -> Option<Vec<Rational>> {
    let size = rows.len();
    for column in 0..size {
        let pivot = (column..size).find(|&row| !rows[row][column].is_zero())?;
        rows.swap(column, pivot);
        let by = rows[column][column].clone();
        for entry in &mut rows[column] {
            *entry /= &by;
        }
        let turned = rows[column].clone();
        for (_, other) in rows.iter_mut().enumerate().filter(|(row, _)| *row != column) {
            let times = other[column].clone();
            subtract(other, &turned, &times);
        }
    }
    Some(rows.into_iter().map(|row| row[size].clone()).collect())
}

fn subtract(from: &mut [Rational], row: &[Rational], times: &Rational) {
    for (entry, taken) in from.iter_mut().zip(row) {
        *entry -= taken * times;
    }
}

fn subsets(size: usize, of: usize) -> Vec<Vec<usize>> {
    (0..1_usize << of)
        .filter(|mask| mask.count_ones() as usize == size)
        .map(|mask| (0..of).filter(|bit| mask >> bit & 1 == 1).collect())
        .collect()
}

/// Vertices of {x ≥ 0, Σx = 1, v ≥ every row·x, v minimal}, with the labels that hold: by trying all sets of tight
/// constraints. Constraints: 0… for x_i = 0, then one per row.
fn corners(rows: &[Vec<i64>], size: usize) -> Vec<(Vec<Rational>, BTreeSet<usize>)> {
    let mut found: Vec<(Vec<Rational>, BTreeSet<usize>)> = Vec::new();
    for tight in subsets(size, size + rows.len()) {
        // Unknowns x and v.
        let mut equations: Vec<Vec<Rational>> = tight
            .iter()
            .map(|&constraint| {
                let mut equation = vec![Rational::zero(); size + 2];
                if constraint < size {
                    equation[constraint] = Rational::one();
                } else {
                    for (slot, payoff) in rows[constraint - size].iter().enumerate() {
                        equation[slot] = ratio(*payoff);
                    }
                    equation[size] = -Rational::one();
                }
                equation
            })
            .collect();
        let mut sum = vec![Rational::one(); size + 2];
        sum[size] = Rational::zero();
        equations.push(sum);
        let Some(mut x) = system(equations) else { continue };
        let v = x.pop().unwrap();
        let worth = |row: &Vec<i64>| row.iter().zip(&x).map(|(u, p)| ratio(*u) * p).sum::<Rational>();
        if x.iter().any(Signed::is_negative) || rows.iter().any(|row| worth(row) > v) {
            continue;
        }
        let mut labels: BTreeSet<usize> = (0..size).filter(|&slot| x[slot].is_zero()).collect();
        labels.extend((0..rows.len()).filter(|&row| worth(&rows[row]) == v).map(|row| size + row));
        if !found.iter().any(|(other, _)| *other == x) {
            found.push((x, labels));
        }
    }
    found
}

/// All extreme equilibria by looking at all pairs of corners.
fn slowly(a: &[Vec<i64>], b: &[Vec<i64>]) -> Vec<MixedProfile> {
    let (m, n) = (a.len(), a[0].len());
    let columns: Vec<Vec<i64>> = (0..n).map(|j| (0..m).map(|i| b[i][j]).collect()).collect();
    let mut all = Vec::new();
    for (x, x_labels) in corners(&columns, m) {
        for (y, y_labels) in corners(a, n) {
            let has = |label: usize| {
                x_labels.contains(&label) || y_labels.contains(&if label < m { n + label } else { label - m })
            };
            if (0..m + n).all(has) {
                all.push(vec![x.clone(), y]);
            }
        }
    }
    all
}

fn sorted(mut all: Vec<MixedProfile>) -> Vec<MixedProfile> {
    all.sort();
    all
}

fn payoffs(seed: u64, rows: usize, columns: usize, most: u64) -> [Vec<Vec<i64>>; 2] {
    let mut stream = Seed(seed).stream("table", 0);
    [0, 1].map(|_| {
        (0..rows)
            .map(|_| (0..columns).map(|_| (stream.uniform() * most as f64) as i64 - 2).collect())
            .collect()
    })
}

/// Sign of the determinant.
fn sign(mut rows: Vec<Vec<Rational>>) -> i32 {
    let size = rows.len();
    let mut sign = 1;
    for column in 0..size {
        let Some(pivot) = (column..size).find(|&row| !rows[row][column].is_zero()) else { return 0 };
        if pivot != column {
            rows.swap(column, pivot);
            sign = -sign;
        }
        if rows[column][column].is_negative() {
            sign = -sign;
        }
        let turned = rows[column].clone();
        for other in &mut rows[column + 1..] {
            let times = &other[column] / &turned[column];
            subtract(other, &turned, &times);
        }
    }
    sign
}

/// Whether nothing outside the supports is as good as what is played.
fn strict(a: &[Vec<i64>], b: &[Vec<i64>], profile: &MixedProfile) -> bool {
    let best = |worth: Vec<Rational>| {
        let most = worth.iter().max().cloned();
        worth.iter().filter(|one| Some(*one) == most.as_ref()).count()
    };
    let weighted = |p: &[Rational], u: &dyn Fn(usize) -> i64| -> Rational {
        p.iter().enumerate().map(|(slot, p)| p * ratio(u(slot))).sum()
    };
    let played = |p: &[Rational]| p.iter().filter(|p| !p.is_zero()).count();
    let rows = (0..a.len()).map(|i| weighted(&profile[1], &|j| a[i][j])).collect();
    let columns = (0..a[0].len()).map(|j| weighted(&profile[0], &|i| b[i][j])).collect();
    best(rows) == played(&profile[0]) && best(columns) == played(&profile[1])
}

/// Shapley (1974): (−1)^(k+1) sign(det A′ det B′) of the payoffs, made positive, within the supports.
fn index(a: &[Vec<i64>], b: &[Vec<i64>], profile: &MixedProfile) -> i32 {
    let support = |p: &[Rational]| (0..p.len()).filter(|&slot| !p[slot].is_zero()).collect::<Vec<_>>();
    let (rows, columns) = (support(&profile[0]), support(&profile[1]));
    if rows.len() != columns.len() {
        return 0;
    }
    let part = |u: &[Vec<i64>]| {
        rows.iter().map(|&i| columns.iter().map(|&j| ratio(u[i][j] + 1000)).collect()).collect::<Vec<_>>()
    };
    let turn = if rows.len() % 2 == 1 { 1 } else { -1 };
    turn * sign(part(a)) * sign(part(b))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Payoffs from a small range: most games are degenerate.
    #[test]
    fn all_extreme_equilibria_are_found(seed in 0_u64..1_000_000, m in 1_usize..5, n in 1_usize..5, most in 2_u64..9) {
        let [a, b] = payoffs(seed, m, n, most);
        let game = table(&a, &b);
        let form = NormalForm::new(&game).unwrap();
        let two = Bimatrix::new(&form).unwrap();
        let found = extreme_equilibria(&two, &mut unwatched).unwrap();
        prop_assert_eq!(sorted(found.equilibria.clone()), sorted(slowly(&a, &b)));
        for profile in &found.equilibria {
            let (_, regrets) = mixed_regret(&form, profile);
            prop_assert!(regrets.iter().all(Zero::is_zero));
        }
        // Every equilibrium belongs to one component; every mixture within a part is an equilibrium.
        let listed: Vec<usize> = found.components.iter().flat_map(|one| one.equilibria.clone()).collect();
        prop_assert_eq!(listed.len(), found.equilibria.len());
        for part in found.components.iter().flat_map(|one| &one.parts) {
            let share = Rational::new(1.into(), part.len().into());
            let mean = |player: usize| -> Vec<Rational> {
                let size = form.strategies[player].len();
                (0..size).map(|slot| part.iter().map(|&at| &found.equilibria[at][player][slot] * &share).sum()).collect()
            };
            let (_, regrets) = mixed_regret(&form, &vec![mean(0), mean(1)]);
            prop_assert!(regrets.iter().all(Zero::is_zero));
        }
        // Paths end at equilibria; those of extreme vertices are among all.
        let joined = all_starts(&two, &mut unwatched);
        prop_assert!(joined.finished && !joined.equilibria.is_empty());
        for profile in &joined.equilibria {
            prop_assert!(found.equilibria.contains(profile));
        }
        for label in 0..m + n {
            let one = lemke_howson(&two, label, &mut unwatched);
            prop_assert!(one.finished && joined.equilibria.contains(&one.equilibria[0]));
        }
    }

    /// Payoffs from a wide range: no game is degenerate, the indices add up to 1 and the number of equilibria is odd.
    #[test]
    fn indices_add_up_to_one(seed in 0_u64..1_000_000, m in 2_usize..5, n in 2_usize..5) {
        let [a, b] = payoffs(seed, m, n, 900);
        let found = solve(&table(&a, &b), Method::Enum).unwrap();
        let profiles = slowly(&a, &b);
        prop_assert_eq!(found.equilibria.len(), profiles.len());
        let nondegenerate = profiles.iter().all(|profile| index(&a, &b, profile) != 0 && strict(&a, &b, profile));
        prop_assume!(nondegenerate);
        prop_assert_eq!(profiles.iter().map(|profile| index(&a, &b, profile)).sum::<i32>(), 1);
        prop_assert_eq!(found.components.len(), profiles.len());
    }

    /// Trees: the methods agree on what can be an equilibrium, without a tolerance.
    #[test]
    fn methods_agree_on_trees(seed in 0_u64..1_000_000) {
        let game = tree(seed, Conflict::Some);
        let sequences = SequenceForm::new(&game).unwrap();
        let found = sequence_lcp(&sequences, &mut unwatched).unwrap();
        prop_assert!(found.finished);
        let exact = ExactProfile::new(&game, &sequences, &found.plans);
        prop_assert!(exact.is_equilibrium());
        for player in 0..2 {
            prop_assert_eq!(&sequences.plan(&game, player, &exact.behavior)[0], &Rational::one());
        }
        // The mixed strategies of the normal form do as plans what they did as mixtures.
        let form = NormalForm::new(&game).unwrap();
        let two = Bimatrix::new(&form).unwrap();
        let label = seed as usize % (form.strategies[0].len() + form.strategies[1].len());
        let mixed = &lemke_howson(&two, label, &mut unwatched).equilibria[0];
        let plans = plans_of_mixed(&form, &sequences, mixed);
        let (payoffs, regrets) = mixed_regret(&form, mixed);
        let profile = ExactProfile::new(&game, &sequences, &plans);
        prop_assert_eq!((&profile.payoffs, &profile.regret), (&payoffs, &regrets));
        prop_assert!(profile.is_equilibrium());
        for method in [Method::Lcp, Method::LemkeHowson(Start::All)] {
            for equilibrium in solve(&game, method).unwrap().equilibria {
                prop_assert_eq!(equilibrium.exact.unwrap().max_regret, "0");
                prop_assert!(equilibrium.beliefs.iter().all(|set| set.reached * set.regret < 1e-9));
            }
        }
    }

    /// Pure conflict: the linear programs and the exact method find the same value.
    #[test]
    fn values_agree_in_pure_conflict(seed in 0_u64..1_000_000) {
        let game = tree(seed, Conflict::Pure);
        let sequences = SequenceForm::new(&game).unwrap();
        let near = SequenceForm::near(&game).unwrap();
        let optimal = zero_sum(&game, &near, &mut unwatched).unwrap();
        let value = near.payoff(0, &optimal.plans);
        let exact = ExactProfile::new(&game, &sequences, &sequence_lcp(&sequences, &mut unwatched).unwrap().plans);
        prop_assert!((value - num_traits::ToPrimitive::to_f64(&exact.payoffs[0]).unwrap()).abs() < 1e-9);
        let lp = solve(&game, Method::Lp).unwrap();
        prop_assert!(lp.equilibria[0].max_regret < 1e-9, "{}", lp.equilibria[0].max_regret);
    }

    /// What is struck out by strict dominance is in no equilibrium, and every equilibrium of what is left is one.
    #[test]
    fn strict_dominance_loses_no_equilibrium(seed in 0_u64..1_000_000, m in 2_usize..5, n in 2_usize..5) {
        let [a, b] = payoffs(seed, m, n, 6);
        let form = NormalForm::new(&table(&a, &b)).unwrap();
        let mixed = iterated_dominance(&form, Dominance::Strict, Dominator::Mixed, &mut unwatched);
        let pure = iterated_dominance(&form, Dominance::Strict, Dominator::Pure, &mut unwatched);
        for player in 0..2 {
            prop_assert!(pure.strategies[player].iter().collect::<BTreeSet<_>>().is_superset(&mixed.strategies[player].iter().collect()));
        }
        let gone = |player: usize, slot: usize| !mixed.strategies[player].contains(&slot);
        let all = slowly(&a, &b);
        for profile in &all {
            for (player, own) in profile.iter().enumerate() {
                prop_assert!(own.iter().enumerate().all(|(slot, p)| p.is_zero() || !gone(player, slot)));
            }
        }
        let left = |u: &[Vec<i64>]| -> Vec<Vec<i64>> {
            mixed.strategies[0].iter().map(|&i| mixed.strategies[1].iter().map(|&j| u[i][j]).collect()).collect()
        };
        prop_assert_eq!(slowly(&left(&a), &left(&b)).len(), all.len());
        // What is said to beat a strategy does, against everything that was there.
        for gone in mixed.rounds.first().into_iter().flatten() {
            let total: Rational = gone.by.iter().map(|(_, p)| p.clone()).sum();
            prop_assert!(total.is_one());
            for other in 0..[n, m][gone.player] {
                let worth = |own: usize| ratio(if gone.player == 0 { a[own][other] } else { b[other][own] });
                let better: Rational = gone.by.iter().map(|(own, p)| worth(*own) * p).sum();
                prop_assert!(better > worth(gone.strategy));
            }
        }
        // Weakly dominated strategies, too, and what is left always has an equilibrium of the whole.
        let weak = iterated_dominance(&form, Dominance::Weak, Dominator::Mixed, &mut unwatched);
        for gone in weak.rounds.first().into_iter().flatten() {
            let mut somewhere = false;
            for other in 0..[n, m][gone.player] {
                let worth = |own: usize| ratio(if gone.player == 0 { a[own][other] } else { b[other][own] });
                let better: Rational = gone.by.iter().map(|(own, p)| worth(*own) * p).sum();
                prop_assert!(better >= worth(gone.strategy));
                somewhere |= better > worth(gone.strategy);
            }
            prop_assert!(somewhere);
        }
        let kept = |player: usize, own: &[Rational]| {
            own.iter().enumerate().all(|(slot, p)| p.is_zero() || weak.strategies[player].contains(&slot))
        };
        let lasting = all.iter().any(|profile| kept(0, &profile[0]) && kept(1, &profile[1]));
        prop_assert!(lasting);
    }
}

enum Conflict {
    Some,
    Pure,
}

/// Chance deals one of three cards; the first player sees whether it is the third, moves twice; the second sees the
/// first move only.
fn tree(seed: u64, conflict: Conflict) -> Game {
    let mut stream = Seed(seed).stream("tree", 0);
    let mut text =
        String::from("EFG 2 R \"\" { \"a\" \"b\" }\nc \"\" 1 \"\" { \"1\" 1/6 \"2\" 1/3 \"3\" 1/2 } 0\n");
    let mut outcome = 0;
    let mut end = |text: &mut String| {
        outcome += 1;
        let (a, b) = ((stream.uniform() * 12.0) as i64, (stream.uniform() * 12.0) as i64);
        let b = match conflict {
            Conflict::Some => b,
            Conflict::Pure => 3 - a,
        };
        text.push_str(&format!("t \"\" {outcome} \"\" {{ {a}/3 {b}/3 }}\n"));
    };
    for card in 0..3 {
        let sees = card / 2;
        text.push_str(&format!("p \"\" 1 {} \"\" {{ \"x\" \"y\" }} 0\n", 1 + sees));
        for first in 0..2 {
            text.push_str(&format!("p \"\" 2 {} \"\" {{ \"u\" \"v\" }} 0\n", 1 + first));
            end(&mut text);
            text.push_str(&format!("p \"\" 1 {} \"\" {{ \"s\" \"t\" }} 0\n", 3 + 2 * sees + first));
            end(&mut text);
            end(&mut text);
        }
    }
    read(&text)
}

/// Wide numbers do not fit into 64 bits: the same answer, exactly.
#[test]
fn numbers_of_any_size() {
    let game = read(
        "NFG 1 R \"\" { \"a\" \"b\" } { 2 2 } 123456789012345678901234567890 0 0 123456789012345678901234567891 1/3 1e-30 0 1",
    );
    for method in [Method::Enum, Method::LemkeHowson(Start::Label(0)), Method::Lcp] {
        let solution = solve(&game, method).unwrap();
        for equilibrium in solution.equilibria {
            assert_eq!(equilibrium.exact.unwrap().max_regret, "0");
        }
    }
}

/// Games of one player, of nobody, with one strategy each: an answer from every method.
#[test]
fn games_without_much_choice() {
    for (text, payoffs) in [
        ("EFG 2 R \"\" { \"a\" } t \"\" 1 \"\" { 5 }", vec![5.0]),
        (
            "EFG 2 R \"\" { \"a\" } p \"\" 1 1 \"\" { \"l\" \"r\" } 0 t \"\" 1 \"\" { 5 } t \"\" 2 \"\" { 7 }",
            vec![7.0],
        ),
        (
            "EFG 2 R \"\" { \"a\" \"b\" } c \"\" 1 \"\" { \"h\" 1/4 \"t\" 3/4 } 0 t \"\" 1 \"\" { 4 8 } t \"\" 2 \"\" { 0 -8 }",
            vec![1.0, -4.0],
        ),
        ("NFG 1 R \"\" { \"a\" \"b\" } { 1 1 } 3 4", vec![3.0, 4.0]),
        ("NFG 1 R \"\" { \"a\" \"b\" } { 1 3 } 3 4 3 6 3 5", vec![3.0, 6.0]),
        ("NFG 1 R \"\" { \"a\" \"b\" \"c\" } { 1 2 1 } 3 4 5 6 7 8", vec![6.0, 7.0, 8.0]),
        (
            "EFG 2 R \"\" { \"a\" \"b\" \"c\" } p \"\" 3 1 \"\" { \"l\" \"r\" } 0 t \"\" 1 \"\" { 1 2 3 } p \"\" 1 1 \"\" { \"go\" } 0 t \"\" 2 \"\" { 0 0 9 }",
            vec![0.0, 0.0, 9.0],
        ),
    ] {
        let game = read(text);
        for method in
            [Method::Pure, Method::Enum, Method::LemkeHowson(Start::All), Method::Lcp, choose(&game).0]
        {
            let solution = solve(&game, method).unwrap_or_else(|error| panic!("{text}, {method:?}: {error}"));
            assert_eq!(solution.equilibria.len(), 1, "{text}, {method:?}");
            assert_eq!(solution.equilibria[0].payoffs, payoffs, "{text}, {method:?}");
            assert_eq!(solution.equilibria[0].max_regret, 0.0, "{text}, {method:?}");
        }
    }
}

/// What a stopped method gives has a regret, and says that it was stopped.
#[test]
fn a_stopped_method_says_so() {
    let [a, b] = payoffs(7, 9, 9, 900);
    let game = table(&a, &b);
    for method in [Method::Enum, Method::LemkeHowson(Start::All), Method::Lcp] {
        let mut stop = |_| std::ops::ControlFlow::Break(());
        let solution = calculus::solve_watched(&game, method, &mut stop).unwrap();
        assert!(!solution.complete && solution.notes[0].contains("stopped"), "{method:?}");
        assert!(solution.equilibria[0].max_regret >= 0.0);
    }
}
