//! A page as one HTML file that needs nothing beside itself.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::report::{Bars, Block, Page, Table};

use super::{bars_picture::picture, text::shown};

/// How the page looks: light, dark, and on paper.
const STYLE: &str = include_str!("style.css");
/// Nothing is loaded and nothing runs, whatever the page says.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The blocks below one heading.
struct Section<'p> {
    heading: &'p str,
    blocks: &'p [Block],
}

/// A page as HTML. O(text of the page).
pub fn html(page: &Page) -> String {
    let sections = sections(page);
    let title = sections.first().map_or("Report", |section| section.heading);
    let mut pictures = 0;
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (shown(title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    @for (number, section) in sections.iter().enumerate() {
                        @if number == 0 {
                            h1 { (shown(section.heading)) }
                            (blocks(section, &mut pictures))
                            (contents(&sections))
                        } @else {
                            section aria-labelledby=(anchor(number)) {
                                h2 id=(anchor(number)) { (shown(section.heading)) }
                                (blocks(section, &mut pictures))
                            }
                        }
                    }
                }
            }
        }
    };
    document.into_string() + "\n"
}

/// The first section is the opening of the page, also where it has no heading.
fn sections(page: &Page) -> Vec<Section<'_>> {
    let mut sections = Vec::new();
    let mut rest = page.blocks.as_slice();
    while let Some(first) = rest.first() {
        let (heading, skipped) = match first {
            Block::Heading(heading) => (heading.as_str(), 1),
            _ => ("Report", 0),
        };
        let below = &rest[skipped..];
        let length = below.iter().position(|block| matches!(block, Block::Heading(_))).unwrap_or(below.len());
        sections.push(Section { heading, blocks: &below[..length] });
        rest = &below[length..];
    }
    sections
}

fn anchor(number: usize) -> String {
    format!("section-{number}")
}

fn contents(sections: &[Section<'_>]) -> Markup {
    html! {
        @if sections.len() > 2 {
            nav aria-label="Contents" {
                ul {
                    @for (number, section) in sections.iter().enumerate().skip(1) {
                        li { a href=(format!("#{}", anchor(number))) { (shown(section.heading)) } }
                    }
                }
            }
        }
    }
}

fn blocks(section: &Section<'_>, pictures: &mut usize) -> Markup {
    html! {
        @for block in section.blocks {
            @match block {
                Block::Heading(text) => h2 { (shown(text)) },
                Block::Text(text) => p { (shown(text)) },
                Block::Facts(facts) => dl {
                    @for (name, value) in facts { dt { (shown(name)) } dd { (shown(value)) } }
                },
                Block::Lines(lines) => ul { @for line in lines { li { (shown(line)) } } },
                Block::Table(rows) => (table(rows, section.heading)),
                Block::Bars(bars) => ({ *pictures += 1; figure(bars, *pictures) }),
            }
        }
    }
}

fn figure(bars: &Bars, number: usize) -> Markup {
    html! {
        figure {
            figcaption { (shown(&bars.title)) }
            (picture(bars, number))
        }
        @if !bars.is_told_in_a_table { (table(&bars.table(), &bars.title)) }
    }
}

fn table(table: &Table, name: &str) -> Markup {
    let class = |column: &str| table.numbers.contains(&column).then_some("number");
    let classes: Vec<Option<&str>> = table.columns.iter().map(|column| class(column)).collect();
    html! {
        // What is wider than the page is moved by itself, also with the keyboard.
        div class="wide" role="region" tabindex="0" aria-label=(shown(name)) {
            table {
                thead { tr {
                    @for (column, class) in table.columns.iter().zip(&classes) {
                        th scope="col" class=[*class] { (shown(column)) }
                    }
                } }
                tbody {
                    @for row in &table.rows {
                        tr {
                            @for ((cell, column), class) in row.iter().zip(&table.columns).zip(&classes) {
                                td class=[*class] {
                                    @if let Some(sign) = sign(column, cell) { span class="sign" aria-hidden="true" { (sign) } }
                                    (shown(cell))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The sign of a severity or of a standing, which is seen where words are read over.
fn sign(column: &str, cell: &str) -> Option<&'static str> {
    match (column, cell) {
        ("severity", "error") => Some("■"),
        ("severity", "warning") => Some("▲"),
        ("severity", "note") => Some("●"),
        ("standing", "owned") => Some("✓"),
        ("standing", "owner not declared") => Some("!"),
        ("standing", "unowned") => Some("✕"),
        ("standing", "unknown") => Some("?"),
        _ => None,
    }
}
