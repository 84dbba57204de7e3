//! The arrows between our crates point one way.

use std::collections::BTreeMap;
use std::process::Command;

/// Who may depend on whom: a crate depends only on crates of lower layers, `signal` on `record` excepted
/// (both are stages). See "Layers" in ARCHITECTURE.md.
const LAYERS: [(&str, u8); 15] = [
    ("source", 0),
    ("measure", 0),
    ("record", 1),
    ("signal", 2),
    ("search", 2),
    ("shift", 2),
    ("evidence", 2),
    ("calculus", 2),
    ("crisis", 2),
    ("options", 2),
    ("assessment", 3),
    ("report", 4),
    ("demarche", 6),
    ("benches", 7),
    ("xtask", 7),
];

/// The longest chain of own crates, in crates.
const LONGEST: usize = 6;

/// Stages that must not know the record.
const BLIND: [&str; 5] = ["shift", "evidence", "calculus", "crisis", "options"];

type Dependencies = BTreeMap<String, Vec<String>>;

/// Own crates → own crates they depend on (tests included), as cargo sees them.
fn own_dependencies() -> Dependencies {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(crate::root())
        .output()
        .expect("cargo runs");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let name = |value: &serde_json::Value| value["name"].as_str().unwrap_or_default().to_string();
    let own: Vec<String> = packages.iter().map(name).collect();
    let dependencies = |package: &serde_json::Value| {
        let all = package["dependencies"].as_array().expect("dependencies").iter();
        all.filter(|d| d["kind"].is_null()).map(name).filter(|d| own.contains(d)).collect()
    };
    packages.iter().map(|package| (name(package), dependencies(package))).collect()
}

fn layer(name: &str) -> Option<u8> {
    LAYERS.iter().find(|(crate_name, _)| *crate_name == name).map(|(_, layer)| *layer)
}

fn broken(dependencies: &Dependencies) -> Vec<String> {
    let mut broken = Vec::new();
    for (from, all) in dependencies {
        let Some(from_layer) = layer(from) else {
            broken.push(format!("`{from}` has no layer: give it one in xtask/src/layers.rs"));
            continue;
        };
        for to in all {
            if layer(to).is_none_or(|to_layer| to_layer >= from_layer) {
                broken.push(format!("`{from}` must not depend on `{to}`: see Layers in ARCHITECTURE.md"));
            }
            if to == "record" && BLIND.contains(&from.as_str()) {
                broken.push(format!("`{from}` must not know the record: stages exchange plain values"));
            }
        }
    }
    let longest = dependencies.keys().map(|name| chain(name, dependencies)).max().unwrap_or(0);
    if longest > LONGEST {
        broken.push(format!("the longest chain of own crates is {longest}, more than {LONGEST}"));
    }
    broken
}

fn chain(name: &str, dependencies: &Dependencies) -> usize {
    if layer(name).is_some_and(|layer| layer == 7) {
        return 0;
    }
    1 + dependencies[name].iter().map(|to| chain(to, dependencies)).max().unwrap_or(0)
}

/// Prints the arrows, and what is wrong with them.
pub fn report() -> bool {
    let dependencies = own_dependencies();
    for (from, to) in &dependencies {
        println!("{from:<12} → {}", to.join(", "));
    }
    let broken = broken(&dependencies);
    broken.iter().for_each(|line| eprintln!("{line}"));
    broken.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_point_one_way() {
        assert_eq!(broken(&own_dependencies()), Vec::<String>::new());
    }

    #[test]
    fn a_wrong_arrow_is_seen() {
        let wrong = Dependencies::from([
            ("measure".to_string(), vec!["shift".to_string()]),
            ("shift".to_string(), vec!["record".to_string()]),
            ("record".to_string(), vec![]),
            ("new".to_string(), vec![]),
        ]);
        assert_eq!(broken(&wrong).len(), 3);
    }
}
