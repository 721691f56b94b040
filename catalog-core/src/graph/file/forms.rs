//! The forms of what is no plain array, made of those in which the store keeps the same words.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    graph::{
        CatalogDiagnostic, LeftOutRelation, Removal,
        diagnostics::NotedDiagnostic,
        facts::Details,
        identity::{UnitedNames, UnitedParts},
        origins::OriginRun,
        ownership::OwnerNames,
        relation::RelationOrigin,
    },
    model::{
        CodeLocation, EntityRef, KeyedText, Located, NeedTerms, PathRules, Position, Profile, RelationEnd,
        RelationKind, RepositoryHistory, RepositoryId, ReviewId, Reviews,
    },
    path_rules::RuleFiles,
    record::{
        DiagnosticRecord, HeadRecord, LinkRecord, ObjectiveRecord, PathRulesRecord, Place, PlacedText,
        ProfileRecord, ReviewAnswerRecord, ReviewRecord, StaleRecord, StatedTermsRecord, TombstoneRecord,
        decode, decode_history, encode, encode_history, entity_ref, field, located, numbered, objective_of,
        objective_record, place, placed, position,
    },
};

/// A repository, with the numbers of its ownership files among the manifests.
#[derive(Serialize, Deserialize)]
pub(super) struct RepositoryForm<'a> {
    pub(super) id: &'a str,
    #[serde(borrow)]
    pub(super) head: HeadRecord<'a>,
    pub(super) codeowners: Option<Vec<u32>>,
    pub(super) owners: Option<Vec<u32>>,
    pub(super) unread_ownership: Vec<u32>,
    pub(super) manifests: u32,
    pub(super) catalog_manifests: u32,
    pub(super) is_host: bool,
}

/// What few documents have.
#[derive(Serialize, Deserialize)]
pub(super) struct AsidesForm<'a> {
    pub(super) declaration: u32,
    pub(super) named: Option<&'a str>,
    pub(super) name_spelled: Option<&'a str>,
    #[serde(borrow)]
    pub(super) problems: Vec<&'a str>,
    pub(super) stale: Option<StaleRecord>,
    pub(super) left_out: Vec<LeftOutForm<'a>>,
}

/// A relation that is left out: its ends, its kind, whether its document speaks of the `to` end.
pub(super) type LeftOutForm<'a> = (&'a str, u8, &'a str, bool, Place);

/// How many diagnostics there are, and whether names are united.
#[derive(Serialize, Deserialize)]
pub(super) struct CountsForm {
    pub(super) diagnostics: u64,
    pub(super) has_united_names: bool,
}

#[derive(Serialize, Deserialize)]
struct DetailsForm<'a> {
    title: Option<&'a str>,
    description: Option<&'a str>,
    #[serde(borrow)]
    labels: Vec<(&'a str, PlacedText<'a>)>,
    annotations: Vec<(&'a str, PlacedText<'a>)>,
    tags: Vec<&'a str>,
    links: Vec<LinkRecord<'a>>,
    profile: Option<ProfileRecord<'a>>,
    objectives: Vec<(ObjectiveRecord<'a>, Place)>,
    data_classes: Vec<&'a str>,
    declared_as: Option<&'a str>,
    code_locations: Vec<(Option<&'a str>, &'a str, Place)>,
    additions: Vec<u8>,
}

/// How many relations are one run of origins.
pub(super) const RELATIONS_PER_RUN: usize = 64;

/// The origins of a few relations: their lowest declaration, and for each relation its origins as
/// declaration above that, line, column, order, and whether it is stated from its `to` end.
type OriginsForm = (u32, Vec<Vec<(u32, u32, u32, u8, bool)>>);

/// `declaration` tells what the number of a declaration is in the file.
pub(super) fn write_origins<'o>(
    relations: impl Iterator<Item = &'o [RelationOrigin]> + Clone,
    declaration: impl Fn(u32) -> u32,
) -> Vec<u8> {
    let first = relations.clone().flatten().map(|origin| declaration(origin.declaration)).min();
    let first = first.unwrap_or(0);
    let form = |origin: &RelationOrigin| {
        let Position { line, column } = origin.position;
        let is_at_target = origin.subject == RelationEnd::To;
        (declaration(origin.declaration) - first, line, column, origin.order, is_at_target)
    };
    let form: OriginsForm = (first, relations.map(|of| of.iter().map(form).collect()).collect());
    encode(&form)
}

/// `None` where a declaration is not one of so many.
pub(super) fn read_origins(bytes: &[u8], declaration_count: usize) -> Option<OriginRun> {
    let (first, relations): OriginsForm = decode(bytes).ok()?;
    let mut run = OriginRun::default();
    for of_one in relations {
        for (above, line, column, order, is_at_target) in of_one {
            let declaration =
                first.checked_add(above).filter(|number| (*number as usize) < declaration_count)?;
            let subject = if is_at_target { RelationEnd::To } else { RelationEnd::From };
            let position = Position::new(line, column);
            run.origins.push(RelationOrigin { declaration, position, subject, order });
        }
        run.ends.push(u32::try_from(run.origins.len()).ok()?);
    }
    Some(run)
}

