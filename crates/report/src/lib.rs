//! An assessment as one page that opens offline.
