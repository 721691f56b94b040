//! Relations as evidence states them: deployed, each once, within the limit.

use catalog_core::model::{
    DeclaredRelation, DiagnosticCode, EntityRef, Field, NeedTerms, Position, RelationClass, RelationEnd,
    RelationKind, Severity, Strength, grouped,
};

use crate::manifest::reading::{Place, RELATIONS_MAX, Reader, Remark};

/// A relation that is stated somewhere.
#[derive(Clone, Debug)]
pub(crate) struct Stated {
    pub(crate) field: Field,
    pub(crate) kind: RelationKind,
    pub(crate) subject: RelationEnd,
    pub(crate) other: EntityRef,
    pub(crate) position: Position,
    pub(crate) terms: NeedTerms,
}

impl Stated {
    /// The entity needs another one.
    pub(crate) fn need(other: EntityRef, position: Position, strength: Option<Strength>) -> Self {
        let terms = NeedTerms { strength, ..NeedTerms::default() };
        let (field, kind) = (Field::DependsOn, RelationKind::DependsOn);
        Self { field, kind, subject: RelationEnd::From, other, position, terms }
    }

    /// The entity is owned by another one.
    pub(crate) fn owner(other: EntityRef, position: Position) -> Self {
        let (field, kind) = (Field::Owner, RelationKind::OwnedBy);
        Self { field, kind, subject: RelationEnd::From, other, position, terms: NeedTerms::default() }
    }

    /// The entity is a part of another one.
    pub(crate) fn part(other: EntityRef, position: Position) -> Self {
        let (field, kind) = (Field::System, RelationKind::PartOf);
        Self { field, kind, subject: RelationEnd::From, other, position, terms: NeedTerms::default() }
    }

    /// The entity has to do with another one, in the words of the format.
    pub(crate) fn related(other: EntityRef, position: Position, label: &str) -> Self {
        let terms = NeedTerms { label: Some(label.into()), ..NeedTerms::default() };
        let (field, kind) = (Field::Related, RelationKind::RelatedTo);
        Self { field, kind, subject: RelationEnd::From, other, position, terms }
    }
}

/// Adds relations to what is being read.
pub(crate) trait Relate {
    /// Adds a relation of the class `Deployed`. What is stated twice counts once, and hard before soft;
    /// of what is over the limit, the first one is said.
    fn relate(&mut self, stated: Stated);
}

impl Relate for Reader<'_, '_> {
    fn relate(&mut self, stated: Stated) {
        if stated.other == self.declaration.entity {
            return;
        }
        let known = self.declaration.relations.iter_mut().find(|relation| {
            relation.kind == stated.kind
                && relation.subject == stated.subject
                && relation.other == stated.other
                && relation.class == RelationClass::Deployed
        });
        if let Some(known) = known {
            let is_soft =
                |terms: Option<&NeedTerms>| terms.and_then(|it| it.strength) == Some(Strength::Soft);
            if is_soft(known.terms.as_deref()) && !is_soft(Some(&stated.terms)) {
                known.terms = boxed(stated.terms);
                known.position = stated.position;
            }
            return;
        }
        let limit = self.limits.entity_relations_max;
        if self.declaration.relations.len() >= limit {
            if !self.declaration.unread.contains(&stated.field) {
                let limit = grouped(limit);
                let message =
                    format!("the entity has more relations than the limit `{RELATIONS_MAX}` of {limit}");
                let place = Place { position: stated.position, length: 1 };
                let remark = Remark::new(DiagnosticCode::ListTooLong, place, message);
                self.remarks.push(remark.severity(Severity::Warning));
                self.declaration.unread.push(stated.field);
            }
            return;
        }
        self.declaration.relations.push(DeclaredRelation {
            field: stated.field,
            kind: stated.kind,
            subject: stated.subject,
            other: stated.other,
            position: stated.position,
            class: RelationClass::Deployed,
            terms: boxed(stated.terms),
        });
    }
}

fn boxed(terms: NeedTerms) -> Option<Box<NeedTerms>> {
    (terms != NeedTerms::default()).then(|| Box::new(terms))
}
