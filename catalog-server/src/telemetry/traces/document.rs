//! Spans as the JSON of `ExportTraceServiceRequest`: OTLP 1, where 64 bits are text and bytes are hexadecimal.

use serde_json::{Value, json};

use super::span::{Attribute, AttributeValue, EndedSpan};

/// `SPAN_KIND_INTERNAL` and `SPAN_KIND_SERVER`.
const INTERNAL: u8 = 1;
const SERVER: u8 = 2;
/// `STATUS_CODE_ERROR`.
const ERROR: u8 = 2;

/// The request that hands these spans over.
pub(super) fn document(spans: &[EndedSpan]) -> Value {
    let version = env!("CARGO_PKG_VERSION");
    let resource = [
        ("service.name", AttributeValue::Text("catalog".to_owned())),
        ("service.version", AttributeValue::Text(version.to_owned())),
    ];
    json!({
        "resourceSpans": [{
            "resource": { "attributes": attributes(&resource) },
            "scopeSpans": [{
                "scope": { "name": "catalog", "version": version },
                "spans": spans.iter().map(span).collect::<Vec<_>>(),
            }],
        }],
    })
}

fn span(span: &EndedSpan) -> Value {
    let mut shown = json!({
        "traceId": format!("{:032x}", span.place.trace),
        "spanId": format!("{:016x}", span.place.span),
        "name": span.name,
        "kind": if span.is_request { SERVER } else { INTERNAL },
        "startTimeUnixNano": span.began.to_string(),
        "endTimeUnixNano": span.ended.to_string(),
        "attributes": attributes(&span.attributes),
    });
    if let Some(parent) = span.parent {
        shown["parentSpanId"] = format!("{parent:016x}").into();
    }
    if span.has_failed {
        shown["status"] = json!({ "code": ERROR });
    }
    shown
}

fn attributes(attributes: &[Attribute]) -> Value {
    let shown = attributes.iter().map(|(key, value)| {
        let value = match value {
            AttributeValue::Text(text) => json!({ "stringValue": text }),
            AttributeValue::Integer(number) => json!({ "intValue": number.to_string() }),
            AttributeValue::Number(number) => json!({ "doubleValue": number }),
            AttributeValue::Flag(flag) => json!({ "boolValue": flag }),
        };
        json!({ "key": key, "value": value })
    });
    Value::Array(shown.collect())
}
