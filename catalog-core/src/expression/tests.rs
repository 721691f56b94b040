//! What expressions say, what they refuse to say, and what they may cost.

use super::*;
use crate::sketch;

const SHOP: &str = "
    component:web tier 1 type website owner group:shop tag react,shop label zone=a system system:store
    resource:stripe type saas owner group:shop
    resource:db type database data pii,payment annotation example.com/chat=room
    component:web -> resource:stripe component:gone
";

/// 2026-01-11, at noon.
const NOW: Timestamp = Timestamp(20_464 * 86_400 + 43_200);

fn check(expression: &str, expected: &str) {
    let graph = sketch::graph(SHOP);
    let found = EntityExpression::parse(expression).and_then(|expression| expression.select(&graph, NOW));
    let text = match found {
        Ok(entities) => entities.iter().map(|entity| entity.name().short()).collect::<Vec<_>>().join(" "),
        Err(error) => error.to_string(),
    };
    assert_eq!(text, expected, "{expression}");
}

fn everything() -> String {
    let everything = sketch::graph(SHOP);
    let names: Vec<String> = everything.entities().map(|entity| entity.name().short()).collect();
    names.join(" ")
}

#[test]
fn facts_are_compared() {
    check("type == 'saas'", "resource:stripe");
    check("tier <= 1 && kind == 'component'", "component:web");
    check("critical", "component:web");
    check("'pii' in data", "resource:db");
    check("tags.exists(tag, tag.startsWith('rea'))", "component:web");
    check("'zone' in labels && labels['zone'] == 'a'", "component:web");
    check("has(labels.zone) && labels.zone == 'a'", "component:web");
    check("'example.com/chat' in annotations", "resource:db");
    check("!declared && kind == 'component'", "component:gone");
    check("name.matches('^str.*e$') || system == 'system:default/store'", "component:web resource:stripe");
    check("owner == 'group:default/shop' && type == 'nothing'", "");
    check("size(tags) == 2 && tags.map(tag, tag + '!') == ['react!', 'shop!']", "component:web");
    check(
        "tags.exists_one(tag, tag == 'shop') && tags.filter(tag, tag != 'shop') == ['react']",
        "component:web",
    );
    check("optional.of(name).orValue('') == 'db' && int('4') == 4 && string(1) == '1'", "resource:db");
}

#[test]
fn days_are_counted_to_the_moment_of_the_question() {
    check("daysSince('2026-01-01') == 10", &everything());
    check("daysSince('2026-01-12T08:00:00Z') == -1", &everything());
    check(
        "daysSince(name) > 3",
        "`daysSince(name) > 3` cannot be answered for `component:gone`: `gone` is no date, expected one as in `2026-05-31`",
    );
}

fn fault(text: &str) -> String {
    match Condition::parse(text, &ENTITY_FACTS) {
        Ok(_) => "none".to_owned(),
        Err(fault) => format!("{}:{} {fault}", fault.line, fault.column),
    }
}

#[test]
fn a_fault_has_its_place() {
    assert!(fault("type ==").starts_with("1:8 `type ==` is no expression: "), "{}", fault("type =="));
    assert!(fault("critical &&\n  (tier").starts_with("2:8 "), "{}", fault("critical &&\n  (tier"));
    let fault_below = fault("critical &&\n  colour == 'red'");
    assert!(
        fault_below.starts_with("2:3 `critical &&` names `colour`, expected one of `annotations`, "),
        "{fault_below}"
    );
    assert_eq!(
        fault("'ä' == name && fly(name)"),
        "1:16 `'ä' == name && fly(name)` calls `fly`, which is no function here"
    );
    assert!(fault("tags.all(tag, other)").starts_with("1:15 "));
    assert_eq!(fault("tags.all(tag, tags.all(other, other == tag))"), "none");
}

#[test]
fn what_cannot_be_answered_says_why() {
    check(
        "name",
        "`name` cannot be answered for `component:gone`: it is of type string, expected true or false",
    );
    check(
        "labels['zone'] == 'a'",
        "`labels['zone'] == 'a'` cannot be answered for `component:gone`: there is no key `zone`",
    );
    check("1 / 0 == 1", "`1 / 0 == 1` cannot be answered for `component:gone`: it divides by zero");
    check(
        "name.matches('(')",
        "`name.matches('(')` cannot be answered for `component:gone`: `(` is no pattern: unclosed group",
    );
}

#[test]
fn expressions_have_limits() {
    let long = "true || ".repeat(1_000) + "true";
    assert_eq!(
        fault(&long),
        "1:1 the expression is 8004 bytes, over the limit `expression_bytes_max` of 4096"
    );
    let nested = |depth: usize| "(".repeat(depth) + "true" + &")".repeat(depth);
    assert_eq!(fault(&nested(EXPRESSION_DEPTH_MAX)), "none");
    assert_eq!(
        fault(&nested(1_000)),
        "1:1 the expression is 1000 brackets deep, over the limit `expression_depth_max` of 16"
    );
    assert_eq!(
        fault(&("!".repeat(4_000) + "true")),
        "1:1 the expression is 4000 operators, over the limit `expression_operators_max` of 200"
    );
}

