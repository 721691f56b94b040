//! `[[journey]]`: journeys through several entities, for those who cannot change the manifests.

use std::collections::HashSet;

use catalog_core::{
    model::{EntityRef, RefDefaults, grouped},
    query::{JOURNEY_HOPS_MAX, JourneyCourse, JourneyPlan, OWNER_KINDS},
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de::Error};

use super::Settings;

/// A journey: what it is called, and either its hops or its two ends.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct JourneySettings {
    /// What it is called, as in `taking a loan`. Each has a name of its own.
    pub name: String,
    /// The entities that it passes through, in their order, as in `component:loan-gateway`; two or more, each
    /// once.
    pub hops: Option<Vec<EntityName>>,
    /// Instead of `hops`: the entity that it begins at. It takes the shortest way of needs.
    pub from: Option<EntityName>,
    /// Instead of `hops`: the entity that it ends at.
    pub to: Option<EntityName>,
    /// The group or person that answers for the whole of it, as in `group:lending`; a name without a kind is
    /// a group.
    pub owner: Option<OwnerRef>,
}

/// An entity with its kind, as in `component:loan-gateway`.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
#[schemars(transparent)]
pub struct EntityName(#[schemars(with = "String")] pub EntityRef);

/// A group or a person, as in `group:lending` or `lending`.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
#[schemars(transparent)]
pub struct OwnerRef(#[schemars(with = "String")] pub EntityRef);

/// A journey as its table says it, which need not make sense.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JourneyTable {
    name: String,
    hops: Option<Vec<EntityName>>,
    from: Option<EntityName>,
    to: Option<EntityName>,
    owner: Option<OwnerRef>,
}

impl<'de> Deserialize<'de> for EntityName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let name = EntityRef::parse_full(text.trim());
        name.map(Self).map_err(|error| Error::custom(format!("`{text}` is no entity: {error}")))
    }
}

impl<'de> Deserialize<'de> for OwnerRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let defaults = RefDefaults { kind: Some("group"), namespace: EntityRef::DEFAULT_NAMESPACE };
        let owner = EntityRef::parse(text.trim(), defaults)
            .map_err(|error| Error::custom(format!("`{text}` is no owner: {error}")))?;
        if OWNER_KINDS.contains(&owner.kind()) {
            Ok(Self(owner))
        } else {
            Err(Error::custom(format!(
                "`{text}` is no owner, expected a group or a person, as in `group:lending`"
            )))
        }
    }
}

impl<'de> Deserialize<'de> for JourneySettings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of(JourneyTable::deserialize(deserializer)?).map_err(Error::custom)
    }
}

impl JourneySettings {
    fn of(table: JourneyTable) -> Result<Self, String> {
        let JourneyTable { name, hops, from, to, owner } = table;
        let called = format!("journey `{name}`");
        if JourneyPlan::reference_of(&name).is_none() {
            return Err(format!(
                "`name` is `{}`, expected a few words",
                name.chars().take(80).collect::<String>()
            ));
        }
        match (&hops, &from, &to) {
            (Some(hops), None, None) => check_hops(&called, hops)?,
            (None, Some(from), Some(to)) if from == to => {
                return Err(format!(
                    "{called} begins and ends at `{}`, expected two entities",
                    from.0.short()
                ));
            }
            (None, Some(_), Some(_)) => {}
            _ => return Err(format!("{called} needs either `hops`, or both `from` and `to`")),
        }
        Ok(Self { name, hops, from, to, owner })
    }
}

fn check_hops(called: &str, hops: &[EntityName]) -> Result<(), String> {
    if hops.len() < 2 {
        return Err(format!("{called} has {} in `hops`, expected two or more", hops.len()));
    }
    if hops.len() > JOURNEY_HOPS_MAX {
        return Err(format!(
            "{called} has {} hops, over the limit `journey.hops_max` of {}",
            grouped(hops.len()),
            grouped(JOURNEY_HOPS_MAX)
        ));
    }
    let mut seen = HashSet::new();
    match hops.iter().find(|hop| !seen.insert(&hop.0)) {
        Some(hop) => {
            Err(format!("{called} passes through `{}` twice, expected each entity once", hop.0.short()))
        }
        None => Ok(()),
    }
}

/// Reads the list, in which no two journeys may go by one name.
pub(super) fn distinct<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<JourneySettings>, D::Error> {
    let journeys = Vec::<JourneySettings>::deserialize(deserializer)?;
    let mut seen = HashSet::new();
    match journeys.iter().find(|journey| !seen.insert(JourneyPlan::reference_of(&journey.name))) {
        Some(twice) => Err(Error::custom(format!("two journeys are called `{}`", twice.name))),
        None => Ok(journeys),
    }
}

