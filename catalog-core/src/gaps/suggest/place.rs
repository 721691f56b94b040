//! Where an owner is written down: in which file, and in which words.

use crate::{
    graph::{Entity, EntityStanding, RepositoryPathRules, RepositoryView},
    model::{ManifestFormat, Origin, PathDialect, RepositoryId, area_of_manifest},
};

/// What to write where, so that somebody owns an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerPlace {
    /// The repository.
    pub repository: RepositoryId,
    /// The file, which need not be there yet.
    pub path: Box<str>,
    /// What kind of file that is, and what to do with it.
    pub kind: OwnerPlaceKind,
    /// The line that is replaced, or at which the document begins that is added to; `None` where the line
    /// goes to an end of the file.
    pub line: Option<u32>,
    /// The line to write.
    pub text: String,
}

/// What is done to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnerPlaceKind {
    /// The line of an entity's manifest that names its owner is replaced.
    ReplaceOwner,
    /// A line is added to `spec` of the entity's manifest.
    AddToSpec,
    /// The line of a rule in an ownership file is replaced.
    ReplaceRule,
    /// A line is added at the beginning of an ownership file, where it decides about what no rule behind it does.
    AddFirstRule,
    /// A line is added at the end of an ownership file, where it decides.
    AddRule,
    /// An ownership file is made of the line.
    NewOwnershipFile,
}

impl OwnerPlaceKind {
    /// The kind in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReplaceOwner => "replace-owner",
            Self::AddToSpec => "add-to-spec",
            Self::ReplaceRule => "replace-rule",
            Self::AddFirstRule => "add-first-rule",
            Self::AddRule => "add-rule",
            Self::NewOwnershipFile => "new-ownership-file",
        }
    }
}

impl OwnerPlace {
    /// What to do, in one line.
    pub fn words(&self) -> String {
        let line = self.line.map_or_else(String::new, |line| format!(":{line}"));
        let file = format!("{}:{}{line}", self.repository, self.path);
        let text = &self.text;
        match self.kind {
            OwnerPlaceKind::ReplaceOwner | OwnerPlaceKind::ReplaceRule => format!("write `{text}` in {file}"),
            OwnerPlaceKind::AddFirstRule => format!("add the line `{text}` at the beginning of {file}"),
            OwnerPlaceKind::AddToSpec => format!("add `{text}` to `spec` of the entity in {file}"),
            OwnerPlaceKind::AddRule => format!("add the line `{text}` at the end of {file}"),
            OwnerPlaceKind::NewOwnershipFile => format!("make {file} with the line `{text}`"),
        }
    }

    /// Where `owner` would be written as the owner of an entity. `None` where it cannot be said: in formats with
    /// words of their own, and for an owner who has no name on the host.
    pub(super) fn of(entity: Entity<'_>, owner: Entity<'_>) -> Option<Self> {
        let repository = entity.repository()?;
        let declaration = entity.declaration().filter(|_| entity.standing() == EntityStanding::Declared);
        if let Some(declaration) = declaration
            && declaration.format() == ManifestFormat::Backstage
        {
            let claims = entity.ownership_claims();
            let claim = claims.iter().find(|claim| {
                claim.written.is_none()
                    && claim.origin.repository == *repository.id()
                    && *claim.origin.path == *declaration.path()
                    && claim.origin.document == declaration.document()
            });
            let kind = if claim.is_some() { OwnerPlaceKind::ReplaceOwner } else { OwnerPlaceKind::AddToSpec };
            let position = claim.map_or(declaration.position(), |claim| claim.origin.position);
            return Some(Self {
                repository: repository.id().clone(),
                path: declaration.path().into(),
                kind,
                line: (position.line > 0).then_some(position.line),
                text: format!("owner: {}", owner.name()),
            });
        }
        let area = declaration.map_or("", |declaration| area_of_manifest(declaration.path()));
        Self::rule(repository, area, owner)
    }

