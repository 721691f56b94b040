//! A graph as a file: part by part, in the order in which they lie there.

use std::{
    fs::File,
    io::{BufWriter, Seek as _, SeekFrom, Write as _},
};

use super::{
    GraphFileError, GraphOrigin, forms,
    header::{self, Header},
    numbers::{Numbers, RowsOut},
    parts::{self, Part},
};
use crate::{
    graph::{
        CatalogGraph,
        declaration::DeclarationRecord,
        entity::{NONE, Standing},
        identity::NameRules,
        relation::{Alternative, RelationOrigin, UnlistedStatement},
    },
    model::{RelationEnd, Tier},
    record::{HeadRecord, StaleRecord, encode},
};

/// Writes a graph into an empty file and gives the number of bytes.
pub(super) fn write(graph: &CatalogGraph, origin: &GraphOrigin, file: &File) -> Result<u64, GraphFileError> {
    let mut out = Parts { to: BufWriter::with_capacity(1 << 20, file), written: Vec::new() };
    out.to.write_all(&[0; header::BYTES])?;
    let numbers = Numbers::of(graph);
    out.put(Part::Symbols, &forms::write_symbols(graph.symbols.texts()))?;
    write_repositories(graph, &numbers, &mut out)?;
    write_declarations(graph, &numbers, &mut out)?;
    write_entities(graph, &numbers, &mut out)?;
    write_remarks(graph, &mut out)?;
    write_relations(graph, &numbers, &mut out)?;
    for array in graph.needs.to_arrays() {
        out.put_next(&words(array))?;
    }
    let Parts { to, written } = out;
    let mut file = to.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    let header = Header { revision: graph.revision(), origin: origin.clone(), parts: written };
    debug_assert_eq!(header.parts.len(), parts::COUNT, "each part is written");
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&header.encode())?;
    Ok(header.file_bytes())
}

/// Parts on their way into a file.
struct Parts<'f> {
    to: BufWriter<&'f File>,
    /// Length and checksum of each one that is written.
    written: Vec<(u64, u32)>,
}

impl Parts<'_> {
    fn put(&mut self, part: Part, bytes: &[u8]) -> Result<(), GraphFileError> {
        debug_assert_eq!(self.written.len(), part.number(), "parts lie in their order");
        self.put_next(bytes)
    }

    fn put_next(&mut self, bytes: &[u8]) -> Result<(), GraphFileError> {
        self.to.write_all(bytes)?;
        self.written.push((bytes.len() as u64, crc32fast::hash(bytes)));
        Ok(())
    }

    fn put_rows(&mut self, starts: Part, items: Part, rows: RowsOut) -> Result<(), GraphFileError> {
        self.put(starts, &words(rows.starts))?;
        self.put(items, &words(rows.items))
    }

    /// Texts, one after the other, with where each ends.
    fn put_texts<'t>(
        &mut self,
        texts: Part,
        ends: Part,
        items: impl Iterator<Item = &'t str>,
    ) -> Result<(), GraphFileError> {
        let (mut bytes, mut all_ends) = (Vec::new(), Vec::new());
        for item in items {
            bytes.extend_from_slice(item.as_bytes());
            let end = u32::try_from(bytes.len());
            all_ends.push(end.map_err(|_| GraphFileError::TooLarge { part: texts.name() })?);
        }
        self.put(texts, &bytes)?;
        self.put(ends, &words(all_ends))
    }

    /// Things that are read when they are asked for.
    fn put_shelf(
        &mut self,
        things: Part,
        ends: Part,
        items: impl Iterator<Item = Vec<u8>>,
    ) -> Result<(), GraphFileError> {
        let (mut bytes, mut all_ends) = (Vec::new(), Vec::new());
        for item in items {
            bytes.extend(item);
            all_ends.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        }
        self.put(things, &bytes)?;
        self.put(ends, &all_ends)
    }
}

fn words(numbers: impl IntoIterator<Item = u32>) -> Vec<u8> {
    numbers.into_iter().flat_map(u32::to_le_bytes).collect()
}

