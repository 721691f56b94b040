//! What the conditions of a policy can name: the facts of an entity and of its neighbours.

use std::borrow::Cow;

use crate::{
    expression::{Fact, FactSource, FactValue, Neighbour, entity_fact},
    graph::Entity,
    model::Strength,
    needs::Direction,
    query::contacts_of,
};

use super::{assess::Inquiry, built_in::on_call};

/// How many neighbours of an entity a condition may see.
pub const NEIGHBOURS_MAX: usize = 10_000;

/// The names that the conditions of a policy can use, sorted: those of
/// [`ENTITY_FACTS`](crate::expression::ENTITY_FACTS), and
///
/// | name | type | is |
/// |---|---|---|
/// | `dependencies`, `dependents` | list of maps | what it needs, what needs it, in the order of their refs |
/// | `hardDependencies` | list of maps | what it needs and cannot do without |
/// | `contacts` | list of maps | `kind` (`on-call`, `chat`, `email`, `runbook`), `value`, `source` |
/// | `onCall` | list of strings | who is woken: its own on-call, else its owner's, its owner's parents' |
/// | `links` | list of maps | `url`, `title`, `type` |
/// | `slo` | map | objectives by their names, as numbers where they are numbers |
/// | `gaps` | list of strings | the codes of its ownership gaps, sorted |
/// | `description` | string | its description, or an empty text |
/// | `ownerDeclared` | bool | whether it has an owner that a manifest declares |
/// | `committedDaysAgo` | int | the age of the commit that it was read from |
/// | `now` | int | the moment of the question, in seconds since 1970 |
///
/// Each neighbour has `ref`, `kind`, `name`, `type`, `lifecycle`, `tier`, `critical`, `declared`, `stale`,
/// `owner`, `system`, `tags` and `data` as an entity has them, and `strength` (`hard` or `soft`).
pub static READINESS_FACTS: [&str; 29] = [
    "annotations",
    "committedDaysAgo",
    "contacts",
    "critical",
    "data",
    "declared",
    "dependencies",
    "dependents",
    "description",
    "gaps",
    "hardDependencies",
    "kind",
    "labels",
    "lifecycle",
    "links",
    "name",
    "now",
    "onCall",
    "owner",
    "ownerDeclared",
    "ref",
    "repository",
    "slo",
    "stale",
    "system",
    "tags",
    "tier",
    "title",
    "type",
];

/// The facts of one entity, as a policy asks for them.
pub(super) struct EntityFacts<'i, 'g> {
    pub(super) inquiry: &'i Inquiry<'g>,
    pub(super) entity: Entity<'g>,
}

impl FactSource for EntityFacts<'_, '_> {
    fn names(&self) -> &'static [&'static str] {
        &READINESS_FACTS
    }

    fn fact(&self, name: &'static str) -> Fact<'_> {
        let entity = self.entity;
        Ok(match name {
            "committedDaysAgo" => self.committed_days_ago()?,
            "contacts" => FactValue::List(contacts_of(entity).into_iter().map(contact).collect()),
            "dependencies" => neighbours(entity, Direction::Dependencies, None)?,
            "dependents" => neighbours(entity, Direction::Dependents, None)?,
            "description" => FactValue::text_or_empty(entity.description()),
            "gaps" => FactValue::texts(self.inquiry.gap_codes(entity).iter().copied()),
            "hardDependencies" => neighbours(entity, Direction::Dependencies, Some(Strength::Hard))?,
            "links" => FactValue::List(entity.links().iter().map(|link| link_fact(&link.value)).collect()),
            "now" => self.inquiry.now().seconds().into(),
            "onCall" => {
                let found = on_call::found(self.inquiry, entity)?;
                FactValue::List(found.into_iter().map(|(_, contact)| text(contact.value)).collect())
            }
            "ownerDeclared" => entity.owner().is_some_and(|owner| !owner.is_placeholder()).into(),
            "slo" => objectives(entity),
            name => return entity_fact(entity, name).expect("every name of the list has a fact"),
        })
    }
}

impl EntityFacts<'_, '_> {
    fn committed_days_ago<'v>(&self) -> Fact<'v> {
        let repository = self.entity.repository().ok_or("no repository declares it")?;
        let committed_at =
            repository.head().committed_at.ok_or("its repository was read without a commit")?;
        let seconds = self.inquiry.now().seconds() - committed_at.seconds();
        Ok(seconds.div_euclid(86_400).into())
    }
}

fn text<'v>(text: String) -> FactValue<'v> {
    FactValue::Text(text.into())
}

fn pair<'v>(name: &'static str, value: FactValue<'v>) -> (Cow<'v, str>, FactValue<'v>) {
    (name.into(), value)
}

fn contact<'v>(contact: crate::query::Contact) -> FactValue<'v> {
    FactValue::Map(vec![
        pair("kind", contact.kind.name().into()),
        pair("value", text(contact.value)),
        pair("source", text(contact.source)),
    ])
}

fn link_fact(link: &crate::model::Link) -> FactValue<'_> {
    FactValue::Map(vec![
        pair("url", (&*link.url).into()),
        pair("title", FactValue::text_or_empty(link.title.as_deref())),
        pair("type", FactValue::text_or_empty(link.link_type.as_deref())),
    ])
}

/// Objectives by their names; of several of one name the first.
fn objectives(entity: Entity<'_>) -> FactValue<'_> {
    let mut known: Vec<(Cow<'_, str>, FactValue<'_>)> = Vec::new();
    for objective in entity.objectives() {
        let (indicator, target) = (&*objective.value.indicator, &*objective.value.target);
        let number = match objective.value.availability() {
            Some(availability) => availability.ok().map(crate::model::Availability::percent),
            None => target.trim().trim_end_matches('%').trim_end().parse().ok(),
        };
        if known.iter().all(|(name, _)| name != indicator) {
            known.push((indicator.into(), number.map_or_else(|| target.into(), FactValue::Decimal)));
        }
    }
    FactValue::Map(known)
}

fn neighbours(entity: Entity<'_>, direction: Direction, only: Option<Strength>) -> Fact<'_> {
    let graph = entity.graph();
    let next = graph.needs().next_to(entity.index(), direction);
    if next.len() > NEIGHBOURS_MAX {
        let (found, what) = (next.len(), direction.name());
        return Err(format!(
            "it has {found} {what}, over the limit `readiness_neighbours_max` of {NEIGHBOURS_MAX}"
        ));
    }
    let chosen = next.filter(|(_, strength)| only.is_none_or(|only| only == *strength));
    let neighbour = |(other, strength)| Neighbour { entity: graph.entity_at(other), strength };
    Ok(FactValue::List(chosen.map(|next| FactValue::Neighbour(neighbour(next))).collect()))
}
