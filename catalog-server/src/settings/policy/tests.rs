//! What policies say, and where they are wrong.

use expect_test::{Expect, expect};

use super::*;

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(text: &str, expected: Expect) {
    let mut set = PolicySet::default();
    read_file("p.toml", "p", text, &mut set);
    expected.assert_eq(&shown(&set));
}

fn shown(set: &PolicySet) -> String {
    let policies = set.policies.iter().map(|policy| {
        let levels = policy.levels.iter().map(|level| {
            let checks: Vec<&str> = level.checks.iter().map(|check| &*check.id).collect();
            format!("{}({})", level.name, checks.join(" "))
        });
        let levels: Vec<String> = levels.collect();
        format!("{}: {} [{}]", policy.name, levels.join(" "), policy.levels[policy.required].name)
    });
    let faults = set.faults.iter().map(|fault| {
        format!("{} {}:{}:{} {}", fault.policy, fault.file, fault.line, fault.column, fault.message)
    });
    policies.chain(faults).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_default_policy_is_understood() {
    expect!["readiness: bronze(owner criticality) silver(on-call runbook) gold(objective data-access-declared security-review) [bronze]"].assert_eq(&shown(&Settings::default().policies()));
}

#[test]
fn a_policy_without_levels_has_one() {
    check("[[check]]\ndemand = 'owner'", expect!["p: ready(owner) [ready]"]);
    check(
        "name = 'x'\n[[check]]\nid = 'a'\nexpression = 'critical'\n[applies]\ntiers = [0]",
        expect!["x: ready(a) [ready]"],
    );
}

#[test]
fn faults_have_their_places() {
    check("levels = ['a'\n", expect!["p p.toml:1:14 unclosed array, expected `]`"]);
    check(
        "colour = 'red'\n",
        expect![
            "p p.toml:1:1 unknown field `colour`, expected one of `name`, `title`, `levels`, `required`, `applies`, `check`, `exempt`"
        ],
    );
    check("", expect!["p p.toml:0:0 it has no checks; expected at least one table `[[check]]`"]);
    check(
        "[[check]]\nid = 'x'\n",
        expect!["p p.toml:2:6 a check demands nothing; expected `demand` or `expression`"],
    );
    check(
        "[[check]]\nexpression = 'critical'\n",
        expect!["p p.toml:2:14 a check with an expression has no `id`"],
    );
    check(
        "[[check]]\ndemand = 'onwer'\n",
        expect![
            "p p.toml:2:10 there is no demand `onwer`, expected one of `criticality`, `data-access-declared`, `no-gaps`, `objective`, `on-call`, `owner`, `runbook`, `security-review`"
        ],
    );
    check(
        "[[check]]\ndemand = 'owner'\ndays_max = 3\n",
        expect!["p p.toml:3:12 `days_max` is no measure of `owner`"],
    );
    check(
        "[[check]]\ndemand = 'no-gaps'\ncodes = ['unowned', 'oops']\n",
        expect!["p p.toml:3:21 no gap has the code `oops`; `schema/codes.md` lists them"],
    );
    check(
        "levels = ['a', 'b']\nrequired = 'c'\n[[check]]\ndemand = 'owner'\n",
        expect![[r#"
        p p.toml:2:12 there is no level `c`, expected one of `a`, `b`
        p p.toml:4:10 a check names no level, and there are several"#]],
    );
    check(
        "[[check]]\ndemand = 'owner'\n[[check]]\ndemand = 'owner'\n",
        expect!["p p.toml:4:10 there are several checks `owner`; give one an `id` of its own"],
    );
    check(
        "[[check]]\ndemand = 'owner'\napplies = { tiers = [1, 7] }\n",
        expect!["p p.toml:3:25 there is no tier 7, expected 0 to 4"],
    );
}

#[test]
fn a_fault_in_an_expression_has_its_place_in_the_file() {
    check(
        "[[check]]\nid = 'x'\nexpression = 'critical && colour'\n",
        expect![
            "p p.toml:3:27 `critical && colour` names `colour`, expected one of `annotations`, `committedDaysAgo`, `contacts`, `critical`, `data`, `declared`, `dependencies`, `dependents`, `description`, `gaps`, `hardDependencies`, `kind`, `labels`, `lifecycle`, `links`, `name`, `now`, `onCall`, `owner`, `ownerDeclared`, `ref`, `repository`, `slo`, `stale`, `system`, `tags`, `tier`, `title`, `type`"
        ],
    );
    check(
        "[[check]]\nid = 'x'\nexpression = '''\ncritical &&\n  (tier\n'''\n",
        expect!["p p.toml:6:1 `critical &&` is no expression: missing ')' at '<EOF>'"],
    );
    check(
        "[[check]]\nid = 'x'\nexpression = \"name == \\\"a\\\" && colour\"\n",
        expect![[
            r#"p p.toml:3:14 `name == "a" && colour` names `colour`, expected one of `annotations`, `committedDaysAgo`, `contacts`, `critical`, `data`, `declared`, `dependencies`, `dependents`, `description`, `gaps`, `hardDependencies`, `kind`, `labels`, `lifecycle`, `links`, `name`, `now`, `onCall`, `owner`, `ownerDeclared`, `ref`, `repository`, `slo`, `stale`, `system`, `tags`, `tier`, `title`, `type`"#
        ]],
    );
    check(
        "[[check]]\ndemand = 'owner'\napplies.when = 'tier <'\n",
        expect![
            "p p.toml:3:23 `tier <` is no expression: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"
        ],
    );
}

#[test]
fn an_exemption_is_whole() {
    let with = |exemption: &str| format!("[[check]]\ndemand = 'owner'\n[[exempt]]\n{exemption}\n");
    check(
        &with(
            "entity = 'component:web'\ncheck = 'owner'\nuntil = '2026-12-31'\nowner = 'group:a'\nreason = 'r'",
        ),
        expect!["p: ready(owner) [ready]"],
    );
    check(&with("entity = 'component:web'\ncheck = 'owner'"), expect!["p p.toml:3:1 missing field `until`"]);
    check(
        &with("entity = 'web'\ncheck = 'ower'\nuntil = 'soon'\nowner = ''\nreason = ' '"),
        expect![[r#"
        p p.toml:4:10 `web` is no entity: the kind is missing: write `kind:name`, as in `component:{name}`
        p p.toml:5:9 there is no check `ower` to be exempted from
        p p.toml:6:9 `soon` is no date, expected one as in `2026-12-31`
        p p.toml:7:9 `owner` is empty: an exemption has an owner and a reason
        p p.toml:8:10 `reason` is empty: an exemption has an owner and a reason"#]],
    );
}

#[test]
fn one_broken_policy_keeps_no_other_from_running() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write =
        |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("it is written");
    write("b.toml", "[[check]]\ndemand = 'owner'\n");
    write("a.toml", "[[check]\n");
    write("c.toml", "name = 'B'\n[[check]]\ndemand = 'runbook'\n");
    write("notes.md", "no policy");
    let gate = "[[gate]]\nname = 'inline'\n[[gate.check]]\nid = 'x'\nexpression = 'nothing'\n";
    write("catalog.toml", &format!("[policy]\nfolder = 'policies'\n{gate}"));
    std::fs::create_dir(folder.path().join("policies")).expect("a folder");
    for name in ["a.toml", "b.toml", "c.toml", "notes.md"] {
        let (from, to) = (folder.path().join(name), folder.path().join("policies").join(name));
        std::fs::rename(from, to).expect("it is moved");
    }
    let settings = Settings::read(Some(&folder.path().join("catalog.toml"))).expect("the settings are read");
    let text = shown(&settings.policies()).replace(&folder.path().display().to_string(), "");
    expect![[r#"
        b: ready(owner) [ready]
        inline /catalog.toml:7:15 `nothing` names `nothing`, expected one of `annotations`, `committedDaysAgo`, `contacts`, `critical`, `data`, `declared`, `dependencies`, `dependents`, `description`, `gaps`, `hardDependencies`, `kind`, `labels`, `lifecycle`, `links`, `name`, `now`, `onCall`, `owner`, `ownerDeclared`, `ref`, `repository`, `slo`, `stale`, `system`, `tags`, `tier`, `title`, `type`
        a /policies/a.toml:1:9 unclosed array table, expected `]`
        B /policies/c.toml:0:0 there is another policy `B`; give one of them another `name`"#]].assert_eq(&text);
}

#[test]
fn a_folder_that_is_not_there_is_a_fault() {
    let mut set = PolicySet::default();
    let folder = tempfile::tempdir().expect("a temporary folder");
    read_folder(&folder.path().join("gone")).iter().for_each(|file| file.read_into(&mut set));
    read_folder(folder.path()).iter().for_each(|file| file.read_into(&mut set));
    let messages: Vec<&str> = set.faults.iter().map(|fault| &*fault.message).collect();
    assert!(messages[0].starts_with("the policy folder could not be read: "), "{messages:?}");
    assert_eq!(messages[1], "the policy folder holds no policy; expected files `*.toml`");
}
