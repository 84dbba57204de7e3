//! Files that are no games, or hardly: each is refused at its place, or read with a word on what is odd.
//!
//! In the texts `▸` marks the place that is blamed; it is taken out before the text is read.

use std::fmt::Write;

use calculus::{Game, gambit};
use source::{Finding, Findings, Place, SourceText};

const EFG: &str = "EFG 2 R \"x\" { \"a\" \"b\" }\n";

/// The text without its mark, and line and column of the mark.
fn marked(text: &str) -> (String, (usize, usize)) {
    let at = text.find('▸').unwrap_or_else(|| panic!("no mark in {text}"));
    let line = 1 + text[..at].matches('\n').count();
    let column = 1 + text[..at].chars().rev().take_while(|&c| c != '\n').count();
    (text.replace('▸', ""), (line, column))
}

fn place(place: &Place) -> (usize, usize) {
    (place.line().unwrap(), place.column().unwrap())
}

fn refused(text: &str, message: &str) {
    let (text, expected) = marked(text);
    let finding = read(&text).expect_err(&text);
    assert!(finding.message.contains(message), "{text}\nsays: {}\nexpected: {message}", finding.message);
    assert_eq!(place(&finding.place), expected, "{text}\nsays: {}", finding.message);
    assert!(finding.help.is_some(), "{text}: no way out");
}

fn odd(text: &str, message: &str) -> Game {
    let (text, expected) = marked(text);
    let (game, warnings) = read(&text).unwrap_or_else(|finding| panic!("{text}\n{}", finding.message));
    let said: Vec<&Finding> = warnings.iter().filter(|one| one.message.contains(message)).collect();
    assert_eq!(said.len(), 1, "{text}\nsays: {warnings}");
    assert_eq!(place(&said[0].place), expected, "{text}\nsays: {}", said[0].message);
    game
}

fn read(text: &str) -> Result<(Game, Findings), Finding> {
    gambit::read_with_warnings(&SourceText::new("game", text))
}

#[test]
fn broken_beginnings_are_refused() {
    for (text, message) in [
        ("▸", "empty"),
        ("  \n\t ▸", "empty"),
        ("▸hello", "no Gambit game"),
        ("▸\"EFG\" 2 R", "no Gambit game"),
        ("▸efg 2 R \"x\" { \"a\" }", "no Gambit game"),
        ("EFG▸", "the file ends, expected the version"),
        ("EFG ▸two R \"x\"", "not the version of the format"),
        ("EFG ▸3 R \"x\" { \"a\" }", "version 3"),
        ("NFG ▸2 R \"x\" { \"a\" }", "version 2"),
        ("EFG 2 ▸Q \"x\" { \"a\" }", "expected `R`"),
        ("EFG 2 R ▸x { \"a\" }", "the title in double quotes"),
        ("EFG 2 R ▸\"x { a }", "this text has no end"),
        ("EFG 2 R \"x\" ▸\"a\" }", "`{` before the names"),
        ("EFG 2 R \"x\" { ▸a }", "the name of a player in double quotes"),
        ("EFG 2 R \"x\" { ▸}", "at least one player"),
        ("EFG 2 R \"x\" { \"a\" ▸{ \"b\" } }", "the name of a player in double quotes"),
        ("EFG 2 R \"x\" { \"a\"▸", "the file ends, expected `}`"),
        ("EFG 2 R \"x\" { \"a\" }▸", "the file ends, expected a node"),
    ] {
        // At the end of a file there is nothing to point at but the end.
        if message == "empty" {
            let finding = read(&text.replace('▸', "")).unwrap_err();
            assert!(finding.message.contains("empty"));
            continue;
        }
        refused(text, message);
    }
}