#[test]
fn the_largest_expressions_are_answered() {
    let sum = "1+".repeat(EXPRESSION_OPERATORS_MAX - 2) + "1 == 199";
    check(&sum, &everything());
    let nots = "!".repeat(EXPRESSION_OPERATORS_MAX) + "critical";
    check(&nots, "component:web");
}

/// A thousand neighbours.
struct Crowd(Vec<String>);

impl FactSource for Crowd {
    fn names(&self) -> &'static [&'static str] {
        &["all", "nobody", "text"]
    }

    fn fact(&self, name: &'static str) -> Fact<'_> {
        match name {
            "all" => Ok(FactValue::texts(self.0.iter().map(String::as_str))),
            "text" => Ok(FactValue::from("an innocent text")),
            _ => Err("nobody has counted".to_owned()),
        }
    }
}

fn answer(text: &str) -> Result<bool, NoAnswer> {
    let crowd = Crowd((0..1_000).map(|number| format!("entity-{number}")).collect());
    let condition = Condition::parse(text, crowd.names()).expect("the expression can be read");
    with_room(|| condition.holds(&Facts::of(&crowd), ConditionLimits::at(NOW)))
}

fn check_stopped(text: &str) {
    let started = std::time::Instant::now();
    assert_eq!(answer(text), Err(NoAnswer::TooLong(STEPS_MAX)), "{text}");
    assert!(started.elapsed().as_secs() < 20, "{text} took {:?}", started.elapsed());
}

#[test]
fn a_crowd_is_gone_through_once_but_not_again_for_each() {
    assert_eq!(answer("all.all(one, one.startsWith('entity'))"), Ok(true));
    assert_eq!(answer("size(all.filter(one, one.endsWith('7'))) == 100"), Ok(true));
    assert_eq!(answer("all.map(one, one + '!').exists(one, one == 'entity-999!')"), Ok(true));
    check_stopped("all.all(a, all.all(b, a != '' && b != ''))");
    check_stopped("all.exists(a, all.exists(b, all.exists(c, a + b == c)))");
    check_stopped("all.map(a, all.map(b, all)) == []");
    check_stopped("all.all(a, all == all)");
    check_stopped("all.all(a, all.filter(b, a == b) == [a])");
    check_stopped("all.all(a, a in all)");
}

#[test]
fn what_doubles_is_stopped() {
    let doubled = |what: &str, times: usize| format!("[{what}]{} == []", ".map(a, a + a)".repeat(times));
    check_stopped(&doubled("text", 30));
    check_stopped(&doubled("all", 30));
    let nested = format!("[text]{} == []", ".map(a, [a, a])".repeat(30));
    check_stopped(&nested);
    let maps = format!("[text]{} == []", ".map(a, {'l': a, 'r': a})".repeat(30));
    check_stopped(&maps);
    check_stopped(&format!("[text]{} == []", ".map(a, true ? a + a : a)".repeat(30)));
    check_stopped(&format!("[text]{} == []", ".map(a, [a][0] + [a][0])".repeat(30)));
    check_stopped(&format!("[text]{} == []", ".map(a, string(a) + string(a))".repeat(20)));
}

#[test]
fn an_error_on_the_way_does_not_hide_the_limit() {
    check_stopped("all.exists(a, all.all(b, all.all(c, true))) || true");
    check_stopped("all.exists(a, 1 / 0 == 1 || all.all(b, all.all(c, true)))");
    assert_eq!(answer("all.exists(a, [1, 2].all(b, b == 3)) || true"), Ok(true));
}

#[test]
fn patterns_are_bounded() {
    assert_eq!(answer("text.matches('^an .* text$')"), Ok(true));
    assert_eq!(answer("matches(text, 'innocent')"), Ok(true));
    let large = answer("text.matches('((a{100}){100}){100}')");
    assert!(matches!(large, Err(NoAnswer::Failed(message)) if message.contains("is no pattern")));
    check_stopped("all.all(a, text.matches(a + '.*') || true)");
}

#[test]
fn what_is_not_known_is_said_and_not_taken_for_false() {
    let reason = NoAnswer::NotKnown { name: "nobody".into(), reason: "nobody has counted".into() };
    assert_eq!(answer("nobody == 3"), Err(reason.clone()));
    assert_eq!(answer("!(nobody == 3)"), Err(reason));
    assert_eq!(answer("text == '' && nobody == 3"), Ok(false), "what is not asked for need not be known");
}

#[test]
fn the_same_question_costs_the_same() {
    let crowd = Crowd(vec!["a".into(), "b".into()]);
    let condition = Condition::parse("all.exists(a, a.matches('b'))", crowd.names()).expect("it can be read");
    let steps = || condition.holds_counted(&Facts::of(&crowd), ConditionLimits::at(NOW));
    assert_eq!(with_room(steps), with_room(|| (steps(), steps()).1));
    assert_eq!(condition.names(), ["all"]);
}
