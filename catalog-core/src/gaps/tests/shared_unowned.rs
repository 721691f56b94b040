//! What several teams need and none owns.

use super::*;

const SHARED: &str = "
    resource:bus
    component:a owner group:one -> resource:bus
    component:b owner group:two ~> resource:bus
    component:b2 owner group:two -> resource:bus
    component:c owner user:zoe any> resource:bus resource:other
    component:d -> resource:bus
    resource:other owner group:one
    resource:owned owner group:one
    component:e owner group:five -> resource:owned resource:pair component:b2
    component:f owner group:one -> resource:pair
    resource:pair
    resource:undeclared-x owner group:one -> resource:nowhere
    component:g owner group:two -> resource:nowhere
    component:h owner group:three -> resource:nowhere
    group:one members user:u email a@b.c
    group:two members user:u email a@b.c
    group:three members user:u email a@b.c
    user:zoe
    user:u
";

#[test]
fn what_three_owners_need_and_nobody_owns_is_told_once() {
    check_rule(
        "shared-unowned",
        SHARED,
        &expect![[r#"
            warning[shared-unowned] `resource:bus` is needed by 5 entities of 3 teams (`group:one`, `group:two`, `user:zoe`), and nobody owns it
              at example/catalog:catalog-info.yaml:2 about group:one about group:two about user:zoe
        "#]],
    );
}

#[test]
fn how_many_teams_make_it_shared_is_set() {
    let graph = sketch::graph(SHARED);
    for (shared_teams_min, expected) in [(1, 2), (2, 2), (3, 1), (4, 0)] {
        let settings = GapSettings { shared_teams_min, ..GapSettings::default() };
        let report = ownership_gaps(GapQuestion { graph: &graph, now: sketch::READ_AT, settings: &settings });
        let found = report.gaps.iter().filter(|gap| gap.code == "shared-unowned").count();
        assert_eq!(found, expected, "{shared_teams_min}");
    }
}
