//! From what repositories say to a graph, first half: everything is taken in, compactly.

use rustc_hash::FxHashMap;

use crate::model::{
    Authority, Declaration, Document, EntityRef, Field, Manifest, Position, RelationClass, RelationEnd,
    RelationKind, RepositoryDeclarations, Revision, Strength,
};

use super::{
    CatalogDiagnostic, CatalogGraph,
    entity::{DeclarationRecord, Details, NONE, SourceRecord},
    path_rules::{OwnershipFiles, OwnershipRecord},
    repository::RepositoryRecord,
    symbols::{Symbols, index},
};

/// Takes what each repository says and makes a graph of it.
///
/// Repositories may come in any order and one at a time: only what the graph keeps is kept of each.
/// The graph does not depend on the order.
#[derive(Debug, Default)]
pub struct GraphBuilder {
    pub(super) symbols: Symbols,
    /// Every ref that was met, by provisional number.
    pub(super) names: Vec<EntityRef>,
    numbers: FxHashMap<EntityRef, u32>,
    pub(super) repositories: Vec<RepositoryRecord>,
    pub(super) sources: Vec<SourceRecord>,
    pub(super) declarations: Vec<DeclarationRecord>,
    pub(super) statements: Vec<Statement>,
    pub(super) diagnostics: Vec<CatalogDiagnostic>,
}

/// One relation as one document states it, between provisional numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) kind: RelationKind,
    pub(super) class: RelationClass,
    pub(super) subject: RelationEnd,
    pub(super) declaration: u32,
    pub(super) position: Position,
    /// The strength, where the document states one.
    pub(super) strength: Option<Strength>,
    /// The group of alternatives, from 1; 0 for none.
    pub(super) any_of: u16,
    /// Whether it refines a relation that may be stated elsewhere.
    pub(super) refines: bool,
}

impl GraphBuilder {
    /// A builder that has taken nothing in.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in what one repository says; each repository is to be added once.
    pub fn add(&mut self, declarations: RepositoryDeclarations) {
        let RepositoryDeclarations { head, manifests, diagnostics } = declarations;
        let repository = index(self.repositories.len());
        let id = head.id.clone();
        let mut ownership = OwnershipFiles::default();
        let is_catalog = |manifest: &&Manifest| manifest.format.authority() <= Authority::OtherCatalog;
        let catalog_manifests = index(manifests.iter().filter(is_catalog).count());
        let manifest_count = index(manifests.len());
        let mut note =
            |diagnostic| self.diagnostics.push(CatalogDiagnostic { repository: id.clone(), diagnostic });
        diagnostics.into_iter().for_each(&mut note);
        for mut manifest in manifests {
            manifest.diagnostics.drain(..).for_each(&mut note);
            let source = index(self.sources.len());
            ownership.take(source, manifest.format, manifest.path_rules.take());
            self.sources.push(SourceRecord {
                repository,
                path: manifest.path,
                format: manifest.format,
                found_by: manifest.found_by,
                stale: manifest.stale.map(Box::new),
            });
            for document in manifest.documents {
                let document = take_document(
                    &mut self.symbols,
                    &mut self.names,
                    &mut self.numbers,
                    &mut self.statements,
                    index(self.declarations.len()),
                    source,
                    document,
                );
                self.declarations.push(document);
            }
        }
        self.repositories.push(RepositoryRecord {
            head,
            codeowners: OwnershipRecord::new(ownership.codeowners),
            owners: OwnershipRecord::new(ownership.owners),
            unread_ownership: ownership.unread,
            manifests: manifest_count,
            catalog_manifests,
        });
    }

    /// The provisional number of a ref.
    pub(super) fn number(&mut self, name: EntityRef) -> u32 {
        number(&mut self.names, &mut self.numbers, name)
    }

    /// Makes the graph of everything that was taken in. O(n log n) in declarations and relations.
    pub fn build(self, revision: Revision) -> CatalogGraph {
        super::resolve::resolve(self, revision)
    }
}

fn number(names: &mut Vec<EntityRef>, numbers: &mut FxHashMap<EntityRef, u32>, name: EntityRef) -> u32 {
    *numbers.entry(name).or_insert_with_key(|name| {
        names.push(name.clone());
        index(names.len() - 1)
    })
}

fn take_document(
    symbols: &mut Symbols,
    names: &mut Vec<EntityRef>,
    numbers: &mut FxHashMap<EntityRef, u32>,
    statements: &mut Vec<Statement>,
    declaration_number: u32,
    source: u32,
    document: Document,
) -> DeclarationRecord {
    let mut record = DeclarationRecord {
        source,
        document: document.index,
        position: document.position,
        entity: NONE,
        strict: document.strict,
        tier: None,
        kind: symbols.intern_optional(None),
        entity_type: symbols.intern_optional(None),
        lifecycle: symbols.intern_optional(None),
        name_spelled: None,
        problems: document.problems.into(),
        stale: document.stale.map(Box::new),
        owners_left_out: Box::default(),
        details: None,
    };
    let Some(mut declaration) = document.declaration else { return record };
    let subject = number(names, numbers, declaration.entity.clone());
    for relation in std::mem::take(&mut declaration.relations) {
        let other = number(names, numbers, relation.other);
        let (from, to) = match relation.subject {
            RelationEnd::From => (subject, other),
            RelationEnd::To => (other, subject),
        };
        let terms = relation.terms.as_deref();
        statements.push(Statement {
            from,
            to,
            kind: relation.kind,
            class: relation.class,
            subject: relation.subject,
            declaration: declaration_number,
            position: relation.position,
            strength: terms.and_then(|terms| terms.strength),
            any_of: terms.and_then(|terms| terms.any_of).map_or(0, |group| group.saturating_add(1)),
            refines: relation.field == Field::Needs,
        });
    }
    record.entity = subject;
    record.position = declaration.position;
    record.tier = declaration.tier.as_ref().map(|tier| tier.value);
    record.kind = symbols.intern(&declaration.spelling.kind);
    let text = |fact: &Option<crate::model::Located<Box<str>>>| fact.as_ref().map(|fact| fact.value.clone());
    record.entity_type = symbols.intern_optional(text(&declaration.entity_type).as_deref());
    record.lifecycle = symbols.intern_optional(text(&declaration.lifecycle).as_deref());
    if *declaration.spelling.name != *declaration.entity.name() {
        record.name_spelled = Some(std::mem::take(&mut declaration.spelling.name));
    }
    record.details = details(declaration);
    record
}

fn details(declaration: Declaration) -> Option<Box<Details>> {
    let values =
        |located: Vec<crate::model::Located<Box<str>>>| located.into_iter().map(|fact| fact.value).collect();
    let details = Details {
        title: declaration.title.map(|title| title.value),
        description: declaration.description.map(|description| description.value),
        labels: declaration.labels.into(),
        annotations: declaration.annotations.into(),
        tags: values(declaration.tags),
        links: declaration.links.into(),
        profile: declaration.profile.map(Box::new),
        objectives: declaration.objectives.into(),
        data_classes: values(declaration.data_classes),
    };
    (details != Details::default()).then(|| Box::new(details))
}
