//! Counting words and phrases beside scikit-learn, spaCy and pyahocorasick, on one corpus and one thread, with the
//! answers compared and not only the times; and how cost grows with the corpus.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{Array, RecordBatch};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use record::documents::{Document, batch};
use signal::{Counter, Lexicon, PhraseSpec, TokenRule, Vocabulary, features};
use source::Place;

use measure::portable::ln;

use crate::{Outcome, data, root};

/// Phrases looked for.
const PHRASES: usize = 500;
/// Documents in a batch.
const BATCH: usize = 8192;

/// Runs all.
pub fn run() -> Outcome<()> {
    let corpus = corpus()?;
    let characters: usize = corpus.iter().map(|text| text.chars().count()).sum();
    println!(
        "corpus: {} documents, {:.1} million characters; processor time of one thread",
        corpus.len(),
        characters as f64 / 1e6
    );
    let batches: Vec<RecordBatch> = corpus.chunks(BATCH).map(of_texts).collect();
    let dir = tempfile::tempdir()?;
    let phrases = choose(&batches);
    let file = dir.path().join("phrases.json");
    let quoted: Vec<String> = phrases.iter().map(|phrase| format!("{phrase:?}")).collect();
    fs::write(&file, format!("[{}]", quoted.join(",")))?;
    let python = python();
    if let Err(reason) = &python {
        println!("NO PEERS: {reason}. Only our own figures follow.");
    }
    let python = python.ok();

    println!("\nwords: tokenise and document-feature matrix, words of two letters or more, lower case");
    let (seconds, matrix) = best_of(10, || words(&batches));
    println!("  {:<46} {:>8.3} s", "ours", seconds);
    if let Some(python) = &python {
        let peer = peer(python, "count_vectorizer.py", &file, &dir.path().join("words"))?;
        line(&peer, seconds);
        let theirs = Matrix::read(&dir.path().join("words"))?;
        let words = fs::read_to_string(dir.path().join("words.words"))?;
        say(
            matrix.words == words.split('\n').collect::<Vec<_>>(),
            "vocabulary",
            &format!("{} words", matrix.words.len()),
        );
        say(matrix.matrix == theirs, "matrix", &matrix.matrix.size());
    }

    println!("\nphrases: {PHRASES} of 1 to 3 words, case-folded, word-bounded, overlapping hits counted");
    let spec = |phrase: &String| {
        PhraseSpec::new(phrase.clone(), vec![(phrase.clone(), Place::nowhere())], Place::nowhere())
    };
    let lexicon = Lexicon::new(phrases.iter().map(spec).collect::<Vec<_>>())
        .map_err(|_| "the phrases have mistakes")?
        .with_rule(TokenRule::TwoLetters);
    let (seconds, matrix) = best_of(10, || counted(&lexicon, &batches));
    println!("  {:<46} {:>8.3} s", "ours", seconds);
    if let Some(python) = &python {
        for script in ["ahocorasick_.py", "vocabulary.py", "phrase_matcher.py"] {
            let to = dir.path().join(script);
            line(&peer(python, script, &file, &to)?, seconds);
            if script == "vocabulary.py" {
                say(matrix == Matrix::read(&to)?, "counts per document", &matrix.size());
            }
        }
    }
    growth(&corpus, &lexicon)
}

/// The texts, in the order of the peers.
fn corpus() -> Outcome<Vec<String>> {
    let data = data()?;
    let mut all = Vec::new();
    for (file, column) in [("kcna-headlines.parquet", "title"), ("kcna-2012.parquet", "text")] {
        let builder = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(data.join(file))?)?;
        let mask = ProjectionMask::columns(builder.parquet_schema(), [column]);
        for batch in builder.with_projection(mask).build()? {
            let batch = batch?;
            let column = batch.column(0);
            match column.data_type() {
                arrow_schema::DataType::LargeUtf8 => {
                    all.extend(column.as_string::<i64>().iter().flatten().map(str::to_string));
                }
                _ => all.extend(column.as_string::<i32>().iter().flatten().map(str::to_string)),
            }
        }
    }
    Ok(all)
}

fn of_texts(texts: &[String]) -> RecordBatch {
    let document = |text: &String| Document { text: Some(text.clone()), ..Document::default() };
    batch(&texts.iter().map(document).collect::<Vec<_>>())
}

/// Phrases spread evenly over the ranks of all that stand at least 20 times: a third each of one, two and three words.
fn choose(batches: &[RecordBatch]) -> Vec<String> {
    let mut vocabulary = Vocabulary::new(TokenRule::TwoLetters);
    let mut counts: [std::collections::HashMap<Vec<u32>, u32>; 3] = Default::default();
    let mut numbers = Vec::new();
    for batch in batches {
        let texts = batch.column_by_name("text").expect("documents have texts").as_string::<i32>();
        for text in texts.iter().flatten() {
            numbers.clear();
            vocabulary.scan(text, &mut numbers);
            for (n, counts) in counts.iter_mut().enumerate() {
                for window in numbers.windows(n + 1) {
                    match counts.get_mut(window) {
                        Some(count) => *count += 1,
                        None => drop(counts.insert(window.to_vec(), 1)),
                    }
                }
            }
        }
    }
    let mut phrases = Vec::new();
    for (n, counts) in counts.into_iter().enumerate() {
        let word = |number: &u32| vocabulary.word(*number).to_string();
        let mut frequent: Vec<(u32, String)> = counts
            .into_iter()
            .filter(|(_, count)| *count >= 20)
            .map(|(window, count)| (count, window.iter().map(word).collect::<Vec<_>>().join(" ")))
            .collect();
        frequent.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let wanted = if n == 0 { PHRASES - 2 * (PHRASES / 3) } else { PHRASES / 3 };
        phrases.extend((0..wanted).map(|index| frequent[index * frequent.len() / wanted].1.clone()));
    }
    phrases
}

