//! From what repositories say to a graph, second half: names become entities.
//!
//! The order of everything is settled first (repositories by id, manifests by path, documents by
//! index), so that whatever depends on "the first" does not depend on the order of reading. Then each
//! entity gets the declaration that stands for it, every name that anything points at becomes an
//! entity, and the statements about one relation become one relation.

use std::{cmp::Ordering, sync::OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    model::{Authority, Diagnostic, DiagnosticCode, EntityRef, RelationEnd, RelationKind, Revision},
    needs::{scatter, starts},
};

use super::{
    CatalogDiagnostic, CatalogGraph, Removal,
    build::GraphBuilder,
    declaration::DeclarationRecord,
    derive_needs::derive_needs,
    diagnostics::Diagnostics,
    entity::{EntityRecord, NONE, Standing},
    facts::Facts,
    host_identity::meet,
    identity::{NameRules, has_plain_names, unify},
    merge::{drop_lone_alternatives, merge_statements},
    numbering::Numbering,
    ownership::{OwnerNames, Owners, is_owned_by_path},
    patched::PatchedRows,
    relation::MergedRelations,
    repository::{repository_ref, stands_for},
    standing::{choose_declarations, drop_lone_evidence},
    symbols::index,
};

pub(super) fn resolve(mut builder: GraphBuilder, revision: Revision) -> CatalogGraph {
    settle_order(&mut builder);
    let has_plain_names = has_plain_names(&builder);
    meet(&mut builder);
    let owner_names = unify(&mut builder);
    let standing = choose_declarations(&mut builder);
    drop_lone_evidence(&mut builder, &standing);
    let repositories = number_repositories(&mut builder, &standing);
    let path_owners = owners_by_path(&mut builder, &standing, &repositories, &owner_names);

    let mut is_used = vec![false; builder.names.len()];
    let mut mark = |entity: u32| is_used[entity as usize] = true;
    for (entity, declaration) in standing.iter().enumerate() {
        if *declaration != NONE && builder.authority(*declaration) != Authority::Evidence {
            mark(index(entity));
        }
    }
    repositories.iter().for_each(|entity| mark(*entity));
    path_owners.iter().for_each(|(_, owner)| mark(*owner));
    for statement in &builder.statements {
        mark(statement.from);
        mark(statement.to);
    }
    let (mut entities, number_of) = number_entities(&builder, &is_used, &standing, &repositories);
    let final_number = |provisional: u32| number_of[provisional as usize];

    for statement in &mut builder.statements {
        statement.from = final_number(statement.from);
        statement.to = final_number(statement.to);
    }
    for declaration in builder.declarations.iter_mut().filter(|declaration| declaration.entity != NONE) {
        let number = final_number(declaration.entity);
        if number == NONE && declaration.named.is_none() {
            declaration.named = Some(Box::new(builder.names[declaration.entity as usize].clone()));
        }
        declaration.entity = number;
    }
    let name_rules = if has_plain_names {
        NameRules::Plain
    } else {
        NameRules::United(std::mem::take(&mut builder.united).into())
    };
    let aliases = other_names(&builder, &number_of, &entities);
    note_unknown_refs(&mut builder, &entities);
    drop_lone_alternatives(&mut builder.statements);
    let relations = merge_statements(&mut builder, &entities);
    let needs = derive_needs(entities.len(), &relations.records, &relations.alternatives);

    let mut by_path = vec![NONE; entities.len()];
    for (entity, owner) in &path_owners {
        by_path[final_number(*entity) as usize] = final_number(*owner);
    }
    let owner_of = settle_owners(&builder, by_path, &relations);

    let declarations = || (0..).zip(&builder.declarations).map(|(number, record)| (record.entity, number));
    let of_entities = || declarations().filter(|(entity, _)| *entity != NONE);
    let declaration_starts = starts(entities.len(), of_entities().map(|(entity, _)| entity));
    let mut declarations_by_entity: Vec<u32> = scatter(&declaration_starts, of_entities());
    for row in declaration_starts.windows(2) {
        // A stable sort: the declaration that stands for an entity is the first of its group.
        declarations_by_entity[row[0] as usize..row[1] as usize]
            .sort_by_key(|number| builder.authority(*number));
    }
    let merged = merge_facts(&mut builder, &mut entities, &declarations_by_entity);

    builder.symbols.freeze();
    let diagnostics = Diagnostics::new(builder.said, builder.diagnostics);
    builder.removals.sort_by(Removal::in_order);
    CatalogGraph {
        revision,
        symbols: builder.symbols,
        repository_numbering: Numbering::in_order(builder.repositories.len()),
        repositories: builder.repositories.into(),
        sources: builder.sources.into(),
        declaration_count: index(builder.declarations.len()),
        declarations: builder.declarations.into(),
        declarations_in: FxHashMap::default(),
        declarations_of: PatchedRows::new(declaration_starts, declarations_by_entity),
        numbering: Numbering::in_order(entities.len()),
        relations: relations.laid_out(entities.len()),
        entities: entities.into(),
        added_names: FxHashMap::default(),
        merged: merged.into(),
        aliases: aliases.into(),
        needs,
        not_placeholders: OnceLock::new(),
        roll_ups: OnceLock::new(),
        dependent_counts: OnceLock::new(),
        dependency_counts: OnceLock::new(),
        owners: Owners::new(owner_of, owner_names),
        diagnostics,
        removals: builder.removals.into(),
        name_rules,
        reviews: Default::default(),
    }
}

