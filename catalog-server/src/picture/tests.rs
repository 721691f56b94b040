//! Pictures of small sketches, in every format.

use catalog_core::{
    graph::CatalogGraph,
    needs::{Direction, Failure},
    query::{BlastRadiusQuery, blast_radius, find_entity},
    sketch,
};
use expect_test::{Expect, expect};

use super::{
    Picture, PictureFormat, blast_radius_picture, impact_picture, order::Slot, text::cut, write_picture,
};

const SHOP: &str = "
    component:web type website tier 1 owner group:shop system system:store -> component:cart
    component:web any> resource:stripe resource:adyen
    component:cart type service owner group:shop system system:store !> resource:db
    component:mail ~> component:cart
    resource:db type database
    resource:stripe type saas
";

fn drawn(graph: &CatalogGraph, root: &str, direction: Direction, nodes_max: usize) -> Picture {
    let roots = vec![find_entity(graph, root).expect("the sketch has it")];
    let answer = blast_radius(graph, &BlastRadiusQuery::new(roots, direction));
    blast_radius_picture(graph, &answer, nodes_max)
}

fn written(picture: &Picture, format: PictureFormat) -> String {
    let mut bytes = Vec::new();
    write_picture(picture, format, &mut bytes).expect("memory takes it");
    String::from_utf8(bytes).expect("it is text")
}

fn check(format: PictureFormat, expected: &Expect) {
    let graph = sketch::graph(SHOP);
    expected.assert_eq(&written(&drawn(&graph, "resource:db", Direction::Dependents, 60), format));
}

