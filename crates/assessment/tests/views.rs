//! What an analyst asks of a game, against closed forms on the canonical games and against laws.

use std::cell::Cell;
use std::ops::ControlFlow;

use assessment::{GAMES, GameCase, Settings, new_game};
use calculus::{Axis, Progress, Until, View, unwatched};

fn template(name: &str) -> GameCase {
    let dir = tempfile::tempdir().unwrap();
    new_game(dir.path(), GAMES.iter().find(|game| game.name == name).unwrap()).unwrap();
    GameCase::read(dir.path(), &Settings::default()).unwrap()
}

fn view(case: &GameCase, until: Option<Until>) -> View<'_> {
    View { values: &case.values, prior: &case.prior, until, watch: &unwatched }
}

fn axis(case: &GameCase, name: &str, low: f64, high: f64) -> Axis {
    Axis { parameter: name.into(), position: case.position(name).unwrap(), low, high }
}

fn near(a: f64, b: f64, by: f64) {
    assert!((a - b).abs() < by, "{a} {b}");
}

#[test]
fn parts_add_up_and_beliefs_are_those_of_bayes() {
    for game in &GAMES {
        let case = template(game.name);
        let outlooks = case.form.outlooks(view(&case, Some(Until::Lambda(2.0))), &case.hypotheses).unwrap();
        assert!(!outlooks.is_empty());
        for outlook in &outlooks {
            for (index, utility) in outlook.standpoint.utilities.iter().enumerate() {
                let sum: f64 = outlook.parts.iter().map(|part| part.by_action[index]).sum();
                assert!((sum - utility).abs() < 1e-9, "{}: {sum} {utility} {outlook:?}", game.name);
            }
            near(outlook.beliefs.iter().map(|(_, p)| p).sum(), 1.0, 1e-9);
        }
    }
}

/// After the threat the target believes what the threat teaches an outsider.
#[test]
fn who_sees_the_same_learns_the_same() {
    let case = template("audience-costs");
    let at = view(&case, Some(Until::Lambda(3.0)));
    let observed = [("threat".to_string(), "threaten".to_string()), ("answer".into(), "resist".into())];
    let lessons = case.form.learn(at, &case.hypotheses, &observed).unwrap();
    let outlooks = case.form.outlooks(at, &case.hypotheses).unwrap();
    let target = outlooks.iter().find(|outlook| outlook.standpoint.at == "answer").unwrap();
    for (update, (id, belief)) in lessons[0].updates.iter().zip(&target.beliefs) {
        assert_eq!(update.hypothesis, *id);
        near(update.after, *belief, 1e-9);
        near(update.after, update.before * update.likelihood / lessons[0].probability, 1e-12);
    }
    // The target does not know the type: what it does teaches nothing about it.
    for update in &lessons[1].updates {
        near(update.after, update.before, 1e-12);
        near(update.ratio, 1.0, 1e-12);
    }
    // The likelihood of the threat is how often that type threatens.
    let threat = |own: &str| {
        let of = |outlook: &&calculus::Outlook| outlook.standpoint.own_type.as_deref() == Some(own);
        let outlook = outlooks.iter().filter(|one| one.standpoint.at == "threat").find(of).unwrap();
        outlook.standpoint.probabilities[1]
    };
    near(lessons[0].updates[0].likelihood, threat("resolute"), 1e-12);
    near(lessons[0].updates[1].likelihood, threat("irresolute"), 1e-12);
    let wrong = [("threat".to_string(), "shout".to_string())];
    assert!(case.form.learn(at, &case.hypotheses, &wrong).unwrap_err().to_string().contains("threaten"));
    let backward = [observed[1].clone(), ("threat".into(), "quiet".into())];
    assert!(case.form.learn(at, &case.hypotheses, &backward).is_err());
}

