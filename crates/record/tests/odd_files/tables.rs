//! JSON lines, CSV, TSV, Parquet and workbooks.

use std::sync::Arc;

use arrow_array::types::Int64Type;
use arrow_array::{
    ArrayRef, Date32Array, Float64Array, Int64Array, ListArray, StringArray, TimestampMillisecondArray,
};
use arrow_schema::{DataType, Field, Schema, TimeUnit};

use super::made::{bomb, gzip, korean, parquet, row, utf16, xlsx, zip, zstandard};
use super::{Case, Expect, case};
use Expect::{Error, Rows};

const CSV: &str = "date,title\n2022-09-08,one\n";
const JSON: &str = "{\"date\": \"2022-09-08\", \"title\": \"one\"}\n";

pub fn cases() -> Vec<Case> {
    [json(), csv(), packed(), parquet_files(), workbooks(), dates()].into_iter().flatten().collect()
}

fn json() -> Vec<Case> {
    let deep =
        format!("{{\"date\": \"2022-09-08\", \"title\": {}1{}}}\n", "[".repeat(5_000), "]".repeat(5_000));
    let token =
        format!("{{\"date\": \"2022-09-08\", \"title\": \"t\", \"text\": \"{}\"}}\n", "x".repeat(10 << 20));
    let marked = [&b"\xFF\xFE"[..], &utf16(JSON, false)].concat();
    vec![
        case(
            "a.jsonl",
            "a broken line",
            format!("{JSON}{{\"date\": \"2022-09-\n{JSON}"),
            Rows(
                &["one"],
                &[(
                    "a.jsonl:2",
                    "the line is no JSON object: EOF while parsing a string at column 18; correct it or delete the line",
                )],
            ),
        ),
        case(
            "a.jsonl",
            "nested 5,000 deep",
            format!("{deep}{JSON}"),
            Rows(&["one"], &[("a.jsonl:1", "recursion limit exceeded")]),
        ),
        case("a.jsonl", "a token of 10 MB", token, Rows(&["t"], &[])),
        case(
            "a.jsonl",
            "NUL bytes in a text",
            "{\"date\": \"2022-09-08\", \"title\": \"a\\u0000b\"}\n",
            Rows(&[], &[("a.jsonl:1", "the row holds NUL bytes")]),
        ),
        case(
            "a.jsonl",
            "NUL bytes instead of a line",
            format!("{JSON}\0\0\0\0\n"),
            Rows(&["one"], &[("a.jsonl:2", "no JSON object")]),
        ),
        case(
            "a.jsonl",
            "one array instead of lines",
            "[{\"date\": \"2022-09-08\", \"title\": \"one\"}]",
            Rows(&[], &[("a.jsonl:1", "JSON but no object; write {\"date\": …, \"title\": …}")]),
        ),
        case(
            "a.jsonl",
            "printed over several lines",
            "{\n\"date\": \"2022-09-08\"\n}\n",
            Rows(
                &[],
                &[
                    ("a.jsonl:1", "no JSON object"),
                    ("a.jsonl:2", "no JSON object"),
                    ("a.jsonl:3", "no JSON object"),
                ],
            ),
        ),
        case(
            "a.jsonl",
            "a lone surrogate",
            "{\"date\": \"2022-09-08\", \"title\": \"\\ud800\"}\n",
            Rows(&[], &[("a.jsonl:1", "no JSON object")]),
        ),
        case("a.jsonl", "UTF-16 with its mark", marked, Rows(&["one"], &[])),
        case(
            "a.jsonl",
            "UTF-16 without its mark, the other way round",
            utf16(JSON, true),
            Rows(&["one"], &[]),
        ),
        case("a.jsonl", "the mark of UTF-8 and nothing else", "\u{FEFF}", Rows(&[], &[])),
        case("a.jsonl", "empty", "", Rows(&[], &[])),
        case(
            "a.jsonl",
            "ends of lines of another system",
            format!("{}\r\n\r\n", JSON.trim()),
            Rows(&["one"], &[]),
        ),
        case(
            "a.jsonl",
            "a bad byte in good UTF-8",
            [
                b"{\"date\": \"2022-09-08\", \"title\": \"x\xFF\"}\n".as_slice(),
                "{\"date\": \"2022-09-08\", \"title\": \"비핵화\"}\n".as_bytes(),
            ]
            .concat(),
            Rows(
                &["비핵화"],
                &[(
                    "a.jsonl:1",
                    "the row is not UTF-8 (at its byte 35); save the file as UTF-8, or name what it is written in: `encoding = \"euc-kr\"`",
                )],
            ),
        ),
        case(
            "a.json",
            "an ending near a known one",
            JSON,
            Error(&["none of the endings", "one object a line", "jq"]),
        ),
    ]
}

