//! A file becomes a definition, whatever its format.

use catalog_core::model::{Diagnostic, DiagnosticCode, Position, grouped};

use super::{
    Definition, DefinitionFormat,
    asyncapi::read_asyncapi,
    definition::Place,
    draft::Draft,
    graphql::{has_only_queries, read_graphql},
    openapi::read_openapi,
    protobuf::read_protobuf,
    schema::Schemas,
    tree::{SourceFile, Tree, gather},
};
use crate::{
    limits::DefinitionLimits,
    manifest::{Siblings, text::decode},
};

/// Reads the file at `path` as the description of an interface; `None` where it is none.
///
/// Files that it refers to are read through `siblings`, which must be of the same commit. What is wrong with
/// the text is among the diagnostics of the definition; where it cannot be taken apart, the definition is
/// broken. Time and memory are linear in the text, under the limits.
pub fn read_definition(
    path: &str,
    bytes: &[u8],
    siblings: &dyn Siblings,
    limits: &DefinitionLimits,
) -> Option<Definition> {
    read_as(None, path, bytes, siblings, limits)
}

/// Reads a text that stands in a manifest, at `position` of the file at `path`, as `spec.definition` does.
///
/// `format` is what the manifest says of it; `None` where the text has to tell it.
pub fn read_inline_definition(
    path: &str,
    position: Position,
    text: &str,
    format: Option<DefinitionFormat>,
    siblings: &dyn Siblings,
    limits: &DefinitionLimits,
) -> Option<Definition> {
    // The text is moved to where it stands, so that every place is one of the manifest.
    let lines = usize::try_from(position.line.saturating_sub(1)).unwrap_or(0).min(limits.bytes_max);
    let indent = " ".repeat(usize::try_from(position.column.saturating_sub(1)).unwrap_or(0).min(1_000));
    let mut moved = "\n".repeat(lines);
    for line in text.lines() {
        moved.push_str(&indent);
        moved.push_str(line);
        moved.push('\n');
    }
    read_as(format, path, moved.as_bytes(), siblings, limits).or_else(|| {
        let format = format?;
        let message = format!("the definition is no text of the format `{}`", format.name());
        let diagnostic = Diagnostic::new(DiagnosticCode::DefinitionSyntax, message).at(path, position);
        Some(Draft::new(path, format, limits).refuse(diagnostic))
    })
}

fn read_as(
    stated: Option<DefinitionFormat>,
    path: &str,
    bytes: &[u8],
    siblings: &dyn Siblings,
    limits: &DefinitionLimits,
) -> Option<Definition> {
    let of_path = DefinitionFormat::of_path(path);
    let own = stated.filter(|it| matches!(it, DefinitionFormat::GraphQl | DefinitionFormat::Protobuf));
    let own = own.or(of_path.filter(|_| stated.is_none()));
    if bytes.len() > limits.bytes_max {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(64 << 10)]);
        let format = own.or(stated).or_else(|| DefinitionFormat::of_words(&head))?;
        let message = format!(
            "is {} bytes, over the limit `definition.bytes_max` of {}",
            grouped(bytes.len()),
            grouped(limits.bytes_max)
        );
        let diagnostic =
            Diagnostic::new(DiagnosticCode::DefinitionLimit, message).at(path, Position::default());
        return Some(Draft::new(path, format, limits).refuse(diagnostic));
    }
    let text = match decode(path, bytes) {
        Ok(text) => text,
        Err(diagnostic) => {
            let format =
                own.or(stated).or_else(|| DefinitionFormat::of_words(&String::from_utf8_lossy(bytes)))?;
            return Some(Draft::new(path, format, limits).refuse(*diagnostic));
        }
    };
    match own {
        Some(DefinitionFormat::GraphQl) if has_only_queries(text) => None,
        Some(DefinitionFormat::GraphQl) => {
            Some(read_graphql(text, Draft::new(path, DefinitionFormat::GraphQl, limits)))
        }
        Some(_) => Some(read_protobuf(text, siblings, Draft::new(path, DefinitionFormat::Protobuf, limits))),
        None => read_tree(stated, path, text, siblings, limits),
    }
}

/// Reads a definition in YAML or JSON.
fn read_tree(
    stated: Option<DefinitionFormat>,
    path: &str,
    text: &str,
    siblings: &dyn Siblings,
    limits: &DefinitionLimits,
) -> Option<Definition> {
    let is_candidate = ["openapi", "swagger", "asyncapi"].iter().any(|word| text.contains(word));
    if !is_candidate {
        return None;
    }
    let mut files = vec![SourceFile { path: path.into(), text: Some(text.to_owned()) }];
    let (has_more, said) = gather(&mut files, siblings, limits);
    let (tree, faults) = Tree::new(&files, limits);
    let format = match faults.first() {
        Some((0, fault)) => {
            let format = stated.or_else(|| DefinitionFormat::of_words(text))?;
            let code = match fault.code {
                DiagnosticCode::YamlLimit => DiagnosticCode::DefinitionLimit,
                _ => DiagnosticCode::DefinitionSyntax,
            };
            let message = fault.message.replace("`yaml.", "`definition.");
            let diagnostic = Diagnostic::new(code, message).at(path, fault.position);
            return Some(Draft::new(path, format, limits).refuse(diagnostic));
        }
        _ => DefinitionFormat::of_root(tree.root()?.node)?,
    };
    let mut draft = Draft::new(path, format, limits);
    draft.definition.files = files.iter().map(|file| file.path.clone()).collect();
    draft.definition.diagnostics.extend(said);
    for (file, fault) in faults {
        let place = Place { file, position: fault.position };
        draft.say(DiagnosticCode::DefinitionSyntax, place, fault.message);
    }
    if has_more {
        let place = Place::default();
        draft.say_limit(place, "refers to more files", "definition.files_max", limits.files_max);
    }
    let root = tree.root()?;
    let mut schemas = Schemas::new(&tree, draft);
    match format {
        DefinitionFormat::AsyncApi => read_asyncapi(&mut schemas, root),
        _ => read_openapi(&mut schemas, root),
    }
    Some(schemas.finish().definition)
}
