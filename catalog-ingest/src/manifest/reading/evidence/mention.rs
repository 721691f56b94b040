//! What evidence mentions by the way: relations of the class `Deployed`.

use catalog_core::model::{EntityRef, NeedTerms, Position, RelationClass, Strength};

use crate::manifest::reading::{Place, Reader, Stated};

/// A relation that is stated somewhere.
#[derive(Clone, Debug)]
pub(crate) struct Mention {
    pub(crate) stated: Stated,
    pub(crate) other: EntityRef,
    pub(crate) position: Position,
    pub(crate) terms: NeedTerms,
}

impl Mention {
    fn new(stated: Stated, other: EntityRef, position: Position) -> Self {
        Self { stated, other, position, terms: NeedTerms::default() }
    }

    /// The entity needs another one.
    pub(crate) fn need(other: EntityRef, position: Position, strength: Option<Strength>) -> Self {
        let terms = NeedTerms { strength, ..NeedTerms::default() };
        Self { terms, ..Self::new(Stated::DEPENDS_ON, other, position) }
    }

    /// The entity is owned by another one.
    pub(crate) fn owner(other: EntityRef, position: Position) -> Self {
        Self::new(Stated::OWNER, other, position)
    }

    /// The entity is a part of another one.
    pub(crate) fn part(other: EntityRef, position: Position) -> Self {
        Self::new(Stated::SYSTEM, other, position)
    }

    /// The entity has to do with another one, in the words of the format.
    pub(crate) fn related(other: EntityRef, position: Position, label: &str) -> Self {
        let terms = NeedTerms { label: Some(label.into()), ..NeedTerms::default() };
        Self { terms, ..Self::new(Stated::RELATED, other, position) }
    }
}

impl Reader<'_, '_> {
    /// States a mentioned relation, but for one of the entity with itself. What is mentioned twice counts
    /// once, and hard before soft.
    pub(crate) fn mention(&mut self, mention: Mention) {
        let Mention { stated, other, position, terms } = mention;
        if other == self.declaration.entity {
            return;
        }
        let known = self.declaration.relations.iter_mut().find(|relation| {
            (relation.kind, relation.subject, relation.class)
                == (stated.kind, stated.subject, RelationClass::Deployed)
                && relation.other == other
        });
        let Some(known) = known else {
            return self.state(stated, other, Place::from(position), stated.kind.name(), Some(terms));
        };
        let is_soft = |terms: Option<&NeedTerms>| terms.and_then(|it| it.strength) == Some(Strength::Soft);
        if is_soft(known.terms.as_deref()) && !is_soft(Some(&terms)) {
            known.terms = (terms != NeedTerms::default()).then(|| Box::new(terms));
            known.position = position;
        }
    }
}