/// At its last move a resolute challenger fights exactly if audience costs exceed its cost of war, whatever λ is.
#[test]
fn the_nearest_change_is_the_foot_of_the_perpendicular() {
    let case = template("audience-costs");
    let spec = case.form.choice_spec("last", Some("resolute"), &[]).unwrap();
    let (audience, war) = (axis(&case, "audience_cost", 0.0, 1.6), axis(&case, "war_resolute", 0.0, 0.8));
    let at = view(&case, None);
    let threshold = case.form.threshold_at(&spec, &audience, at).unwrap();
    assert_eq!(threshold.changes.len(), 1);
    near(threshold.changes[0].at, 0.2, 1e-5);
    let now = case.values[audience.position] - case.values[war.position];
    assert!(now > 0.0);
    let flips = case.form.flips(&spec, &[audience.clone(), war.clone()], at).unwrap();
    let nearest = flips.nearest.unwrap();
    near(nearest.distance, now / (1.6_f64 * 1.6 + 0.8 * 0.8).sqrt(), 1e-5);
    assert_eq!((nearest.from.as_str(), nearest.to.as_str()), ("fight", "back-down"));
    assert!(nearest.before[1] > nearest.before[0] && nearest.beyond[1] < nearest.beyond[0]);
    near(nearest.moved[0].there, nearest.moved[1].there, 1e-5);
    // Alone, each has to go all the way.
    near(flips.alone[0].distance, now / 1.6, 1e-5);
    near(flips.alone[1].distance, now / 0.8, 1e-5);
    let surface = case.form.surface(&spec, [&audience, &war], 9, at).unwrap();
    assert_eq!((surface.probabilities.len(), surface.probabilities[0].len()), (9, 9));
    for (height, changes) in surface.up.values.iter().zip(&surface.changes).skip(1) {
        assert_eq!(changes.len(), 1);
        near(changes[0].at, *height, 1e-4);
    }
    // Stopped at the first row that is whole.
    let rows = |progress: Progress| {
        if progress.of.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let stopped = case.form.surface(&spec, [&audience, &war], 9, View { watch: &rows, ..at }).unwrap();
    assert!(
        stopped.stopped
            && stopped.up.values.len() == 1
            && stopped.probabilities[0] == surface.probabilities[0]
    );
}

/// Every question gives what it has when it is stopped, or says how far it came.
#[test]
fn questions_can_be_stopped() {
    let case = template("audience-costs");
    let spec = case.form.choice_spec("threat", Some("irresolute"), &[]).unwrap();
    let audience = axis(&case, "audience_cost", 0.3, 1.1);
    let at = view(&case, Some(Until::Lambda(5.0)));
    let at_once = |_: Progress| ControlFlow::Break(());
    let stopped = View { watch: &at_once, ..at };
    let said = case.form.outlooks(stopped, &case.hypotheses).unwrap_err().to_string();
    assert!(said.contains("before the precision asked for") && said.contains("could gain at most"), "{said}");
    assert!(case.form.learn(stopped, &case.hypotheses, &[("threat".into(), "threaten".into())]).is_err());
    assert!(case.form.commitments(stopped, &case.hypotheses, "threat").is_err());
    let answers = case.form.answers(stopped, &[5.0]).unwrap();
    assert!(!answers.complete && answers.answers.len() == 1);
    assert!(answers.answers[0].name.contains("stopped at λ"), "{}", answers.answers[0].name);
    assert!(answers.answers[0].play.lambda < 5.0 && answers.answers[0].play.max_regret.is_finite());
    // After some steps: the points until then are those of the whole scan.
    let whole = case.form.threshold_at(&spec, &audience, at).unwrap();
    let left = Cell::new(100);
    let after = |_: Progress| {
        left.set(left.get() - 1);
        if left.get() < 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let some = case.form.threshold_at(&spec, &audience, View { watch: &after, ..at }).unwrap();
    assert!(some.stopped && !whole.stopped && (1..41).contains(&some.points.len()));
    assert_eq!(some.points, whole.points[..some.points.len()]);
    let all = case.form.flips(&spec, std::slice::from_ref(&audience), at).unwrap();
    left.set(100);
    let few = case.form.flips(&spec, &[audience], View { watch: &after, ..at }).unwrap();
    assert!(few.stopped && !all.stopped && few.now == all.now);
}

/// No point of a fine grid that flips the choice is nearer than what the search found.
#[test]
fn nothing_nearer_flips_the_choice() {
    let case = template("brinkmanship");
    let spec = case.form.choice_spec("resist", None, &[]).unwrap();
    let axes = [axis(&case, "risk_two", 0.1, 0.5), axis(&case, "disaster_defender", 0.5, 3.0)];
    let at = view(&case, Some(Until::Lambda(4.0)));
    let flips = case.form.flips(&spec, &axes, at).unwrap();
    let nearest = flips.nearest.unwrap();
    let most = |p: &[f64]| usize::from(p[1] > p[0]);
    let count = 25;
    for i in 0..count {
        let first = axes[0].low + (axes[0].high - axes[0].low) * f64::from(i) / f64::from(count - 1);
        let values = case.with(&[("risk_two", first)]);
        let row = View { values: &values, ..at };
        let scan = case.form.threshold_at(&spec, &axes[1], row).unwrap();
        for point in &scan.points {
            let of = |axis: &Axis, value: f64| (value - case.values[axis.position]) / (axis.high - axis.low);
            let distance = of(&axes[0], first).hypot(of(&axes[1], point.value));
            if most(&point.probabilities) != most(&flips.now) {
                assert!(distance > nearest.distance - 1e-6, "{first} {} {distance} {nearest:?}", point.value);
            }
        }
    }
}

/// Chicken at its Nash limit: whoever binds itself to stand is yielded to, except by the stubborn.
#[test]
fn what_it_is_worth_to_be_bound_and_to_be_known() {
    let mut case = template("chicken");
    case.prior = vec![0.9, 0.1];
    let clash = case.values[case.position("clash").unwrap()];
    let at = view(&case, Some(Until::Nash));
    let bound = case.form.commitments(at, &case.hypotheses, "choice-a").unwrap();
    assert_eq!(bound.len(), 2);
    let stand = &bound[1];
    assert_eq!(stand.change, "choice-a is stand");
    near(stand.with.payoffs["a"], 0.9 - 0.1 * clash, 1e-4);
    near(stand.with.payoffs["b"], -0.9 - 0.1 * 0.5, 1e-4);
    near(stand.with.by_hypothesis["stubborn"]["a"], -clash, 1e-4);
    for (player, worth) in &stand.worth {
        near(*worth, stand.with.payoffs[player] - stand.without.payoffs[player], 1e-12);
    }
    // Bound to yield it gets what who yields alone gets.
    near(bound[0].with.payoffs["a"], -1.0, 1e-4);
    // Known to be stubborn, B is yielded to.
    let known = case.form.revelation(at, &case.hypotheses, "b").unwrap();
    near(known.with.by_hypothesis["stubborn"]["a"], -1.0, 1e-4);
    near(known.with.by_hypothesis["stubborn"]["b"], 1.0, 1e-4);
    assert!(case.form.revelation(at, &case.hypotheses, "a").is_err());
}

/// Tied hands that nobody sees bind nobody: the challenger comes, and all that is left is the prior.
#[test]
fn a_signal_that_nobody_sees_is_worth_nothing() {
    let mut case = template("tying-hands");
    case.values = case.with(&[("tied", 1.2)]);
    let signal = case.form.signal(view(&case, Some(Until::Nash)), &case.hypotheses, "signal").unwrap();
    // Seen, tied hands keep the prize (1 or 0.4); unseen, the committed fight for 0.1 and the others give way.
    near(signal.with.by_hypothesis["committed"]["defender"], 1.0, 1e-3);
    near(signal.with.by_hypothesis["uncommitted"]["defender"], 0.4, 1e-3);
    near(signal.without.by_hypothesis["committed"]["defender"], 0.1, 1e-3);
    near(signal.without.by_hypothesis["uncommitted"]["defender"], 0.0, 1e-3);
}

#[test]
fn all_answers_are_shown() {
    let case = template("chicken");
    let answers = case.form.answers(view(&case, None), &[1.0, 4.0]).unwrap();
    let names: Vec<&str> = answers.answers.iter().map(|answer| answer.name.as_str()).collect();
    assert_eq!(names[..3], ["λ = 1", "λ = 4", "end of the logit branch"]);
    // The prior of the stubborn, 0.3, is below 1/(1 + 2.6 − 1): A may stand or yield.
    assert_eq!(names[3..], ["pure equilibrium 1", "pure equilibrium 2", "mixed equilibrium 1"]);
    assert!(answers.complete && answers.answers[3..].iter().all(|answer| answer.play.max_regret < 1e-9));
    let components: Vec<Option<usize>> = answers.answers.iter().map(|answer| answer.component).collect();
    assert_eq!(components, [None, None, None, Some(1), Some(2), Some(3)]);
    // The class of docs/games.md: A stands with s = 1/(1 + x − y).
    let own = answers.answers[5].play.courses.iter().find(|course| course.player == "a").unwrap();
    let value = |name: &str| case.values[case.position(name).unwrap()];
    let stands = 1.0 / (1.0 + value("clash") - value("yield"));
    near(own.probability, if own.action == "stand" { stands } else { 1.0 - stands }, 1e-9);
}