    /// The rules that give nobody what they are about, each with `owner`. Nothing in other files than CODEOWNERS.
    pub(super) fn of_rules(
        repository: RepositoryView<'_>,
        origins: &[Origin],
        owner: Entity<'_>,
    ) -> Vec<Self> {
        let known = repository.path_rules().filter(|rules| rules.format() == ManifestFormat::Codeowners);
        let rules = known.into_iter().flat_map(RepositoryPathRules::rules);
        let meant = rules.filter(|of| origins.iter().any(|at| *at == of.origin()));
        meant
            .filter_map(|of| {
                Some(Self {
                    repository: repository.id().clone(),
                    path: of.path().into(),
                    kind: OwnerPlaceKind::ReplaceRule,
                    line: Some(of.rule.position.line),
                    text: format!(
                        "{} {}",
                        of.rule.pattern,
                        name_on_host(owner, of.dialect(), repository.id())?
                    ),
                })
            })
            .collect()
    }

    /// The rule of an ownership file that gives a part of a repository to an owner.
    fn rule(repository: RepositoryView<'_>, area: &str, owner: Entity<'_>) -> Option<Self> {
        let known = repository.path_rules();
        if known.is_some_and(|rules| rules.format() != ManifestFormat::Codeowners) {
            return None;
        }
        let dialect = known.map_or_else(|| dialect_of_host(repository.id()), |rules| rules.dialect());
        let pattern = match area {
            "" => "*".to_owned(),
            area => format!("/{}/", area.replace(' ', "\\ ")),
        };
        let (path, kind) = match known {
            Some(rules) if area.is_empty() => (rules.path(), OwnerPlaceKind::AddFirstRule),
            Some(rules) => (rules.path(), OwnerPlaceKind::AddRule),
            None => (usual_path(dialect), OwnerPlaceKind::NewOwnershipFile),
        };
        Some(Self {
            repository: repository.id().clone(),
            path: path.into(),
            kind,
            line: None,
            text: format!("{pattern} {}", name_on_host(owner, dialect, repository.id())?),
        })
    }
}

/// Where a host looks for its ownership file.
fn usual_path(dialect: PathDialect) -> &'static str {
    match dialect {
        PathDialect::Github => ".github/CODEOWNERS",
        PathDialect::Gitlab => ".gitlab/CODEOWNERS",
        _ => "CODEOWNERS",
    }
}

/// The dialect that the name of a host tells; that of GitHub where it tells none.
fn dialect_of_host(id: &RepositoryId) -> PathDialect {
    let host = id.as_str().split('/').next().unwrap_or_default().to_ascii_lowercase();
    let is = |name: &str| host.contains(name);
    if is("gitlab") {
        PathDialect::Gitlab
    } else if is("bitbucket") {
        PathDialect::Bitbucket
    } else if is("gitea") || is("forgejo") || is("codeberg") {
        PathDialect::Gitea
    } else {
        PathDialect::Github
    }
}

/// The organisation that a repository belongs to, with the groups in it on hosts that have such.
fn organisation_of(repository: &RepositoryId) -> Option<&str> {
    let (above, _) = repository.as_str().rsplit_once('/')?;
    match above.split_once('/') {
        Some((host, organisation)) if host.contains('.') => Some(organisation),
        None if above.contains('.') => None,
        _ => Some(above),
    }
}

/// How an ownership file names somebody: by the annotation of the host, by address, else by name.
fn name_on_host(owner: Entity<'_>, dialect: PathDialect, repository: &RepositoryId) -> Option<String> {
    let is_group = owner.name().kind() == "group";
    let key = match (dialect, is_group) {
        (PathDialect::Gitlab, true) => "gitlab.com/team-path",
        (PathDialect::Gitlab, false) => "gitlab.com/user-login",
        (PathDialect::Gitea, true) => "gitea.com/team-slug",
        (PathDialect::Gitea, false) => "gitea.com/user-login",
        (_, true) => "github.com/team-slug",
        (_, false) => "github.com/user-login",
    };
    let organisation = organisation_of(repository);
    if let Some(name) =
        owner.annotation(key).map(|name| name.trim_start_matches('@')).filter(|it| !it.is_empty())
    {
        return match (is_group && !name.contains('/'), organisation) {
            (true, Some(organisation)) => Some(format!("@{organisation}/{name}")),
            _ => Some(format!("@{}", name.rsplit("//").next().unwrap_or(name))),
        };
    }
    if let Some(email) = owner.profile().and_then(|profile| profile.email.as_deref())
        && dialect != PathDialect::Gitea
    {
        return Some(email.to_owned());
    }
    match (is_group, organisation) {
        (true, Some(organisation)) => Some(format!("@{organisation}/{}", owner.name().name())),
        (true, None) => None,
        (false, _) => Some(format!("@{}", owner.name().name())),
    }
}
