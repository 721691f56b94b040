//! Documents of pages with hostile names, and at their limits.

use std::io::Read;

use catalog_core::model::Timestamp;

use super::*;
use crate::report::{BarLook, Bars, Page, Table};

/// What a stranger may call a thing, and what it must not become.
const HOSTILE: [&str; 12] = [
    "=HYPERLINK(\"http://example.com\",\"x\")",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "</style></svg><script src=//example.com>",
    "\u{202e}gnp.exe\u{1b}[31m\u{0}\u{9b}2J",
    "_x0041_\u{fffe}]]>&amp;",
    "😀 מפתח",
];

const AS_OF: Option<Timestamp> = Some(Timestamp(1_795_000_000));

fn hostile_page() -> Page {
    let mut table = Table::new(&["severity", "name", "count"]).with_numbers(&["count"]);
    let mut bars = Bars::new(HOSTILE[8], "name", [("errors", BarLook::Severe), ("fine", BarLook::Fine)]);
    for (count, name) in HOSTILE.into_iter().enumerate() {
        table.push([name.into(), name.into(), count.to_string()]);
        bars.push(name, [count, 1]);
    }
    // A number is one only where it looks like one.
    table.push(["error".into(), "plain".into(), "=1".into()]);
    let lines = HOSTILE.map(str::to_owned).to_vec();
    let facts = HOSTILE.map(|name| (name.to_owned(), name.to_owned())).to_vec();
    let page = Page::default().heading(HOSTILE[7]).text(HOSTILE[6]).facts(facts).lines(lines);
    page.heading(HOSTILE[10]).bars(bars).table(table)
}

/// Every tag of a document is closed in order, as far as HTML wants it closed; gives the names of all.
fn tags(document: &str) -> Vec<String> {
    const VOID: [&str; 2] = ["meta", "!DOCTYPE"];
    let mut open: Vec<String> = Vec::new();
    let mut all = Vec::new();
    let mut rest = document;
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>').expect("a tag ends");
        let tag = &rest[start + 1..end];
        let name: String = tag.chars().take_while(|c| !c.is_whitespace()).collect();
        if let Some(closed) = name.strip_prefix('/') {
            assert_eq!(
                open.pop().as_deref(),
                Some(closed),
                "near {}",
                &document[document.len() - rest.len()..]
            );
        } else {
            if !VOID.contains(&name.as_str()) {
                open.push(name.clone());
            }
            all.push(name);
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "{open:?} are not closed");
    all
}

fn check_html(page: &Page) -> String {
    let document = html(page);
    let tags = tags(&document);
    for forbidden in ["script", "img", "link", "iframe", "object", "a:href", "base", "form"] {
        assert!(!tags.iter().any(|tag| tag == forbidden), "there is a `{forbidden}`");
    }
    for tag in document.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        let pieces: Vec<&str> = tag.split('"').collect();
        for (name, value) in pieces.chunks(2).filter_map(|pair| pair.first().zip(pair.get(1))) {
            let name = name.trim_end_matches('=').rsplit(' ').next().unwrap_or_default();
            assert!(!name.starts_with("on") && !["src", "style", "srcset"].contains(&name), "<{tag}>");
            let leads = ["href", "fill"].contains(&name);
            assert!(!leads || value.starts_with('#') || value.starts_with("url(#"), "<{tag}>");
        }
    }
    let style = document.split("</style>").next().unwrap_or_default();
    assert!(!style.contains("@import") && !style.contains("url("), "the style loads something");
    let obeyed = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202e}' | '\u{fffe}');
    assert!(!document.contains(obeyed));
    document
}

#[test]
fn markup_in_names_is_text() {
    let document = check_html(&hostile_page());
    assert!(document.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(document.contains("\\u{202e}gnp.exe"));
    assert!(document.contains("😀 מפתח"));
}

#[test]
fn a_page_of_nothing_is_a_document() {
    check_html(&Page::default());
    check_html(&Page::default().text("nothing to say"));
    assert!(!workbook(&Page::default(), None, WorkbookLimits::default()).expect("it is made").is_empty());
}

#[test]
fn pictures_have_a_title_a_description_and_patterns_of_their_own() {
    let mut bars = Bars::new("gaps", "code", [("errors", BarLook::Severe), ("notes", BarLook::Mild)]);
    bars.push("unowned", [2, 1]);
    let page = Page::default().heading("Report").bars(bars.clone()).bars(bars.told_in_a_table());
    let document = check_html(&page);
    assert!(document.contains("<title id=\"bars-1-title\">gaps</title>"), "{document}");
    assert!(document.contains("<desc id=\"bars-2-desc\">unowned: 2 errors, 1 notes</desc>"));
    for pattern in ["bars-1-severe", "bars-1-mild", "bars-2-severe"] {
        assert!(document.contains(&format!("<pattern id=\"{pattern}\"")));
        assert!(document.contains(&format!("fill=\"url(#{pattern})\"")));
    }
    assert_eq!(tags(&document).iter().filter(|tag| *tag == "table").count(), 1, "one is told elsewhere");
}

/// The parts of a workbook by name, unpacked.
fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let number = |at: usize, size: usize| {
        bytes[at..at + size].iter().rev().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte))
    };
    // From the directory at the end: where each part begins, and how long it is.
    let end = bytes.windows(4).rposition(|window| window == b"PK\x05\x06").expect("a directory");
    let mut at = number(end + 16, 4);
    let mut parts = Vec::new();
    for _ in 0..number(end + 10, 2) {
        assert_eq!(number(at + 12, 4), 0x0021_0000, "a part has no time of its own");
        let (method, length, names) = (number(at + 10, 2), number(at + 20, 4), number(at + 28, 2));
        let name = String::from_utf8(bytes[at + 46..at + 46 + names].to_vec()).expect("a name");
        let head = number(at + 42, 4);
        let start = head + 30 + number(head + 26, 2) + number(head + 28, 2);
        let data = &bytes[start..start + length];
        let mut text = String::new();
        match method {
            0 => _ = (&mut &*data).read_to_string(&mut text).expect("text"),
            _ => _ = flate2::read::DeflateDecoder::new(data).read_to_string(&mut text).expect("text"),
        }
        parts.push((name, text));
        at += 46 + names + number(at + 30, 2) + number(at + 32, 2);
    }
    parts
}

