//! Lines of a sketch become repositories, manifests and ownership files.

use rustc_hash::FxHashMap;

use crate::model::{
    Authority, ContentId, Declaration, Document, EntityRef, FoundBy, Manifest, ManifestFormat, OwnerName,
    PathDialect, PathRule, PathRules, Position, RelationClass, RepositoryDeclarations, RepositoryHead,
    RepositoryStatus, Spelling, Stale, StaleReason,
};

use super::{
    COMMIT, EARLIER_COMMIT, FAILED_AT, READ_AT, entity_ref, history::DrawnHistory, repository_id, statement,
};

const REPOSITORY: &str = "example/catalog";
const MANIFEST: &str = "catalog-info.yaml";

/// One line without its comment: the words with their columns.
pub(super) struct Line<'a> {
    pub(super) number: u32,
    text: &'a str,
    pub(super) words: Vec<Word<'a>>,
}

/// A word of a line, without quotes.
#[derive(Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) position: Position,
}

impl Line<'_> {
    /// Ends a test whose sketch is wrong.
    pub(super) fn wrong(&self, what: &str) -> ! {
        panic!("line {} of the sketch, `{}`: {what}", self.number, self.text.trim())
    }
}

pub(super) fn draw(sketch: &str) -> Vec<RepositoryDeclarations> {
    let mut pen = Pen::default();
    for (text, number) in sketch.lines().zip(1..) {
        let line = Line { number, text, words: words(text, number) };
        if !line.words.is_empty() {
            pen.take(&line);
        }
    }
    pen.end_history();
    for repository in &mut pen.repositories {
        repository.manifests.sort_by(|a, b| a.path.cmp(&b.path));
    }
    pen.repositories
}

/// Where the lines of a sketch go at the moment.
#[derive(Default)]
struct Pen {
    repositories: Vec<RepositoryDeclarations>,
    /// Manifests by repository and path.
    manifests: FxHashMap<(usize, Box<str>), usize>,
    /// Documents by repository, manifest and entity.
    documents: FxHashMap<(usize, usize, EntityRef), usize>,
    repository: Option<usize>,
    manifest: Option<usize>,
    /// The ownership file that rules go to, and the column of the line that began it.
    rules: Option<(usize, u32)>,
    /// The history that lines go to, with the column of the line that began it.
    history: Option<(DrawnHistory, u32)>,
}

impl Pen {
    fn take(&mut self, line: &Line<'_>) {
        let first = line.words[0];
        if let Some((manifest, column)) = self.rules
            && first.position.column > column
        {
            let repository = self.repository();
            let rules = &mut self.repositories[repository].manifests[manifest].path_rules;
            rules.get_or_insert_with(no_rules).rules.push(path_rule(line));
            return;
        }
        self.rules = None;
        if let Some((history, column)) = &mut self.history
            && first.position.column > *column
        {
            history.take(line);
            return;
        }
        self.end_history();
        let words: Vec<&str> = line.words.iter().map(|word| word.text).collect();
        match words.as_slice() {
            ["repository", id] => self.begin_repository(id, RepositoryStatus::Read),
            ["repository", id, "unreadable"] => self.begin_repository(
                id,
                RepositoryStatus::Unreadable { since: FAILED_AT, reason: "the host does not answer".into() },
            ),
            ["manifest", path] => self.begin_manifest(path, ManifestFormat::Backstage, false),
            ["manifest", path, "stale"] => self.begin_manifest(path, ManifestFormat::Backstage, true),
            ["manifest", path, "format", name] => {
                let format = ManifestFormat::ALL.into_iter().find(|format| format.name() == *name);
                let format = format.unwrap_or_else(|| line.wrong("there is no such format"));
                self.begin_manifest(path, format, false);
            }
            ["host", path] => self.begin_manifest(path, ManifestFormat::Host, false),
            ["history", ..] => {
                self.repository();
                self.history = Some((DrawnHistory::begin(line), first.position.column));
            }
            ["codeowners"] => self.begin_rules("CODEOWNERS", false, first),
            ["codeowners", path] => self.begin_rules(path, false, first),
            ["codeowners", path, "stale"] => self.begin_rules(path, true, first),
            [entity, ..] if entity.contains(':') => {
                let class = match self.manifest_format().authority() {
                    Authority::Evidence => RelationClass::Deployed,
                    _ => RelationClass::Declared,
                };
                let document = self.document(entity, first.position);
                statement::write(document, line, class);
            }
            _ => {
                line.wrong("expected an entity, `repository`, `manifest`, `host`, `codeowners` or `history`")
            }
        }
    }

    fn end_history(&mut self) {
        if let Some((history, _)) = self.history.take() {
            let repository = self.repository();
            self.repositories[repository].history = Some(Box::new(history.to_model()));
        }
    }

