//! Protocol buffers: every method of every service is an operation, `orders.v1.Orders/GetOrder`.
//!
//! Follows proto2, proto3 and editions as far as services, messages and enums go. Files that are imported are
//! looked for in the folder of the file and in those above it, since the root of imports is not known; a type
//! that is not found is known by its name alone.

mod text;

use std::collections::{HashMap, HashSet};

use super::{
    Definition,
    definition::{Direction, Field, Kind, Operation, Part, Place, ShapeId, Slot},
    draft::Draft,
    graphql::refuse,
};
use crate::manifest::{Siblings, folder_of, path_joined, text::decode};
use text::{MessageField, ProtoFile, Reader};

/// The types that are no messages and no enums.
const SCALARS: [&str; 15] = [
    "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64",
    "sfixed32", "sfixed64", "bool", "string", "bytes",
];

/// Reads a file and those that it imports; the operations are those of the file itself.
pub(super) fn read_protobuf(text: &str, siblings: &dyn Siblings, mut draft: Draft<'_>) -> Definition {
    let path = draft.definition.path().to_owned();
    let own = match Reader::read(text, 0, &draft) {
        Ok(file) => file,
        Err(fault) => return refuse(draft, fault),
    };
    let mut files = vec![own];
    let mut bytes_left = draft.limits.bytes_max;
    let mut known = HashSet::from([path.clone()]);
    let mut next = 0;
    while let Some(file) = files.get(next) {
        next += 1;
        // What Google's own files hold does not change.
        let imports = file.imports.iter().filter(|name| !name.starts_with("google/")).cloned();
        for import in imports.collect::<Vec<_>>() {
            let Some((found, bytes)) = find(&path, &import, siblings, &known) else { continue };
            if draft.definition.files.len() >= draft.limits.files_max || bytes.len() > bytes_left {
                let limit = draft.limits.files_max;
                draft.say_limit(Place::default(), "imports more files", "definition.files_max", limit);
                break;
            }
            bytes_left -= bytes.len();
            known.insert(found.clone());
            draft.definition.files.push(found.as_str().into());
            let index = draft.definition.files.len() - 1;
            match decode(&found, &bytes).map(|text| Reader::read(text, index, &draft)) {
                Ok(Ok(file)) => files.push(file),
                Ok(Err(fault)) => {
                    let place = Place { file: index, position: fault.position };
                    draft.say(catalog_core::model::DiagnosticCode::DefinitionSyntax, place, fault.message);
                }
                Err(diagnostic) => draft.definition.diagnostics.push(*diagnostic),
            }
        }
    }
    add(&mut draft, &files);
    draft.definition
}

/// The file that an import names, unless it is known: the root of imports may be any folder above.
fn find(
    path: &str,
    import: &str,
    siblings: &dyn Siblings,
    known: &HashSet<String>,
) -> Option<(String, Vec<u8>)> {
    let mut folder = folder_of(path);
    loop {
        let candidate = path_joined(folder, import).filter(|path| !path.is_empty())?;
        if known.contains(&candidate) {
            return None;
        }
        if let Some((_, bytes)) = siblings.read(&candidate) {
            return Some((candidate, bytes));
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder_of(folder);
    }
}

/// Messages and enums by their whole names.
struct Shapes<'d, 'l> {
    draft: &'d mut Draft<'l>,
    by_name: HashMap<String, ShapeId>,
}

impl Shapes<'_, '_> {
    /// What a name means where it stands: it is looked for from the inside out.
    fn named(&mut self, name: &str, inside: &str) -> ShapeId {
        if SCALARS.contains(&name) {
            if let Some(shape) = self.by_name.get(name) {
                return *shape;
            }
            let kind = Kind::Scalar { types: vec![name.into()], format: None };
            let shape = self.draft.shape(None, Place::default(), kind);
            self.by_name.insert(name.to_owned(), shape);
            return shape;
        }
        if let Some(whole) = name.strip_prefix('.') {
            return self.whole(whole);
        }
        let mut inside = inside;
        loop {
            let candidate = if inside.is_empty() { name.to_owned() } else { format!("{inside}.{name}") };
            if let Some(shape) = self.by_name.get(&candidate) {
                return *shape;
            }
            if inside.is_empty() {
                return self.whole(name);
            }
            inside = inside.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
    }

    fn whole(&mut self, name: &str) -> ShapeId {
        if let Some(shape) = self.by_name.get(name) {
            return *shape;
        }
        let shape = self.draft.reserve(Some(name), Place::default());
        self.by_name.insert(name.to_owned(), shape);
        shape
    }

    fn field(&mut self, field: &MessageField, message: &str) -> Field {
        let mut slot = Slot { shape: self.named(&field.type_name, message), is_nullable: false };
        if let Some(key) = &field.key {
            let kind = Kind::Map(key.as_str().into(), slot);
            slot = Slot { shape: self.draft.shape(None, field.place, kind), is_nullable: false };
        } else if field.is_repeated {
            slot = self.draft.list_of(slot, field.place);
        }
        Field {
            name: field.name.as_str().into(),
            number: Some(field.number),
            slot,
            is_required: field.is_required,
            never: None,
            arguments: Vec::new(),
            place: field.place,
        }
    }
}

fn add(draft: &mut Draft<'_>, files: &[ProtoFile]) {
    let mut shapes = Shapes { draft, by_name: HashMap::new() };
    for file in files {
        let messages = file.messages.iter().map(|message| (&message.name, message.place));
        let enums = file.enums.iter().map(|(name, place, _)| (name, *place));
        for (name, place) in messages.chain(enums) {
            let shape = shapes.draft.reserve(Some(name), place);
            shapes.by_name.entry(name.clone()).or_insert(shape);
        }
    }
    for file in files {
        for message in &file.messages {
            let id = shapes.whole(&message.name);
            let fields = message.fields.iter().map(|field| shapes.field(field, &message.name)).collect();
            shapes.draft.fill(id, Kind::Message(fields));
        }
        for (name, _, values) in &file.enums {
            let id = shapes.whole(name);
            shapes.draft.fill(id, Kind::Enum(values.clone()));
        }
    }
    for method in files.first().into_iter().flat_map(|file| &file.methods) {
        let mut part = |words: &str, direction, (name, is_stream): &(String, bool)| Part {
            key: words.into(),
            words: words.into(),
            direction,
            is_required: true,
            is_stream: *is_stream,
            slot: Some(Slot { shape: shapes.named(name, &method.service), is_nullable: false }),
            place: method.place,
        };
        let parts = vec![
            part("request", Direction::Sent, &method.request),
            part("response", Direction::Received, &method.response),
        ];
        let id = format!("{}/{}", method.service, method.name);
        let operation = Operation {
            id: id.as_str().into(),
            place: method.place,
            is_deprecated: method.is_deprecated,
            is_incomplete: false,
            parts,
        };
        shapes.draft.operation(&id, operation);
    }
}
