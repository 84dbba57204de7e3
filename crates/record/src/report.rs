use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use source::Findings;

/// How often a cleaning rule changed something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mended {
    /// The pattern of the rule.
    pub pattern: String,
    /// Places it was applied to.
    pub times: u64,
}

/// What became of the rows of one file: `rows = kept + repeated + quarantined`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReport {
    /// As the user named it.
    pub path: String,
    /// Rows found, headers and blank lines aside.
    pub rows: u64,
    /// Rows that are in the store now because of this file and were not before.
    pub kept: u64,
    /// Rows that were there already.
    pub repeated: u64,
    /// Rows set apart with a reason.
    pub quarantined: u64,
    /// What the cleaning rules did, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mended: Vec<Mended>,
    /// Encodings other than UTF-8, and how many files were read in each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub encodings: BTreeMap<String, u64>,
    /// Files of a folder or an archive that are of no kind read here: their endings, and how many.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub passed_over: BTreeMap<String, u64>,
    /// First and last date of the kept rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<(Date, Date)>,
}

/// What [`Store::add`](crate::Store::add) did.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AddReport {
    /// One per file, in the order given; a file that could not be read at all is not among them.
    pub files: Vec<FileReport>,
    /// Files that could not be read (errors) or that hold nothing (warnings).
    #[serde(skip)]
    pub findings: Findings,
}
