//! What some of those who ask are not to see.
//!
//! It is cut out of what repositories say, before a graph is made of it. So no answer can tell of it, neither
//! by a name nor by a count, a path through it, a search or a gap: there is no second rule that could be forgotten.

use crate::{
    graph::CatalogGraph,
    model::{
        Answer, Diagnostic, EntityRef, IdentityTable, Manifest, Person, RepositoryDeclarations, RepositoryId,
        Review, ReviewAnswer, ReviewItem, Reviews, StarPattern,
    },
};

/// Repositories and namespaces that are not to be seen; by default none.
///
/// What a repository that is seen says of entities in hidden repositories stays: it stands in a file that
/// everybody who sees the repository can read, and such an entity is a placeholder. Of hidden namespaces
/// nothing stays, also where others name them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HiddenPart {
    /// Ids of repositories in lower case, in which a `*` stands for any letters; ids are meant in any case.
    pub repositories: Vec<StarPattern>,
    /// Namespaces, in lower case.
    pub namespaces: Vec<Box<str>>,
}

impl HiddenPart {
    /// Whether nothing is hidden.
    pub fn is_empty(&self) -> bool {
        self.repositories.is_empty() && self.namespaces.is_empty()
    }

    /// Whether a repository is hidden.
    pub fn hides_repository(&self, id: &RepositoryId) -> bool {
        self.hides_id(id.as_str())
    }

    fn hides_id(&self, id: &str) -> bool {
        if self.repositories.is_empty() {
            return false;
        }
        let id = id.to_lowercase();
        self.repositories.iter().any(|pattern| pattern.matches(&id))
    }

    /// Whether an entity is hidden, whoever declares it.
    pub fn hides_entity(&self, name: &EntityRef) -> bool {
        self.namespaces.iter().any(|namespace| **namespace == *name.namespace())
    }

    /// What is left of what a repository says; nothing of a hidden one. O(facts), or O(1) where nothing is hidden.
    pub(super) fn cut(&self, mut declarations: RepositoryDeclarations) -> Option<RepositoryDeclarations> {
        if self.hides_repository(&declarations.head.id) {
            return None;
        }
        if self.namespaces.is_empty() {
            return Some(declarations);
        }
        declarations.tombstones.retain(|tombstone| !self.hides_entity(&tombstone.entity));
        for manifest in &mut declarations.manifests {
            self.cut_manifest(manifest, &mut declarations.diagnostics);
        }
        Some(declarations)
    }

    fn cut_manifest(&self, manifest: &mut Manifest, of_repository: &mut Vec<Diagnostic>) {
        let before = manifest.documents.len();
        manifest.documents.retain(|document| {
            !document.declaration.as_ref().is_some_and(|of| self.hides_entity(&of.entity))
        });
        if manifest.documents.len() < before {
            // A remark may quote what is hidden.
            manifest.diagnostics.clear();
            of_repository.retain(|diagnostic| diagnostic.path.as_deref() != Some(&*manifest.path));
        }
        for declaration in manifest.documents.iter_mut().filter_map(|document| document.declaration.as_mut())
        {
            declaration.relations.retain(|relation| !self.hides_entity(&relation.other));
            declaration.aliases.retain(|alias| !self.hides_entity(&alias.value));
        }
    }

    /// The names that mean one entity, without those of hidden ones.
    pub(super) fn cut_identity(&self, mut identity: IdentityTable) -> IdentityTable {
        identity.entries.retain(|entry| !self.hides_entity(&entry.entity));
        identity
    }

    /// What was said in reviews of entities that a graph declares.
    pub(super) fn cut_reviews(&self, graph: &CatalogGraph, reviews: Reviews) -> Reviews {
        if self.is_empty() {
            return reviews;
        }
        let is_seen = |name: &EntityRef| graph.entity(name).is_some_and(|entity| !entity.is_placeholder());
        Reviews::new(reviews.iter().map(|review| self.cut_review(review, &is_seen)))
    }

