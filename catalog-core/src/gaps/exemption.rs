//! A gap that is left open on purpose: who answers for that, why, and until when.

use std::fmt;

use crate::{
    graph::{CatalogGraph, Entity},
    model::{CalendarDay, EntityRef, StarPattern, Timestamp},
    query::wholes,
};

use super::{GapRule, OwnershipGap};

/// That gaps of some rules about some entities are left open on purpose, until a day.
#[derive(Clone, Debug)]
pub struct GapExemption {
    /// Which entities.
    pub subject: ExemptionSubject,
    /// Which gaps of theirs; at least one rule.
    pub rules: Vec<&'static GapRule>,
    /// Who answers for it.
    pub owner: EntityRef,
    /// Why.
    pub reason: Box<str>,
    /// The last day on which it holds, in UTC.
    pub until: CalendarDay,
}

impl PartialEq for GapExemption {
    fn eq(&self, other: &Self) -> bool {
        let codes = |of: &Self| -> Vec<&str> { of.rules.iter().map(|rule| rule.code).collect() };
        (&self.subject, &self.owner, &self.reason, self.until)
            == (&other.subject, &other.owner, &other.reason, other.until)
            && codes(self) == codes(other)
    }
}

impl Eq for GapExemption {}

impl GapExemption {
    /// Whether everything that it names is in a graph, and its pattern means something there.
    pub(super) fn is_seen_in(&self, graph: &CatalogGraph) -> bool {
        let ExemptionSubject { entity, system, kind: _ } = &self.subject;
        let is_there = |name: &EntityRef| graph.entity(name).is_some();
        is_there(&self.owner)
            && system.iter().all(is_there)
            && entity.iter().all(|pattern| pattern.means_any_of(graph))
    }
}

/// Which entities an exemption is about: those that meet each part that is set; at least one is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExemptionSubject {
    /// Entities of this name, in which `*` stands for any letters.
    pub entity: Option<EntityPattern>,
    /// Entities of this kind, in lower case.
    pub kind: Option<Box<str>>,
    /// A system or domain and everything that is a part of it.
    pub system: Option<EntityRef>,
}

/// Names of entities: one, or those in which each `*` stands for any letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityPattern(StarPattern);

impl EntityPattern {
    /// Reads `kind:namespace/name` or `kind:name`, which is of the default namespace, where each part may
    /// have a `*`; `None` where the text has no kind, a part is empty or it holds a control character.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        let (namespace, name) = rest.split_once('/').unwrap_or((EntityRef::DEFAULT_NAMESPACE, rest));
        let is_sound = [kind, namespace, name].iter().all(|part| !part.is_empty())
            && text.len() <= EntityRef::BYTES_MAX
            && !text.chars().any(char::is_control);
        is_sound.then(|| Self(StarPattern::new(format!("{kind}:{namespace}/{name}").to_lowercase())))
    }

    /// The only name that it means, if it has no `*`.
    pub fn single(&self) -> Option<EntityRef> {
        let text = self.0.as_str();
        if text.contains('*') { None } else { EntityRef::parse_full(text).ok() }
    }

    /// Whether it means any entity of a graph. O(1) for a single name, else O(entities).
    pub fn means_any_of(&self, graph: &CatalogGraph) -> bool {
        match self.single() {
            Some(name) => graph.entity(&name).is_some(),
            None => graph.entities().any(|entity| self.matches(entity.name())),
        }
    }

    /// Whether it means a name. O(length of the pattern · length of the name).
    pub fn matches(&self, name: &EntityRef) -> bool {
        self.0.matches(name.as_str())
    }
}

impl fmt::Display for EntityPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As briefly as it can be read back.
        f.write_str(&self.0.as_str().replacen(":default/", ":", 1))
    }
}

impl ExemptionSubject {
    /// Whether an entity is meant. O(1), and where a system is named O(what the entity is a part of).
    pub fn matches(&self, entity: Entity<'_>) -> bool {
        let name = entity.name();
        self.entity.as_ref().is_none_or(|pattern| pattern.matches(name))
            && self.kind.as_deref().is_none_or(|kind| kind == name.kind())
            && self.system.as_ref().is_none_or(|system| {
                name == system || wholes(entity).iter().any(|whole| whole.name() == system)
            })
    }

    /// The only entity that can be meant, where it is named.
    pub fn single(&self) -> Option<EntityRef> {
        self.entity.as_ref().and_then(EntityPattern::single)
    }
}

impl fmt::Display for ExemptionSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entity = self.entity.as_ref().map(|entity| format!("`{entity}`"));
        let kind = self.kind.as_ref().map(|kind| format!("every `{kind}`"));
        let system = self.system.as_ref().map(|system| format!("the parts of `{}`", system.short()));
        let parts: Vec<String> = [entity, kind, system].into_iter().flatten().collect();
        f.write_str(&parts.join(", of "))
    }
}

impl GapExemption {
    /// Whether it holds no more.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.until.next().start()
    }

    /// Whether a gap is one that it is about, whether or not it still holds.
    pub fn covers(&self, graph: &CatalogGraph, gap: &OwnershipGap) -> bool {
        self.rules.iter().any(|rule| rule.code == gap.code)
            && graph.entity(&gap.subject).is_some_and(|subject| self.subject.matches(subject))
    }

    /// Its rules' codes, as in a sentence.
    pub fn codes(&self) -> String {
        let codes: Vec<String> = self.rules.iter().map(|rule| format!("`{}`", rule.code)).collect();
        codes.join(", ")
    }
}

/// A gap that an exemption leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExemptedGap {
    /// The gap.
    pub gap: OwnershipGap,
    /// Who answers for it, why, and until when.
    pub exemption: GapExemption,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, name: &str, expected: bool) {
        let pattern = EntityPattern::parse(pattern).expect("the pattern is sound");
        let name = EntityRef::parse_full(name).expect("the name is sound");
        assert_eq!(pattern.matches(&name), expected, "{pattern} {name}");
    }

    #[test]
    fn a_star_stands_for_any_letters() {
        check("component:web", "component:web", true);
        check("Component:Default/Web", "component:web", true);
        check("component:web", "component:web2", false);
        check("component:legacy-*", "component:legacy-a-b", true);
        check("component:legacy-*", "component:shop/legacy-a", false);
        check("*:shop/*", "api:shop/orders", true);
        check("*:*/*", "api:shop/orders", true);
        check("component:*a*b", "component:aabab", true);
        check("component:*a*b", "component:aaba", false);
        check("resource:repository/*", "resource:repository/acme/shop", true);
    }

    #[test]
    fn a_pattern_of_stars_costs_no_more_than_its_length_times_that_of_the_name() {
        let pattern = format!("component:{}b", "a*".repeat(400));
        let name = format!("component:{}", "a".repeat(500));
        check(&pattern, &name, false);
    }

    #[test]
    fn what_names_no_entity_is_no_pattern() {
        for text in ["", "web", "component:", ":web", "component:/web", "component:shop/", "component:\u{1}"]
        {
            assert_eq!(EntityPattern::parse(text), None, "{text:?}");
        }
    }
}
