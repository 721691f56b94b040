//! A picture as SVG that needs nothing beside itself: no script, no font, no style from elsewhere.

use super::{
    Edge, EdgeKind, Node, Picture,
    order::Slot,
    state::{CRITICAL_SIGN, Look},
    text::{columns_of, cut, xml},
};

const MARGIN: usize = 24;
const NODE_WIDTH: usize = 236;
const NODE_HEIGHT: usize = 40;
const BEND_HEIGHT: usize = 8;
const GAP: usize = 14;
const COLUMN_GAP: usize = 110;
const BOX_PADDING: usize = 8;
const BOX_HEADER: usize = 20;
const LINE_HEIGHT: usize = 20;
const LABEL_COLUMNS: usize = 27;
const DETAIL_COLUMNS: usize = 34;

const HEAD: &str = concat!(
    "<style>text{font-family:Helvetica,Arial,sans-serif;direction:ltr;unicode-bidi:isolate}</style>\n",
    "<defs><marker id=\"catalog-arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" ",
    "markerHeight=\"8\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">",
    "<path d=\"M0 0l8 4l-8 4z\" fill=\"#444444\"/></marker>",
    "<clipPath id=\"catalog-text\"><rect x=\"0\" y=\"0\" width=\"230\" height=\"40\"/></clipPath></defs>\n",
);

/// Where everything stands, in pixels.
struct Places {
    /// The upper left corner of each node.
    nodes: Vec<(usize, usize)>,
    /// By edge, where its line bends, by column.
    bends: Vec<Vec<(usize, usize)>>,
    boxes: Vec<BoxPlace>,
    width: usize,
    height: usize,
}

struct BoxPlace {
    system: String,
    x: usize,
    y: usize,
    height: usize,
}

pub(super) fn written(picture: &Picture) -> String {
    let heading_height = MARGIN + LINE_HEIGHT * (picture.caption.remarks.len() + 1) + GAP;
    let places = places(picture, heading_height);
    let legend = legend(picture, places.height, places.width);
    let (width, height) = (places.width, places.height + legend.1 + MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{}</title>\n{HEAD}\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n",
        xml(&cut(&picture.caption.title, 400)),
    );
    let heading_columns = (width - 2 * MARGIN) / 9;
    svg += &text(MARGIN, MARGIN + 10, "16", "bold", &cut(&picture.caption.title, heading_columns));
    for (number, remark) in picture.caption.remarks.iter().enumerate() {
        let y = MARGIN + 10 + LINE_HEIGHT * (number + 1);
        svg += &text(MARGIN, y, "12", "normal", &cut(remark, heading_columns));
    }
    for place in &places.boxes {
        svg += &format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\" fill=\"#f4f4f4\" stroke=\"#888888\"/>\n",
            place.x - BOX_PADDING,
            place.y,
            NODE_WIDTH + 2 * BOX_PADDING,
            place.height
        );
        svg += &text(place.x, place.y + 14, "11", "normal", &cut(&place.system, 38));
    }
    for (edge, bends) in picture.edges.iter().zip(&places.bends) {
        svg += &line(picture, edge, bends, &places);
    }
    for (node, place) in picture.nodes.iter().zip(&places.nodes) {
        svg += &node_group(node, *place);
    }
    svg + &legend.0 + "</svg>\n"
}

fn places(picture: &Picture, top: usize) -> Places {
    let mut nodes = vec![(0, 0); picture.nodes.len()];
    let mut bends = vec![Vec::new(); picture.edges.len()];
    let mut boxes = Vec::new();
    let heights: Vec<usize> =
        picture.order.columns.iter().map(|column| stack(picture, column, |_, _| {}, |_, _, _| {})).collect();
    let tallest = heights.iter().copied().max().unwrap_or(0);
    for (number, column) in picture.order.columns.iter().enumerate() {
        let x = MARGIN + BOX_PADDING + number * (NODE_WIDTH + COLUMN_GAP);
        let start = top + (tallest - heights[number]) / 2;
        let place = |slot: Slot, y: usize| match slot {
            Slot::Node(node) => nodes[node] = (x, start + y),
            Slot::Bend(edge) => bends[edge].push((x, start + y + BEND_HEIGHT / 2)),
        };
        let frame = |system: &str, y: usize, height: usize| {
            boxes.push(BoxPlace { system: system.to_owned(), x, y: start + y, height });
        };
        stack(picture, column, place, frame);
    }
    let columns = picture.order.columns.len();
    let width = 2 * (MARGIN + BOX_PADDING) + columns * NODE_WIDTH + columns.saturating_sub(1) * COLUMN_GAP;
    Places { nodes, bends, boxes, width: width.max(560), height: top + tallest + GAP }
}