    fn begin_repository(&mut self, id: &str, status: RepositoryStatus) {
        let id = repository_id(id);
        self.manifest = None;
        let known = self.repositories.iter().position(|repository| repository.head.id == id);
        self.repository = Some(known.unwrap_or_else(|| {
            let head = RepositoryHead {
                address: format!("https://git.example.com/{id}").into(),
                id,
                commit: Some(COMMIT),
                committed_at: Some(READ_AT),
                observed_at: Some(READ_AT),
                status,
                reader: 0,
            };
            self.repositories.push(RepositoryDeclarations {
                head,
                manifests: Vec::new(),
                diagnostics: Vec::new(),
                tombstones: Vec::new(),
                history: None,
            });
            self.repositories.len() - 1
        }));
    }

    fn repository(&mut self) -> usize {
        if self.repository.is_none() {
            self.begin_repository(REPOSITORY, RepositoryStatus::Read);
        }
        self.repository.expect("a repository was begun")
    }

    fn begin_manifest(&mut self, path: &str, format: ManifestFormat, is_stale: bool) {
        self.manifest = Some(self.file(path, format, is_stale));
    }

    fn begin_rules(&mut self, path: &str, is_stale: bool, first: Word<'_>) {
        let file = self.file(path, ManifestFormat::Codeowners, is_stale);
        let repository = self.repository();
        self.repositories[repository].manifests[file].path_rules.get_or_insert_with(no_rules);
        self.rules = Some((file, first.position.column));
    }

    fn file(&mut self, path: &str, format: ManifestFormat, is_stale: bool) -> usize {
        let repository = self.repository();
        let manifests = &mut self.repositories[repository].manifests;
        *self.manifests.entry((repository, path.into())).or_insert_with(|| {
            manifests.push(Manifest {
                path: path.into(),
                format,
                found_by: FoundBy::Name,
                content: ContentId([0; 20]),
                inputs: Vec::new(),
                locations: Vec::new(),
                documents: Vec::new(),
                path_rules: None,
                stale: is_stale.then(stale),
                diagnostics: Vec::new(),
            });
            manifests.len() - 1
        })
    }

    /// The format of the manifest that lines go to.
    fn manifest_format(&mut self) -> ManifestFormat {
        let repository = self.repository();
        self.manifest.map_or(ManifestFormat::Backstage, |manifest| {
            self.repositories[repository].manifests[manifest].format
        })
    }

    /// The document of an entity in the manifest that lines go to.
    fn document(&mut self, spelled: &str, position: Position) -> &mut Document {
        if self.manifest.is_none() {
            self.begin_manifest(MANIFEST, ManifestFormat::Backstage, false);
        }
        let manifest = self.manifest.expect("a manifest was begun");
        let repository = self.repository();
        let documents = &mut self.repositories[repository].manifests[manifest].documents;
        let entity = entity_ref(spelled);
        let document = *self.documents.entry((repository, manifest, entity.clone())).or_insert_with(|| {
            documents.push(Document {
                index: u32::try_from(documents.len()).expect("a sketch is small"),
                position,
                strict: true,
                problems: Vec::new(),
                declaration: Some(Declaration::new(entity, spelling(spelled), position)),
                stale: None,
            });
            documents.len() - 1
        });
        &mut documents[document]
    }
}

/// That what is drawn is of an earlier commit.
pub(super) fn stale() -> Stale {
    Stale { reason: StaleReason::Invalid, since: FAILED_AT, commit: Some(EARLIER_COMMIT) }
}

fn no_rules() -> PathRules {
    PathRules::new(PathDialect::Github, Vec::new())
}

fn path_rule(line: &Line<'_>) -> PathRule {
    let owner = |word: &Word<'_>| {
        OwnerName::in_dialect(PathDialect::Github, word.text).unwrap_or_else(|| {
            line.wrong("an owner of paths is `@login`, `@organisation/team` or an e-mail address")
        })
    };
    let owners = line.words[1..].iter().map(owner).collect();
    PathRule::new(line.words[0].text, owners, line.words[0].position)
}

/// Kind, namespace and name as they are written; the usual kinds as Backstage spells them.
fn spelling(spelled: &str) -> Spelling {
    let (kind, rest) = spelled.split_once(':').unwrap_or(("", spelled));
    let (namespace, name) = match rest.split_once('/') {
        Some((namespace, name)) => (Some(namespace.into()), name),
        None => (None, rest),
    };
    let kind = match kind {
        "api" => "API".into(),
        _ => kind.chars().take(1).flat_map(char::to_uppercase).chain(kind.chars().skip(1)).collect(),
    };
    Spelling { kind, namespace, name: name.into() }
}

/// The words of a line: separated by spaces, or between double quotes; nothing after a `#` that begins one.
fn words(text: &str, number: u32) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if rest.is_empty() || rest.starts_with('#') {
            return words;
        }
        let column = text[..text.len() - rest.len()].chars().count() + 1;
        let column = u32::try_from(column).expect("a line of a sketch is short");
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted
                .split_once('"')
                .unwrap_or_else(|| panic!("line {number} of the sketch: a quotation mark is not closed")),
            None => rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())),
        };
        words.push(Word { text: word, position: Position::new(number, column) });
        rest = after;
    }
}
