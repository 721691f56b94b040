//! Everything that the catalog knows, one JSON object a line.
//!
//! The lines are typed by their field `type`: one `catalog`, then every `repository`, `declaration`,
//! `entity`, `relation` (from both of its ends), `tombstone` and `diagnostic`, each kind in a fixed order,
//! and last every `review`, each before its lines `review-answer`.

use std::io::{self, Write};

use catalog_core::{
    graph::{CatalogGraph, DeclarationView, RelationSource, RepositoryPathRules, RepositoryView},
    model::{ManifestFormat, Position, Severity},
    query::summary,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    DiagnosticReport, RemovalReport, SCHEMA_VERSION, entity::EntityReport, escape::json_text, place::ref_of,
    review::write_review_lines, status::RepositoryReport,
};

/// The types of lines that can be chosen from. A review brings its lines `review-answer`.
pub const EXPORT_TYPES: [&str; 8] =
    ["catalog", "repository", "declaration", "entity", "relation", "tombstone", "diagnostic", "review"];

/// Which types of lines to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportTypes(Vec<&'static str>);

impl ExportTypes {
    /// All of them.
    pub fn all() -> Self {
        Self(EXPORT_TYPES.to_vec())
    }

    /// Those of a list with commas, as in `entity,relation`; else the word that is no type.
    ///
    /// # Errors
    ///
    /// A word is none of [`EXPORT_TYPES`].
    pub fn of(list: &str) -> Result<Self, &str> {
        let known = |word| EXPORT_TYPES.into_iter().find(|of| *of == word).ok_or(word);
        list.split(',').map(str::trim).map(known).collect::<Result<_, _>>().map(Self)
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains(&name)
    }
}

/// Writes the export. Streams: memory does not grow with the catalog.
pub fn export_lines(graph: &CatalogGraph, to: &mut dyn Write) -> io::Result<()> {
    export_lines_of(graph, &ExportTypes::all(), to)
}

/// Writes the lines of some types, in the order of the whole export.
pub fn export_lines_of(graph: &CatalogGraph, types: &ExportTypes, to: &mut dyn Write) -> io::Result<()> {
    if types.has("catalog") {
        catalog_line(graph, to)?;
    }
    if types.has("repository") {
        for repository in graph.repositories() {
            line(to, &typed("repository", &RepositoryReport::from(repository)))?;
        }
    }
    if types.has("declaration") {
        for declaration in graph.declarations() {
            line(to, &declaration_line(declaration))?;
        }
        for repository in graph.repositories() {
            path_rule_lines(repository, graph, to)?;
        }
    }
    if types.has("entity") {
        entity_lines(graph, to)?;
    }
    if types.has("relation") {
        relation_lines(graph, to)?;
        for declaration in graph.declarations() {
            left_out_lines(declaration, to)?;
        }
    }
    if types.has("tombstone") {
        for removal in graph.all_removals() {
            line(to, &typed("tombstone", &RemovalReport::from(removal)))?;
        }
    }
    if types.has("diagnostic") {
        for diagnostic in graph.diagnostics() {
            let report = DiagnosticReport::new(diagnostic.repository.as_str(), &diagnostic.diagnostic);
            line(to, &typed("diagnostic", &report))?;
        }
    }
    if types.has("review") {
        write_review_lines(graph.reviews(), to)?;
    }
    Ok(())
}

fn catalog_line(graph: &CatalogGraph, to: &mut dyn Write) -> io::Result<()> {
    let counts = summary(graph);
    line(
        to,
        &json!({
            "type": "catalog", "schemaVersion": SCHEMA_VERSION, "revision": graph.revision().0,
            "repositories": counts.repositories, "repositoriesUnreadable": counts.repositories_unreadable,
            "manifests": counts.manifests, "entities": counts.entities, "placeholders": counts.placeholders,
            "relations": counts.relations,
            "diagnostics": {
                "error": counts.diagnostics_of(Severity::Error),
                "warning": counts.diagnostics_of(Severity::Warning),
                "note": counts.diagnostics_of(Severity::Note),
            },
        }),
    )
}

fn entity_lines(graph: &CatalogGraph, to: &mut dyn Write) -> io::Result<()> {
    for entity in graph.entities() {
        let mut report = EntityReport::new(entity);
        // Relations and declarations have lines of their own.
        report.relations.clear();
        report.declarations.clear();
        let mut value = typed("entity", &report);
        if let Value::Object(fields) = &mut value {
            fields.remove("schemaVersion");
            fields.remove("revision");
            fields.remove("relations");
            fields.remove("declarations");
            fields.remove("removals");
        }
        line(to, &value)?;
    }
    Ok(())
}

