//! Benchmarks and shipped figures: `cargo xtask bench`, `cargo xtask figures`.
fn main() {}
