//! What GraphQL costs beside plain handlers that send the same, over loopback, in one run: 100,000 entities.
//!
//! The clients are of this process and keep their connections; client and server share the processor, in both
//! cases. The graph is the one that a server has after its start, read from the file that a crawl leaves beside
//! the store. `-- --seconds N` is how long each round of quick questions lasts; 0 leaves these out. `-- --million`
//! measures the start of a server of 1,000,000 entities, and nothing else.

#![expect(clippy::print_stdout, reason = "a bench tells its numbers to whoever runs it")]

#[path = "../../catalog-core/benches/services/mod.rs"]
mod services;

mod loopback;

use std::{
    hint::black_box,
    net::SocketAddr,
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use axum::{Router, http::header, response::IntoResponse, routing::post};
use catalog_core::{
    catalog::{Catalog, CurrentGraph, store_summary},
    graph::{CatalogGraph, Entity},
    model::{CatalogChange, IdentityTable, Visit},
    needs::{Direction, ReachLimits},
    query::{BlastRadiusQuery, blast_radius},
    sketch,
    store::Store,
};
use catalog_server::{
    graphql::GraphqlLimits,
    http::{HttpLimits, Readiness, ServerState},
};
use loopback::{
    Connection, Milliseconds, Serving, Times, free_address, graphql, machine_load, number_after,
    post_graphql, program, serve_catalog, serve_plain, wait_until,
};
use serde::Serialize;
use services::{S1M, S100K, Services, Size, name, repositories};

const CONNECTIONS: u32 = 16;
const ROUNDS: usize = 5;
/// How long a round of quick questions lasts.
const SECONDS: u64 = 2;
const SAMPLES: usize = 41;
const AFFECTED: usize = 10_000;
/// What the rates and times are asked to be, against plain handlers.
const RATE_PERCENT_ASKED: f64 = 60.0;
const P99_ASKED: Duration = Duration::from_millis(5);
const BLAST_RADIUS_TIMES_ASKED: f64 = 3.0;
const PAGE_TIMES_ASKED: f64 = 4.0;
const READY_ASKED: Duration = Duration::from_millis(1_500);
const READY_AT_A_MILLION_ASKED: Duration = Duration::from_secs(15);

fn main() {
    println!("load average {}, {CONNECTIONS} connections", machine_load());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("catalog.redb");
    if std::env::args().any(|argument| argument == "--million") {
        write_store(&path, S1M);
        starts(&path, S1M, READY_AT_A_MILLION_ASKED);
        return;
    }
    write_store(&path, S100K);
    starts(&path, S100K, READY_ASKED);
    let catalog = Catalog::open(Store::at(&path), IdentityTable::default()).expect("the store is sound");
    let (graph, current) = (catalog.graph(), catalog.current());
    if number_after("--seconds", SECONDS) > 0 {
        let catalog = serve_catalog(state(Arc::clone(&current), HttpLimits::default()));
        for question in &QUICK_QUESTIONS {
            rates(question, catalog);
        }
    }
    // Lists are asked again and again here, so that they must not be answered from what is kept.
    let limits = HttpLimits { kept_answers_bytes_max: 0, ..HttpLimits::default() };
    let root = root_of_many(&graph);
    lists(&graph, &root, serve_catalog(state(current, limits)));
    println!("load average {}", machine_load());
}

/// A server without the bounds that keep strangers from asking for so much at once.
fn state(current: Arc<CurrentGraph>, http: HttpLimits) -> ServerState {
    let limits = GraphqlLimits {
        page_rows_max: AFFECTED,
        cost_max: u64::MAX,
        answer_bytes_max: 64 * 1024 * 1024,
        ..GraphqlLimits::default()
    };
    let readiness = Arc::new(Readiness::not_yet("it begins"));
    readiness.set_ready();
    ServerState::with_limits(current, readiness, http, limits)
}

/// A question about one entity or another: what it asks of an entity, and of which field.
struct Question {
    field: &'static str,
    asks: &'static str,
}

const QUICK_QUESTIONS: [Question; 2] = [
    Question { field: "entity", asks: "ref type owner { ref }" },
    Question { field: "owner", asks: "... on EntityOwnership { revision entity { ref } owner { ref } }" },
];

impl Question {
    /// With the entity in the text.
    fn in_text(&self, name: &str) -> Vec<u8> {
        graphql(&format!("{{ {}(ref: \"{name}\") {{ {} }} }}", self.field, self.asks))
    }

    /// With the entity as a variable, as programs ask.
    fn by_variable(&self, name: &str) -> Vec<u8> {
        let query = format!("query ($ref: String!) {{ {}(ref: $ref) {{ {} }} }}", self.field, self.asks);
        post_graphql(&serde_json::json!({ "query": query, "variables": { "ref": name } }))
    }
}

/// Requests a second at saturation beside a plain handler with the same bytes, and times at half of that: of a
/// question that is asked again and again, as dashboards do, and of questions none of which was asked before.
fn rates(question: &Question, catalog: SocketAddr) {
    let all = |of: fn(&Question, &str) -> Vec<u8>| -> Vec<Vec<u8>> {
        (0..S100K.entities).map(|number| of(question, name(number).as_str())).collect()
    };
    let (in_text, by_variable) = (all(Question::in_text), all(Question::by_variable));
    let one = &in_text[S100K.entities as usize / 20..][..1];
    let (status, body) = Connection::open(catalog).ask(&one[0]).expect("an answer");
    let shown = String::from_utf8_lossy(&body).into_owned();
    assert!(status == 200 && !shown.contains("\"errors\""), "{status} {shown}");
    let fixed: &'static [u8] = body.leak();
    let json = [(header::CONTENT_TYPE, "application/json")];
    let plain = serve_plain(Router::new().route("/graphql", post(move || async move { (json, fixed) })));
    let duration = Duration::from_secs(number_after("--seconds", SECONDS));
    let kinds: [(&str, &[Vec<u8>]); 3] = [
        ("asked again", one),
        ("another entity each time, by a variable", &by_variable),
        ("another text each time", &in_text),
    ];
    let mut of_plain = Vec::new();
    let mut of_kinds = [const { Vec::new() }; 3];
    for round in 0..=ROUNDS {
        let plain = saturate(plain, one, duration);
        let rates = kinds.map(|(_, requests)| saturate(catalog, requests, duration));
        // The first round warms up.
        if round > 0 {
            of_plain.push(plain);
            of_kinds.iter_mut().zip(rates).for_each(|(rates, rate)| rates.push(rate));
        }
    }
    let of_plain = middle(of_plain);
    for ((kind, requests), rates) in kinds.into_iter().zip(of_kinds) {
        let rate = middle(rates);
        let percent = rate / of_plain * 100.0;
        let mut times = paced(catalog, requests, rate / 2.0, duration * 3);
        println!(
            "{}, {} bytes, {kind}: {rate:.0} requests/s beside {of_plain:.0} of fixed JSON, {percent:.0} % of at least {RATE_PERCENT_ASKED:.0} %: {}; at half of that p50 {} ms, p99 {} ms, p99.9 {} ms, asked p99 under {} ms: {}",
            question.field,
            fixed.len(),
            verdict(percent >= RATE_PERCENT_ASKED),
            Milliseconds(times.quantile(5_000)),
            Milliseconds(times.quantile(9_900)),
            Milliseconds(times.quantile(9_990)),
            P99_ASKED.as_millis(),
            verdict(times.quantile(9_900) < P99_ASKED)
        );
    }
}

fn verdict(is_met: bool) -> &'static str {
    if is_met { "as asked" } else { "NOT AS ASKED" }
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

/// As many requests as are answered, each after the one before it; gives those of a second.
fn saturate(address: SocketAddr, requests: &[Vec<u8>], duration: Duration) -> f64 {
    let start = Instant::now();
    let next = AtomicUsize::new(0);
    let answered: usize = thread::scope(|threads| {
        let clients: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                threads.spawn(|| {
                    let mut connection = Connection::open(address);
                    let mut answered = 0;
                    while start.elapsed() < duration {
                        let request = &requests[next.fetch_add(1, Ordering::Relaxed) % requests.len()];
                        let (status, _) = connection.ask(request).expect("an answer");
                        assert_eq!(status, 200);
                        answered += 1;
                    }
                    answered
                })
            })
            .collect();
        clients.into_iter().map(|client| client.join().expect("a client")).sum()
    });
    answered as f64 / start.elapsed().as_secs_f64()
}

