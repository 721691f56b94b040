//! Manifests with what they are read as, one folder each in `test_data`, for the tests of every format.
//!
//! A case `test_data/<format>/<case>/` holds the manifest under a name of its format (or `manifest.yaml`),
//! the files that it includes, and `expected.txt`; `UPDATE_EXPECT=1` writes the latter.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use catalog_core::model::{
    ContentId, Declaration, DeclaredRelation, Diagnostic, Document, FoundBy, ManifestFormat, RelationClass,
    RelationEnd, RepositoryId,
};
use expect_test::expect_file;

use crate::{
    limits::ManifestLimits,
    manifest::{self, ManifestFile, ManifestReading, ReadOptions, Siblings},
    port_mapping::PortMapping,
};

/// The files of a folder, as a commit that holds nothing else.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Siblings for Folder {
    fn read(&self, path: &str) -> Option<(ContentId, Vec<u8>)> {
        Some((ContentId([0; 20]), fs::read(self.0.join(path)).ok()?))
    }
}

/// The repository that holds the cases.
pub(crate) fn repository() -> RepositoryId {
    RepositoryId::new("git.example/acme/shop").expect("a valid id")
}

/// Reads some bytes as a manifest of a format that includes nothing.
pub(crate) fn read_as(
    format: ManifestFormat,
    path: &str,
    bytes: &[u8],
    found_by: FoundBy,
) -> ManifestReading {
    let nowhere = Folder(PathBuf::from("no-such-folder"));
    let repository = repository();
    let file = ManifestFile { repository: &repository, path, bytes, found_by };
    read_with_defaults(format, &file, &nowhere)
}

/// Reads a manifest as it is read where nothing is set.
pub(crate) fn read_with_defaults(
    format: ManifestFormat,
    file: &ManifestFile<'_>,
    siblings: &dyn Siblings,
) -> ManifestReading {
    let options = ReadOptions { limits: &ManifestLimits::default(), port: &PortMapping::default() };
    manifest::read(format, file, siblings, options)
}

/// Reads every case of a format, and holds each against what is expected of it.
pub(crate) fn check_cases(format: ManifestFormat) {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("test_data").join(format.name());
    let entries = |folder: &Path| {
        let mut paths: Vec<PathBuf> = fs::read_dir(folder)
            .expect("the cases are there")
            .map(|entry| entry.expect("an entry of a folder").path())
            .collect();
        paths.sort();
        paths
    };
    for case in entries(&cases) {
        let is_manifest = |path: &PathBuf| path.file_name().is_some_and(|name| name != "expected.txt");
        let common = case.join("manifest.yaml");
        let file = if common.is_file() {
            common
        } else {
            entries(&case).into_iter().find(is_manifest).expect("every case has a manifest")
        };
        let bytes = fs::read(&file).expect("the manifest is read");
        let path = file.file_name().and_then(|name| name.to_str()).expect("names of cases are UTF-8");
        let repository = repository();
        let manifest = ManifestFile { repository: &repository, path, bytes: &bytes, found_by: FoundBy::Name };
        let reading = read_with_defaults(format, &manifest, &Folder(case.clone()));
        expect_file![case.join("expected.txt")].assert_eq(&rendered(&reading));
    }
}

/// A reading as a person reads it.
pub(crate) fn rendered(reading: &ManifestReading) -> String {
    let mut text = String::new();
    render(reading, &mut text).expect("a string takes everything");
    text
}

fn render(reading: &ManifestReading, out: &mut String) -> std::fmt::Result {
    if reading.foreign {
        writeln!(out, "foreign")?;
    }
    if reading.broken {
        writeln!(out, "broken")?;
    }
    for document in &reading.documents {
        render_document(document, out)?;
    }
    for target in &reading.location_targets {
        let location_type = target.location_type.as_deref().unwrap_or("-");
        let required = if target.required { "required" } else { "optional" };
        writeln!(out, "target {} {location_type} {required} at {}", target.target, target.position.line)?;
    }
    for input in &reading.inputs {
        writeln!(out, "includes {}{}", input.path, if input.content.is_none() { ", missing" } else { "" })?;
    }
    for diagnostic in &reading.diagnostics {
        render_diagnostic(diagnostic, out)?;
    }
    Ok(())
}

