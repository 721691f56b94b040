//! The drawn services as repositories say them: twenty entities each, with owners, systems, tiers and
//! alternatives.

use catalog_core::{
    graph::{CatalogGraph, GraphBuilder},
    model::{
        ContentId, Declaration, DeclaredRelation, Document, EntityRef, Field, FoundBy, Located, Manifest,
        ManifestFormat, NeedTerms, Position, RelationClass, RelationEnd, RelationKind,
        RepositoryDeclarations, RepositoryHead, RepositoryStatus, Revision, Spelling, Strength, Tier,
    },
    sketch,
};

use super::Services;

pub(crate) const ENTITIES_PER_REPOSITORY: u32 = 20;
const TEAMS_PER_SYSTEM: u32 = 2;

/// The name of an entity; in the order of the numbers.
pub(crate) fn name(entity: u32) -> EntityRef {
    EntityRef::new("component", "default", &format!("service-{entity:07}")).expect("the name is valid")
}

fn team(number: u32) -> EntityRef {
    EntityRef::new("group", "default", &format!("team-{number:06}")).expect("the name is valid")
}

fn system(number: u32) -> EntityRef {
    EntityRef::new("system", "default", &format!("system-{number:06}")).expect("the name is valid")
}

/// What the repositories say, drawn one at a time, so that they take no memory beside the graph.
pub(crate) fn repositories(services: &Services) -> impl Iterator<Item = RepositoryDeclarations> {
    let count = services.size.entities;
    let mut needs_of: Vec<Vec<(u32, Strength)>> = vec![Vec::new(); count as usize];
    for (needy, needed, strength) in &services.needs {
        needs_of[*needy as usize].push((*needed, *strength));
    }
    let mut groups_of: Vec<Vec<&[u32]>> = vec![Vec::new(); count as usize];
    for (needy, members) in &services.groups {
        groups_of[*needy as usize].push(members);
    }
    (0..count.div_ceil(ENTITIES_PER_REPOSITORY)).map(move |number| {
        let first = number * ENTITIES_PER_REPOSITORY;
        let entities = first..(first + ENTITIES_PER_REPOSITORY).min(count);
        let documents = (0..).zip(entities).map(|(index, entity)| {
            let (needs, groups) = (&needs_of[entity as usize], &groups_of[entity as usize]);
            document(services, entity, index, needs, groups)
        });
        repository(number, documents.collect())
    })
}

/// The graph of what repositories say.
pub(crate) fn build(repositories: impl IntoIterator<Item = RepositoryDeclarations>) -> CatalogGraph {
    let mut builder = GraphBuilder::new();
    repositories.into_iter().for_each(|repository| builder.add(repository));
    builder.build(Revision(1))
}

fn relation(
    field: Field,
    kind: RelationKind,
    other: EntityRef,
    position: Position,
    terms: Option<NeedTerms>,
) -> DeclaredRelation {
    let (subject, class) = (RelationEnd::From, RelationClass::Declared);
    DeclaredRelation { field, kind, subject, other, position, class, terms: terms.map(Box::new) }
}

fn document(
    services: &Services,
    entity: u32,
    index: u32,
    needs: &[(u32, Strength)],
    groups: &[&[u32]],
) -> Document {
    let position = Position::new(index * 20 + 4, 9);
    let named = name(entity);
    let spelling = Spelling { kind: "Component".into(), namespace: None, name: named.name().into() };
    let mut declaration = Declaration::new(named, spelling, position);
    declaration.entity_type = Some(Located::new("service".into(), position));
    declaration.tier = Tier::new(services.tier_of[entity as usize]).map(|tier| Located::new(tier, position));
    let owner = team(services.owner_of[entity as usize]);
    declaration.relations.push(relation(Field::Owner, RelationKind::OwnedBy, owner, position, None));
    let system = system(services.owner_of[entity as usize] / TEAMS_PER_SYSTEM);
    declaration.relations.push(relation(Field::System, RelationKind::PartOf, system, position, None));
    for (needed, strength) in needs {
        let is_soft = *strength == Strength::Soft;
        let terms = is_soft.then(|| NeedTerms { strength: Some(Strength::Soft), ..NeedTerms::default() });
        let field = if is_soft { Field::Needs } else { Field::DependsOn };
        let needed = relation(field, RelationKind::DependsOn, name(*needed), position, terms);
        declaration.relations.push(needed);
    }
    for (number, members) in (0..).zip(groups) {
        for member in *members {
            let terms = NeedTerms { any_of: Some(number), ..NeedTerms::default() };
            let other = name(*member);
            let member = relation(Field::Needs, RelationKind::DependsOn, other, position, Some(terms));
            declaration.relations.push(member);
        }
    }
    Document {
        index,
        position,
        strict: true,
        problems: Vec::new(),
        declaration: Some(declaration),
        stale: None,
    }
}

fn repository(number: u32, documents: Vec<Document>) -> RepositoryDeclarations {
    let id = sketch::repository_id(&format!("git.example.com/acme/repository-{number:06}"));
    RepositoryDeclarations {
        head: RepositoryHead {
            address: format!("https://{id}").into(),
            id,
            commit: Some(sketch::COMMIT),
            committed_at: Some(sketch::READ_AT),
            observed_at: Some(sketch::READ_AT),
            status: RepositoryStatus::Read,
            reader: 0,
        },
        manifests: vec![Manifest {
            path: "catalog-info.yaml".into(),
            format: ManifestFormat::Backstage,
            found_by: FoundBy::Name,
            content: ContentId([0; 20]),
            inputs: Vec::new(),
            locations: Vec::new(),
            documents,
            path_rules: None,
            stale: None,
            diagnostics: Vec::new(),
        }],
        diagnostics: Vec::new(),
        tombstones: Vec::new(),
        history: None,
    }
}