#[test]
fn graphviz_draws_it() {
    check(
        PictureFormat::Dot,
        &expect![[r##"
        digraph catalog {
          rankdir=LR; newrank=true; compound=true; labelloc=t; fontname="Helvetica";
          node [shape=box, style=filled, fontname="Helvetica", fontsize=11];
          edge [color="#444444", fontname="Helvetica", fontsize=10];
          label="What needs resource:db\n3 entities, 1 critical\n◆ asked about   ■ reached by hard needs alone   □ reached over a need that is not hard   ★ critical (tier 0 or 1)\narrows point at what is needed; solid: hard need, dashed: soft need";
          n0 [label="◆ resource:db\ndatabase · no owner", tooltip="resource:db: asked about", style="filled", fillcolor="#ffffff", color="#1a1a1a", fontcolor="#1a1a1a", penwidth=3];
          subgraph cluster_1 {
            label="system:store"; color="#888888";
            n1 [label="■ component:cart\nservice · group:shop", tooltip="component:cart: reached by hard needs alone", style="filled", fillcolor="#b9d9f0", color="#0b5a8f", fontcolor="#1a1a1a", penwidth=2];
          }
          n2 [label="□ component:mail\nno owner", tooltip="component:mail: reached over a need that is not hard", style="filled", fillcolor="#eef6fc", color="#0b5a8f", fontcolor="#1a1a1a", penwidth=1];
          subgraph cluster_3 {
            label="system:store"; color="#888888";
            n3 [label="■★ component:web\nwebsite · tier 1 · group:shop", tooltip="component:web: reached by hard needs alone", style="filled", fillcolor="#b9d9f0", color="#0b5a8f", fontcolor="#1a1a1a", penwidth=2, peripheries=2];
          }
          { rank=same; n0; }
          { rank=same; n1; }
          { rank=same; n2; n3; }
          n0 -> n1 [style=solid, dir=back];
          n1 -> n2 [style=dashed, dir=back];
          n1 -> n3 [style=solid, dir=back];
        }
    "##]],
    );
}

#[test]
fn mermaid_draws_it() {
    check(
        PictureFormat::Mermaid,
        &expect![[r#"
        ---
        title: "What needs resource:db"
        ---
        flowchart RL
          legend["3 entities, 1 critical<br/>◆ asked about   ■ reached by hard needs alone   □ reached over a need that is not hard   ★ critical #40;tier 0 or 1#41;<br/>arrows point at what is needed#59; solid: hard need, dashed: soft need"]:::legend
          n0["◆ resource:db<br/>database · no owner"]
          subgraph s1["system:store"]
            n1["■ component:cart<br/>service · group:shop"]
          end
          n2["□ component:mail<br/>no owner"]
          subgraph s3["system:store"]
            n3[["■★ component:web<br/>website · tier 1 · group:shop"]]
          end
          n1 --> n0
          n2 -.-> n1
          n3 --> n1
          classDef root fill:#ffffff,stroke:#1a1a1a,color:#1a1a1a,stroke-width:3px
          classDef hard fill:#b9d9f0,stroke:#0b5a8f,color:#1a1a1a,stroke-width:2px
          classDef soft fill:#eef6fc,stroke:#0b5a8f,color:#1a1a1a,stroke-width:1px
          classDef placeholder stroke-dasharray:5 4
          classDef rest fill:none,stroke:#888888,stroke-dasharray:1 4
          classDef legend fill:none,stroke:none
          class n0 root
          class n1 hard
          class n2 soft
          class n3 hard
    "#]],
    );
}

#[test]
fn browsers_draw_it() {
    check(
        PictureFormat::Svg,
        &expect![[r##"
        <svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="992" height="306" viewBox="0 0 992 306" role="img">
        <title>What needs resource:db</title>
        <style>text{font-family:Helvetica,Arial,sans-serif;direction:ltr;unicode-bidi:isolate}</style>
        <defs><marker id="catalog-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0l8 4l-8 4z" fill="#444444"/></marker><clipPath id="catalog-text"><rect x="0" y="0" width="230" height="40"/></clipPath></defs>
        <rect width="992" height="306" fill="#ffffff"/>
        <text x="24" y="34" font-size="16" font-weight="bold" fill="#1a1a1a">What needs resource:db</text>
        <text x="24" y="54" font-size="12" font-weight="normal" fill="#1a1a1a">3 entities, 1 critical</text>
        <rect x="370" y="105" width="252" height="68" rx="6" fill="#f4f4f4" stroke="#888888"/>
        <text x="378" y="119" font-size="11" font-weight="normal" fill="#1a1a1a">system:store</text>
        <rect x="716" y="132" width="252" height="68" rx="6" fill="#f4f4f4" stroke="#888888"/>
        <text x="724" y="146" font-size="11" font-weight="normal" fill="#1a1a1a">system:store</text>
        <path d="M378 145C323 145 323 139 268 139" fill="none" stroke="#444444" stroke-width="1.5" marker-end="url(#catalog-arrow)"/>
        <path d="M724 98C669 98 669 145 614 145" fill="none" stroke="#444444" stroke-width="1.5" stroke-dasharray="7 4" marker-end="url(#catalog-arrow)"/>
        <path d="M724 172C669 172 669 145 614 145" fill="none" stroke="#444444" stroke-width="1.5" marker-end="url(#catalog-arrow)"/>
        <g transform="translate(32 119)"><title>resource:db: asked about, database · no owner</title><rect width="236" height="40" rx="4" fill="#ffffff" stroke="#1a1a1a" stroke-width="3"/><path transform="translate(9 7)" d="M6 0l6 6l-6 6l-6 -6z" fill="#1a1a1a" stroke="#1a1a1a" stroke-width="1.5"/><g clip-path="url(#catalog-text)" fill="#1a1a1a"><text x="28" y="18" font-size="13" font-weight="bold">resource:db</text><text x="28" y="33" font-size="11">database · no owner</text></g></g>
        <g transform="translate(378 125)"><title>component:cart: reached by hard needs alone, service · group:shop</title><rect width="236" height="40" rx="4" fill="#b9d9f0" stroke="#0b5a8f" stroke-width="2"/><path transform="translate(9 7)" d="M1 1h10v10h-10z" fill="#1a1a1a" stroke="#1a1a1a" stroke-width="1.5"/><g clip-path="url(#catalog-text)" fill="#1a1a1a"><text x="28" y="18" font-size="13" font-weight="bold">component:cart</text><text x="28" y="33" font-size="11">service · group:shop</text></g></g>
        <g transform="translate(724 78)"><title>component:mail: reached over a need that is not hard, no owner</title><rect width="236" height="40" rx="4" fill="#eef6fc" stroke="#0b5a8f" stroke-width="1"/><path transform="translate(9 7)" d="M1 1h10v10h-10z" fill="none" stroke="#1a1a1a" stroke-width="1.5"/><g clip-path="url(#catalog-text)" fill="#1a1a1a"><text x="28" y="18" font-size="13" font-weight="bold">component:mail</text><text x="28" y="33" font-size="11">no owner</text></g></g>
        <g transform="translate(724 152)"><title>component:web: reached by hard needs alone, website · tier 1 · group:shop</title><rect width="236" height="40" rx="4" fill="#b9d9f0" stroke="#0b5a8f" stroke-width="2"/><rect x="3" y="3" width="230" height="34" rx="2" fill="none" stroke="#1a1a1a"/><path transform="translate(9 7)" d="M1 1h10v10h-10z" fill="#1a1a1a" stroke="#1a1a1a" stroke-width="1.5"/><g clip-path="url(#catalog-text)" fill="#1a1a1a"><text x="28" y="18" font-size="13" font-weight="bold">component:web</text><text x="28" y="33" font-size="11">★ website · tier 1 · group:shop</text></g></g>
        <g transform="translate(24 238)"><rect width="24" height="16" rx="3" fill="#ffffff" stroke="#1a1a1a" stroke-width="3"/><path transform="translate(6 2)" d="M6 0l6 6l-6 6l-6 -6z" fill="#1a1a1a" stroke="#1a1a1a" stroke-width="1.5"/></g>
        <text x="56" y="250" font-size="12" font-weight="normal" fill="#1a1a1a">asked about</text>
        <g transform="translate(151 238)"><rect width="24" height="16" rx="3" fill="#b9d9f0" stroke="#0b5a8f" stroke-width="2"/><path transform="translate(6 2)" d="M1 1h10v10h-10z" fill="#1a1a1a" stroke="#1a1a1a" stroke-width="1.5"/></g>
        <text x="183" y="250" font-size="12" font-weight="normal" fill="#1a1a1a">reached by hard needs alone</text>
        <g transform="translate(390 238)"><rect width="24" height="16" rx="3" fill="#eef6fc" stroke="#0b5a8f" stroke-width="1"/><path transform="translate(6 2)" d="M1 1h10v10h-10z" fill="none" stroke="#1a1a1a" stroke-width="1.5"/></g>
        <text x="422" y="250" font-size="12" font-weight="normal" fill="#1a1a1a">reached over a need that is not hard</text>
        <g transform="translate(692 238)"><rect width="24" height="16" rx="3" fill="none" stroke="#1a1a1a"/><rect x="3" y="3" width="18" height="10" rx="2" fill="none" stroke="#1a1a1a"/></g>
        <text x="724" y="250" font-size="12" font-weight="normal" fill="#1a1a1a">★ critical (tier 0 or 1)</text>
        <g transform="translate(24 262)"><path d="M0 8h24" fill="none" stroke="#444444" stroke-width="1.5" marker-end="url(#catalog-arrow)"/></g>
        <text x="56" y="274" font-size="12" font-weight="normal" fill="#1a1a1a">hard need, pointing at what is needed</text>
        <g transform="translate(333 262)"><path d="M0 8h24" fill="none" stroke="#444444" stroke-width="1.5" stroke-dasharray="7 4" marker-end="url(#catalog-arrow)"/></g>
        <text x="365" y="274" font-size="12" font-weight="normal" fill="#1a1a1a">soft need, pointing at what is needed</text>
        </svg>
    "##]],
    );
}

/// The columns of a picture, as names.
fn shown(picture: &Picture) -> String {
    let columns = picture.nodes.chunk_by(|a, b| a.column == b.column);
    let columns = columns.map(|column| {
        let labels: Vec<&str> = column.iter().map(|node| node.label.as_str()).collect();
        labels.join(" ")
    });
    columns.collect::<Vec<_>>().join(" | ")
}

#[test]
fn at_most_the_stated_number_is_drawn_and_the_rest_counted() {
    let mut sketch = String::from("component:hub\n");
    for number in 10..40 {
        sketch += &format!("component:near-{number} -> component:hub\n");
        sketch += &format!("component:far-{number} -> component:near-{number}\n");
    }
    sketch += "component:last -> component:far-39\ncomponent:key tier 0 -> component:last\n";
    let graph = sketch::graph(&sketch);
    let picture = drawn(&graph, "component:hub", Direction::Dependents, 4);
    let expected = "component:hub | component:near-10 component:near-11 … and 28 more | 31 entities | \
                    component:key";
    assert_eq!(shown(&picture), expected, "near ones and critical ones stay");
    assert_eq!(picture.hidden_entities, 59);
    let edges: Vec<(usize, usize)> = picture.edges.iter().map(|edge| (edge.from, edge.to)).collect();
    assert_eq!(
        edges,
        [(1, 0), (2, 0), (3, 0), (4, 1), (4, 2), (4, 3), (5, 4)],
        "what is counted is connected"
    );
    let only = drawn(&graph, "component:hub", Direction::Dependents, 1);
    assert_eq!(shown(&only), "component:hub | 62 entities");
}

#[test]
fn many_roots_leave_room_for_what_hangs_on_them() {
    let mut sketch = String::from("component:user -> component:root-10\n");
    let names: Vec<String> = (10..60).map(|number| format!("component:root-{number}")).collect();
    names.iter().for_each(|name| sketch += &format!("{name}\n"));
    let graph = sketch::graph(&sketch);
    let roots = names.iter().map(|name| find_entity(&graph, name).expect("it is there")).collect();
    let query = BlastRadiusQuery::new(roots, Direction::Dependents);
    let picture = blast_radius_picture(&graph, &blast_radius(&graph, &query), 4);
    assert!(shown(&picture).ends_with("… and 47 more | component:user"), "{}", shown(&picture));
}

#[test]
fn lines_that_need_not_cross_do_not() {
    // In the order of names, each of these would cross the other two.
    let graph = sketch::graph(
        "component:a1 -> component:root\ncomponent:a2 -> component:root\ncomponent:a3 -> component:root\n\
         component:b1 -> component:a3\ncomponent:b2 -> component:a2\ncomponent:b3 -> component:a1\n\
         component:c1 -> component:b1 component:root\n",
    );
    let picture = drawn(&graph, "component:root", Direction::Dependents, 60);
    let place = |name: &str| {
        picture.nodes.iter().position(|node| node.label == format!("component:{name}")).expect("it is drawn")
    };
    assert_eq!(place("a1") < place("a2"), place("b3") < place("b2"));
    assert_eq!(place("a2") < place("a3"), place("b2") < place("b1"));
}

#[test]
fn long_lines_bend_in_every_column_between() {
    let graph = sketch::graph(
        "component:c -> component:b\ncomponent:b -> component:a\ncomponent:a -> component:c\n\
         component:d -> component:c component:a\n",
    );
    let picture = drawn(&graph, "component:a", Direction::Dependencies, 60);
    assert_eq!(shown(&picture), "component:a | component:c | component:b");
    let bends = picture.order.columns.iter().flatten().filter(|slot| matches!(slot, Slot::Bend(_))).count();
    assert_eq!(bends, 1, "b needs a, two columns away");
}

#[test]
fn systems_stay_together_in_a_column() {
    let graph = sketch::graph(
        "component:a system system:x -> component:root\ncomponent:b system system:y -> component:root\n\
         component:c system system:x -> component:root\ncomponent:d system system:y -> component:root\n\
         component:e -> component:a component:d\ncomponent:f -> component:c component:b\n",
    );
    let picture = drawn(&graph, "component:root", Direction::Dependents, 60);
    let boxes: Vec<(Option<&str>, usize)> =
        picture.boxes().into_iter().map(|(system, nodes)| (system, nodes.len())).collect();
    let expected = [(None, 1), (Some("system:x"), 2), (Some("system:y"), 2), (None, 2)];
    assert_eq!(boxes, expected);
}

#[test]
fn an_impact_shows_each_state_as_far_away_as_its_causes_reach() {
    let graph = sketch::graph(
        "component:a -> component:z\ncomponent:b ~> component:a\ncomponent:c any> component:a component:y\n\
         component:d -> component:b\ncomponent:y\ncomponent:z\n",
    );
    let failed = find_entity(&graph, "component:z").expect("it is there").index();
    let impact = graph.needs().impact(&Failure { down: vec![failed], degraded: Vec::new() });
    let picture = impact_picture(&graph, &impact, 60);
    let rows: Vec<String> = picture
        .nodes
        .iter()
        .map(|node| {
            format!("{} {} {}", node.column, node.label, node.state.map_or("", |state| state.words()))
        })
        .collect();
    expect![[r#"
        0 component:z fails by itself
        1 component:a down
        2 component:b degraded
        2 component:c at risk: a spare is lost
        3 component:d degraded"#]]
    .assert_eq(&rows.join("\n"));
    assert_eq!(picture.caption.title, "What comes of a failure of component:z");
    assert_eq!(picture.caption.remarks, ["1 down, 2 degraded, 1 at risk"]);
    well_formed(&written(&picture, PictureFormat::Svg));
}

#[test]
fn nothing_at_all_is_a_picture() {
    let graph = sketch::graph("component:alone");
    let picture = drawn(&graph, "component:alone", Direction::Dependents, 60);
    assert_eq!(shown(&picture), "component:alone");
    well_formed(&written(&picture, PictureFormat::Svg));
    let empty = Picture::new(&graph, super::Caption::default(), Vec::new(), 60);
    well_formed(&written(&empty, PictureFormat::Svg));
}

const HOSTILE: &str =
    "\"];x<script>alert(1)</script>&#quot;`]]>\\\n-->\u{202e}\u{1b}[2J\u{0}\u{fffe}end📦שלום";

#[test]
fn hostile_names_stay_names() {
    let graph = sketch::graph(
        "component:a\"]<&>`;--> system system:\"]]><b>&\\ owner group:x\\\" -> component:b'%%{init}%% \n\
         component:b'%%{init}%%\n",
    );
    let mut picture = drawn(&graph, "component:a\"]<&>`;-->", Direction::Dependencies, 60);
    picture.nodes[0].label = HOSTILE.into();
    picture.nodes[0].system = Some(HOSTILE.into());
    picture.caption.title = HOSTILE.into();
    picture.caption.remarks.push(HOSTILE.into());
    picture.nodes[1].label = HOSTILE.repeat(10_000);

    let svg = written(&picture, PictureFormat::Svg);
    well_formed(&svg);
    assert!(!svg.contains("<script") && !svg.contains("<b>") && svg.len() < 20_000, "{svg}");

    let dot = written(&picture, PictureFormat::Dot);
    for line in dot.lines() {
        let bare = line.replace("\\\\", "").replace("\\\"", "");
        assert_eq!(bare.matches('"').count() % 2, 0, "each string ends on its line: {line}");
        assert!(!bare.contains('<'), "no label is markup: {line}");
    }

    let mermaid = written(&picture, PictureFormat::Mermaid);
    for line in mermaid.lines().skip(3) {
        let outside: String = line.split('"').step_by(2).collect();
        assert!(line.matches('"').count() <= 2, "a label has no quotes inside: {line}");
        assert!(!outside.contains("alert") && !line.contains('`'), "{line}");
        assert!(!line.replace("<br/>", "").contains('<'), "{line}");
    }
    for text in [svg, dot, mermaid] {
        assert!(!text.contains(['\u{202e}', '\u{1b}', '\u{0}']), "nothing is obeyed");
        assert!(text.contains("📦שלום") || text.contains('…'), "{text}");
    }
}

#[test]
fn a_text_is_cut_at_its_width() {
    assert_eq!(cut("abc", 3), "abc");
    assert_eq!(cut("abcd", 3), "ab…");
    assert_eq!(cut("📦📦", 4), "📦📦");
    assert_eq!(cut("📦📦📦", 4), "📦…");
    assert_eq!(cut("漢字", 1), "…");
}

#[test]
fn a_chain_of_very_many_is_drawn_at_once() {
    let mut sketch = String::new();
    for number in 0..3_000 {
        sketch += &format!("component:c{} -> component:c{number}\n", number + 1);
    }
    let graph = sketch::graph(&sketch);
    let picture = drawn(&graph, "component:c0", Direction::Dependents, 1_000);
    assert_eq!(picture.nodes.len(), 1_001);
    well_formed(&written(&picture, PictureFormat::Svg));
}

#[test]
fn everything_that_needs_everything_stays_within_its_bounds() {
    let names: Vec<String> = (10..70).map(|number| format!("component:k{number}")).collect();
    let all = names.join(" ");
    let sketch: Vec<String> = names.iter().map(|name| format!("{name} -> {all}")).collect();
    let graph = sketch::graph(&sketch.join("\n"));
    let picture = drawn(&graph, "component:k10", Direction::Dependents, 60);
    assert_eq!((picture.edges.len(), picture.hidden_needs), (300, 60 * 59 - 300));
    assert!(picture.caption.remarks.iter().any(|remark| remark.contains("3240 of the needs")));
}

/// A small reader of XML: tags are closed in order, attributes quoted and distinct, entities known, and
/// every character is one that XML 1.0 has.
fn well_formed(text: &str) {
    let is_char = |c: char| matches!(c, '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(text.chars().all(is_char), "characters of XML only");
    let check_text = |text: &str| {
        assert!(!text.contains('<'), "{text}");
        for rest in text.split('&').skip(1) {
            let (entity, _) = rest.split_once(';').expect("an entity ends");
            assert!(["amp", "lt", "gt", "quot", "apos"].contains(&entity), "{entity}");
        }
    };
    let mut open: Vec<&str> = Vec::new();
    for part in text.trim_end().split('<').skip(1) {
        let mut is_quoted = false;
        let end = part.find(|c| {
            is_quoted ^= c == '"';
            c == '>' && !is_quoted
        });
        let (tag, after) = part.split_at(end.expect("a tag ends"));
        check_text(&after[1..]);
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "tags close in order");
            continue;
        }
        let inside = tag.trim_end_matches('/');
        let (name, mut attributes) = inside.split_once(' ').unwrap_or((inside, ""));
        let mut met: Vec<&str> = Vec::new();
        while let Some((key, rest)) = attributes.trim_start().split_once("=\"") {
            let (value, rest) = rest.split_once('"').expect("a value ends");
            assert!(!met.contains(&key) && !key.contains(' '), "{tag}");
            check_text(value);
            met.push(key);
            attributes = rest;
        }
        assert_eq!(attributes.trim(), "", "{tag}");
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}
