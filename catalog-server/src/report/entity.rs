//! One entity, whole: its facts, its owner, its relations and where all that was read.

use catalog_core::{
    graph::{DeclarationView, Entity, People, Relation},
    model::RelationEnd,
    query::last_change,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, RemovalReport, Report, SCHEMA_VERSION, Table,
    entities::EntityRowReport,
    last_change::LastChangeReport,
    ownership::ClaimReport,
    place::{PlaceReport, StaleReport, ref_of, short},
};

/// One entity, whole.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntityReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// The facts that lists show as well.
    #[serde(flatten)]
    pub row: EntityRowReport,
    /// Its description.
    pub description: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its labels, in the order of the file.
    pub labels: Vec<KeyValueReport>,
    /// Its annotations, in the order of the file.
    pub annotations: Vec<KeyValueReport>,
    /// Its links.
    pub links: Vec<LinkReport>,
    /// What it promises.
    pub objectives: Vec<KeyValueReport>,
    /// The classes of data that it holds.
    pub data_classes: Vec<String>,
    /// Where the declaration that stands for it was read.
    pub origin: Option<PlaceReport>,
    /// Set where what is known of it is of an earlier commit.
    pub staleness: Option<StaleReport>,
    /// Every ground for its ownership, strongest first.
    pub ownership_claims: Vec<ClaimReport>,
    /// Its relations, seen from it.
    pub relations: Vec<RelationReport>,
    /// Other names that files or the settings give it.
    pub aliases: Vec<String>,
    /// What changed last, as far as commits were read; null where none were.
    pub last_change: Option<LastChangeReport>,
    /// Every document that speaks of it, the one that stands first.
    pub declarations: Vec<DeclarationReport>,
    /// Who declared it until recently, where nobody does now.
    pub removals: Vec<RemovalReport>,
}

/// A key with its value.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct KeyValueReport {
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
}

/// A link.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkReport {
    /// Where it leads; any scheme, as declared.
    pub url: String,
    /// What it is called.
    pub title: Option<String>,
    /// The kind of target.
    #[serde(rename = "type")]
    pub link_type: Option<String>,
}

/// A relation, seen from one of its ends.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RelationReport {
    /// The relation's name from this end, as in `dependsOn` or `dependencyOf`.
    pub relation: &'static str,
    /// The entity at the other end.
    #[serde(rename = "ref")]
    pub other: String,
    /// Whether a manifest declares that entity.
    pub declared: bool,
    /// `declared`, `deployed` or `observed`.
    pub class: &'static str,
    /// `hard` or `soft`, where the relation is a need; else null.
    pub strength: Option<&'static str>,
    /// Whether one of several that stand in for each other is enough.
    pub any_of: bool,
    /// The places that state it.
    pub origins: Vec<PlaceReport>,
}

/// One document that speaks of an entity.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeclarationReport {
    /// Whether it is the one that stands for the entity.
    pub stands: bool,
    /// Whether what it says counts: an earlier document of the same format does not stand in its place.
    pub counts: bool,
    /// The format of its manifest.
    pub format: &'static str,
    /// The name that it gives the entity, as a reference.
    pub named: Option<String>,
    /// The entity in the terms of the format, where these are others, as in `service:checkout`.
    pub declared_as: Option<String>,
    /// The title that it states.
    pub title: Option<String>,
    /// The type that it states.
    #[serde(rename = "type")]
    pub entity_type: Option<String>,
    /// The lifecycle that it states.
    pub lifecycle: Option<String>,
    /// The tier that it states.
    pub tier: Option<u8>,
    /// The owners that it names.
    pub owners: Vec<String>,
    /// Whether the format's own reference reader takes it.
    pub strict: bool,
    /// Why it would not.
    pub problems: Vec<String>,
    /// Where it is.
    pub origin: PlaceReport,
    /// Set where it is of an earlier commit.
    pub staleness: Option<StaleReport>,
}

impl EntityReport {
    /// The report of an entity.
    pub fn new(entity: Entity<'_>) -> Self {
        let pairs = |pairs: &[catalog_core::model::KeyedText]| {
            pairs
                .iter()
                .map(|(key, value)| KeyValueReport { key: key.to_string(), value: value.value.to_string() })
                .collect()
        };
        let mut relations: Vec<RelationReport> = entity
            .outgoing()
            .map(|relation| relation_report(relation, RelationEnd::From))
            .chain(entity.incoming().map(|relation| relation_report(relation, RelationEnd::To)))
            .collect();
        relations.sort_by(|a, b| (a.relation, &a.other).cmp(&(b.relation, &b.other)));
        Self {
            schema_version: SCHEMA_VERSION,
            revision: entity.graph().revision().0,
            row: EntityRowReport::from(entity),
            description: entity.description().map(str::to_owned),
            tags: entity.tags().iter().map(ToString::to_string).collect(),
            labels: pairs(entity.labels()),
            annotations: pairs(entity.annotations()),
            links: entity
                .links()
                .iter()
                .map(|link| LinkReport {
                    url: link.value.url.to_string(),
                    title: link.value.title.as_deref().map(str::to_owned),
                    link_type: link.value.link_type.as_deref().map(str::to_owned),
                })
                .collect(),
            objectives: entity
                .objectives()
                .iter()
                .map(|objective| KeyValueReport {
                    key: objective.value.indicator.to_string(),
                    value: objective.value.target.to_string(),
                })
                .collect(),
            data_classes: entity.data_classes().iter().map(ToString::to_string).collect(),
            origin: entity.declaration().map(|declaration| PlaceReport::from(&declaration.origin())),
            staleness: entity.staleness().as_ref().map(StaleReport::from),
            ownership_claims: entity
                .ownership_claims()
                .iter()
                .map(|claim| ClaimReport::new(entity.graph(), claim))
                .collect(),
            relations,
            aliases: entity.aliases().map(ToString::to_string).collect(),
            last_change: last_change(entity, &People::of(entity.graph()))
                .as_ref()
                .map(LastChangeReport::from),
            declarations: entity.declarations().map(DeclarationReport::from).collect(),
            removals: entity.graph().removals(entity.name()).into_iter().map(RemovalReport::from).collect(),
        }
    }
}

