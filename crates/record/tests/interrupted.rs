//! A process that is killed while it adds files leaves the state before or the state after.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use record::{Mapping, Store};

const FOLDER: &str = "RECORD_TEST_FOLDER";
const ROWS: u64 = 4_000;

/// Two files for step `step`: `ROWS` good rows each and one bad one.
fn write_files(dir: &Path, step: usize) -> Vec<PathBuf> {
    (0..2)
        .map(|half| {
            let mut text = String::from("id,date,title,text\n");
            for row in 0..ROWS {
                let words = "the statement of the day is long and is told again ".repeat(4);
                text.push_str(&format!(
                    "{step}-{half}-{row},2022-01-01,title {step} {half} {row},{words}{row}\n"
                ));
            }
            text.push_str(&format!("bad-{step}-{half},Juche 111,title,text\n"));
            let path = dir.join(format!("{step}-{half}.csv"));
            std::fs::write(&path, text).unwrap();
            path
        })
        .collect()
}

/// Run by the other test as a process of its own: adds pairs of files until it is killed.
#[test]
fn adds_until_killed() {
    let Some(dir) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let mut store = Store::open(&dir).unwrap();
    for step in store.list().len() / 2.. {
        let files = write_files(&dir, step);
        store.add(&files, Some(&Mapping::documents()), &mut |_| {}).unwrap();
    }
}

#[test]
fn killed_at_any_moment_it_leaves_the_old_or_the_new_state() {
    let dir = tempfile::tempdir().unwrap();
    let mut steps = 0;
    for moment in [3, 11, 17, 29, 37, 41, 53, 67, 83, 97, 113, 131, 151, 173] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "adds_until_killed", "--nocapture"])
            .env(FOLDER, dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(moment));
        child.kill().unwrap();
        child.wait().unwrap();
        steps = check(dir.path(), steps);
    }
    // Whole after all that: what comes next works.
    let mut store = Store::open(dir.path()).unwrap();
    let report = store.add(&write_files(dir.path(), steps), None, &mut |_| {}).unwrap();
    assert_eq!(report.files.iter().map(|file| file.kept).sum::<u64>(), 2 * ROWS);
    assert!(check(dir.path(), steps) > 0);
}

/// The store holds whole steps only, no fewer than before, and nothing else lies in its folder.
fn check(dir: &Path, before: usize) -> usize {
    let store = Store::open(dir).unwrap();
    let files = store.list().len();
    assert_eq!(files % 2, 0, "half of an add is there");
    assert!(files / 2 >= before, "an add that was done is gone");
    let rows: usize = store.documents().map(|batch| batch.unwrap().num_rows()).sum();
    assert_eq!(rows as u64, files as u64 * ROWS);
    assert_eq!(store.quarantine().unwrap().len(), files);
    if let Ok(entries) = std::fs::read_dir(dir.join("record/store")) {
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name != "lock" && name != "manifest.json");
        assert_eq!(names.len(), 2 * files, "{names:?}");
    }
    files / 2
}

#[test]
fn what_was_left_behind_is_deleted_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    store.add(&write_files(dir.path(), 0), None, &mut |_| {}).unwrap();
    let folder = dir.path().join("record/store");
    let orphans = [
        ".unfinished-x1y2z3",
        "0123456789abcdef-0123456789abcdef.parquet",
        "0123456789abcdef-0123456789abcdef.quarantine.parquet",
    ];
    for name in orphans.iter().chain(&["notes.txt"]) {
        std::fs::write(folder.join(name), "left").unwrap();
    }
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.list().len(), 2);
    assert!(orphans.iter().all(|name| !folder.join(name).exists()));
    assert!(folder.join("notes.txt").exists());
}

#[test]
fn one_writer_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    let files = write_files(dir.path(), 0);
    store.add(&files, None, &mut |_| {}).unwrap();
    let lock = std::fs::File::open(dir.path().join("record/store/lock")).unwrap();
    lock.lock().unwrap();
    let error = store.add(&files, None, &mut |_| {}).unwrap_err();
    assert!(matches!(error, record::RecordError::Locked { .. }), "{error}");
    assert_eq!(Store::open(dir.path()).unwrap().list().len(), 2, "reading needs no lock");
    drop(lock);
    assert!(store.add(&files, None, &mut |_| {}).is_ok());
}