    fn cut_review(&self, review: &Review, is_seen: &dyn Fn(&EntityRef) -> bool) -> Review {
        let owner_seen = |owner: &Option<EntityRef>| owner.clone().filter(|owner| !self.hides_entity(owner));
        let items = review.items.iter().filter(|item| is_seen(&item.entity));
        let items = items.map(|item| ReviewItem { owner: owner_seen(&item.owner), ..item.clone() });
        let said = review.answers.iter().filter(|answer| is_seen(&answer.entity));
        let said = said.filter(|answer| match &answer.answer {
            Answer::HandOver { to } => !self.hides_entity(to),
            _ => true,
        });
        let said = said.map(|answer| ReviewAnswer {
            by: self.cut_person(&answer.by),
            answers_for: owner_seen(&answer.answers_for),
            ..answer.clone()
        });
        let mut cut = Review { items: items.collect(), answers: said.collect(), ..review.clone() };
        cut.started_by = self.cut_person(&review.started_by);
        if let Some(closed) = &mut cut.closed {
            closed.by = self.cut_person(&closed.by);
        }
        cut.scope.namespaces.retain(|namespace| !self.namespaces.contains(namespace));
        cut.scope.owners.retain(|owner| !self.hides_entity(owner));
        cut.scope.systems.retain(|system| !self.hides_entity(system));
        cut.scope.repositories.retain(|id| !self.hides_id(id));
        cut
    }

    fn cut_person(&self, person: &Person) -> Person {
        Person { user: person.user.clone().filter(|user| !self.hides_entity(user)), ..person.clone() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        catalog::Catalog,
        gaps::{GapQuestion, GapSettings, ownership_gaps},
        graph::Entity,
        model::{CatalogChange, Timestamp, Visit},
        sketch::{self, READ_AT, entity_ref},
        store::Store,
    };

    const DRAWN: &str = "
        repository acme/shop
        component:web owner group:shop -> component:hr/payroll component:api resource:vault
        component:api owner group:hr/people
        group:shop
        repository acme/hr-files
        component:hr/payroll owner group:hr/people -> component:api
        group:hr/people members user:hr/ann
        repository acme/secret-vault
        resource:vault owner group:shop -> component:api
    ";

    fn hidden(repositories: &[&str], namespaces: &[&str]) -> HiddenPart {
        HiddenPart {
            repositories: repositories.iter().map(|pattern| StarPattern::new(*pattern)).collect(),
            namespaces: namespaces.iter().map(|namespace| (*namespace).into()).collect(),
        }
    }

    fn change(drawn: &str) -> CatalogChange {
        let visits = sketch::repositories(drawn).into_iter().map(|read| Visit::Read(Box::new(read)));
        CatalogChange { visits: visits.collect() }
    }

    fn stored(drawn: &str) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::at(folder.path().join("catalog.redb"));
        store.apply(&change(drawn), READ_AT).expect("the store takes it");
        (folder, store)
    }

    /// Everything that a graph answers from, and some answers.
    fn shown(graph: &CatalogGraph) -> String {
        let mut text = String::new();
        for entity in graph.entities() {
            text += &format!("{entity:?} {:?} {}\n", entity.standing(), entity.declarations().count());
        }
        graph.relations().for_each(|relation| text += &format!("{relation:?}\n"));
        let settings = GapSettings::default();
        let gaps = ownership_gaps(GapQuestion { graph, now: READ_AT, settings: &settings });
        let remarks: Vec<_> = graph.diagnostics().iter().collect();
        format!("{text}{remarks:?}\n{gaps:?}\n{}", graph.needs().len())
    }

    fn open(hidden: HiddenPart, store: &Store) -> Catalog {
        Catalog::open_without(hidden, store.clone(), IdentityTable::default()).expect("the store is sound")
    }

    #[test]
    fn of_a_hidden_namespace_nothing_is_left() {
        let (_folder, store) = stored(DRAWN);
        let catalog = open(hidden(&[], &["hr"]), &store);
        let text = shown(&catalog.graph());
        assert!(!text.contains("hr/") && !text.contains("payroll"), "{text}");
        assert!(text.contains("component:default/api"), "{text}");
    }

