//! OpenAPI 3 and Swagger 2: every method of every path is an operation.

use std::collections::{BTreeMap, HashSet};

use catalog_core::model::DiagnosticCode;

use super::{
    definition::{Direction, Operation, Part},
    schema::Schemas,
    tree::At,
};

/// The fields of a path that are operations; `query` is of OpenAPI 3.2.
const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// How many media types one body may have.
const MEDIA_TYPES_MAX: usize = 100;

/// The lists of media types that a Swagger 2 document states for all its operations.
struct MediaTypes<'d> {
    consumes: Vec<&'d str>,
    produces: Vec<&'d str>,
}

/// Reads a document whose root is that of an OpenAPI or Swagger description.
pub(super) fn read_openapi<'d>(schemas: &mut Schemas<'d, '_>, root: At<'d>) {
    read_addresses(schemas, root);
    let media_types = MediaTypes { consumes: texts(root, "consumes"), produces: texts(root, "produces") };
    let Some(paths) = root.get("paths") else { return };
    for (path, item) in paths.entries().filter(|(path, _)| path.starts_with('/')) {
        let Some((item, _)) = schemas.resolve_holder(item) else { continue };
        let within = item.entries().take_while(|(_, at)| schemas.draft.counts(at.place()));
        let methods: Vec<_> = within.collect();
        for (method, at) in methods.into_iter().filter(|(method, _)| METHODS.contains(method)) {
            let method = method.to_ascii_uppercase();
            schemas.has_missed = false;
            let parts = parts_of(schemas, path, item, at, &media_types);
            let operation = Operation {
                id: format!("{method} {path}").into(),
                place: at.place(),
                is_deprecated: at.is_true("deprecated"),
                is_incomplete: schemas.has_missed,
                parts,
            };
            schemas.draft.operation(&format!("{method} {}", without_names(path)), operation);
        }
    }
}

/// A path without the names of its parameters, which no caller sees.
pub(super) fn without_names(path: &str) -> String {
    let mut kept = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, after)) = after.split_once('}') else { break };
        kept.push_str(before);
        kept.push_str("{}");
        rest = after;
    }
    kept.push_str(rest);
    kept
}

fn texts<'d>(at: At<'d>, key: &str) -> Vec<&'d str> {
    let items = at.get(key).into_iter().flat_map(At::items).take(MEDIA_TYPES_MAX);
    items.filter_map(|item| item.node.scalar()).collect()
}

fn read_addresses<'d>(schemas: &mut Schemas<'d, '_>, root: At<'d>) {
    let addresses = &mut schemas.draft.definition.addresses;
    let servers = root.get("servers").into_iter().flat_map(At::items);
    addresses.extend(servers.filter_map(|server| server.text("url")).map(Into::into));
    if root.has("host") || root.has("basePath") {
        let part = |key| root.text(key).unwrap_or_default();
        addresses.insert(format!("{}{}", part("host"), part("basePath")).into());
    }
}

fn parts_of<'d>(
    schemas: &mut Schemas<'d, '_>,
    path: &str,
    item: At<'d>,
    operation: At<'d>,
    media_types: &MediaTypes<'d>,
) -> Vec<Part> {
    // A parameter of the operation takes the place of the path's own.
    let mut parameters = BTreeMap::new();
    for at in [item, operation].into_iter().filter_map(|at| at.get("parameters")).flat_map(At::items) {
        if !schemas.draft.counts(at.place()) {
            break;
        }
        let Some((at, _)) = schemas.resolve_part(at) else { continue };
        if let (Some(place), Some(name)) = (at.text("in"), at.text("name")) {
            parameters.insert((place, name), at);
        }
    }
    let mut parts = Vec::new();
    for ((place, name), at) in parameters {
        match place {
            "body" => read_swagger_body(schemas, at, operation, media_types, &mut parts),
            _ => parts.push(parameter(schemas, path, place, name, at)),
        }
    }
    if let Some(body) = operation.get("requestBody") {
        read_body(schemas, body, &mut parts);
    }
    if let Some(responses) = operation.get("responses") {
        read_responses(schemas, responses, operation, media_types, &mut parts);
    }
    parts
}

fn parameter<'d>(schemas: &mut Schemas<'d, '_>, path: &str, place: &str, name: &str, at: At<'d>) -> Part {
    let content = at.get("content").and_then(|content| content.entries().next());
    let schema = at.get("schema").or_else(|| content.and_then(|(_, media_type)| media_type.get("schema")));
    // In Swagger 2 a parameter states its type itself.
    let schema = schema.or_else(|| at.has("type").then_some(at));
    let key = match place {
        "path" => {
            let before = path.split_once(&format!("{{{name}}}")).map_or("", |(before, _)| before);
            format!("path {}", before.matches('{').count())
        }
        "header" => format!("header {}", name.to_ascii_lowercase()),
        _ => format!("{place} {name}"),
    };
    let words = match place {
        "formData" => format!("form field `{name}`"),
        _ => format!("{place} parameter `{name}`"),
    };
    Part {
        key: key.into(),
        words: words.into(),
        direction: Direction::Sent,
        is_required: place == "path" || at.is_true("required"),
        is_stream: false,
        slot: schema.map(|schema| schemas.slot(schema)),
        place: at.place(),
    }
}

