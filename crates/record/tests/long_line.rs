//! A line of 200 MB is passed over, not held. A test binary of its own: it looks at the peak of its memory.

use std::io::Write;

use record::{Mapping, read};

/// Peak resident memory of this process in MiB; `None` where the system does not tell.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? >> 10)
}

/// A packed file with a row of 200 MB between two others.
fn write_packed(path: &std::path::Path, before: &str, start: &str, end: &str, after: &str) {
    let file = std::fs::File::create(path).unwrap();
    let mut encoder = zstd::stream::write::Encoder::new(file, 1).unwrap();
    encoder.write_all(before.as_bytes()).unwrap();
    encoder.write_all(start.as_bytes()).unwrap();
    let megabyte = vec![b'x'; 1 << 20];
    (0..200).for_each(|_| encoder.write_all(&megabyte).unwrap());
    encoder.write_all(end.as_bytes()).unwrap();
    encoder.write_all(after.as_bytes()).unwrap();
    encoder.finish().unwrap();
}

#[test]
fn a_row_of_200_megabytes() {
    let dir = tempfile::tempdir().unwrap();
    let jsonl = dir.path().join("a.jsonl.zst");
    let good = |title: &str| format!("{{\"date\": \"2022-09-08\", \"title\": \"{title}\"}}\n");
    write_packed(&jsonl, &good("before"), "{\"date\": \"2022-09-08\", \"text\": \"", "\"}\n", &good("after"));
    let csv = dir.path().join("a.csv.zst");
    let (before, after) = ("date,title\n2022-09-08,before\n", "2022-09-08,after\n");
    write_packed(&csv, before, "2022-09-08,\"", "\"\n", after);
    for (path, line) in [(jsonl, 2), (csv, 3)] {
        let mut reading = read(&path, &Mapping::documents()).unwrap();
        let kept: usize = reading.by_ref().map(|batch| batch.unwrap().num_rows()).sum();
        let quarantined = reading.take_quarantined();
        assert_eq!((kept, reading.report().rows), (2, 3), "{}", path.display());
        assert_eq!(quarantined[0].at.row, line);
        assert!(
            quarantined[0].reason.contains("the row has 200 MB, more than the 64 MB"),
            "{}",
            quarantined[0]
        );
    }
    if let Some(peak) = peak_memory() {
        assert!(peak < 200, "{peak} MiB");
    }
}