/// Requests that begin at even distances, whether or not those before are answered; times are counted from
/// when they should have begun.
fn paced(address: SocketAddr, requests: &[Vec<u8>], rate: f64, duration: Duration) -> Times {
    let distance = Duration::from_secs_f64(f64::from(CONNECTIONS) / rate);
    let start = Instant::now() + Duration::from_millis(50);
    let next = &AtomicUsize::new(0);
    thread::scope(|threads| {
        let clients: Vec<_> = (0..CONNECTIONS)
            .map(|number| {
                threads.spawn(move || {
                    let mut connection = Connection::open(address);
                    let mut times = Times::default();
                    let mut moment = start + distance.mul_f64(f64::from(number) / f64::from(CONNECTIONS));
                    while moment < start + duration {
                        wait_until(moment);
                        let request = &requests[next.fetch_add(1, Ordering::Relaxed) % requests.len()];
                        connection.ask(request).expect("an answer");
                        times.add(moment.elapsed());
                        moment += distance;
                    }
                    times
                })
            })
            .collect();
        let mut all = Times::default();
        clients.into_iter().for_each(|client| all.absorb(client.join().expect("a client")));
        all
    })
}

/// An entity and a depth up to which about so many need it as the bench asks for, but no fewer.
fn root_of_many(graph: &CatalogGraph) -> BlastRadiusQuery<'_> {
    let many = |number: u32| {
        let root = graph.entity(&name(number * (S100K.entities / 2_000)))?;
        let sizes = graph.needs().reach_sizes(&[root.index()], Direction::Dependents, ReachLimits::default());
        let within = sizes.iter().scan(0, |sum, size| {
            *sum += size;
            Some(*sum)
        });
        let (depth, count) = (1..).zip(within).find(|(_, count)| *count >= AFFECTED)?;
        Some((count, depth, root))
    };
    let (count, depth, root) =
        (0..2_000).filter_map(many).min_by_key(|(count, ..)| *count).expect("some entity is needed by many");
    println!("{root} has {count} dependents up to {depth} needs away", root = root.name());
    let query = BlastRadiusQuery::new(vec![root], Direction::Dependents);
    BlastRadiusQuery { depth_max: Some(depth), ..query }
}

