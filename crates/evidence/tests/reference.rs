//! Networks of the Bayesian network repository against answers of pyAgrum and pgmpy.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use source::SourceText;

fn data() -> Option<PathBuf> {
    let fallback = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let dir = std::env::var_os("DEMARCHE_DATA").map_or(fallback, PathBuf::from).join("decision/bayes");
    if dir.is_dir() {
        return Some(dir);
    }
    eprintln!("DEMARCHE_DATA IS NOT THERE: no reference network was queried");
    None
}

#[test]
fn marginals_and_evidence_agree() {
    let Some(dir) = data() else { return };
    let mut compared = 0;
    for name in ["asia", "cancer", "sachs", "alarm", "insurance", "hailfinder", "win95pts"] {
        let text = std::fs::read_to_string(dir.join(format!("networks/{name}.bif"))).unwrap();
        let network = evidence::bif::read(&SourceText::new(name, text)).unwrap();
        let queries = std::fs::read_to_string(dir.join(format!("queries/{name}.json"))).unwrap();
        let queries: Value = serde_json::from_str(&queries).unwrap();
        for case in queries["cases"].as_array().unwrap() {
            let Some(given) = case["evidence"].as_object() else { continue };
            let mut evidence = BTreeMap::new();
            for (variable, state) in given {
                let at = network.position(variable).unwrap();
                let Some(state) = state.as_str() else { continue };
                let states = &network.variables()[at].states;
                evidence.insert(at, states.iter().map(|own| f64::from(u8::from(own == state))).collect());
            }
            for (variable, weights) in case["likelihood"].as_object().into_iter().flatten() {
                let weights = weights.as_array().unwrap().iter().map(|w| w.as_f64().unwrap()).collect();
                evidence.insert(network.position(variable).unwrap(), weights);
            }
            // Interventions and most probable explanations are other questions.
            let Some(marginals) = case["marginals"].as_object().filter(|_| case["do"].is_null()) else {
                continue;
            };
            for (variable, expected) in marginals {
                let at = network.position(variable).unwrap();
                let (found, p_evidence) = network.posterior(at, &evidence).unwrap();
                let expected: Vec<f64> = match expected {
                    Value::Array(all) => all.iter().map(|p| p.as_f64().unwrap()).collect(),
                    Value::Object(by) => {
                        network.variables()[at].states.iter().map(|s| by[s].as_f64().unwrap()).collect()
                    }
                    _ => continue,
                };
                for (ours, theirs) in found.iter().zip(&expected) {
                    assert!(
                        (ours - theirs).abs() < 1e-9,
                        "{name} {} {variable}: {ours} {theirs}",
                        case["id"]
                    );
                }
                if let Some(log_p) = case["log_p_evidence"].as_f64() {
                    let ours = measure::portable::ln(p_evidence);
                    assert!(
                        (ours - log_p).abs() < 1e-8 * (1.0 + log_p.abs()),
                        "{name} {}: {ours} {log_p}",
                        case["id"]
                    );
                }
                compared += 1;
            }
        }
    }
    eprintln!("{compared} marginals agree");
    assert!(compared > 200, "{compared}");
}
