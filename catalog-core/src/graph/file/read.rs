//! A file as a graph: two threads, one for relations and needs, one for everything else.
//!
//! Arrays are read as they lie. Every number in them is held against how many there are of what it
//! means, so that a file whose checksums are right and whose content is not cannot lead beyond an array.

use std::{
    fs::File,
    sync::{Arc, OnceLock},
    thread,
};

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use super::{
    GraphFileError,
    contents::{Contents, check, decoded},
    forms::{self, AsidesForm, CountsForm, RepositoryForm},
    header::Header,
    parts::Part,
};
use crate::{
    graph::{
        CatalogGraph,
        declaration::{DeclarationRecord, SourceRecord},
        diagnostics::Diagnostics,
        entity::{EntityRecord, NONE, Standing},
        facts::{Details, Facts},
        identity::NameRules,
        kept::{Kept, Shelf},
        numbering::Numbering,
        origins::Origins,
        ownership::Owners,
        path_rules::OwnershipRecord,
        relation::{
            Alternative, MergedRelations, RelationOrigin, RelationRecord, Relations, StatedTerms,
            UnlistedStatement,
        },
        repository::RepositoryRecord,
        symbols::{Symbol, Symbols},
    },
    model::{
        ContentId, EntityRef, ManifestFormat, Position, RelationClass, RelationEnd, RelationKind,
        RepositoryId, Strength, Tier,
    },
    needs::{ARRAYS, Needs, are_below, are_starts},
    record::{FOUND_BY, StaleRecord},
};

/// How many descriptions are read where one is asked for.
const DETAILS_PER_RUN: usize = 16;
const DECLARATION_BYTES: usize = 36;
/// How long a manifest is.
pub(super) const SOURCE_BYTES: usize = 28;
const CLASSES: [RelationClass; 3] =
    [RelationClass::Declared, RelationClass::Deployed, RelationClass::Observed];

/// How many there are of everything that numbers lead to.
#[derive(Clone, Copy)]
struct Counts {
    symbols: usize,
    repositories: usize,
    sources: usize,
    declarations: usize,
    merged: usize,
    entities: usize,
    relations: usize,
}

/// Reads a graph whose header was read.
pub(super) fn read(file: &File, header: &Header) -> Result<CatalogGraph, GraphFileError> {
    let contents = Contents::new(file, header);
    let symbols = forms::read_symbols(&contents.bytes(Part::Symbols)?);
    let symbols = symbols.ok_or(GraphFileError::Senseless { part: Part::Symbols.name() })?;
    let bytes = contents.bytes(Part::Repositories)?;
    let repositories: Vec<RepositoryForm<'_>> = decoded(Part::Repositories, &bytes)?;
    let counts = Counts {
        symbols: symbols.len(),
        repositories: repositories.len(),
        sources: contents.len(Part::Sources, SOURCE_BYTES),
        declarations: contents.len(Part::Declarations, DECLARATION_BYTES),
        merged: contents.len(Part::Merged, 12),
        entities: contents.len(Part::Entities, 12),
        relations: contents.len(Part::Relations, 8),
    };
    thread::scope(|scope| {
        let arrays = scope.spawn(|| {
            let relations = read_relations(&contents, counts)?;
            Ok::<_, GraphFileError>((relations, read_needs(&contents, counts)?))
        });
        let rest = read_rest(&contents, header, counts, symbols, &repositories);
        let arrays = arrays.join().map_err(|_| GraphFileError::Senseless { part: "relations" })?;
        let mut graph = rest?;
        (graph.relations, graph.needs) = arrays?;
        Ok(graph)
    })
}

