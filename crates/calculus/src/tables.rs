//! Solved games as Arrow tables.

use std::sync::Arc;

use arrow_array::{Array, Float64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};

use crate::play::{Play, Standpoint};

fn table(columns: Vec<(&str, Arc<dyn Array>)>) -> RecordBatch {
    let fields: Vec<Field> =
        columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
    debug_assert!(fields.iter().all(|field| matches!(field.data_type(), DataType::Utf8 | DataType::Float64)));
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).expect("columns of one length")
}

fn text<'a>(values: impl Iterator<Item = Option<&'a str>>) -> Arc<dyn Array> {
    Arc::new(StringArray::from_iter(values))
}

fn numbers(values: impl Iterator<Item = f64>) -> Arc<dyn Array> {
    Arc::new(Float64Array::from_iter_values(values))
}

/// One row per information set and action: `player`, `move`, `type`, `seen`, `reach`, `action`, `probability`,
/// `utility` (given the set is reached).
pub fn standpoints(play: &Play) -> RecordBatch {
    let rows: Vec<(&Standpoint, usize)> = play
        .standpoints
        .iter()
        .flat_map(|standpoint| (0..standpoint.actions.len()).map(move |action| (standpoint, action)))
        .collect();
    let seen: Vec<String> = rows
        .iter()
        .map(|(at, _)| {
            at.seen.iter().map(|(name, action)| format!("{name}={action}")).collect::<Vec<_>>().join(", ")
        })
        .collect();
    table(vec![
        ("player", text(rows.iter().map(|(at, _)| Some(at.player.as_str())))),
        ("move", text(rows.iter().map(|(at, _)| Some(at.at.as_str())))),
        ("type", text(rows.iter().map(|(at, _)| at.own_type.as_deref()))),
        ("seen", text(seen.iter().map(|seen| Some(seen.as_str())))),
        ("reach", numbers(rows.iter().map(|(at, _)| at.reach))),
        ("action", text(rows.iter().map(|(at, action)| Some(at.actions[*action].as_str())))),
        ("probability", numbers(rows.iter().map(|(at, action)| at.probabilities[*action]))),
        ("utility", numbers(rows.iter().map(|(at, action)| at.utilities[*action]))),
    ])
}

/// One row per course: `player`, `move`, `type`, `action`, `probability`, `utility`.
pub fn courses(play: &Play) -> RecordBatch {
    let rows = &play.courses;
    table(vec![
        ("player", text(rows.iter().map(|course| Some(course.player.as_str())))),
        ("move", text(rows.iter().map(|course| Some(course.at.as_str())))),
        ("type", text(rows.iter().map(|course| course.own_type.as_deref()))),
        ("action", text(rows.iter().map(|course| Some(course.action.as_str())))),
        ("probability", numbers(rows.iter().map(|course| course.probability))),
        ("utility", numbers(rows.iter().map(|course| course.utility))),
    ])
}
