//! Relations that fields state, each once, within the limit on relations of one entity.

use catalog_core::model::{
    DeclaredRelation, DiagnosticCode, EntityRef, Field, NeedTerms, RelationEnd, RelationKind,
};

use super::{Place, Reader, Remark};

/// A relation that a field states, seen from the entity that is being read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stated {
    pub(crate) field: Field,
    pub(crate) kind: RelationKind,
    /// Which end the entity itself is.
    pub(crate) subject: RelationEnd,
}

impl Stated {
    pub(crate) const OWNER: Self = Self::from(Field::Owner, RelationKind::OwnedBy);
    pub(crate) const DEPENDS_ON: Self = Self::from(Field::DependsOn, RelationKind::DependsOn);
    pub(crate) const SYSTEM: Self = Self::from(Field::System, RelationKind::PartOf);
    pub(crate) const RELATED: Self = Self::from(Field::Related, RelationKind::RelatedTo);
    pub(crate) const MEMBER: Self = Self::to(Field::Members, RelationKind::MemberOf);

    /// A relation that leads from the entity to another one.
    pub(crate) const fn from(field: Field, kind: RelationKind) -> Self {
        Self { field, kind, subject: RelationEnd::From }
    }

    /// A relation that leads to the entity from another one.
    pub(crate) const fn to(field: Field, kind: RelationKind) -> Self {
        Self { field, kind, subject: RelationEnd::To }
    }
}

impl Reader<'_, '_> {
    /// States a relation that stands at a place which diagnostics call `name`; what is over the limit is
    /// said once for the field, and left out.
    pub(crate) fn state(
        &mut self,
        stated: Stated,
        other: EntityRef,
        place: impl Into<Place>,
        name: &str,
        terms: Option<NeedTerms>,
    ) {
        let place = place.into();
        let terms = terms.filter(|terms| *terms != NeedTerms::default()).map(Box::new);
        if self.is_new(stated, &other, terms.as_deref())
            && self.has_room(place, self.declaration.relations.len(), name, stated.field)
        {
            self.push_relation(stated, other, place, name, terms);
        }
    }

    /// Whether a relation was not stated before with the same terms.
    pub(crate) fn is_new(&mut self, stated: Stated, other: &EntityRef, terms: Option<&NeedTerms>) -> bool {
        let Stated { kind, subject, .. } = stated;
        self.related.insert((kind, subject, other.clone()))
            || self.declaration.relations.iter().all(|known| {
                (known.kind, known.subject, known.terms.as_deref()) != (kind, subject, terms)
                    || known.other != *other
            })
    }

    /// Adds a relation, whatever there is already. One of an entity with itself is said, and kept.
    pub(crate) fn push_relation(
        &mut self,
        stated: Stated,
        other: EntityRef,
        place: impl Into<Place>,
        name: &str,
        terms: Option<Box<NeedTerms>>,
    ) {
        let place = place.into();
        if other == self.declaration.entity {
            let line = self.declaration.position.line;
            let message = format!("`{name}` names the entity itself, which is declared on line {line}");
            self.remarks.push(Remark::new(DiagnosticCode::SelfReference, place, message));
        }
        let Stated { field, kind, subject } = stated;
        let (position, class) = (place.position, self.relation_class);
        self.declaration.relations.push(DeclaredRelation {
            field,
            kind,
            subject,
            other,
            position,
            class,
            terms,
        });
    }
}
