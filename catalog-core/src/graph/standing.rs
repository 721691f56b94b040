//! Which of several declarations stands for an entity, and which count beside it.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{
    Authority, Diagnostic, DiagnosticCode, EntityRef, ManifestFormat, Position, RepositoryId,
};

use super::{
    CatalogDiagnostic, LeftOutRelation,
    build::{GraphBuilder, Statement},
    entity::NONE,
    symbols::index,
};

/// For each provisional entity the declaration that stands for it, or [`NONE`]: that of the format with
/// the most authority, and there the first. What a second declaration of one format states is left out of
/// the graph, and said.
pub(super) fn choose_declarations(builder: &mut GraphBuilder) -> Vec<u32> {
    let mut standing = vec![NONE; builder.names.len()];
    let mut first_of_format = FxHashMap::default();
    let mut left_out = FxHashSet::default();
    for number in 0..index(builder.declarations.len()) {
        let declaration = &builder.declarations[number as usize];
        if declaration.entity == NONE {
            continue;
        }
        let format = builder.sources[declaration.source as usize].format;
        // The same person may be in organisations of several hosts; two teams of one name are a duplicate.
        let may_repeat = format.authority() == Authority::Evidence
            || (format == ManifestFormat::Host
                && builder.names[declaration.entity as usize].kind() == "user");
        let first = *first_of_format.entry((declaration.entity, format)).or_insert(number);
        if first != number && !may_repeat {
            left_out.insert(number);
            let note = duplicate(builder, number, first);
            builder.diagnostics.push(note);
            continue;
        }
        let chosen = &mut standing[declaration.entity as usize];
        if *chosen == NONE || format.authority() < builder.authority(*chosen) {
            *chosen = number;
        }
    }
    let mut relations: FxHashMap<u32, Vec<LeftOutRelation>> = FxHashMap::default();
    builder.statements.retain(|statement| {
        let is_left_out = left_out.contains(&statement.declaration);
        if is_left_out {
            relations.entry(statement.declaration).or_default().push(LeftOutRelation {
                from: builder.names[statement.from as usize].clone(),
                kind: statement.kind,
                to: builder.names[statement.to as usize].clone(),
                subject: statement.subject,
                position: statement.position,
            });
        }
        !is_left_out
    });
    for (declaration, relations) in relations {
        builder.declarations[declaration as usize].left_out = relations.into();
    }
    for declaration in left_out {
        builder.declarations[declaration as usize].is_left_out = true;
    }
    standing
}

/// That a declaration speaks of an entity that an earlier one of its format stands for.
fn duplicate(builder: &GraphBuilder, number: u32, first: u32) -> CatalogDiagnostic {
    let declaration = &builder.declarations[number as usize];
    let first = &builder.declarations[first as usize];
    let first_source = &builder.sources[first.source as usize];
    let source = &builder.sources[declaration.source as usize];
    let first_repository = &builder.repositories[first_source.repository as usize].head.id;
    let name = &builder.names[declaration.entity as usize];
    let diagnostic = duplicate_entity(name, first_repository, &first_source.path, first.position)
        .at(&source.path, declaration.position)
        .in_document(declaration.document);
    CatalogDiagnostic {
        repository: builder.repositories[source.repository as usize].head.id.clone(),
        diagnostic,
    }
}

/// That an entity is declared again, where the place of its first declaration is this.
pub(super) fn duplicate_entity(
    name: &EntityRef,
    repository: &RepositoryId,
    path: &str,
    position: Position,
) -> Diagnostic {
    let message = format!(
        "entity `{}` is declared here and in {repository}:{path}:{}; the latter stands, being the first by repository and path",
        name.short(),
        position.line,
    );
    Diagnostic::new(DiagnosticCode::DuplicateEntity, message)
        .suggest("rename one of the two, or give them different namespaces")
}

/// Leaves out what only files that describe a deployment know, unless a chain of their statements leads
/// to something that others know, too.
pub(super) fn drop_lone_evidence(builder: &mut GraphBuilder, standing: &[u32]) {
    let is_evidence = |statement: &Statement| builder.authority(statement.declaration) == Authority::Evidence;
    if !builder.statements.iter().any(is_evidence) {
        return;
    }
    let mut is_known: Vec<bool> = standing
        .iter()
        .map(|declaration| *declaration != NONE && builder.authority(*declaration) != Authority::Evidence)
        .collect();
    let (evidence, others): (Vec<Statement>, Vec<Statement>) =
        builder.statements.iter().partition(|statement| is_evidence(statement));
    for statement in &others {
        is_known[statement.from as usize] = true;
        is_known[statement.to as usize] = true;
    }
    let mut neighbours: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for end in evidence.iter().flat_map(|statement| [statement.from, statement.to]) {
        builder.united.note_deployed(&builder.names[end as usize]);
    }
    for statement in &evidence {
        neighbours.entry(statement.from).or_default().push(statement.to);
        neighbours.entry(statement.to).or_default().push(statement.from);
    }
    let mut waiting: Vec<u32> =
        neighbours.keys().copied().filter(|entity| is_known[*entity as usize]).collect();
    while let Some(entity) = waiting.pop() {
        for other in neighbours.get(&entity).into_iter().flatten() {
            if !std::mem::replace(&mut is_known[*other as usize], true) {
                waiting.push(*other);
            }
        }
    }
    builder.statements.retain(|statement| is_known[statement.from as usize]);
}
