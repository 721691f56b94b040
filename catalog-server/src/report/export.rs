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

/// Writes the export. Streams: memory does not grow with the catalog.
pub fn export_lines(graph: &CatalogGraph, to: &mut dyn Write) -> io::Result<()> {
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
    )?;
    for repository in graph.repositories() {
        line(to, &typed("repository", &RepositoryReport::from(repository)))?;
    }
    for declaration in graph.declarations() {
        line(to, &declaration_line(declaration))?;
    }
    for repository in graph.repositories() {
        path_rule_lines(repository, graph, to)?;
    }
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
    for declaration in graph.declarations() {
        left_out_lines(declaration, to)?;
    }
    for removal in graph.all_removals() {
        line(to, &typed("tombstone", &RemovalReport::from(removal)))?;
    }
    for diagnostic in graph.diagnostics() {
        let report = DiagnosticReport::new(diagnostic.repository.as_str(), &diagnostic.diagnostic);
        line(to, &typed("diagnostic", &report))?;
    }
    write_review_lines(graph.reviews(), to)
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
