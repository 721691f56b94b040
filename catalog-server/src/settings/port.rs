//! The section `[port]`: what the words of an organisation mean in its `port.yml` files.

use std::collections::BTreeMap;

use catalog_ingest::port_mapping::{PortKind, PortKindError, PortMapping, PortProperty, PortRelation};
use schemars::JsonSchema;
use serde::Deserialize;

/// What blueprints, relations and properties mean in `port.yml` files; what is left out keeps the meaning
/// that its name has in Port's own examples. Names are compared without case, `_`, `-` and blanks.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PortSettings {
    /// What entities of a blueprint are: `component`, `api`, `resource`, `system`, `domain`, `group` or `user`,
    /// with a type after it as in `resource:database`.
    pub blueprints: BTreeMap<String, PortKindSetting>,
    /// By which names relations of a meaning go.
    pub relations: PortRelationSettings,
    /// By which names properties of a meaning go.
    pub properties: PortPropertySettings,
    /// To entities of which blueprint a relation leads, where its name does not say it.
    pub targets: BTreeMap<String, String>,
}

/// A kind with or without a type, as in `component` or `resource:database`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(extend("pattern" = "^(component|api|resource|system|domain|group|user)(:.+)?$"))]
pub struct PortKindSetting(#[schemars(with = "String")] PortKind);

impl TryFrom<String> for PortKindSetting {
    type Error = PortKindError;

    fn try_from(text: String) -> Result<Self, PortKindError> {
        PortKind::parse(&text).map(Self)
    }
}

macro_rules! names_of_meanings {
    ($(#[$attribute:meta])* $Section:ident by $set:ident {
        $(#[doc = $doc:literal] $name:ident => $meaning:expr;)*
    }) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, default)]
        pub struct $Section {
            $(#[doc = $doc] pub $name: Option<Vec<String>>,)*
        }

        impl $Section {
            fn apply(&self, mapping: &mut PortMapping) {
                $(if let Some(names) = &self.$name {
                    mapping.$set($meaning, names);
                })*
            }
        }
    };
}

names_of_meanings! {
    /// By which names relations of a meaning go; what is named replaces the usual names.
    PortRelationSettings by set_relation {
        /// The entity is owned by the other one. Default: `team`, `owning_team`, `owner`, `owners`, `owned_by`.
        owned_by => PortRelation::OwnedBy;
        /// It needs the other one. Default: `depends_on`, `dependencies`, `dependency`.
        depends_on => PortRelation::DependsOn;
        /// It is a part of the other one. Default: `system`, `domain`, `part_of`.
        part_of => PortRelation::PartOf;
        /// It calls the other one, an API. Default: `consumes_api`, `consumes_apis`, `consumed_apis`.
        consumes_api => PortRelation::ConsumesApi;
        /// It offers the other one, an API. Default: `provides_api`, `provides_apis`, `provided_apis`.
        provides_api => PortRelation::ProvidesApi;
        /// It runs in the other one; of several, one is enough. Default: `deployed_to`, `runs_on`.
        deployed_to => PortRelation::DeployedTo;
        /// It is a member of the other one. Default: `member_of`.
        member_of => PortRelation::MemberOf;
        /// The other one is a member of it. Default: `members`.
        members => PortRelation::Members;
        /// It is a group below the other one. Default: `parent_team`, `parent_group`.
        child_of => PortRelation::ChildOf;
    }
}

names_of_meanings! {
    /// By which names properties of a meaning go; what is named replaces the usual names.
    PortPropertySettings by set_property {
        /// How critical the entity is. Default: `tier`, `service_tier`.
        tier => PortProperty::Tier;
        /// Where it stands in its life. Default: `lifecycle`.
        lifecycle => PortProperty::Lifecycle;
        /// Its type within its kind. Default: `type`.
        type_of => PortProperty::Type;
        /// What it is. Default: `description`.
        description => PortProperty::Description;
        /// The chat channel in which it is talked about. Default: `slack`, `slack_channel`, `slack_url`, `slack_channel_url`.
        slack => PortProperty::Slack;
        /// The address of those who answer for it. Default: `email`, `contact_email`, `team_email`.
        email => PortProperty::Email;
        /// The PagerDuty service that is called. Default: `pagerduty`, `pagerduty_service`, `pagerduty_service_id`, `pagerduty_url`.
        pagerduty => PortProperty::Pagerduty;
        /// Words by which it is found. Default: `tags`, `labels`.
        tags => PortProperty::Tags;
    }
}

impl PortSettings {
    /// What the words mean: what is set here, and the usual meaning of everything else.
    pub fn mapping(&self) -> PortMapping {
        let mut mapping = PortMapping::default();
        for (blueprint, kind) in &self.blueprints {
            mapping.set_blueprint(blueprint, kind.0.clone());
        }
        self.relations.apply(&mut mapping);
        self.properties.apply(&mut mapping);
        for (relation, blueprint) in &self.targets {
            mapping.set_target(relation, blueprint);
        }
        mapping
    }
}

#[cfg(test)]
mod tests {
    use catalog_ingest::port_mapping::{PortKind, PortMapping, PortRelation};

    use crate::settings::Settings;

    #[test]
    fn what_is_set_is_in_the_mapping() {
        let text = "[port.blueprints]\npaymentRail = \"resource:rail\"\n\
                    [port.relations]\nowned_by = [\"squad\"]\n[port.targets]\nreads = \"database\"\n";
        let settings: Settings = toml::from_str(text).expect("the settings are sound");
        let mut expected = PortMapping::default();
        expected.set_blueprint("payment_rail", PortKind::parse("resource:rail").expect("a kind"));
        expected.set_relation(PortRelation::OwnedBy, &["squad"]);
        expected.set_target("reads", "database");
        assert_eq!(settings.port.mapping(), expected);
        assert_eq!(Settings::default().port.mapping(), PortMapping::default());
    }

    #[test]
    fn a_kind_that_is_none_is_an_error_that_names_it() {
        let error =
            toml::from_str::<Settings>("[port.blueprints]\nrail = \"train\"").expect_err("no such kind");
        let error = error.to_string();
        assert!(error.contains("line 2") && error.contains("`train` is no kind"), "{error}");
    }
}
