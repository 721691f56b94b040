//! Answers drawn: which commands draw, and that what they draw is whole.

use expect_test::expect;

use crate::acme::{WORLD, check};

#[test]
fn a_blast_radius_is_drawn() {
    check(
        "blast-radius ledger --format mermaid",
        expect![[r#"
        $ catalog blast-radius ledger --format mermaid

        ---
        title: "What needs component:ledger"
        ---
        flowchart RL
          legend["2 entities, 1 critical<br/>◆ asked about   ■ reached by hard needs alone   □ reached over a need that is not hard   ★ critical #40;tier 0 or 1#41;<br/>arrows point at what is needed#59; solid: hard need, dashed: soft need"]:::legend
          n0["◆ component:ledger<br/>service · group:payments"]
          subgraph s1["system:money"]
            n1[["■★ component:payments<br/>service · tier 1 · group:payments"]]
          end
          n2["□ component:shop<br/>website · no owner"]
          n1 --> n0
          n2 -.-> n1
          classDef root fill:#ffffff,stroke:#1a1a1a,color:#1a1a1a,stroke-width:3px
          classDef hard fill:#b9d9f0,stroke:#0b5a8f,color:#1a1a1a,stroke-width:2px
          classDef soft fill:#eef6fc,stroke:#0b5a8f,color:#1a1a1a,stroke-width:1px
          classDef placeholder stroke-dasharray:5 4
          classDef rest fill:none,stroke:#888888,stroke-dasharray:1 4
          classDef legend fill:none,stroke:none
          class n0 root
          class n1 hard
          class n2 soft
    "#]],
    );
    let svg = WORLD.run("blast-radius ledger --format svg").ends_with(0).stdout;
    assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n"), "{svg}");
    let again = WORLD.run("blast-radius ledger --format svg").ends_with(0).stdout;
    assert_eq!(svg, again, "the same answer gives the same bytes");
    let dot = WORLD.run("blast-radius shop --direction dependencies --format dot").ends_with(0).stdout;
    assert!(dot.contains("label=\"What component:shop needs\\n3 entities"), "{dot}");
    assert!(dot.contains("style=\"filled,dashed\""), "what nothing declares has a dashed frame:\n{dot}");
    let small = WORLD.run("blast-radius ledger --format dot --nodes 2").ends_with(0).stdout;
    assert!(small.contains("1 entity"), "{small}");
}

#[test]
fn what_is_not_drawn_says_what_is() {
    WORLD
        .run("gaps --format svg")
        .ends_with(64)
        .says(&["which only `catalog blast-radius` and `catalog simulate` draw"]);
    WORLD.run("blast-radius ledger --path-to shop --format dot").ends_with(64).says(&["is not drawn"]);
    WORLD.run("blast-radius ledger --format svg --nodes 0").ends_with(64);
    WORLD.run("blast-radius ledger --format svg --nodes 1001").ends_with(64);
    WORLD.run("blast-radius nothing --format svg").ends_with(2);
}
