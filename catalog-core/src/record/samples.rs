//! What repositories say, for tests: little, and everything that can be said.

use crate::model::{
    AreaAuthor, CodeLocation, CommitId, ContentId, Declaration, DeclaredRelation, Diagnostic, DiagnosticCode,
    Document, EntityRef, Excerpt, Field, FoundBy, HistoryArea, HistoryAuthor, HistoryExtent, LastCommit,
    Link, Located, Manifest, ManifestFormat, ManifestInput, NeedTerms, Objective, OwnerName, PathDialect,
    PathRule, PathRules, PathSection, Position, Profile, RelationClass, RelationEnd, RelationKind,
    RepositoryDeclarations, RepositoryHead, RepositoryHistory, RepositoryId, RepositoryStatus, Reviewers,
    RuleEffect, Severity, Spelling, Stale, StaleReason, Strength, Tier, Timestamp, Tombstone,
};

pub(crate) fn id(text: &str) -> RepositoryId {
    RepositoryId::new(text).expect("the id of a sample is valid")
}

/// A repository without manifests.
pub(crate) fn plain(name: &str, observed_at: i64) -> RepositoryDeclarations {
    RepositoryDeclarations {
        head: RepositoryHead {
            id: id(name),
            address: format!("https://example.com/{name}").into(),
            commit: None,
            committed_at: None,
            observed_at: Some(Timestamp(observed_at)),
            status: RepositoryStatus::Read,
            reader: 7,
        },
        manifests: Vec::new(),
        diagnostics: Vec::new(),
        tombstones: Vec::new(),
        history: None,
    }
}

/// A repository that uses every field of the model.
pub(crate) fn rich(name: &str) -> RepositoryDeclarations {
    let mut declarations = plain(name, 1_700_000_000);
    declarations.head.commit = Some(CommitId([0xAB; 20]));
    declarations.head.committed_at = Some(Timestamp(-5));
    declarations.manifests = vec![catalog_manifest(name), ownership_manifest()];
    declarations.diagnostics = vec![Diagnostic::new(DiagnosticCode::TreeLimit, "too deep")];
    declarations.tombstones = vec![Tombstone {
        entity: EntityRef::new("component", "default", "gone").expect("a valid reference"),
        path: "old/catalog-info.yaml".into(),
        position: at(7),
        format: ManifestFormat::Datadog,
        last_commit: Some(CommitId([3; 20])),
        commit: None,
        removed_at: Timestamp(-9),
    }];
    declarations.history = Some(Box::new(history()));
    declarations
}

/// The same as format 3 had words for it.
pub(crate) fn rich_of_format_3(name: &str) -> RepositoryDeclarations {
    let mut declarations = rich(name);
    declarations.history.iter_mut().for_each(|history| history.manifests.clear());
    declarations
}

/// The same as format 2 had words for it.
pub(crate) fn rich_of_format_2(name: &str) -> RepositoryDeclarations {
    let mut declarations = rich_of_format_3(name);
    declarations.history = None;
    let documents = declarations.manifests.iter_mut().flat_map(|manifest| &mut manifest.documents);
    let relations =
        documents.filter_map(|document| document.declaration.as_mut()).flat_map(|it| &mut it.relations);
    relations.filter_map(|relation| relation.terms.as_mut()).for_each(|terms| terms.purpose = None);
    declarations
}

fn history() -> RepositoryHistory {
    let last = LastCommit {
        id: CommitId([0xAB; 20]),
        name: "Änn".into(),
        email: "Ann@example.com".into(),
        at: Timestamp(-5),
        subject: "Say what is here".into(),
    };
    let author = |author: u32| AreaAuthor { author, commits: 2, weight: u64::MAX, last: Timestamp(7) };
    let area = |path: &str, authors| HistoryArea {
        path: path.into(),
        commits: 3,
        weight: 1_500_000,
        last: Some(last.clone()),
        authors,
    };
    let person = |email: &str| HistoryAuthor {
        name: "Ann".into(),
        email: email.into(),
        commits: u32::MAX,
        last: Timestamp(i64::MAX),
    };
    let mut untouched = area("services", Vec::new());
    untouched.last = None;
    RepositoryHistory {
        last: last.clone(),
        commits: 1_000,
        since: Timestamp(-1_000),
        extent: HistoryExtent::Shallow,
        authors: vec![person("ann@example.com"), person("bob@example.com")],
        areas: vec![area("", vec![author(1), author(0)]), untouched],
        manifests: vec![("a/catalog-info.yaml".into(), Timestamp(-9)), ("b.yaml".into(), Timestamp(8))],
    }
}

fn at(line: u32) -> Position {
    Position::new(line, 300)
}

fn text(value: &str) -> Located<Box<str>> {
    Located::new(value.into(), at(4))
}

fn stale() -> Stale {
    Stale { reason: StaleReason::Unreachable, since: Timestamp(9), commit: Some(CommitId([1; 20])) }
}