fn relation_report(relation: Relation<'_>, seen_from: RelationEnd) -> RelationReport {
    let (name, other) = match seen_from {
        RelationEnd::From => (relation.kind().name(), relation.to()),
        RelationEnd::To => (relation.kind().inverse_name(), relation.from()),
    };
    RelationReport {
        relation: name,
        other: ref_of(other),
        declared: !other.is_placeholder(),
        class: relation.class().name(),
        strength: relation.kind().needy_end().map(|_| relation.strength().name()),
        any_of: relation.any_of().is_some(),
        origins: relation.sources().map(|source| PlaceReport::from(&source.origin())).collect(),
    }
}

impl From<DeclarationView<'_>> for DeclarationReport {
    fn from(declaration: DeclarationView<'_>) -> Self {
        Self {
            stands: declaration.stands(),
            counts: declaration.counts(),
            format: declaration.format().name(),
            named: declaration.named().map(ToString::to_string),
            declared_as: declaration.declared_as().map(str::to_owned),
            title: declaration.title().map(str::to_owned),
            entity_type: declaration.entity_type().map(str::to_owned),
            lifecycle: declaration.lifecycle().map(str::to_owned),
            tier: declaration.tier().map(catalog_core::model::Tier::number),
            owners: declaration.owners().iter().map(ToString::to_string).collect(),
            strict: declaration.is_strict(),
            problems: declaration.problems().iter().map(ToString::to_string).collect(),
            origin: PlaceReport::from(&declaration.origin()),
            staleness: declaration.staleness().as_ref().map(StaleReport::from),
        }
    }
}

impl Report for EntityReport {
    fn page(&self) -> Page {
        let row = &self.row;
        let mut facts: Vec<(String, String)> = Vec::new();
        let mut fact = |name: &str, value: Option<String>| {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                facts.push((name.to_owned(), value));
            }
        };
        fact("title", row.title.clone());
        fact("description", self.description.as_ref().map(|text| text.trim().replace('\n', " ")));
        fact("type", row.entity_type.clone());
        fact("lifecycle", row.lifecycle.clone());
        fact("tier", row.tier.map(|tier| tier.to_string()));
        fact("owner", row.owner.as_deref().map(short));
        fact("tags", Some(self.tags.join(", ")));
        let pairs = |pairs: &[KeyValueReport]| {
            pairs.iter().map(|pair| format!("{}={}", pair.key, pair.value)).collect::<Vec<_>>().join(", ")
        };
        fact("labels", Some(pairs(&self.labels)));
        fact("objectives", Some(pairs(&self.objectives)));
        fact("data", Some(self.data_classes.join(", ")));
        for annotation in &self.annotations {
            fact(&annotation.key, Some(annotation.value.clone()));
        }
        for link in &self.links {
            fact(
                link.title.as_deref().or(link.link_type.as_deref()).unwrap_or("link"),
                Some(link.url.clone()),
            );
        }
        fact("declared at", self.origin.as_ref().map(PlaceReport::proof));
        fact("repository", row.repository.clone());
        fact("last change", self.last_change.as_ref().map(LastChangeReport::sentence));
        fact("note", self.staleness.as_ref().map(StaleReport::sentence));
        match row.standing {
            "placeholder" => fact("note", Some("nothing declares this entity; others name it".into())),
            "evidence" => {
                fact("note", Some("only files that describe what runs know this entity".into()));
            }
            _ => {}
        }
        fact(
            "also known as",
            Some(self.aliases.iter().map(|alias| short(alias)).collect::<Vec<_>>().join(", ")),
        );
        for removal in &self.removals {
            fact("note", Some(removal.sentence()));
        }
        for declaration in self.declarations.iter().filter(|declaration| !declaration.stands) {
            fact("also declared at", Some(declaration.origin.proof()));
        }
        let mut relations = Table::new(&["relation", "entity", "need", "stated at"]);
        for relation in &self.relations {
            let undeclared = if relation.declared { "" } else { " (undeclared)" };
            let any_of = if relation.any_of { ", one of several" } else { "" };
            let class =
                if relation.class == "declared" { String::new() } else { format!(", {}", relation.class) };
            relations.push([
                relation.relation.into(),
                format!("{}{undeclared}", short(&relation.other)),
                relation.strength.map_or_else(|| "–".into(), |strength| format!("{strength}{any_of}{class}")),
                relation.origins.first().map(PlaceReport::short).unwrap_or_default(),
            ]);
        }
        Page::default().heading(short(&row.entity)).facts(facts).table(relations)
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        serde_json::to_value(self).into_iter().collect()
    }
}
