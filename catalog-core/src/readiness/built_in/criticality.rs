//! That it is said how critical an entity is.

use super::{Answer, Asked, BuiltIn};

pub(super) static BUILT_IN: BuiltIn = BuiltIn {
    code: "criticality",
    title: "a tier is stated",
    why: "What is not known to be critical is neither watched nor mended first.",
    remedy: "State `spec.tier`, from 0 (the most critical) to 4.",
    takes: &[],
    check,
};

fn check(asked: Asked<'_, '_>) -> Answer {
    match asked.entity.tier() {
        Some(tier) => asked.passed(|| (format!("it is of tier {}", tier.number()), asked.place())),
        None => Answer::failed("it states no tier").at(asked.place()),
    }
}
