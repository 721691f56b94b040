//! Definitions in YAML or JSON with the files that they refer to, and where a `$ref` leads.

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
};

use catalog_core::model::Diagnostic;

use super::definition::Place;
use crate::{
    limits::{DefinitionLimits, ManifestLimits},
    manifest::{
        Siblings, folder_of, path_joined,
        text::decode,
        yaml::{Node, YamlDocument, YamlFault, read_yaml},
    },
};

/// How many references are followed one after another.
const REFERENCES_MAX: usize = 32;
/// From how many entries on a mapping is looked up by an index.
const INDEXED_ENTRIES_MIN: usize = 16;

/// A file with its text; without one where it could not be read.
pub(super) struct SourceFile {
    pub(super) path: Box<str>,
    pub(super) text: Option<String>,
}

/// The files of a definition taken apart; the first one is its own.
pub(super) struct Tree<'t> {
    files: Vec<(&'t str, Option<YamlDocument<'t>>)>,
    by_path: HashMap<&'t str, usize>,
    indexes: RefCell<HashMap<NodeKey, HashMap<&'t str, Node<'t>>>>,
}

/// What tells the mappings of all files apart: file, line and column.
pub(super) type NodeKey = (usize, u32, u32);

/// A node of one of the files.
#[derive(Clone, Copy)]
pub(super) struct At<'d> {
    tree: &'d Tree<'d>,
    pub(super) file: usize,
    pub(super) node: Node<'d>,
}

impl<'d> At<'d> {
    /// The value under a key, in constant time: references may lead to one large mapping many times.
    pub(super) fn get(self, key: &str) -> Option<Self> {
        let node = if self.node.entries().len() < INDEXED_ENTRIES_MIN {
            self.node.get(key)?
        } else {
            self.tree.indexed(self, key)?
        };
        Some(Self { node, ..self })
    }

    pub(super) fn has(self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub(super) fn items(self) -> impl Iterator<Item = Self> {
        self.node.items().map(move |node| Self { node, ..self })
    }

    /// The entries whose keys are scalars.
    pub(super) fn entries(self) -> impl Iterator<Item = (&'d str, Self)> {
        self.node
            .entries()
            .filter_map(move |entry| Some((entry.key.scalar()?, Self { node: entry.value, ..self })))
    }

    pub(super) fn text(self, key: &str) -> Option<&'d str> {
        self.get(key)?.node.scalar()
    }

    pub(super) fn is_true(self, key: &str) -> bool {
        self.text(key) == Some("true")
    }

    pub(super) fn place(self) -> Place {
        Place { file: self.file, position: self.node.position() }
    }

    pub(super) fn key(self) -> NodeKey {
        let position = self.node.position();
        (self.file, position.line, position.column)
    }
}

/// Where references lead to nothing that can be read.
pub(super) enum Unresolved<'d> {
    /// What the reference says, which is no node of the files that were read.
    Elsewhere(&'d str),
    /// References lead to each other.
    Circle,
}

/// The first document of a text; `None` where there is none.
fn first_document<'t>(
    text: &'t str,
    limits: &DefinitionLimits,
) -> Option<Result<YamlDocument<'t>, YamlFault>> {
    let limits = ManifestLimits {
        yaml_depth_max: limits.depth_max,
        yaml_nodes_max: limits.nodes_max,
        yaml_documents_max: 1,
        ..ManifestLimits::default()
    };
    read_yaml(text, &limits).into_iter().next()
}

/// Adds every file that the first one refers to, directly or not, within the limits on files and bytes.
///
/// What cannot be read is left without a text; gives whether there were more files than the limit.
pub(super) fn gather(
    files: &mut Vec<SourceFile>,
    siblings: &dyn Siblings,
    limits: &DefinitionLimits,
) -> (bool, Vec<Diagnostic>) {
    let (mut next, mut said) = (0, Vec::new());
    let mut bytes_left = limits.bytes_max;
    while let Some(file) = files.get(next) {
        next += 1;
        let Some(text) = file.text.as_deref().filter(|text| has_outer_references(text)) else { continue };
        let Some(Ok(document)) = first_document(text, limits) else { continue };
        let targets = document.nodes().filter_map(|node| node.get("$ref")?.scalar());
        let mut found: BTreeSet<String> = targets.filter_map(|target| path_of(&file.path, target)).collect();
        found.retain(|path| !files.iter().any(|known| *known.path == **path));
        for path in found {
            if files.len() >= limits.files_max {
                return (true, said);
            }
            let bytes = siblings.read(&path).map(|(_, bytes)| bytes);
            let text = bytes.filter(|bytes| bytes.len() <= bytes_left).and_then(|bytes| {
                bytes_left -= bytes.len();
                match decode(&path, &bytes) {
                    Ok(text) => Some(text.to_owned()),
                    Err(diagnostic) => {
                        said.push(*diagnostic);
                        None
                    }
                }
            });
            files.push(SourceFile { path: path.into(), text });
        }
    }
    (false, said)
}

