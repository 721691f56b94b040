//! From text to documents: parser events become nodes, under limits, one document at a time.

use std::collections::HashMap;

use catalog_core::model::{DiagnosticCode, Position};
use serde_saphyr::granit_parser::{
    self, ErrorKind, Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput, Tag,
};

use super::{
    ScalarType, YamlDocument, YamlVersion,
    node::{Content, NodeRecord},
};
use crate::{limits::ManifestLimits, manifest::text::with_thousands_marks};

/// Why one document could not be taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlFault {
    /// The document's index in the file, from 0.
    pub document: u32,
    /// [`DiagnosticCode::YamlSyntax`] or [`DiagnosticCode::YamlLimit`].
    pub code: DiagnosticCode,
    /// The place that shows it.
    pub position: Position,
    /// What was found.
    pub message: String,
    /// What to write instead.
    pub suggestion: Option<&'static str>,
}

/// Takes the documents of a file apart; documents that are null are counted but left out.
///
/// Follows YAML 1.2 with the core schema, without merge keys; a repeated key is a fault, as are an
/// unknown alias and one that stands inside the node it names. Time and memory are linear in the
/// text; what aliases would add is counted, never built.
pub fn read_yaml<'t>(text: &'t str, limits: &ManifestLimits) -> Vec<Result<YamlDocument<'t>, YamlFault>> {
    let options = granit_parser::options! {
        emit_comments: false,
        block_nesting_limit: limits.yaml_depth_max,
        flow_nesting_limit: limits.yaml_depth_max,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut documents = Vec::new();
    let mut index = 0;
    let mut version = YamlVersion::default();
    loop {
        let outcome = read_document(&mut parser, index, &mut version, limits);
        let broken = match outcome {
            Ok(None) => return documents,
            Ok(Some(document)) => {
                if !document.root().is_null() {
                    documents.push(Ok(document));
                }
                false
            }
            Err(fault) => {
                documents.push(Err(fault));
                true
            }
        };
        if broken && !matches!(parser.proceed_next_document(), Ok(true)) {
            return documents;
        }
        index += 1;
        if usize::try_from(index).is_ok_and(|count| count >= limits.yaml_documents_max) {
            documents.extend(over_documents_max(&mut parser, index, limits).map(Err));
            return documents;
        }
    }
}

/// The fault of the first document beyond the limit, where there is one.
fn over_documents_max<'t>(
    parser: &mut Parser<'t, StrInput<'t>>,
    index: u32,
    limits: &ManifestLimits,
) -> Option<YamlFault> {
    for event in parser.by_ref() {
        let mark = match event {
            Ok((Event::DocumentStart(..), span)) => span.start,
            Err(error) => *error.marker(),
            Ok(_) => continue,
        };
        let limit = with_thousands_marks(u64::try_from(limits.yaml_documents_max).unwrap_or(u64::MAX));
        return Some(YamlFault {
            document: index,
            code: DiagnosticCode::YamlLimit,
            position: position_of(mark),
            message: format!(
                "the file has more documents than the limit `yaml.documents_max` of {limit}; the rest is not read"
            ),
            suggestion: Some("split the file"),
        });
    }
    None
}

/// Reads the next document; `None` at the end of the file.
fn read_document<'t>(
    parser: &mut Parser<'t, StrInput<'t>>,
    index: u32,
    version: &mut YamlVersion,
    limits: &ManifestLimits,
) -> Result<Option<YamlDocument<'t>>, YamlFault> {
    let mut builder = Builder::new(index, limits);
    loop {
        let Some(event) = parser.next_event() else { return Ok(None) };
        let (event, span) = event.map_err(|error| builder.scan_fault(&error))?;
        match event {
            Event::StreamEnd => return Ok(None),
            Event::DocumentStart(_, declared) => {
                // A version stays in force until another one is declared, as in YAML 1.1.
                match declared.map(|version| (version.major, version.minor)) {
                    Some((1, 1)) => *version = YamlVersion::V1_1,
                    Some(_) => *version = YamlVersion::V1_2,
                    None => {}
                }
                builder.version = *version;
            }
            Event::DocumentEnd => return Ok(Some(builder.finish())),
            Event::Scalar(text, style, anchor, tag) => {
                let scalar_type = builder.scalar_type(&text, style, tag.as_deref());
                let node = builder.push(Content::Scalar(text, scalar_type), span)?;
                builder.anchor(anchor, node, 1);
                builder.attach(node, 1)?;
            }
            Event::SequenceStart(_, anchor, _) => {
                builder.open(Content::Sequence(Vec::new()), anchor, span)?
            }
            Event::MappingStart(_, anchor, _) => builder.open(Content::Mapping(Vec::new()), anchor, span)?,
            Event::SequenceEnd | Event::MappingEnd => builder.close()?,
            Event::Alias(anchor) => builder.alias(anchor, span)?,
            _ => {}
        }
    }
}