fn render_document(document: &Document, out: &mut String) -> std::fmt::Result {
    let verdict = if document.strict { "strict" } else { "not strict" };
    writeln!(out, "document {} at {}: {verdict}", document.index, document.position.line)?;
    for problem in &document.problems {
        writeln!(out, "  problem: {problem}")?;
    }
    match &document.declaration {
        Some(declaration) => render_declaration(declaration, out),
        None => writeln!(out, "  no declaration"),
    }
}

fn render_declaration(declaration: &Declaration, out: &mut String) -> std::fmt::Result {
    writeln!(out, "  {} at {}", declaration.entity, declaration.position.line)?;
    if let Some(name) = &declaration.declared_as {
        writeln!(out, "  declared as {name}")?;
    }
    for alias in &declaration.aliases {
        writeln!(out, "  also {} at {}", alias.value, alias.position.line)?;
    }
    for location in &declaration.code_locations {
        let repository = location.value.repository.as_deref().unwrap_or(".");
        writeln!(out, "  code: {repository} {:?} at {}", location.value.path, location.position.line)?;
    }
    let one_texts = [
        ("title", &declaration.title),
        ("description", &declaration.description),
        ("type", &declaration.entity_type),
        ("lifecycle", &declaration.lifecycle),
    ];
    for (name, located) in one_texts {
        if let Some(located) = located {
            writeln!(out, "  {name}: {:?} at {}", located.value, located.position.line)?;
        }
    }
    if let Some(tier) = &declaration.tier {
        writeln!(out, "  tier: {} at {}", tier.value.number(), tier.position.line)?;
    }
    for objective in &declaration.objectives {
        writeln!(out, "  objective: {} {}", objective.value.indicator, objective.value.target)?;
    }
    for class in &declaration.data_classes {
        writeln!(out, "  data class: {}", class.value)?;
    }
    for (name, pairs) in [("label", &declaration.labels), ("annotation", &declaration.annotations)] {
        for (key, value) in pairs {
            writeln!(out, "  {name}: {key}={:?}", value.value)?;
        }
    }
    for tag in &declaration.tags {
        writeln!(out, "  tag: {}", tag.value)?;
    }
    for link in &declaration.links {
        writeln!(out, "  link: {:?}", link.value)?;
    }
    if let Some(profile) = &declaration.profile {
        writeln!(out, "  {profile:?}")?;
    }
    for relation in &declaration.relations {
        let [here, _] = names(relation);
        write!(out, "  {here} {} at {}", relation.other, relation.position.line)?;
        if relation.class != RelationClass::Declared {
            write!(out, " {}", relation.class.name())?;
        }
        match &relation.terms {
            Some(terms) => writeln!(out, " {terms:?}")?,
            None => writeln!(out)?,
        }
    }
    if !declaration.additions.is_empty() {
        writeln!(out, "  additions: {:?}", declaration.additions)?;
    }
    if !declaration.unread.is_empty() {
        writeln!(out, "  unread: {:?}", declaration.unread)?;
    }
    Ok(())
}

fn render_diagnostic(diagnostic: &Diagnostic, out: &mut String) -> std::fmt::Result {
    writeln!(out, "{}[{}]: {}", diagnostic.severity.name(), diagnostic.code.name(), diagnostic.message)?;
    let position = diagnostic.position;
    write!(out, "  --> {}", diagnostic.path.as_deref().unwrap_or("?"))?;
    if position.line > 0 {
        write!(out, ":{}:{}", position.line, position.column)?;
    }
    match diagnostic.document {
        Some(document) => writeln!(out, " in document {document}")?,
        None => writeln!(out)?,
    }
    if let Some(excerpt) = &diagnostic.excerpt {
        let column = usize::try_from(position.column.saturating_sub(1)).expect("columns are small");
        let length = usize::try_from(excerpt.length).expect("lengths are small");
        writeln!(out, "   | {}", excerpt.text)?;
        writeln!(out, "   | {}{}", " ".repeat(column), "^".repeat(length))?;
    }
    if let Some(suggestion) = &diagnostic.suggestion {
        writeln!(out, "  hint: {suggestion}")?;
    }
    Ok(())
}

/// The relation's name seen from the document's entity, and seen from the other one.
pub(crate) fn names(relation: &DeclaredRelation) -> [&'static str; 2] {
    let (name, inverse) = (relation.kind.name(), relation.kind.inverse_name());
    if relation.subject == RelationEnd::From { [name, inverse] } else { [inverse, name] }
}