fn write_repositories(
    graph: &CatalogGraph,
    numbers: &Numbers<'_>,
    out: &mut Parts<'_>,
) -> Result<(), GraphFileError> {
    let records = || graph.repository_numbering.slots().map(|slot| &graph.repositories[slot]);
    let numbered =
        |sources: &[u32]| sources.iter().map(|source| numbers.sources.number_of(*source)).collect();
    let forms: Vec<_> = records()
        .map(|record| forms::RepositoryForm {
            id: record.head.id.as_str(),
            head: HeadRecord::of(&record.head, 0),
            codeowners: record.codeowners.as_ref().map(|files| numbered(&files.sources)),
            owners: record.owners.as_ref().map(|files| numbered(&files.sources)),
            unread_ownership: numbered(&record.unread_ownership),
            manifests: record.manifests,
            catalog_manifests: record.catalog_manifests,
            is_host: record.is_host,
        })
        .collect();
    out.put(Part::Repositories, &encode(&forms))?;
    let files = records().flat_map(|record| record.codeowners.iter().chain(&record.owners));
    let files = files.map(|files| forms::write_rule_files(&files.files));
    out.put_shelf(Part::RuleFiles, Part::RuleFileEnds, files)?;
    let histories = records().map(|record| forms::write_history(record.history.as_ref()));
    out.put_shelf(Part::Histories, Part::HistoryEnds, histories)?;
    let sources = || numbers.sources.slots.iter().map(|slot| &graph.sources[*slot]);
    let mut bytes = Vec::with_capacity(super::read::SOURCE_BYTES * numbers.sources.slots.len());
    for source in sources() {
        bytes.extend_from_slice(&numbers.repository(source.repository).to_le_bytes());
        bytes.extend_from_slice(&[source.format as u8, source.found_by as u8, 0, 0]);
        bytes.extend_from_slice(&source.content.0);
    }
    out.put(Part::Sources, &bytes)?;
    out.put_texts(Part::SourcePaths, Part::SourcePathEnds, sources().map(|source| &*source.path))?;
    let stale = (0_u32..).zip(sources());
    let stale = stale.filter_map(|(number, source)| Some((number, StaleRecord::of(source.stale.as_ref()?))));
    out.put(Part::StaleSources, &encode(&stale.collect::<Vec<_>>()))
}

fn write_declarations(
    graph: &CatalogGraph,
    numbers: &Numbers<'_>,
    out: &mut Parts<'_>,
) -> Result<(), GraphFileError> {
    let records = numbers.declaration_records();
    let mut bytes = Vec::with_capacity(36 * numbers.declarations.slots.len());
    for record in records.clone() {
        let words = [
            numbers.sources.number_of(record.source),
            record.document,
            record.position.line,
            record.position.column,
            numbers.entity(record.entity),
            record.kind.number(),
            record.entity_type.number(),
            record.lifecycle.number(),
        ];
        words.iter().for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
        let flags = u8::from(record.strict)
            | u8::from(record.is_left_out) << 1
            | u8::from(record.members_unread) << 2
            | u8::from(record.details.is_some()) << 3;
        bytes.extend_from_slice(&[flags, record.tier.map_or(u8::MAX, Tier::number), 0, 0]);
    }
    out.put(Part::Declarations, &bytes)?;
    let asides = (0..).zip(records.clone()).filter(|(_, record)| has_asides(record));
    let asides = asides.map(|(declaration, record)| forms::AsidesForm {
        declaration,
        named: record.named.as_ref().map(|name| name.as_str()),
        name_spelled: record.name_spelled.as_deref(),
        problems: record.problems.iter().map(|problem| &**problem).collect(),
        stale: record.stale.as_deref().map(StaleRecord::of),
        left_out: record.left_out.iter().map(forms::of_left_out).collect(),
    });
    out.put(Part::DeclarationAsides, &encode(&asides.collect::<Vec<_>>()))?;
    let details = records.filter_map(|record| record.details.as_deref().map(forms::write_details));
    out.put_shelf(Part::Details, Part::DetailEnds, details)?;
    let merged = || numbers.merged.slots.iter().map(|slot| &graph.merged[*slot]);
    let facts = merged().flat_map(|facts| {
        let tier = facts.tier.map_or(u32::MAX, |tier| u32::from(tier.number()));
        [facts.entity_type.number(), facts.lifecycle.number(), tier]
    });
    out.put(Part::Merged, &words(facts))?;
    let details = merged().map(|facts| forms::write_details(&facts.details));
    out.put_shelf(Part::MergedDetails, Part::MergedDetailEnds, details)
}