/// One affected entity, as the plain handler has it.
#[derive(Serialize)]
struct AffectedRow {
    #[serde(rename = "ref")]
    reference: String,
    distance: u32,
    owner: Option<String>,
}

/// One entity with an owner and two relations, as the plain handler has it.
#[derive(Serialize)]
struct EntityRow {
    #[serde(rename = "ref")]
    reference: String,
    owner: Option<String>,
    relations: Vec<RelationRow>,
}

#[derive(Serialize)]
struct RelationRow {
    name: &'static str,
    entity: String,
}

fn owner_of(entity: Entity<'_>) -> Option<String> {
    entity.owner().map(|owner| owner.name().to_string())
}

fn affected_rows(query: &BlastRadiusQuery<'_>, graph: &CatalogGraph) -> Vec<AffectedRow> {
    let answer = blast_radius(graph, query);
    let rows = answer.affected.iter().take(AFFECTED).map(|row| AffectedRow {
        reference: row.entity.name().to_string(),
        distance: row.distance,
        owner: owner_of(row.entity),
    });
    rows.collect()
}

fn entity_rows(graph: &CatalogGraph) -> Vec<EntityRow> {
    let relation = |other: Entity<'_>| RelationRow { name: "OWNED_BY", entity: other.name().to_string() };
    let rows = graph.entities().take(100).map(|entity| EntityRow {
        reference: entity.name().to_string(),
        owner: owner_of(entity),
        relations: entity.outgoing().take(2).map(|of| relation(of.to())).collect(),
    });
    rows.collect()
}

