//! Teams and people of a host that a manifest declares under another name are one with it.
//!
//! A group that says `github.com/team-slug: acme/payments` is that team, whatever it is called; what
//! the host says of the team, its members above all, is then said of the group.

use rustc_hash::FxHashMap;

use super::{
    build::GraphBuilder, declaration::DeclarationRecord, entity::NONE, ownership::host_names, symbols::index,
};

/// Gives what hosts say to the entities that carry the same annotation in a manifest. What manifests
/// themselves say keeps its names.
pub(super) fn meet(builder: &mut GraphBuilder) {
    let of_hosts = host_names_of(builder, true);
    if of_hosts.is_empty() {
        return;
    }
    let mut in_manifests: FxHashMap<HostName, u32> = FxHashMap::default();
    for (name, _, entity) in host_names_of(builder, false) {
        in_manifests.entry(name).or_insert(entity);
    }
    // By repository, too: two organisations may each have a team of one name.
    let mut meant: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    for (name, repository, entity) in of_hosts {
        // Manifests may leave out the organisation of a team.
        let (key, whole) = &name;
        let team = whole.rsplit_once('/').filter(|_| key.ends_with("/team-slug"));
        let target = in_manifests
            .get(&name)
            .or_else(|| team.and_then(|(_, team)| in_manifests.get(&(*key, team.to_owned()))));
        if let Some(target) = target.filter(|target| **target != entity) {
            meant.insert((repository, entity), *target);
        }
    }
    if meant.is_empty() {
        return;
    }
    for number in 0..builder.statements.len() {
        let statement = builder.statements[number];
        if builder.is_of_host(statement.declaration) {
            let repository = repository_of(builder, &builder.declarations[statement.declaration as usize]);
            let meaning = |entity: u32| meant.get(&(repository, entity)).copied().unwrap_or(entity);
            let (from, to) = (meaning(statement.from), meaning(statement.to));
            (builder.statements[number].from, builder.statements[number].to) = (from, to);
        }
    }
    for number in 0..builder.declarations.len() {
        let repository = repository_of(builder, &builder.declarations[number]);
        let declaration = &mut builder.declarations[number];
        if let Some(target) = meant.get(&(repository, declaration.entity)) {
            declaration.entity = *target;
        }
    }
}

/// A name on a host with the annotation that states it, in lower case.
type HostName = (&'static str, String);

/// The names on hosts that declarations state, those of hosts or those of manifests, each with the
/// repository and the entity.
fn host_names_of(builder: &GraphBuilder, of_host: bool) -> Vec<(HostName, u32, u32)> {
    let mut found = Vec::new();
    for (number, declaration) in builder.declarations.iter().enumerate() {
        let Some(details) = declaration.details.as_deref().filter(|_| declaration.entity != NONE) else {
            continue;
        };
        for (key, name) in host_names(&builder.names[declaration.entity as usize], details) {
            if builder.is_of_host(index(number)) == of_host {
                let name = name.trim_start_matches('@').to_lowercase();
                found.push(((key, name), repository_of(builder, declaration), declaration.entity));
            }
        }
    }
    found
}

fn repository_of(builder: &GraphBuilder, declaration: &DeclarationRecord) -> u32 {
    builder.sources[declaration.source as usize].repository
}
