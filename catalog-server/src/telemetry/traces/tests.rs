//! Spans on their way, from `tracing` to a collector on loopback.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
};

use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt;

use super::{
    SpanLayer, SpanOutcome, TraceEndpoint, export,
    queue::{SPANS_MAX, SpanQueue},
    span::OpenSpan,
};

/// How many spans came to which end.
#[derive(Default)]
struct Counts {
    exported: AtomicU64,
    lost: AtomicU64,
}

impl Counts {
    fn queue() -> (Arc<Self>, Arc<SpanQueue>) {
        let counts = Arc::new(Self::default());
        let told = Arc::clone(&counts);
        let queue = SpanQueue::new(Arc::new(move |outcome, count| {
            let counter = match outcome {
                SpanOutcome::Exported => &told.exported,
                SpanOutcome::Lost => &told.lost,
            };
            counter.fetch_add(count, Ordering::SeqCst);
        }));
        (counts, Arc::new(queue))
    }

    fn both(&self) -> (u64, u64) {
        (self.exported.load(Ordering::SeqCst), self.lost.load(Ordering::SeqCst))
    }
}

/// Answers so many requests in these ways, and gives their heads and bodies.
fn collector(answers: Vec<(u16, &'static str)>) -> (SocketAddr, JoinHandle<Vec<(String, Value)>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let heard = thread::spawn(move || {
        let hear = |(status, answer): (u16, &str)| {
            let (stream, _) = listener.accept().expect("a connection");
            let mut reader = BufReader::new(stream);
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                assert!(reader.read_line(&mut head).expect("a line") > 0, "{head}");
            }
            let length = head.to_ascii_lowercase();
            let length = length.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
            let length = length.and_then(|length| length.parse().ok()).expect("a length");
            let mut body = vec![0; length];
            reader.read_exact(&mut body).expect("a body");
            let length = answer.len();
            let mut stream = reader.into_inner();
            write!(
                stream,
                "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{answer}"
            )
            .expect("it is answered");
            (head, serde_json::from_slice(&body).expect("JSON"))
        };
        answers.into_iter().map(hear).collect()
    });
    (address, heard)
}

fn endpoint(address: SocketAddr) -> TraceEndpoint {
    TraceEndpoint::new(&format!("http://{address}"), "x-key=a%20b", None).expect("an endpoint")
}

fn put(queue: &SpanQueue, count: usize) {
    for number in 0..count {
        queue.put(OpenSpan::begin(&format!("span {number}"), None).end());
    }
}

#[test]
fn spans_of_tracing_become_spans_of_a_collector() {
    static QUEUE: OnceLock<Arc<SpanQueue>> = OnceLock::new();
    let (_, queue) = Counts::queue();
    let subscriber = tracing_subscriber::registry().with(SpanLayer::into(&QUEUE));
    tracing::subscriber::with_default(subscriber, || {
        drop(tracing::error_span!("before anybody wants it"));
        assert!(QUEUE.set(Arc::clone(&queue)).is_ok());
        let outer = tracing::error_span!("outer", otel.kind = "server", otel.parent = tracing::field::Empty);
        outer.record("otel.parent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        outer.in_scope(|| drop(tracing::error_span!("inner", count = 3_u64, is_it = true, text = "a\nb")));
        let unwanted = tracing::error_span!(
            "unwanted",
            otel.parent = "00-4bf92f3577b34da6a3ce929d0e0e4737-00f067aa0ba902b7-00"
        );
        unwanted.in_scope(|| drop(tracing::error_span!("a part of it")));
        drop(tracing::info_span!("a detail"));
    });
    queue.put(OpenSpan::begin("last", None).end());
    let taken = queue.take();
    let names: Vec<&str> = taken.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(names, ["inner", "outer", "last"]);
    let shown = super::document::document(&taken);
    let spans = &shown["resourceSpans"][0]["scopeSpans"][0]["spans"];
    assert_eq!(spans[1]["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!((&spans[1]["parentSpanId"], &spans[1]["kind"]), (&"00f067aa0ba902b7".into(), &2.into()));
    assert_eq!(
        (&spans[0]["traceId"], &spans[0]["parentSpanId"]),
        (&spans[1]["traceId"], &spans[1]["spanId"])
    );
    assert_eq!(
        spans[0]["attributes"].to_string(),
        r#"[{"key":"count","value":{"intValue":"3"}},{"key":"is_it","value":{"boolValue":true}},{"key":"text","value":{"stringValue":"a\nb"}}]"#
    );
    assert_eq!(spans[2]["parentSpanId"], Value::Null);
}

#[test]
fn what_ended_is_sent_at_the_end_at_the_latest_and_counted() {
    let (counts, queue) = Counts::queue();
    let (address, heard) = collector(vec![(200, r#"{"partialSuccess":{"rejectedSpans":"1"}}"#)]);
    put(&queue, 3);
    drop(export::start(endpoint(address), Arc::clone(&queue)));
    let heard = heard.join().expect("it was asked");
    let (head, body) = &heard[0];
    assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n") && head.contains("x-key: a b\r\n"), "{head}");
    let spans = body["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().expect("spans");
    assert_eq!((spans.len(), counts.both()), (3, (2, 1)));
    put(&queue, 1);
    assert_eq!(counts.both(), (2, 2), "what ends later is lost");
}

#[test]
fn what_a_collector_does_not_want_is_lost_and_not_sent_again() {
    let (counts, queue) = Counts::queue();
    let (address, heard) = collector(vec![(400, "no")]);
    put(&queue, 2);
    drop(export::start(endpoint(address), Arc::clone(&queue)));
    assert_eq!((heard.join().expect("it was asked").len(), counts.both()), (1, (0, 2)));
}

#[test]
fn nobody_waits_for_a_collector_that_is_not_there() {
    let (counts, queue) = Counts::queue();
    put(&queue, SPANS_MAX + 5);
    assert_eq!(counts.both(), (0, 5));
    let address = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    drop(export::start(endpoint(address.expect("a port")), Arc::clone(&queue)));
    assert_eq!(counts.both(), (0, SPANS_MAX as u64 + 5));
}