fn relation_lines(graph: &CatalogGraph, to: &mut dyn Write) -> io::Result<()> {
    for relation in graph.relations() {
        let origins: Vec<Value> = relation.sources().map(|source| origin_of(&source)).collect();
        let kind = relation.kind();
        let ends = [
            (relation.from(), kind.name(), relation.to()),
            (relation.to(), kind.inverse_name(), relation.from()),
        ];
        for (from, name, to_entity) in ends {
            line(
                to,
                &json!({
                    "type": "relation", "from": ref_of(from), "relation": name, "to": ref_of(to_entity),
                    "class": relation.class().name(),
                    "strength": kind.needy_end().map(|_| relation.strength().name()),
                    "anyOf": relation.any_of().is_some(),
                    "origins": origins,
                }),
            )?;
        }
    }
    Ok(())
}

fn line(to: &mut dyn Write, value: &Value) -> io::Result<()> {
    writeln!(to, "{}", json_text(&serde_json::to_string(value)?))
}

fn typed(kind: &str, report: &impl Serialize) -> Value {
    let mut value = serde_json::to_value(report).unwrap_or_default();
    if let Value::Object(fields) = &mut value {
        // Every line has a `type`, so an entity's own type goes by another name.
        if let Some(own) = fields.insert("type".into(), kind.into()) {
            fields.insert("entityType".into(), own);
        }
    }
    value
}

fn declaration_line(declaration: DeclarationView<'_>) -> Value {
    let owners: Vec<String> = declaration.owners().iter().map(ToString::to_string).collect();
    json!({
        "type": "declaration",
        "ref": declaration.entity().map(ref_of),
        "named": declaration.named().map(ToString::to_string),
        "declaredAs": declaration.declared_as(),
        "repository": declaration.repository().id().as_str(),
        "path": declaration.path(),
        "document": declaration.document(),
        "line": declaration.position().line,
        "format": declaration.format().name(),
        "strict": declaration.is_strict(),
        "problems": declaration.problems(),
        "owners": owners,
        "stands": declaration.stands(),
        "counts": declaration.counts(),
        "stale": declaration.staleness().is_some(),
    })
}

fn path_rule_lines(
    repository: RepositoryView<'_>,
    graph: &CatalogGraph,
    to: &mut dyn Write,
) -> io::Result<()> {
    let formats = [ManifestFormat::Codeowners, ManifestFormat::Owners];
    let rules = formats.into_iter().filter_map(|format| repository.path_rules_of(format));
    for of in rules.flat_map(RepositoryPathRules::rules) {
        let owners: Vec<String> = of.claims(graph).iter().map(|claim| claim.owner.to_string()).collect();
        line(
            to,
            &json!({
                "type": "declaration", "kind": "path", "ref": null,
                "repository": repository.id().as_str(), "path": of.path(), "document": 0,
                "line": of.rule.position.line, "format": of.format().name(), "strict": true,
                "problems": [], "owners": owners, "pattern": of.rule.pattern,
                "dialect": of.dialect().name(),
            }),
        )?;
    }
    Ok(())
}

/// The relations that a document states in vain, since another one stands for its entity. They are in no
/// answer, and say so.
fn left_out_lines(declaration: DeclarationView<'_>, to: &mut dyn Write) -> io::Result<()> {
    for relation in declaration.left_out() {
        let ends = [
            (&relation.from, relation.kind.name(), &relation.to),
            (&relation.to, relation.kind.inverse_name(), &relation.from),
        ];
        for (from, name, other) in ends {
            line(
                to,
                &json!({
                    "type": "relation", "from": from.as_str(), "relation": name, "to": other.as_str(),
                    "leftOut": true, "origins": [origin_at(declaration, relation.position)],
                }),
            )?;
        }
    }
    Ok(())
}

fn origin_of(source: &RelationSource<'_>) -> Value {
    origin_at(source.declaration, source.position())
}

fn origin_at(declaration: DeclarationView<'_>, position: Position) -> Value {
    json!({
        "repository": declaration.repository().id().as_str(),
        "path": declaration.path(),
        "document": declaration.document(),
        "line": position.line,
        "column": position.column,
        "format": declaration.format().name(),
        "strict": declaration.is_strict(),
    })
}
