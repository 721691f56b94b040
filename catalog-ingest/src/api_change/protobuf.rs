//! Protocol buffers: every method of every service is an operation, `orders.v1.Orders/GetOrder`.
//!
//! Follows proto2, proto3 and editions as far as services, messages and enums go. Files that are imported are
//! looked for in the folder of the file and in those above it, since the root of imports is not known; a type
//! that is not found is known by its name alone.

use std::collections::{HashMap, HashSet};

use super::{
    Definition,
    definition::{Direction, EnumValue, Field, Kind, Operation, Part, Place, ShapeId, Slot},
    draft::Draft,
    graphql::refuse,
    tokens::{Cursor, Language, SyntaxFault, Token, TokenKind, tokens},
};
use crate::manifest::{Siblings, folder_of, path_joined, text::decode};

/// The types that are no messages and no enums.
const SCALARS: [&str; 15] = [
    "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64",
    "sfixed32", "sfixed64", "bool", "string", "bytes",
];

/// What a file states, all names whole.
#[derive(Default)]
struct ProtoFile {
    imports: Vec<String>,
    messages: Vec<Message>,
    enums: Vec<(String, Place, Vec<EnumValue>)>,
    methods: Vec<Method>,
}

struct Message {
    name: String,
    place: Place,
    fields: Vec<MessageField>,
}

struct MessageField {
    name: String,
    number: u32,
    place: Place,
    type_name: String,
    /// The type of its keys, of a map.
    key: Option<String>,
    is_repeated: bool,
    is_required: bool,
}

struct Method {
    /// The service, whole, in which the names of types are looked up.
    service: String,
    name: String,
    place: Place,
    is_deprecated: bool,
    request: (String, bool),
    response: (String, bool),
}

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

/// What a bracket that is open belongs to.
enum Scope {
    Message(usize),
    OneOf(usize),
    Enum(usize),
    Service,
}

struct Reader<'t> {
    cursor: Cursor<'t>,
    index: usize,
    file: ProtoFile,
    /// The package and the names of what is open, each with how it is read.
    names: Vec<String>,
    scopes: Vec<Scope>,
    depth_max: usize,
}

impl<'t> Reader<'t> {
    fn read(text: &'t str, index: usize, draft: &Draft<'_>) -> Result<ProtoFile, SyntaxFault> {
        let cursor = Cursor::new(tokens(text, Language::Protobuf, draft.limits.nodes_max)?);
        let mut reader = Reader {
            cursor,
            index,
            file: ProtoFile::default(),
            names: Vec::new(),
            scopes: Vec::new(),
            depth_max: draft.limits.depth_max,
        };
        while let Some(token) = reader.cursor.peek() {
            reader.statement(token)?;
        }
        match reader.scopes.is_empty() {
            true => Ok(reader.file),
            false => Err(reader.cursor.fault("`}`")),
        }
    }

    fn place(&self, token: Token<'_>) -> Place {
        Place { file: self.index, position: token.position }
    }

    fn statement(&mut self, token: Token<'t>) -> Result<(), SyntaxFault> {
        if self.cursor.take(";") {
            return Ok(());
        }
        if self.cursor.is_at("}") && !self.scopes.is_empty() {
            self.cursor.next();
            if !matches!(self.scopes.pop(), Some(Scope::OneOf(_))) {
                self.names.pop();
            }
            return Ok(());
        }
        // A field may have the name of a keyword for a type: then a name and `=` follow.
        let is_followed_by_name =
            self.cursor.peek_second().is_some_and(|token| matches!(token.kind, TokenKind::Name));
        let scope = self.scopes.last();
        match (token.text, scope) {
            ("option", _) if !matches!(scope, Some(Scope::Enum(_))) || self.is_option() => {
                self.skip_statement()
            }
            ("reserved", Some(Scope::Message(_) | Scope::Enum(_))) if !self.is_value() => {
                self.skip_statement()
            }
            ("extensions", Some(Scope::Message(_))) => self.skip_statement(),
            ("syntax" | "edition", None) => self.skip_statement(),
            ("package", None) => {
                self.cursor.next();
                let package = self.path()?;
                self.names.push(package);
                self.cursor.expect(";").map(|_| ())
            }
            ("import", None) => self.import(),
            ("message", None | Some(Scope::Message(_))) if is_followed_by_name => self.message(),
            ("enum", None | Some(Scope::Message(_))) if is_followed_by_name => self.open_enum(),
            ("extend", None | Some(Scope::Message(_))) => self.skip_block(),
            ("service", None) => {
                self.cursor.next();
                let name = self.cursor.name()?;
                self.open(name.text, Scope::Service)
            }
            ("oneof", Some(Scope::Message(message))) if is_followed_by_name => {
                let message = *message;
                self.cursor.next();
                self.cursor.name()?;
                self.cursor.expect("{")?;
                self.scopes.push(Scope::OneOf(message));
                Ok(())
            }
            ("rpc", Some(Scope::Service)) => self.method(),
            ("stream", Some(Scope::Service)) => self.skip_statement(),
            (_, Some(Scope::Enum(number))) => {
                let number = *number;
                self.enum_value(number)
            }
            (_, Some(Scope::Message(message) | Scope::OneOf(message))) => {
                let message = *message;
                self.field(message)
            }
            (_, Some(Scope::Service)) => Err(self.cursor.fault("`rpc`, `option` or `}`")),
            (_, None) => Err(self
                .cursor
                .fault("`syntax`, `package`, `import`, `option`, `message`, `enum` or `service`")),
        }
    }

