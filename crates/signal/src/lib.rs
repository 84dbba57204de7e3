//! How often was this said, compared with like?
//!
//! [`Lexicon`] names phrases; [`count`] is the kernel that counts all of them in one pass over a batch of
//! documents ([`Counter`] for batch after batch); [`Counts`] adds batches up per phrase, stratum and period, whole numbers only, so that any split
//! of the work gives the same result; [`Counts::series`] sets each count against its exposure.
//! [`Vocabulary`] turns words into numbers and [`features`] counts all of them per document.
//! [`event_series`] does the same for events, [`read_counts`] for counts that somebody else made, and
//! [`mean_series`] averages a value that somebody measured on each document, and [`passages`] shows what was counted.
//!
//! **Invariant:** a count never travels without its exposure. **Absent on purpose:** hypotheses.

mod collocation;
mod count;
mod counts;
mod echo;
mod events;
mod features;
mod keys;
mod korean;
mod lexicon;
mod matcher;
mod ngram;
mod passages;
mod perfect;
mod scan;
mod scores;
mod sentence;
mod strata;
mod table;
mod token;
mod vocabulary;
mod words;

pub use collocation::{Collocate, Node, Surroundings, collocates, surroundings};
pub use count::{Counter, Hits, Speaking, Whose, count, count_of};
pub use counts::{Cell, CountBy, Counts, ExposureKind, Folded, Tally, tally};
pub use echo::{Echo, EchoDocument, EchoSettings, Expected, OutletPair, SharedPassage, echo, passage_text};
pub use events::event_series;
pub use features::{Features, features, terms};
pub use lexicon::{
    Case, Conditions, Lexicon, LexiconSpec, ONESELF, OTHERS, OneselfSpec, PhraseSpec, Reach, ThemeSpec,
};
pub use ngram::{Breaks, NgramSettings, Ngrams, Tokenized, ngrams};
pub use passages::{Occurrence, occurrences, occurrences_in, passages};
pub use scores::{Score, ScoreColumns, mean_series, read_scores, write_values};
pub use strata::{STRATUM_COLUMNS, Strata, StratumError};
pub use table::{
    DocumentHits, TableError, calendar_of, read_counts, read_documents, read_values, read_words,
    write_counts, write_documents, write_words,
};
pub use token::{Token, tokens};
pub use vocabulary::{TokenRule, Vocabulary};
pub use words::{WordCounts, word_counts};
