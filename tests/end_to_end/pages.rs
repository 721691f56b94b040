//! What a person sees in a terminal: the page of every question.

use expect_test::expect;

use crate::acme::{check, world};

#[test]
fn the_page_of_an_entity() {
    check(
        "show payments",
        expect![[r#"
            $ catalog show payments

            component:payments

              title                     Payments
              description               Takes the money
              type                      service
              lifecycle                 production
              tier                      1
              owner                     group:payments
              tags                      rust, pci
              pagerduty.com/service-id  PPAY01
              declared at               acme/payments:catalog-info.yaml:4 @ 5e60de1f24af
              repository                acme/payments
              last change               2026-11-01 by Ada Berg: Say what is here @ 5e60de1f24af

              RELATION      ENTITY            NEED  STATED AT
              dependencyOf  component:shop    soft  acme/shop:catalog-info.yaml:9
              dependsOn     component:ledger  hard  acme/payments:catalog-info.yaml:16
              ownedBy       group:payments    –     acme/payments:catalog-info.yaml:14
              partOf        system:money      –     acme/payments:catalog-info.yaml:15
        "#]],
    );
}

#[test]
fn the_page_of_a_list() {
    check(
        "list --kind component",
        expect![[r#"
            $ catalog list --kind component

              ENTITY              TYPE     LIFECYCLE   TIER  OWNER           REPOSITORY
              component:ledger    service  production  –     group:payments  acme/ledger
              component:payments  service  production  1     group:payments  acme/payments
              component:shop      website  production  –     –               acme/shop

            3 entities
        "#]],
    );
}

#[test]
fn the_page_of_a_search() {
    check(
        "search paymnts",
        expect![[r#"
            $ catalog search paymnts

              ENTITY              TITLE     TYPE     OWNER           FOUND IN
              component:payments  Payments  service  group:payments  similar-name
              group:payments      –         team     –               similar-name

            2 entities
        "#]],
    );
}

#[test]
fn the_page_of_an_owner() {
    check(
        "owner payments",
        expect![[r#"
            $ catalog owner payments

            component:payments is owned by group:payments

              CALL                WHY              HOW
              component:payments  its own on-call  on-call PPAY01
              group:payments      owner            email payments@example.com

              because      declared group:payments at acme/payments:catalog-info.yaml:14 @ 5e60de1f24af, committed some time ago, read some time ago
                           path-rule group:payments (written `@acme/payments`) at acme/payments:.github/CODEOWNERS:1 @ 5e60de1f24af, committed some time ago, read some time ago
              needed by    1 entity: component:shop
              last change  2026-11-01 by Ada Berg: Say what is here @ 5e60de1f24af
        "#]],
    );
}

#[test]
fn the_page_of_a_paths_owner() {
    check(
        "owner --repository acme/payments docs/a.md",
        expect![[r#"
            $ catalog owner --repository acme/payments docs/a.md

            acme/payments:docs/a.md is owned by @ada

              decided by `/docs/` at acme/payments:.github/CODEOWNERS:2
              path-rule user:ada (written `@ada`) at acme/payments:.github/CODEOWNERS:2 @ 5e60de1f24af, committed some time ago, read some time ago
              overrides `*` in line 1
              nearest entity: component:payments, owned by group:payments

              CALL                WHY                HOW
              user:ada            owner of the path  no contact is known; next is group:payments
              group:payments      group of user:ada  email payments@example.com
              component:payments  its own on-call    on-call PPAY01
        "#]],
    );
}

#[test]
fn the_page_of_all_paths() {
    check(
        "owner --repository acme/payments --all-paths",
        expect![[r#"
            $ catalog owner --repository acme/payments --all-paths

              PATH                OWNERS          RULE
              .github/CODEOWNERS  @acme/payments  .github/CODEOWNERS:1 *
              catalog-info.yaml   @acme/payments  .github/CODEOWNERS:1 *

            2 paths, 0 without an owner
        "#]],
    );
}

#[test]
fn the_page_of_a_blast_radius() {
    check(
        "blast-radius ledger",
        expect![[r#"
            $ catalog blast-radius ledger

            2 entities need component:ledger: 1 by hard needs alone, 1 critical, 1 owner, 1 unowned

              DISTANCE  ENTITY              TYPE     TIER  OWNER           NEED  VIA
              1         component:payments  service  1     group:payments  hard  component:ledger
              2         component:shop      website  –     –               soft  component:payments

              OWNER           AFFECTED
              group:payments  1

              SYSTEM        AFFECTED
              system:money  1
        "#]],
    );
}

#[test]
fn the_page_of_a_ranking() {
    check(
        "rank",
        expect![[r#"
        $ catalog rank

        2 entities are needed by others; nothing needs 8 more

          ENTITY              ENTITIES  CRITICAL  TEAMS  TYPE     TIER  OWNER
          component:ledger    2         1         1      service  –     group:payments
          component:payments  1         0         0      service  1     group:payments
    "#]],
    );
    check(
        "rank --by critical --direction dependencies --kind component",
        expect![[r#"
        $ catalog rank --by critical --direction dependencies --kind component

        2 entities need others; 1 more need nothing

          ENTITY              ENTITIES  CRITICAL  TEAMS  TYPE     TIER  OWNER
          component:shop      3         1         1      website  –     –
          component:payments  1         0         1      service  1     group:payments
    "#]],
    );
}

#[test]
fn the_page_of_what_an_entity_needs() {
    check(
        "blast-radius shop --direction dependencies --max-depth 1",
        expect![[r#"
            $ catalog blast-radius shop --direction dependencies --max-depth 1

            component:shop needs 2 entities: 1 by hard needs alone, 1 critical, 1 owner, 1 unowned

              DISTANCE  ENTITY              TYPE     TIER  OWNER           NEED  VIA
              1         component:payments  service  1     group:payments  soft  component:shop
              1         resource:cdn        –        –     –               hard  component:shop

              OWNER           AFFECTED
              group:payments  1

              SYSTEM        AFFECTED
              system:money  1

            more lies behind the depth that was asked for

            1 of these is declared nowhere: what is needed there is not known (resource:cdn)
        "#]],
    );
}

#[test]
fn the_page_of_a_path() {
    check(
        "blast-radius ledger --path-to shop",
        expect![[r#"
            $ catalog blast-radius ledger --path-to shop

            2 needs between them

              component:shop
              → component:payments   dependsOn (soft) at acme/shop:catalog-info.yaml:9 @ 7a5c19227f25
              → component:ledger   dependsOn (hard) at acme/payments:catalog-info.yaml:16 @ 5e60de1f24af
        "#]],
    );
}

#[test]
fn the_page_of_no_path() {
    check(
        "blast-radius shop --path-to ledger",
        expect![[r#"
            $ catalog blast-radius shop --path-to ledger

            no chain of needs connects these with component:ledger
        "#]],
    );
}

#[test]
fn the_page_of_gaps() {
    check(
        "gaps",
        expect![[r#"
            $ catalog gaps

              SEVERITY  CODE                     ENTITY                            MESSAGE                                                                       PLACE
              warning   repository-uncatalogued  resource:repository/acme/scratch  repository `acme/scratch` declares no entity and has no ownership file        acme/scratch
              warning   unowned                  component:shop                    `component:shop` declares no owner, and its repository has no ownership file  acme/shop:catalog-info.yaml:4

            2 gaps: 2 warnings

              4 repositories: 3 with a catalog manifest, 1 without, and all could be read
              owned 3 of 4 entities (75%), 3 of them by somebody declared; 1 by nobody
        "#]],
    );
}

#[test]
fn the_page_of_diagnostics() {
    check(
        "diagnostics",
        expect![[r#"
            $ catalog diagnostics

              SEVERITY  CODE           PLACE                              MESSAGE
              error     missing-field  acme/shop:catalog-info.yaml:5:1    `spec.owner` is missing; add `owner: …`
              warning   unknown-ref    acme/shop:catalog-info.yaml:11:15  `dependsOn` names `resource:cdn`, which no manifest declares; declare the entity, or name one that is declared

            1 error, 1 warning, 0 notes
        "#]],
    );
}

#[test]
fn the_page_of_the_status() {
    check(
        "status",
        expect![[r#"
            $ catalog status

              revision         1
              repositories     4, 0 unreadable
              manifests        4
              entities         6, and 1 only named
              relations        8
              cycles of needs  none
              diagnostics      1 error, 1 warning, 0 notes

              REPOSITORY     STATUS  MANIFESTS  COMMIT        OBSERVED
              acme/ledger    read    1          469d14364264  <now>
              acme/payments  read    2          5e60de1f24af  <now>
              acme/scratch   read    0          35c7649670df  <now>
              acme/shop      read    1          7a5c19227f25  <now>
        "#]],
    );
}

#[test]
fn the_page_of_a_crawl() {
    let crawl = world().run("crawl acme").ends_with(0);
    let (page, _time) = crawl.stdout.split_once("  time").expect("it tells how long it took");
    expect![[r#"
        $ catalog crawl acme

          repositories  0 read, 4 unchanged, 0 failed
          manifests     0, 0 of them new or changed
          entities      6
          relations     8
          diagnostics   1 error, 1 warning, 0 notes; `catalog diagnostics` lists them
    "#]]
    .assert_eq(&format!("$ catalog crawl acme\n\n{page}"));
    assert_eq!(crawl.stderr, "");
}
