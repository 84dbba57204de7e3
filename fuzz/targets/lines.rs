#![no_main]

use fuzz::read_all;
use libfuzzer_sys::fuzz_target;
use record::Mapping;
use source::SourceText;

const NAMES: [&str; 6] = ["a.jsonl", "a.csv", "a.tsv", "a.jsonl.gz", "a.csv.zst", "a.txt"];
const RULES: [&str; 5] = [
    "",
    "encoding = \"euc-kr\"",
    "encoding = \"utf-16le\"\ndelimiter = \";\"",
    "kind = \"events\"\nheader = 2",
    "[language]\ndetect = false\n[[clean]]\npattern = 'a+'\nreplace = \"$0b\"",
];

// The first byte chooses the kind of file and the rules.
fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, bytes)) = bytes.split_first() else { return };
    let name = NAMES[choice as usize % NAMES.len()];
    let rules = RULES[choice as usize / NAMES.len() % RULES.len()];
    let mapping = Mapping::parse(&SourceText::new("rules.toml", rules)).expect("the rules are right");
    let _ = read_all(name, bytes, &mapping);
});
