//! Which names mean one entity.
//!
//! Several manifests may speak of one entity under different names: `service.datadog.yaml` of
//! `checkout`, Compass of an ARI, OpsLevel of an alias. Names are united by, in this order,
//!
//! 1. the identity table of the configuration, which always holds;
//! 2. the aliases that declarations state;
//! 3. what describes a deployment (compose, Kubernetes and the like): where it has a name in its format's own
//!    terms that is local, and means the entity of that name which the same repository declares;
//! 4. references in formats other than the catalog's own, which people write loosely: by any kind that
//!    may be meant, then by names in which `_`, `.` and blanks count as `-`, and for owners by team, title or e-mail address.
//!    Whatever is not certain, because two entities fit, is left alone.
//!
//! What the catalog's own format names is never taken for anything else than what it says. Two entities
//! that one format declares apart stay apart, whatever an alias says.

mod classes;
mod loose_names;
mod united_names;

use rustc_hash::FxHashMap;

use crate::model::{
    Authority, Diagnostic, DiagnosticCode, EntityRef, IdentityName, ManifestFormat, OwnerName, RelationEnd,
};

pub(super) use self::united_names::{NameRules, UnitedNames, UnitedParts};

use self::{
    classes::Classes,
    loose_names::{LooseNames, folded},
};
use super::{CatalogDiagnostic, build::GraphBuilder, entity::NONE, ownership::OwnerNames, symbols::index};

/// Unites the names of everything that was taken in: declarations and statements speak of one number for
/// one entity afterwards. Linear in names and statements; nothing is done where there is one format only.
pub(super) fn unify(builder: &mut GraphBuilder) -> OwnerNames {
    let mut owner_names = collect_owner_names(builder);
    if has_plain_names(builder) {
        return owner_names;
    }
    let pinned = number_identity_table(builder, &mut owner_names);
    let in_clusters = number_cluster_names(builder);
    let mut united = UnitedNames::default();
    united.has_clusters = builder.sources.iter().any(|source| source.format == ManifestFormat::Kubernetes);
    for (entity, name) in pinned.iter().chain(&in_clusters) {
        united.note_bound(&builder.names[*entity as usize]);
        united.note_bound(&builder.names[*name as usize]);
    }
    let mut classes = Classes::new(builder);
    for (entity, name) in &pinned {
        classes.pin(*entity);
        classes.unite_surely(*entity, *name);
    }
    unite_aliases(builder, &mut classes, &mut united);
    for (entity, name) in in_clusters {
        classes.unite(entity, name);
    }
    unite_local_names(builder, &mut classes, &mut united);
    unite_references(builder, &mut classes, &owner_names, &mut united);
    rewrite(builder, &mut classes, &mut united);
    builder.united = united;
    owner_names
}

/// Whether each name means the entity of just that name: nothing states another one, and no format is there
/// whose references are written loosely.
pub(super) fn has_plain_names(builder: &GraphBuilder) -> bool {
    let is_plain = |authority| matches!(authority, Authority::Catalog | Authority::Paths);
    builder.aliases.is_empty()
        && builder.identity.entries.is_empty()
        && builder.sources.iter().all(|source| is_plain(source.format.authority()))
}

/// The names by which teams and people are known, the strongest format first.
fn collect_owner_names(builder: &GraphBuilder) -> OwnerNames {
    let mut names = OwnerNames::default();
    for authority in [Authority::Catalog, Authority::OtherCatalog] {
        for declaration in &builder.declarations {
            if declaration.entity != NONE
                && builder.sources[declaration.source as usize].format.authority() == authority
                && let Some(details) = &declaration.details
            {
                names.note(&builder.names[declaration.entity as usize], details);
            }
        }
    }
    names
}

/// Numbers the names of the identity table, in pairs of entity and other name.
fn number_identity_table(builder: &mut GraphBuilder, owner_names: &mut OwnerNames) -> Vec<(u32, u32)> {
    let table = std::mem::take(&mut builder.identity);
    let mut pairs = Vec::new();
    for entry in table.entries {
        let entity = builder.number(entry.entity.clone());
        pairs.push((entity, entity));
        for name in entry.names {
            match name {
                IdentityName::Ref(name) => pairs.push((entity, builder.number(name))),
                IdentityName::Owner(owner) => {
                    owner_names.note_surely(&owner, &entry.entity);
                    let refs = refs_of(&owner);
                    pairs.extend(refs.into_iter().map(|name| (entity, builder.number(name))));
                }
            }
        }
    }
    pairs
}

