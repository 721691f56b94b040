//! Sources against a host on loopback: what is listed, what is declared, and what goes wrong.

mod keeping;
mod listing;
mod refusals;

use std::{
    cell::{Cell, RefCell},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use catalog_core::model::{Field, Manifest, RepositoryId, Timestamp, Visit};
use expect_test::{Expect, expect};

use super::{
    stand_in::{Answer, Organisation, Repo, Request, Route, StandIn, Team},
    *,
};
use crate::{
    crawl::{Known, harness::Memory},
    limits::HostLimits,
};

/// 2026-11-21T18:00:00Z.
const NOW: i64 = 1_795_284_000;

/// A clock that stands still but for its pauses, which take no time.
#[derive(Default)]
struct TestClock {
    passed: Cell<u64>,
    pauses: RefCell<Vec<u64>>,
}

impl HostClock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(NOW + i64::try_from(self.passed.get()).expect("tests are short"))
    }

    fn pause(&self, _id: &str, time: Duration) {
        self.passed.set(self.passed.get() + time.as_secs());
        self.pauses.borrow_mut().push(time.as_secs());
    }
}

/// What an organisation is asked with, and what became known of it.
struct Asker {
    description: SourceDescription,
    access: HostAccess,
    limits: HostLimits,
    memory: Memory,
    clock: TestClock,
}

impl Asker {
    fn of(kind: HostKind) -> Self {
        let description = SourceDescription {
            kind,
            name: "acme".to_owned(),
            url: None,
            clone_host: None,
            archived: false,
            forks: false,
            include: Vec::new(),
            exclude: Vec::new(),
            teams: true,
            namespace: "default".to_owned(),
        };
        Self {
            description,
            access: HostAccess::Token(Token::new("s3cret").expect("a token")),
            limits: HostLimits::default(),
            memory: Memory::default(),
            clock: TestClock::default(),
        }
    }

    /// Asks once, and keeps what comes as a crawl does.
    fn ask(&mut self, host: &StandIn) -> SourceReading {
        self.description.url = Some(host.origin.clone());
        let source = HostSource::new(self.description.clone()).expect("the source is sound");
        let options = HostOptions { limits: &self.limits, clock: &self.clock, now: Timestamp(NOW + 7) };
        let reading = read_source(&source, &self.access, &self.memory, &options);
        let shown = format!("{reading:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
        self.memory.apply(reading.visit.clone());
        reading.unlisted.iter().for_each(|visit| self.memory.apply(visit.clone()));
        reading
    }

    /// Makes a repository known, as if it had been crawled.
    fn crawled(&mut self, host: &StandIn, names: &[&str]) {
        for name in names {
            let host = host.origin.trim_start_matches("http://");
            let id = RepositoryId::new(&format!("{host}/acme/{name}")).expect("an id");
            let address = format!("http://{id}.git").into();
            let head = catalog_core::model::RepositoryHead {
                id,
                address,
                commit: None,
                committed_at: None,
                observed_at: Some(Timestamp(NOW)),
                status: catalog_core::model::RepositoryStatus::Read,
                reader: 0,
            };
            let declarations = catalog_core::model::RepositoryDeclarations {
                head,
                manifests: Vec::new(),
                diagnostics: Vec::new(),
                tombstones: Vec::new(),
                history: None,
            };
            self.memory.apply(Visit::Read(Box::new(declarations)));
        }
    }

    /// What is kept of the source.
    fn kept(&self, host: &StandIn) -> String {
        let id = format!("{}/acme", host.origin.trim_start_matches("http://"));
        let known = self.memory.declarations(&RepositoryId::new(&id).expect("an id"));
        let Some(known) = known else { return String::new() };
        let mut text = format!("read {}\n", known.head.status.is_read());
        for diagnostic in &known.diagnostics {
            text += &format!(
                "{} {}: {}\n",
                diagnostic.severity.name(),
                diagnostic.code.name(),
                diagnostic.message
            );
        }
        known.manifests.iter().for_each(|manifest| text += &shown_manifest(manifest));
        shown(host, &text)
    }
}

/// Free of the port of the test.
fn shown(host: &StandIn, text: &str) -> String {
    text.replace(host.origin.trim_start_matches("http://"), "HOST")
}

fn shown_manifest(manifest: &Manifest) -> String {
    let mut text = manifest.path.to_string();
    text += if manifest.stale.is_some() { " stale\n" } else { "\n" };
    for document in &manifest.documents {
        let declaration = document.declaration.as_ref().expect("a host declares");
        text += &format!("  {}", declaration.entity.short());
        for (key, value) in &declaration.annotations {
            text += &format!(" {key}={}", value.value);
        }
        for (word, fact) in [("title", &declaration.title), ("description", &declaration.description)] {
            if let Some(fact) = fact {
                text += &format!(" {word} {:?}", fact.value);
            }
        }
        if let Some(name) = declaration.profile.as_ref().and_then(|profile| profile.display_name.as_ref()) {
            text += &format!(" named {name:?}");
        }
        for relation in &declaration.relations {
            let word = if relation.field == Field::Parent { "below" } else { "has" };
            text += &format!(" {word} {}", relation.other.short());
        }
        text += if declaration.unread.is_empty() { "" } else { " unread" };
        text += if document.stale.is_some() { " stale\n" } else { "\n" };
    }
    for diagnostic in &manifest.diagnostics {
        text += &format!("  {}: {}\n", diagnostic.code.name(), diagnostic.message);
    }
    text
}

fn urls(host: &StandIn, reading: &SourceReading) -> String {
    let urls: Vec<String> = reading.repositories.iter().map(ToString::to_string).collect();
    shown(host, &urls.join("\n"))
}

fn repos(names: &[&str]) -> Vec<Repo> {
    (1..).zip(names).map(|(number, name)| Repo::new(number, name)).collect()
}

fn organisation() -> Organisation {
    let mut old = Repo::new(3, "old");
    old.archived = true;
    let mut fork = Repo::new(4, "fork");
    fork.fork = true;
    let mut repositories = repos(&["shop", "ledger"]);
    repositories.extend([old, fork]);
    let mut below = Team::new("below", &["Ann"]);
    below.parent = Some("pay".to_owned());
    let mut closed = Team::new("closed", &[]);
    closed.members = None;
    Organisation {
        repositories,
        teams: vec![Team::new("pay", &["Ann", "bob"]), below, Team::new("none", &[]), closed],
    }
}

/// A host that shows what the cell holds at the time.
fn live(cell: &Arc<Mutex<Organisation>>) -> Route {
    let cell = Arc::clone(cell);
    Box::new(move |request| cell.lock().expect("no test panicked").github(request))
}

fn github(organisation: Organisation) -> StandIn {
    StandIn::start(Box::new(move |request| organisation.github(request)))
}

/// Of a host that fails: what is asked, what is said, and how long was waited.
fn check_failure(asker: &mut Asker, route: Route, expected: &Expect) {
    let host = StandIn::start(route);
    let reading = asker.ask(&host);
    let Visit::Unreadable { diagnostic, .. } = &reading.visit else { panic!("{:?}", reading.visit) };
    assert!(!reading.is_whole);
    let text = format!("{}\npauses {:?}\n", diagnostic.message, asker.clock.pauses.borrow());
    expected.assert_eq(&shown(&host, &text));
}