/// A document that is being put together.
struct Builder<'t, 'l> {
    index: u32,
    version: YamlVersion,
    limits: &'l ManifestLimits,
    nodes: Vec<NodeRecord<'t>>,
    root: Option<u32>,
    open: Vec<OpenCollection>,
    /// Node and written-out size of what each anchor names; `None` while that is still open.
    anchors: HashMap<usize, (u32, Option<u64>)>,
    /// How many nodes aliases would add.
    expanded: u64,
}

struct OpenCollection {
    node: u32,
    anchor: usize,
    /// How many nodes it has so far when aliases are written out.
    size: u64,
    /// The key that waits for its value.
    key: Option<u32>,
    /// The keys of a mapping, with their lines.
    keys: HashMap<(ScalarType, String), u32>,
}

impl<'t, 'l> Builder<'t, 'l> {
    fn new(index: u32, limits: &'l ManifestLimits) -> Self {
        Self {
            index,
            version: YamlVersion::default(),
            limits,
            nodes: Vec::new(),
            root: None,
            open: Vec::new(),
            anchors: HashMap::new(),
            expanded: 0,
        }
    }

    fn finish(self) -> YamlDocument<'t> {
        let root = self.root.expect("the parser gives every document a root, null where it is empty");
        YamlDocument { index: self.index, nodes: self.nodes, root }
    }

    fn scalar_type(&self, text: &str, style: ScalarStyle, tag: Option<&Tag>) -> ScalarType {
        match tag {
            // Tags that are not of the core schema make text, as in the reader that is followed here.
            Some(tag) => tag
                .core_suffix()
                .map_or(ScalarType::Text, |suffix| ScalarType::of_tagged(text, suffix, self.version)),
            None if style == ScalarStyle::Plain => ScalarType::of_plain(text, self.version),
            None => ScalarType::Text,
        }
    }

    fn push(&mut self, content: Content<'t>, span: Span) -> Result<u32, YamlFault> {
        if self.nodes.len() >= self.limits.yaml_nodes_max {
            return Err(self.limit_fault(
                span.start,
                "the document has more nodes than",
                "yaml.nodes_max",
                self.limits.yaml_nodes_max,
            ));
        }
        let length = match &content {
            Content::Scalar(..) if span.start.line() == span.end.line() => {
                u32::try_from(span.end.index().saturating_sub(span.start.index())).unwrap_or(0)
            }
            _ => 0,
        };
        self.nodes.push(NodeRecord { position: position_of(span.start), length, content });
        Ok(u32::try_from(self.nodes.len() - 1).expect("the limit on nodes is below 2^32"))
    }

    fn open(&mut self, content: Content<'t>, anchor: usize, span: Span) -> Result<(), YamlFault> {
        if self.open.len() >= self.limits.yaml_depth_max {
            return Err(self.depth_fault(span.start));
        }
        let node = self.push(content, span)?;
        if anchor > 0 {
            self.anchors.insert(anchor, (node, None));
        }
        self.open.push(OpenCollection { node, anchor, size: 1, key: None, keys: HashMap::new() });
        Ok(())
    }

    fn close(&mut self) -> Result<(), YamlFault> {
        let closed = self.open.pop().expect("a collection is closed after it was opened");
        self.anchor(closed.anchor, closed.node, closed.size);
        self.attach(closed.node, closed.size)
    }

    fn anchor(&mut self, anchor: usize, node: u32, size: u64) {
        if anchor > 0 {
            self.anchors.insert(anchor, (node, Some(size)));
        }
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), YamlFault> {
        let Some((node, Some(size))) = self.anchors.get(&anchor).copied() else {
            return Err(YamlFault {
                document: self.index,
                code: DiagnosticCode::YamlSyntax,
                position: position_of(span.start),
                message: "an alias stands inside the node that it names".to_owned(),
                suggestion: None,
            });
        };
        self.expanded = self.expanded.saturating_add(size);
        let limit = self.limits.yaml_expanded_nodes_max;
        if self.expanded > u64::try_from(limit).unwrap_or(u64::MAX) {
            return Err(self.limit_fault(
                span.start,
                "the aliases of the document stand for more nodes than",
                "yaml.expanded_nodes_max",
                limit,
            ));
        }
        self.attach(node, size)
    }

    /// Gives a complete node to the collection that holds it.
    fn attach(&mut self, node: u32, size: u64) -> Result<(), YamlFault> {
        let Some(holder) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        holder.size = holder.size.saturating_add(size);
        let at = |index: u32| usize::try_from(index).expect("an index is below the limit on nodes");
        match &mut self.nodes[at(holder.node)].content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping(entries) => match holder.key.take() {
                Some(key) => entries.push((key, node)),
                None => {
                    holder.key = Some(node);
                    return self.check_key(node);
                }
            },
            Content::Scalar(..) => {}
        }
        Ok(())
    }

    /// Refuses a key that its mapping holds already: texts by their text, other scalars by their value.
    fn check_key(&mut self, key: u32) -> Result<(), YamlFault> {
        let record = &self.nodes[usize::try_from(key).expect("an index is below the limit on nodes")];
        let Content::Scalar(text, scalar_type) = &record.content else { return Ok(()) };
        let (text, position) = (text.to_string(), record.position);
        let value = match scalar_type {
            ScalarType::Null => String::new(),
            ScalarType::Boolean => text.to_ascii_lowercase(),
            ScalarType::Text | ScalarType::Integer | ScalarType::Float => text.clone(),
        };
        let scalar_type = *scalar_type;
        let holder = self.open.last_mut().expect("a key is inside a mapping");
        match holder.keys.insert((scalar_type, value), position.line) {
            None => Ok(()),
            Some(first_line) => Err(YamlFault {
                document: self.index,
                code: DiagnosticCode::YamlSyntax,
                position,
                message: format!(
                    "the key `{}` stands twice in one mapping, on lines {first_line} and {}",
                    text.chars().take(80).collect::<String>(),
                    position.line
                ),
                suggestion: Some("remove one of them, or put `---` between two documents"),
            }),
        }
    }

    fn scan_fault(&self, error: &ScanError) -> YamlFault {
        match error.kind() {
            ErrorKind::RecursionLimitExceeded => self.depth_fault(*error.marker()),
            kind => YamlFault {
                document: self.index,
                code: DiagnosticCode::YamlSyntax,
                position: position_of(*error.marker()),
                message: error.info(),
                suggestion: match kind {
                    ErrorKind::TabNotAllowed
                    | ErrorKind::TabInBlockIndentation
                    | ErrorKind::TabInIndentation => Some("indent with spaces"),
                    ErrorKind::UnexpectedCharacter { .. } => Some("put the value in quotes"),
                    _ => None,
                },
            },
        }
    }

    fn depth_fault(&self, mark: Marker) -> YamlFault {
        let limit = self.limits.yaml_depth_max;
        self.limit_fault(mark, "the document is nested more deeply than", "yaml.depth_max", limit)
    }

    fn limit_fault(&self, mark: Marker, what: &str, name: &str, limit: usize) -> YamlFault {
        let limit = with_thousands_marks(u64::try_from(limit).unwrap_or(u64::MAX));
        YamlFault {
            document: self.index,
            code: DiagnosticCode::YamlLimit,
            position: position_of(mark),
            message: format!("{what} the limit `{name}` of {limit}"),
            suggestion: None,
        }
    }
}

fn position_of(mark: Marker) -> Position {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Position::new(number(mark.line()), number(mark.col().saturating_add(1)))
}
