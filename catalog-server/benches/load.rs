//! The questions of everybody at once, while the catalog changes every second.
//!
//! Responders, dashboards, builds and reviewers ask at fixed moments over loopback, whether or not those before
//! were answered, and times are counted from these moments. Meanwhile a writer commits: each time, every entity
//! of two repositories gets the number of the commit as its description, so that an answer in which two of them
//! differ is torn. At the end, what each revision was seen to say is held against what was written.
//!
//! `-- --seconds N` (20; ten minutes are 600), `--rate N` requests a second (100), `--entities N` at most (10,000).
//! The exit code is 1 where anything went wrong.

#![expect(clippy::print_stdout, reason = "a bench tells its numbers to whoever runs it")]

#[path = "../../catalog-core/benches/services/mod.rs"]
mod services;

mod loopback;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use catalog_core::{
    catalog::Catalog,
    model::{CatalogChange, IdentityTable, Located, Position, RepositoryDeclarations, Timestamp, Visit},
    sketch,
    store::Store,
};
use catalog_server::http::{Readiness, ServerState};
use loopback::{
    Connection, Milliseconds, Times, get, graphql, machine_load, number_after, serve_catalog, wait_until,
};
use services::{ENTITIES_PER_REPOSITORY, Numbers, S10K, Services, name, repositories};

/// Clients, each with a connection of its own.
const CLIENTS: usize = 32;
/// How often the catalog changes.
const CHANGE_EVERY: Duration = Duration::from_secs(1);
/// Problems that are told; further ones are counted.
const TOLD_MAX: usize = 5;

fn main() -> ExitCode {
    let seconds = Duration::from_secs(number_after("--seconds", 20));
    let rate = number_after("--rate", 100);
    let entities = number_after("--entities", u64::from(S10K.entities));
    println!("load average {}; {rate} requests/s for {} s", machine_load(), seconds.as_secs());
    let world = World::make(usize::try_from(entities).expect("it is small"));
    let is_over = AtomicBool::new(false);
    let start = Instant::now() + Duration::from_millis(200);
    let next = AtomicU64::new(0);
    let (written, seen) = thread::scope(|threads| {
        let writer = threads.spawn(|| world.write(start, &is_over));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| threads.spawn(|| Client::new(&world).ask_until(start, seconds, rate, &next)))
            .collect();
        tell_memory("at the start");
        wait_until(start + seconds / 2);
        tell_memory("half way");
        let mut seen = Seen::default();
        clients.into_iter().for_each(|client| seen.absorb(client.join().expect("a client")));
        is_over.store(true, Ordering::Relaxed);
        tell_memory("at the end");
        (writer.join().expect("the writer"), seen)
    });
    println!("load average {}", machine_load());
    seen.tell(&written)
}

/// What the process holds in memory, the server, its clients and the writer, as the system tells it.
fn tell_memory(when: &str) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or(" unknown");
    println!("memory {when}: {}", resident.trim());
}

/// A catalog that is served and written.
struct World {
    _folder: tempfile::TempDir,
    catalog: Arc<Catalog>,
    address: SocketAddr,
    /// The two repositories that change.
    changing: [RepositoryDeclarations; 2],
    entities: u32,
}