/// The annotation in which Backstage says what an entity is called in clusters.
pub(super) const KUBERNETES_ID: &str = "backstage.io/kubernetes-id";

/// Numbers the names that entities have in clusters, in pairs of entity and other name: what carries
/// Backstage's `backstage.io/kubernetes-id` is that entity.
fn number_cluster_names(builder: &mut GraphBuilder) -> Vec<(u32, u32)> {
    if builder.sources.iter().all(|source| source.format != ManifestFormat::Kubernetes) {
        return Vec::new();
    }
    let mut stated = Vec::new();
    for declaration in builder.declarations.iter().filter(|declaration| declaration.entity != NONE) {
        let is_catalog =
            builder.sources[declaration.source as usize].format.authority() == Authority::Catalog;
        let Some(details) = declaration.details.as_deref().filter(|_| is_catalog) else { continue };
        let kind = builder.names[declaration.entity as usize].kind();
        for (_, value) in details.annotations.iter().filter(|(key, _)| **key == *KUBERNETES_ID) {
            if let Ok(name) = EntityRef::new(kind, EntityRef::DEFAULT_NAMESPACE, &value.value) {
                stated.push((declaration.entity, name));
            }
        }
    }
    stated.into_iter().map(|(entity, name)| (entity, builder.number(name))).collect()
}

/// The references by which manifests write such an owner.
fn refs_of(owner: &OwnerName) -> Vec<EntityRef> {
    let of = |kind, namespace, name| EntityRef::new(kind, namespace, name).ok();
    let default = EntityRef::DEFAULT_NAMESPACE;
    let text = owner.as_str();
    let refs = match text.strip_prefix('@').map(|name| (name, name.split_once('/'))) {
        None => [of("user", default, text), of("group", default, text)],
        Some((name, None)) => [of("user", default, name), None],
        Some((path, Some((organisation, team)))) => {
            [of("group", default, path), of("group", organisation, team)]
        }
    };
    refs.into_iter().flatten().collect()
}

fn unite_aliases(builder: &mut GraphBuilder, classes: &mut Classes, united: &mut UnitedNames) {
    let mut aliases = std::mem::take(&mut builder.aliases);
    let format_of = |builder: &GraphBuilder, declaration: u32| {
        builder.sources[builder.declarations[declaration as usize].source as usize].format
    };
    aliases.sort_by_key(|alias| {
        (format_of(builder, alias.declaration).authority(), alias.declaration, alias.position)
    });
    for alias in aliases {
        let declaration = &builder.declarations[alias.declaration as usize];
        united.note_bound(&builder.names[alias.name as usize]);
        if declaration.entity != NONE {
            united.note_bound(&builder.names[declaration.entity as usize]);
        }
        if declaration.entity == NONE || classes.unite(declaration.entity, alias.name) {
            continue;
        }
        let source = &builder.sources[declaration.source as usize];
        let message = format!(
            "`{}` states the other name `{}`, but manifests of one format declare these to be two entities; they stay apart",
            builder.names[declaration.entity as usize].short(),
            builder.names[alias.name as usize].short(),
        );
        let diagnostic = Diagnostic::new(DiagnosticCode::AliasConflict, message)
            .at(&source.path, alias.position)
            .in_document(declaration.document)
            .suggest("remove the alias, or one of the two declarations");
        let repository = builder.repositories[source.repository as usize].head.id.clone();
        builder.diagnostics.push(CatalogDiagnostic { repository, diagnostic });
    }
}

