//! One span: what it is called, when it was, and what is said of it.

use std::fmt::{self, Write as _};

use tracing::field::{Field, Visit};

use super::place::SpanPlace;
use crate::{clock, telemetry::line::bounded};

/// How many things are said of one span at most.
const ATTRIBUTES_MAX: usize = 64;

/// A span that has not ended.
#[derive(Debug)]
pub(super) struct OpenSpan {
    pub(super) place: SpanPlace,
    /// The span that it is a part of.
    parent: Option<u64>,
    name: String,
    is_request: bool,
    has_failed: bool,
    attributes: Vec<Attribute>,
    began: u64,
    watch: clock::Stopwatch,
}

/// A span that has ended.
#[derive(Debug)]
pub(super) struct EndedSpan {
    pub(super) place: SpanPlace,
    pub(super) parent: Option<u64>,
    pub(super) name: String,
    /// Whether it answers somebody else's question.
    pub(super) is_request: bool,
    pub(super) has_failed: bool,
    pub(super) attributes: Vec<Attribute>,
    /// When it began and ended, in nanoseconds since 1970.
    pub(super) began: u64,
    pub(super) ended: u64,
}

/// Something that is said of a span.
pub(super) type Attribute = (&'static str, AttributeValue);

/// What is said.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum AttributeValue {
    Text(String),
    Integer(i64),
    Number(f64),
    Flag(bool),
}

impl OpenSpan {
    /// A span that begins now, within another one or by itself.
    pub(super) fn begin(name: &str, within: Option<SpanPlace>) -> Self {
        Self {
            place: within.map_or_else(SpanPlace::first, SpanPlace::next),
            parent: within.map(|place| place.span),
            name: name.to_owned(),
            is_request: false,
            has_failed: false,
            attributes: Vec::new(),
            began: clock::nanoseconds(),
            watch: clock::Stopwatch::start(),
        }
    }

    /// The span, which ends now.
    pub(super) fn end(self) -> EndedSpan {
        let Self { place, parent, name, is_request, has_failed, attributes, began, watch } = self;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time is not negative")]
        let nanoseconds = (watch.seconds() * 1e9) as u64;
        let ended = began.saturating_add(nanoseconds);
        EndedSpan { place, parent, name, is_request, has_failed, attributes, began, ended }
    }

    fn say(&mut self, field: &Field, value: AttributeValue) {
        if let Some(said) = self.attributes.iter_mut().find(|(name, _)| *name == field.name()) {
            said.1 = value;
        } else if self.attributes.len() < ATTRIBUTES_MAX {
            self.attributes.push((field.name(), value));
        }
    }
}

/// Fields whose names begin with `otel.` say what a span is; all others are said of it.
impl Visit for OpenSpan {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "otel.name" => self.name = bounded(value),
            "otel.kind" => self.is_request = value == "server",
            "otel.status_code" => self.has_failed = value == "ERROR",
            "otel.parent" => {
                if let Some(sent) = SpanPlace::parse(value) {
                    self.place = sent.next();
                    self.parent = Some(sent.span);
                }
            }
            _ if !self.place.is_sampled => {}
            _ => self.say(field, AttributeValue::Text(bounded(value))),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = String::new();
        let _memory_takes_all = write!(text, "{value:?}");
        self.record_str(field, &text);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.say(field, AttributeValue::Integer(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        let value =
            i64::try_from(value).map_or(AttributeValue::Text(value.to_string()), AttributeValue::Integer);
        self.say(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        let is_number = value.is_finite();
        let value =
            if is_number { AttributeValue::Number(value) } else { AttributeValue::Text(value.to_string()) };
        self.say(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.say(field, AttributeValue::Flag(value));
    }
}
