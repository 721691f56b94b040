//! What the words of one organisation mean in its `port.yml` files: blueprints, relations and properties
//! have no fixed names in Port.
//!
//! Names are compared without case, `_`, `-` and blanks, so that `owned_by` and `ownedBy` are one.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::collections::BTreeMap;

/// The meaning of blueprints, relations and properties. The default knows the names that Port's own
/// examples use; what is set replaces what it says about a name or a meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortMapping {
    blueprints: BTreeMap<Box<str>, PortKind>,
    relations: BTreeMap<Box<str>, PortRelation>,
    properties: BTreeMap<Box<str>, PortProperty>,
    /// The blueprint that a relation leads to, by the name of the relation.
    targets: BTreeMap<Box<str>, Box<str>>,
}

/// What entities of a blueprint are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortKind {
    kind: &'static str,
    entity_type: Option<Box<str>>,
}

/// A text names no kind that entities of a blueprint could be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no kind, expected `component`, `api`, `resource`, `system`, `domain`, `group` or `user`, with a type after it as in `resource:database`"
)]
pub struct PortKindError(String);

/// What a relation of a blueprint states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PortRelation {
    /// The entity is owned by the other one.
    OwnedBy,
    /// It needs the other one.
    DependsOn,
    /// It is a part of the other one.
    PartOf,
    /// It calls the other one, an API.
    ConsumesApi,
    /// It offers the other one, an API.
    ProvidesApi,
    /// It runs in the other one.
    DeployedTo,
    /// It is a member of the other one.
    MemberOf,
    /// The other one is a member of it.
    Members,
    /// It is a group below the other one.
    ChildOf,
}

/// What a property of a blueprint states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PortProperty {
    /// How critical the entity is.
    Tier,
    /// Where it stands in its life.
    Lifecycle,
    /// Its type within its kind.
    Type,
    /// What it is.
    Description,
    /// The chat channel in which it is talked about.
    Slack,
    /// The address at which those are reached who answer for it.
    Email,
    /// The PagerDuty service that is called.
    Pagerduty,
    /// Words by which it is found.
    Tags,
}

const BLUEPRINTS: [(&str, &str); 38] = [
    ("service", "component:service"),
    ("microservice", "component:service"),
    ("component", "component"),
    ("application", "component:application"),
    ("app", "component:application"),
    ("library", "component:library"),
    ("package", "component:package"),
    ("website", "component:website"),
    ("frontend", "component:frontend"),
    ("backend", "component:backend"),
    ("mobileapp", "component:mobile-app"),
    ("lambda", "component:lambda"),
    ("job", "component:job"),
    ("workload", "component:workload"),
    ("api", "api"),
    ("system", "system"),
    ("domain", "domain"),
    ("team", "group:team"),
    ("squad", "group:squad"),
    ("group", "group"),
    ("user", "user"),
    ("resource", "resource"),
    ("environment", "resource:environment"),
    ("cluster", "resource:cluster"),
    ("k8scluster", "resource:cluster"),
    ("kubernetescluster", "resource:cluster"),
    ("namespace", "resource:namespace"),
    ("k8snamespace", "resource:namespace"),
    ("database", "resource:database"),
    ("datastore", "resource:database"),
    ("db", "resource:database"),
    ("cache", "resource:cache"),
    ("queue", "resource:queue"),
    ("topic", "resource:topic"),
    ("bucket", "resource:bucket"),
    ("region", "resource:region"),
    ("cloudaccount", "resource:cloud-account"),
    ("repository", "resource:repository"),
];

const RELATIONS: [(PortRelation, &[&str]); 9] = [
    (PortRelation::OwnedBy, &["team", "owningTeam", "owner", "owners", "ownedBy"]),
    (PortRelation::DependsOn, &["dependsOn", "dependencies", "dependency"]),
    (PortRelation::PartOf, &["system", "domain", "partOf"]),
    (PortRelation::ConsumesApi, &["consumesApi", "consumesApis", "consumedApis"]),
    (PortRelation::ProvidesApi, &["providesApi", "providesApis", "providedApis"]),
    (PortRelation::DeployedTo, &["deployedTo", "runsOn"]),
    (PortRelation::MemberOf, &["memberOf"]),
    (PortRelation::Members, &["members"]),
    (PortRelation::ChildOf, &["parentTeam", "parentGroup"]),
];