fn part<'p>(parts: &'p [(String, String)], name: &str) -> &'p str {
    &parts.iter().find(|(found, _)| found == name).unwrap_or_else(|| panic!("no {name}")).1
}

#[test]
fn names_in_workbooks_are_texts_and_never_formulas() {
    let bytes = workbook(&hostile_page(), AS_OF, WorkbookLimits::default()).expect("it is made");
    let parts = parts(&bytes);
    for (name, text) in &parts {
        assert!(!text.contains("<f>") && !text.contains("<f "), "{name} holds a formula");
        assert!(!text.contains("<hyperlink"), "{name} holds a link");
        assert!(!text.contains("TargetMode=\"External\""), "{name} leads elsewhere");
        let is_obeyed = |c: char| c.is_control() && c != '\n' || c == '\u{202e}' || c == '\u{fffe}';
        assert!(!text.contains(is_obeyed), "{name}");
        if name.ends_with(".xml") {
            let xml = text.split_once("?>").map_or(text.as_str(), |(_, rest)| rest);
            for tag in xml.split('<').skip(1) {
                assert!(tag.contains('>'), "{name}: a tag ends");
            }
        }
    }
    let strings = part(&parts, "xl/sharedStrings.xml");
    assert!(strings.contains("=HYPERLINK(\"http://example.com\",\"x\")"), "{strings}");
    assert!(strings.contains("_x005F_x0041_"), "{strings}");
    assert!(strings.contains("&lt;script&gt;"));
    assert!(part(&parts, "xl/styles.xml").contains("quotePrefix=\"1\""));
    // The counts are numbers, and what only stands in their column is not.
    let sheet = part(&parts, "xl/worksheets/sheet3.xml");
    assert!(sheet.contains("<c r=\"C3\"><v>1</v></c>"), "{sheet}");
    assert!(sheet.contains("<c r=\"C14\" s=\"2\" t=\"s\">"), "{sheet}");
}

#[test]
fn sheets_are_named_as_workbooks_allow() {
    let mut table = Table::new(&["name"]);
    table.push(["x".into()]);
    let page = ["a/b:c?*[]\\", "a b c", "'quoted'", "History", "A B C"]
        .into_iter()
        .fold(Page::default(), |page, title| page.heading(title).table(table.clone()));
    let parts = parts(&workbook(&page, AS_OF, WorkbookLimits::default()).expect("it is made"));
    let names: Vec<&str> = part(&parts, "xl/workbook.xml")
        .split("<sheet name=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(names, ["Summary", "a b c", "a b c 2", "quoted", "Sheet", "A B C 3"]);
}

#[test]
fn what_is_over_a_limit_is_cut_and_told() {
    let mut table = Table::new(&["name"]);
    for (letter, length) in [("a", 5), ("b", 11), ("c", 3), ("d", 4)] {
        table.push([letter.repeat(length)]);
    }
    let page = Page::default().heading("Names").table(table);
    let limits = WorkbookLimits { rows_max: 4, cell_units_max: 10 };
    let parts = parts(&workbook(&page, AS_OF, limits).expect("it is made"));
    let strings = part(&parts, "xl/sharedStrings.xml");
    assert!(strings.contains(">bbbbbbbbb…<") && !strings.contains("dddd"), "{strings}");
    // The sentences are over this small limit, too; with that of the format they are whole.
    let limits = WorkbookLimits { rows_max: 4, ..WorkbookLimits::default() };
    let parts = self::parts(&workbook(&page, AS_OF, limits).expect("it is made"));
    let strings = part(&parts, "xl/sharedStrings.xml");
    let sentence = "sheet `Names` has 3 of 4 rows, as many as the limit `workbook.rows_max` of 4 allows";
    assert!(strings.contains(sentence), "{strings}");
    let mut long = Table::new(&["name"]);
    long.push(["é".repeat(40_000)]);
    let page = Page::default().heading("Long").table(long);
    let parts = self::parts(&workbook(&page, AS_OF, WorkbookLimits::default()).expect("it is made"));
    let strings = part(&parts, "xl/sharedStrings.xml");
    assert!(strings.contains("cut at the limit `workbook.cell_units_max` of 32767"));
    assert!(strings.contains(&format!("{}…", "é".repeat(32_766))));
    assert!(!strings.contains(&"é".repeat(32_767)));
}

#[test]
fn the_same_page_is_the_same_bytes_whenever_it_is_written() {
    let page = hostile_page();
    let made = || workbook(&page, AS_OF, WorkbookLimits::default()).expect("it is made");
    let first = made();
    assert_eq!(first, made());
    let parts = parts(&first);
    assert!(
        part(&parts, "docProps/core.xml").contains("2026-11-18T"),
        "{}",
        part(&parts, "docProps/core.xml")
    );
    assert_eq!(html(&page), html(&page));
}
