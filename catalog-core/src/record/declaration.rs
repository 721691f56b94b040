//! The stored form of a declaration.

use serde::{Deserialize, Serialize};

use super::{Place, PlacedText, Senseless, located, numbered, place, placed, position};
use crate::model::{
    CodeLocation, Declaration, DeclaredRelation, EntityRef, Field, Link, Located, NeedTerms, Objective,
    Profile, RelationClass, RelationEnd, RelationKind, Spelling, Strength, Tier,
};

const RELATION_CLASSES: [RelationClass; 3] =
    [RelationClass::Declared, RelationClass::Deployed, RelationClass::Observed];
const STRENGTHS: [Strength; 2] = [Strength::Soft, Strength::Hard];

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DeclarationRecord<'a> {
    entity: &'a str,
    kind: &'a str,
    namespace: Option<&'a str>,
    name: &'a str,
    place: Place,
    declared_as: Option<&'a str>,
    #[serde(borrow)]
    aliases: Vec<PlacedText<'a>>,
    /// Repository and path.
    code_locations: Vec<(Option<&'a str>, &'a str, Place)>,
    title: Option<PlacedText<'a>>,
    description: Option<PlacedText<'a>>,
    entity_type: Option<PlacedText<'a>>,
    lifecycle: Option<PlacedText<'a>>,
    tier: Option<(u8, Place)>,
    objectives: Vec<(ObjectiveRecord<'a>, Place)>,
    data_classes: Vec<PlacedText<'a>>,
    labels: Vec<(&'a str, PlacedText<'a>)>,
    annotations: Vec<(&'a str, PlacedText<'a>)>,
    tags: Vec<PlacedText<'a>>,
    links: Vec<LinkRecord<'a>>,
    profile: Option<ProfileRecord<'a>>,
    relations: Vec<RelationRecord<'a>>,
    additions: Vec<u8>,
    unread: Vec<u8>,
}

/// Indicator and target.
pub(crate) type ObjectiveRecord<'a> = (&'a str, &'a str);
/// Name, e-mail address and picture.
pub(crate) type ProfileRecord<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LinkRecord<'a> {
    url: &'a str,
    title: Option<&'a str>,
    link_type: Option<&'a str>,
    place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct RelationRecord<'a> {
    field: u8,
    kind: u8,
    /// Whether the document's own entity is the end that the relation points at.
    subject_is_to: bool,
    other: &'a str,
    place: Place,
    class: u8,
    #[serde(borrow)]
    terms: StatedTermsRecord<'a>,
}