pub(super) fn of_left_out(relation: &LeftOutRelation) -> LeftOutForm<'_> {
    let is_to = relation.subject == RelationEnd::To;
    let (from, to) = (relation.from.as_str(), relation.to.as_str());
    (from, relation.kind as u8, to, is_to, place(relation.position))
}

pub(super) fn to_left_out((from, kind, to, is_to, at): LeftOutForm<'_>) -> Option<LeftOutRelation> {
    Some(LeftOutRelation {
        from: entity_ref(from).ok()?,
        kind: numbered(&RelationKind::ALL, kind, "").ok()?,
        to: entity_ref(to).ok()?,
        subject: if is_to { RelationEnd::To } else { RelationEnd::From },
        position: position(at),
    })
}

pub(super) fn write_details(details: &Details) -> Vec<u8> {
    fn keyed(texts: &[KeyedText]) -> Vec<(&str, PlacedText<'_>)> {
        texts.iter().map(|(key, value)| (&**key, placed(value))).collect()
    }
    encode(&DetailsForm {
        title: details.title.as_deref(),
        description: details.description.as_deref(),
        labels: keyed(&details.labels),
        annotations: keyed(&details.annotations),
        tags: details.tags.iter().map(|text| &**text).collect(),
        links: details.links.iter().map(LinkRecord::of).collect(),
        profile: details.profile.as_ref().map(|profile| {
            (profile.display_name.as_deref(), profile.email.as_deref(), profile.picture.as_deref())
        }),
        objectives: details
            .objectives
            .iter()
            .map(|of| (objective_record(&of.value), place(of.position)))
            .collect(),
        data_classes: details.data_classes.iter().map(|text| &**text).collect(),
        declared_as: details.declared_as.as_deref(),
        code_locations: details
            .code_locations
            .iter()
            .map(|of| (of.value.repository.as_deref(), &*of.value.path, place(of.position)))
            .collect(),
        additions: details.additions.iter().map(|field| *field as u8).collect(),
    })
}

pub(super) fn read_details(bytes: &[u8]) -> Option<Details> {
    fn keyed(texts: Vec<(&str, PlacedText<'_>)>) -> Box<[KeyedText]> {
        texts.into_iter().map(|(key, value)| (key.into(), located(value))).collect()
    }
    let form: DetailsForm<'_> = decode(bytes).ok()?;
    let location = |(repository, path, at): (Option<&str>, &str, Place)| {
        let location = CodeLocation { repository: repository.map(Into::into), path: path.into() };
        Located::new(location, position(at))
    };
    let profile = |(display_name, email, picture): ProfileRecord<'_>| {
        let text = |text: Option<&str>| text.map(Into::into);
        Box::new(Profile { display_name: text(display_name), email: text(email), picture: text(picture) })
    };
    Some(Details {
        title: form.title.map(Into::into),
        description: form.description.map(Into::into),
        labels: keyed(form.labels),
        annotations: keyed(form.annotations),
        tags: form.tags.into_iter().map(Into::into).collect(),
        links: form.links.iter().map(LinkRecord::to_model).collect(),
        profile: form.profile.map(profile),
        objectives: form
            .objectives
            .into_iter()
            .map(|(objective, at)| Located::new(objective_of(objective), position(at)))
            .collect(),
        data_classes: form.data_classes.into_iter().map(Into::into).collect(),
        declared_as: form.declared_as.map(Into::into),
        code_locations: form.code_locations.into_iter().map(location).collect(),
        additions: form.additions.iter().map(|number| field(*number).ok()).collect::<Option<_>>()?,
    })
}

pub(super) fn write_terms(terms: &NeedTerms) -> Vec<u8> {
    encode(&StatedTermsRecord::of(Some(terms)))
}

pub(super) fn read_terms(bytes: &[u8]) -> Option<NeedTerms> {
    let terms: StatedTermsRecord<'_> = decode(bytes).ok()?;
    terms.to_model().ok()?.map(|terms| *terms)
}

pub(super) fn write_rule_files(files: &RuleFiles) -> Vec<u8> {
    let records: Vec<PathRulesRecord<'_>> =
        files.files().iter().map(|file| PathRulesRecord::of(&file.rules)).collect();
    encode(&records)
}

pub(super) fn read_rule_files(bytes: &[u8]) -> Option<RuleFiles> {
    let records: Vec<PathRulesRecord<'_>> = decode(bytes).ok()?;
    let files: Vec<PathRules> = records.iter().map(|record| record.to_model().ok()).collect::<Option<_>>()?;
    Some(RuleFiles::new(files))
}

/// No history is no bytes.
pub(super) fn write_history(history: Option<&RepositoryHistory>) -> Vec<u8> {
    history.map(encode_history).unwrap_or_default()
}

