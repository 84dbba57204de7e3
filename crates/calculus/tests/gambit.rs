//! Every game of the Gambit catalogue is read, and the answers agree with Gambit's own.

use std::fs;
use std::path::{Path, PathBuf};

use calculus::{Game, Method, NormalForm, Solution, Until, enumerate_pure, forgets, gambit, solve};
use serde_json::Value;
use source::SourceText;

fn data() -> Option<PathBuf> {
    let fallback = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let dir = std::env::var_os("DEMARCHE_DATA").map_or(fallback, PathBuf::from).join("games");
    if dir.is_dir() {
        return Some(dir);
    }
    eprintln!("DEMARCHE_DATA IS NOT THERE: no game of the Gambit catalogue was read");
    None
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![dir.to_path_buf()];
    while let Some(dir) = waiting.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            match path.extension().and_then(|end| end.to_str()) {
                _ if path.is_dir() => waiting.push(path),
                Some("efg" | "nfg") => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> Game {
    let text = fs::read(path).unwrap();
    let file = SourceText::new(path.display().to_string(), String::from_utf8_lossy(&text).into_owned());
    gambit::read(&file)
        .unwrap_or_else(|finding| panic!("{}: {} at {}", path.display(), finding.message, finding.place))
}

/// What Gambit answered.
struct Results(String);

impl Results {
    fn read(dir: &Path) -> Self {
        Self(fs::read_to_string(dir.join("gambit-results.txt")).unwrap())
    }

    /// `None` where it gave an error or took more than six seconds.
    fn get(&self, name: &str, method: &str) -> Option<Value> {
        let start = format!("{name}|{method}|");
        let line = self.0.lines().find_map(|line| line.strip_prefix(&start))?;
        serde_json::from_str(line).ok()
    }
}

fn close(ours: &[f64], theirs: &Value, tolerance: f64) -> bool {
    let theirs: Vec<f64> = theirs.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect();
    ours.len() == theirs.len()
        && ours.iter().zip(&theirs).all(|(a, b)| (a - b).abs() <= tolerance * (1.0 + b.abs()))
}

#[test]
fn all_games_are_read_and_logit_ends_where_gambit_ends() {
    let Some(dir) = data() else { return };
    let results = Results::read(&dir);
    let (mut read_all, mut same, mut pure, mut differ) = (0, 0, 0, Vec::new());
    let (mut unproved, mut forgetful) = (Vec::new(), Vec::new());
    for path in files(&dir) {
        let game = read(&path);
        read_all += 1;
        let name = path.strip_prefix(&dir).unwrap().to_str().unwrap().to_string();
        if game.actions() <= 400
            && let Some(theirs) = results.get(&name, "logit")
        {
            let ours = solve(&game, Method::Qre(Until::Nash)).unwrap();
            let equilibrium = &ours.equilibria[0];
            if equilibrium.max_regret > 1e-6 * game.payoff_range() {
                let list = if forgets(&game).is_empty() { &mut unproved } else { &mut forgetful };
                list.push(format!("{name}: regret {}", equilibrium.max_regret));
            }
            if close(&equilibrium.payoffs, &theirs["payoffs"][0], 1e-4) {
                same += 1;
            } else {
                differ.push(format!("{name}: {:?} and {}", equilibrium.payoffs, theirs["payoffs"][0]));
            }
        }
        if let Some(theirs) = results.get(&name, "enumpure")
            && let Ok(ours) = enumerate_pure(&game)
        {
            assert!(forgets(&game).is_empty());
            assert_eq!(ours.len() as u64, theirs["n"].as_u64().unwrap(), "{name}");
            pure += 1;
        }
    }
    eprintln!(
        "{read_all} games read, {same} logit answers agree, {pure} enumerations agree; {differ:#?}, {unproved:#?}"
    );
    assert_eq!(read_all, 93);
    assert!(unproved.is_empty(), "{unproved:#?}");
    // Where a player forgets, a plan may gain against the agents. Two of these have no equilibrium in behaviour
    // strategies, as their titles say.
    let names: Vec<&str> = forgetful.iter().filter_map(|one| one.split(':').next()).collect();
    let told = ["contrib/myerson.efg", "journals/geb/gilboa1997/fig2.efg", "journals/geb/wichardt2008.efg"];
    assert_eq!(names, told);
    // Ten answers are other equilibria than Gambit's. Nine of these games are symmetric or degenerate, so that the
    // branch meets others where it cannot be told which one goes on; at 2x2x2 Gambit's own answer has a regret of 0.21.
    assert!(same >= 75, "{same} agree; {differ:#?}");
    assert_eq!(pure, 83);
}

/// Both formats are written and read back without loss: the tree node by node, the table cell by cell.
#[test]
fn all_games_are_written_and_read_back() {
    let Some(dir) = data() else { return };
    let (mut trees, mut tables) = (0, 0);
    for path in files(&dir) {
        let game = read(&path);
        let name = path.display();
        let text = gambit::to_efg(&game);
        let back = gambit::read(&SourceText::new("back.efg", text.clone()))
            .unwrap_or_else(|finding| panic!("{name}: {} at {}", finding.message, finding.place));
        assert_eq!(gambit::to_efg(&back), text, "{name}");
        assert_eq!(back.infosets, game.infosets, "{name}");
        for node in 0..game.nodes() {
            assert_eq!(back.exact_payoffs(node), game.exact_payoffs(node), "{name}");
        }
        trees += 1;
        let Ok(form) = NormalForm::new(&game) else { continue };
        if form.cells() > 100_000 {
            continue;
        }
        let text = gambit::to_nfg(&game).unwrap();
        let table = gambit::read(&SourceText::new("back.nfg", text)).unwrap();
        let again = NormalForm::new(&table).unwrap();
        for player in 0..game.players.len() {
            assert_eq!(again.strategies[player].len(), form.strategies[player].len(), "{name}");
            assert_eq!(again.exact(player), form.exact(player), "{name}");
        }
        tables += 1;
    }
    eprintln!("{trees} trees and {tables} tables written and read back");
    assert_eq!(trees, 93);
    assert!(tables >= 85, "{tables}");
}

/// The exact methods on every game that they are for: no regret at all, as many equilibria as Gambit lists and with the
/// same payoffs, and in pure conflict the same value.
#[test]
fn exact_methods_agree_with_gambit() {
    let Some(dir) = data() else { return };
    let results = Results::read(&dir);
    let (mut lists, mut beyond, mut one, mut values) = (0, Vec::new(), 0, 0);
    for path in files(&dir) {
        let game = read(&path);
        let name = path.strip_prefix(&dir).unwrap().to_str().unwrap().to_string();
        let theirs = results.get(&name, "lcp");
        match solve(&game, Method::Lcp) {
            Ok(found) => {
                one += 1;
                assert!(proven(&found), "{name}");
            }
            Err(error) => assert!(theirs.is_none(), "{name}: {error}"),
        }
        if let Ok(found) = solve(&game, Method::Lp) {
            values += 1;
            assert!(found.equilibria[0].max_regret <= 1e-9, "{name}: {}", found.equilibria[0].max_regret);
            if let Some(theirs) = theirs {
                assert!(close(&found.equilibria[0].payoffs, &theirs["payoffs"][0], 1e-7), "{name}");
            }
        }
        // Where there are more plans Gambit does not end either.
        let plans = |form: NormalForm| form.strategies.iter().map(Vec::len).sum::<usize>();
        let theirs = results.get(&name, "enummixed");
        if !NormalForm::new(&game).is_ok_and(|form| plans(form) <= 60) {
            assert!(theirs.is_none(), "{name}");
            continue;
        }
        let Ok(found) = solve(&game, Method::Enum) else { continue };
        assert!(found.complete && proven(&found), "{name}");
        let Some(theirs) = theirs else {
            beyond.push(format!("{name}: {}", found.equilibria.len()));
            continue;
        };
        lists += 1;
        for payoffs in theirs["payoffs"].as_array().unwrap() {
            assert!(
                found.equilibria.iter().any(|one| close(&one.payoffs, payoffs, 1e-7)),
                "{name}: {payoffs}"
            );
        }
        // Both players mix 1 and 2 equally, and 3 and 4 equally, in any proportion: four corners. Gambit lists points
        // between them, too.
        let corners = if name == "contrib/csg2.nfg" { 4 } else { theirs["n"].as_u64().unwrap() as usize };
        assert_eq!(found.equilibria.len(), corners, "{name}");
    }
    eprintln!("{lists} lists as Gambit's, beyond it {beyond:#?}; {one} by lcp, {values} values");
    assert_eq!((lists, one, values), (61, 73, 16));
    assert!(beyond.len() >= 9, "{beyond:#?}");
}

fn proven(solution: &Solution) -> bool {
    solution.equilibria.iter().all(|one| one.exact.as_ref().is_some_and(|exact| exact.max_regret == "0"))
}