const PROPERTIES: [(PortProperty, &[&str]); 8] = [
    (PortProperty::Tier, &["tier", "serviceTier"]),
    (PortProperty::Lifecycle, &["lifecycle"]),
    (PortProperty::Type, &["type"]),
    (PortProperty::Description, &["description"]),
    (PortProperty::Slack, &["slack", "slackChannel", "slackUrl", "slackChannelUrl"]),
    (PortProperty::Email, &["email", "contactEmail", "teamEmail"]),
    (PortProperty::Pagerduty, &["pagerduty", "pagerdutyService", "pagerdutyServiceId", "pagerdutyUrl"]),
    (PortProperty::Tags, &["tags", "labels"]),
];

// By its text, as in `resource:database`.
impl Serialize for PortKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.entity_type {
            Some(entity_type) => serializer.collect_str(&format_args!("{}:{entity_type}", self.kind)),
            None => serializer.serialize_str(self.kind),
        }
    }
}

impl<'de> Deserialize<'de> for PortKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Default for PortMapping {
    fn default() -> Self {
        let kind = |text: &str| PortKind::parse(text).expect("the default kinds are kinds");
        let mut mapping = Self {
            blueprints: BLUEPRINTS.iter().map(|(name, text)| (folded(name), kind(text))).collect(),
            relations: BTreeMap::new(),
            properties: BTreeMap::new(),
            targets: BTreeMap::new(),
        };
        for (meaning, names) in RELATIONS {
            mapping.set_relation(meaning, names);
        }
        for (meaning, names) in PROPERTIES {
            mapping.set_property(meaning, names);
        }
        mapping
    }
}

impl PortMapping {
    /// Says what entities of a blueprint are.
    pub fn set_blueprint(&mut self, blueprint: &str, kind: PortKind) {
        self.blueprints.insert(folded(blueprint), kind);
    }

    /// Says by which names alone relations of a meaning go. A name has one meaning: the last that is set.
    pub fn set_relation(&mut self, meaning: PortRelation, names: &[impl AsRef<str>]) {
        self.relations.retain(|_, known| *known != meaning);
        self.relations.extend(names.iter().map(|name| (folded(name.as_ref()), meaning)));
    }

    /// Says by which names alone properties of a meaning go, likewise.
    pub fn set_property(&mut self, meaning: PortProperty, names: &[impl AsRef<str>]) {
        self.properties.retain(|_, known| *known != meaning);
        self.properties.extend(names.iter().map(|name| (folded(name.as_ref()), meaning)));
    }

    /// Says to entities of which blueprint a relation leads.
    pub fn set_target(&mut self, relation: &str, blueprint: &str) {
        self.targets.insert(folded(relation), blueprint.into());
    }

    /// What entities of a blueprint are; `None` where nothing says it.
    pub(crate) fn blueprint(&self, blueprint: &str) -> Option<&PortKind> {
        self.blueprints.get(&folded(blueprint))
    }

    /// What a relation states; `None` where only its name says it.
    pub(crate) fn relation(&self, name: &str) -> Option<PortRelation> {
        self.relations.get(&folded(name)).copied()
    }

    /// What a property states; `None` where only its name says it.
    pub(crate) fn property(&self, name: &str) -> Option<PortProperty> {
        self.properties.get(&folded(name)).copied()
    }

    /// The kind of the entities that a relation leads to: what is set for it, else that of the
    /// blueprint by whose name the relation goes, in the singular or the plural.
    pub(crate) fn target_kind(&self, relation: &str) -> Option<&'static str> {
        if let Some(blueprint) = self.targets.get(&folded(relation)) {
            return Some(self.blueprint(blueprint).map_or(PortKind::UNKNOWN, |kind| kind.kind));
        }
        let name = folded(relation);
        let singular = name.strip_suffix("ies").map(|stem| format!("{stem}y"));
        let singular = singular.as_deref().or_else(|| name.strip_suffix('s'));
        [Some(&*name), singular]
            .into_iter()
            .flatten()
            .find_map(|name| self.blueprint(name))
            .map(|kind| kind.kind)
    }
}