pub(super) fn read_history(bytes: &[u8]) -> Option<Option<RepositoryHistory>> {
    if bytes.is_empty() {
        return Some(None);
    }
    decode_history(bytes).ok().map(Some)
}

pub(super) fn write_owner_names(names: &OwnerNames) -> Vec<u8> {
    let maps = [&names.teams, &names.logins, &names.emails].map(|map| {
        let mut pairs: Vec<(&str, &str)> =
            map.iter().map(|(name, entity)| (&**name, entity.as_str())).collect();
        pairs.sort_unstable();
        pairs
    });
    encode(&maps)
}

pub(super) fn read_owner_names(bytes: &[u8]) -> Option<OwnerNames> {
    let maps: [Vec<(&str, &str)>; 3] = decode(bytes).ok()?;
    let [teams, logins, emails] = maps.map(|pairs| {
        let pair = |(name, entity): (&str, &str)| Some((name.into(), EntityRef::from_canonical(entity)?));
        pairs.into_iter().map(pair).collect::<Option<_>>()
    });
    Some(OwnerNames { teams: teams?, logins: logins?, emails: emails? })
}

pub(super) fn write_diagnostics<'d>(noted: impl Iterator<Item = &'d NotedDiagnostic>) -> Vec<u8> {
    let record = |noted: &'d NotedDiagnostic| {
        let CatalogDiagnostic { repository, diagnostic } = &noted.said;
        (repository.as_str(), noted.is_of_graph, DiagnosticRecord::of(diagnostic))
    };
    encode(&noted.map(record).collect::<Vec<_>>())
}

pub(super) fn read_diagnostics(bytes: &[u8]) -> Option<Vec<NotedDiagnostic>> {
    let records: Vec<(&str, bool, DiagnosticRecord<'_>)> = decode(bytes).ok()?;
    let mut last: Option<RepositoryId> = None;
    let noted = |(id, is_of_graph, record): (&str, bool, DiagnosticRecord<'_>)| {
        // They come repository by repository.
        let repository = last.take().filter(|last| last.as_str() == id).or_else(|| RepositoryId::new(id))?;
        last = Some(repository.clone());
        let diagnostic = record.to_model().ok()?;
        Some(NotedDiagnostic { said: CatalogDiagnostic { repository, diagnostic }, is_of_graph })
    };
    records.into_iter().map(noted).collect()
}

pub(super) fn write_removals(removals: &[Removal]) -> Vec<u8> {
    let records = removals.iter().map(|of| (of.repository.as_str(), TombstoneRecord::of(&of.tombstone)));
    encode(&records.collect::<Vec<_>>())
}

pub(super) fn read_removals(bytes: &[u8]) -> Option<Vec<Removal>> {
    let records: Vec<(&str, TombstoneRecord<'_>)> = decode(bytes).ok()?;
    let removal = |(id, record): (&str, TombstoneRecord<'_>)| {
        Some(Removal { repository: RepositoryId::new(id)?, tombstone: record.to_model().ok()? })
    };
    records.into_iter().map(removal).collect()
}

pub(super) fn write_reviews(reviews: &Reviews) -> Vec<u8> {
    let records = reviews.iter().map(|review| {
        let answers: Vec<ReviewAnswerRecord<'_>> =
            review.answers.iter().map(ReviewAnswerRecord::of).collect();
        (review.id.as_str(), ReviewRecord::of(review), answers)
    });
    encode(&records.collect::<Vec<_>>())
}

pub(super) fn read_reviews(bytes: &[u8]) -> Option<Reviews> {
    let records: Vec<(&str, ReviewRecord<'_>, Vec<ReviewAnswerRecord<'_>>)> = decode(bytes).ok()?;
    let review = |(id, record, answers): (&str, ReviewRecord<'_>, Vec<ReviewAnswerRecord<'_>>)| {
        let answers = (1..).zip(answers).map(|(number, answer)| answer.to_model(number).ok());
        record.to_model(&ReviewId::new(id)?, answers.collect::<Option<_>>()?).ok()
    };
    Some(Reviews::new(records.into_iter().map(review).collect::<Option<Vec<_>>>()?))
}

pub(super) fn write_united_names(names: &UnitedNames) -> Vec<u8> {
    let UnitedParts { names, texts, has_clusters } = names.parts();
    encode(&(names, texts, has_clusters))
}

pub(super) fn read_united_names(bytes: &[u8]) -> Option<UnitedNames> {
    let (names, texts, has_clusters) = decode(bytes).ok()?;
    UnitedNames::of_parts(UnitedParts { names, texts, has_clusters })
}

pub(super) fn write_symbols<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<u8> {
    encode(&texts.collect::<Vec<_>>())
}

pub(super) fn read_symbols(bytes: &[u8]) -> Option<Vec<Arc<str>>> {
    let texts: Vec<&str> = decode(bytes).ok()?;
    Some(texts.into_iter().map(Into::into).collect())
}