/// A sparse matrix by rows, terms sorted within a row.
#[derive(PartialEq)]
struct Matrix {
    starts: Vec<u64>,
    terms: Vec<u32>,
    counts: Vec<u32>,
}

impl Matrix {
    fn size(&self) -> String {
        let total: u64 = self.counts.iter().map(|&count| u64::from(count)).sum();
        format!("{} documents, {} entries, {total} in all", self.starts.len() - 1, self.terms.len())
    }

    fn read(path: &Path) -> Outcome<Self> {
        let bytes = |end: &str| fs::read(format!("{}.{end}", path.display()));
        let four = |end: &str| -> Outcome<Vec<u32>> {
            let bytes = bytes(end)?;
            Ok(bytes
                .chunks_exact(4)
                .map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
                .collect())
        };
        let eight = |eight: &[u8]| eight.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte));
        Ok(Self {
            starts: bytes("starts")?.chunks_exact(8).map(eight).collect(),
            terms: four("terms")?,
            counts: four("counts")?,
        })
    }

    /// From batches of `document`, `term`, `count`, whose documents follow each other.
    fn of(parts: &[(usize, RecordBatch)]) -> Self {
        let mut matrix = Self { starts: vec![0], terms: Vec::new(), counts: Vec::new() };
        for (documents, batch) in parts {
            let column = |index: usize| batch.column(index).as_primitive::<UInt32Type>().values();
            let base = matrix.terms.len() as u64;
            let mut next = 0;
            for document in 0..*documents {
                next += column(0)[next..].partition_point(|&own| own as usize <= document);
                matrix.starts.push(base + next as u64);
            }
            matrix.terms.extend(column(1));
            matrix.counts.extend(column(2));
        }
        matrix
    }
}

struct Words {
    words: Vec<String>,
    matrix: Matrix,
}

/// The measured part is the kernel and the numbering by alphabet that scikit-learn does too.
fn words(batches: &[RecordBatch]) -> (f64, Words) {
    let start = processor_seconds();
    let mut vocabulary = Vocabulary::new(TokenRule::TwoLetters);
    let parts: Vec<_> =
        batches.iter().map(|batch| (batch.num_rows(), features(&mut vocabulary, batch).batch)).collect();
    let order = vocabulary.alphabetical();
    let seconds = processor_seconds() - start;
    let mut rank = vec![0; order.len()];
    for (position, &number) in order.iter().enumerate() {
        rank[number as usize] = position as u32;
    }
    let mut matrix = Matrix::of(&parts);
    for row in 0..matrix.starts.len() - 1 {
        let range = matrix.starts[row] as usize..matrix.starts[row + 1] as usize;
        let mut pairs: Vec<(u32, u32)> =
            range.clone().map(|at| (rank[matrix.terms[at] as usize], matrix.counts[at])).collect();
        pairs.sort_unstable();
        for (at, (term, count)) in range.zip(pairs) {
            (matrix.terms[at], matrix.counts[at]) = (term, count);
        }
    }
    let words = order.iter().map(|&number| vocabulary.word(number).to_string()).collect();
    (seconds, Words { words, matrix })
}

fn counted(lexicon: &Lexicon, batches: &[RecordBatch]) -> (f64, Matrix) {
    let start = processor_seconds();
    let mut counter = Counter::new(lexicon, None);
    let parts: Vec<_> = batches.iter().map(|batch| (batch.num_rows(), counter.count(batch).batch)).collect();
    let seconds = processor_seconds() - start;
    (seconds, Matrix::of(&parts))
}

/// The shortest of so many runs, as the peers count theirs.
fn best_of<T>(runs: u32, mut job: impl FnMut() -> (f64, T)) -> (f64, T) {
    let (mut best, mut answer) = job();
    for _ in 1..runs {
        drop(answer);
        let (seconds, next) = job();
        (best, answer) = (best.min(seconds), next);
    }
    (best, answer)
}

/// Processor time of this thread so far: a machine that does other things too does not distort it.
pub fn processor_seconds() -> f64 {
    let nanoseconds =
        |status: String| -> Option<f64> { status.split_whitespace().next()?.parse::<f64>().ok() };
    let own = fs::read_to_string("/proc/thread-self/schedstat").ok().and_then(nanoseconds);
    // Elsewhere than on Linux by the clock on the wall.
    static BEGIN: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    own.map_or_else(|| BEGIN.elapsed().as_secs_f64(), |own| own / 1e9)
}