fn csv() -> Vec<Case> {
    let wide = format!("date,title,{}\n2022-09-08,one,{}\n", "x,".repeat(3_000), ",".repeat(3_000));
    let latin = b"date,title\n2022-09-08,D\xE9claration du minist\xE8re\n";
    vec![
        case(
            "a.csv",
            "no column for the date",
            "day,title\n2022-09-08,one\n",
            Error(&["no column `date`; it has `day`, `title`"]),
        ),
        case(
            "a.csv",
            "a column twice",
            "date,title,title\n2022-09-08,one,two\n",
            Error(&["its column `title` stands twice; give one of them another name"]),
        ),
        case(
            "a.csv",
            "a column twice that is not read",
            "date,title,x,x\n2022-09-08,one,,\n",
            Rows(&["one"], &[]),
        ),
        case(
            "a.csv",
            "a row with too few cells",
            format!("{CSV}2022-09-09\n2022-09-10,two\n"),
            Rows(
                &["one", "two"],
                &[(
                    "a.csv:3",
                    "the row has 1 cells, the header 2; put a cell that holds the separator in double quotes",
                )],
            ),
        ),
        case(
            "a.csv",
            "a quote never closed",
            format!("{CSV}2022-09-09,\"two\n2022-09-10,three\n"),
            Rows(&["one", "two\n2022-09-10,three"], &[]),
        ),
        case("a.csv", "3,000 columns", wide, Rows(&["one"], &[])),
        case("a.csv", "empty", "", Rows(&[], &[])),
        case("a.csv", "a header and nothing else", "date,title\n", Rows(&[], &[])),
        case("a.csv", "a mark and a header", "\u{FEFF}date,title\r\n", Rows(&[], &[])),
        case(
            "a.csv",
            "separated by semicolons",
            "date;title\n2022-09-08;one, two\n",
            Rows(&["one, two"], &[]),
        ),
        case("a.csv", "separated by tabs", "date\ttitle\n2022-09-08\tone\n", Rows(&["one"], &[])),
        case(
            "a.csv",
            "separated by bars",
            "date|title\n2022-09-08|one\n",
            Error(&["no column `date`; it has `date|title`"]),
        ),
        case(
            "a.csv",
            "separated by bars, as the rules say",
            "date|title\n2022-09-08|one\n",
            Rows(&["one"], &[]),
        )
        .rules("delimiter = \"|\""),
        case(
            "a.csv",
            "a title above the header",
            "Statements of the ministry\n\ndate,title\n2022-09-08,one\n",
            Rows(&["one"], &[]),
        )
        .rules("header = 2"),
        case(
            "a.csv",
            "NUL bytes in a cell",
            "date,title\n2022-09-08,a\0b\n2022-09-08,one\n",
            Rows(
                &["one"],
                &[("a.csv:2", "NUL bytes: the file is damaged, or written in UTF-16; save it as UTF-8")],
            ),
        ),
        case(
            "a.csv",
            "EUC-KR",
            korean("date,title\n2022-09-08,조선반도의 비핵화\n"),
            Rows(&["조선반도의 비핵화"], &[]),
        ),
        case(
            "a.csv",
            "CP949, with syllables that EUC-KR has not",
            korean("date,title\n2022-09-08,똠방각하 펲시 조선반도의 비핵화에 대한 성명\n"),
            Rows(&["똠방각하 펲시 조선반도의 비핵화에 대한 성명"], &[]),
        ),
        case(
            "a.csv",
            "EUC-KR with a bad byte",
            [korean("date,title\n2022-09-08,조선반도의 비핵화\n2022-09-09,"), b"\xFF\n".to_vec()].concat(),
            Rows(
                &["조선반도의 비핵화"],
                &[(
                    "a.csv:3",
                    "the row is not EUC-KR, in which the file seems to be written (at its byte 11); correct it, or name another `encoding`",
                )],
            ),
        ),
        case("a.csv", "Latin-1", latin, Rows(&["Déclaration du ministère"], &[])),
        case(
            "a.csv",
            "Latin-1 read as what the rules say",
            latin,
            Rows(&[], &[("a.csv:2", "the row is not UTF-8")]),
        )
        .rules("encoding = \"utf-8\""),
        case(
            "a.csv",
            "UTF-16 with its mark",
            [&b"\xFE\xFF"[..], &utf16("date,title\n2022-09-08,비핵화\n", true)].concat(),
            Rows(&["비핵화"], &[]),
        ),
        case(
            "a.tsv",
            "quotes and tabs",
            "date\ttitle\n2022-09-08\t\"one\ttwo\"\n2022-09-09\tthree, four\n",
            Rows(&["one\ttwo", "three, four"], &[]),
        ),
        case("a.tsv", "commas for tabs", CSV, Error(&["no column `date`; it has `date,title`"])),
        case("a.xls", "the old kind of workbook", "x", Error(&["none of the endings", "save it as .xlsx"])),
        case("a", "no ending", CSV, Error(&["none of the endings"])),
    ]
}

