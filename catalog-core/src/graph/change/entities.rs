//! Names, repositories and documents get their slots; entities get their standing, facts and owners.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Changing, Rebuild};
use crate::{
    graph::{
        DeclarationView, Entity, RepositoryView,
        declaration::{DeclarationRecord, SourceRecord},
        entity::{EntityRecord, NONE, Standing},
        facts::Facts,
        identity::NameRules,
        ownership::is_owned_by_path,
        repository::{repository_ref, stands_for},
        symbols::{Symbol, Symbols, index},
    },
    model::{Authority, EntityRef, RelationKind},
};

impl Changing<'_> {
    /// Finds the slot of each name that was taken in, and makes one for those that are new and used.
    pub(super) fn place_entities(&mut self) {
        let names = std::mem::take(&mut self.taken.names);
        let mut is_used: Vec<bool> =
            self.taken.standing.iter().map(|declaration| *declaration != NONE).collect();
        for statement in &self.taken.statements {
            is_used[statement.from as usize] = true;
            is_used[statement.to as usize] = true;
        }
        for (name, is_used) in names.iter().zip(is_used) {
            let slot = match self.graph.slot_named(name) {
                Some(slot) => slot,
                None if is_used => self.add_entity(name.clone()),
                None => NONE,
            };
            self.slots.push(slot);
        }
        self.taken.names = names;
    }

    /// The slot of a name, a new one if it has none.
    fn slot_or_new(&mut self, name: EntityRef) -> u32 {
        self.graph.slot_named(&name).unwrap_or_else(|| self.add_entity(name))
    }

    /// Makes a slot for a name that has none.
    fn add_entity(&mut self, name: EntityRef) -> u32 {
        let record = EntityRecord { name: name.clone(), standing: Standing::Placeholder, merged: NONE };
        let slot = self.graph.entities.push(record);
        self.graph.owners.owner_of.push(NONE);
        self.graph.added_names.insert(name, slot);
        slot
    }

    /// Puts changed repositories with their files in place of the former ones.
    pub(super) fn place_repositories(&mut self) {
        let mut next = self.graph.repositories.len();
        let records = std::mem::take(&mut self.taken.builder.repositories);
        self.repository_slots = records
            .iter()
            .map(|record| {
                let known = self.former.repository(&record.head.id).map(RepositoryView::slot);
                known.unwrap_or_else(|| {
                    next += 1;
                    next - 1
                })
            })
            .collect();
        let is_changed: Vec<bool> =
            records.iter().map(|record| self.taken.changed.contains(&record.head.id)).collect();
        let sources = std::mem::take(&mut self.taken.builder.sources);
        self.source_slots = sources
            .into_iter()
            .map(|source| {
                if !is_changed[source.repository as usize] {
                    return NONE;
                }
                let repository = self.repository_slots[source.repository as usize];
                self.graph.sources.push(SourceRecord { repository, ..source })
            })
            .collect();
        for ((mut record, is_changed), number) in records.into_iter().zip(is_changed).zip(0..) {
            if !is_changed {
                continue;
            }
            for source in record.ownership_sources_mut() {
                *source = self.source_slots[*source as usize];
            }
            let name = repository_ref(&record.head.id);
            let slot = self.repository_slots[number as usize];
            if slot < self.graph.repositories.len() {
                self.graph.repositories.replace(slot, record);
            } else {
                self.graph.repositories.push(record);
            }
            if let Some(name) = name {
                let entity = self.slot_or_new(name);
                self.set_standing(entity, Standing::Repository(slot));
            }
        }
        for slot in self.taken.removed.clone() {
            let name = repository_ref(&self.graph.repositories[slot].head.id);
            if let Some(entity) = name.and_then(|name| self.graph.slot_named(&name)) {
                self.set_standing(entity, Standing::Placeholder);
            }
        }
    }

    fn set_standing(&mut self, entity: u32, standing: Standing) {
        self.touched.insert(entity);
        self.owned_anew.insert(entity);
        if self.graph.entities[entity].standing != standing {
            let record = EntityRecord { standing, ..self.graph.entities[entity].clone() };
            self.graph.entities.replace(entity, record);
        }
    }

    /// Puts the documents of changed repositories behind all others, and notes where others say now what
    /// counts and what is left out.
    pub(super) fn place_declarations(&mut self) {
        let symbols = std::mem::take(&mut self.taken.builder.symbols);
        let declarations = std::mem::take(&mut self.taken.builder.declarations);
        let former_slots = self.taken.changed.iter().filter_map(|id| self.former.repository(id));
        for repository in former_slots {
            self.graph.declaration_count -= index(repository.declarations().count());
            self.graph.declarations_in.insert(repository.slot(), 0..0);
        }
        for slot in &self.repository_slots {
            if *slot >= self.former.repositories.len() {
                self.graph.declarations_in.insert(*slot, 0..0);
            }
        }
        for (number, declaration) in (0..).zip(declarations) {
            let entity = match declaration.entity {
                NONE => NONE,
                rank => self.slots[rank as usize],
            };
            let known = self.taken.known_declarations[number];
            let slot = if known == NONE {
                self.add_declaration(declaration, entity, &symbols)
            } else {
                if entity != NONE {
                    self.decide_again(known, &declaration);
                }
                known
            };
            self.declaration_slots.push(slot);
            if entity != NONE {
                self.declared.entry(entity).or_default().push(slot);
            }
        }
    }

    fn add_declaration(&mut self, declaration: DeclarationRecord, entity: u32, symbols: &Symbols) -> u32 {
        let mut translated = |symbol: Symbol| self.graph.symbols.intern_optional(symbols.text(symbol));
        let record = DeclarationRecord {
            source: self.source_slots[declaration.source as usize],
            entity,
            kind: translated(declaration.kind),
            entity_type: translated(declaration.entity_type),
            lifecycle: translated(declaration.lifecycle),
            ..declaration
        };
        let repository = self.graph.sources[record.source].repository;
        let slot = self.graph.declarations.push(record);
        self.graph.declaration_count += 1;
        let range = self.graph.declarations_in.entry(repository).or_insert(slot..slot);
        if range.start == range.end {
            *range = slot..slot;
        }
        range.end = slot + 1;
        slot
    }

    /// Whether a document of another repository counts can have changed.
    fn decide_again(&mut self, slot: u32, declaration: &DeclarationRecord) {
        let known = &self.graph.declarations[slot];
        if known.is_left_out != declaration.is_left_out || known.left_out != declaration.left_out {
            let record = DeclarationRecord {
                is_left_out: declaration.is_left_out,
                left_out: declaration.left_out.clone(),
                ..known.clone()
            };
            self.graph.declarations.replace(slot, record);
        }
    }

    /// Settles what stands for each reconsidered entity, and what its declarations say together.
    pub(super) fn settle_entities(&mut self) {
        for rank in 0..self.slots.len() {
            let slot = self.slots[rank];
            if !self.taken.is_reconsidered[rank] || slot == NONE {
                continue;
            }
            let mut declarations = self.declared.remove(&slot).unwrap_or_default();
            let graph = &mut self.graph;
            declarations.sort_by_key(|slot| DeclarationView::new(graph, *slot).format().authority());
            let counting: Vec<(Authority, &DeclarationRecord)> = declarations
                .iter()
                .map(|slot| DeclarationView::new(graph, *slot))
                .map(|of| (of.format().authority(), of.record()))
                .filter(|(_, record)| !record.is_left_out)
                .collect();
            let facts = (counting.len() > 1).then(|| Facts::merge(&counting, Symbol::NONE));
            let merged = facts.map_or(NONE, |facts| graph.merged.push(facts));
            let standing = match self.taken.standing[rank] {
                NONE => Standing::Placeholder,
                local => {
                    let declaration = self.declaration_slots[local as usize];
                    match DeclarationView::new(graph, declaration).format().authority() {
                        Authority::Evidence => Standing::Evidence(declaration),
                        _ => Standing::Declared(declaration),
                    }
                }
            };
            let name = graph.entities[slot].name.clone();
            graph.entities.replace(slot, EntityRecord { name, standing, merged });
            graph.declarations_of.replace(slot, declarations);
            self.touched.insert(slot);
            self.owned_anew.insert(slot);
        }
    }

    /// Settles who owns what can have got another owner.
    pub(super) fn settle_owners(&mut self) -> Result<(), Rebuild> {
        let mut moved: FxHashMap<u32, (FxHashSet<u32>, Vec<u32>)> = FxHashMap::default();
        for slot in std::mem::take(&mut self.owned_anew) {
            let owner = match claimed_owner(self.entity(slot)) {
                Some(owner) => owner,
                None => match owner_by_path(self.entity(slot)) {
                    Some(name) if self.is_renamed(&name) => return Err(Rebuild::NamesAreUnited),
                    Some(name) => self.slot_or_new(name),
                    None => NONE,
                },
            };
            let former = self.graph.owners.owner_of[slot];
            if owner == former {
                continue;
            }
            self.graph.owners.owner_of.replace(slot, owner);
            if former != NONE {
                moved.entry(former).or_default().0.insert(slot);
            }
            if owner != NONE {
                moved.entry(owner).or_default().1.push(slot);
            }
        }
        for (owner, (gone, came)) in moved {
            self.touched.insert(owner);
            let graph = &mut self.graph;
            let mut owned: Vec<u32> = graph.owners.owned.of(owner).to_vec();
            owned.retain(|slot| !gone.contains(slot));
            for slot in came {
                let name = |slot: u32| &graph.entities[slot].name;
                let at = owned.partition_point(|other| name(*other) < name(slot));
                owned.insert(at, slot);
            }
            graph.owners.owned.replace(owner, owned);
        }
        Ok(())
    }

    /// Whether a name is another one of an entity.
    fn is_renamed(&self, name: &EntityRef) -> bool {
        match &self.graph.name_rules {
            NameRules::Plain => false,
            NameRules::United(united) => united.is_renamed(name),
        }
    }
}