    /// Whether `option` is the statement and not the name of a value of an enum.
    fn is_option(&self) -> bool {
        !self.is_value()
    }

    /// Whether a value of an enum begins here: a name, then `=`.
    fn is_value(&self) -> bool {
        self.cursor.peek_second().is_some_and(|token| token.text == "=" && token.kind == TokenKind::Mark)
    }

    /// Goes over everything up to the `;` that is in no bracket.
    fn skip_statement(&mut self) -> Result<(), SyntaxFault> {
        while !self.cursor.take(";") {
            self.cursor.skip_value()?;
        }
        Ok(())
    }

    /// Goes over everything up to the end of the next block.
    fn skip_block(&mut self) -> Result<(), SyntaxFault> {
        while !self.cursor.is_at("{") {
            if self.cursor.next().is_none() {
                return Err(self.cursor.fault("`{`"));
            }
        }
        self.cursor.skip_value()
    }

    fn open(&mut self, name: &str, scope: Scope) -> Result<(), SyntaxFault> {
        let position = self.cursor.expect("{")?;
        if self.scopes.len() >= self.depth_max {
            let what = "messages are nested more deeply than";
            return Err(SyntaxFault::limit(position, what, "definition.depth_max", self.depth_max));
        }
        self.names.push(name.to_owned());
        self.scopes.push(scope);
        Ok(())
    }

    /// A name with the package and everything that is open before it.
    fn whole(&self, name: &str) -> String {
        let mut whole = self.names.join(".");
        if !whole.is_empty() {
            whole.push('.');
        }
        whole + name
    }

    /// A name of several parts, `a.b.C` or `.a.b.C`.
    fn path(&mut self) -> Result<String, SyntaxFault> {
        let mut path = String::new();
        if self.cursor.take(".") {
            path.push('.');
        }
        path.push_str(self.cursor.name()?.text);
        while self.cursor.take(".") {
            path.push('.');
            path.push_str(self.cursor.name()?.text);
        }
        Ok(path)
    }

    fn import(&mut self) -> Result<(), SyntaxFault> {
        self.cursor.next();
        let is_word = |token: Token<'_>| matches!(token.text, "public" | "weak" | "option");
        if self.cursor.peek().is_some_and(is_word) {
            self.cursor.next();
        }
        match self.cursor.next() {
            Some(token) if token.kind == TokenKind::Text => {
                self.file.imports.push(token.text.trim_matches(['"', '\'']).to_owned());
            }
            _ => return Err(self.cursor.fault("the path of a file in quotes")),
        }
        self.cursor.expect(";").map(|_| ())
    }

    fn message(&mut self) -> Result<(), SyntaxFault> {
        self.cursor.next();
        let name = self.cursor.name()?;
        self.open_message(name)
    }

    fn open_message(&mut self, name: Token<'t>) -> Result<(), SyntaxFault> {
        let message = Message { name: self.whole(name.text), place: self.place(name), fields: Vec::new() };
        self.file.messages.push(message);
        self.open(name.text, Scope::Message(self.file.messages.len() - 1))
    }

    fn open_enum(&mut self) -> Result<(), SyntaxFault> {
        self.cursor.next();
        let name = self.cursor.name()?;
        self.file.enums.push((self.whole(name.text), self.place(name), Vec::new()));
        self.open(name.text, Scope::Enum(self.file.enums.len() - 1))
    }

