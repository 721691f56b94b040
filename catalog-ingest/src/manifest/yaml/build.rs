//! A document as it is put together from the events of the parser, under limits.

use std::collections::HashMap;

use catalog_core::model::{DiagnosticCode, Position, grouped};
use serde_saphyr::granit_parser::{ErrorKind, Marker, ScalarStyle, ScanError, Span, Tag};

use super::{
    ScalarType, YamlDocument, YamlFault, YamlVersion,
    node::{Content, NodeRecord},
};
use crate::limits::ManifestLimits;

/// A document that is being put together.
pub(super) struct Builder<'t, 'l> {
    index: u32,
    pub(super) version: YamlVersion,
    limits: &'l ManifestLimits,
    nodes: Vec<NodeRecord<'t>>,
    root: Option<u32>,
    open: Vec<OpenCollection>,
    /// Node and written-out size of what each anchor names; `None` while that is still open.
    anchors: HashMap<usize, (u32, Option<u64>)>,
    /// How many nodes aliases would add.
    expanded: u64,
}

/// How many bytes of a text count as one more node where an alias repeats it.
const BYTES_PER_NODE: usize = 100;

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
    pub(super) fn new(index: u32, limits: &'l ManifestLimits) -> Self {
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

    pub(super) fn finish(self) -> YamlDocument<'t> {
        let root = self.root.expect("the parser gives every document a root, null where it is empty");
        YamlDocument { index: self.index, nodes: self.nodes, root }
    }

    pub(super) fn scalar_type(&self, text: &str, style: ScalarStyle, tag: Option<&Tag>) -> ScalarType {
        match tag {
            // Tags that are not of the core schema make text, as in the reader that is followed here.
            Some(tag) => tag
                .core_suffix()
                .map_or(ScalarType::Text, |suffix| ScalarType::of_tagged(text, suffix, self.version)),
            None if style == ScalarStyle::Plain => ScalarType::of_plain(text, self.version),
            None => ScalarType::Text,
        }
    }

    pub(super) fn push(&mut self, content: Content<'t>, span: Span) -> Result<u32, YamlFault> {
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

    pub(super) fn open(&mut self, content: Content<'t>, anchor: usize, span: Span) -> Result<(), YamlFault> {
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

    pub(super) fn close(&mut self) -> Result<(), YamlFault> {
        let closed = self.open.pop().expect("a collection is closed after it was opened");
        self.anchor(closed.anchor, closed.node, closed.size);
        self.attach(closed.node, closed.size)
    }

    pub(super) fn anchor(&mut self, anchor: usize, node: u32, size: u64) {
        if anchor > 0 {
            self.anchors.insert(anchor, (node, Some(size)));
        }
    }

    pub(super) fn alias(&mut self, anchor: usize, span: Span) -> Result<(), YamlFault> {
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
    pub(super) fn attach(&mut self, node: u32, size: u64) -> Result<(), YamlFault> {
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

    pub(super) fn scan_fault(&self, error: &ScanError) -> YamlFault {
        match error.kind() {
            ErrorKind::RecursionLimitExceeded => self.depth_fault(*error.marker()),
            kind => YamlFault {
                document: self.index,
                code: DiagnosticCode::YamlSyntax,
                position: position_of(*error.marker()),
                message: match kind {
                    ErrorKind::UnexpectedCharacter { character } => {
                        format!("no value can begin with the character `{}`", character.escape_debug())
                    }
                    ErrorKind::UnknownAnchor => "the alias names no anchor of this document".to_owned(),
                    _ => error.info(),
                },
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
        let limit = grouped(limit);
        YamlFault {
            document: self.index,
            code: DiagnosticCode::YamlLimit,
            position: position_of(mark),
            message: format!("{what} the limit `{name}` of {limit}"),
            suggestion: None,
        }
    }
}

/// A place of the parser, which counts columns from 0.
pub(super) fn position_of(mark: Marker) -> Position {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Position::new(number(mark.line()), number(mark.col().saturating_add(1)))
}

/// What a text counts for where an alias repeats it: long ones cost memory as many nodes do.
pub(super) fn written_out_size(text: &str) -> u64 {
    u64::try_from(1 + text.len() / BYTES_PER_NODE).unwrap_or(u64::MAX)
}
