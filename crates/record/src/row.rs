//! From the values of a row to a document or an event.

use crate::clean::clean;
use crate::date::parse_date_to;
use crate::documents::Document;
use crate::events::Event;
use crate::index::content_id;
use crate::language;
use crate::mapping::{Languages, Mapping, Piece};
use jiff::civil::Date;
use source::RowAt;

/// For each of our columns where its value is found among those of a row.
#[derive(Debug)]
pub(crate) struct Plan {
    mapping: Mapping,
    /// Columns of the file, each once.
    pub(crate) wanted: Vec<String>,
    made: Vec<Made>,
}

#[derive(Debug)]
struct Made {
    column: &'static str,
    pieces: Vec<Part>,
    constant: Option<String>,
}

#[derive(Debug)]
enum Part {
    Value(usize),
    Literal(String),
}

/// The values of our columns, taken out one after another.
struct Values {
    values: Vec<Option<String>>,
}

impl Plan {
    /// `present` is what the file has, if that is known beforehand. Fails with the name of a column
    /// that the mapping wants and the file lacks.
    pub(crate) fn new(mapping: &Mapping, present: Option<&[String]>) -> Result<Self, String> {
        let known = |column: &str| present.is_none_or(|p| p.iter().any(|name| name == column));
        if !mapping.columns.contains_key("date") && !known("date") {
            return Err("date".into());
        }
        let mut plan = Self { mapping: mapping.clone(), wanted: Vec::new(), made: Vec::new() };
        for &column in mapping.kind.columns() {
            let mut pieces = Vec::new();
            match mapping.columns.get(column) {
                Some(template) => {
                    if let Some(lacking) = template.columns().find(|name| !known(name)) {
                        return Err(lacking.to_string());
                    }
                    for piece in &template.0 {
                        pieces.push(match piece {
                            Piece::Column(name) => Part::Value(plan.want(name)),
                            Piece::Literal(text) => Part::Literal(text.clone()),
                        });
                    }
                }
                None if known(column) => {
                    pieces.push(Part::Value(plan.want(column)));
                }
                None => {}
            }
            plan.made.push(Made { column, pieces, constant: mapping.constants.get(column).cloned() });
        }
        Ok(plan)
    }

    fn want(&mut self, name: &str) -> usize {
        self.wanted.iter().position(|wanted| wanted == name).unwrap_or_else(|| {
            self.wanted.push(name.to_string());
            self.wanted.len() - 1
        })
    }

    fn values(&self, raw: &[Option<String>]) -> Result<Values, String> {
        if raw.iter().flatten().any(|text| text.as_bytes().contains(&0)) {
            return Err(
                "the row holds NUL bytes: the file is damaged, or written in UTF-16; save it as UTF-8".into(),
            );
        }
        let value = |made: &Made| {
            let value = made.value(raw).or_else(|| made.constant.clone())?;
            let recode = self.mapping.values.get(made.column);
            Some(recode.and_then(|recode| recode.get(&value)).cloned().unwrap_or(value))
        };
        Ok(Values { values: self.made.iter().map(value).collect() })
    }

    fn date(&self, text: &str) -> Result<Date, String> {
        let mapping = &self.mapping;
        parse_date_to(text, &mapping.date_formats, mapping.date_precision).map_err(|error| error.to_string())
    }

    /// A document, or the reason why the row is none.
    pub(crate) fn document(
        &self,
        raw: &[Option<String>],
        at: RowAt,
        mended: &mut [u64],
    ) -> Result<Document, String> {
        let mut values = self.values(raw)?;
        let date = values.take(1).unwrap_or_default();
        let date = self.date(&date)?;
        let statement_type = values.trimmed(3);
        let level = statement_type.as_ref().and_then(|name| self.mapping.statement_types.get(name)).copied();
        let mut cleaned = |column, text: Option<String>| {
            text.map(|text| clean(&self.mapping.clean, column, text, mended)).filter(|t| !t.trim().is_empty())
        };
        let title = cleaned("title", values.trimmed(8));
        let text = cleaned("text", values.take(9));
        if title.is_none() && text.is_none() {
            return Err("the row has neither a title nor a text; give it one of them".into());
        }
        let mut spoken = values.trimmed(7);
        if spoken.is_none() && self.mapping.languages == Languages::Detected {
            spoken = language::detect(title.as_deref(), text.as_deref()).map(str::to_string);
        }
        let mut document = Document {
            id: values.trimmed(0).unwrap_or_default(),
            date,
            outlet: values.trimmed(2),
            statement_type,
            authority: authority(values.trimmed(4))?.or(level),
            speaker: values.trimmed(5),
            audience: values.trimmed(6),
            language: spoken,
            title,
            text,
            link: values.trimmed(10),
            file: at.file,
            row: at.row,
        };
        if document.id.is_empty() {
            document.id = document_id(&document);
        }
        if let Some(profile) = &self.mapping.profile {
            profile.fill(&mut document);
        }
        Ok(document)
    }

    /// An event, its id empty where the row gives none; or the reason why the row is no event.
    pub(crate) fn event(&self, raw: &[Option<String>], at: RowAt) -> Result<Event, String> {
        let mut values = self.values(raw)?;
        let date = values.take(1).unwrap_or_default();
        let date = self.date(&date)?;
        let event = Event {
            id: values.trimmed(0).unwrap_or_default(),
            date,
            actor: values.trimmed(2),
            target: values.trimmed(3),
            kind: values.trimmed(4),
            magnitude: magnitude(values.trimmed(5))?,
            source: values.trimmed(6),
            note: values.trimmed(7),
            at,
        };
        if event.actor.is_none() && event.kind.is_none() && event.note.is_none() {
            return Err("the row says only when; give it an actor, a type or a note".into());
        }
        Ok(event)
    }
}

impl Made {
    fn value(&self, raw: &[Option<String>]) -> Option<String> {
        match &self.pieces[..] {
            [] => None,
            [Part::Value(index)] => raw[*index].clone(),
            pieces => pieces
                .iter()
                .map(|piece| match piece {
                    Part::Value(index) => raw[*index].as_deref(),
                    Part::Literal(text) => Some(text.as_str()),
                })
                .collect(),
        }
    }
}

impl Values {
    fn take(&mut self, column: usize) -> Option<String> {
        self.values[column].take()
    }

    fn trimmed(&mut self, column: usize) -> Option<String> {
        let value = self.take(column)?;
        let trimmed = value.trim();
        if trimmed.is_empty() {
            None
        } else if trimmed.len() == value.len() {
            Some(value)
        } else {
            Some(trimmed.to_string())
        }
    }
}

fn authority(text: Option<String>) -> Result<Option<u8>, String> {
    let Some(text) = text else { return Ok(None) };
    // Columns of whole numbers with gaps come out of many tools as 1.0, 2.0.
    let level = text.strip_suffix(".0").unwrap_or(&text).parse().ok().filter(|&level: &u8| level >= 1);
    let wrong =
        || format!("the authority `{text}` is no level: expected a whole number from 1 (highest) to 255");
    level.map(Some).ok_or_else(wrong)
}

fn magnitude(text: Option<String>) -> Result<Option<f64>, String> {
    let Some(text) = text else { return Ok(None) };
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    number
        .map(Some)
        .ok_or_else(|| format!("the magnitude `{text}` is no number; correct it or leave it empty"))
}

fn document_id(document: &Document) -> String {
    content_id(&[
        Some(&document.date.to_string()),
        document.outlet.as_deref(),
        document.title.as_deref(),
        document.text.as_deref(),
        document.link.as_deref(),
    ])
}