/// The terms of a relation, if it has any. The numbers of the first two are those of an `Option`, which
/// stood here before needs had a purpose: what was stored then is read, and without a purpose the same
/// bytes are stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum StatedTermsRecord<'a> {
    Nothing,
    #[serde(borrow)]
    Terms(TermsRecord<'a>),
    WithPurpose(#[serde(borrow)] TermsRecord<'a>, &'a str),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TermsRecord<'a> {
    strength: Option<u8>,
    any_of: Option<u16>,
    #[serde(borrow)]
    expects: Vec<ObjectiveRecord<'a>>,
    timeout_ms: Option<u64>,
    retries: Option<u32>,
    endpoint: Option<&'a str>,
    label: Option<&'a str>,
}

impl<'a> DeclarationRecord<'a> {
    pub(crate) fn of(declaration: &'a Declaration) -> Self {
        Self {
            entity: declaration.entity.as_str(),
            kind: &declaration.spelling.kind,
            namespace: declaration.spelling.namespace.as_deref(),
            name: &declaration.spelling.name,
            place: place(declaration.position),
            declared_as: declaration.declared_as.as_deref(),
            aliases: declaration
                .aliases
                .iter()
                .map(|alias| (alias.value.as_str(), place(alias.position)))
                .collect(),
            code_locations: declaration
                .code_locations
                .iter()
                .map(|Located { value, position }| {
                    (value.repository.as_deref(), &*value.path, place(*position))
                })
                .collect(),
            title: declaration.title.as_ref().map(placed),
            description: declaration.description.as_ref().map(placed),
            entity_type: declaration.entity_type.as_ref().map(placed),
            lifecycle: declaration.lifecycle.as_ref().map(placed),
            tier: declaration.tier.as_ref().map(|tier| (tier.value.number(), place(tier.position))),
            objectives: declaration
                .objectives
                .iter()
                .map(|objective| (objective_record(&objective.value), place(objective.position)))
                .collect(),
            data_classes: declaration.data_classes.iter().map(placed).collect(),
            labels: declaration.labels.iter().map(|(key, value)| (&**key, placed(value))).collect(),
            annotations: declaration.annotations.iter().map(|(key, value)| (&**key, placed(value))).collect(),
            tags: declaration.tags.iter().map(placed).collect(),
            links: declaration.links.iter().map(LinkRecord::of).collect(),
            profile: declaration.profile.as_ref().map(|profile| {
                (profile.display_name.as_deref(), profile.email.as_deref(), profile.picture.as_deref())
            }),
            relations: declaration.relations.iter().map(RelationRecord::of).collect(),
            additions: declaration.additions.iter().map(|field| *field as u8).collect(),
            unread: declaration.unread.iter().map(|field| *field as u8).collect(),
        }
    }

    pub(super) fn to_model(&self) -> Result<Declaration, Senseless> {
        let tier = |(number, at)| {
            let tier = Tier::new(number).ok_or(Senseless("has an unknown tier"))?;
            Ok(Located::new(tier, position(at)))
        };
        let pair = |(key, value): &(&str, PlacedText<'_>)| ((*key).into(), located(*value));
        Ok(Declaration {
            entity: entity_ref(self.entity)?,
            spelling: Spelling {
                kind: self.kind.into(),
                namespace: self.namespace.map(Into::into),
                name: self.name.into(),
            },
            position: position(self.place),
            declared_as: self.declared_as.map(Into::into),
            aliases: self
                .aliases
                .iter()
                .map(|(alias, at)| Ok(Located::new(entity_ref(alias)?, position(*at))))
                .collect::<Result<_, _>>()?,
            code_locations: self
                .code_locations
                .iter()
                .map(|(repository, path, at)| {
                    let location =
                        CodeLocation { repository: repository.map(Into::into), path: (*path).into() };
                    Located::new(location, position(*at))
                })
                .collect(),
            title: self.title.map(located),
            description: self.description.map(located),
            entity_type: self.entity_type.map(located),
            lifecycle: self.lifecycle.map(located),
            tier: self.tier.map(tier).transpose()?,
            objectives: self
                .objectives
                .iter()
                .map(|(objective, at)| Located::new(objective_of(*objective), position(*at)))
                .collect(),
            data_classes: self.data_classes.iter().copied().map(located).collect(),
            labels: self.labels.iter().map(pair).collect(),
            annotations: self.annotations.iter().map(pair).collect(),
            tags: self.tags.iter().copied().map(located).collect(),
            links: self.links.iter().map(LinkRecord::to_model).collect(),
            profile: self.profile.map(|(display_name, email, picture)| Profile {
                display_name: display_name.map(Into::into),
                email: email.map(Into::into),
                picture: picture.map(Into::into),
            }),
            relations: self.relations.iter().map(RelationRecord::to_model).collect::<Result<_, _>>()?,
            additions: self.additions.iter().map(|number| field(*number)).collect::<Result<_, _>>()?,
            unread: self.unread.iter().map(|number| field(*number)).collect::<Result<_, _>>()?,
        })
    }
}

impl<'a> LinkRecord<'a> {
    pub(crate) fn of(link: &'a Located<Link>) -> Self {
        Self {
            url: &link.value.url,
            title: link.value.title.as_deref(),
            link_type: link.value.link_type.as_deref(),
            place: place(link.position),
        }
    }

    pub(crate) fn to_model(&self) -> Located<Link> {
        let link = Link {
            url: self.url.into(),
            title: self.title.map(Into::into),
            link_type: self.link_type.map(Into::into),
        };
        Located::new(link, position(self.place))
    }
}

impl<'a> RelationRecord<'a> {
    fn of(relation: &'a DeclaredRelation) -> Self {
        Self {
            field: relation.field as u8,
            kind: relation.kind as u8,
            subject_is_to: relation.subject == RelationEnd::To,
            other: relation.other.as_str(),
            place: place(relation.position),
            class: relation.class as u8,
            terms: StatedTermsRecord::of(relation.terms.as_deref()),
        }
    }

    fn to_model(&self) -> Result<DeclaredRelation, Senseless> {
        Ok(DeclaredRelation {
            field: field(self.field)?,
            kind: numbered(&RelationKind::ALL, self.kind, "has a relation of unknown kind")?,
            subject: if self.subject_is_to { RelationEnd::To } else { RelationEnd::From },
            other: entity_ref(self.other)?,
            position: position(self.place),
            class: numbered(&RELATION_CLASSES, self.class, "has a relation of unknown class")?,
            terms: self.terms.to_model()?,
        })
    }
}

impl<'a> StatedTermsRecord<'a> {
    pub(crate) fn of(terms: Option<&'a NeedTerms>) -> Self {
        match terms.map(|terms| (TermsRecord::of(terms), terms.purpose.as_deref())) {
            None => Self::Nothing,
            Some((terms, None)) => Self::Terms(terms),
            Some((terms, Some(purpose))) => Self::WithPurpose(terms, purpose),
        }
    }

    pub(crate) fn to_model(&self) -> Result<Option<Box<NeedTerms>>, Senseless> {
        let (terms, purpose) = match self {
            Self::Nothing => return Ok(None),
            Self::Terms(terms) => (terms, None),
            Self::WithPurpose(terms, purpose) => (terms, Some((*purpose).into())),
        };
        Ok(Some(Box::new(NeedTerms { purpose, ..terms.to_model()? })))
    }
}

impl<'a> TermsRecord<'a> {
    fn of(terms: &'a NeedTerms) -> Self {
        Self {
            strength: terms.strength.map(|strength| strength as u8),
            any_of: terms.any_of,
            expects: terms.expects.iter().map(objective_record).collect(),
            timeout_ms: terms.timeout_ms,
            retries: terms.retries,
            endpoint: terms.endpoint.as_deref(),
            label: terms.label.as_deref(),
        }
    }

    fn to_model(&self) -> Result<NeedTerms, Senseless> {
        let strength = |number| numbered(&STRENGTHS, number, "has a need of unknown strength");
        Ok(NeedTerms {
            strength: self.strength.map(strength).transpose()?,
            any_of: self.any_of,
            expects: self.expects.iter().copied().map(objective_of).collect(),
            timeout_ms: self.timeout_ms,
            retries: self.retries,
            endpoint: self.endpoint.map(Into::into),
            label: self.label.map(Into::into),
            purpose: None,
        })
    }
}

pub(crate) fn objective_record(objective: &Objective) -> ObjectiveRecord<'_> {
    (&objective.indicator, &objective.target)
}

pub(crate) fn objective_of((indicator, target): ObjectiveRecord<'_>) -> Objective {
    Objective { indicator: indicator.into(), target: target.into() }
}

pub(crate) fn field(number: u8) -> Result<Field, Senseless> {
    numbered(&Field::ALL, number, "names an unknown field")
}

/// A stored reference is canonical, so it is only taken apart and never completed.
pub(crate) fn entity_ref(text: &str) -> Result<EntityRef, Senseless> {
    EntityRef::from_canonical(text).ok_or(Senseless("has a reference that is not canonical"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_variant_is_its_index() {
        assert!(RELATION_CLASSES.iter().enumerate().all(|(index, variant)| *variant as usize == index));
        assert!(STRENGTHS.iter().enumerate().all(|(index, variant)| *variant as usize == index));
        assert!(RelationKind::ALL.iter().enumerate().all(|(index, variant)| *variant as usize == index));
        assert!(Field::ALL.iter().enumerate().all(|(index, variant)| *variant as usize == index));
    }

    #[test]
    fn terms_without_a_purpose_are_stored_as_they_were_before_there_was_one() {
        let plain = NeedTerms { retries: Some(2), ..NeedTerms::default() };
        let with = NeedTerms { purpose: Some("settlement".into()), ..plain.clone() };
        let check = |terms: Option<&NeedTerms>| {
            let bytes = super::super::encode(&StatedTermsRecord::of(terms));
            let read: StatedTermsRecord<'_> = super::super::decode(&bytes).expect("it was just written");
            let read = read.to_model().expect("it makes sense");
            assert_eq!(read.as_deref(), terms);
            bytes
        };
        check(Some(&with));
        assert_eq!(check(None), super::super::encode(&None::<TermsRecord<'_>>));
        assert_eq!(check(Some(&plain)), super::super::encode(&Some(TermsRecord::of(&plain))));
    }

    #[test]
    fn only_canonical_references_are_taken() {
        for text in ["a:b/c", "a:b/c/d", "a:b/c:d", "kind:ns/team@example.com"] {
            assert_eq!(entity_ref(text).map(|entity| entity.to_string()), Ok(text.to_owned()));
        }
        let long = format!("component:default/{}", "x".repeat(1_020));
        assert!(entity_ref(&long).is_ok(), "completing a reference may make it longer than what is read");
        for text in ["", "a", "a:b", "a/b", ":b/c", "a:/c", "a:b/", "A:b/c"] {
            assert!(entity_ref(text).is_err(), "{text}");
        }
    }
}
