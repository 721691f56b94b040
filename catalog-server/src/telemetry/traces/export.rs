//! The thread that sends spans.

use std::{io::Read, sync::Arc, thread, time::Duration};

use serde_json::Value;
use ureq::http::{Method, Request};

use super::{SpanOutcome, TraceEndpoint, document::document, queue::SpanQueue, span::EndedSpan};

/// How long a collector has for one answer.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(10);
/// How long it has once the process ends.
const LAST_ANSWER_TIME_MAX: Duration = Duration::from_secs(1);
/// How long the end of the process waits for all of it.
const END_TIME_MAX: Duration = Duration::from_secs(2);
/// How long is waited before something is sent again; after the last of these it is lost.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(2)];
/// How much of an answer is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 64 << 10;

/// Sends what is left when it is dropped, and ends.
#[must_use]
pub struct TracesEnded(Arc<SpanQueue>);

impl Drop for TracesEnded {
    fn drop(&mut self) {
        self.0.finish(END_TIME_MAX);
    }
}

/// Sends what comes into a queue, on a thread of its own.
pub(super) fn start(endpoint: TraceEndpoint, queue: Arc<SpanQueue>) -> TracesEnded {
    let ended = TracesEnded(Arc::clone(&queue));
    thread::spawn(move || {
        Exporter { endpoint, queue: &queue, is_failing: false }.run();
        queue.end();
    });
    ended
}

struct Exporter<'q> {
    endpoint: TraceEndpoint,
    queue: &'q SpanQueue,
    /// Whether it is known, and said, that the collector takes nothing.
    is_failing: bool,
}

/// Why a collector did not take what it was sent.
struct Refusal {
    reason: String,
    may_pass: bool,
}

impl Exporter<'_> {
    fn run(&mut self) {
        loop {
            let spans = self.queue.take();
            if spans.is_empty() {
                return;
            }
            let is_taken = self.hand_over(&spans);
            if !is_taken && self.queue.is_ending() {
                return;
            }
        }
    }

    /// Sends spans, again where that may help; whether the collector took them.
    fn hand_over(&mut self, spans: &[EndedSpan]) -> bool {
        let body = document(spans).to_string();
        let mut pauses = PAUSES.iter();
        let refusal = loop {
            match self.send(&body) {
                Ok(refused) => {
                    let refused = refused.min(spans.len());
                    self.queue.tell(SpanOutcome::Exported, spans.len() - refused);
                    self.queue.tell(SpanOutcome::Lost, refused);
                    if std::mem::take(&mut self.is_failing) {
                        tracing::info!(endpoint = %self.endpoint.url, "the collector of traces takes them again");
                    }
                    return true;
                }
                // Where it did not answer before, the next spans are what it is tried with.
                Err(refusal) if !refusal.may_pass || self.is_failing => break refusal,
                Err(refusal) => match pauses.next() {
                    Some(pause) if self.queue.pause(*pause) => {}
                    _ => break refusal,
                },
            }
        };
        self.queue.tell(SpanOutcome::Lost, spans.len());
        if !std::mem::replace(&mut self.is_failing, true) {
            tracing::warn!(
                endpoint = %self.endpoint.url, reason = refusal.reason,
                "the collector takes no traces; they are dropped and counted until it does"
            );
        }
        // Its next trial comes after a while, whatever has come together by then.
        if refusal.may_pass {
            self.queue.pause(PAUSES[0]);
        }
        false
    }

    /// Sends a document once, and gives how many of its spans were refused.
    fn send(&self, body: &str) -> Result<usize, Refusal> {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(&self.endpoint.url)
            .header("Content-Type", "application/json");
        for (name, value) in &self.endpoint.headers {
            request = request.header(name, value);
        }
        let never = |reason: String| Refusal { reason, may_pass: false };
        let request = request.body(body).map_err(|error| never(error.to_string()))?;
        let time = if self.queue.is_ending() { LAST_ANSWER_TIME_MAX } else { ANSWER_TIME_MAX };
        let agent = &self.endpoint.agent;
        let request = agent.configure_request(request).timeout_global(Some(time)).build();
        let passing = |reason: String| Refusal { reason, may_pass: true };
        let mut answer = agent.run(request).map_err(|error| passing(error.to_string()))?;
        match answer.status().as_u16() {
            200..=299 => {
                let mut text = Vec::new();
                let read = answer.body_mut().as_reader().take(ANSWER_BYTES_MAX).read_to_end(&mut text);
                Ok(read.map_or(0, |_| refused(&text)))
            }
            // OTLP/HTTP names those that may be tried again.
            status @ (429 | 502 | 503 | 504) => Err(passing(format!("it answered {status}"))),
            status => Err(never(format!("it answered {status}"))),
        }
    }
}

/// How many spans an answer says were refused.
fn refused(answer: &[u8]) -> usize {
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    let count = &answer["partialSuccess"]["rejectedSpans"];
    let count = count.as_u64().or_else(|| count.as_str()?.parse().ok());
    count.map_or(0, |count| usize::try_from(count).unwrap_or(usize::MAX))
}