#[test]
fn broken_trees_are_refused() {
    for (text, message) in [
        ("▸x \"\" 1", "`x` is no node"),
        // The first text is a comment.
        ("\"p\" ▸1", "`1` is no node"),
        ("▸{ p", "expected a node"),
        ("p ▸1 1", "the label of the node in double quotes"),
        ("p \"\" ▸\"a\" 1", "expected the number of the player"),
        ("p \"\" ▸0 1 \"\" { \"l\" } 0", "no player 0; there are 2"),
        ("p \"\" ▸3 1 \"\" { \"l\" } 0", "no player 3; there are 2"),
        ("p \"\" ▸-1 1 \"\" { \"l\" } 0", "`-1` is not the number of the player"),
        ("p \"\" 1 ▸1.5 \"\" { \"l\" } 0", "`1.5` is not the number of the information set"),
        ("p \"\" 1 1 \"\" { ▸} 0", "at least one action"),
        ("p \"\" 1 1 \"\" { ▸l } 0", "the label of an action in double quotes"),
        ("p \"\" 1 1 \"\" { \"l\" ▸0 t \"\" 1 { 1 2 }", "the label of an action in double quotes"),
        ("p \"\" 1 ▸1 \"\" 0", "the information set 1 of player 1 has no actions yet"),
        ("p \"\" 1 1 \"\" { \"l\" } ▸{ 1 2 }", "expected the number of the outcome"),
        ("p \"\" 1 1 \"\" { \"l\" \"r\" } 0\nt \"\" 1 \"\" { 1 2 }▸", "the file ends, expected a node"),
        ("p \"\" 1 1 \"\" { \"l\" \"r\" } 0\nt \"\" 1 \"\" { 1 2 }\nt \"\" 1\n▸t \"\" 1", "the file goes on"),
        ("t \"\" 1 \"\" { 1 2 } ▸}", "the file goes on"),
        ("t \"\" ▸3", "the outcome 3 has no payoffs yet"),
        ("t \"\" 1 \"\" { 1 ▸}", "1 payoffs for 2 players"),
        ("t \"\" 1 \"\" { 1 2 3 ▸}", "3 payoffs for 2 players"),
        ("t \"\" 1 \"\" { 1 ▸two }", "`two` is not a payoff"),
        ("t \"\" 1 \"\" { 1 ▸1/0 }", "`1/0` is not a payoff"),
        ("t \"\" 1 \"\" { 1 ▸1e999 }", "`1e999` is not a payoff"),
        ("t \"\" 1 \"\" { 1 ▸1e-99999999999 }", "is not a payoff"),
        ("t \"\" 1 \"\" { ▸nan 1 }", "`nan` is not a payoff"),
        ("t \"\" 1 \"\" { ▸inf 1 }", "`inf` is not a payoff"),
        ("t \"\" 1 \"\" { 1 ▸2;3 }", "`2;3` is not a payoff"),
        ("t \"\" 1 \"\" { 1 ▸\"2\" }", "expected a payoff"),
        ("t \"\" 1 \"\" { 1, 2▸", "the file ends, expected `}`"),
        ("t \"\" 1 ▸\"win { 1, 2 }", "this text has no end"),
        ("t \"\" 1 ▸\"w\\", "this text has no end"),
        ("t \"\" 0 \"\" { 1 2 ▸}", "the outcome 0 means no payoffs"),
        ("c ▸1 \"\"", "the label of the node in double quotes"),
        ("c \"\" ▸1 \"\" 0", "the chance move 1 has no actions yet"),
        ("c \"\" 1 \"\" { \"h\" 1/2 \"t\" 1/3 ▸} 0", "add up to 0.83"),
        ("c \"\" 1 \"\" { \"h\" 0.6 \"t\" 0.6 ▸} 0", "add up to 1.2"),
        ("c \"\" 1 \"\" { ▸} 0", "add up to 0"),
        ("c \"\" 1 \"\" { \"h\" ▸-0.5 \"t\" 1.5 } 0", "the probability -0.5 is not between 0 and 1"),
        ("c \"\" 1 \"\" { \"h\" ▸1.5 \"t\" -0.5 } 0", "the probability 1.5 is not between 0 and 1"),
        ("c \"\" 1 \"\" { \"h\" ▸} 0", "expected a probability"),
        ("c \"\" 1 \"\" { \"h\" ▸\"t\" } 0", "expected a probability"),
        ("c \"\" 1 \"\" { ▸0.5 \"h\" } 0", "the label of a move of chance"),
        ("c \"\" 1 \"\" { \"h\" 1/2 \"t\" 1/2▸", "the file ends"),
        (
            "c \"\" 1 \"\" { \"h\" 1/2 \"t\" 1/2 } 0\nc \"\" 1 \"\" { \"h\" 1/3 \"t\" 2/3 ▸} 0",
            "given other moves or probabilities before",
        ),
        (
            "p \"\" 1 1 \"\" { \"l\" \"r\" } 0\nt \"\" 1 \"\" { 1 2 }\nt \"\" 1 \"\" { 1 3 ▸}",
            "the outcome 1 had other payoffs before",
        ),
        (
            "p \"\" 1 1 \"\" { \"l\" \"r\" } 0\np \"\" 1 1 \"\" { \"l\" \"r\" \"m\" ▸} 0",
            "the information set 1 of player 1 had other actions before (line 2)",
        ),
        (
            "p \"\" 1 1 \"\" { \"l\" \"r\" } 0\np \"\" 1 1 \"\" { \"l\" \"x\" ▸} 0",
            "the information set 1 of player 1 had other actions before (line 2)",
        ),
        (
            "p \"Ж\" 1 1 \"обмен\" { \"да\" \"нет\" } 0\nt \"конец\" 1 \"\" { 1 ▸два }",
            "`два` is not a payoff",
        ),
    ] {
        refused(&format!("{EFG}{text}"), message);
    }
}

