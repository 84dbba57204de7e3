use std::path::Path;

use calculus::{
    Dominance, Dominator, Elimination, Game, Solution, Turn, forgets, gambit, to_html, to_latex, to_svg,
};
use serde::Serialize;

use crate::commands::solve::{plain, read, watched};
use crate::commands::watching::Watching;
use crate::commands::{Done, columns, print, print_json};
use crate::failure::Failure;
use crate::words::game_files::{Convert, DominanceKind, Show};

pub fn show(words: &Show) -> Done {
    let game = read(&words.file)?;
    let solution = words
        .method
        .map(|method| {
            let (how, why) = plain(method, &game);
            watched(&game, how, why, words.limit)
        })
        .transpose()?;
    let dominance = words.dominance.map(|kind| eliminated(&game, kind, words.limit)).transpose()?;
    let mut written = Vec::new();
    for (format, out) in
        [(Format::Svg, &words.svg), (Format::Html, &words.html), (Format::Latex, &words.latex)]
    {
        if let Some(out) = out {
            write(out, &format.text(&game, solution.as_ref())?)?;
            written.push(out.display().to_string());
        }
    }
    let shown = Shown { dominance, ..Shown::new(&game, solution, written) };
    if words.json { print_json(&shown) } else { print(&shown.text(&game)) }
}

fn eliminated(game: &Game, kind: DominanceKind, limit: Option<f64>) -> Result<Elimination, Failure> {
    let (dominance, by) = match kind {
        DominanceKind::Strict => (Dominance::Strict, Dominator::Mixed),
        DominanceKind::Weak => (Dominance::Weak, Dominator::Mixed),
        DominanceKind::StrictPure => (Dominance::Strict, Dominator::Pure),
        DominanceKind::WeakPure => (Dominance::Weak, Dominator::Pure),
    };
    let watching = Watching::new(limit)?;
    let found = Elimination::of(game, dominance, by, &mut |progress| watching.watch(progress));
    watching.finish();
    found.map_err(Failure::said)
}

pub fn convert(words: &Convert) -> Done {
    let ending = words.out.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let format = match ending {
        "efg" => Format::Efg,
        "nfg" => Format::Nfg,
        "svg" => Format::Svg,
        "html" => Format::Html,
        "tex" => Format::Latex,
        other => {
            return Err(Failure::said(format!(
                "`.{other}` is no format of a game: the file to write ends in .efg, .nfg, .svg, .html or .tex"
            )));
        }
    };
    let game = read(&words.file)?;
    let text = format.text(&game, None)?;
    write(&words.out, &text)?;
    let out = words.out.display().to_string();
    if words.json {
        return print_json(&Converted { out, bytes: text.len() });
    }
    print(&format!("wrote {out}"))
}

#[derive(Serialize)]
struct Converted {
    out: String,
    bytes: usize,
}

#[derive(Clone, Copy)]
enum Format {
    Efg,
    Nfg,
    Svg,
    Html,
    Latex,
}

impl Format {
    fn text(self, game: &Game, solution: Option<&Solution>) -> Result<String, Failure> {
        let first = solution.and_then(|solution| solution.equilibria.first());
        match self {
            Self::Efg => Ok(gambit::to_efg(game)),
            Self::Nfg => gambit::to_nfg(game).map_err(Failure::said),
            Self::Svg => to_svg(game, first).map_err(Failure::said),
            Self::Html => to_html(game, solution).map_err(Failure::said),
            Self::Latex => to_latex(game, solution).map_err(Failure::said),
        }
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text)
        .map_err(|error| Failure::said(format!("cannot write `{}`: {error}", path.display())))
}

/// What a game is made of.
#[derive(Serialize)]
struct Shown {
    title: String,
    players: Vec<String>,
    nodes: usize,
    ends: usize,
    information_sets: Vec<Set>,
    /// Labels of the sets at which a player forgets.
    forgets: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    solution: Option<Solution>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dominance: Option<Elimination>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    written: Vec<String>,
}

#[derive(Serialize)]
struct Set {
    player: String,
    label: String,
    nodes: usize,
    actions: Vec<String>,
}

