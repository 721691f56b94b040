//! What one file of protobuf states, read statement by statement.

use crate::api_change::{
    definition::{EnumValue, Place},
    draft::Draft,
    tokens::{Cursor, Language, SyntaxFault, Token, TokenKind, tokens},
};

/// What a file states, all names whole.
#[derive(Default)]
pub(super) struct ProtoFile {
    pub(super) imports: Vec<String>,
    pub(super) messages: Vec<Message>,
    pub(super) enums: Vec<(String, Place, Vec<EnumValue>)>,
    pub(super) methods: Vec<Method>,
}

pub(super) struct Message {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) fields: Vec<MessageField>,
}

pub(super) struct MessageField {
    pub(super) name: String,
    pub(super) number: u32,
    pub(super) place: Place,
    pub(super) type_name: String,
    /// The type of its keys, of a map.
    pub(super) key: Option<String>,
    pub(super) is_repeated: bool,
    pub(super) is_required: bool,
}

pub(super) struct Method {
    /// The service, whole, in which the names of types are looked up.
    pub(super) service: String,
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) is_deprecated: bool,
    pub(super) request: (String, bool),
    pub(super) response: (String, bool),
}

/// What a bracket that is open belongs to.
enum Scope {
    Message(usize),
    OneOf(usize),
    Enum(usize),
    Service,
}

pub(super) struct Reader<'t> {
    cursor: Cursor<'t>,
    index: usize,
    file: ProtoFile,
    /// The package and the names of what is open, each with how it is read.
    names: Vec<String>,
    scopes: Vec<Scope>,
    depth_max: usize,
}

impl<'t> Reader<'t> {
    /// Reads one file, whose index is kept with its places.
    pub(super) fn read(text: &'t str, index: usize, draft: &Draft<'_>) -> Result<ProtoFile, SyntaxFault> {
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
