//! One event, as one line: text for people, or JSON for programs.

use std::{
    fmt::{self, Write as _},
    sync::atomic::{AtomicBool, Ordering},
};

use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    field::RecordFields,
    fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields, format::Writer},
    registry::{LookupSpan, Scope},
};

use crate::clock;

/// How much of one value is written, in bytes.
const VALUE_BYTES_MAX: usize = 1_024;
/// The field that holds the sentence of an event.
const MESSAGE: &str = "message";

/// In which form events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// `MOMENT LEVEL sentence field=value …`
    Text,
    /// One JSON object with `timestamp`, `level`, `message` and the fields.
    Json,
}

static IS_JSON: AtomicBool = AtomicBool::new(false);

pub(super) fn write_as(format: LogFormat) {
    IS_JSON.store(format == LogFormat::Json, Ordering::Relaxed);
}

fn format() -> LogFormat {
    if IS_JSON.load(Ordering::Relaxed) { LogFormat::Json } else { LogFormat::Text }
}

/// Writes the lines.
pub(super) struct LineFormat;

impl<S, N> FormatEvent<S, N> for LineFormat
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut fields = Fields::new(format());
        event.record(&mut fields);
        // What is known of everything around the event, the outermost first.
        let mut around = String::new();
        for span in context.event_scope().into_iter().flat_map(Scope::from_root) {
            if let Some(kept) = span.extensions().get::<FormattedFields<N>>() {
                around.push_str(kept);
            }
        }
        let level = event.metadata().level().as_str();
        let moment = clock::log_moment();
        let Fields { format, message, text, is_of_span: _ } = fields;
        match format {
            LogFormat::Text => writeln!(writer, "{moment} {level:>5} {message}{text}{around}"),
            LogFormat::Json => {
                let message = in_json(&message);
                writeln!(
                    writer,
                    r#"{{"timestamp":"{moment}","level":"{level}","message":{message}{text}{around}}}"#
                )
            }
        }
    }
}

/// Keeps the fields of spans in the form in which they are written. Those with a dot in their names, as
/// OpenTelemetry's have, are for traces alone.
pub(super) struct KeptFields;

impl<'w> FormatFields<'w> for KeptFields {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut written = Fields { is_of_span: true, ..Fields::new(format()) };
        fields.record(&mut written);
        writer.write_str(&written.text)
    }
}

/// The fields of one event or span, written as they come.
struct Fields {
    format: LogFormat,
    is_of_span: bool,
    message: String,
    text: String,
}

impl Fields {
    fn new(format: LogFormat) -> Self {
        Self { format, is_of_span: false, message: String::new(), text: String::new() }
    }

    /// A field whose value is a plain number or one of two words.
    fn plain(&mut self, field: &Field, value: impl fmt::Display) {
        let name = field.name();
        if self.is_of_span && name.contains('.') {
            return;
        }
        let _memory_takes_all = match self.format {
            LogFormat::Text => write!(self.text, " {name}={value}"),
            LogFormat::Json => write!(self.text, r#","{name}":{value}"#),
        };
    }

    fn any(&mut self, field: &Field, value: &str) {
        if self.is_of_span && field.name().contains('.') {
            return;
        }
        let value = bounded(value);
        if field.name() == MESSAGE {
            self.message = match self.format {
                LogFormat::Text => on_one_line(&value),
                LogFormat::Json => value,
            };
            return;
        }
        let value = match self.format {
            LogFormat::Text if is_one_word(&value) => value,
            LogFormat::Text => format!("\"{}\"", on_one_line(&value).replace('"', "\\\"")),
            LogFormat::Json => in_json(&value),
        };
        self.plain(field, value);
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = Bounded(String::new());
        // It ends early where the value is too long.
        let _is_cut = write!(text, "{value:?}");
        self.any(field, &text.0);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.any(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.plain(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.plain(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() { self.plain(field, value) } else { self.any(field, &value.to_string()) }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.plain(field, value);
    }
}

/// Text that takes no more than it must: one byte over the bound shows that it was cut.
struct Bounded(String);

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.push_str(text);
        if self.0.len() > VALUE_BYTES_MAX { Err(fmt::Error) } else { Ok(()) }
    }
}

/// The text, or as much of it as is written.
pub(super) fn bounded(value: &str) -> String {
    if value.len() <= VALUE_BYTES_MAX {
        return value.to_owned();
    }
    let end = (0..=VALUE_BYTES_MAX).rev().find(|end| value.is_char_boundary(*end)).unwrap_or(0);
    format!("{}…", &value[..end])
}

fn is_one_word(value: &str) -> bool {
    !value.is_empty() && value.chars().all(|c| c.is_ascii_graphic() && c != '"' && c != '\\')
}

/// Text without what would end the line, move the cursor or hide what comes after.
fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        let turns_text =
            matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || turns_text {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

fn in_json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_value_can_look_like_a_line_of_ours() {
        assert_eq!(on_one_line("a\nERROR b\u{1b}[31m\u{202e}"), "a\\nERROR b\\u{1b}[31m\\u{202e}");
        assert_eq!(in_json("a\n\"b\""), r#""a\n\"b\"""#);
        assert!(
            is_one_word("127.0.0.1:80") && !is_one_word("a b") && !is_one_word("") && !is_one_word("a\"b")
        );
    }

    #[test]
    fn a_value_is_bounded() {
        let long = "ä".repeat(VALUE_BYTES_MAX);
        let cut = bounded(&long);
        assert!(cut.len() <= VALUE_BYTES_MAX + '…'.len_utf8() && cut.ends_with('…'));
        assert_eq!(bounded("short"), "short");
    }
}