/// Unites what describes a deployment with the entity of that name which the same repository declares: of
/// the same kind if there is one, else of any. So are names that such files only refer to, in a namespace
/// that belongs to one repository.
fn unite_local_names(builder: &GraphBuilder, classes: &mut Classes, united: &mut UnitedNames) {
    let mut declared: FxHashMap<(u32, String), Vec<u32>> = FxHashMap::default();
    let mut local: FxHashMap<u32, u32> = FxHashMap::default();
    let mut repository_of_namespace: FxHashMap<&str, Option<u32>> = FxHashMap::default();
    for declaration in builder.declarations.iter().filter(|declaration| declaration.entity != NONE) {
        let source = &builder.sources[declaration.source as usize];
        let name = &builder.names[declaration.entity as usize];
        if source.format.authority() == Authority::Evidence {
            united.note_bound(name);
        }
        let is_local = || declaration.details.as_ref().is_some_and(|details| details.declared_as.is_some());
        match source.format.authority() {
            Authority::Evidence if source.format != ManifestFormat::Openslo && is_local() => {
                local.insert(declaration.entity, source.repository);
                united.note_local_namespace(name.namespace());
                let known =
                    repository_of_namespace.entry(name.namespace()).or_insert(Some(source.repository));
                if *known != Some(source.repository) {
                    *known = None;
                }
            }
            Authority::Catalog | Authority::OtherCatalog
                if matches!(name.kind(), "component" | "resource" | "system") =>
            {
                declared
                    .entry((source.repository, folded(name.name())))
                    .or_default()
                    .push(declaration.entity);
            }
            _ => {}
        }
    }
    for statement in &builder.statements {
        for end in [statement.from, statement.to] {
            let namespace = builder.names[end as usize].namespace();
            if let Some(Some(repository)) = repository_of_namespace.get(namespace) {
                local.entry(end).or_insert(*repository);
            }
        }
    }
    let mut local: Vec<(u32, u32)> = local.into_iter().collect();
    local.sort_unstable();
    for (entity, repository) in local {
        let name = &builder.names[entity as usize];
        let Some(found) = declared.get(&(repository, folded(name.name()))) else { continue };
        let same_kind: Vec<u32> = found
            .iter()
            .copied()
            .filter(|found| builder.names[*found as usize].kind() == name.kind())
            .collect();
        if let Some(found) = only(&same_kind, classes).or_else(|| only(found, classes)) {
            classes.unite(found, entity);
        }
    }
}

/// The entity that all names of a list mean, if it is one.
fn only(names: &[u32], classes: &mut Classes) -> Option<u32> {
    let (first, others) = names.split_first()?;
    others.iter().all(|other| classes.of(*other) == classes.of(*first)).then_some(*first)
}

/// Unites references that lead nowhere as written with the one entity that they can mean.
fn unite_references(
    builder: &GraphBuilder,
    classes: &mut Classes,
    owner_names: &OwnerNames,
    united: &mut UnitedNames,
) {
    let mut is_strict = vec![false; builder.names.len()];
    let mut mentioned = Vec::new();
    for statement in &builder.statements {
        let other = match statement.subject {
            RelationEnd::From => statement.to,
            RelationEnd::To => statement.from,
        };
        let source = builder.declarations[statement.declaration as usize].source;
        if builder.sources[source as usize].format.authority() == Authority::Catalog {
            is_strict[other as usize] = true;
        } else {
            mentioned.push(other);
        }
    }
    mentioned.sort_unstable();
    mentioned.dedup();
    mentioned.iter().for_each(|name| united.note_loose(&builder.names[*name as usize]));
    mentioned.retain(|name| !is_strict[*name as usize] && !classes.is_declared(*name));
    if mentioned.is_empty() {
        return;
    }
    let loose = LooseNames::new(builder, classes);
    let by_ref: FxHashMap<&EntityRef, u32> = builder.names.iter().zip(0..).collect();
    for name in mentioned {
        let reference = &builder.names[name as usize];
        let found = if matches!(reference.kind(), "group" | "user") {
            loose.owner(reference, owner_names, &by_ref)
        } else {
            loose.thing(reference)
        };
        if let Some(found) = found.filter(|found| classes.is_declared(*found)) {
            classes.unite(found, name);
        }
    }
}

/// Lets everything speak of the name that its class has.
fn rewrite(builder: &mut GraphBuilder, classes: &mut Classes, united: &mut UnitedNames) {
    let canonical: Vec<u32> = (0..index(builder.names.len()))
        .map(|name| {
            let class = classes.of(name) as usize;
            classes.best[class].3
        })
        .collect();
    for (name, entity) in (0..).zip(&canonical).filter(|(name, entity)| name != *entity) {
        let name: u32 = name;
        united.note_renamed(&builder.names[name as usize], &builder.names[*entity as usize]);
    }
    for declaration in builder.declarations.iter_mut().filter(|declaration| declaration.entity != NONE) {
        let name = canonical[declaration.entity as usize];
        if name != declaration.entity {
            declaration.named = Some(Box::new(builder.names[declaration.entity as usize].clone()));
            declaration.entity = name;
        }
    }
    for statement in &mut builder.statements {
        statement.from = canonical[statement.from as usize];
        statement.to = canonical[statement.to as usize];
    }
    builder.canonical = canonical;
}