fn packed() -> Vec<Case> {
    let long = (0..2_000).map(|n| format!("2022-09-08,{}\n", n * 7_919 % 104_729)).collect::<String>();
    let long = format!("date,title\n{long}");
    let (gz, zst, zipped) =
        (gzip(long.as_bytes()), zstandard(long.as_bytes()), zip(&[("a.csv", long.as_bytes())]));
    let mut flipped = zipped.clone();
    flipped[60] ^= 0xFF;
    let inner = zip(&[("b.csv", CSV.as_bytes())]);
    vec![
        case(
            "a.csv.gz",
            "breaks off",
            &gz[..gz.len() / 2],
            Error(&["breaks off", "the packed data are not complete; fetch it again"]),
        ),
        case("a.csv.zst", "breaks off", &zst[..zst.len() / 2], Error(&["breaks off", "fetch it again"])),
        case(
            "a.zip",
            "breaks off",
            &zipped[..zipped.len() / 2],
            Error(&["no complete zip archive", "fetch or pack it again"]),
        ),
        case("a.csv.gz", "not packed", CSV, Rows(&["one"], &[])),
        case("a.csv", "packed without saying so", gzip(CSV.as_bytes()), Rows(&["one"], &[])),
        case(
            "a.csv.gz",
            "damaged in the middle",
            [&gz[..200], &[0xAA; 40], &gz[240..]].concat(),
            Error(&["fetch"]),
        ),
        case(
            "a.zip",
            "a damaged member",
            flipped,
            Rows(&[], &[("a.zip/a.csv:1", "the file cannot be read: ")]),
        ),
        case("a.zip", "no archive", "PK", Error(&["no complete zip archive"])),
        case(
            "a.zip",
            "an archive within it",
            zip(&[("a.csv", CSV.as_bytes()), ("b.zip", &inner)]),
            Rows(
                &["one"],
                &[(
                    "a.zip/b.zip:1",
                    "an archive within an archive is not opened; unpack the outer one and add the folder",
                )],
            ),
        ),
        case(
            "a.zip",
            "files of several kinds",
            zip(&[
                ("z/c.txt", b"8 September 2022\n\nthree"),
                ("b.jsonl", b"{\"date\": \"2022-09-08\", \"title\": \"two\"}\n{\n"),
                ("a.csv", CSV.as_bytes()),
                ("x.png", b"\x89PNG"),
            ]),
            Rows(&["one", "two", "three"], &[("a.zip/b.jsonl:2", "no JSON object")]),
        ),
        case(
            "a.zip",
            "members of one name in other folders",
            zip(&[("1/a.csv", CSV.as_bytes()), ("2/a.csv", b"date,title\n2022-09-09,two\nx,y\n")]),
            Rows(&["one", "two"], &[("a.zip/2/a.csv:3", "`x` is no date")]),
        ),
        case(
            "a.zip",
            "a member without the column",
            zip(&[("a.csv", b"day\n1\n"), ("b.csv", CSV.as_bytes())]),
            Rows(&["one"], &[("a.zip/a.csv:1", "no column `date`; it has `day`")]),
        ),
        case("a.zip", "nothing in it", zip(&[]), Rows(&[], &[])),
        case(
            "a.zip",
            "a name that leads out of it",
            zip(&[("../../a.csv", CSV.as_bytes())]),
            Rows(&["one"], &[]),
        ),
        case("a.csv.zst", "nothing in it", zstandard(b""), Rows(&[], &[])),
    ]
}

