//! The rules of the check, one concern to a file: each finds what only the head has, and what only the base has.
//!
//! A rule about a state (a tier inversion, a gap) finds it in both graphs near what changed, and what both have
//! is no finding. A rule about an event (an entity is removed) needs no other side.

mod cycles;
mod dangling;
mod gaps;
mod manifests;
mod near;
mod promises;
mod removed;
mod single_points;
mod tiers;

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::{
    graph::{DeclarationView, Entity},
    model::{EntityRef, Origin, RepositoryId},
    needs::{Direction, ReachLimits},
    query::GraphDifference,
};

use super::{
    ChangeGround, ChangeQuestion, ChangedEntity, CheckFinding, CheckPlace, CheckRule, CheckSubject,
    FindingRule,
    placing::named,
    rule::{
        API_UNPROVIDED, API_VERSION_REMOVED, CYCLE_OPENED, ENTITY_REMOVED_IN_USE, PROMISE_BROKEN,
        SINGLE_POINT_OPENED, SOFT_CYCLE_OPENED, TIER_INVERSION,
    },
};

/// What rules look at.
#[derive(Clone, Copy)]
pub(super) struct Look<'l, 'b, 'a, 'q> {
    pub(super) question: ChangeQuestion<'b, 'a, 'q>,
    pub(super) facts: &'l GraphDifference<'b, 'a>,
    pub(super) changed: &'l [ChangedEntity<'b, 'a>],
}

/// What rules have found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) opened: Vec<CheckFinding>,
    pub(super) closed: Vec<CheckFinding>,
    /// Rules that were not asked of everything, by code.
    pub(super) cut: BTreeSet<&'static str>,
}

/// Asks every rule.
pub(super) fn find(look: Look<'_, '_, '_, '_>) -> Found {
    let mut found = Found::default();
    manifests::find(look, &mut found);
    if look.is_said_otherwise() {
        removed::find(look, &mut found);
        dangling::find(look, &mut found);
        cycles::find(look, &mut found);
        tiers::find(look, &mut found);
        single_points::find(look, &mut found);
        promises::find(look, &mut found);
        gaps::find(look, &mut found);
        found.drop_what_only_hangs(look);
    }
    found
}

impl Look<'_, '_, '_, '_> {
    /// Whether the graphs can say anything else of anything.
    fn is_said_otherwise(&self) -> bool {
        !std::ptr::eq(self.question.base, self.question.head)
            && (!self.facts.is_empty()
                || self.names_said_otherwise().next().is_some()
                || self.is_ownership_file_changed())
    }

    /// The entities of which something else is said, or that need something else.
    fn names_said_otherwise(&self) -> impl Iterator<Item = &EntityRef> {
        let is_said = |of: &&ChangedEntity<'_, '_>| {
            of.reasons.iter().any(|reason| reason.ground <= ChangeGround::ManifestChanged)
        };
        self.changed.iter().filter(is_said).map(ChangedEntity::name)
    }

    fn is_ownership_file_changed(&self) -> bool {
        let mut paths = self.question.paths.iter();
        paths.any(|path| {
            [path.before(), path.after()].into_iter().flatten().any(super::placing::is_ownership_file)
        })
    }
}

impl Found {
    /// Takes away what is only closed because something that is needed is gone: whoever hangs on that is not
    /// better off than before.
    fn drop_what_only_hangs(&mut self, look: Look<'_, '_, '_, '_>) {
        let codes =
            |of: &CheckFinding, codes: &[&CheckRule]| codes.iter().any(|rule| rule.code == of.rule.code());
        let gone = self
            .opened
            .iter()
            .filter(|of| codes(of, &[&API_UNPROVIDED, &API_VERSION_REMOVED, &ENTITY_REMOVED_IN_USE]));
        let head = look.question.head;
        let gone = gone.filter_map(|of| match &of.subject {
            CheckSubject::Entity(name) => named(head, name),
            CheckSubject::Path(_) | CheckSubject::Change => None,
        });
        let gone: Vec<u32> = gone.map(Entity::index).collect();
        if gone.is_empty() {
            return;
        }
        let reach = head.needs().reach(&gone, Direction::Dependents, ReachLimits::default());
        let hanging = gone.into_iter().chain(reach.reached.iter().map(|one| one.entity));
        let hanging: FxHashSet<&EntityRef> = hanging.map(|number| head.entity_at(number).name()).collect();
        self.closed.retain(|of| {
            let subject = match &of.subject {
                CheckSubject::Entity(name) => Some(name),
                CheckSubject::Path(_) | CheckSubject::Change => None,
            };
            let mut about = subject.into_iter().chain(&of.related).chain(&of.concerns);
            !(codes(
                of,
                &[&CYCLE_OPENED, &PROMISE_BROKEN, &SINGLE_POINT_OPENED, &SOFT_CYCLE_OPENED, &TIER_INVERSION],
            ) && about.any(|name| hanging.contains(name)))
        });
    }

    /// Adds what only one of two sides has found.
    fn add_difference(&mut self, base: Vec<CheckFinding>, head: Vec<CheckFinding>) {
        let known_at =
            |side: &[CheckFinding]| -> BTreeSet<_> { side.iter().map(CheckFinding::identity).collect() };
        let (known_before, known_after) = (known_at(&base), known_at(&head));
        self.opened.extend(head.into_iter().filter(|finding| !known_before.contains(&finding.identity())));
        self.closed.extend(base.into_iter().filter(|finding| !known_after.contains(&finding.identity())));
    }
}

/// A finding about an entity, with the words of its rule.
fn finding(rule: &'static CheckRule, subject: &EntityRef, message: String) -> CheckFinding {
    CheckFinding {
        rule: FindingRule::Known(rule),
        effect: rule.effect.clone(),
        subject: CheckSubject::Entity(subject.clone()),
        related: Vec::new(),
        concerns: Vec::new(),
        detail: "".into(),
        message,
        suggestion: None,
        place: None,
        owners: Vec::new(),
    }
}

/// The first of some places that lies in the repository of the change.
fn place_in(repository: &RepositoryId, origins: impl IntoIterator<Item = Origin>) -> Option<CheckPlace> {
    let mut origins = origins.into_iter().filter(|origin| origin.repository == *repository);
    origins.next().map(|origin| CheckPlace { path: origin.path, position: origin.position })
}

/// Where a document of the repository declares an entity.
fn declared_in(repository: &RepositoryId, entity: Entity<'_>) -> Option<CheckPlace> {
    place_in(repository, entity.declarations().map(DeclarationView::origin))
}

fn refs<'g>(entities: impl IntoIterator<Item = Entity<'g>>) -> Vec<EntityRef> {
    let mut names: Vec<EntityRef> = entities.into_iter().map(|entity| entity.name().clone()).collect();
    names.sort();
    names.dedup();
    names
}

/// Names in a sentence: the first three, and how many more.
pub fn listed(names: &[EntityRef]) -> String {
    const LISTED_MAX: usize = 3;
    let more = names.len().saturating_sub(LISTED_MAX);
    let mut shown: Vec<String> =
        names.iter().take(LISTED_MAX).map(|name| format!("`{}`", name.short())).collect();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    match shown.pop() {
        Some(last) if shown.is_empty() => last,
        Some(last) => format!("{} and {last}", shown.join(", ")),
        None => "nobody".to_owned(),
    }
}