/// The request body as a whole, and in each of its media types.
fn read_body<'d>(schemas: &mut Schemas<'d, '_>, body: At<'d>, parts: &mut Vec<Part>) {
    let Some((at, _)) = schemas.resolve_part(body) else { return };
    parts.push(Part {
        key: "body".into(),
        words: "request body".into(),
        direction: Direction::Sent,
        is_required: at.is_true("required"),
        is_stream: false,
        slot: None,
        place: at.place(),
    });
    for (media_type, content) in at.get("content").into_iter().flat_map(At::entries) {
        if !schemas.draft.counts(content.place()) {
            return;
        }
        let slot = content.get("schema").map(|schema| schemas.slot(schema));
        parts.push(Part {
            slot,
            ..in_media_type("body", "request body", Direction::Sent, media_type, content)
        });
    }
}

fn read_swagger_body<'d>(
    schemas: &mut Schemas<'d, '_>,
    at: At<'d>,
    operation: At<'d>,
    media_types: &MediaTypes<'d>,
    parts: &mut Vec<Part>,
) {
    let slot = at.get("schema").map(|schema| schemas.slot(schema));
    parts.push(Part {
        key: "body".into(),
        words: "request body".into(),
        direction: Direction::Sent,
        is_required: at.is_true("required"),
        is_stream: false,
        slot: None,
        place: at.place(),
    });
    for media_type in stated_or(operation, "consumes", &media_types.consumes) {
        if !schemas.draft.counts(at.place()) {
            return;
        }
        parts.push(Part { slot, ..in_media_type("body", "request body", Direction::Sent, media_type, at) });
    }
}

fn read_responses<'d>(
    schemas: &mut Schemas<'d, '_>,
    responses: At<'d>,
    operation: At<'d>,
    media_types: &MediaTypes<'d>,
    parts: &mut Vec<Part>,
) {
    let mut seen = HashSet::new();
    for (status, at) in responses.entries().filter(|(status, _)| !status.starts_with("x-")) {
        let Some((at, _)) = schemas.resolve_part(at) else { continue };
        if !schemas.draft.counts(at.place()) {
            return;
        }
        if !seen.insert(status) {
            continue;
        }
        // Nobody waits for a failure: one that does not occur any more is not missed.
        let is_missed = status.starts_with('2');
        let (key, words) = (format!("response {status}"), format!("response {status}"));
        parts.push(Part {
            key: key.as_str().into(),
            words: words.as_str().into(),
            direction: Direction::Received,
            is_required: is_missed,
            is_stream: false,
            slot: None,
            place: at.place(),
        });
        let mut contents = Vec::new();
        for (media_type, content) in at.get("content").into_iter().flat_map(At::entries) {
            if contents.len() >= MEDIA_TYPES_MAX {
                let limit = MEDIA_TYPES_MAX;
                let message = format!("a response has more than {limit} media types; the rest is not read");
                schemas.draft.say(DiagnosticCode::DefinitionLimit, content.place(), message);
                break;
            }
            contents.push((media_type, content, content.get("schema")));
        }
        if let Some(schema) = at.get("schema") {
            let produced = stated_or(operation, "produces", &media_types.produces);
            contents.extend(produced.into_iter().map(|media_type| (media_type, at, Some(schema))));
        }
        for (media_type, content, schema) in contents {
            if !schemas.draft.counts(content.place()) {
                return;
            }
            let slot = schema.map(|schema| schemas.slot(schema));
            let part = in_media_type(&key, &words, Direction::Received, media_type, content);
            parts.push(Part { slot, is_required: is_missed, ..part });
        }
    }
}

/// The media types of an operation of Swagger 2: its own, else the document's, else JSON.
fn stated_or<'d>(operation: At<'d>, key: &str, of_document: &[&'d str]) -> Vec<&'d str> {
    let mut stated = texts(operation, key);
    if stated.is_empty() {
        stated = of_document.to_vec();
    }
    if stated.is_empty() {
        stated.push("application/json");
    }
    stated.sort_unstable();
    stated.dedup();
    stated
}

/// A body in one media type, whose parameters (`; charset=utf-8`) do not matter.
fn in_media_type(key: &str, words: &str, direction: Direction, media_type: &str, at: At<'_>) -> Part {
    let media_type = media_type.split(';').next().unwrap_or(media_type).trim().to_ascii_lowercase();
    Part {
        key: format!("{key} {media_type}").into(),
        words: format!("{words} `{media_type}`").into(),
        direction,
        is_required: false,
        is_stream: false,
        slot: None,
        place: at.place(),
    }
}