impl PortKind {
    /// The kind of entities whose blueprint nothing is known of.
    pub(crate) const UNKNOWN: &str = "resource";

    /// Reads a kind, as in `component` or `resource:database`.
    ///
    /// # Errors
    ///
    /// The kind is none that entities of a blueprint could be, or its type is empty.
    pub fn parse(text: &str) -> Result<Self, PortKindError> {
        const KINDS: [&str; 7] = ["component", "api", "resource", "system", "domain", "group", "user"];
        let (kind, entity_type) = match text.split_once(':') {
            Some((kind, entity_type)) => (kind, Some(entity_type)),
            None => (text, None),
        };
        let known = KINDS.into_iter().find(|known| known.eq_ignore_ascii_case(kind.trim()));
        let entity_type = entity_type.map(str::trim);
        match known {
            Some(kind) if entity_type != Some("") => {
                Ok(Self { kind, entity_type: entity_type.map(Into::into) })
            }
            _ => Err(PortKindError(text.to_owned())),
        }
    }

    /// What is made of a blueprint that nothing is known of: a resource of that type.
    pub(crate) fn unknown(blueprint: &str) -> Self {
        Self { kind: Self::UNKNOWN, entity_type: Some(blueprint.into()) }
    }

    /// The kind, in lower case.
    pub(crate) fn kind(&self) -> &'static str {
        self.kind
    }

    /// The kind, as Backstage spells it.
    pub(crate) fn spelled(&self) -> &'static str {
        match self.kind {
            "component" => "Component",
            "api" => "API",
            "system" => "System",
            "domain" => "Domain",
            "group" => "Group",
            "user" => "User",
            _ => "Resource",
        }
    }

    /// The type within the kind.
    pub(crate) fn entity_type(&self) -> Option<&str> {
        self.entity_type.as_deref()
    }
}

/// A name as it is compared.
fn folded(name: &str) -> Box<str> {
    name.chars()
        .filter(|c| !matches!(c, '_' | '-' | ' '))
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_marks() {
        let mapping = PortMapping::default();
        for name in ["owning_team", "owningTeam", "Owning Team", "OWNER"] {
            assert_eq!(mapping.relation(name), Some(PortRelation::OwnedBy), "{name}");
        }
        assert_eq!(mapping.blueprint("_team").map(PortKind::kind), Some("group"));
        assert_eq!(mapping.blueprint("k8s_cluster").and_then(PortKind::entity_type), Some("cluster"));
        assert_eq!(mapping.blueprint("snyk_target"), None);
    }

    #[test]
    fn what_is_set_replaces_what_was_known_of_a_meaning() {
        let mut mapping = PortMapping::default();
        mapping.set_relation(PortRelation::OwnedBy, &["squad"]);
        assert_eq!(mapping.relation("squad"), Some(PortRelation::OwnedBy));
        assert_eq!(mapping.relation("team"), None);
        mapping.set_relation(PortRelation::DependsOn, &["uses", "domain"]);
        assert_eq!(mapping.relation("domain"), Some(PortRelation::DependsOn));
        mapping.set_blueprint("snyk_target", PortKind::parse("Resource: scan").expect("a kind"));
        assert_eq!(mapping.blueprint("snykTarget").and_then(PortKind::entity_type), Some("scan"));
    }

    #[test]
    fn relations_lead_to_the_blueprint_of_their_name() {
        let mut mapping = PortMapping::default();
        let check = |mapping: &PortMapping, name, expected| {
            assert_eq!(mapping.target_kind(name), expected, "{name}");
        };
        check(&mapping, "environment", Some("resource"));
        check(&mapping, "services", Some("component"));
        check(&mapping, "libraries", Some("component"));
        check(&mapping, "reads", None);
        mapping.set_target("reads", "api");
        mapping.set_target("scans", "snyk_target");
        check(&mapping, "reads", Some("api"));
        check(&mapping, "scans", Some("resource"));
    }

    #[test]
    fn a_kind_may_have_a_type() {
        assert_eq!(PortKind::parse("resource:database").map(|kind| kind.kind), Ok("resource"));
        for text in ["", "service", "resource:", ":database", "location"] {
            assert!(PortKind::parse(text).is_err(), "{text}");
        }
    }
}
