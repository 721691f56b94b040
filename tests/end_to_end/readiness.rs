//! Readiness gates on the example organisation: the same verdict in the terminal, in a build and as data.

use std::sync::LazyLock;

use expect_test::{Expect, expect};

use crate::support::{Run, World, rows, schema, text};

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

/// Ten to the seventh ways round a loop: it is stopped.
const ENDLESS: &str = "
[[check]]
id = 'endless'
expression = '''[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(
  a, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(
  b, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(
  c, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(
  d, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(
  e, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(
  f, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(
  g, a >= 0)))))))'''
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
    check(
        "payment-service",
        0,
        expect![[r#"
        `component:payment-service` passes `readiness` at bronze

          LEVEL   CHECK                 VERDICT  REASON                                                               PLACE
          bronze  owner                 passed   `group:payments` owns it                                             aldersound/payments:catalog-info.yaml:29
          bronze  criticality           passed   it is of tier 0                                                      aldersound/payments:catalog-info.yaml:13
          silver  on-call               passed   on call is PPAYM02, its own, by `pagerduty.com/service-id`           aldersound/payments:catalog-info.yaml:13
          silver  runbook               passed   its runbook is https://runbooks.example.com/payments                 aldersound/payments:catalog-info.yaml:13
          gold    objective             passed   its objective on availability is 99.95                               aldersound/payments:catalog-info.yaml:32
          gold    data-access-declared  failed   it does not say what it needs `resource:ledger-db` (payment) for     aldersound/payments:catalog-info.yaml:35
          gold    security-review       failed   neither an annotation nor a label `security/reviewed-on` tells when  aldersound/payments:catalog-info.yaml:13

        it reached silver; to reach gold:

          data-access-declared: State `spec.dataClass` on what holds data, and `purpose` on each of `spec.needs` that comes at data.
          security-review: Have it reviewed, and note the day in the annotation `security/reviewed-on`, as in `2026-05-31`.
    "#]],
    );
    check(
        "tide-tables",
        1,
        expect![[r#"
        `component:tide-tables` fails `readiness` at bronze

          LEVEL   CHECK        VERDICT  REASON           PLACE
          bronze  owner        failed   nobody owns it   aldersound/port-operations:tide-tables/catalog-info.yaml:4
          bronze  criticality  passed   it is of tier 2  aldersound/port-operations:tide-tables/catalog-info.yaml:4

        it reached no level; to reach bronze:

          owner: Name a group that a manifest declares in `spec.owner`.
    "#]],
    );
    check(
        "tide-tables --config good/catalog.toml",
        1,
        expect![[r#"
        `component:tide-tables` fails `good` at owned

          LEVEL  CHECK        VERDICT  REASON          PLACE
          owned  owner        failed   nobody owns it  aldersound/port-operations:tide-tables/catalog-info.yaml:4
          owned  owned-needs  passed                   aldersound/port-operations:tide-tables/catalog-info.yaml:4

        it reached no level; to reach owned:

          owner: Name a group that a manifest declares in `spec.owner`.
    "#]],
    );
    check(
        "vessel-tracker --config good/catalog.toml --level watched",
        0,
        expect![[r#"
        `component:vessel-tracker` passes `good` at watched

          LEVEL    CHECK        VERDICT   REASON                                                                   PLACE
          owned    owner        passed    `group:fleet` owns it                                                    aldersound/fleet:vessels/catalog-info.yaml:10
          owned    owned-needs  passed                                                                             aldersound/fleet:vessels/catalog-info.yaml:4
          watched  on-call      exempted  exempted until 2999-12-31 by group:default/fleet: it is watched by hand

        every level is reached
    "#]],
    );
    check(
        "group:payments",
        0,
        expect![[r#"
        no policy is about it
    "#]],
    );
}

#[test]
fn all_entities_are_summed_up_by_level_and_team() {
    let run = gate("--all --config good/catalog.toml");
    expect![[r#"
          ENTITY                            OWNER           POLICY  OUTCOME  REACHED  NEXT   MISSING
          component:berth-planner           group:harbour   good    failed   –        owned  owned-needs
          component:boarding-service        group:harbour   good    passed   watched  –
          component:booking-service         group:booking   good    passed   watched  –
          component:capacity-service        group:booking   good    passed   watched  –
          component:crew-roster             group:fleet     good    passed   watched  –
          component:fares-service           group:booking   good    passed   watched  –
          component:identity-service        group:accounts  good    passed   watched  –
          component:loyalty-service         group:accounts  good    passed   watched  –
          component:notification-service    group:platform  good    passed   watched  –
          component:payment-service         group:payments  good    passed   watched  –
          component:sailing-service         group:fleet     good    passed   watched  –
          component:tide-tables             –               good    failed   –        owned  owner
          component:timetable-legacy        group:fleet     good    passed   watched  –
          component:vessel-tracker          group:fleet     good    passed   watched  –
          component:freight/parcel-tracker  group:freight   good    failed   –        owned  owned-needs

        good: 15 entities, 12 passed at owned, 3 failed, 0 could not be decided

        levels reached: watched 12, none 3; not about 89 more

          TEAM            PASSED  FAILED  UNDECIDED  LEVELS REACHED
          –               0       1       0          none 1
          group:freight   0       1       0          none 1
          group:harbour   1       1       0          watched 1, none 1
          group:accounts  2       0       0          watched 2
          group:booking   3       0       0          watched 3
          group:fleet     4       0       0          watched 4
          group:payments  1       0       0          watched 1
          group:platform  1       0       0          watched 1
    "#]]
    .assert_eq(&run.ends_with(1).stdout);
    let all = gate("--all --config good/catalog.toml --format json").ends_with(1).json();
    assert_eq!(schema::breaches("gate", &all), [""; 0]);
    let policies = gate("--policies --format json").ends_with(0).json();
    assert_eq!(schema::breaches("gate-policies", &policies), [""; 0]);
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
    expect![[r#"
        whether `component:identity-service` passes `endless` at ready could not be decided

          LEVEL  CHECK    VERDICT           REASON                                                                                                       PLACE
          ready  endless  could not decide  `[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(…`: it takes more steps than the limit `expression_steps_max` of 100000  aldersound/identity:catalog-info.yaml:14

        it reached no level; to reach ready:

          endless: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all( a, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all( b, [0, 1, 2, 3, 4, 5, 6, …

        `component:identity-service` passes `good` at owned

          LEVEL    CHECK        VERDICT  REASON                                                      PLACE
          owned    owner        passed   `group:accounts` owns it                                    aldersound/identity:catalog-info.yaml:32
          owned    owned-needs  passed                                                               aldersound/identity:catalog-info.yaml:14
          watched  on-call      passed   on call is PIDEN01, its own, by `pagerduty.com/service-id`  aldersound/identity:catalog-info.yaml:14

        every level is reached

        1 fault in policies: what they say could not be decided

          gates/policies/broken.toml:3:26: `critical &&` is no expression: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}
    "#]].assert_eq(&run.stdout);
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
