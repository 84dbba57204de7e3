//! Plain texts, HTML pages and feeds.

use super::made::{gzip, korean, utf16, zstandard};
use super::{Case, Expect, case};
use Expect::{Error, Rows};

pub fn cases() -> Vec<Case> {
    [texts(), pages(), feeds()].into_iter().flatten().collect()
}

fn texts() -> Vec<Case> {
    vec![
        case("2022-09-08 speech.txt", "its date in its name", "The title\n\nThe text.\n", Rows(&["The title"], &[])),
        case(
            "speech.txt",
            "a Juche year in its second line",
            "The title\n8 September, Juche 111 (2022)\n\nThe text.\n",
            Rows(&["The title"], &[]),
        ),
        case("speech.txt", "its date in its second line", "The title\n(September 8, 2022)\nThe text.\n", Rows(&["The title"], &[])),
        case("speech.txt", "no date", "The title\n\nThe text.\n", Rows(&[], &[("speech.txt:1", "the row has no date; give it one like 2022-09-08")])),
        case("20220908.txt", "one line", "The text.", Rows(&["The text."], &[])),
        case("20220908.txt", "empty", "", Rows(&[], &[("20220908.txt:1", "neither a title nor a text; give it one of them")])),
        case("20220908.txt", "the mark of UTF-8 and nothing else", "\u{FEFF}", Rows(&[], &[("20220908.txt:1", "neither a title nor a text")])),
        case("20220908.txt", "EUC-KR", korean("외무성 대변인 성명\n\n조선반도의 비핵화에 대하여"), Rows(&["외무성 대변인 성명"], &[])),
        case("20220908.txt", "UTF-16", [&b"\xFF\xFE"[..], &utf16("외무성 대변인 성명\n\n본문", false)].concat(), Rows(&["외무성 대변인 성명"], &[])),
        case("20220908.txt", "not what the rules say", "성명", Rows(&[], &[("20220908.txt:1", "the row is not EUC-KR")])).rules("encoding = \"cp949\""),
        case("20220908.txt.gz", "packed", gzip(b"The title\r\n\r\nThe text.\r\n"), Rows(&["The title"], &[])),
        case("kcna_111_0908.txt", "a name that the rules read", "The title\n\nThe text.\n", Rows(&["The title"], &[])).rules("[text]\nname = '_(?<juche>\\d+)_(?<month>\\d\\d)(?<day>\\d\\d)'\n[columns]\ndate = \"주체{juche}년 {month}월 {day}일\""),
        case("20220908.txt", "a first line that the rules read", "KIM: On the talks\nThe text.\n", Rows(&["On the talks"], &[])).rules("[text]\nfirst_line = '^(?<speaker>\\w+): (?<title>.*)$'"),
        case("20220908.txt", "binary", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xFF\xFF\0\0\xB8\0\0\0".as_slice(), Rows(&[], &[("20220908.txt:1", "NUL bytes")])),
    ]
}

const BODY: &str = "<article><h1>Statement on the talks</h1><p>The ministry said on Thursday that the talks, which began in spring, will go on, and that nothing else was agreed.</p>\
    <p>It added that the other side, for its part, had asked for more time, which was granted.</p></article>";

fn pages() -> Vec<Case> {
    let page = |head: &str, body: &str| {
        format!(
            "<html lang=\"en\"><head><title>Statement on the talks</title>{head}</head><body>{body}</body></html>"
        )
    };
    let dated = "<meta property=\"article:published_time\" content=\"2022-09-08T10:00:00Z\">";
    let korean_page = korean(
        "<html><head><meta charset=\"euc-kr\"><title>성명</title><meta name=\"date\" content=\"2022년 9월 8일\"></head><body><p>외무성 대변인은 8일 회담에 관한 성명을 발표하고 조선반도의 비핵화에 대하여 언급하였다.</p></body></html>",
    );
    vec![
        case("a.html", "its date in a meta tag", page(dated, BODY), Rows(&["Statement on the talks"], &[])),
        case(
            "a.html",
            "its date in an element",
            page("", &format!("<time datetime=\"2022-09-08\">yesterday</time>{BODY}")),
            Rows(&["Statement on the talks"], &[]),
        ),
        case(
            "a.html",
            "its date in words",
            page("", &format!("<p class=\"date\">September 8, 2022</p>{BODY}")),
            Rows(&["Statement on the talks"], &[]),
        ),
        case("a.html", "no date", page("", BODY), Rows(&[], &[("a.html:1", "the row has no date")])),
        case(
            "a.html",
            "several dates",
            page("", &format!("<time>2022-09-08</time>{BODY}<time>2022-09-09</time>")),
            Rows(
                &[],
                &[(
                    "a.html:1",
                    "the page names several days (2022-09-08, 2022-09-09); say which is its own: `date = \"css selector\"` under [page]",
                )],
            ),
        ),
        case(
            "a.html",
            "several dates, and rules for them",
            page("", &format!("<time id=\"d\">2022-09-08</time>{BODY}<time>2022-09-09</time>")),
            Rows(&["Statement on the talks"], &[]),
        )
        .rules("[page]\ndate = \"#d\"\ntext = \"article p\""),
        case(
            "a.html",
            "rules for another page",
            page(dated, BODY),
            Rows(
                &[],
                &[("a.html:1", "nothing where the rules say its text stands; correct `text` under [page]")],
            ),
        )
        .rules("[page]\ntext = \"div.story\""),
        case(
            "a.html",
            "no text",
            page(dated, "<script>var a = 1;</script><img src=\"a.png\">"),
            Rows(
                &[],
                &[(
                    "a.html:1",
                    "the page has no main text; name where it stands: `text = \"css selector\"` under [page]",
                )],
            ),
        ),
        case("a.html", "empty", "", Rows(&[], &[("a.html:1", "the page is empty; fetch it again")])),
        case(
            "a.html",
            "elements never closed",
            format!(
                "<html><head>{dated}<title>Statement on the talks</title><body><div><p>The ministry said that the talks go on, and that nothing, for now, was agreed<p>More"
            ),
            Rows(&["Statement on the talks"], &[]),
        ),
        case(
            "a.html",
            "20,000 elements in each other",
            format!("<html>{}x", "<div>".repeat(20_000)),
            Rows(
                &[],
                &[("a.html:1", "its elements stand more than 512 deep in each other; save its text as .txt")],
            ),
        ),
        case("a.html", "EUC-KR as it says", korean_page, Rows(&["성명"], &[])),
        case(
            "a.html",
            "UTF-8, though it says otherwise",
            page("<meta charset=\"utf-16\"><meta name=\"date\" content=\"2022-09-08\">", BODY),
            Rows(&["Statement on the talks"], &[]),
        ),
        case(
            "a.html.zst",
            "packed",
            zstandard(page(dated, BODY).as_bytes()),
            Rows(&["Statement on the talks"], &[]),
        ),
    ]
}

fn feeds() -> Vec<Case> {
    let rss = "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>News</title><language>en</language>\n\
        <item><title>one &amp; two</title><guid>1</guid><pubDate>Thu, 08 Sep 2022 10:00:00 GMT</pubDate><description>&lt;p&gt;Text&lt;/p&gt;</description></item>\n\
        <item><title>three</title><guid>2</guid><pubDate>yesterday</pubDate></item>\n\
        <item><title/><guid>3</guid><pubDate>Thu, 08 Sep 2022 10:00:00 GMT</pubDate></item>\n\
        </channel></rss>\n";
    let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>one</title><updated>2022-09-08T10:00:00Z</updated><content type=\"xhtml\"><div><p>A</p><p>B</p></div></content></entry></feed>";
    let apart: &[(&str, &str)] =
        &[("a.xml:4", "`yesterday` is no date"), ("a.xml:5", "neither a title nor a text")];
    let deep = format!("<rss><channel>{}", "<a>".repeat(100_000));
    vec![
        case("a.xml", "entries without a date or a title", rss, Rows(&["one & two"], apart)),
        case("a.xml", "packed without saying so", gzip(rss.as_bytes()), Rows(&["one & two"], apart)),
        case("a.atom", "XHTML in an entry", atom, Rows(&["one"], &[])),
        case(
            "a.rss",
            "breaks off",
            &rss[..rss.len() / 2],
            Error(&["breaks off within `rss/channel", "fetch it again"]),
        ),
        case("a.rss", "no XML", "<<<>>>", Error(&["no RSS or Atom feed"])),
        case(
            "a.xml",
            "XML of another kind",
            "<a><b/></a>",
            Error(&["no RSS or Atom feed; write its entries as JSONL or CSV"]),
        ),
        case("a.xml", "empty", "", Error(&["no RSS or Atom feed"])),
        case(
            "a.rss",
            "elements in each other without end",
            deep,
            Error(&["stand more than 256 deep in each other"]),
        ),
        case(
            "a.rss",
            "entities that grow",
            "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;\">]><rss><channel><item><title>x &c;</title><pubDate>2022-09-08</pubDate></item></channel></rss>",
            Rows(&["x &c;"], &[]),
        ),
        case(
            "a.rss",
            "EUC-KR as it says",
            korean(
                "<?xml version=\"1.0\" encoding=\"euc-kr\"?><rss><channel><item><title>비핵화</title><pubDate>2022-09-08</pubDate></item></channel></rss>",
            ),
            Rows(&["비핵화"], &[]),
        ),
        case(
            "a.rss",
            "names of HTML",
            "<rss><channel><item><title>caf&eacute; &mdash; one</title><pubDate>2022-09-08</pubDate></item></channel></rss>",
            Rows(&["café — one"], &[]),
        ),
    ]
}