    fn enum_value(&mut self, index: usize) -> Result<(), SyntaxFault> {
        let name = self.cursor.name()?;
        self.cursor.expect("=")?;
        let is_negative = self.cursor.take("-");
        let number = self.number()?;
        let number = if is_negative { number.saturating_neg() } else { number };
        self.skip_statement()?;
        self.file.enums[index].2.push(EnumValue { name: name.text.into(), number: Some(number) });
        Ok(())
    }

    fn number(&mut self) -> Result<i64, SyntaxFault> {
        let fault = self.cursor.fault("a whole number");
        let Some(token) = self.cursor.next().filter(|token| token.kind == TokenKind::Number) else {
            return Err(fault);
        };
        let digits = token.text;
        let number = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
            Some(digits) => i64::from_str_radix(digits, 16),
            None if digits.len() > 1 && digits.starts_with('0') => i64::from_str_radix(digits, 8),
            None => digits.parse(),
        };
        number.map_err(|_| fault)
    }

    fn field(&mut self, message: usize) -> Result<(), SyntaxFault> {
        let (mut is_repeated, mut is_required) = (false, false);
        // A word before the type, unless it is the type itself.
        if let Some(word) = self.cursor.peek().filter(|_| !self.is_field_after_type())
            && matches!(word.text, "optional" | "required" | "repeated")
        {
            (is_repeated, is_required) = (word.text == "repeated", word.text == "required");
            self.cursor.next();
        }
        let mut key = None;
        let is_map = self.cursor.is_at("map") && self.cursor.peek_second().is_some_and(|it| it.text == "<");
        let is_group = self.cursor.is_at("group");
        let type_name = if is_map {
            self.cursor.next();
            self.cursor.expect("<")?;
            key = Some(self.path()?);
            // In protobuf a comma is a mark.
            self.cursor.expect(",")?;
            let value = self.path()?;
            self.cursor.expect(">")?;
            value
        } else {
            self.path()?
        };
        let name = self.cursor.name()?;
        self.cursor.expect("=")?;
        let fault = self.cursor.fault("the number of a field, from 1 to 536,870,911");
        let number = u32::try_from(self.number()?).ok().filter(|number| (1..1 << 29).contains(number));
        let number = number.ok_or(fault)?;
        if self.cursor.is_at("[") {
            self.cursor.skip_value()?;
        }
        let is_group = is_group && self.cursor.is_at("{");
        self.file.messages[message].fields.push(MessageField {
            name: if is_group { name.text.to_ascii_lowercase() } else { name.text.to_owned() },
            number,
            place: Place { file: self.index, position: name.position },
            type_name: if is_group { name.text.to_owned() } else { type_name },
            key,
            is_repeated,
            is_required,
        });
        if is_group { self.open_message(name) } else { self.cursor.expect(";").map(|_| ()) }
    }

    /// Whether the next word is a type: its field's name and `=` follow.
    fn is_field_after_type(&self) -> bool {
        self.cursor.peek_second().is_some_and(|token| token.text == ".")
    }

    fn method(&mut self) -> Result<(), SyntaxFault> {
        self.cursor.next();
        let name = self.cursor.name()?;
        let request = self.method_type()?;
        self.cursor.expect("returns")?;
        let response = self.method_type()?;
        let mut is_deprecated = false;
        if self.cursor.take("{") {
            while !self.cursor.take("}") {
                if self.cursor.take(";") {
                    continue;
                }
                self.cursor.expect("option")?;
                is_deprecated |= self.cursor.is_at("deprecated");
                self.skip_statement()?;
            }
        } else {
            self.cursor.expect(";")?;
        }
        let service = self.names.join(".");
        let (name, place) = (name.text.to_owned(), self.place(name));
        self.file.methods.push(Method { service, name, place, is_deprecated, request, response });
        Ok(())
    }

    fn method_type(&mut self) -> Result<(String, bool), SyntaxFault> {
        self.cursor.expect("(")?;
        let is_stream = self.cursor.is_at("stream")
            && self
                .cursor
                .peek_second()
                .is_some_and(|token| token.kind == TokenKind::Name || token.text == ".")
            && self.cursor.take("stream");
        let name = self.path()?;
        self.cursor.expect(")")?;
        Ok((name, is_stream))
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