/// A plain handler that writes rows it has as JSON, for each request.
fn serve_rows<T: Serialize + Send + Sync + 'static>(rows: Vec<T>) -> SocketAddr {
    let rows = Arc::new(rows);
    let write = move || {
        let rows = Arc::clone(&rows);
        async move {
            let written = serde_json::to_vec(&*rows).expect("rows are JSON");
            ([(header::CONTENT_TYPE, "application/json")], written).into_response()
        }
    };
    serve_plain(Router::new().route("/graphql", post(write)))
}

/// Long answers beside plain handlers that have the same rows already.
fn lists(graph: &CatalogGraph, root: &BlastRadiusQuery<'_>, catalog: SocketAddr) {
    let query = format!(
        "{{ blastRadius(refs: [\"{}\"], maxDepth: {}) {{ affected(first: {AFFECTED}) {{ nodes {{ ref distance entity {{ owner {{ ref }} }} }} }} }} }}",
        root.roots[0].name(),
        root.depth_max.unwrap_or(u32::MAX)
    );
    let plain = serve_rows(affected_rows(root, graph));
    compare("blastRadius of 10,000", &query, catalog, plain, BLAST_RADIUS_TIMES_ASKED);
    let times = (0..SAMPLES).map(|_| {
        let start = Instant::now();
        black_box(serde_json::to_vec(&affected_rows(root, graph)).expect("rows are JSON"));
        start.elapsed().as_secs_f64() * 1e3
    });
    println!("the same rows, computed and written without a server: {:.2} ms", middle(times.collect()));
    let query = "{ entities(first: 100) { nodes { ref owner { ref } relations(first: 2) { nodes { name entity { ref } } } } } }";
    let plain = serve_rows(entity_rows(graph));
    compare("entities(first: 100)", query, catalog, plain, PAGE_TIMES_ASKED);
}

/// The middle times of a question and of the plain handler, which take turns.
fn compare(what: &str, query: &str, catalog: SocketAddr, plain: SocketAddr, asked: f64) {
    let request = graphql(query);
    let mut connections = [Connection::open(catalog), Connection::open(plain)];
    let mut times = [Vec::new(), Vec::new()];
    let mut lengths = [0, 0];
    for sample in 0..SAMPLES {
        for ((connection, times), length) in connections.iter_mut().zip(&mut times).zip(&mut lengths) {
            let start = Instant::now();
            let (status, body) = connection.ask(&request).expect("an answer");
            let time = start.elapsed().as_secs_f64() * 1e3;
            assert!(status == 200, "{status} {}", String::from_utf8_lossy(&body));
            *length = body.len();
            if sample > 2 {
                times.push(time);
            }
        }
    }
    let [of_catalog, of_plain] = times.map(middle);
    let ratio = of_catalog / of_plain;
    println!(
        "{what}: {of_catalog:.2} ms for {} bytes beside {of_plain:.2} ms for {} of the rows in hand, {ratio:.1} times of at most {asked:.0}: {}",
        lengths[0],
        lengths[1],
        verdict(ratio <= asked)
    );
}

fn write_store(path: &Path, size: Size) {
    let services = Services::draw(size);
    let visits = repositories(&services).map(|repository| Visit::Read(Box::new(repository)));
    let change = CatalogChange { visits: visits.collect() };
    Store::at(path).apply(&change, sketch::READ_AT).expect("the store is written");
}

/// From the start of the process to the first `/readyz` that says so: of a store alone, and with the graph
/// beside it that a crawl leaves there.
fn starts(path: &Path, size: Size, asked: Duration) {
    let start = |what: &str| {
        let times: Vec<f64> = (0..ROUNDS).map(|_| ready(path).as_secs_f64() * 1e3).collect();
        let time = middle(times);
        let asked = asked.as_secs_f64() * 1e3;
        println!("start to ready, {what}: {time:.0} ms of at most {asked:.0}: {}", verdict(time <= asked));
    };
    start(&format!("a store of {} entities", size.entities));
    store_summary(&Store::at(path), &IdentityTable::default()).expect("the graph is kept");
    start("the same with its graph beside it");
}

fn ready(store: &Path) -> Duration {
    let address = free_address();
    let mut serve = Command::new(program());
    serve.env("CATALOG_STORE", store);
    let start = Instant::now();
    let _serving = Serving::start(serve, address);
    start.elapsed()
}