fn parquet_files() -> Vec<Case> {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let titles: ArrayRef = Arc::new(StringArray::from(vec![Some("one"), Some("two"), None]));
    let days: ArrayRef = Arc::new(Date32Array::from(vec![Some(19_243), None, Some(19_243)]));
    let typed = parquet(
        Schema::new(vec![Field::new("date", DataType::Date32, true), text("title")]),
        vec![days.clone(), Arc::clone(&titles)],
    );
    let times: ArrayRef =
        Arc::new(TimestampMillisecondArray::from(vec![1_662_600_000_000, 1_662_600_000_000, 0]));
    let stamped = parquet(
        Schema::new(vec![
            Field::new("date", DataType::Timestamp(TimeUnit::Millisecond, None), true),
            text("title"),
        ]),
        vec![times, Arc::clone(&titles)],
    );
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![20_220_908, 20_221_308, 20_220_909]));
    let scores: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 2.5, 3.0]));
    let other = parquet(
        Schema::new(vec![
            Field::new("date", DataType::Int64, true),
            Field::new("title", DataType::Float64, true),
        ]),
        vec![numbers, scores],
    );
    let lists: ArrayRef =
        Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(vec![Some(vec![Some(1)]), None, None]));
    let listed = parquet(
        Schema::new(vec![
            Field::new("date", DataType::Date32, true),
            Field::new("title", lists.data_type().clone(), true),
        ]),
        vec![days, lists],
    );
    let cut = typed[..typed.len() - 20].to_vec();
    vec![
        case(
            "a.parquet",
            "days, and rows without one",
            typed.clone(),
            Rows(
                &["one"],
                &[
                    ("a.parquet:2", "the row has no date"),
                    ("a.parquet:3", "neither a title nor a text; give it one of them"),
                ],
            ),
        ),
        case(
            "a.parquet",
            "moments for days",
            stamped,
            Rows(&["one", "two"], &[("a.parquet:3", "neither a title")]),
        ),
        case(
            "a.parquet",
            "numbers for days and titles",
            other,
            Rows(
                &["1.0", "3.0"],
                &[(
                    "a.parquet:2",
                    "`20221308` is not a day of the calendar (years 0001 to 9999); correct it",
                )],
            ),
        ),
        case(
            "a.parquet",
            "lists for titles",
            listed,
            Rows(&["[1]"], &[("a.parquet:2", "the row has no date"), ("a.parquet:3", "neither a title")]),
        ),
        case("a.parquet", "breaks off", cut, Error(&["no complete Parquet file"])),
        case(
            "a.parquet",
            "packed as a whole",
            gzip(&typed),
            Rows(&["one"], &[("a.parquet:2", "no date"), ("a.parquet:3", "neither")]),
        ),
        case("a.parquet", "text", CSV, Error(&["no complete Parquet file"])),
    ]
}

