//! Every game of the Gambit catalogue is read, and the answers agree with Gambit's own.

use std::fs;
use std::path::{Path, PathBuf};

use calculus::{Game, Method, NormalForm, Until, enumerate_pure, forgets, gambit, solve};
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

fn close(ours: &[f64], theirs: &Value, tolerance: f64) -> bool {
    let theirs: Vec<f64> = theirs.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect();
    ours.len() == theirs.len()
        && ours.iter().zip(&theirs).all(|(a, b)| (a - b).abs() <= tolerance * (1.0 + b.abs()))
}

#[test]
fn all_games_are_read_and_logit_ends_where_gambit_ends() {
    let Some(dir) = data() else { return };
    let results = fs::read_to_string(dir.join("gambit-results.txt")).unwrap();
    let result = |name: &str, method: &str| -> Option<Value> {
        let start = format!("{name}|{method}|");
        let line = results.lines().find_map(|line| line.strip_prefix(&start))?;
        serde_json::from_str(line).ok()
    };
    let (mut read_all, mut same, mut pure, mut differ, mut unproved) = (0, 0, 0, Vec::new(), Vec::new());
    for path in files(&dir) {
        let game = read(&path);
        read_all += 1;
        let name = path.strip_prefix(&dir).unwrap().to_str().unwrap().to_string();
        if game.actions() <= 400
            && let Some(theirs) = result(&name, "logit")
        {
            let ours = solve(&game, Method::Qre(Until::Nash)).unwrap();
            let equilibrium = &ours.equilibria[0];
            if equilibrium.max_regret > 1e-6 * game.payoff_range() {
                unproved.push(format!("{name}: regret {}", equilibrium.max_regret));
            }
            if close(&equilibrium.payoffs, &theirs["payoffs"][0], 1e-4) {
                same += 1;
            } else {
                differ.push(format!("{name}: {:?} and {}", equilibrium.payoffs, theirs["payoffs"][0]));
            }
        }
        if let Some(theirs) = result(&name, "enumpure")
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
