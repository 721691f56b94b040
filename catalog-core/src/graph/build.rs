//! From what repositories say to a graph, first half: everything is taken in, compactly.

use rustc_hash::FxHashMap;

use crate::model::{
    Authority, Declaration, Document, EntityRef, Field, IdentityTable, Located, Manifest, ManifestFormat,
    NeedTerms, Position, RelationClass, RelationEnd, RelationKind, RepositoryDeclarations, Revision,
    Strength,
};

use super::{
    CatalogDiagnostic, CatalogGraph, Removal,
    declaration::{DeclarationRecord, SourceRecord},
    entity::NONE,
    facts::Details,
    identity::UnitedNames,
    kept::Kept,
    path_rules::{OwnershipFiles, OwnershipRecord},
    repository::RepositoryRecord,
    symbols::{Symbol, Symbols, index},
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
    /// What statements say beyond strength and alternatives.
    pub(super) terms: Vec<Kept<NeedTerms>>,
    /// Other names of entities, as declarations state them.
    pub(super) aliases: Vec<Alias>,
    pub(super) identity: IdentityTable,
    /// What is to be remembered of that.
    pub(super) united: UnitedNames,
    /// For each name the one that its entity has, once names are united.
    pub(super) canonical: Vec<u32>,
    /// What was to be said of single repositories already.
    pub(super) said: Vec<CatalogDiagnostic>,
    /// What is to be said about how repositories fit together.
    pub(super) diagnostics: Vec<CatalogDiagnostic>,
    pub(super) removals: Vec<Removal>,
}

/// Another name of the entity of a declaration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alias {
    pub(super) declaration: u32,
    pub(super) name: u32,
    pub(super) position: Position,
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
    /// Its place among the relations of its document; 255 for all that come later.
    pub(super) order: u8,
    /// What it says beyond strength and alternatives, by number; [`NONE`] for nothing.
    pub(super) terms: u32,
}

impl GraphBuilder {
    /// A builder that has taken nothing in.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets names mean what the configuration says, beyond what the files say.
    #[must_use]
    pub fn with_identity(mut self, identity: IdentityTable) -> Self {
        self.identity = identity;
        self
    }

    /// Takes in what one repository says; each repository is to be added once.
    pub fn add(&mut self, declarations: RepositoryDeclarations) {
        let RepositoryDeclarations { head, manifests, diagnostics, tombstones, history } = declarations;
        let repository = index(self.repositories.len());
        let removal = |tombstone| Removal { repository: head.id.clone(), tombstone };
        self.removals.extend(tombstones.into_iter().map(removal));
        let id = head.id.clone();
        let mut ownership = OwnershipFiles::default();
        let is_catalog = |manifest: &&Manifest| manifest.format.authority() <= Authority::OtherCatalog;
        let catalog_manifests = index(manifests.iter().filter(is_catalog).count());
        let is_host = !manifests.is_empty() && manifests.iter().all(|it| it.format == ManifestFormat::Host);
        let manifest_count = index(manifests.len());
        let about = |diagnostic| CatalogDiagnostic { repository: id.clone(), diagnostic };
        self.said.extend(diagnostics.into_iter().map(about));
        for mut manifest in manifests {
            self.said.extend(manifest.diagnostics.drain(..).map(about));
            let source = index(self.sources.len());
            ownership.take(source, manifest.format, manifest.path_rules.take());
            self.sources.push(SourceRecord {
                repository,
                path: manifest.path,
                format: manifest.format,
                found_by: manifest.found_by,
                content: manifest.content,
                stale: manifest.stale.map(Box::new),
            });
            for document in manifest.documents {
                self.take_document(source, document);
            }
        }
        self.repositories.push(RepositoryRecord {
            head,
            codeowners: OwnershipRecord::new(ownership.codeowners),
            owners: OwnershipRecord::new(ownership.owners),
            unread_ownership: ownership.unread,
            manifests: manifest_count,
            catalog_manifests,
            is_host,
            history: history.map(|history| *history).into(),
        });
    }

    /// Whether a host says this, and no file.
    pub(super) fn is_of_host(&self, declaration: u32) -> bool {
        let source = self.declarations[declaration as usize].source;
        self.sources[source as usize].format == ManifestFormat::Host
    }

