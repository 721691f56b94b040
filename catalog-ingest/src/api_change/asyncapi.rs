//! AsyncAPI 2 and 3: what the application that a document describes sends to a channel, and what it receives
//! there, is an operation, `channel orders.created send`.
//!
//! The names of version 2 are seen from outside: what others `publish`, the application receives. A consumer
//! stands at the other end: it receives what the application sends.

use std::collections::HashSet;

use catalog_core::model::DiagnosticCode;

use super::{
    definition::{Direction, Kind, Member, Operation, Part, ShapeId, Slot},
    schema::Schemas,
    tree::At,
};

/// How many messages of one channel are read.
const MESSAGES_MAX: usize = 1_000;

/// Reads a document whose root is that of an AsyncAPI description.
pub(super) fn read_asyncapi<'d>(schemas: &mut Schemas<'d, '_>, root: At<'d>) {
    for (_, server) in root.get("servers").into_iter().flat_map(At::entries) {
        let address = server.text("url").or_else(|| server.text("host"));
        schemas.draft.definition.addresses.extend(address.map(Into::into));
    }
    if root.text("asyncapi").is_some_and(|version| version.starts_with('2')) {
        read_version_2(schemas, root);
    } else {
        read_version_3(schemas, root);
    }
}

fn read_version_2<'d>(schemas: &mut Schemas<'d, '_>, root: At<'d>) {
    for (address, channel) in root.get("channels").into_iter().flat_map(At::entries) {
        let Some((channel, _)) = schemas.resolve_holder(channel) else { continue };
        for (name, action) in [("publish", "receive"), ("subscribe", "send")] {
            let Some(operation) = channel.get(name) else { continue };
            let messages: Vec<At<'d>> = match operation.get("message") {
                Some(message) => match message.get("oneOf") {
                    Some(several) => several.items().take(MESSAGES_MAX).collect(),
                    None => vec![message],
                },
                None => Vec::new(),
            };
            add(schemas, address, action, operation, &messages);
        }
    }
}

fn read_version_3<'d>(schemas: &mut Schemas<'d, '_>, root: At<'d>) {
    let mut used = HashSet::new();
    for (_, operation) in root.get("operations").into_iter().flat_map(At::entries) {
        let Some((operation, _)) = schemas.resolve_holder(operation) else { continue };
        let Some(action) = operation.text("action").filter(|it| matches!(*it, "send" | "receive")) else {
            continue;
        };
        let Some(reference) = operation.get("channel") else { continue };
        let Some((channel, name)) = schemas.resolve_holder(reference) else { continue };
        used.insert(channel.key());
        let address = channel.text("address").filter(|it| !it.is_empty()).or(name).unwrap_or_default();
        let messages = match operation.get("messages") {
            Some(messages) => messages.items().take(MESSAGES_MAX).collect(),
            None => messages_of(channel),
        };
        add(schemas, address, action, operation, &messages);
    }
    // A channel that no operation uses is still there for others.
    for (name, channel) in root.get("channels").into_iter().flat_map(At::entries) {
        let Some((channel, _)) = schemas.resolve_holder(channel) else { continue };
        if used.insert(channel.key()) {
            let address = channel.text("address").filter(|it| !it.is_empty()).unwrap_or(name);
            add(schemas, address, "", channel, &messages_of(channel));
        }
    }
}

fn messages_of(channel: At<'_>) -> Vec<At<'_>> {
    let messages = channel.get("messages").into_iter().flat_map(At::entries);
    messages.take(MESSAGES_MAX).map(|(_, message)| message).collect()
}

/// Adds an operation; what several operations of one kind say of one channel is kept of the first alone.
fn add<'d>(schemas: &mut Schemas<'d, '_>, address: &str, action: &str, at: At<'d>, messages: &[At<'d>]) {
    let direction = match action {
        "send" => Direction::Received,
        "receive" => Direction::Sent,
        _ => Direction::Either,
    };
    let id = format!("channel {address} {action}");
    let part = |words: &str, slot| Part {
        key: words.into(),
        words: words.into(),
        direction,
        is_required: true,
        is_stream: false,
        slot: Some(slot),
        place: at.place(),
    };
    let payload = payload_of(schemas, at, messages);
    let operation = Operation {
        id: id.trim_end().into(),
        place: at.place(),
        is_deprecated: at.is_true("deprecated"),
        is_incomplete: false,
        parts: payload.map(|slot| part("message", slot)).into_iter().collect(),
    };
    schemas.draft.operation(id.trim_end(), operation);
}

/// The shape of what is sent: one of the messages, by their names.
fn payload_of<'d>(schemas: &mut Schemas<'d, '_>, at: At<'d>, messages: &[At<'d>]) -> Option<Slot> {
    let mut members = Vec::new();
    if messages.len() == MESSAGES_MAX {
        let message = format!("a channel has {MESSAGES_MAX} messages or more; the rest is not read");
        schemas.draft.say(DiagnosticCode::DefinitionLimit, at.place(), message);
    }
    for (index, message) in messages.iter().enumerate() {
        if !schemas.draft.counts(message.place()) {
            break;
        }
        let Some((message, referred)) = schemas.resolve(*message) else {
            // Without one of them it is not known what the others are told apart by.
            return Some(Slot { shape: schemas.draft.reserve(None, message.place()), is_nullable: false });
        };
        let name = message.text("name").or(referred).or_else(|| message.text("title"));
        let name = name.map_or_else(|| format!("{}", index + 1), str::to_owned);
        let shape = match message.get("payload") {
            Some(payload) => payload_shape(schemas, message, payload),
            None => schemas.draft.shape(None, message.place(), Kind::Any),
        };
        members.push(Member { label: name.into(), shape });
    }
    // One message alone is a union too, so that a second one is no other type.
    (!members.is_empty()).then(|| {
        let shape = schemas.draft.shape(None, at.place(), Kind::Union(members));
        Slot { shape, is_nullable: false }
    })
}

fn payload_shape<'d>(schemas: &mut Schemas<'d, '_>, message: At<'d>, payload: At<'d>) -> ShapeId {
    let format = payload.text("schemaFormat").or_else(|| message.text("schemaFormat")).unwrap_or_default();
    if ["avro", "protobuf", "raml"].iter().any(|language| format.contains(language)) {
        let format: String = format.chars().take(100).collect();
        let note = format!("a payload is described as `{format}`, expected JSON Schema");
        schemas.draft.say(DiagnosticCode::DefinitionReference, payload.place(), note);
        return schemas.draft.reserve(None, payload.place());
    }
    let schema = payload.get("schema").filter(|_| payload.has("schemaFormat"));
    schemas.slot(schema.unwrap_or(payload)).shape
}
