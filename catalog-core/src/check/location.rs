//! Where the entities of one graph say that their code lies in a repository.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::{
    graph::{CatalogGraph, DeclarationView, Entity, RepositoryView},
    model::{
        Authority, CodeLocation, PathDialect, PathRule, PathRules, Position, area_of_location,
        area_of_manifest,
    },
    path_rules::PathMatcher,
    query::{is_address, path_behind_address},
};

use super::ChangeGround;

/// The annotation in which Backstage says where the code of an entity lies.
const SOURCE_LOCATION: &str = "backstage.io/source-location";
/// Annotations that name the repository of an entity by its path on the host.
const PROJECT_SLUGS: [&str; 3] =
    ["github.com/project-slug", "gitlab.com/project-slug", "gitea.com/repo-slug"];

/// What lies where in one repository, as one graph knows it.
pub(super) struct Locations<'g, 'q> {
    /// By path of a manifest, the documents in it.
    manifests: FxHashMap<&'g [u8], Vec<DeclarationView<'g>>>,
    /// By folder or file, those who say that it is theirs, or whose manifests lie there.
    areas: FxHashMap<Box<[u8]>, Vec<(Entity<'g>, ChangeGround)>>,
    /// The patterns of code locations, with those who name them.
    patterns: PathMatcher,
    named_by: Vec<(Entity<'g>, usize)>,
    build_roots: &'q BTreeMap<Box<str>, Box<str>>,
}

impl<'g, 'q> Locations<'g, 'q> {
    /// Looks at the documents of the repository, and at what those of others say of it.
    /// O(documents), of which few are read.
    pub(super) fn of(
        graph: &'g CatalogGraph,
        repository: RepositoryView<'g>,
        build_roots: &'q BTreeMap<Box<str>, Box<str>>,
    ) -> Self {
        let mut gathered = Gathered::default();
        let mut manifests: FxHashMap<&[u8], Vec<DeclarationView<'g>>> = FxHashMap::default();
        for declaration in repository.declarations() {
            manifests.entry(declaration.path().as_bytes()).or_default().push(declaration);
            let Some(entity) = declaration.entity().filter(|entity| has_code(*entity)) else { continue };
            gathered.take_own(repository, declaration, entity);
        }
        let slug = repository.id().as_str().to_lowercase();
        let names = names_of(repository);
        for declaration in graph.documents_that_may_mention(&names) {
            let Some(entity) = declaration.entity().filter(|entity| has_code(*entity)) else { continue };
            if declaration.repository().id() != repository.id() {
                gathered.take_other(repository, declaration, entity, (&slug, &names));
            }
        }
        Self {
            manifests,
            areas: gathered.areas,
            patterns: PathMatcher::new(&PathRules::new(PathDialect::Github, gathered.patterns)),
            named_by: gathered.named_by,
            build_roots,
        }
    }

    /// The documents of the manifest at a path.
    pub(super) fn manifest(&self, path: &[u8]) -> &[DeclarationView<'g>] {
        self.manifests.get(path).map_or(&[], Vec::as_slice)
    }

    /// Those to whom a path belongs: who names it as its code, and who is nearest around it, unless somebody
    /// who names it is nearer. Around it are folders for which manifests speak, and builds with such a folder.
    pub(super) fn around(&self, path: &[u8]) -> Vec<(Entity<'g>, ChangeGround)> {
        let mut found: Vec<(Entity<'g>, ChangeGround)> = Vec::new();
        let mut depth_named = None;
        for rule in self.patterns.all_matching(path) {
            let (entity, depth) = self.named_by[rule];
            found.push((entity, ChangeGround::CodeLocation));
            depth_named = depth_named.max(Some(depth));
        }
        let mut area = path;
        loop {
            if let Some(nearest) = self.areas.get(area) {
                if depth_named.is_none_or(|named| depth_of(area) >= named) {
                    found.extend(nearest);
                }
                return found;
            }
            let of_build = std::str::from_utf8(area).ok().and_then(|area| self.build_roots.get(area));
            if let Some(manifests) = of_build.and_then(|folder| self.areas.get(folder.as_bytes())) {
                let near = manifests.iter().filter(|(_, ground)| *ground == ChangeGround::NearestManifest);
                if depth_named.is_none_or(|named| depth_of(area) >= named) {
                    found.extend(near.map(|(entity, _)| (*entity, ChangeGround::BuildRoot)));
                }
                return found;
            }
            if area.is_empty() {
                return found;
            }
            let end = area.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
            area = &area[..end];
        }
    }
}

/// Whether files can be what an entity is made of.
fn has_code(entity: Entity<'_>) -> bool {
    !matches!(entity.name().kind(), "group" | "user" | "location" | "template")
}

fn depth_of(area: &[u8]) -> usize {
    if area.is_empty() { 0 } else { 1 + area.iter().filter(|byte| **byte == b'/').count() }
}

#[derive(Default)]
struct Gathered<'g> {
    areas: FxHashMap<Box<[u8]>, Vec<(Entity<'g>, ChangeGround)>>,
    patterns: Vec<PathRule>,
    named_by: Vec<(Entity<'g>, usize)>,
}

impl<'g> Gathered<'g> {
    fn add_area(&mut self, area: &str, entity: Entity<'g>, ground: ChangeGround) {
        let of_area = self.areas.entry(area.as_bytes().into()).or_default();
        if !of_area.contains(&(entity, ground)) {
            of_area.push((entity, ground));
        }
    }

    fn add_location(&mut self, location: &CodeLocation, entity: Entity<'g>) {
        let path = location.path.trim_start_matches('/');
        let pattern = if path.is_empty() { "/**".to_owned() } else { format!("/{path}") };
        self.patterns.push(PathRule::new(pattern, Vec::new(), Position::default()));
        self.named_by.push((entity, depth_of(area_of_location(path).as_bytes())));
    }

    /// Takes what a document of the repository says of where its entity lies; where it says nothing, that is
    /// around the document.
    fn take_own(
        &mut self,
        repository: RepositoryView<'g>,
        declaration: DeclarationView<'g>,
        entity: Entity<'g>,
    ) {
        let mut is_told = false;
        for location in declaration.code_locations() {
            let address = location.value.repository.as_deref();
            is_told = true;
            if address.is_none_or(|address| path_behind_address(repository, address).is_some()) {
                self.add_location(&location.value, entity);
            }
        }
        let folder = area_of_manifest(declaration.path());
        if let Some(text) = source_location(declaration) {
            match located(repository, declaration, text) {
                Located::Here(area) => {
                    is_told = true;
                    self.add_area(&area, entity, ChangeGround::SourceLocation);
                }
                Located::Elsewhere => is_told = true,
                Located::Unknown => {}
            }
        }
        // As above, only a repository with an address of its own can be told from others.
        let is_elsewhere = || {
            let slug = repository.id().as_str().to_lowercase();
            let mut slugs =
                declaration.annotations().iter().filter(|(key, _)| PROJECT_SLUGS.contains(&&**key));
            is_address(&repository.head().address) && slugs.any(|(_, named)| !is_slug_of(&slug, &named.value))
        };
        let is_told = is_told || is_elsewhere();
        let adds_only = declaration.format().authority() == Authority::Evidence && !declaration.stands();
        if !is_told && !adds_only {
            self.add_area(folder, entity, ChangeGround::NearestManifest);
        }
    }

    /// Takes what a document of another repository says of this one.
    fn take_other(
        &mut self,
        repository: RepositoryView<'g>,
        declaration: DeclarationView<'g>,
        entity: Entity<'g>,
        (slug, names): (&str, &[String]),
    ) {
        // What is at hand is held to the same as what had to be searched for.
        let names_it = |text: &str| names.iter().any(|name| text.contains(&**name));
        for location in declaration.code_locations() {
            let address = location.value.repository.as_deref().filter(|address| names_it(address));
            if address.is_some_and(|address| path_behind_address(repository, address).is_some()) {
                self.add_location(&location.value, entity);
            }
        }
        if let Some(text) = source_location(declaration) {
            let address = text.strip_prefix("url:").unwrap_or(text);
            if names_it(address)
                && let Some(path) = path_behind_address(repository, address)
            {
                self.add_area(path.trim_matches('/'), entity, ChangeGround::SourceLocation);
            }
            return;
        }
        let mut annotations = declaration.annotations().iter();
        if annotations.any(|(key, named)| {
            PROJECT_SLUGS.contains(&&**key) && names_it(&named.value) && is_slug_of(slug, &named.value)
        }) {
            self.add_area("", entity, ChangeGround::SourceLocation);
        }
    }
}

/// By what texts documents of other repositories name one: the last two parts of its id and of its address, as
/// they are and in lower case.
fn names_of(repository: RepositoryView<'_>) -> Vec<String> {
    let address = repository.head().address.trim_end_matches('/');
    let tail = |text: &str| {
        let text = text.strip_suffix(".git").unwrap_or(text);
        let mut parts = text.rsplit(['/', ':']).filter(|part| !part.is_empty());
        match (parts.next(), parts.next()) {
            (Some(last), Some(before)) => format!("{before}/{last}"),
            (last, _) => last.unwrap_or_default().to_owned(),
        }
    };
    let mut names: Vec<String> = [repository.id().as_str(), address].map(tail).to_vec();
    names.extend(names.clone().iter().map(|name| name.to_lowercase()));
    names.retain(|name| !name.is_empty());
    names.sort();
    names.dedup();
    names
}

/// Whether the path of a repository on its host is the end of an id in lower case.
fn is_slug_of(id: &str, named: &str) -> bool {
    let named = named.trim().to_lowercase();
    id == named || id.strip_suffix(&*named).is_some_and(|host| host.ends_with('/'))
}

fn source_location(declaration: DeclarationView<'_>) -> Option<&str> {
    let annotations = declaration.annotations().iter();
    annotations.filter(|(key, _)| &**key == SOURCE_LOCATION).map(|(_, text)| &*text.value).next()
}

/// Where a source location leads.
enum Located {
    /// To this path of the repository.
    Here(String),
    /// To another repository.
    Elsewhere,
    /// Nobody knows.
    Unknown,
}

fn located(repository: RepositoryView<'_>, declaration: DeclarationView<'_>, text: &str) -> Located {
    let target = text.strip_prefix("url:").or(text.strip_prefix("dir:")).unwrap_or(text).trim();
    if !is_address(target) {
        let folder = declaration.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        let joined = if target.starts_with('/') { target.to_owned() } else { format!("{folder}/{target}") };
        return match crate::query::path_in_repository(&joined) {
            Some(path) => Located::Here(path.trim_matches('/').to_owned()),
            None => Located::Unknown,
        };
    }
    match path_behind_address(repository, target) {
        Some(path) => Located::Here(path.trim_matches('/').to_owned()),
        // Where the repository itself has no address, every address seems to lead elsewhere.
        None if is_address(&repository.head().address) => Located::Elsewhere,
        None => Located::Unknown,
    }
}