    /// The provisional number of a ref, or of the entity that it is another name of.
    pub(super) fn number(&mut self, name: EntityRef) -> u32 {
        let number = *self.numbers.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            index(self.names.len() - 1)
        });
        self.canonical.get(number as usize).copied().unwrap_or(number)
    }

    fn take_document(&mut self, source: u32, document: Document) {
        let declaration_number = index(self.declarations.len());
        let mut record = DeclarationRecord {
            source,
            document: document.index,
            position: document.position,
            entity: NONE,
            named: None,
            strict: document.strict,
            tier: None,
            kind: self.symbols.intern_optional(None),
            entity_type: self.symbols.intern_optional(None),
            lifecycle: self.symbols.intern_optional(None),
            name_spelled: None,
            problems: document.problems.into(),
            stale: document.stale.map(Box::new),
            is_left_out: false,
            left_out: Box::default(),
            members_unread: false,
            details: None,
        };
        let Some(mut declaration) = document.declaration else {
            self.declarations.push(record);
            return;
        };
        let subject = self.number(declaration.entity.clone());
        for (order, relation) in std::mem::take(&mut declaration.relations).into_iter().enumerate() {
            let other = self.number(relation.other);
            let (from, to) = match relation.subject {
                RelationEnd::From => (subject, other),
                RelationEnd::To => (other, subject),
            };
            let terms = relation.terms.as_deref();
            let (strength, any_of) = terms.map_or((None, None), |terms| (terms.strength, terms.any_of));
            let says_more = terms.is_some_and(|terms| {
                !terms.expects.is_empty()
                    || terms.timeout_ms.is_some()
                    || terms.retries.is_some()
                    || terms.endpoint.is_some()
                    || terms.purpose.is_some()
            });
            let number_of_terms = if says_more { index(self.terms.len()) } else { NONE };
            if says_more {
                self.terms.extend(relation.terms.map(|terms| Kept::from(*terms)));
            }
            self.statements.push(Statement {
                from,
                to,
                kind: relation.kind,
                class: relation.class,
                subject: relation.subject,
                declaration: declaration_number,
                position: relation.position,
                strength,
                any_of: any_of.map_or(0, |group| group.saturating_add(1)),
                refines: relation.field == Field::Needs,
                order: u8::try_from(order).unwrap_or(u8::MAX),
                terms: number_of_terms,
            });
        }
        for alias in std::mem::take(&mut declaration.aliases) {
            let name = self.number(alias.value);
            if name != subject {
                self.aliases.push(Alias { declaration: declaration_number, name, position: alias.position });
            }
        }
        record.entity = subject;
        record.members_unread = declaration.unread.contains(&Field::Members);
        record.position = declaration.position;
        record.tier = declaration.tier.as_ref().map(|tier| tier.value);
        record.kind = self.symbols.intern(&declaration.spelling.kind);
        let text = |fact: &Option<Located<Box<str>>>| fact.as_ref().map(|fact| fact.value.clone());
        record.entity_type = self.symbols.intern_optional(text(&declaration.entity_type).as_deref());
        record.lifecycle = self.symbols.intern_optional(text(&declaration.lifecycle).as_deref());
        if *declaration.spelling.name != *declaration.entity.name() {
            record.name_spelled = Some(std::mem::take(&mut declaration.spelling.name));
        }
        record.details = details(declaration);
        self.declarations.push(record);
    }

    /// Takes in what another builder did, as if this one had done so after what it has taken in already.
    ///
    /// For a catalog whose repositories are taken in on several threads. O(names and statements of the other).
    pub fn absorb(&mut self, other: Self) {
        let repositories = index(self.repositories.len());
        let sources = index(self.sources.len());
        let declarations = index(self.declarations.len());
        let terms = index(self.terms.len());
        let names: Vec<u32> = other.names.into_iter().map(|name| self.number(name)).collect();
        let name_of = |number: u32| names[number as usize];
        let symbols = &mut self.symbols;
        let mut symbol_of =
            |symbol: &mut Symbol| *symbol = symbols.intern_optional(other.symbols.text(*symbol));
        self.repositories.extend(other.repositories.into_iter().map(|mut repository| {
            repository.ownership_sources_mut().for_each(|source| *source += sources);
            repository
        }));
        self.sources.extend(other.sources.into_iter().map(|mut source| {
            source.repository += repositories;
            source
        }));
        self.declarations.extend(other.declarations.into_iter().map(|mut declaration| {
            declaration.source += sources;
            if declaration.entity != NONE {
                declaration.entity = name_of(declaration.entity);
            }
            symbol_of(&mut declaration.kind);
            symbol_of(&mut declaration.entity_type);
            symbol_of(&mut declaration.lifecycle);
            declaration
        }));
        self.statements.extend(other.statements.into_iter().map(|statement| Statement {
            from: name_of(statement.from),
            to: name_of(statement.to),
            declaration: statement.declaration + declarations,
            terms: if statement.terms == NONE { NONE } else { statement.terms + terms },
            ..statement
        }));
        self.terms.extend(other.terms);
        self.aliases.extend(other.aliases.into_iter().map(|alias| Alias {
            declaration: alias.declaration + declarations,
            name: name_of(alias.name),
            ..alias
        }));
        self.said.extend(other.said);
        self.removals.extend(other.removals);
    }

    /// How much the format of a declaration is believed.
    pub(super) fn authority(&self, declaration: u32) -> Authority {
        let source = self.declarations[declaration as usize].source;
        self.sources[source as usize].format.authority()
    }

    /// Makes the graph of everything that was taken in. O(n log n) in declarations and relations.
    pub fn build(self, revision: Revision) -> CatalogGraph {
        super::resolve::resolve(self, revision)
    }
}

fn details(declaration: Declaration) -> Option<Kept<Details>> {
    let values = |located: Vec<Located<Box<str>>>| located.into_iter().map(|fact| fact.value).collect();
    let details = Details {
        declared_as: declaration.declared_as,
        code_locations: declaration.code_locations.into(),
        additions: declaration.additions.into(),
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
    (details != Details::default()).then(|| details.into())
}
