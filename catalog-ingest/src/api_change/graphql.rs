//! The schema definition language of GraphQL: every field of a root type is an operation, `Query.order`.
//!
//! Follows the specification of October 2021 with descriptions wherever they are met. A type that the text
//! does not define stands in another file of the schema, and is known by its name alone.

use std::collections::{BTreeMap, HashMap};

use catalog_core::model::{Diagnostic, DiagnosticCode};

use super::{
    Definition,
    definition::{Direction, EnumValue, Field, Kind, Member, Operation, Part, Place, ShapeId, Slot},
    draft::Draft,
    tokens::{Cursor, Language, SyntaxFault, Token, TokenKind, tokens},
};

/// The types that need no definition.
const BUILT_IN: [&str; 5] = ["Int", "Float", "String", "Boolean", "ID"];
/// The kinds of operations with the names that their root types have unless the schema says another one.
const ROOTS: [(&str, &str); 3] =
    [("query", "Query"), ("mutation", "Mutation"), ("subscription", "Subscription")];

/// A type as it is put together from its definition and its extensions.
struct Type<'t> {
    keyword: &'t str,
    place: Place,
    fields: Vec<FieldText<'t>>,
    /// The values of an enum, the members of a union, or what a type implements.
    names: Vec<&'t str>,
}

/// A field, an argument or a field of an input.
struct FieldText<'t> {
    name: &'t str,
    place: Place,
    type_text: TypeText<'t>,
    has_default: bool,
    is_deprecated: bool,
    arguments: Vec<FieldText<'t>>,
}

/// `[Order!]!`: the name, whether it is non-null, and the same of each list around it, the innermost first.
struct TypeText<'t> {
    name: &'t str,
    is_non_null: bool,
    lists_non_null: Vec<bool>,
}

/// Whether a text holds operations and fragments for a schema that is described elsewhere.
pub(super) fn has_only_queries(text: &str) -> bool {
    // Enough to pass over; a text whose first word cannot be read is no list of queries.
    let first = text.lines().map(str::trim_start).find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| {
        let word = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
        line.starts_with('{') || matches!(word, "query" | "mutation" | "subscription" | "fragment")
    })
}

/// Reads a schema, or a part of one.
pub(super) fn read_graphql(text: &str, mut draft: Draft<'_>) -> Definition {
    match types_of(text, &draft) {
        Ok((types, roots)) => {
            add_types(&mut draft, &types, &roots);
            draft.definition
        }
        Err(fault) => refuse(draft, fault),
    }
}

/// Gives a text up that could not be taken apart.
pub(super) fn refuse(draft: Draft<'_>, fault: SyntaxFault) -> Definition {
    let code =
        if fault.is_limit { DiagnosticCode::DefinitionLimit } else { DiagnosticCode::DefinitionSyntax };
    let path = draft.definition.path().to_owned();
    draft.refuse(Diagnostic::new(code, fault.message).at(&path, fault.position))
}

type Types<'t> = BTreeMap<&'t str, Type<'t>>;
type Roots<'t> = BTreeMap<&'t str, &'t str>;

fn types_of<'t>(text: &'t str, draft: &Draft<'_>) -> Result<(Types<'t>, Roots<'t>), SyntaxFault> {
    let cursor = Cursor::new(tokens(text, Language::GraphQl, draft.limits.nodes_max)?);
    let mut reader = Reader { cursor, depth_max: draft.limits.depth_max };
    let (mut types, mut roots) = (Types::new(), Roots::new());
    while reader.cursor.peek().is_some() {
        reader.pass_description();
        reader.cursor.take("extend");
        let keyword = reader.cursor.name().map_err(|_| reader.expected_definition())?;
        match keyword.text {
            "schema" => reader.schema(&mut roots)?,
            "directive" => reader.directive_definition()?,
            "type" | "interface" | "input" | "enum" | "union" | "scalar" => {
                reader.type_definition(keyword.text, &mut types)?;
            }
            _ => {
                let expected =
                    "`type`, `interface`, `input`, `enum`, `union`, `scalar`, `schema` or `directive`";
                let message = format!("found `{}`, expected {expected}", keyword.text);
                return Err(SyntaxFault::new(keyword.position, message));
            }
        }
    }
    Ok((types, roots))
}

struct Reader<'t> {
    cursor: Cursor<'t>,
    depth_max: usize,
}

impl<'t> Reader<'t> {
    fn expected_definition(&self) -> SyntaxFault {
        self.cursor.fault("a definition, as in `type Query { … }`")
    }

    fn pass_description(&mut self) {
        while self.cursor.peek().is_some_and(|token| token.kind == TokenKind::Text) {
            self.cursor.next();
        }
    }

    /// Passes over directives; gives whether one of them is `@deprecated`.
    fn directives(&mut self) -> Result<bool, SyntaxFault> {
        let mut is_deprecated = false;
        while self.cursor.take("@") {
            is_deprecated |= self.cursor.name()?.text == "deprecated";
            if self.cursor.is_at("(") {
                self.cursor.skip_value()?;
            }
        }
        Ok(is_deprecated)
    }

