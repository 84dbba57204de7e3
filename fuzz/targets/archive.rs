#![no_main]

use fuzz::read_all;
use libfuzzer_sys::fuzz_target;
use record::Mapping;

const NAMES: [&str; 4] = ["a.zip", "a.parquet", "a.jsonl.gz", "a.csv.zst"];

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, bytes)) = bytes.split_first() else { return };
    let _ = read_all(NAMES[choice as usize % NAMES.len()], bytes, &Mapping::documents());
});