    #[test]
    fn a_hidden_repository_leaves_only_what_others_say_of_it() {
        let (_folder, store) = stored(DRAWN);
        let graph = open(hidden(&["acme/secret-*"], &[]), &store).graph();
        assert!(graph.entity(&entity_ref("resource:vault")).is_some_and(Entity::is_placeholder));
        assert!(!shown(&graph).contains("secret"));
        assert_eq!(graph.repositories().len(), 2);
    }

    #[test]
    fn reviews_tell_of_what_is_seen_only() {
        use crate::{
            model::{ReviewChange, ReviewScope},
            review::{ReviewTerms, new_review, person_named},
        };
        let (_folder, store) = stored(DRAWN);
        let whole = Catalog::open(store.clone(), IdentityTable::default()).expect("the store is sound");
        let part = open(hidden(&["acme/secret-*"], &["hr"]), &store);
        let by = person_named(&whole.graph(), "user:hr/ann");
        let terms = ReviewTerms {
            id: None,
            title: "all".into(),
            by,
            due: Timestamp(READ_AT.0 + 9),
            automatic_days: None,
        };
        let start = ReviewChange::Start(new_review(&whole.graph(), ReviewScope::default(), terms));
        let taken = whole.change_reviews(&start, READ_AT, std::time::Duration::ZERO).expect("it is written");
        taken.expect("it is taken");
        part.refresh().expect("the store is sound");
        let graph = part.graph();
        let review = graph.reviews().iter().next().expect("the review is seen");
        let asked: Vec<String> = review.items.iter().map(|item| item.entity.short()).collect();
        assert_eq!(asked, ["component:api", "component:web"]);
        assert_eq!((review.items[0].owner.as_ref(), review.started_by.user.as_ref()), (None, None));
    }

    proptest! {
        // Each case writes a store twice.
        #![proptest_config(ProptestConfig::with_cases(40))]

        /// The answer to somebody is the answer of a catalog that never held the rest.
        #[test]
        fn a_part_is_hidden_as_if_it_had_never_been_read(
            needs in prop::collection::vec((0..12_u8, 0..12_u8), 0..30),
            later in prop::collection::vec((0..12_u8, 0..12_u8), 0..30),
            hidden_repositories in prop::collection::btree_set(0..4_u8, 0..3),
        ) {
            // Three entities a repository; each repository says what its own entities need.
            let draw = |needs: &[(u8, u8)], left_out: &std::collections::BTreeSet<u8>| {
                let mut text = String::new();
                for repository in 0..4 {
                    if left_out.contains(&repository) {
                        // The lines of the others stay where they are.
                        text += "\n\n\n\n";
                        continue;
                    }
                    text += &format!("repository acme/r{repository}\n");
                    for entity in repository * 3..repository * 3 + 3 {
                        let mut others: Vec<u8> =
                            needs.iter().filter(|(x, y)| *x == entity && x != y).map(|(_, y)| *y).collect();
                        others.sort_unstable();
                        others.dedup();
                        let others: Vec<String> = others.iter().map(|other| format!("component:c{other}")).collect();
                        let arrow = if others.is_empty() { "" } else { "-> " };
                        text += &format!("component:c{entity} {arrow}{}\n", others.join(" "));
                    }
                }
                text
            };
            let all = std::collections::BTreeSet::new();
            let patterns: Vec<String> = hidden_repositories.iter().map(|of| format!("acme/r{of}")).collect();
            let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
            let (_folder, store) = stored(&draw(&needs, &all));
            let part = open(hidden(&patterns, &[]), &store);
            let alone = sketch::graph(&draw(&needs, &hidden_repositories));
            prop_assert_eq!(shown(&part.graph()), shown(&alone));
            part.apply(&change(&draw(&later, &all)), READ_AT).expect("the store takes it");
            let alone = sketch::graph(&draw(&later, &hidden_repositories));
            prop_assert_eq!(shown(&part.graph()), shown(&alone));
        }
    }
}
