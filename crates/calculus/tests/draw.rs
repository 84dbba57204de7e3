//! Drawings hold what a reader needs, and nothing that could run.

use std::fs;
use std::path::Path;

use calculus::{Game, Method, Turn, choose, gambit, solve, to_html, to_latex, to_svg};
use source::SourceText;

fn catalog(name: &str) -> Game {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog/games").join(name);
    gambit::read(&SourceText::new(name, fs::read_to_string(path).unwrap())).unwrap()
}

fn count(text: &str, what: &str) -> usize {
    text.matches(what).count()
}

#[test]
fn a_tree_shows_moves_sets_beliefs_and_payoffs() {
    let game = catalog("chokreps1987/beer_quiche.efg");
    let bare = to_svg(&game, None).unwrap();
    assert!(!bare.contains('['), "no beliefs without strategies");
    let solution = solve(&game, Method::Pure).unwrap();
    let drawn = to_svg(&game, Some(&solution.equilibria[0])).unwrap();
    for name in &game.players {
        assert!(drawn.contains(name.as_str()));
    }
    for node in 0..game.nodes() {
        if let Turn::Player { infoset } = game.turn(node) {
            assert!(game.infosets[infoset].actions.iter().all(|action| drawn.contains(action.as_str())));
        }
    }
    // Two sets of two nodes each: two dashed lines, four beliefs.
    let joined: usize = game.infosets.iter().map(|set| set.nodes.len() - 1).sum();
    assert_eq!(count(&drawn, "class=\"s\""), joined);
    let believing: usize = game.infosets.iter().map(|set| set.nodes.len()).filter(|nodes| *nodes > 1).sum();
    assert_eq!(count(&drawn, "]</tspan>"), believing);
    assert_eq!(count(&drawn, "class=\"e"), game.nodes() - 1);
    // Pooling: somebody never does what the other message is.
    assert!(drawn.contains("class=\"e no\""));
}

#[test]
fn labels_cannot_break_out() {
    let text = "EFG 2 R \"<script>alert(1)</script> & Co_50%\" { \"a<b\" }\n\
        p \"\" 1 1 \"\\\"q\\\" & {x}\" { \"<b>\" \"#1\" } 0 t \"\" 1 \"\" { 1/3 } t \"\" 2 \"\" { -2 }";
    let game = gambit::read(&SourceText::new("x", text)).unwrap();
    let solution = solve(&game, Method::Enum).unwrap();
    for drawn in [to_svg(&game, None).unwrap(), to_html(&game, Some(&solution)).unwrap()] {
        assert!(!drawn.contains("<script") && drawn.contains("&lt;script&gt;") && drawn.contains("−2"));
    }
    let latex = to_latex(&game, Some(&solution)).unwrap();
    assert!(latex.contains("Co\\_50\\%") && latex.contains("\\{x\\}") && latex.contains("\\#1"));
    let begins = |what: &str| {
        count(&latex, &format!("\\begin{{{what}}}")) == count(&latex, &format!("\\end{{{what}}}"))
    };
    assert!(begins("document") && begins("tikzpicture") && begins("longtable"));
}

/// Every game of the catalogue, with its equilibria; written beside the tests for whoever wants to look.
#[test]
fn every_game_of_the_catalog_is_drawn() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog/games");
    let out = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut drawn = 0;
    for folder in fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir())
    {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let text = fs::read_to_string(&path).unwrap();
            let Ok(game) = gambit::read(&SourceText::new("game", text)) else { continue };
            let solution = solve(&game, choose(&game).0).unwrap();
            let stem = path.file_stem().unwrap().to_str().unwrap();
            let page = to_html(&game, Some(&solution)).unwrap();
            assert_eq!(count(&page, "<h2>"), solution.equilibria.len());
            fs::write(out.join(format!("{stem}.html")), page).unwrap();
            fs::write(out.join(format!("{stem}.tex")), to_latex(&game, Some(&solution)).unwrap()).unwrap();
            let first = &solution.equilibria[0];
            fs::write(out.join(format!("{stem}.svg")), to_svg(&game, Some(first)).unwrap()).unwrap();
            drawn += 1;
        }
    }
    assert!(drawn >= 4, "{drawn}");
}
