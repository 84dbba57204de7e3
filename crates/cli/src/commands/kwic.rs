use search::{LineOrder, Query};
use serde_json::json;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::search::{base_line, by_year, filter, open, unit};
use super::{Done, print, print_json};
use crate::words::search::{Kwic, LineSort};

pub fn run(words: &Kwic) -> Done {
    let query = Query::parse(&words.query)?;
    let searcher = open(&words.dir, &words.within)?;
    let order = match words.sort {
        LineSort::Date => LineOrder::Date,
        LineSort::Left => LineOrder::Left,
        LineSort::Right => LineOrder::Right,
    };
    let filter = filter(&words.within, &searcher)?;
    let found = searcher.kwic(&query, &filter, unit(words.within.unit), order, words.limit)?;
    if words.json {
        return print_json(&json!({
            "query": words.query, "base": found.base, "hits": found.hits, "lines": found.lines,
        }));
    }
    print(&format!("{} hits in {}\n", found.hits, base_line(&found.base)))?;
    let terminal = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let width = words.width.or(terminal).unwrap_or(120).max(60);
    let kinds = found.lines.iter().filter_map(|line| line.statement_type.as_deref());
    let kind = kinds.map(UnicodeWidthStr::width).max().unwrap_or(0).min(24);
    let hit = found.lines.iter().map(|line| line.hit.width()).max().unwrap_or(0).min(width / 3);
    let side = (width.saturating_sub(10 + 2 + kind + 2 + hit + 2)) / 2;
    for line in &found.lines {
        let kind = padded(start(line.statement_type.as_deref().unwrap_or("—"), kind), kind);
        let left = end(&line.left, side);
        let left = format!("{}{left}", " ".repeat(side - left.width()));
        let right = start(&line.right, side + hit.saturating_sub(line.hit.width()));
        let line = format!("{}  {kind}  {left}[{}]{right}", line.date, line.hit);
        print(line.trim_end())?;
    }
    let shown = found.lines.len() as u64;
    if shown < found.hits {
        print(&format!("\n{} more: --limit {}", found.hits - shown, found.hits))?;
    }
    print(&format!("\n{}", by_year(&found.base)))
}

/// As much of the start as fits into so many columns; a Korean letter takes two.
fn start(text: &str, columns: usize) -> &str {
    let (mut used, mut to) = (0, 0);
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        to = at + c.len_utf8();
    }
    &text[..to]
}

/// As much of the end as fits.
fn end(text: &str, columns: usize) -> &str {
    let mut used = 0;
    let mut from = text.len();
    for (at, c) in text.char_indices().rev() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        from = at;
    }
    &text[from..]
}

fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_korean_letter_is_two_columns_wide() {
        assert_eq!((start("비핵화를", 5), end("비핵화를", 5)), ("비핵", "화를"));
        assert_eq!((start("abc", 5), end("abc", 2)), ("abc", "bc"));
        assert_eq!(padded("비핵", 6).width(), 6);
    }
}