/// Puts the slots of a column one below the other, and tells where; gives the height of all.
fn stack(
    picture: &Picture,
    column: &[Slot],
    mut place: impl FnMut(Slot, usize),
    mut frame: impl FnMut(&str, usize, usize),
) -> usize {
    let system_of = |slot: &Slot| match slot {
        Slot::Node(node) => picture.nodes[*node].system.as_deref(),
        Slot::Bend(_) => None,
    };
    let mut y = 0;
    for together in column.chunk_by(|a, b| system_of(a).is_some() && system_of(a) == system_of(b)) {
        let start = y;
        let system = system_of(&together[0]);
        y += if system.is_some() { BOX_HEADER } else { 0 };
        for slot in together {
            place(*slot, y);
            y += GAP + if matches!(slot, Slot::Node(_)) { NODE_HEIGHT } else { BEND_HEIGHT };
        }
        if let Some(system) = system {
            y += BOX_PADDING;
            frame(system, start, y - GAP - start);
        }
    }
    y.saturating_sub(GAP)
}

/// A line from what needs to what is needed, along its bends.
fn line(picture: &Picture, edge: &Edge, bends: &[(usize, usize)], places: &Places) -> String {
    let (from, to) = (places.nodes[edge.from], places.nodes[edge.to]);
    let middle = |(_, y): (usize, usize)| y + NODE_HEIGHT / 2;
    let leftwards = picture.nodes[edge.from].column > picture.nodes[edge.to].column;
    let mut path;
    if picture.nodes[edge.from].column == picture.nodes[edge.to].column {
        // Within a column the line goes round on the right.
        let (x, bulge) = (from.0 + NODE_WIDTH, from.0 + NODE_WIDTH + COLUMN_GAP / 3);
        path = format!(
            "M{x} {}C{bulge} {} {bulge} {} {x} {}",
            middle(from),
            middle(from),
            middle(to),
            middle(to)
        );
    } else {
        let near = |(x, _): (usize, usize)| if leftwards { x } else { x + NODE_WIDTH };
        let far = |(x, _): (usize, usize)| if leftwards { x + NODE_WIDTH } else { x };
        let mut at = (near(from), middle(from));
        path = format!("M{} {}", at.0, at.1);
        let mut go = |to: (usize, usize)| {
            let half = usize::midpoint(at.0, to.0);
            path += &format!("C{half} {} {half} {} {} {}", at.1, to.1, to.0, to.1);
            at = to;
        };
        let mut bends = bends.to_vec();
        if leftwards {
            bends.reverse();
        }
        for bend in bends {
            go((far(bend), bend.1));
            go((near(bend), bend.1));
        }
        go((far(to), middle(to)));
    }
    format!(
        "<path d=\"{path}\" fill=\"none\" stroke=\"#444444\" {} marker-end=\"url(#catalog-arrow)\"/>\n",
        dashes(edge.kind)
    )
}

fn dashes(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Hard => "stroke-width=\"1.5\"",
        EdgeKind::Soft => "stroke-width=\"1.5\" stroke-dasharray=\"7 4\"",
        EdgeKind::AnyOf => "stroke-width=\"2\" stroke-dasharray=\"2 4\"",
    }
}

