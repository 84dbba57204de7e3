#![no_main]

use fuzz::read_all;
use libfuzzer_sys::fuzz_target;
use record::Mapping;

fuzz_target!(|bytes: &[u8]| {
    let _ = read_all("a.html", bytes, &Mapping::documents());
});