impl World {
    fn make(entities_max: usize) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let services = Services::draw(S10K);
        let count = entities_max.div_ceil(ENTITIES_PER_REPOSITORY as usize).max(2);
        let all: Vec<_> = repositories(&services).take(count).collect();
        let entities = u32::try_from(all.len()).expect("it is small") * ENTITIES_PER_REPOSITORY;
        let changing = [all[0].clone(), all[all.len() - 1].clone()];
        let store = Store::at(folder.path().join("catalog.redb"));
        let visits = all.into_iter().map(|repository| Visit::Read(Box::new(repository))).collect();
        store.apply(&CatalogChange { visits }, sketch::READ_AT).expect("the store is written");
        let catalog = Catalog::open(store, IdentityTable::default()).expect("the store is sound");
        let catalog = Arc::new(catalog);
        let readiness = Arc::new(Readiness::not_yet("it begins"));
        let state = ServerState::new(catalog.current(), readiness);
        state.set_ready(Some(Arc::clone(&catalog)));
        let address = serve_catalog(state);
        let world = Self { _folder: folder, catalog, address, changing, entities };
        world.commit(0);
        world
    }

    /// Commits the next number until all is over; gives what each revision says.
    fn write(&self, start: Instant, is_over: &AtomicBool) -> BTreeMap<u64, u64> {
        let mut written = BTreeMap::from([(self.catalog.graph().revision().0, 0)]);
        let mut times = Times::default();
        for number in 1.. {
            wait_until(start + CHANGE_EVERY * number);
            if is_over.load(Ordering::Relaxed) {
                break;
            }
            let start = Instant::now();
            written.insert(self.commit(u64::from(number)), u64::from(number));
            times.add(start.elapsed());
        }
        println!(
            "{} commits, until they are visible: p50 {} ms, max {} ms",
            times.count(),
            Milliseconds(times.quantile(5_000)),
            Milliseconds(times.quantile(10_000))
        );
        written
    }

    /// Makes every entity of both repositories say a number; gives the revision that says so.
    fn commit(&self, number: u64) -> u64 {
        let visits = self.changing.iter().map(|repository| {
            let mut repository = repository.clone();
            let documents = repository.manifests.iter_mut().flat_map(|manifest| &mut manifest.documents);
            for declaration in documents.filter_map(|document| document.declaration.as_mut()) {
                let said = format!("generation {number}");
                declaration.description = Some(Located::new(said.into(), Position::new(1, 1)));
            }
            Visit::Read(Box::new(repository))
        });
        let change = CatalogChange { visits: visits.collect() };
        let now = Timestamp(sketch::READ_AT.0 + i64::try_from(number).expect("it is small"));
        self.catalog.apply(&change, now).expect("the change is taken").0
    }

    /// One entity of each repository that changes.
    fn pair(&self, numbers: &mut Numbers) -> [String; 2] {
        let place = numbers.below(ENTITIES_PER_REPOSITORY);
        [place, self.entities - ENTITIES_PER_REPOSITORY + place].map(|entity| name(entity).to_string())
    }

    fn any(&self, numbers: &mut Numbers) -> String {
        name(numbers.below(self.entities)).to_string()
    }

    fn request(&self, role: Role, numbers: &mut Numbers) -> Vec<u8> {
        let [one, other] = self.pair(numbers);
        let both = format!(
            "catalog {{ revision }} one: entity(ref: \"{one}\") {{ description }} other: entity(ref: \"{other}\") {{ description }}"
        );
        let any = self.any(numbers);
        let asked = match role {
            Role::Responder => format!(
                "owner(ref: \"{any}\") {{ ... on EntityOwnership {{ revision entity {{ ref }} owner {{ ref }} escalation {{ reason }} }} }} \
                 needy: entity(ref: \"{any}\") {{ dependents(first: 20) {{ revision nodes {{ ref owner {{ ref }} }} }} }} \
                 search(text: \"{}\", first: 10) {{ revision nodes {{ entity {{ ref }} score }} }}",
                &any[any.len() - 4..]
            ),
            Role::Dashboard => {
                let ids = self.changing.iter().map(|repository| format!("\"{}\"", repository.head.id));
                let ids: Vec<_> = ids.collect();
                format!(
                    "changing: entities(first: 50, filter: {{ repositories: [{}] }}) {{ revision totalCount nodes {{ ref description owner {{ ref }} }} }} \
                     all: entities(first: 50, filter: {{ kinds: [\"component\"] }}) {{ revision nodes {{ ref tier owner {{ ref }} }} }} \
                     ownershipGaps(first: 1) {{ revision totalCount }}",
                    ids.join(", ")
                )
            }
            Role::Build => {
                let roots = (0..=numbers.below(20)).map(|_| format!("\"{}\"", self.any(numbers)));
                let roots: Vec<_> = roots.collect();
                format!(
                    "blastRadius(refs: [{}]) {{ revision total unowned critical affected(first: 20) {{ revision nodes {{ ref distance entity {{ owner {{ ref }} }} }} }} }}",
                    roots.join(", ")
                )
            }
            Role::Reviewer => "census: catalog { revision counts { entities relations } coverage { entitiesOwnable entitiesOwned } } \
                 ownershipGaps(first: 50) { revision totalCount nodes { entity { ref } } }"
                .to_owned(),
            Role::Export => return get("/export"),
        };
        graphql(&format!("{{ {both} {asked} }}"))
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    /// Somebody in an outage: the owner of a name, what needs it, a search.
    Responder,
    /// Pages of entities and counts of gaps.
    Dashboard,
    /// A build: what 1 to 20 changed entities can break.
    Build,
    /// The census, with its gaps.
    Reviewer,
    /// Everything, line by line.
    Export,
}

impl Role {
    /// The roles in their shares of a hundred requests.
    fn of(request: u64) -> Self {
        match request * 37 % 100 {
            0 => Self::Export,
            1..=5 => Self::Reviewer,
            6..=20 => Self::Build,
            21..=55 => Self::Dashboard,
            _ => Self::Responder,
        }
    }
}

struct Client<'w> {
    world: &'w World,
    connection: Connection,
    seen: Seen,
}