fn node_group(node: &Node, (x, y): (usize, usize)) -> String {
    let mut group = format!("<g transform=\"translate({x} {y})\"><title>{}", xml(&cut(&node.label, 600)));
    let detail = xml(&cut(&node.detail, DETAIL_COLUMNS));
    let label = xml(&cut(&node.label, LABEL_COLUMNS));
    let Some(state) = node.state else {
        group += &format!(
            "</title><rect width=\"{NODE_WIDTH}\" height=\"{NODE_HEIGHT}\" rx=\"4\" fill=\"#ffffff\" \
             stroke=\"#888888\" stroke-dasharray=\"1 4\"/>\
             <text x=\"12\" y=\"17\" font-size=\"13\" fill=\"#1a1a1a\">{label}</text>\
             <text x=\"12\" y=\"33\" font-size=\"11\" fill=\"#1a1a1a\">{detail}</text></g>\n"
        );
        return group;
    };
    let look = state.look();
    let dash = if node.is_placeholder { " stroke-dasharray=\"5 4\"" } else { "" };
    group += &format!(": {}, {}</title>", state.words(), xml(&cut(&node.detail, 200)));
    group += &format!(
        "<rect width=\"{NODE_WIDTH}\" height=\"{NODE_HEIGHT}\" rx=\"4\" fill=\"{}\" stroke=\"{}\" \
         stroke-width=\"{}\"{dash}/>",
        look.fill, look.line, look.line_width
    );
    if node.is_critical {
        group += &format!(
            "<rect x=\"3\" y=\"3\" width=\"{}\" height=\"{}\" rx=\"2\" fill=\"none\" stroke=\"{}\"/>",
            NODE_WIDTH - 6,
            NODE_HEIGHT - 6,
            look.ink
        );
    }
    group += &sign(look, 9, 7);
    let star = if node.is_critical { format!("{CRITICAL_SIGN} ") } else { String::new() };
    group += &format!(
        "<g clip-path=\"url(#catalog-text)\" fill=\"{}\"><text x=\"28\" y=\"18\" font-size=\"13\" \
         font-weight=\"bold\">{label}</text><text x=\"28\" y=\"33\" font-size=\"11\">{star}{detail}</text></g></g>\n",
        look.ink
    );
    group
}

fn sign(look: Look, x: usize, y: usize) -> String {
    let fill = if look.is_filled { look.ink } else { "none" };
    format!(
        "<path transform=\"translate({x} {y})\" d=\"{}\" fill=\"{fill}\" stroke=\"{}\" stroke-width=\"1.5\"/>",
        look.shape, look.ink
    )
}

fn text(x: usize, y: usize, size: &str, weight: &str, words: &str) -> String {
    format!(
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" font-weight=\"{weight}\" fill=\"#1a1a1a\">{}</text>\n",
        xml(words)
    )
}

/// What signs and lines mean, as far as they occur, and how high that is.
fn legend(picture: &Picture, top: usize, width: usize) -> (String, usize) {
    let mut entries: Vec<(String, String)> = Vec::new();
    for state in picture.states() {
        let look = state.look();
        let frame = format!(
            "<rect width=\"24\" height=\"16\" rx=\"3\" fill=\"{}\" stroke=\"{}\" stroke-width=\"{}\"/>",
            look.fill, look.line, look.line_width
        );
        entries.push((frame + &sign(look, 6, 2), state.words().into()));
    }
    if picture.nodes.iter().any(|node| node.is_critical) {
        let frame = "<rect width=\"24\" height=\"16\" rx=\"3\" fill=\"none\" stroke=\"#1a1a1a\"/>\
                     <rect x=\"3\" y=\"3\" width=\"18\" height=\"10\" rx=\"2\" fill=\"none\" stroke=\"#1a1a1a\"/>";
        entries.push((frame.into(), format!("{CRITICAL_SIGN} critical (tier 0 or 1)")));
    }
    if picture.nodes.iter().any(|node| node.is_placeholder) {
        let frame = "<rect width=\"24\" height=\"16\" rx=\"3\" fill=\"none\" stroke=\"#1a1a1a\" \
                     stroke-dasharray=\"5 4\"/>";
        entries.push((frame.into(), "declared nowhere".into()));
    }
    if picture.nodes.iter().any(|node| node.state.is_none()) {
        let frame = "<rect width=\"24\" height=\"16\" rx=\"3\" fill=\"none\" stroke=\"#888888\" \
                     stroke-dasharray=\"1 4\"/>";
        entries.push((frame.into(), "counted, not drawn".into()));
    }
    for kind in picture.edge_kinds() {
        let line = format!(
            "<path d=\"M0 8h24\" fill=\"none\" stroke=\"#444444\" {} marker-end=\"url(#catalog-arrow)\"/>",
            dashes(kind)
        );
        entries.push((line, format!("{}, pointing at what is needed", kind.words())));
    }
    let mut legend = String::new();
    let (mut x, mut y) = (MARGIN, top + MARGIN);
    for (drawing, words) in entries {
        let entry_width = 50 + words.chars().map(columns_of).sum::<usize>() * 7;
        if x > MARGIN && x + entry_width > width - MARGIN {
            (x, y) = (MARGIN, y + LINE_HEIGHT + 4);
        }
        legend += &format!("<g transform=\"translate({x} {y})\">{drawing}</g>\n");
        legend += &text(x + 32, y + 12, "12", "normal", &words);
        x += entry_width;
    }
    (legend, y + LINE_HEIGHT - top)
}
