//! Teams and people of a host as groups and users, stated as any manifest states them.
//!
//! The manifest `teams` has a document for each team, with its parent and its members; `members` has one
//! for everybody in a team. Nothing of them has a line, since no file holds them.

use std::collections::{BTreeMap, BTreeSet};

use catalog_core::model::{
    ContentId, Declaration, DeclaredRelation, Diagnostic, DiagnosticCode, Document, EntityRef, Field,
    FoundBy, Located, Manifest, ManifestFormat, Position, Profile, RelationClass, RelationEnd, RelationKind,
    Severity, Spelling, Stale, StaleReason, Timestamp,
};

use super::{
    HostKind, HostSource,
    error::HostError,
    listed::{ListedPerson, ListedTeam},
};
use crate::{assemble::take_over, repository::content_id};

/// The paths of the two manifests.
pub(super) const TEAMS_PATH: &str = "teams";
pub(super) const MEMBERS_PATH: &str = "members";
/// The most bytes of a description that are kept.
const DESCRIPTION_BYTES_MAX: usize = 8 << 10;
/// The most characters of a name.
const NAME_CHARS_MAX: usize = 255;

/// A team with everybody in it, or why that could not be read.
pub(super) type PeopledTeam = (ListedTeam, Result<Vec<ListedPerson>, HostError>);

/// A manifest that says nothing yet.
pub(super) fn manifest(path: &str, content: ContentId) -> Manifest {
    Manifest {
        path: path.into(),
        format: ManifestFormat::Host,
        found_by: FoundBy::Name,
        content,
        inputs: Vec::new(),
        locations: Vec::new(),
        documents: Vec::new(),
        path_rules: None,
        stale: None,
        diagnostics: Vec::new(),
    }
}

/// The manifests `members` and `teams`. Members that could not be read stay those of `before`, stale.
pub(super) fn declare(
    source: &HostSource,
    teams: Vec<PeopledTeam>,
    before: &[Manifest],
    now: Timestamp,
) -> [Manifest; 2] {
    let of_path = |path: &str| before.iter().find(|manifest| &*manifest.path == path);
    let mut declared = Declared::new(source, teams);
    let content = content_of(&declared.teams);
    let stale = Stale { reason: StaleReason::Unreachable, since: now, commit: None };
    if let Some(old) = of_path(TEAMS_PATH) {
        for document in &mut declared.teams {
            take_over(document, old, &stale);
        }
    }
    declared.keep_people(of_path(MEMBERS_PATH), &stale);
    let people: Vec<Document> = declared.people.into_values().collect();
    let mut members = manifest(MEMBERS_PATH, content_of(&people));
    members.documents = numbered(people);
    let mut teams = manifest(TEAMS_PATH, content);
    teams.documents = declared.teams;
    teams.diagnostics = declared.diagnostics;
    [members, teams]
}