#[test]
fn broken_tables_are_refused() {
    let begin = "NFG 1 R \"x\" { \"a\" \"b\" }";
    for (text, message) in [
        ("▸2 2", "expected `{` before the strategies"),
        ("{ 2 ▸}", "strategies for 1 players, but there are 2"),
        ("{ 2 2 2 ▸} 1", "strategies for 3 players, but there are 2"),
        ("{ 2 ▸0 }", "a player has no strategy"),
        ("{ 2 ▸x }", "`x` is not a number of strategies"),
        ("{ 2 ▸99999999 }", "99999999 strategies are too many"),
        ("{ 4000 4000 ▸} 1", "more than 4000000 cells"),
        ("{ { \"l\" ▸r } 2 }", "the label of a strategy in double quotes"),
        ("{ { \"l\" } { ▸} } 1", "a player has no strategy"),
        ("{ 2 2 } 1 2 3 4 5 6 7▸", "the file ends, expected a payoff"),
        ("{ 2 2 } 1 2 3 4 5 6 7 ▸x", "`x` is not a payoff"),
        ("{ 2 2 } 1 2 3 4 5 6 7 8 ▸9", "the file goes on"),
        ("{ 2 2 } 1 2 3 ▸{ 4 }", "expected 8 payoffs, found 3"),
        ("{ 2 2 }\n{ { \"\" 1 2 } { \"\" 1 ▸} } 1 1 1 2", "1 payoffs for 2 players"),
        ("{ 2 2 }\n{ { \"\" 1 2 } } 1 1 1 ▸2", "there is no outcome 2"),
        ("{ 2 2 }\n{ { \"\" 1 2 } } 1 1 1▸", "the file ends, expected the number of an outcome"),
        ("{ 2 2 }\n{ { \"\" 1 2 } } 1 1 1 ▸-1", "`-1` is not the number of an outcome"),
        ("{ 2 2 }\n{ { \"\" 1 2 } ▸3 1 1 1", "expected `{` before an outcome"),
        ("{ 2 2 } ▸\"comment 1 2", "this text has no end"),
    ] {
        refused(&format!("{begin} {text}"), message);
    }
}

#[test]
fn legal_but_odd_files_are_read_with_a_word() {
    let game = odd("EFG 2 R \"x\" { \"a\" ▸\"a\" }\nt \"\" 0", "two players are called `a`");
    assert_eq!(game.players, ["a", "a #2"]);
    assert_eq!(game.payoffs(0), [0.0, 0.0]);
    let two = "t \"\" 1 \"\" { 1 2 } t \"\" 1";
    let game = odd(
        &format!("{EFG}p \"\" 1 1 \"\" {{ \"l\" \"l\" ▸}} 0 {two}"),
        "two actions of one information set",
    );
    assert_eq!(game.infosets[0].actions, ["l", "l #2"]);
    let game = odd(
        &format!("{EFG}p \"\" 1 1 \"s\" {{ \"l\" }} 0 p \"\" 1 2 ▸\"s\" {{ \"l\" }} 0 t \"\" 0"),
        "two information sets of player 1 are called `s`",
    );
    assert_eq!(game.infosets[1].label, "s #2");
    let game =
        odd(&format!("{EFG}c \"\" 1 \"\" {{ \"h\" 1 \"t\" ▸0 }} 0 {two}"), "the move `t` has probability 0");
    assert_eq!(game.chance(0), [1.0, 0.0]);
    let game = odd(
        &format!(
            "{EFG}c \"\" 1 \"\" {{ \"h\" 0.3333333 \"m\" 0.3333333 \"t\" 0.3333333 ▸}} 0 {two} t \"\" 1"
        ),
        "add up to 0.9999999",
    );
    assert_eq!(game.exact_chance(0)[0].to_string(), "1/3");
    let game = odd("NFG 1 R \"x\" { \"a\" } { { \"l\" \"l\" ▸} } 1 2", "two strategies of one player");
    assert_eq!(game.infosets[0].actions, ["l", "l #2"]);
    odd(
        &format!(
            "{EFG}p \"\" 1 1 \"\" {{ \"l\" \"r\" }} 0 p \"\" 1 ▸2 \"\" {{ \"x\" }} 0 t \"\" 0 p \"\" 1 2 0 t \"\" 0"
        ),
        "forgets here",
    );
    odd(
        &format!("{EFG}p \"\" 1 ▸1 \"\" {{ \"x\" \"y\" }} 0 t \"\" 0 p \"\" 1 1 0 t \"\" 0 t \"\" 0"),
        "absent-mindedness",
    );
}