/// What clients saw.
#[derive(Default)]
struct Seen {
    times: BTreeMap<Role, Times>,
    errors: BTreeMap<Role, usize>,
    torn: usize,
    problems: Vec<String>,
    /// Each revision with each number that it was seen to say.
    said: BTreeSet<(u64, u64)>,
}

impl<'w> Client<'w> {
    fn new(world: &'w World) -> Self {
        Self { world, connection: Connection::open(world.address), seen: Seen::default() }
    }

    /// Takes the next request whenever it is free, until the last is asked.
    fn ask_until(mut self, start: Instant, duration: Duration, rate: u64, next: &AtomicU64) -> Seen {
        let rate = u32::try_from(rate).expect("a small rate");
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let moment = start + Duration::from_secs(number) / rate;
            if moment >= start + duration {
                return self.seen;
            }
            let (role, mut numbers) = (Role::of(number), Numbers(0x10ad ^ (number + 1) << 20));
            let request = self.world.request(role, &mut numbers);
            wait_until(moment);
            let answer = self.connection.ask(&request);
            self.seen.times.entry(role).or_default().add(moment.elapsed());
            match answer {
                Ok((200, body)) => self.seen.check(role, &String::from_utf8_lossy(&body)),
                Ok((status, body)) => {
                    self.seen.error(role, &format!("{status} {}", String::from_utf8_lossy(&body)));
                }
                Err(fault) => {
                    self.seen.error(role, &fault.to_string());
                    self.connection = Connection::open(self.world.address);
                }
            }
        }
    }
}

/// Every number that stands after some words.
fn numbers_after<'t>(text: &'t str, words: &'t str) -> impl Iterator<Item = u64> + 't {
    text.match_indices(words).map(move |(place, _)| {
        let rest = &text[place + words.len()..];
        let digits = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
        rest[..digits].parse().unwrap_or(u64::MAX)
    })
}

impl Seen {
    fn error(&mut self, role: Role, problem: &str) {
        *self.errors.entry(role).or_default() += 1;
        self.tell_problem(&format!("{role:?}: {problem}"));
    }

    fn tell_problem(&mut self, problem: &str) {
        if self.problems.len() < TOLD_MAX {
            self.problems.push(problem.chars().take(600).collect());
        }
    }

    /// An answer is whole if it says one revision and one number.
    fn check(&mut self, role: Role, body: &str) {
        if body.contains("\"errors\":[") && role != Role::Export {
            return self.error(role, body);
        }
        let revisions: BTreeSet<u64> = numbers_after(body, "\"revision\":").collect();
        let said: Vec<u64> = numbers_after(body, "\"generation ").collect();
        let said_once: BTreeSet<u64> = said.iter().copied().collect();
        if said.len() < 2 {
            return self.error(role, &format!("the answer does not say what was written: {body}"));
        }
        match (revisions.first(), said_once.first()) {
            (Some(revision), Some(number)) if revisions.len() == 1 && said_once.len() == 1 => {
                self.said.insert((*revision, *number));
            }
            _ => {
                self.torn += 1;
                self.tell_problem(&format!("{role:?} is torn: revisions {revisions:?} say {said_once:?}"));
            }
        }
    }

    fn absorb(&mut self, other: Self) {
        for (role, times) in other.times {
            self.times.entry(role).or_default().absorb(times);
        }
        for (role, errors) in other.errors {
            *self.errors.entry(role).or_default() += errors;
        }
        self.torn += other.torn;
        self.said.extend(other.said);
        other.problems.into_iter().for_each(|problem| self.tell_problem(&problem));
    }

    /// Tells what was seen, beside what was written.
    fn tell(mut self, written: &BTreeMap<u64, u64>) -> ExitCode {
        println!(
            "{:<10} {:>9} {:>9} {:>9} {:>9} {:>9} {:>7}",
            "ms", "requests", "p50", "p99", "p99.9", "max", "errors"
        );
        for (role, times) in &mut self.times {
            let [p50, p99, p999, max] =
                [5_000, 9_900, 9_990, 10_000].map(|part| Milliseconds(times.quantile(part)));
            let errors = self.errors.get(role).copied().unwrap_or_default();
            let (role, count) = (format!("{role:?}"), times.count());
            println!("{role:<10} {count:>9} {p50:>9} {p99:>9} {p999:>9} {max:>9} {errors:>7}");
        }
        let wrong: Vec<_> =
            self.said.iter().filter(|(revision, number)| written.get(revision) != Some(number)).collect();
        println!(
            "{} revisions of {} were seen; {} torn answers, {} revisions that say something else than was written",
            self.said.len(),
            written.len(),
            self.torn,
            wrong.len()
        );
        self.problems.iter().for_each(|problem| println!("{problem}"));
        let is_fine = self.torn == 0 && self.errors.is_empty() && wrong.is_empty() && self.said.len() > 1;
        if is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
