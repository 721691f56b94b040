//! Readiness gates on the example organisation: the same verdict in the terminal, in a build and as data.

use std::sync::LazyLock;

use expect_test::{Expect, expect};

use crate::support::{Run, World, rows, text};

/// The example as `catalog demo` leaves it, with policies of its own beside it.
static EXAMPLE: LazyLock<World> = LazyLock::new(|| {
    let world = World::new();
    world.run("demo --no-serve --folder demo").ends_with(0);
    world.write("gates/catalog.toml", "[policy]\nfolder = 'policies'\n");
    world.write("gates/policies/broken.toml", "[[check]]\nid = 'x'\nexpression = 'critical &&'\n");
    world.write("gates/policies/endless.toml", ENDLESS);
    world.write("gates/policies/good.toml", GOOD);
    world.write("good/catalog.toml", "[policy]\nfolder = '../only'\n");
    world.write("only/good.toml", GOOD);
    world
});

/// All dependents of all dependents of all dependents: it is stopped.
const ENDLESS: &str = "
[[check]]
id = 'endless'
expression = 'dependents.all(a, dependents.all(b, dependents.all(c, dependents.all(d, dependents.all(e, dependents.all(f, a.ref != \"\"))))))'
";

const GOOD: &str = "
levels = ['owned', 'watched']
required = 'owned'
[applies]
kinds = ['component']
types = ['service']
[[check]]
level = 'owned'
demand = 'owner'
[[check]]
level = 'owned'
id = 'owned-needs'
title = 'what it cannot do without is owned'
expression = 'hardDependencies.all(d, d.owner != \"\")'
[[check]]
level = 'watched'
demand = 'on-call'
[[exempt]]
entity = 'component:default/vessel-tracker'
check = 'on-call'
until = '2999-12-31'
owner = 'group:default/fleet'
reason = 'it is watched by hand'
";

fn gate(question: &str) -> Run {
    EXAMPLE.run(&format!("gate {question} --store demo/catalog.redb"))
}

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(question: &str, code: i32, expected: Expect) {
    expected.assert_eq(&gate(question).ends_with(code).stdout);
}

#[test]
fn one_entity_is_held_against_the_levels_and_told_what_to_do() {
    check("payment-service", 0, expect![""]);
    check("tide-tables", 1, expect![""]);
    check("tide-tables --config good/catalog.toml", 1, expect![""]);
    check("vessel-tracker --config good/catalog.toml --level watched", 0, expect![""]);
    check("group:payments", 0, expect![""]);
}

#[test]
fn all_entities_are_summed_up_by_level_and_team() {
    let run = gate("--all --config good/catalog.toml");
    expect![""].assert_eq(&run.ends_with(1).stdout);
    let all = gate("--all --config good/catalog.toml --format json").ends_with(1).json();
    for entity in rows(&all, "entities") {
        let question = format!("{} --config good/catalog.toml --format json", text(entity, "ref"));
        let alone = gate(&question).json();
        let alone = &rows(&alone, "entities")[0];
        for field in ["outcome", "reached", "next", "missing"] {
            assert_eq!(entity[field], alone[field], "{field} of {}", entity["ref"]);
        }
    }
}

#[test]
fn a_policy_with_a_mistake_and_one_that_runs_long_decide_nothing_and_the_others_run() {
    let broken = "identity-service --config gates/catalog.toml";
    let run = gate(broken).ends_with(2);
    expect![""].assert_eq(&run.stdout);
    gate(&format!("{broken} --policy good")).ends_with(0);
    gate(&format!("{broken} --policy broken")).ends_with(2);
    gate(&format!("{broken} --policy endless")).ends_with(2);
    gate("--policies --config gates/catalog.toml").ends_with(2);
}

#[test]
fn what_cannot_be_asked_is_said() {
    gate("").ends_with(64).says(&["nothing is named to be judged", "`--all`"]);
    gate("payment-service --policy gone").ends_with(64).says(&["no policy `gone`", "`readiness`"]);
    gate("payment-service --level gone")
        .ends_with(64)
        .says(&["no level `gone`", "`bronze`, `silver`, `gold`"]);
    gate("no-such-thing").ends_with(2);
    gate("--owner group:payments --kind system").ends_with(2).says(&["no policy is about any"]);
}

#[test]
fn the_policy_to_start_from_is_the_one_that_is_used() {
    let printed = gate("--print-policy").ends_with(0).stdout;
    EXAMPLE.write("printed/policies/readiness.toml", &printed);
    EXAMPLE.write("printed/catalog.toml", "[policy]\nfolder = 'policies'\n");
    let before = gate("--all --format csv").ends_with(1).stdout;
    assert_eq!(gate("--all --format csv --config printed/catalog.toml").ends_with(1).stdout, before);
}
