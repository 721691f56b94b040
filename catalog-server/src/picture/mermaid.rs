//! A picture as a flowchart of Mermaid, as code hosts and wikis draw it.

use super::{
    EdgeKind, Picture, State,
    dot::legend,
    state::{CRITICAL_SIGN, PLACEHOLDER_SIGN},
    text::{cut, mermaid},
};

const LABEL_COLUMNS: usize = 48;

pub(super) fn written(picture: &Picture) -> String {
    let mut lines = vec!["---".to_owned()];
    // The title is YAML: a JSON string is one, too.
    let title = serde_json::Value::from(cut(&picture.caption.title, 120));
    lines.push(format!("title: {title}"));
    lines.push("---".into());
    // Mermaid ranks by its arrows, so it is told which way most of them point: roots stand at the left.
    let column = |node: usize| picture.nodes[node].column;
    let leftwards = picture.edges.iter().filter(|edge| column(edge.from) > column(edge.to)).count();
    let is_leftwards = leftwards * 2 > picture.edges.len();
    lines.push(format!("flowchart {}", if is_leftwards { "RL" } else { "LR" }));
    let mut said: Vec<String> =
        picture.caption.remarks.iter().map(|remark| mermaid(&cut(remark, 120))).collect();
    said.extend(legend(picture).iter().map(|entry| mermaid(entry)));
    lines.push(format!("  legend[\"{}\"]:::legend", said.join("<br/>")));
    for (number, (system, nodes)) in picture.boxes().into_iter().enumerate() {
        let indent = if system.is_some() { "    " } else { "  " };
        if let Some(system) = system {
            lines.push(format!("  subgraph s{number}[\"{}\"]", mermaid(&cut(system, LABEL_COLUMNS))));
        }
        lines.extend(nodes.map(|node| format!("{indent}{}", node_line(picture, node))));
        if system.is_some() {
            lines.push("  end".into());
        }
    }
    for edge in &picture.edges {
        let arrow = match edge.kind {
            EdgeKind::Hard => "-->",
            EdgeKind::Soft => "-.->",
            EdgeKind::AnyOf => "-. one of .->",
        };
        lines.push(format!("  n{} {arrow} n{}", edge.from, edge.to));
    }
    for state in picture.states() {
        let look = state.look();
        lines.push(format!(
            "  classDef {} fill:{},stroke:{},color:{},stroke-width:{}px",
            class(state),
            look.fill,
            look.line,
            look.ink,
            look.line_width
        ));
    }
    lines.push("  classDef placeholder stroke-dasharray:5 4".into());
    lines.push("  classDef rest fill:none,stroke:#888888,stroke-dasharray:1 4".into());
    lines.push("  classDef legend fill:none,stroke:none".into());
    for (number, node) in picture.nodes.iter().enumerate() {
        lines.push(format!("  class n{number} {}", node.state.map_or("rest", class)));
        if node.is_placeholder {
            lines.push(format!("  class n{number} placeholder"));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

fn node_line(picture: &Picture, number: usize) -> String {
    let node = &picture.nodes[number];
    let label = mermaid(&cut(&node.label, LABEL_COLUMNS));
    let detail = mermaid(&cut(&node.detail, LABEL_COLUMNS));
    let mut sign = String::new();
    if let Some(state) = node.state {
        sign.push(state.look().sign);
        sign.extend(node.is_critical.then_some(CRITICAL_SIGN));
        // A question mark of ASCII would be escaped elsewhere; here it stands in quotes and is harmless.
        sign.extend(node.is_placeholder.then_some(PLACEHOLDER_SIGN));
        sign.push(' ');
    }
    let (open, close) = if node.is_critical { ("[[", "]]") } else { ("[", "]") };
    format!("n{number}{open}\"{sign}{label}<br/>{detail}\"{close}")
}

fn class(state: State) -> &'static str {
    match state {
        State::Root => "root",
        State::Failed => "failed",
        State::Down => "down",
        State::Degraded => "degraded",
        State::AtRisk => "atRisk",
        State::Unaffected => "unaffected",
        State::Hard => "hard",
        State::Soft => "soft",
    }
}
