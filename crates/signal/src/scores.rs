//! One measured value per document, e.g. the tone that somebody's own model gives it, and their means per period.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{Read, Write};

use jiff::civil::Date;
use measure::{Calendar, Point, Series};
use source::Quarantined;

use crate::table::{TableError, number, rows};

/// A value of one document.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The document, if the table says.
    pub id: String,
    /// Its date.
    pub date: Date,
    /// What keeps it apart from unlike documents; `all` without such columns.
    pub stratum: String,
    /// The value.
    pub value: f64,
    /// How much it weighs, above 0; 1 unless the table says.
    pub weight: f64,
}

/// Which columns of a table hold what; `date` holds the date and `id`, if there, the document.
#[derive(Clone, Copy, Debug)]
pub struct ScoreColumns<'c> {
    /// The value.
    pub value: &'c str,
    /// The weight, e.g. words of the document; every document weighs 1 if `None`.
    pub weight: Option<&'c str>,
    /// Columns that keep unlike documents apart.
    pub strata: &'c [String],
}

/// Reads one row per document. Rows without a date, a finite value or a weight above 0 are quarantined.
///
/// # Errors
/// [`TableError`] if a column is missing or the file is not CSV.
pub fn read_scores(
    reader: impl Read,
    file: &str,
    columns: ScoreColumns<'_>,
) -> Result<(Vec<Score>, Vec<Quarantined>), TableError> {
    let (at, id, weight) = (Cell::new([0; 2]), Cell::new(None), Cell::new(None));
    let strata = std::cell::RefCell::new(Vec::new());
    let mut scores = Vec::new();
    let quarantine = rows(
        reader,
        file,
        |names| {
            at.set([names.need(&["date"])?, names.need(&[columns.value])?]);
            id.set(names.find(&["id"]));
            weight.set(columns.weight.map(|name| names.need(&[name])).transpose()?);
            let own: Result<Vec<usize>, TableError> =
                columns.strata.iter().map(|name| names.need(&[name])).collect();
            *strata.borrow_mut() = own?;
            Ok(())
        },
        |(record, _)| {
            let field = |index: usize| record.get(index).unwrap_or("");
            let [date, value] = at.get();
            let date = field(date)
                .parse::<Date>()
                .map_err(|_| format!("`{}` is not a date like 2022-12-31", field(date)))?;
            let weight = match weight.get() {
                None => 1.0,
                Some(index) => match number(field(index), "weight")? {
                    weight if weight > 0.0 => weight,
                    _ => return Err(format!("the weight `{}` is not above 0", field(index))),
                },
            };
            let own: Vec<&str> = strata.borrow().iter().map(|&index| field(index)).collect();
            let stratum = if own.is_empty() { "all".to_string() } else { own.join("/") };
            let id = id.get().map(field).unwrap_or_default().to_string();
            scores.push(Score { id, date, stratum, value: number(field(value), "value")?, weight });
            Ok(())
        },
    )?;
    Ok((scores, quarantine))
}

/// The mean per period of each stratum, weighted; the exposure is the number of documents, or their weights added up. A
/// period without a document is missing, not zero. Ids are `name@stratum`; sums are taken in the order of the scores.
///
/// The variance of a mean falls with what it rests on, which is how the normal cost of shifts reads an exposure.
pub fn mean_series(name: &str, scores: &[Score], calendar: Calendar) -> Vec<Series> {
    let mut sums: BTreeMap<(&str, measure::Period), (f64, f64)> = BTreeMap::new();
    for score in scores {
        let sum = sums.entry((&score.stratum, calendar.period(score.date))).or_default();
        sum.0 += score.weight * score.value;
        sum.1 += score.weight;
    }
    let mut series: BTreeMap<&str, Vec<Point>> = BTreeMap::new();
    for ((stratum, period), (sum, weight)) in sums {
        let point = Point { period, value: sum / weight, exposure: weight };
        series.entry(stratum).or_default().push(point);
    }
    series.into_iter().map(|(stratum, points)| Series { id: format!("{name}@{stratum}"), points }).collect()
}

/// Writes series as [`read_values`](crate::read_values) reads them: `series,period,value,exposure`.
///
/// # Errors
/// Those of the writer.
pub fn write_values(series: &[Series], writer: impl Write) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(writer);
    writer.write_record(["series", "period", "value", "exposure"])?;
    for series in series {
        for point in &series.points {
            let (period, value) = (point.period.to_string(), point.value.to_string());
            writer.write_record([&series.id, &period, &value, &point.exposure.to_string()])?;
        }
    }
    writer.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_rest_on_their_documents() {
        let table = "id,date,outlet,tone,words\na,2022-01-03,KCNA,0.5,100\nb,2022-01-20,KCNA,-0.5,300\nc,2022-03-01,KCNA,1,10\n\
            d,2022-01-09,Rodong,2,1\ne,2022-02-30,KCNA,1,1\nf,2022-02-01,KCNA,NaN,1\ng,2022-02-01,KCNA,1,0\n";
        let strata = ["outlet".to_string()];
        let columns = ScoreColumns { value: "tone", weight: Some("words"), strata: &strata };
        let (scores, quarantine) = read_scores(table.as_bytes(), "tone.csv", columns).unwrap();
        assert_eq!(quarantine.iter().map(|row| row.at.row).collect::<Vec<_>>(), [6, 7, 8]);
        let series = mean_series("tone", &scores, Calendar::Month);
        let seen = |series: &Series| -> Vec<_> {
            series.points.iter().map(|p| (p.period.to_string(), p.value, p.exposure)).collect()
        };
        assert_eq!((series[0].id.as_str(), series[1].id.as_str()), ("tone@KCNA", "tone@Rodong"));
        assert_eq!(seen(&series[0]), [("2022-01".into(), -0.25, 400.0), ("2022-03".into(), 1.0, 10.0)]);

        let plain = ScoreColumns { value: "tone", weight: None, strata: &[] };
        let (scores, _) = read_scores(table.as_bytes(), "tone.csv", plain).unwrap();
        let series = mean_series("tone", &scores, Calendar::Quarter);
        let (value, exposure) = (series[0].points[0].value, series[0].points[0].exposure);
        assert_eq!((value, exposure), (4.0 / 5.0, 5.0));
        let missing = ScoreColumns { value: "mood", ..plain };
        assert!(matches!(read_scores(table.as_bytes(), "tone.csv", missing), Err(TableError::Column { .. })));
    }
}
