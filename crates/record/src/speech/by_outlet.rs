//! Whose rules a document is read by.

use super::SpeechRules;
use crate::Profile;

/// Rules of speech for the documents of several outlets.
#[derive(Clone, Debug)]
pub struct SpeechByOutlet {
    /// The rules, with the outlets that they are for; none: all.
    rules: Vec<(Vec<String>, SpeechRules)>,
    /// For a document that names no outlet, or one that no rules are for.
    otherwise: SpeechRules,
}

impl SpeechByOutlet {
    /// The same rules for every document.
    pub fn everywhere(rules: SpeechRules) -> Self {
        Self { rules: Vec::new(), otherwise: rules }
    }

    /// The rules of one profile, for the documents that it types; the standard rules for those of other outlets.
    pub fn of_profile(profile: &Profile) -> Self {
        let rules = profile.speech.clone().unwrap_or_default();
        if profile.outlets.is_empty() {
            return Self::everywhere(rules);
        }
        // A profile types documents that name no outlet, so its rules are for those too.
        let others = (Vec::new(), SpeechRules::standard());
        Self { rules: vec![(profile.outlets.clone(), rules.clone()), others], otherwise: rules }
    }

    /// The rules of the profiles that come with the program, each for its outlets; the standard rules for all others.
    pub fn built_in() -> Self {
        let profiles = crate::profile::BUILT_IN.iter().filter_map(|(name, _)| Profile::built_in(name));
        let rules = profiles.filter_map(|profile| Some((profile.outlets.clone(), profile.speech.clone()?)));
        Self {
            rules: rules.filter(|(outlets, _)| !outlets.is_empty()).collect(),
            otherwise: SpeechRules::standard(),
        }
    }

    /// The rules for a document of this outlet.
    pub fn of(&self, outlet: Option<&str>) -> &SpeechRules {
        let Some(outlet) = outlet else { return &self.otherwise };
        let fits = |outlets: &[String]| outlets.is_empty() || outlets.iter().any(|known| known == outlet);
        self.rules.iter().find(|(outlets, _)| fits(outlets)).map_or(&self.otherwise, |(_, rules)| rules)
    }
}

impl Default for SpeechByOutlet {
    fn default() -> Self {
        Self::built_in()
    }
}