impl Shown {
    fn new(game: &Game, solution: Option<Solution>, written: Vec<String>) -> Self {
        let sets = game.infosets.iter().map(|set| Set {
            player: game.players[set.player].clone(),
            label: set.label.clone(),
            nodes: set.nodes.len(),
            actions: set.actions.clone(),
        });
        Self {
            title: game.title.clone(),
            players: game.players.clone(),
            nodes: game.nodes(),
            ends: game.ends(),
            information_sets: sets.collect(),
            forgets: forgets(game).iter().map(|set| game.infosets[set.infoset()].label.clone()).collect(),
            solution,
            dominance: None,
            written,
        }
    }

    fn text(&self, game: &Game) -> String {
        let mut text = format!(
            "{}\nplayers: {}\n{} nodes, {} ends, {} information sets\n\n",
            self.title,
            self.players.join(", "),
            self.nodes,
            self.ends,
            self.information_sets.len()
        );
        let mut rows = vec![["player", "information set", "nodes", "actions"].map(String::from).to_vec()];
        rows.extend(self.information_sets.iter().map(|set| {
            vec![set.player.clone(), set.label.clone(), set.nodes.to_string(), set.actions.join(", ")]
        }));
        text.push_str(&columns(&rows));
        if !self.forgets.is_empty() {
            text.push_str(&format!("\n\nplayers forget at: {}", self.forgets.join(", ")));
        }
        if game.nodes() <= MOST_LINES {
            text.push_str(&format!("\n\n{}", tree(game)));
        }
        if let Some(dominance) = &self.dominance {
            text.push_str(&format!("\n\n{}", rounds(dominance)));
        }
        for out in &self.written {
            text.push_str(&format!("\nwrote {out}"));
        }
        text
    }
}

fn rounds(found: &Elimination) -> String {
    let mut text = String::new();
    for (index, round) in found.rounds.iter().enumerate() {
        text.push_str(&format!("dominance, round {}:\n", index + 1));
        for one in round {
            let by: Vec<String> = one
                .by
                .iter()
                .map(|(rival, p)| if p == "1" { format!("`{rival}`") } else { format!("{p} `{rival}`") })
                .collect();
            text.push_str(&format!("  {}: `{}` by {}\n", one.player, one.strategy, by.join(" + ")));
        }
    }
    if found.rounds.is_empty() {
        text.push_str("no strategy is dominated\n");
    }
    text.push_str("left:\n");
    for (player, plans) in &found.left {
        let plans: Vec<String> = plans.iter().map(|plan| format!("`{plan}`")).collect();
        text.push_str(&format!("  {player}: {}\n", plans.join(", ")));
    }
    if !found.complete {
        text.push_str("stopped: more may be dominated\n");
    }
    text
}

/// Most nodes of a tree that is printed.
const MOST_LINES: usize = 120;

/// One line per node, indented by its depth.
fn tree(game: &Game) -> String {
    let mut depth = vec![0; game.nodes()];
    let line = |node: usize| -> String {
        let mut text = String::new();
        if let Some((parent, branch)) = game.parent(node) {
            depth[node] = depth[parent] + 1;
            let action = match game.turn(parent) {
                Turn::Player { infoset } => game.infosets[infoset].actions[branch].clone(),
                Turn::Chance | Turn::End => {
                    format!("{} ({:.4})", game.chance_labels(parent)[branch], game.chance(parent)[branch])
                }
            };
            text = format!("{}{action} → ", "  ".repeat(depth[node]));
        }
        let what = match game.turn(node) {
            Turn::Player { infoset } => {
                let set = &game.infosets[infoset];
                format!("{} at {}", game.players[set.player], set.label)
            }
            Turn::Chance => "chance".into(),
            Turn::End => {
                let payoffs: Vec<String> = game.exact_payoffs(node).iter().map(ToString::to_string).collect();
                payoffs.join(", ")
            }
        };
        text + &what
    };
    (0..game.nodes()).map(line).collect::<Vec<_>>().join("\n")
}