/// Puts repositories, manifests and documents into the order that everything else rests on.
pub(super) fn settle_order(builder: &mut GraphBuilder) {
    let repository_of = reorder(&mut builder.repositories, |a, b| a.head.id.cmp(&b.head.id));
    for source in &mut builder.sources {
        source.repository = repository_of[source.repository as usize];
    }
    let source_of =
        reorder(&mut builder.sources, |a, b| (a.repository, &a.path).cmp(&(b.repository, &b.path)));
    for repository in &mut builder.repositories {
        for source in repository.ownership_sources_mut() {
            *source = source_of[*source as usize];
        }
        repository.unread_ownership.sort_unstable();
    }
    for declaration in &mut builder.declarations {
        declaration.source = source_of[declaration.source as usize];
    }
    // Documents stay in the order of their manifest, which puts stale ones of earlier commits last:
    // what a file says now stands before what it said.
    let declaration_of = reorder(&mut builder.declarations, |a, b| a.source.cmp(&b.source));
    for statement in &mut builder.statements {
        statement.declaration = declaration_of[statement.declaration as usize];
    }
    for alias in &mut builder.aliases {
        alias.declaration = declaration_of[alias.declaration as usize];
    }
}

/// Sorts items, keeping the order of equal ones, and tells where each old position went.
fn reorder<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<u32> {
    if items.is_sorted_by(|a, b| compare(a, b).is_le()) {
        return (0..index(items.len())).collect();
    }
    let mut numbered: Vec<(usize, T)> = std::mem::take(items).into_iter().enumerate().collect();
    numbered.sort_by(|(_, a), (_, b)| compare(a, b));
    let mut new_position_of = vec![0; numbered.len()];
    for (new, (old, item)) in numbered.into_iter().enumerate() {
        new_position_of[old] = index(new);
        items.push(item);
    }
    new_position_of
}

/// The names that entities have beside their own, each with its entity, sorted.
fn other_names(
    builder: &GraphBuilder,
    number_of: &[u32],
    entities: &[EntityRecord],
) -> Vec<(EntityRef, u32)> {
    // What runs has names that mean something in their own place only, and that nobody asks for.
    let local: FxHashSet<&str> = builder
        .declarations
        .iter()
        .zip(0..)
        .filter(|(_, number)| builder.authority(*number) == Authority::Evidence)
        .filter_map(|(declaration, _)| Some(declaration.named.as_ref()?.namespace()))
        .filter(|namespace| *namespace != EntityRef::DEFAULT_NAMESPACE)
        .collect();
    let mut names: Vec<(EntityRef, u32)> = (0..)
        .zip(&builder.canonical)
        .filter(|(name, canonical)| {
            name != *canonical && !local.contains(builder.names[*name as usize].namespace())
        })
        .map(|(name, canonical): (u32, &u32)| {
            (builder.names[name as usize].clone(), number_of[*canonical as usize])
        })
        .filter(|(name, entity)| *entity != NONE && entities[*entity as usize].name != *name)
        .collect();
    names.sort_unstable();
    names
}