/// Everything but relations and needs, which are empty.
fn read_rest(
    contents: &Contents<'_>,
    header: &Header,
    counts: Counts,
    symbols: Vec<Arc<str>>,
    repositories: &[RepositoryForm<'_>],
) -> Result<CatalogGraph, GraphFileError> {
    let entities = read_entities(contents, counts)?;
    let declarations = read_declarations(contents, counts)?;
    let owner_of = contents.numbers(Part::Owners)?;
    let are_owners = owner_of.iter().all(|owner| *owner == NONE || (*owner as usize) < counts.entities);
    check(Part::Owners, owner_of.len() == counts.entities && are_owners)?;
    let remarks: CountsForm = decoded(Part::Counts, &contents.bytes(Part::Counts)?)?;
    let united = contents.kept(Part::UnitedNames, forms::read_united_names)?;
    let noted = contents.kept(Part::Diagnostics, forms::read_diagnostics)?;
    let noted_len = usize::try_from(remarks.diagnostics).unwrap_or(usize::MAX);
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(CatalogGraph {
        revision: header.revision,
        symbols: Symbols::of_texts(symbols),
        repository_numbering: Numbering::in_order(counts.repositories),
        repositories: read_repositories(contents, counts, repositories)?.into(),
        sources: read_sources(contents, counts)?.into(),
        declaration_count: number(counts.declarations),
        declarations: declarations.into(),
        declarations_in: FxHashMap::default(),
        declarations_of: contents.rows(
            (Part::DeclaredStarts, Part::Declared),
            counts.entities,
            counts.declarations,
        )?,
        numbering: Numbering::in_order(counts.entities),
        relations: Relations::default(),
        entities: entities.into(),
        added_names: FxHashMap::default(),
        merged: read_merged(contents, counts)?.into(),
        aliases: read_aliases(contents, counts)?.into(),
        needs: Needs::default(),
        not_placeholders: OnceLock::new(),
        roll_ups: OnceLock::new(),
        dependent_counts: OnceLock::new(),
        dependency_counts: OnceLock::new(),
        owners: Owners {
            owner_of: owner_of.into(),
            owned: contents.rows((Part::OwnedStarts, Part::Owned), counts.entities, counts.entities)?,
            names: contents.kept(Part::OwnerNames, forms::read_owner_names)?,
        },
        diagnostics: Diagnostics::of_noted(noted, noted_len),
        removals: contents.kept(Part::Removals, forms::read_removals)?,
        reviews: contents.kept(Part::Reviews, forms::read_reviews)?,
        name_rules: if remarks.has_united_names { NameRules::United(united) } else { NameRules::Plain },
    })
}

fn read_repositories(
    contents: &Contents<'_>,
    counts: Counts,
    forms: &[RepositoryForm<'_>],
) -> Result<Vec<RepositoryRecord>, GraphFileError> {
    let part = Part::Repositories;
    let file_count = forms.iter().flat_map(|form| form.codeowners.iter().chain(&form.owners)).count();
    let shelf =
        contents.shelf((Part::RuleFiles, Part::RuleFileEnds), file_count, 1, forms::read_rule_files)?;
    let histories =
        contents.shelf((Part::Histories, Part::HistoryEnds), forms.len(), 1, forms::read_history)?;
    let mut next = 0;
    let mut ownership = |sources: &Option<Vec<u32>>| {
        let sources = sources.clone()?;
        let files = Kept::Shelved(Arc::clone(&shelf), next);
        next += 1;
        Some(Arc::new(OwnershipRecord { sources, files }))
    };
    let records = (0..).zip(forms).map(|(number, form)| {
        let id = RepositoryId::new(form.id)?;
        Some(RepositoryRecord {
            head: form.head.to_model(&id).ok()?,
            codeowners: ownership(&form.codeowners),
            owners: ownership(&form.owners),
            unread_ownership: form.unread_ownership.clone(),
            manifests: form.manifests,
            catalog_manifests: form.catalog_manifests,
            is_host: form.is_host,
            history: Kept::Shelved(Arc::clone(&histories), number),
        })
    });
    let records: Vec<RepositoryRecord> =
        records.collect::<Option<_>>().ok_or(GraphFileError::Senseless { part: part.name() })?;
    let are_sound = records.iter().all(|record| {
        let files = record.codeowners.iter().chain(&record.owners);
        are_below(&record.unread_ownership, counts.sources)
            && files.into_iter().all(|files| are_below(&files.sources, counts.sources))
    });
    check(part, are_sound && records.is_sorted_by(|a, b| a.head.id < b.head.id))?;
    Ok(records)
}

fn read_sources(contents: &Contents<'_>, counts: Counts) -> Result<Vec<SourceRecord>, GraphFileError> {
    let records = contents.items(Part::Sources, |bytes: &[u8; SOURCE_BYTES]| {
        let mut content = [0; 20];
        content.copy_from_slice(&bytes[8..]);
        (word(bytes, 0), bytes[4], bytes[5], ContentId(content))
    })?;
    let paths = contents.texts(Part::SourcePaths, Part::SourcePathEnds)?;
    let record = |((repository, format, found_by, content), path): ((u32, u8, u8, ContentId), &str)| {
        Some(SourceRecord {
            repository,
            path: path.into(),
            format: *ManifestFormat::ALL.get(usize::from(format))?,
            found_by: *FOUND_BY.get(usize::from(found_by))?,
            content,
            stale: None,
        })
    };
    check(Part::SourcePaths, paths.len() == records.len())?;
    let records: Option<Vec<SourceRecord>> = records.into_iter().zip(paths.iter()).map(record).collect();
    let mut records = records.ok_or(GraphFileError::Senseless { part: Part::Sources.name() })?;
    // Where the documents of a repository lie is found by halving.
    let are_sound = records.last().is_none_or(|last| (last.repository as usize) < counts.repositories);
    check(Part::Sources, are_sound && records.is_sorted_by_key(|record| record.repository))?;
    let bytes = contents.bytes(Part::StaleSources)?;
    let stale: Vec<(u32, StaleRecord)> = decoded(Part::StaleSources, &bytes)?;
    for (source, stale) in stale {
        let record = records.get_mut(source as usize);
        let (Some(record), Ok(stale)) = (record, stale.to_model()) else {
            return Err(GraphFileError::Senseless { part: Part::StaleSources.name() });
        };
        record.stale = Some(Box::new(stale));
    }
    Ok(records)
}

fn read_declarations(
    contents: &Contents<'_>,
    counts: Counts,
) -> Result<Vec<DeclarationRecord>, GraphFileError> {
    let part = Part::Declarations;
    let detail_count = contents.len(Part::DetailEnds, 8);
    let parts = (Part::Details, Part::DetailEnds);
    let details: Arc<Shelf<Details>> =
        contents.shelf(parts, detail_count, DETAILS_PER_RUN, forms::read_details)?;
    let (mut next_detail, mut are_sound, mut last_source) = (0_u32, true, 0);
    let mut records = contents.items(part, |bytes: &[u8; DECLARATION_BYTES]| {
        let [source, document, line, column, entity, kind, entity_type, lifecycle] =
            [0, 4, 8, 12, 16, 20, 24, 28].map(|at| word(bytes, at));
        let (flags, tier) = (bytes[32], bytes[33]);
        are_sound &= (source as usize) < counts.sources
            && last_source <= source
            && (entity == NONE || (entity as usize) < counts.entities)
            && [kind, entity_type, lifecycle].iter().all(|symbol| *symbol as usize <= counts.symbols);
        last_source = source;
        let has_details = flags & 8 != 0 && (next_detail as usize) < detail_count;
        let details = has_details.then(|| Kept::Shelved(Arc::clone(&details), next_detail));
        next_detail += u32::from(has_details);
        DeclarationRecord {
            source,
            document,
            position: Position::new(line, column),
            entity,
            named: None,
            strict: flags & 1 != 0,
            tier: Tier::new(tier),
            kind: Symbol::numbered(kind),
            entity_type: Symbol::numbered(entity_type),
            lifecycle: Symbol::numbered(lifecycle),
            name_spelled: None,
            problems: Box::default(),
            stale: None,
            is_left_out: flags & 2 != 0,
            left_out: Box::default(),
            members_unread: flags & 4 != 0,
            details,
        }
    })?;
    check(part, are_sound && next_detail as usize == detail_count)?;
    let bytes = contents.bytes(Part::DeclarationAsides)?;
    for form in decoded::<Vec<AsidesForm<'_>>>(Part::DeclarationAsides, &bytes)? {
        let record = records.get_mut(form.declaration as usize);
        let put = record.and_then(|record| put_asides(record, form));
        put.ok_or(GraphFileError::Senseless { part: Part::DeclarationAsides.name() })?;
    }
    Ok(records)
}

fn put_asides(record: &mut DeclarationRecord, form: AsidesForm<'_>) -> Option<()> {
    let named = form.named.map(|name| EntityRef::from_canonical(name).ok_or(()));
    record.named = named.transpose().ok()?.map(Box::new);
    record.name_spelled = form.name_spelled.map(Into::into);
    record.problems = form.problems.into_iter().map(Into::into).collect();
    record.stale = form.stale.map(StaleRecord::to_model).transpose().ok()?.map(Box::new);
    record.left_out = form.left_out.into_iter().map(forms::to_left_out).collect::<Option<_>>()?;
    Some(())
}

fn read_merged(contents: &Contents<'_>, counts: Counts) -> Result<Vec<Facts>, GraphFileError> {
    let parts = (Part::MergedDetails, Part::MergedDetailEnds);
    let details = contents.shelf(parts, counts.merged, DETAILS_PER_RUN, forms::read_details)?;
    let (mut next, mut are_sound) = (0, true);
    let facts = contents.items(Part::Merged, |bytes: &[u8; 12]| {
        let [entity_type, lifecycle, tier] = [0, 4, 8].map(|at| word(bytes, at));
        are_sound &= [entity_type, lifecycle].iter().all(|symbol| *symbol as usize <= counts.symbols);
        let details = Kept::Shelved(Arc::clone(&details), next);
        next += 1;
        Facts {
            entity_type: Symbol::numbered(entity_type),
            lifecycle: Symbol::numbered(lifecycle),
            tier: u8::try_from(tier).ok().and_then(Tier::new),
            details,
        }
    })?;
    check(Part::Merged, are_sound)?;
    Ok(facts)
}

fn read_entities(contents: &Contents<'_>, counts: Counts) -> Result<Vec<EntityRecord>, GraphFileError> {
    let standings = contents.items(Part::Entities, |bytes: &[u8; 12]| {
        let [standing, number, merged] = [0, 4, 8].map(|at| word(bytes, at));
        let (standing, end) = match standing {
            0 => (Standing::Declared(number), counts.declarations),
            1 => (Standing::Repository(number), counts.repositories),
            2 => (Standing::Evidence(number), counts.declarations),
            _ => (Standing::Placeholder, usize::MAX),
        };
        let is_sound = (number as usize) < end && (merged == NONE || (merged as usize) < counts.merged);
        (standing, if is_sound { Some(merged) } else { None })
    })?;
    let names = contents.texts(Part::EntityNames, Part::EntityNameEnds)?;
    check(Part::EntityNames, names.len() == standings.len())?;
    let mut last = "";
    let entities = names.iter().zip(standings).map(|(name, (standing, merged))| {
        // A name is found by halving, and each is there once.
        let is_next = last < name;
        last = name;
        let (name, merged) = (EntityRef::from_canonical(name).filter(|_| is_next)?, merged?);
        Some(EntityRecord { name, standing, merged })
    });
    // Collecting into an option would not know how many there are.
    let mut records = Vec::with_capacity(counts.entities);
    for entity in entities {
        records.push(entity.ok_or(GraphFileError::Senseless { part: Part::Entities.name() })?);
    }
    Ok(records)
}

fn read_aliases(contents: &Contents<'_>, counts: Counts) -> Result<Vec<(EntityRef, u32)>, GraphFileError> {
    let bytes = contents.bytes(Part::Aliases)?;
    let aliases: Vec<(&str, u32)> = decoded(Part::Aliases, &bytes)?;
    let alias = |(name, entity): (&str, u32)| {
        let is_there = (entity as usize) < counts.entities;
        EntityRef::from_canonical(name).filter(|_| is_there).map(|name| (name, entity))
    };
    let aliases: Option<Vec<(EntityRef, u32)>> = aliases.into_iter().map(alias).collect();
    let aliases = aliases.filter(|aliases| aliases.is_sorted());
    aliases.ok_or(GraphFileError::Senseless { part: Part::Aliases.name() })
}

fn read_relations(contents: &Contents<'_>, counts: Counts) -> Result<Relations, GraphFileError> {
    let from_starts = contents.numbers(Part::RelationStarts)?;
    check(Part::RelationStarts, are_starts(&from_starts, counts.entities, counts.relations))?;
    let mut are_sound = true;
    let (mut from, mut number) = (0, 0);
    let records = contents.items(Part::Relations, |bytes: &[u8; 8]| {
        // The starts go on to the number of relations, so that there is one beyond each relation.
        while from_starts[from + 1] <= number {
            from += 1;
        }
        number += 1;
        let to = word(bytes, 0);
        let kind = RelationKind::ALL.get(usize::from(bytes[4]));
        let class = CLASSES.get(usize::from(bytes[5] >> 1));
        are_sound &= (to as usize) < counts.entities && kind.is_some() && class.is_some();
        RelationRecord {
            from: from as u32,
            to,
            kind: kind.copied().unwrap_or(RelationKind::RelatedTo),
            class: class.copied().unwrap_or(RelationClass::Declared),
            strength: strength(bytes[5] & 1),
            any_of: u16::from_le_bytes([bytes[6], bytes[7]]),
        }
    })?;
    check(Part::Relations, are_sound)?;
    let per_run = forms::RELATIONS_PER_RUN;
    let run_count = counts.relations.div_ceil(per_run);
    let read_run = move |bytes: &[u8]| forms::read_origins(bytes, counts.declarations);
    let runs = contents.shelf((Part::Origins, Part::OriginEnds), run_count, 1, read_run)?;
    let at_target = contents.numbers(Part::StatedAtTarget)?;
    check(Part::StatedAtTarget, are_below(&at_target, counts.relations))?;
    let mut stated_at_to = FixedBitSet::with_capacity(counts.relations);
    at_target.iter().for_each(|number| stated_at_to.insert(*number as usize));
    let parts = (Part::IncomingStarts, Part::Incoming);
    let incoming = contents.rows(parts, counts.entities, counts.relations)?;
    let merged = MergedRelations {
        records,
        origins: Origins::Shelved { runs, per_run: per_run as u32 },
        terms: read_terms(contents, counts)?,
        alternatives: read_alternatives(contents, counts)?,
        unlisted: read_unlisted(contents, counts)?,
    };
    Ok(Relations::as_they_lie(merged, from_starts, stated_at_to, incoming))
}

fn read_needs(contents: &Contents<'_>, counts: Counts) -> Result<Needs, GraphFileError> {
    let mut arrays: [Vec<u32>; ARRAYS] = Default::default();
    for (number, array) in arrays.iter_mut().enumerate() {
        *array = contents.needs_array(number)?;
    }
    let needs = Needs::of_arrays(arrays).filter(|needs| needs.entity_count() == counts.entities);
    needs.ok_or(GraphFileError::Senseless { part: Part::Needs.name() })
}

fn read_terms(contents: &Contents<'_>, counts: Counts) -> Result<Vec<StatedTerms>, GraphFileError> {
    let count = contents.len(Part::Terms, 16);
    let shelf =
        contents.shelf((Part::TermTexts, Part::TermEnds), count, DETAILS_PER_RUN, forms::read_terms)?;
    let (mut next, mut are_sound) = (0, true);
    let terms = contents.items(Part::Terms, |bytes: &[u8; 16]| {
        let [relation, declaration, line, column] = [0, 4, 8, 12].map(|at| word(bytes, at));
        are_sound &= (relation as usize) < counts.relations && (declaration as usize) < counts.declarations;
        let terms = Kept::Shelved(Arc::clone(&shelf), next);
        next += 1;
        StatedTerms { relation, declaration, position: Position::new(line, column), terms }
    })?;
    check(Part::Terms, are_sound && terms.is_sorted_by_key(|of| of.relation))?;
    Ok(terms)
}

fn read_alternatives(contents: &Contents<'_>, counts: Counts) -> Result<Vec<Alternative>, GraphFileError> {
    let mut are_sound = true;
    let alternatives = contents.items(Part::Alternatives, |bytes: &[u8; 16]| {
        let [from, declaration, to] = [0, 4, 8].map(|at| word(bytes, at));
        are_sound &= [from, to].iter().all(|entity| (*entity as usize) < counts.entities)
            && (declaration as usize) < counts.declarations;
        let group = (declaration, u16::from_le_bytes([bytes[12], bytes[13]]));
        Alternative { from, group, to, strength: strength(bytes[14]) }
    })?;
    check(Part::Alternatives, are_sound && alternatives.is_sorted())?;
    Ok(alternatives)
}

fn read_unlisted(contents: &Contents<'_>, counts: Counts) -> Result<Vec<UnlistedStatement>, GraphFileError> {
    let mut are_sound = true;
    let unlisted = contents.items(Part::Unlisted, |bytes: &[u8; 24]| {
        let [from, to, declaration] = [0, 4, 8].map(|at| word(bytes, at));
        let kind = RelationKind::ALL.get(usize::from(bytes[22]));
        are_sound &= [from, to].iter().all(|entity| (*entity as usize) < counts.entities)
            && (declaration as usize) < counts.declarations
            && kind.is_some();
        let kind = kind.copied().unwrap_or(RelationKind::RelatedTo);
        UnlistedStatement { from, to, kind, origin: origin(&bytes[8..]) }
    })?;
    check(Part::Unlisted, are_sound && unlisted.is_sorted())?;
    Ok(unlisted)
}

/// Where a relation is stated; of at least 14 bytes.
fn origin(bytes: &[u8]) -> RelationOrigin {
    RelationOrigin {
        declaration: word(bytes, 0),
        position: Position::new(word(bytes, 4), word(bytes, 8)),
        subject: if bytes[13] == 0 { RelationEnd::From } else { RelationEnd::To },
        order: bytes[12],
    }
}

fn strength(number: u8) -> Strength {
    if number == 0 { Strength::Soft } else { Strength::Hard }
}

/// The number at a place of an item.
#[inline]
fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