struct Declared<'a> {
    source: &'a HostSource,
    teams: Vec<Document>,
    /// By ref, so that everybody is declared once.
    people: BTreeMap<EntityRef, Document>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Declared<'a> {
    fn new(source: &'a HostSource, mut teams: Vec<PeopledTeam>) -> Self {
        teams.sort_by(|(left, _), (right, _)| left.slug.cmp(&right.slug));
        teams.dedup_by(|(left, _), (right, _)| left.slug == right.slug);
        let mut declared =
            Self { source, teams: Vec::new(), people: BTreeMap::new(), diagnostics: Vec::new() };
        let names = declared.names(&teams);
        for (team, members) in teams {
            if let Some(name) = names.get(&team.slug) {
                declared.team(&team, name, &names, members);
            }
        }
        declared.teams = numbered(std::mem::take(&mut declared.teams));
        declared
    }

    /// What each team is called in the catalog, by slug. Of two that would be called alike, the second
    /// has its whole path for a name.
    fn names(&mut self, teams: &[PeopledTeam]) -> BTreeMap<String, EntityRef> {
        let mut names: BTreeMap<String, EntityRef> = BTreeMap::new();
        let mut taken = BTreeSet::new();
        for (team, _) in teams {
            let whole = team.slug.replace('/', "-");
            let name = [team.name.as_str(), whole.as_str()]
                .into_iter()
                .find_map(|name| group_ref(self.source, name).filter(|group| !taken.contains(group)));
            match name {
                Some(name) => {
                    taken.insert(name.clone());
                    names.insert(team.slug.clone(), name);
                }
                None => self.refuse("team", &team.slug),
            }
        }
        names
    }

    fn refuse(&mut self, what: &str, name: &str) {
        let shown: String =
            name.chars().take(60).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        let message = format!(
            "the {what} `{shown}` is left out: no entity can be called so, or another one already is"
        );
        let mut diagnostic =
            Diagnostic::new(DiagnosticCode::FieldFormat, message).at(TEAMS_PATH, Position::default());
        diagnostic.severity = Severity::Warning;
        self.diagnostics.push(diagnostic);
    }

    fn team(
        &mut self,
        team: &ListedTeam,
        name: &EntityRef,
        names: &BTreeMap<String, EntityRef>,
        members: Result<Vec<ListedPerson>, HostError>,
    ) {
        let mut declaration = declaration(name, "Group", &self.source.namespace);
        declaration.entity_type = fact("team");
        declaration.title = team.title.as_deref().filter(|title| *title != name.name()).and_then(fact);
        declaration.description = team.description.as_deref().and_then(fact);
        declaration.annotations.push((
            annotation(self.source.kind, true).into(),
            Located::new(team.slug.as_str().into(), Position::default()),
        ));
        if let Some(parent) = team.parent.as_ref().and_then(|parent| names.get(parent)) {
            declaration.relations.push(relation(
                Field::Parent,
                RelationKind::ChildOf,
                RelationEnd::From,
                parent,
            ));
        }
        match members {
            Ok(members) => {
                let people: BTreeSet<EntityRef> =
                    members.iter().filter_map(|person| self.person(person)).collect();
                declaration.relations.extend(
                    people.iter().map(|person| {
                        relation(Field::Members, RelationKind::MemberOf, RelationEnd::To, person)
                    }),
                );
            }
            Err(error) => {
                declaration.unread.push(Field::Members);
                let index = u32::try_from(self.teams.len()).unwrap_or(u32::MAX);
                let message = format!("the members of `{}` could not be read: {error}", team.slug);
                self.diagnostics.push(
                    Diagnostic::new(DiagnosticCode::TeamsUnread, message)
                        .at(TEAMS_PATH, Position::default())
                        .in_document(index),
                );
            }
        }
        self.teams.push(document(declaration));
    }

    /// Declares a person, if that was not done yet.
    fn person(&mut self, person: &ListedPerson) -> Option<EntityRef> {
        let entity = good_name(&person.login)
            .and_then(|login| EntityRef::new("user", EntityRef::DEFAULT_NAMESPACE, login).ok());
        let Some(entity) = entity else {
            self.refuse("login", &person.login);
            return None;
        };
        if !self.people.contains_key(&entity) {
            let mut declaration = declaration(&entity, "User", EntityRef::DEFAULT_NAMESPACE);
            declaration.spelling.name = person.login.as_str().into();
            declaration.annotations.push((
                annotation(self.source.kind, false).into(),
                Located::new(person.login.as_str().into(), Position::default()),
            ));
            if person.title.is_some() || person.email.is_some() {
                declaration.profile = Some(Profile {
                    display_name: person.title.as_deref().map(one_line),
                    email: person.email.as_deref().map(one_line),
                    picture: None,
                });
            }
            self.people.insert(entity.clone(), document(declaration));
        }
        Some(entity)
    }

    /// Keeps whoever is in a team whose members could not be read this time.
    fn keep_people(&mut self, old: Option<&Manifest>, stale: &Stale) {
        let members = self.teams.iter().filter_map(|team| team.declaration.as_ref());
        let members = members.flat_map(|team| &team.relations).filter(|of| of.field == Field::Members);
        let missing: BTreeSet<EntityRef> = members
            .map(|relation| relation.other.clone())
            .filter(|person| !self.people.contains_key(person))
            .collect();
        for document in old.into_iter().flat_map(|manifest| &manifest.documents) {
            if let Some(of) = &document.declaration
                && missing.contains(&of.entity)
            {
                let since = document.stale.clone().unwrap_or_else(|| stale.clone());
                self.people.insert(of.entity.clone(), Document { stale: Some(since), ..document.clone() });
            }
        }
    }
}

/// The annotation by which ownership files find a team or a person.
fn annotation(kind: HostKind, is_team: bool) -> &'static str {
    match (kind, is_team) {
        (HostKind::Github, true) => "github.com/team-slug",
        (HostKind::Github, false) => "github.com/user-login",
        (HostKind::Gitlab, true) => "gitlab.com/team-path",
        (HostKind::Gitlab, false) => "gitlab.com/user-login",
        (HostKind::Gitea, true) => "gitea.com/team-slug",
        (HostKind::Gitea, false) => "gitea.com/user-login",
    }
}

fn group_ref(source: &HostSource, name: &str) -> Option<EntityRef> {
    EntityRef::new("group", &source.namespace, good_name(name)?).ok()
}

/// A name that can be told from others and typed.
fn good_name(name: &str) -> Option<&str> {
    let is_good = !name.is_empty()
        && name.chars().count() <= NAME_CHARS_MAX
        && !name.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '/' | ':'));
    is_good.then_some(name)
}

fn declaration(entity: &EntityRef, kind: &str, namespace: &str) -> Declaration {
    let spelling = Spelling {
        kind: kind.into(),
        namespace: (namespace != EntityRef::DEFAULT_NAMESPACE).then(|| namespace.into()),
        name: entity.name().into(),
    };
    Declaration::new(entity.clone(), spelling, Position::default())
}

fn document(declaration: Declaration) -> Document {
    Document {
        index: 0,
        position: Position::default(),
        strict: true,
        problems: Vec::new(),
        declaration: Some(declaration),
        stale: None,
    }
}

/// The documents with their indexes.
fn numbered(mut documents: Vec<Document>) -> Vec<Document> {
    for (index, document) in documents.iter_mut().enumerate() {
        document.index = u32::try_from(index).unwrap_or(u32::MAX);
    }
    documents
}

fn relation(field: Field, kind: RelationKind, subject: RelationEnd, other: &EntityRef) -> DeclaredRelation {
    DeclaredRelation {
        field,
        kind,
        subject,
        other: other.clone(),
        position: Position::default(),
        class: RelationClass::Declared,
        terms: None,
    }
}

/// A text of the host as a fact; `None` where it says nothing.
fn fact(text: &str) -> Option<Located<Box<str>>> {
    let text = text.trim();
    let mut end = text.len().min(DESCRIPTION_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    (end > 0).then(|| Located::new(text[..end].into(), Position::default()))
}

fn one_line(text: &str) -> Box<str> {
    text.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect::<String>().into()
}

fn content_of(documents: &[Document]) -> ContentId {
    content_id(format!("{documents:?}").as_bytes())
}