/// Whether any reference in a text leads out of it; which can be told without taking it apart.
fn has_outer_references(text: &str) -> bool {
    text.split("$ref")
        .skip(1)
        .any(|rest| !rest.trim_start_matches(['"', '\'', ':', ' ', '\t', '\r', '\n']).starts_with('#'))
}

impl<'t> Tree<'t> {
    /// Takes files apart; gives what is wrong with those that cannot be.
    pub(super) fn new(files: &'t [SourceFile], limits: &DefinitionLimits) -> (Self, Vec<(usize, YamlFault)>) {
        let (mut read, mut faults) = (Vec::new(), Vec::new());
        for (index, file) in files.iter().enumerate() {
            let document = match file.text.as_deref().and_then(|text| first_document(text, limits)) {
                Some(Ok(document)) => Some(document),
                Some(Err(fault)) => {
                    faults.push((index, fault));
                    None
                }
                None => None,
            };
            read.push((&*file.path, document));
        }
        let by_path = read.iter().enumerate().map(|(index, (path, _))| (*path, index)).collect();
        (Self { files: read, by_path, indexes: RefCell::default() }, faults)
    }

    /// The root of the definition's own file.
    pub(super) fn root(&'t self) -> Option<At<'t>> {
        self.root_of(0)
    }

    fn root_of(&'t self, file: usize) -> Option<At<'t>> {
        let (_, document) = self.files.get(file)?;
        document.as_ref().map(|document| At { tree: self, file, node: document.root() })
    }

    /// What a node stands for: itself, or what its `$ref` leads to, with the last reference's last part.
    pub(super) fn resolve(&'t self, mut at: At<'t>) -> Result<(At<'t>, Option<&'t str>), Unresolved<'t>> {
        let mut name = None;
        for _ in 0..REFERENCES_MAX {
            let Some(target) = at.text("$ref") else { return Ok((at, name)) };
            at = self.follow(at.file, target).ok_or(Unresolved::Elsewhere(target))?;
            name = target.rsplit(['/', '#']).find(|part| !part.is_empty());
        }
        Err(Unresolved::Circle)
    }

    fn follow(&'t self, file: usize, target: &'t str) -> Option<At<'t>> {
        let (_, pointer) = target.split_once('#').unwrap_or((target, ""));
        let file = match path_of(self.files.get(file)?.0, target) {
            Some(path) => *self.by_path.get(&*path)?,
            None if target.starts_with('#') => file,
            None => return None,
        };
        let mut at = self.root_of(file)?;
        let Some(pointer) = pointer.strip_prefix('/') else { return pointer.is_empty().then_some(at) };
        for part in pointer.split('/') {
            let part = percent_decoded(part).replace("~1", "/").replace("~0", "~");
            at = match part.parse::<usize>() {
                Ok(index) if !at.node.is_mapping() => At { node: at.node.items().nth(index)?, ..at },
                _ => at.get(&part)?,
            };
        }
        Some(at)
    }

    /// The value under a key of a large mapping, of which an index is made once.
    fn indexed(&'t self, at: At<'t>, key: &str) -> Option<Node<'t>> {
        let mut indexes = self.indexes.borrow_mut();
        let index =
            indexes.entry(at.key()).or_insert_with(|| at.entries().map(|(key, at)| (key, at.node)).collect());
        index.get(key).copied()
    }
}

/// The file of the repository that a reference in the file at `from` names; `None` where it stays in that
/// file, or leads out of the repository.
fn path_of(from: &str, target: &str) -> Option<String> {
    let (path, _) = target.split_once('#').unwrap_or((target, ""));
    let is_elsewhere = path.is_empty() || path.starts_with('/') || path.contains([':', '\\']);
    if is_elsewhere { None } else { path_joined(folder_of(from), &percent_decoded(path)) }
}

/// A part of a URL with its `%xx` resolved; as it is where they are no text.
fn percent_decoded(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let digits = tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| part.to_owned())
}