/// The owner that relations state, unless a path rule speaks before them: of the strongest format, and
/// there the first.
fn claimed_owner(entity: Entity<'_>) -> Option<u32> {
    let owners = entity.outgoing().filter(|relation| relation.kind() == RelationKind::OwnedBy);
    let claims = owners.flat_map(|relation| {
        relation.sources().map(move |source| {
            let declaration = source.declaration;
            let claim = (declaration.format().authority(), declaration.index(), source.order());
            (claim, relation.to().slot())
        })
    });
    let (claim, owner) = claims.min()?;
    (claim.0 < Authority::Paths || owner_by_path(entity).is_none()).then_some(owner)
}

/// The first owner that the rules of its repository name for an entity, if they decide about it.
fn owner_by_path(entity: Entity<'_>) -> Option<EntityRef> {
    let graph = entity.graph();
    let (repository, path) = match entity.record().standing {
        Standing::Repository(repository) => (repository, None),
        Standing::Declared(declaration) if is_owned_by_path(entity.name()) => {
            let declaration = DeclarationView::new(graph, declaration);
            let is_all = stands_for(entity.name(), declaration.repository().id());
            (declaration.repository().slot(), (!is_all).then(|| declaration.path()))
        }
        _ => return None,
    };
    let files = &graph.repositories[repository].ownership()?.files;
    let rules = path.map_or_else(|| files.catch_all(), |path| files.deciding(path));
    let mut owners = rules.iter().flat_map(|at| &files.files()[at.file].rules.rules[at.rule].owners);
    owners.find_map(|owner| graph.owners.names.meaning(owner))
}
