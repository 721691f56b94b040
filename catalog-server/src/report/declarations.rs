//! What each manifest says about one entity, side by side.

use serde::Serialize;
use serde_json::Value;

use super::{EntityReport, Page, Report, Table, entity::DeclarationReport, place::short};

/// The report of an entity, of which a person reads the declarations. Its JSON is that of the entity.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct DeclarationsReport(pub EntityReport);

impl Report for DeclarationsReport {
    fn page(&self) -> Page {
        let entity = &self.0.row;
        let mut table = Table::new(&[
            "says so",
            "name",
            "owner",
            "type",
            "lifecycle",
            "tier",
            "title",
            "note",
            "stated at",
        ]);
        let or_dash = |text: Option<&str>| text.unwrap_or("–").to_owned();
        table.push([
            "catalog".into(),
            short(&entity.entity),
            or_dash(entity.owner.as_deref().map(short).as_deref()),
            or_dash(entity.entity_type.as_deref()),
            or_dash(entity.lifecycle.as_deref()),
            or_dash(entity.tier.map(|tier| tier.to_string()).as_deref()),
            or_dash(entity.title.as_deref()),
            String::new(),
            "the strongest of the following".into(),
        ]);
        for declaration in &self.0.declarations {
            let owners: Vec<String> = declaration.owners.iter().map(|owner| short(owner)).collect();
            table.push([
                declaration.format.into(),
                named(declaration),
                or_dash(Some(owners.join(", ").as_str()).filter(|owners| !owners.is_empty())),
                or_dash(declaration.entity_type.as_deref()),
                or_dash(declaration.lifecycle.as_deref()),
                or_dash(declaration.tier.map(|tier| tier.to_string()).as_deref()),
                or_dash(declaration.title.as_deref()),
                note(declaration),
                declaration.origin.proof(),
            ]);
        }
        for claim in self.0.ownership_claims.iter().filter(|claim| claim.ground == "path-rule") {
            let dash = || String::from("–");
            table.push([
                claim.ground.into(),
                dash(),
                short(&claim.owner),
                dash(),
                dash(),
                dash(),
                dash(),
                String::new(),
                claim.origin.proof(),
            ]);
        }
        Page::default().heading(short(&entity.entity)).table(table)
    }

    fn rows(&self) -> Vec<Value> {
        self.0.rows()
    }
}

/// The name of the entity in the terms of the format.
fn named(declaration: &DeclarationReport) -> String {
    let reference = declaration.named.as_deref().map(short).unwrap_or_default();
    match &declaration.declared_as {
        Some(native) => format!("{reference} ({native})"),
        None => reference,
    }
}

fn note(declaration: &DeclarationReport) -> String {
    let mut notes = Vec::new();
    if !declaration.counts {
        notes.push("a second one of its format: does not count".to_owned());
    }
    if !declaration.strict {
        notes.push(format!("not strict: {}", declaration.problems.join("; ")));
    }
    if let Some(stale) = &declaration.staleness {
        notes.push(stale.sentence());
    }
    notes.join("; ")
}
