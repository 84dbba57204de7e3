use calculus::{Method as How, Until, solve};

use super::{Done, print, print_json};
use crate::failure::Failure;
use crate::words::{Method, Solve};

pub fn run(words: &Solve) -> Done {
    let game = assessment::folder::calculus::read_game(&words.file)?;
    let method = match (words.method, words.lambda) {
        (Method::Qre, Some(lambda)) => How::Qre(Until::Lambda(lambda)),
        (Method::Qre, None) => How::Qre(Until::Nash),
        (Method::Pure, None) => How::Pure,
        (Method::Pure, Some(_)) => return Err(Failure::said("--lambda belongs to --method qre")),
    };
    let solution = solve(&game, method).map_err(Failure::said)?;
    if words.json {
        return print_json(&solution);
    }
    print(&format!(
        "{}: {} player(s), {} nodes, {} information sets",
        game.title,
        game.players.len(),
        game.nodes(),
        game.infosets.len()
    ))?;
    for equilibrium in &solution.equilibria {
        let payoffs: Vec<String> =
            game.players.iter().zip(&equilibrium.payoffs).map(|(name, u)| format!("{name} {u:.4}")).collect();
        let lambda = equilibrium.lambda.map(|lambda| format!(" at λ = {lambda:.4}")).unwrap_or_default();
        print(&format!(
            "\npayoffs: {}; nobody could gain more than {:.2e}{lambda}",
            payoffs.join(", "),
            equilibrium.max_regret
        ))?;
        for (player, sets) in &equilibrium.strategies {
            for (set, actions) in sets {
                let actions: Vec<String> =
                    actions.iter().map(|(action, p)| format!("{action} {p:.4}")).collect();
                print(&format!("  {player} at {set}: {}", actions.join(", ")))?;
            }
        }
    }
    if solution.equilibria.is_empty() {
        print("no equilibrium in pure strategies")?;
    }
    if !solution.complete {
        print(
            "\nThere may be others: this is the end of the branch that begins with everybody indifferent.",
        )?;
    }
    for note in &solution.notes {
        print(&format!("note: {note}"))?;
    }
    Ok(())
}