fn workbooks() -> Vec<Case> {
    let header = row(1, &["date", "title", "text"]);
    let tall = format!(
        "{header}{}{}{}",
        row(2, &["#44812", "one", "a"]),
        row(3, &["", "two", "b"]),
        row(4, &["#44813", "three", ""])
    );
    let titled = format!(
        "{}{}{}",
        row(1, &["Statements of the ministry"]),
        row(3, &["date", "title"]),
        row(4, &["2022-09-08", "one"])
    );
    let far = format!(
        "{header}{}<row r=\"1048576\"><c r=\"A1048576\" t=\"inlineStr\"><is><t>2022-09-08</t></is></c><c r=\"XFD1048576\"><v>1</v></c></row>",
        row(2, &["2022-09-08", "one"])
    );
    let bomb = bomb();
    vec![
        case(
            "a.xlsx",
            "days as numbers with the form of a day",
            xlsx(&format!("{header}{}", row(2, &["#44812", "one", ""])), ""),
            Rows(&["one"], &[]),
        ),
        case(
            "a.xlsx",
            "cells merged downwards",
            xlsx(&tall, "<mergeCell ref=\"A2:A3\"/>"),
            Rows(&["one", "two", "three"], &[]),
        ),
        case(
            "a.xlsx",
            "a merged title above the header",
            xlsx(&titled, "<mergeCell ref=\"A1:B1\"/>"),
            Error(&["the cells A1:B1 of its header row 1 are merged", "`header = 2` in the rules"]),
        ),
        case(
            "a.xlsx",
            "the same, as the rules say",
            xlsx(&titled, "<mergeCell ref=\"A1:B1\"/>"),
            Rows(&["one"], &[]),
        )
        .rules("header = 2"),
        case(
            "a.xlsx",
            "a column twice",
            xlsx(&row(1, &["date", "title", "title"]), ""),
            Error(&["its column `title` stands twice"]),
        ),
        case("a.xlsx", "an empty sheet", xlsx("", ""), Error(&["no column `date`"])),
        case(
            "a.xlsx",
            "a cell at the far end",
            xlsx(&far, ""),
            Rows(&["one"], &[("a.xlsx:1048576", "neither a title nor a text")]),
        ),
        case(
            "a.xlsx",
            "errors and days that are none",
            xlsx(
                &format!(
                    "{header}{}<row r=\"3\"><c r=\"A3\" t=\"e\"><v>#REF!</v></c><c r=\"B3\" t=\"inlineStr\"><is><t>two</t></is></c></row>",
                    row(2, &["44812", "one", ""])
                ),
                "",
            ),
            Rows(
                &[],
                &[
                    ("a.xlsx:2", "`44812` is no date"),
                    ("a.xlsx:3", "the row has no date; give it one like 2022-09-08"),
                ],
            ),
        ),
        case(
            "a.xlsx",
            "a sheet that is not there",
            xlsx(&tall, ""),
            Error(&["no sheet `Speeches`; it has `Statements`"]),
        )
        .rules("sheet = \"Speeches\""),
        case("a.xlsx", "no workbook", CSV, Error(&["no complete XLSX workbook", "save it again"])),
        case(
            "a.xlsx",
            "an archive of something else",
            zip(&[("a.csv", CSV.as_bytes())]),
            Error(&["no complete XLSX workbook"]),
        ),
        case("a.xlsx", "breaks off", &xlsx(&tall, "")[..300], Error(&["no complete XLSX workbook"])),
        case(
            "a.xlsx",
            "made to fill the memory",
            bomb,
            Error(&["unpacks to more than the 512 MB that a workbook may have; save the sheet as CSV"]),
        ),
    ]
}

fn dates() -> Vec<Case> {
    let rows = "date,title\n0001-01-01,first\n9999-12-31,last\n0000-12-31,none\n10000-01-01,none\n-0001-01-01,none\n\
        2022년 9월 8일,korean\n\"September 8, Juche 111 (2022)\",juche\nJuche 111,none\n09/08/2022,none\n주체110(2022)년 9월 8일,none\n2022-02-29,none\n";
    vec![case(
        "a.csv",
        "dates from the first year to the last",
        rows,
        Rows(
            &["first", "last", "korean", "juche"],
            &[
                ("a.csv:4", "`0000-12-31` is not a day of the calendar (years 0001 to 9999); correct it"),
                ("a.csv:5", "`10000-01-01` is no date: expected 2022-09-08"),
                ("a.csv:6", "`-0001-01-01` is no date"),
                (
                    "a.csv:9",
                    "`Juche 111` is no date of a day; give the day, or say in the mapping that the first day stands for the whole: `date_precision = \"year\"`",
                ),
                (
                    "a.csv:10",
                    "`09/08/2022` is ambiguous: day and month could be either way round; name the form in `date_formats`",
                ),
                ("a.csv:11", "names two years: Juche 110 is 2021, not 2022; correct one"),
                ("a.csv:12", "`2022-02-29` is not a day of the calendar"),
            ],
        ),
    )]
}
