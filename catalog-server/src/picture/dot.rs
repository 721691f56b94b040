//! A picture in the language of Graphviz; `dot` lays it out.

use std::fmt::Write;

use super::{
    EdgeKind, Picture,
    state::{CRITICAL_SIGN, PLACEHOLDER_SIGN},
    text::{cut, dot},
};

const LABEL_COLUMNS: usize = 48;

pub(super) fn written(picture: &Picture) -> String {
    let mut text = String::from("digraph catalog {\n");
    let mut line = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    line("  rankdir=LR; newrank=true; compound=true; labelloc=t; fontname=\"Helvetica\";");
    line("  node [shape=box, style=filled, fontname=\"Helvetica\", fontsize=11];");
    line("  edge [color=\"#444444\", fontname=\"Helvetica\", fontsize=10];");
    let mut heading = vec![dot(&cut(&picture.caption.title, 120))];
    heading.extend(picture.caption.remarks.iter().map(|remark| dot(&cut(remark, 120))));
    heading.extend(legend(picture).iter().map(|entry| dot(entry)));
    line(&format!("  label=\"{}\";", heading.join("\\n")));
    for (number, (system, nodes)) in picture.boxes().into_iter().enumerate() {
        let indent = if system.is_some() { "    " } else { "  " };
        if let Some(system) = system {
            let system = dot(&cut(system, LABEL_COLUMNS));
            line(&format!("  subgraph cluster_{number} {{\n    label=\"{system}\"; color=\"#888888\";"));
        }
        for node in nodes {
            line(&format!("{indent}{}", node_line(picture, node)));
        }
        if system.is_some() {
            line("  }");
        }
    }
    for column in picture.nodes.chunk_by(|a, b| a.column == b.column).scan(0, |start, chunk| {
        let range = *start..*start + chunk.len();
        *start = range.end;
        Some(range)
    }) {
        let names: Vec<String> = column.map(|node| format!("n{node};")).collect();
        line(&format!("  {{ rank=same; {} }}", names.join(" ")));
    }
    for edge in &picture.edges {
        // Graphviz ranks by its edges: what is needed stands nearer to the roots in one direction, and
        // further away in the other, so the line is turned where it would turn the columns.
        let is_back = picture.nodes[edge.from].column > picture.nodes[edge.to].column;
        let (from, to) = if is_back { (edge.to, edge.from) } else { (edge.from, edge.to) };
        let dir = if is_back { ", dir=back" } else { "" };
        let style = match edge.kind {
            EdgeKind::Hard => "style=solid",
            EdgeKind::Soft => "style=dashed",
            EdgeKind::AnyOf => "style=dotted, penwidth=2",
        };
        line(&format!("  n{from} -> n{to} [{style}{dir}];"));
    }
    text.push_str("}\n");
    text
}

fn node_line(picture: &Picture, number: usize) -> String {
    let node = &picture.nodes[number];
    let label = dot(&cut(&node.label, LABEL_COLUMNS));
    let detail = dot(&cut(&node.detail, LABEL_COLUMNS));
    let Some(state) = node.state else {
        return format!(
            "n{number} [label=\"{label}\\n{detail}\", style=dotted, shape=plaintext, tooltip=\"{label}\"];"
        );
    };
    let look = state.look();
    let mut sign = String::from(look.sign);
    sign.extend(node.is_critical.then_some(CRITICAL_SIGN));
    sign.extend(node.is_placeholder.then_some(PLACEHOLDER_SIGN));
    let style = if node.is_placeholder { "filled,dashed" } else { "filled" };
    let mut written = String::new();
    let _infallible = write!(
        written,
        "n{number} [label=\"{sign} {label}\\n{detail}\", tooltip=\"{}: {}\", style=\"{style}\", \
         fillcolor=\"{}\", color=\"{}\", fontcolor=\"{}\", penwidth={}{}];",
        dot(&cut(&node.label, 600)),
        dot(state.words()),
        look.fill,
        look.line,
        look.ink,
        look.line_width,
        if node.is_critical { ", peripheries=2" } else { "" },
    );
    written
}

/// What signs and lines mean, as far as they occur, a line each.
pub(super) fn legend(picture: &Picture) -> Vec<String> {
    let mut signs: Vec<String> = picture
        .states()
        .into_iter()
        .map(|state| format!("{} {}", state.look().sign, state.words()))
        .collect();
    if picture.nodes.iter().any(|node| node.is_critical) {
        signs.push(format!("{CRITICAL_SIGN} critical (tier 0 or 1)"));
    }
    if picture.nodes.iter().any(|node| node.is_placeholder) {
        signs.push(format!("{PLACEHOLDER_SIGN} dashed frame: declared nowhere"));
    }
    let lines: Vec<String> = picture
        .edge_kinds()
        .map(|kind| {
            let line = match kind {
                EdgeKind::Hard => "solid",
                EdgeKind::Soft => "dashed",
                EdgeKind::AnyOf => "dotted",
            };
            format!("{line}: {}", kind.words())
        })
        .collect();
    let mut entries = vec![signs.join("   ")];
    if !lines.is_empty() {
        entries.push(format!("arrows point at what is needed; {}", lines.join(", ")));
    }
    entries
}