impl Settings {
    /// The journeys that the settings declare, in their order.
    pub fn journeys(&self) -> Vec<JourneyPlan> {
        let plan = |journey: &JourneySettings| {
            let course = match (&journey.hops, &journey.from, &journey.to) {
                (None, Some(from), Some(to)) => {
                    JourneyCourse::Shortest { from: from.0.clone(), to: to.0.clone() }
                }
                (hops, ..) => JourneyCourse::Hops(hops.iter().flatten().map(|hop| hop.0.clone()).collect()),
            };
            let owner = journey.owner.as_ref().map(|owner| owner.0.clone());
            JourneyPlan { name: journey.name.as_str().into(), course, owner }
        };
        self.journey.iter().map(plan).collect()
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(text: &str, expected: &Expect) {
        let shown = match toml::from_str::<Settings>(text) {
            Ok(settings) => format!("{:#?}", settings.journeys()),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&shown);
    }

    #[test]
    fn journeys_have_hops_or_two_ends() {
        check(
            r#"
            [[journey]]
            name = "Taking a loan"
            hops = ["component:loan-gateway", "resource:loan-rules"]

            [[journey]]
            name = "paying back"
            from = "component:loan-gateway"
            to = "resource:ledger"
            owner = "lending"
            "#,
            &expect![[r#"
                [
                    JourneyPlan {
                        name: "Taking a loan",
                        course: Hops(
                            [
                                component:default/loan-gateway,
                                resource:default/loan-rules,
                            ],
                        ),
                        owner: None,
                    },
                    JourneyPlan {
                        name: "paying back",
                        course: Shortest {
                            from: component:default/loan-gateway,
                            to: resource:default/ledger,
                        },
                        owner: Some(
                            group:default/lending,
                        ),
                    },
                ]"#]],
        );
    }

    #[test]
    fn what_makes_no_sense_is_said_with_its_place() {
        check(
            "[[journey]]\nname = \"a\"",
            &expect![[r#"
            TOML parse error at line 1, column 1
              |
            1 | [[journey]]
              | ^^^^^^^^^^^
            journey `a` needs either `hops`, or both `from` and `to`
        "#]],
        );
        check(
            "[[journey]]\nname = \"a\"\nhops = [\"component:a\"]",
            &expect![[r#"
            TOML parse error at line 1, column 1
              |
            1 | [[journey]]
              | ^^^^^^^^^^^
            journey `a` has 1 in `hops`, expected two or more
        "#]],
        );
        check(
            "[[journey]]\nname = \"a\"\nhops = [\"component:a\", \"component:A\"]",
            &expect![[r#"
            TOML parse error at line 1, column 1
              |
            1 | [[journey]]
              | ^^^^^^^^^^^
            journey `a` passes through `component:a` twice, expected each entity once
        "#]],
        );
        check(
            "[[journey]]\nname = \"a\"\nhops = [\"a\", \"component:A\"]",
            &expect![[r#"
            TOML parse error at line 3, column 8
              |
            3 | hops = ["a", "component:A"]
              |        ^^^^^^^^^^^^^^^^^^^^
            `a` is no entity: the kind is missing: write `kind:name`, as in `component:{name}`
        "#]],
        );
        check(
            "[[journey]]\nname = \"a\"\nfrom = \"api:a\"\nto = \"api:a\"",
            &expect![[r#"
            TOML parse error at line 1, column 1
              |
            1 | [[journey]]
              | ^^^^^^^^^^^
            journey `a` begins and ends at `api:a`, expected two entities
        "#]],
        );
        check(
            "[[journey]]\nname = \"a\"\nfrom = \"api:a\"\nhops = []",
            &expect![[r#"
            TOML parse error at line 1, column 1
              |
            1 | [[journey]]
              | ^^^^^^^^^^^
            journey `a` needs either `hops`, or both `from` and `to`
        "#]],
        );
        check(
            "[[journey]]\nname = \" \"\nfrom = \"api:a\"\nto = \"api:b\"",
            &expect![[r#"
            TOML parse error at line 1, column 1
              |
            1 | [[journey]]
              | ^^^^^^^^^^^
            `name` is ` `, expected a few words
        "#]],
        );
        check(
            "[[journey]]\nname = \"a\"\nfrom = \"api:a\"\nto = \"api:b\"\nowner = \"component:a\"",
            &expect![[r#"
                TOML parse error at line 5, column 9
                  |
                5 | owner = "component:a"
                  |         ^^^^^^^^^^^^^
                `component:a` is no owner, expected a group or a person, as in `group:lending`
            "#]],
        );
        check(
            "[[journey]]\nname = \"a\"\nowners = 1",
            &expect![[r#"
            TOML parse error at line 3, column 1
              |
            3 | owners = 1
              | ^^^^^^
            unknown field `owners`, expected one of `name`, `hops`, `from`, `to`, `owner`
        "#]],
        );
    }

    #[test]
    fn names_are_distinct_also_in_another_case() {
        let one = "[[journey]]\nname = \"taking  a loan\"\nfrom = \"api:a\"\nto = \"api:b\"\n";
        check(
            &format!("{one}{}", one.replace("taking  a", "Taking a")),
            &expect![[r#"
            TOML parse error at line 1, column 1
              |
            1 | [[journey]]
              | ^^^^^^^^^^^
            two journeys are called `Taking a loan`
        "#]],
        );
    }

    #[test]
    fn hops_are_counted() {
        let hops: Vec<String> = (0..=JOURNEY_HOPS_MAX).map(|number| format!("\"api:a{number}\"")).collect();
        let text = format!("[[journey]]\nname = \"a\"\nhops = [{}]", hops.join(","));
        let error = toml::from_str::<Settings>(&text).expect_err("there are too many");
        expect!["journey `a` has 10,001 hops, over the limit `journey.hops_max` of 10,000"]
            .assert_eq(error.message());
    }
}