fn has_asides(record: &DeclarationRecord) -> bool {
    record.named.is_some()
        || record.name_spelled.is_some()
        || !record.problems.is_empty()
        || record.stale.is_some()
        || !record.left_out.is_empty()
}

fn write_entities(
    graph: &CatalogGraph,
    numbers: &Numbers<'_>,
    out: &mut Parts<'_>,
) -> Result<(), GraphFileError> {
    let names = graph.entities().map(|entity| entity.name().as_str());
    out.put_texts(Part::EntityNames, Part::EntityNameEnds, names)?;
    let records = graph.entities().flat_map(|entity| {
        let record = entity.record();
        let (standing, number) = match record.standing {
            Standing::Declared(slot) => (0, numbers.declarations.number_of(slot)),
            Standing::Repository(slot) => (1, numbers.repository(slot)),
            Standing::Evidence(slot) => (2, numbers.declarations.number_of(slot)),
            Standing::Placeholder => (3, NONE),
        };
        let merged = if record.merged == NONE { NONE } else { numbers.merged.number_of(record.merged) };
        [standing, number, merged]
    });
    out.put(Part::Entities, &words(records))?;
    let declared = graph.numbering.slots().map(|slot| {
        graph.declarations_of.of(slot).iter().map(|declaration| numbers.declarations.number_of(*declaration))
    });
    out.put_rows(Part::DeclaredStarts, Part::Declared, RowsOut::of(declared))?;
    let aliases = graph.aliases.iter().map(|(name, slot)| (name.as_str(), numbers.entity(*slot)));
    let aliases: Vec<(&str, u32)> = aliases.filter(|(_, entity)| *entity != NONE).collect();
    out.put(Part::Aliases, &encode(&aliases))?;
    let owners = graph.numbering.slots().map(|slot| numbers.entity(graph.owners.owner_of[slot]));
    out.put(Part::Owners, &words(owners))?;
    let owned = graph.numbering.slots();
    let owned = owned.map(|slot| graph.owners.owned.of(slot).iter().map(|entity| numbers.entity(*entity)));
    out.put_rows(Part::OwnedStarts, Part::Owned, RowsOut::of(owned))
}

fn write_remarks(graph: &CatalogGraph, out: &mut Parts<'_>) -> Result<(), GraphFileError> {
    out.put(Part::OwnerNames, &forms::write_owner_names(&graph.owners.names))?;
    out.put(Part::Diagnostics, &forms::write_diagnostics(graph.diagnostics.noted()))?;
    out.put(Part::Removals, &forms::write_removals(&graph.removals))?;
    out.put(Part::Reviews, &forms::write_reviews(&graph.reviews))?;
    let united = match &graph.name_rules {
        NameRules::Plain => None,
        NameRules::United(names) => Some(forms::write_united_names(names)),
    };
    out.put(Part::UnitedNames, united.as_deref().unwrap_or_default())?;
    let diagnostics = graph.diagnostics().len() as u64;
    out.put(Part::Counts, &encode(&forms::CountsForm { diagnostics, has_united_names: united.is_some() }))
}