/// What the declarations of each entity say together, where there are several.
fn merge_facts(
    builder: &mut GraphBuilder,
    entities: &mut [EntityRecord],
    declarations_by_entity: &[u32],
) -> Vec<Facts> {
    let no_symbol = builder.symbols.intern_optional(None);
    let of_entity = |declaration: &u32| builder.declarations[*declaration as usize].entity;
    let mut merged = Vec::new();
    for group in declarations_by_entity.chunk_by(|a, b| of_entity(a) == of_entity(b)) {
        let counting: Vec<(Authority, &DeclarationRecord)> = group
            .iter()
            .map(|number| (builder.authority(*number), &builder.declarations[*number as usize]))
            .filter(|(_, declaration)| !declaration.is_left_out)
            .collect();
        if counting.len() > 1 {
            entities[of_entity(&group[0]) as usize].merged = index(merged.len());
            merged.push(Facts::merge(&counting, no_symbol));
        }
    }
    merged
}

/// The provisional numbers of the resources that stand for repositories, by repository. Where a
/// manifest declares an entity of that name, the manifest's stands and the repository has none.
fn number_repositories(builder: &mut GraphBuilder, standing: &[u32]) -> Vec<u32> {
    let repositories = builder.repositories.iter().filter(|repository| !repository.is_host);
    let refs: Vec<Option<EntityRef>> =
        repositories.map(|repository| repository_ref(&repository.head.id)).collect();
    refs.into_iter()
        .flatten()
        .map(|name| builder.number(name))
        .filter(|entity| standing.get(*entity as usize).is_none_or(|declaration| *declaration == NONE))
        .collect()
}

/// Entities that declare no owner, with the first owner of the path rule that covers them.
fn owners_by_path(
    builder: &mut GraphBuilder,
    standing: &[u32],
    repositories: &[u32],
    owner_names: &OwnerNames,
) -> Vec<(u32, u32)> {
    let mut is_owned = vec![false; builder.names.len()];
    for statement in &builder.statements {
        if statement.kind == RelationKind::OwnedBy
            && builder.authority(statement.declaration) < Authority::Paths
        {
            is_owned[statement.from as usize] = true;
        }
    }
    let mut found: Vec<(u32, EntityRef)> = Vec::new();
    let first_owner = |repository: u32, path: Option<&str>| {
        let files = &builder.repositories[repository as usize].ownership()?.files;
        let rules = path.map_or_else(|| files.catch_all(), |path| files.deciding(path));
        let mut owners = rules.iter().flat_map(|at| &files.files()[at.file].rules.rules[at.rule].owners);
        owners.find_map(|owner| owner_names.meaning(owner))
    };
    for (entity, declaration) in standing.iter().enumerate() {
        if *declaration == NONE
            || is_owned[entity]
            || builder.authority(*declaration) == Authority::Evidence
            || !is_owned_by_path(&builder.names[entity])
        {
            continue;
        }
        let source = &builder.sources[builder.declarations[*declaration as usize].source as usize];
        let repository = &builder.repositories[source.repository as usize].head.id;
        // What is said of the repository itself is about all of it, wherever it is said.
        let path = (!stands_for(&builder.names[entity], repository)).then_some(&*source.path);
        if let Some(owner) = first_owner(source.repository, path) {
            found.push((index(entity), owner));
        }
    }
    let by_name: FxHashMap<&EntityRef, u32> =
        repositories.iter().map(|entity| (&builder.names[*entity as usize], *entity)).collect();
    for (number, repository) in builder.repositories.iter().enumerate() {
        if let Some(name) = repository_ref(&repository.head.id)
            && let Some(entity) = by_name.get(&name)
            && is_owned.get(*entity as usize) != Some(&true)
            && let Some(owner) = first_owner(index(number), None)
        {
            found.push((*entity, owner));
        }
    }
    found.into_iter().map(|(entity, owner)| (entity, builder.number(owner))).collect()
}