/// Processor time of one run, and its answer; what is quick is repeated until it took `enough` seconds together.
pub fn time<T>(enough: f64, of: impl Fn() -> T) -> (f64, T) {
    let start = processor_seconds();
    let (mut value, mut runs) = (of(), 1);
    while processor_seconds() - start < enough {
        value = of();
        runs += 1;
    }
    ((processor_seconds() - start) / f64::from(runs), value)
}

/// What a peer printed.
struct Peer {
    name: String,
    seconds: f64,
    hits: String,
}

fn peer(python: &Path, script: &str, phrases: &Path, to: &Path) -> Outcome<Peer> {
    let path = root().join("benches/peers").join(script);
    let output = Command::new(python)
        .arg(path)
        .args([phrases, to])
        .env("DEMARCHE_DATA", data()?)
        .env("OMP_NUM_THREADS", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()?;
    if !output.status.success() {
        return Err(format!("{script}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let field = |key: &str| -> Outcome<String> {
        let (_, rest) =
            said.split_once(&format!("\"{key}\": ")).ok_or_else(|| format!("{script} says no {key}"))?;
        let value = match rest.strip_prefix('"') {
            Some(text) => text.split('"').next(),
            None => rest.split([',', '}']).next(),
        };
        Ok(value.unwrap_or_default().to_string())
    };
    Ok(Peer { name: field("name")?, seconds: field("seconds")?.parse()?, hits: field("hits")? })
}

fn line(peer: &Peer, ours: f64) {
    println!(
        "  {:<46} {:>8.3} s   ours is {:>6.1} times as fast   ({} hits)",
        peer.name,
        peer.seconds,
        peer.seconds / ours,
        peer.hits
    );
}

fn say(equal: bool, what: &str, size: &str) {
    println!("  {what}: {}, {size}", if equal { "EQUAL" } else { "DIFFERENT" });
}

/// A Python with the peers, made in `target/peers` when it is not there yet.
pub fn python() -> Result<PathBuf, String> {
    let dir = root().join("target/peers");
    let python = dir.join("bin/python");
    let ready = dir.join("ready");
    let wanted = root().join("benches/peers/requirements.txt");
    let list =
        fs::read_to_string(&wanted).map_err(|error| format!("cannot read requirements.txt: {error}"))?;
    if fs::read_to_string(&ready).is_ok_and(|made| made == list) {
        return Ok(python);
    }
    println!("installing the peers into target/peers (once) …");
    let ran = |program: &Path, arguments: &[&str]| -> Result<(), String> {
        let output = Command::new(program).args(arguments).output().map_err(|error| {
            format!("{} cannot be run ({error}): install Python 3 with venv and pip", program.display())
        })?;
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().last().unwrap_or_default();
        if output.status.success() { Ok(()) } else { Err(format!("{}: {last}", arguments.join(" "))) }
    };
    ran(Path::new("python3"), &["-m", "venv", &dir.to_string_lossy()])?;
    ran(&python, &["-m", "pip", "install", "--quiet", "--requirement", &wanted.to_string_lossy()])?;
    fs::write(&ready, list).map_err(|error| error.to_string())?;
    Ok(python)
}

/// The corpus 1, 4 and 16 times, each copy with a twentieth of its words altered, one batch in memory at a time.
fn growth(corpus: &[String], lexicon: &Lexicon) -> Outcome<()> {
    println!("\ngrowth: the corpus repeated, each copy with every twentieth word altered");
    let mut first = None;
    for times in [1, 4, 16] {
        let mut counter = Counter::new(lexicon, None);
        let mut vocabulary = Vocabulary::new(TokenRule::TwoLetters);
        let (mut words, mut phrases, mut hits) = (0.0, 0.0, 0);
        for copy in 0..times {
            for chunk in corpus.chunks(BATCH) {
                let altered: Vec<String> = chunk.iter().map(|text| alter(text, copy)).collect();
                let batch = of_texts(&altered);
                let start = processor_seconds();
                features(&mut vocabulary, &batch);
                words += processor_seconds() - start;
                let start = processor_seconds();
                hits += counter.count(&batch).batch.num_rows();
                phrases += processor_seconds() - start;
            }
        }
        let (one_words, one_phrases) = *first.get_or_insert((words, phrases));
        let slope = |one: f64, now: f64| if times == 1 { 1.0 } else { ln(now / one) / ln(f64::from(times)) };
        println!(
            "  ×{times:<3} words {words:>7.3} s (slope {:.2}), {} different   phrases {phrases:>7.3} s (slope {:.2}), {hits} entries   memory at most {}",
            slope(one_words, words),
            vocabulary.len(),
            slope(one_phrases, phrases),
            peak()
        );
    }
    Ok(())
}

fn alter(text: &str, copy: i32) -> String {
    if copy == 0 {
        return text.to_string();
    }
    let word = |(index, word): (usize, &str)| {
        if index % 20 == 7 { format!("{word}x{copy}") } else { word.to_string() }
    };
    text.split(' ').enumerate().map(word).collect::<Vec<_>>().join(" ")
}

fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".into(), |line| line.trim().to_string())
}