fn catalog_manifest(name: &str) -> Manifest {
    let entity = EntityRef::new("Component", "shop", &name.replace('/', "-")).expect("a valid reference");
    let spelling = Spelling { kind: "Component".into(), namespace: Some("Shop".into()), name: name.into() };
    let mut declaration = Declaration::new(entity, spelling, at(3));
    declaration.declared_as = Some("service:x".into());
    let alias = EntityRef::new("component", "default", "also").expect("a valid reference");
    declaration.aliases = vec![Located::new(alias, at(4))];
    let files = CodeLocation { repository: Some("git.example/a/b".into()), path: "src/**".into() };
    declaration.code_locations = vec![Located::new(files, at(5))];
    declaration.additions = vec![Field::Tier];
    declaration.title = Some(text("Títle"));
    declaration.description = Some(text("a\nb"));
    declaration.entity_type = Some(text("service"));
    declaration.lifecycle = Some(text("production"));
    declaration.tier = Tier::new(4).map(|tier| Located::new(tier, at(5)));
    declaration.objectives = vec![Located::new(objective(), at(6))];
    declaration.data_classes = vec![text("pii")];
    declaration.labels = vec![("a".into(), text("b")), ("a".into(), text(""))];
    declaration.annotations = vec![("example.com/x".into(), text("y"))];
    declaration.tags = vec![text("java")];
    let link = Link { url: "https://example.com".into(), title: None, link_type: Some("runbook".into()) };
    declaration.links = vec![Located::new(link, at(7))];
    declaration.profile = Some(Profile { email: Some("a@example.com".into()), ..Profile::default() });
    declaration.relations = vec![relation(None), relation(Some(terms()))];
    declaration.unread = vec![Field::Title, Field::DataClass];
    let declared = Document {
        index: 0,
        position: Position::START,
        strict: true,
        problems: Vec::new(),
        declaration: Some(declaration),
        stale: Some(stale()),
    };
    let unread = Document {
        index: 1,
        position: at(70_000),
        strict: false,
        problems: vec!["metadata.name is not valid".into()],
        declaration: None,
        stale: None,
    };
    Manifest {
        path: "catalog-info.yaml".into(),
        format: ManifestFormat::Backstage,
        found_by: FoundBy::Location,
        content: ContentId([2; 20]),
        inputs: vec![
            ManifestInput { path: "a.json".into(), content: Some(ContentId([3; 20])) },
            ManifestInput { path: "b.json".into(), content: None },
        ],
        locations: vec!["more/catalog-info.yaml".into()],
        documents: vec![declared, unread],
        path_rules: None,
        stale: Some(stale()),
        diagnostics: vec![diagnostic()],
    }
}

fn ownership_manifest() -> Manifest {
    let owners = |names: &[&str]| names.iter().filter_map(|name| OwnerName::new(name)).collect::<Vec<_>>();
    let rule = |pattern: &str, names: &[&str]| PathRule::new(pattern, owners(names), at(8));
    let section = |name: &str, optional| PathSection { name: name.into(), optional, approvals: 3 };
    let mut reviewed = rule("*.md", &["@@maintainer", "login", "*"]);
    reviewed.effect = RuleEffect::NoParent;
    reviewed.section = 1;
    let reviewers = Reviewers { asked: owners(&["asked"]), required: owners(&["required"]) };
    reviewed.reviewers = Some(Box::new(reviewers));
    Manifest {
        path: ".github/CODEOWNERS".into(),
        format: ManifestFormat::Codeowners,
        found_by: FoundBy::Name,
        content: ContentId([4; 20]),
        inputs: Vec::new(),
        locations: Vec::new(),
        documents: Vec::new(),
        path_rules: Some(PathRules {
            dialect: PathDialect::Gitlab,
            folder: "deep".into(),
            no_parent_owners: true,
            sections: vec![section("", false), section("Docs", true)],
            rules: vec![rule("*", &["@a", "@org/team", "me@example.com"]), rule("/a", &[]), reviewed],
        }),
        stale: None,
        diagnostics: Vec::new(),
    }
}

fn relation(terms: Option<Box<NeedTerms>>) -> DeclaredRelation {
    DeclaredRelation {
        field: Field::Needs,
        kind: RelationKind::ConsumesApi,
        subject: RelationEnd::To,
        other: EntityRef::parse_full("api:fx/rates").expect("a valid reference"),
        position: at(9),
        class: RelationClass::Observed,
        terms,
    }
}

fn terms() -> Box<NeedTerms> {
    Box::new(NeedTerms {
        strength: Some(Strength::Hard),
        any_of: Some(u16::MAX),
        expects: vec![objective()],
        timeout_ms: Some(u64::MAX),
        retries: Some(0),
        endpoint: Some("GET /rates".into()),
        label: Some("watches".into()),
        purpose: Some("watching".into()),
    })
}

fn objective() -> Objective {
    Objective { indicator: "availability".into(), target: "99.95".into() }
}

pub(crate) fn diagnostic() -> Diagnostic {
    let mut diagnostic = Diagnostic::new(DiagnosticCode::AssumedKind, "a kind is missing")
        .at("catalog-info.yaml", at(10))
        .in_document(1)
        .suggest("write it")
        .with_excerpt(Some(Excerpt { text: "- x".into(), length: 1 }));
    diagnostic.severity = Severity::Note;
    diagnostic
}
