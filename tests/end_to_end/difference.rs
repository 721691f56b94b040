//! Two stores compared: before a change and after it.

use expect_test::expect;

use crate::{
    acme,
    support::{World, rows, schema},
};

const SHOP_AFTER: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
spec:
  type: website
  lifecycle: production
  tier: 0
  owner: group:payments
  dependsOn: [component:payments, resource:mail]
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata:
  name: mail
spec:
  type: saas
  owner: group:payments
";

/// The small organisation, with the store of before the shop's change.
fn changed() -> World {
    let world = acme::world();
    std::fs::copy(world.path("catalog.redb"), world.path("before.redb")).expect("the store is copied");
    world.commit("acme/shop.git", [("catalog-info.yaml", SHOP_AFTER)]);
    world.run("crawl acme").ends_with(0);
    world
}

#[test]
fn a_change_is_told_by_what_comes_of_it() {
    let world = changed();
    let page = world.run("diff --before before.redb --fail payments").ends_with(0).stdout;
    expect![[r#"
        1 entity added, 1 removed, 1 changed; 3 relations gained, 1 lost, 1 changed; 0 gaps opened, 1 closed

          CHANGE   ABOUT     OF                                           BEFORE                                                                        AFTER
          added    entity    resource:mail                                                                                                              saas, group:payments
          removed  entity    resource:cdn
          changed  tier      component:shop                               –                                                                             0
          changed  owner     component:shop                               –                                                                             group:payments
          gained   relation  component:shop dependsOn resource:mail                                                                                     hard
          gained   relation  component:shop ownedBy group:payments
          gained   relation  resource:mail ownedBy group:payments
          lost     relation  component:shop dependsOn resource:cdn        hard
          changed  relation  component:shop dependsOn component:payments  soft                                                                          hard
          closed   unowned   component:shop                               `component:shop` declares no owner, and its repository has no ownership file
          changed  failure   resource:mail                                0 down, 0 degraded, 0 at risk                                                 1 down, 0 degraded, 0 at risk
          changed  state     component:shop                               degraded                                                                      down

        what these rest on is not what it was

          ENTITY          REACHES NOW    REACHES NO MORE
          component:shop  resource:mail  resource:cdn
    "#]].assert_eq(&page);
    let answer = world.json("diff --before before.redb --root ledger");
    assert_eq!(answer["different"], true);
    assert_eq!(rows(&answer["reach"], "changes").len(), 0, "the shop needed the ledger before, softly");
    let backwards = world.json("diff --before catalog.redb --after before.redb");
    let forwards = world.json("diff --before before.redb");
    assert_eq!(schema::breaches("diff", &forwards), [""; 0]);
    assert_eq!(backwards["entities"]["removed"], forwards["entities"]["added"]);
    assert_eq!(backwards["gaps"]["opened"], forwards["gaps"]["closed"]);
    let lines = world.run("diff --before before.redb --format ndjson").ends_with(0).json_lines();
    assert!(lines.iter().any(|line| line["change"] == "added" && line["of"] == "resource:mail"));
}

#[test]
fn exit_codes_tell_whether_anything_is_different() {
    let world = changed();
    world.run("diff --before before.redb --exit-code").ends_with(1);
    world.run("diff --before before.redb").ends_with(0);
    let same = world.run("diff --before catalog.redb --exit-code").ends_with(0);
    assert_eq!(same.stdout, "nothing is different\n");
    world.run("diff --before none.redb").ends_with(2).says(&["none.redb", "catalog crawl"]);
    world.run("diff --before before.redb --after none.redb").ends_with(2).says(&["none.redb"]);
    world.run("diff --before before.redb --root nobody").ends_with(2).says(&["nobody"]);
    world.run("diff").ends_with(64);
    world.write("broken.redb", "no store");
    world.run("diff --before broken.redb").ends_with(2);
}