    fn schema(&mut self, roots: &mut Roots<'t>) -> Result<(), SyntaxFault> {
        self.directives()?;
        if !self.cursor.take("{") {
            return Ok(());
        }
        while !self.cursor.take("}") {
            self.pass_description();
            let kind = self.cursor.name()?;
            self.cursor.expect(":")?;
            roots.insert(kind.text, self.cursor.name()?.text);
        }
        Ok(())
    }

    fn directive_definition(&mut self) -> Result<(), SyntaxFault> {
        self.cursor.expect("@")?;
        self.cursor.name()?;
        if self.cursor.is_at("(") {
            self.cursor.skip_value()?;
        }
        self.cursor.take("repeatable");
        self.cursor.expect("on")?;
        self.separated_names("|").map(|_| ())
    }

    /// Names with a mark between them, which may also stand before the first one.
    fn separated_names(&mut self, mark: &str) -> Result<Vec<&'t str>, SyntaxFault> {
        self.cursor.take(mark);
        let mut names = vec![self.cursor.name()?.text];
        while self.cursor.take(mark) {
            names.push(self.cursor.name()?.text);
        }
        Ok(names)
    }

    fn type_definition(&mut self, keyword: &'t str, types: &mut Types<'t>) -> Result<(), SyntaxFault> {
        let name = self.cursor.name()?;
        let mut names = Vec::new();
        if self.cursor.take("implements") {
            names = self.separated_names("&")?;
            // The older way, with commas or spaces between them.
            while self.cursor.peek().is_some_and(|token| token.kind == TokenKind::Name)
                && !self.begins_definition()
            {
                names.push(self.cursor.name()?.text);
            }
        }
        self.directives()?;
        let mut fields = Vec::new();
        match keyword {
            "union" if self.cursor.take("=") => names = self.separated_names("|")?,
            "enum" if self.cursor.take("{") => {
                while !self.cursor.take("}") {
                    self.pass_description();
                    names.push(self.cursor.name()?.text);
                    self.directives()?;
                }
            }
            "type" | "interface" | "input" if self.cursor.take("{") => fields = self.fields("}")?,
            _ => {}
        }
        let known = types.entry(name.text).or_insert_with(|| Type {
            keyword,
            place: place_of(name),
            fields: Vec::new(),
            names: Vec::new(),
        });
        known.fields.extend(fields);
        known.names.extend(names);
        Ok(())
    }

    /// Whether a definition begins here, and no further name of a list.
    fn begins_definition(&self) -> bool {
        let is_keyword = |token: Token<'_>| {
            let keywords =
                ["type", "interface", "input", "enum", "union", "scalar", "schema", "directive", "extend"];
            keywords.contains(&token.text)
        };
        self.cursor.peek().is_some_and(is_keyword)
            && self
                .cursor
                .peek_second()
                .is_some_and(|token| token.kind == TokenKind::Name || token.text == "@")
    }

    /// Fields or arguments up to the mark that closes them.
    fn fields(&mut self, end: &str) -> Result<Vec<FieldText<'t>>, SyntaxFault> {
        let mut fields = Vec::new();
        while !self.cursor.take(end) {
            self.pass_description();
            let name = self.cursor.name()?;
            // Arguments have none of their own, and so this goes one level deep.
            let arguments = if end == "}" && self.cursor.take("(") { self.fields(")")? } else { Vec::new() };
            self.cursor.expect(":")?;
            let type_text = self.type_text()?;
            let has_default = self.cursor.take("=");
            if has_default {
                self.cursor.take("-");
                self.cursor.skip_value()?;
            }
            let is_deprecated = self.directives()?;
            fields.push(FieldText {
                name: name.text,
                place: place_of(name),
                type_text,
                has_default,
                is_deprecated,
                arguments,
            });
        }
        Ok(fields)
    }

    fn type_text(&mut self) -> Result<TypeText<'t>, SyntaxFault> {
        let mut lists = 0;
        while self.cursor.is_at("[") {
            if lists >= self.depth_max {
                let position = self.cursor.position();
                let what = "lists are nested more deeply than";
                return Err(SyntaxFault::limit(position, what, "definition.depth_max", self.depth_max));
            }
            self.cursor.next();
            lists += 1;
        }
        let name = self.cursor.name()?.text;
        let is_non_null = self.cursor.take("!");
        let mut lists_non_null = Vec::new();
        for _ in 0..lists {
            self.cursor.expect("]")?;
            lists_non_null.push(self.cursor.take("!"));
        }
        Ok(TypeText { name, is_non_null, lists_non_null })
    }
}

fn place_of(token: Token<'_>) -> Place {
    Place { file: 0, position: token.position }
}

/// Types by name on their way to shapes.
struct Shapes<'d, 'l, 't> {
    draft: &'d mut Draft<'l>,
    by_name: HashMap<&'t str, ShapeId>,
}