#[test]
fn games_without_choice_are_games() {
    for text in [
        "EFG 2 R \"nothing\" { \"a\" } t \"\" 1 \"\" { 5 }",
        "EFG 2 R \"only chance\" { \"a\" \"b\" } c \"\" 1 \"\" { \"h\" 1/3 \"t\" 2/3 } 0 t \"\" 1 \"\" { 1 2 } t \"\" 2 \"\" { 4 5 }",
        "EFG 2 R \"one strategy\" { \"a\" \"b\" } p \"\" 1 1 \"\" { \"go\" } 0 t \"\" 1 \"\" { 1 2 }",
        "NFG 1 R \"one by one\" { \"a\" \"b\" } { 1 1 } 3 4",
        "EFG 2 R \"имя\" { \"игрок № 1\" \"プレイヤー\" } p \"\" 2 7 \"集合\" { \"да\" \"いいえ\" } 0 t \"\" 1 \"\" { 1 2 } t \"\" 1",
        "EFG 2 D \"commas\" { \"a\",\"b\", } \"a comment\" t \"\" 1 \"\" { 1,,2, }",
        "EFG 2 R \"quoted \\\"words\\\"\" { \"a\" } t \"\" 0",
    ] {
        let (game, warnings) = read(text).unwrap();
        assert!(warnings.is_empty(), "{text}: {warnings}");
        again(&game);
    }
}

/// A million actions, thousands of moves on end: read, or refused, but neither slow nor deep.
#[test]
fn size_is_no_fault() {
    let mut text = format!("{EFG}p \"\" 1 1 \"\" {{");
    for action in 0..1_000_000 {
        write!(text, "\"{action}\"").unwrap();
    }
    text.push_str("} 0 t \"\" 1 \"\" { 1 2 }");
    text.push_str(&" t \"\" 1".repeat(999_999));
    let (game, _) = read(&text).unwrap();
    assert_eq!((game.nodes(), game.actions()), (1_000_001, 1_000_000));
    let same =
        format!("{EFG}p \"\" 1 1 \"\" {{ {} }} 0 {}", "\"a\" ".repeat(20_000), "t \"\" 0 ".repeat(20_000));
    assert_eq!(read(&same).unwrap().0.infosets[0].actions[19_999], "a #20000");
    let deep = format!("{EFG}{} t \"\" 0", "p \"\" 1 1 \"\" { \"a\" } 0\n".repeat(3000));
    let (game, warnings) = read(&deep).unwrap();
    assert_eq!(game.nodes(), 3001);
    assert!(warnings.iter().any(|one| one.message.contains("absent-mindedness")));
}

/// Written and read again it is the same game.
fn again(game: &Game) {
    let text = gambit::to_efg(game);
    let (back, _) = read(&text).unwrap_or_else(|finding| panic!("{text}\n{}", finding.message));
    assert_eq!(gambit::to_efg(&back), text);
    assert_eq!((&back.title, &back.players, &back.infosets), (&game.title, &game.players, &game.infosets));
    assert_eq!(back.nodes(), game.nodes());
    for node in 0..game.nodes() {
        assert_eq!(back.turn(node), game.turn(node));
        assert_eq!(back.exact_payoffs(node), game.exact_payoffs(node));
        assert_eq!(back.payoffs(node), game.payoffs(node));
        if game.turn(node) == calculus::Turn::Chance {
            assert_eq!(back.exact_chance(node), game.exact_chance(node));
            assert_eq!(back.chance_labels(node), game.chance_labels(node));
        }
    }
}
