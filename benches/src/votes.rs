//! How often a state votes as others do in the UN General Assembly.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, RecordBatch};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::Outcome;

const STATE: &str = "North Korea";
const OTHERS: [(&str, &str); 3] =
    [("agreement-usa", "United States"), ("agreement-chn", "China"), ("agreement-rus", "Russia")];

/// Writes the share of equal votes (yes, no, abstain) per year, over the roll calls in which both voted; the exposure
/// is the number of those.
pub fn agreement(data: &Path, to: &Path) -> Outcome<()> {
    let mut years: HashMap<i64, String> = HashMap::new();
    for batch in batches(&data.join("un-roll-calls.parquet"))? {
        let ids = batch.column_by_name("rcid").ok_or("no rcid")?.as_primitive::<Int64Type>().clone();
        for (row, date) in texts(&batch, "date")?.into_iter().enumerate() {
            years.insert(ids.value(row), date.chars().take(4).collect());
        }
    }
    let mut votes: HashMap<(String, i64), String> = HashMap::new();
    for batch in batches(&data.join("un-votes.parquet"))? {
        let ids = batch.column_by_name("rcid").ok_or("no rcid")?.as_primitive::<Int64Type>().clone();
        let (countries, cast) = (texts(&batch, "country")?, texts(&batch, "vote")?);
        for (row, (country, vote)) in countries.into_iter().zip(cast).enumerate() {
            if country == STATE || OTHERS.iter().any(|(_, other)| *other == country) {
                votes.insert((country, ids.value(row)), vote);
            }
        }
    }
    let mut writer = csv::Writer::from_writer(File::create(to)?);
    writer.write_record(["series", "period", "value", "exposure"])?;
    for (series, other) in OTHERS {
        let mut by_year: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for ((_, roll_call), own) in votes.iter().filter(|((country, _), _)| country == STATE) {
            let theirs = votes.get(&(other.to_string(), *roll_call));
            if let (Some(theirs), Some(year)) = (theirs, years.get(roll_call)) {
                let sum = by_year.entry(year).or_default();
                sum.0 += u64::from(theirs == own);
                sum.1 += 1;
            }
        }
        for (year, (same, both)) in by_year {
            let share = format!("{:.6}", same as f64 / both as f64);
            writer.write_record([series, year, &share, &both.to_string()])?;
        }
    }
    writer.flush()?;
    println!("votes: written to {}", to.file_name().unwrap_or_default().to_string_lossy());
    Ok(())
}

fn batches(path: &Path) -> Outcome<Vec<RecordBatch>> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?.build()?;
    Ok(reader.collect::<Result<_, _>>()?)
}

fn texts(batch: &RecordBatch, name: &str) -> Outcome<Vec<String>> {
    let column = batch.column_by_name(name).ok_or_else(|| format!("no column {name}"))?;
    let all = match column.data_type() {
        arrow_schema::DataType::LargeUtf8 => column.as_string::<i64>().iter().map(owned).collect(),
        _ => column.as_string::<i32>().iter().map(owned).collect(),
    };
    Ok(all)
}

fn owned(value: Option<&str>) -> String {
    value.unwrap_or_default().to_string()
}
