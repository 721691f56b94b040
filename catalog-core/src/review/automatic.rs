//! What confirms an entity without anybody's answer. It is always said as such.

use crate::{
    graph::Entity,
    model::{RelationClass, Review, ReviewItem, Timestamp},
};

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

/// That something confirms an entity without anybody's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AutomaticConfirmation {
    /// When that was, at the latest.
    pub at: Timestamp,
    /// What it was.
    pub ground: AutomaticGround,
}

/// What confirms an entity without anybody's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AutomaticGround {
    /// Its manifest changed.
    ManifestChanged,
    /// It was seen at work.
    Observed,
}

impl AutomaticGround {
    /// The ground in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ManifestChanged => "manifest-changed",
            Self::Observed => "observed",
        }
    }
}

/// What confirms an item by itself, the latest where there are several.
///
/// It counts from so many days before the start as the review allows, until the review is closed. There
/// is no other bound: what was confirmed does not become open again because it changes once more.
pub(super) fn automatic_confirmation(
    review: &Review,
    item: &ReviewItem,
    entity: Entity<'_>,
) -> Option<AutomaticConfirmation> {
    let days = i64::from(review.automatic_days.filter(|days| *days > 0)?);
    let since = Timestamp(review.started_at.0.saturating_sub(days * SECONDS_PER_DAY));
    let until = review.closed.as_ref().map_or(Timestamp(i64::MAX), |closing| closing.at);
    let changes = [item.changed_at, changed_since_start(item, entity)].into_iter().flatten();
    let changes = changes.map(|at| AutomaticConfirmation { at, ground: AutomaticGround::ManifestChanged });
    let observed =
        observed_at(entity).map(|at| AutomaticConfirmation { at, ground: AutomaticGround::Observed });
    changes.chain(observed).filter(|confirmation| (since..=until).contains(&confirmation.at)).max()
}

/// When its manifest changed, where it is another one than at the start: not later than the commit that
/// was read. A manifest that cannot be read now says nothing.
fn changed_since_start(item: &ReviewItem, entity: Entity<'_>) -> Option<Timestamp> {
    let before = item.manifest?;
    let declaration = entity.declaration().filter(|of| of.content() != before && of.staleness().is_none())?;
    let head = declaration.repository().head();
    head.committed_at.or(head.observed_at)
}

/// When it was last seen at work: when the latest of the sources was read that observed a relation of it.
fn observed_at(entity: Entity<'_>) -> Option<Timestamp> {
    let relations = entity.outgoing().chain(entity.incoming());
    let observed = relations.filter(|relation| relation.class() == RelationClass::Observed);
    let sources = observed.flat_map(|relation| relation.sources().collect::<Vec<_>>());
    sources.filter_map(|source| source.declaration.repository().head().observed_at).max()
}