impl<'t> Shapes<'_, '_, 't> {
    fn named(&mut self, name: &'t str) -> ShapeId {
        let draft = &mut *self.draft;
        *self.by_name.entry(name).or_insert_with(|| {
            let kind = if BUILT_IN.contains(&name) { scalar(name) } else { Kind::Unread };
            draft.shape(Some(name), Place::default(), kind)
        })
    }

    fn slot(&mut self, text: &TypeText<'t>, place: Place) -> Slot {
        let mut slot = Slot { shape: self.named(text.name), is_nullable: !text.is_non_null };
        for is_non_null in &text.lists_non_null {
            slot = Slot { is_nullable: !is_non_null, ..self.draft.list_of(slot, place) };
        }
        slot
    }

    /// The fields of a type, and who never meets them.
    fn fields(&mut self, texts: &[FieldText<'t>], never: Direction) -> Vec<Field> {
        let mut fields = Vec::new();
        for text in texts {
            // Arguments have none of their own.
            let arguments = text.arguments.iter().map(|argument| self.field(argument, Vec::new())).collect();
            fields.push(Field { never: Some(never), ..self.field(text, arguments) });
        }
        fields
    }

    fn field(&mut self, text: &FieldText<'t>, arguments: Vec<Field>) -> Field {
        let slot = self.slot(&text.type_text, text.place);
        Field {
            name: text.name.into(),
            number: None,
            slot,
            is_required: !slot.is_nullable && !text.has_default,
            never: None,
            arguments,
            place: text.place,
        }
    }
}

fn scalar(name: &str) -> Kind {
    Kind::Scalar { types: vec![name.into()], format: None }
}

fn add_types<'t>(draft: &mut Draft<'_>, types: &Types<'t>, roots: &Roots<'t>) {
    let mut shapes = Shapes { draft, by_name: HashMap::new() };
    for (name, text) in types {
        let shape = shapes.draft.reserve(Some(name), text.place);
        shapes.by_name.insert(name, shape);
    }
    let mut implementing: HashMap<&str, Vec<&'t str>> = HashMap::new();
    for (name, text) in types.iter().filter(|(_, text)| matches!(text.keyword, "type" | "interface")) {
        for interface in &text.names {
            implementing.entry(interface).or_default().push(name);
        }
    }
    let root_name = |kind: &str, usual: &'t str| roots.get(kind).copied().unwrap_or(usual);
    let root_names = ROOTS.map(|(kind, usual)| root_name(kind, usual));
    for (name, text) in types {
        let id = shapes.named(name);
        let members = |shapes: &mut Shapes<'_, '_, 't>, names: &[&'t str]| {
            let member = |name: &&'t str| Member { label: (*name).into(), shape: shapes.named(name) };
            names.iter().map(member).collect::<Vec<_>>()
        };
        let kind = match text.keyword {
            // The fields of a root are operations; it is no type of a value.
            "type" if root_names.contains(name) => continue,
            "interface" => {
                let fields = shapes.fields(&text.fields, Direction::Sent);
                let names = implementing.get(name).cloned().unwrap_or_default();
                Kind::Interface(fields, members(&mut shapes, &names))
            }
            "enum" => Kind::Enum(
                text.names.iter().map(|name| EnumValue { name: (*name).into(), number: None }).collect(),
            ),
            "union" => Kind::Union(members(&mut shapes, &text.names)),
            "scalar" => scalar(name),
            "input" => Kind::Object(shapes.fields(&text.fields, Direction::Received)),
            _ => Kind::Object(shapes.fields(&text.fields, Direction::Sent)),
        };
        shapes.draft.fill(id, kind);
    }
    for ((_, usual), root) in ROOTS.iter().zip(root_names) {
        let Some(text) = types.get(root).filter(|text| text.keyword == "type") else { continue };
        for field in &text.fields {
            let id = format!("{usual}.{}", field.name);
            let operation = operation(&mut shapes, &id, field);
            shapes.draft.operation(&id, operation);
        }
    }
}

fn operation<'t>(shapes: &mut Shapes<'_, '_, 't>, id: &str, field: &FieldText<'t>) -> Operation {
    let mut parts = Vec::new();
    for argument in &field.arguments {
        let slot = shapes.slot(&argument.type_text, argument.place);
        parts.push(Part {
            key: format!("argument {}", argument.name).into(),
            words: format!("argument `{}`", argument.name).into(),
            direction: Direction::Sent,
            is_required: !slot.is_nullable && !argument.has_default,
            is_stream: false,
            slot: Some(slot),
            place: argument.place,
        });
    }
    parts.push(Part {
        key: "result".into(),
        words: "result".into(),
        direction: Direction::Received,
        is_required: true,
        is_stream: false,
        slot: Some(shapes.slot(&field.type_text, field.place)),
        place: field.place,
    });
    Operation {
        id: id.into(),
        place: field.place,
        is_deprecated: field.is_deprecated,
        is_incomplete: false,
        parts,
    }
}
