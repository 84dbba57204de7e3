//! Did the rate or the wording change; when; how sure; and in which words?
//!
//! [`analyze`] gives the exact posterior over the number and the dates of changes in one series (Fearnhead
//! 2006), [`pelt`] the optimal segmentation under a penalty (Killick, Fearnhead & Eckley 2012), [`keyness`]
//! the words that tell two sets of documents apart ([`contrast()`]: with what each document carries),
//! [`wording_diff`] what became of each sentence of a statement, and [`event_link`] compares a change at a dated
//! event with what the same measure gives at placebo dates.
//!
//! A stage: it takes series and word tables, reads no file, and knows neither where the counts came from
//! nor what they will be evidence for. A new likelihood is one file in `likelihood/`, a new cost one in
//! `segmentation/`; every search meets every cost.

mod analyze;
mod association;
mod attribution;
mod automatic;
mod competition;
mod conjugate;
mod contrast;
mod describe;
pub mod draw;
mod drift;
mod error;
mod event_link;
mod keyness;
mod likelihood;
mod online;
mod online_report;
mod optimal;
mod panel;
mod posterior;
mod predictive;
mod season;
mod segmentation;
mod sentence;
mod settings;
mod shifts;
mod tables;
mod timeline;
mod wording;

pub use analyze::{analyze, analyze_shares};
pub use association::{
    Adjustment, Association, AssociationSettings, Correlation, LagCorrelation, associate, block_length,
};
pub use attribution::{Attribution, AttributionSettings, Contribution, Cut, Omission, Piece, attribute};
pub use automatic::{Automatic, Shape, automatic};
pub use competition::{Candidate, Competition, CompetitionSettings, Rival, compete, false_discovery, holm};
pub use contrast::{Contrast, ContrastSet, ContrastSettings, Part, Term, TermKey, WithoutTop, contrast};
pub use drift::Drift;
pub use error::ShiftError;
pub use event_link::{EventLink, EventLinkSettings, EventPeriod, Placebo, Side, event_link};
pub use keyness::{Key, KeynessPrior, Use, WordTable, keyness};
pub use online::{OnlineSettings, RunLength, WINDOW, Watch};
pub use online_report::{WatchSettings, Watched, watch};
pub use panel::{
    Driver, OwnChange, OwnChanges, Panel, PanelSettings, SharedChange, Without, leave_one_out, panel,
};
pub use predictive::{Check, History, Statistic, histories, predictive_checks};
pub use season::{Season, SeasonEffect};
pub use segmentation::{
    BinomialCost, EqualExposureCost, Moments, MomentsCost, MultinomialCost, NegativeBinomialCost, NormalCost,
    OneParameter, Penalty, PoissonCost, RunningSums, SegmentCost, Segmentation, SumCost, TrendCost,
    enumerate, enumerate_fixed, fixed, fpop, pelt, pelt_with, segment_neighborhood,
    segment_neighborhood_with,
};
pub use settings::{CostKind, RatePrior, Settings};
pub use shifts::{
    CategoryShares, ChangePoint, Estimate, EvidenceAt, NumberProbability, PeriodInterval, PeriodProbability,
    Segment, Shifts,
};
pub use tables::{change_points, keys, placebos, posterior, segments};
pub use wording::{
    AddressChange, Change, ChangeKind, PieceKind, TitleUse, WordingDiff, WordingPiece, WordingSummary,
    sentences, wording_diff,
};
