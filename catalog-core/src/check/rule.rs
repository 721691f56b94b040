//! The rules of the check, one table: code, what they find, what to do, and what they do by default.

use super::Effect;

/// A rule by which a change is looked at.
#[derive(Clone, Debug)]
pub struct CheckRule {
    /// The stable code, in kebab-case.
    pub code: &'static str,
    /// What it finds: one sentence.
    pub summary: &'static str,
    /// What can be done: one sentence.
    pub remedy: &'static str,
    /// What a finding does where the policy says nothing else.
    pub effect: Effect,
}

/// Every rule, in the order of the codes.
pub static CHECK_RULES: &[&CheckRule] = &[
    &API_UNPROVIDED,
    &API_VERSION_REMOVED,
    &CYCLE_OPENED,
    &DANGLING_REFERENCE,
    &DIAGNOSTIC_OPENED,
    &ENTITY_REMOVED_IN_USE,
    &GAP_OPENED,
    &MANIFEST_BROKEN,
    &OPERATION_CHANGED,
    &OPERATION_REMOVED,
    &PROMISE_BROKEN,
    &SINGLE_POINT_OPENED,
    &SOFT_CYCLE_OPENED,
    &TIER_INVERSION,
];

/// The rule of this code.
pub fn check_rule(code: &str) -> Option<&'static CheckRule> {
    CHECK_RULES.iter().copied().find(|rule| rule.code == code)
}

macro_rules! rules {
    ($($name:ident = $code:literal, $effect:ident, $summary:literal, $remedy:literal;)*) => {
        $(pub(super) static $name: CheckRule = CheckRule {
            code: $code,
            summary: $summary,
            remedy: $remedy,
            effect: Effect::$effect,
        };)*
    };
}

rules! {
    API_UNPROVIDED = "api-unprovided", Warn,
        "An API that others consume is provided by nobody any more.",
        "Let another component provide it first, or move its consumers.";
    API_VERSION_REMOVED = "api-version-removed", Warn,
        "A version of an API is removed while others still consume it.",
        "Keep the version until its consumers have moved to another one.";
    CYCLE_OPENED = "cycle-opened", Warn,
        "Entities hard-need each other in a circle, which they did not before.",
        "Soften one need of the circle, or take it out.";
    DANGLING_REFERENCE = "dangling-reference", Warn,
        "A reference is added to something that nothing declares.",
        "Correct the reference, or declare what it names.";
    DIAGNOSTIC_OPENED = "diagnostic-opened", Inform,
        "A manifest has an error that it did not have before.",
        "Correct the manifest; `catalog lint` says how.";
    ENTITY_REMOVED_IN_USE = "entity-removed-in-use", Warn,
        "An entity is declared no more while others still name it.",
        "Keep the declaration until nothing names it.";
    GAP_OPENED = "gap-opened", Inform,
        "Ownership has a gap that it did not have before.",
        "Say who answers for it.";
    MANIFEST_BROKEN = "manifest-broken", Warn,
        "A manifest that could be read at the base cannot be read at the head.",
        "Correct the manifest; `catalog lint` shows where it is wrong.";
    OPERATION_CHANGED = "operation-changed", Inform,
        "An operation of an API is changed in a way that breaks those who call it.",
        "Add what is new beside what is there, and change it once nobody calls it.";
    OPERATION_REMOVED = "operation-removed", Warn,
        "An operation of an API is removed.",
        "Keep the operation until nobody calls it.";
    PROMISE_BROKEN = "promise-broken", Inform,
        "An entity promises more than what it needs allows, which it did not before.",
        "Lower the promise, soften a need, or let something stand in for what is needed.";
    SINGLE_POINT_OPENED = "single-point-opened", Inform,
        "Entities fail with a single one, which they did not before.",
        "Let something stand in for it, or soften the need.";
    SOFT_CYCLE_OPENED = "soft-cycle-opened", Inform,
        "Entities need each other in a circle, which they did not before; some need of it is soft.",
        "Take one need out of the circle.";
    TIER_INVERSION = "tier-inversion", Inform,
        "An entity cannot work without a less critical one, which it could before.",
        "Raise the tier of what is needed, or soften the need.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_found() {
        assert!(CHECK_RULES.is_sorted_by_key(|rule| rule.code));
        assert!(CHECK_RULES.iter().all(|rule| check_rule(rule.code).is_some()));
        assert!(check_rule("nothing").is_none());
    }
}