/// The entities in the order of their refs, and the final number of each provisional one.
fn number_entities(
    builder: &GraphBuilder,
    is_used: &[bool],
    standing: &[u32],
    repositories: &[u32],
) -> (Vec<EntityRecord>, Vec<u32>) {
    let mut used: Vec<u32> = (0..index(builder.names.len()))
        .filter(|entity| is_used.get(*entity as usize) == Some(&true))
        .collect();
    used.sort_unstable_by(|a, b| builder.names[*a as usize].cmp(&builder.names[*b as usize]));
    let mut repository_at = FxHashMap::default();
    for (number, repository) in builder.repositories.iter().enumerate() {
        if let Some(name) = repository_ref(&repository.head.id) {
            repository_at.insert(name, index(number));
        }
    }
    let is_repository: FxHashSet<u32> = repositories.iter().copied().collect();
    let mut number_of = vec![NONE; builder.names.len()];
    let entities = used.into_iter().enumerate().map(|(number, entity)| {
        number_of[entity as usize] = index(number);
        let name = builder.names[entity as usize].clone();
        let declaration = standing.get(entity as usize).copied().unwrap_or(NONE);
        let standing = if declaration != NONE {
            match builder.authority(declaration) {
                Authority::Evidence => Standing::Evidence(declaration),
                _ => Standing::Declared(declaration),
            }
        } else if is_repository.contains(&entity) {
            Standing::Repository(repository_at[&name])
        } else {
            Standing::Placeholder
        };
        EntityRecord { name, standing, merged: NONE }
    });
    (entities.collect(), number_of)
}

/// Says which references lead to entities that nothing declares. Owners are left to the gaps.
fn note_unknown_refs(builder: &mut GraphBuilder, entities: &[EntityRecord]) {
    let is_placeholder: Vec<bool> =
        entities.iter().map(|entity| entity.standing == Standing::Placeholder).collect();
    for statement in &builder.statements {
        let other = match statement.subject {
            RelationEnd::From => statement.to,
            RelationEnd::To => statement.from,
        };
        if !is_placeholder[other as usize]
            || statement.kind == RelationKind::OwnedBy
            || builder.authority(statement.declaration) == Authority::Evidence
        {
            continue;
        }
        let declaration = &builder.declarations[statement.declaration as usize];
        let source = &builder.sources[declaration.source as usize];
        let diagnostic = unknown_ref(statement.kind, statement.subject, &entities[other as usize].name)
            .at(&source.path, statement.position)
            .in_document(declaration.document);
        let repository = builder.repositories[source.repository as usize].head.id.clone();
        builder.diagnostics.push(CatalogDiagnostic { repository, diagnostic });
    }
}

/// That a document names an entity by a relation, of which its own is the `subject`, in vain.
pub(super) fn unknown_ref(kind: RelationKind, subject: RelationEnd, other: &EntityRef) -> Diagnostic {
    let relation = match subject {
        RelationEnd::From => kind.name(),
        RelationEnd::To => kind.inverse_name(),
    };
    let message = format!("`{relation}` names `{}`, which no manifest declares", other.short());
    Diagnostic::new(DiagnosticCode::UnknownRef, message)
}

/// The owner of each entity: by the authority of what names one, path rules among it; of several of one
/// authority, the one whose place is first.
fn settle_owners(builder: &GraphBuilder, by_path: Vec<u32>, relations: &MergedRelations) -> Vec<u32> {
    let mut owner_of = by_path;
    let mut best: Vec<_> =
        owner_of.iter().map(|owner| (*owner != NONE).then_some((Authority::Paths, 0, 0))).collect();
    for (number, relation) in (0..).zip(&relations.records) {
        if relation.kind != RelationKind::OwnedBy {
            continue;
        }
        for origin in relations.origins(number) {
            let claim = (builder.authority(origin.declaration), origin.declaration, origin.order);
            let best = &mut best[relation.from as usize];
            if best.is_none_or(|best| claim < best) {
                *best = Some(claim);
                owner_of[relation.from as usize] = relation.to;
            }
        }
    }
    owner_of
}