fn write_relations(
    graph: &CatalogGraph,
    numbers: &Numbers<'_>,
    out: &mut Parts<'_>,
) -> Result<(), GraphFileError> {
    let relations = &graph.relations;
    let entities = || graph.numbering.slots();
    let slots = &numbers.relations.slots;
    let declaration = |slot: u32| numbers.declarations.number_of(slot);
    let rows = RowsOut::of(
        entities().map(|slot| relations.outgoing(slot).map(|of| numbers.relations.number_of(of))),
    );
    out.put(Part::RelationStarts, &words(rows.starts))?;
    let mut bytes = Vec::with_capacity(8 * slots.len());
    for slot in slots {
        let record = relations.record(*slot);
        bytes.extend_from_slice(&numbers.entity(record.to).to_le_bytes());
        let [low, high] = record.any_of.to_le_bytes();
        let class = (record.class as u8) << 1 | record.strength as u8;
        bytes.extend_from_slice(&[record.kind as u8, class, low, high]);
    }
    out.put(Part::Relations, &bytes)?;
    let runs = slots
        .chunks(forms::RELATIONS_PER_RUN)
        .map(|slots| forms::write_origins(slots.iter().map(|slot| relations.origins(*slot)), declaration));
    out.put_shelf(Part::Origins, Part::OriginEnds, runs)?;
    let at_target = (0..).zip(slots).filter(|(_, slot)| relations.is_stated_at_to(**slot));
    out.put(Part::StatedAtTarget, &words(at_target.map(|(number, _)| number)))?;
    let incoming = entities()
        .map(|slot| relations.incoming(slot).iter().map(|relation| numbers.relations.number_of(*relation)));
    out.put_rows(Part::IncomingStarts, Part::Incoming, RowsOut::of(incoming))?;
    let terms = || {
        (0..).zip(slots).flat_map(|(number, slot)| relations.terms(*slot).iter().map(move |of| (number, of)))
    };
    let places = terms()
        .flat_map(|(number, of)| [number, declaration(of.declaration), of.position.line, of.position.column]);
    out.put(Part::Terms, &words(places))?;
    out.put_shelf(Part::TermTexts, Part::TermEnds, terms().map(|(_, of)| forms::write_terms(&of.terms)))?;
    // In the order in which they would be laid out, which a change keeps within an entity only.
    let alternatives = entities().flat_map(|slot| relations.alternatives(slot));
    let mut alternatives: Vec<Alternative> = alternatives
        .map(|of| Alternative {
            from: numbers.entity(of.from),
            group: (declaration(of.group.0), of.group.1),
            to: numbers.entity(of.to),
            strength: of.strength,
        })
        .collect();
    alternatives.sort_unstable();
    let mut bytes = Vec::with_capacity(16 * alternatives.len());
    for of in alternatives {
        [of.from, of.group.0, of.to].iter().for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
        let [low, high] = of.group.1.to_le_bytes();
        bytes.extend_from_slice(&[low, high, of.strength as u8, 0]);
    }
    out.put(Part::Alternatives, &bytes)?;
    let unlisted = entities().flat_map(|slot| relations.unlisted(slot));
    let mut unlisted: Vec<UnlistedStatement> = unlisted
        .map(|of| UnlistedStatement {
            from: numbers.entity(of.from),
            to: numbers.entity(of.to),
            origin: RelationOrigin { declaration: declaration(of.origin.declaration), ..of.origin },
            kind: of.kind,
        })
        .collect();
    unlisted.sort_unstable();
    let mut bytes = Vec::with_capacity(24 * unlisted.len());
    for of in unlisted {
        [of.from, of.to].iter().for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
        put_origin(&mut bytes, &of.origin, of.origin.declaration);
        bytes.extend_from_slice(&[of.kind as u8, 0]);
    }
    out.put(Part::Unlisted, &bytes)
}

/// Where a relation is stated, in 14 bytes.
fn put_origin(bytes: &mut Vec<u8>, origin: &RelationOrigin, declaration: u32) {
    let words = [declaration, origin.position.line, origin.position.column];
    words.iter().for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
    bytes.extend_from_slice(&[origin.order, u8::from(origin.subject == RelationEnd::To)]);
}
