//! Bars as SVG inside a page. Every part has a colour and a pattern, so that it is told without colours, too.

use maud::{Markup, html};

use crate::report::{BarLook, BarPart, BarRow, Bars};

use super::text::shown;

const WIDTH: usize = 760;
const LABEL_WIDTH: usize = 250;
const TOTAL_WIDTH: usize = 70;
const ROW_HEIGHT: usize = 26;
const BAR_HEIGHT: usize = 18;
const LEGEND_LINE: usize = 24;
/// How wide a character of the legend is, roughly.
const CHARACTER_WIDTH: usize = 7;
const LABEL_CHARACTERS: usize = 34;

/// The bars, with a legend; `number` sets the picture apart from others of the page.
pub(super) fn picture(bars: &Bars, number: usize) -> Markup {
    let largest = bars.rows.iter().map(|row| row.counts.iter().sum()).max().unwrap_or(0).max(1);
    let legend = legend(bars, bars.rows.len() * ROW_HEIGHT);
    let height = legend.last().map_or(0, |entry| entry.y) + LEGEND_LINE;
    html! {
        svg viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-labelledby=(format!("bars-{number}-title bars-{number}-desc")) {
            title id=(format!("bars-{number}-title")) { (shown(&bars.title)) }
            desc id=(format!("bars-{number}-desc")) { (description(bars)) }
            defs { @for look in looks(bars) { (pattern(look, number)) } }
            @for (position, row) in bars.rows.iter().enumerate() {
                (bar(bars, position, &row.label, largest, number))
            }
            @for entry in &legend {
                rect class="part" x=(entry.x) y=(entry.y + 4) width="14" height="14" fill=(fill(entry.part.look, number)) {}
                text class="legend" x=(entry.x + 20) y=(entry.y + 16) { (entry.part.name) }
            }
        }
    }
}

fn bar(bars: &Bars, position: usize, label: &str, largest: usize, number: usize) -> Markup {
    let counts = &bars.rows[position].counts;
    let y = position * ROW_HEIGHT;
    let baseline = y + 14;
    let mut x = LABEL_WIDTH;
    let mut parts = Vec::new();
    for (part, count) in bars.parts.iter().zip(counts).filter(|(_, count)| **count > 0) {
        // What is there is seen, however little it is.
        let width = (count * (WIDTH - LABEL_WIDTH - TOTAL_WIDTH) / largest).max(3);
        parts.push((x, width, part, count));
        x += width;
    }
    html! {
        text x=(LABEL_WIDTH - 10) y=(baseline) text-anchor="end" { (short_label(label)) title { (shown(label)) } }
        @for (x, width, part, count) in parts {
            rect class="part" x=(x) y=(y) width=(width) height=(BAR_HEIGHT) fill=(fill(part.look, number)) {
                title { (shown(label)) ": " (count) " " (part.name) }
            }
        }
        text class="total" x=(x + 8) y=(baseline) { (counts.iter().sum::<usize>()) }
    }
}

struct LegendEntry {
    x: usize,
    y: usize,
    part: BarPart,
}

/// What the parts are, in as many lines as that takes.
fn legend(bars: &Bars, top: usize) -> Vec<LegendEntry> {
    let (mut x, mut y) = (4, top + 4);
    let place = |part: &BarPart| {
        let width = 36 + part.name.chars().count() * CHARACTER_WIDTH;
        if x > 4 && x + width > WIDTH {
            (x, y) = (4, y + LEGEND_LINE);
        }
        let entry = LegendEntry { x, y, part: *part };
        x += width;
        entry
    };
    bars.parts.iter().map(place).collect()
}

/// All counts in words, for whoever hears the page.
fn description(bars: &Bars) -> String {
    let row = |row: &BarRow| {
        let counts = bars.parts.iter().zip(&row.counts);
        let counts: Vec<String> = counts.map(|(part, count)| format!("{count} {}", part.name)).collect();
        format!("{}: {}", shown(&row.label), counts.join(", "))
    };
    bars.rows.iter().map(row).collect::<Vec<_>>().join("; ")
}

fn short_label(label: &str) -> String {
    let label = shown(label);
    if label.chars().count() <= LABEL_CHARACTERS {
        return label.into_owned();
    }
    label.chars().take(LABEL_CHARACTERS - 1).chain(['…']).collect()
}

fn looks(bars: &Bars) -> Vec<BarLook> {
    let mut looks: Vec<BarLook> = bars.parts.iter().map(|part| part.look).collect();
    looks.sort_unstable();
    looks.dedup();
    looks
}

fn fill(look: BarLook, number: usize) -> String {
    format!("url(#bars-{number}-{})", name(look))
}

fn name(look: BarLook) -> &'static str {
    match look {
        BarLook::Fine => "fine",
        BarLook::Mild => "mild",
        BarLook::Doubtful => "doubtful",
        BarLook::Severe => "severe",
        BarLook::Unknown => "unknown",
    }
}

/// A tile of a colour with a pattern that is its own: nothing, dots, stripes, a grid, a thin slope.
fn pattern(look: BarLook, number: usize) -> Markup {
    let name = name(look);
    let lines = match look {
        BarLook::Fine => "",
        BarLook::Mild => "M0 4h8",
        BarLook::Doubtful => "M2 2h2v2h-2zM6 6h2v2h-2z",
        BarLook::Severe => "M-2 2l4 -4M0 8l8 -8M6 10l4 -4",
        BarLook::Unknown => "M0 0l8 8",
    };
    html! {
        pattern id=(format!("bars-{number}-{name}")) width="8" height="8" patternUnits="userSpaceOnUse" {
            rect width="8" height="8" class=(name) {}
            @if !lines.is_empty() { path d=(lines) class="grain" {} }
        }
    }
}
