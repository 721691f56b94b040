//! The section `[check]`: what an organisation asks of changes, for `catalog check`.

use std::collections::{BTreeMap, BTreeSet};

use catalog_core::{
    check::{CHECK_RULES, CheckPolicy, Effect, Measure, PolicyRule, PolicyScope, check_rule},
    model::Tier,
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de::Error};

use super::OwnerRef;

/// What is asked of a change before it is made.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CheckSettings {
    /// What a finding of a rule does here, by its code, as in `cycle-opened = "block"`; `schema/codes.md` lists
    /// the codes with what they usually do. By default nothing blocks.
    pub effect: BTreeMap<CheckCode, EffectSetting>,
    /// Thresholds that changes are held to: one table `[[check.rule]]` for each.
    #[serde(deserialize_with = "distinct")]
    pub rule: Vec<CheckRuleSettings>,
}

/// The code of a rule of the check, as in `cycle-opened`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct CheckCode(#[schemars(with = "String")] Code);

/// A code as the rules have it.
type Code = &'static str;

/// What a finding does: `"inform"`, `"warn"`, `"block"`, or `{ require-approval-of = "group:platform" }`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected `inform`, `warn`, `block` or `{ require-approval-of = \"group:NAME\" }`"
)]
pub enum EffectSetting {
    /// By itself.
    Word(EffectWord),
    /// Somebody has to agree.
    Approval(ApprovalSetting),
}

/// What a finding does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EffectWord {
    /// It is told.
    Inform,
    /// It is told as a warning.
    Warn,
    /// It stands in the way.
    Block,
}

/// Who has to agree.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalSetting {
    /// The group or person, as in `group:platform`; a name without a kind is a group.
    #[serde(rename = "require-approval-of")]
    pub of: OwnerRef,
}

/// A threshold.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckRuleSettings {
    /// What it is called, as in `wide-reach`: letters, digits and `-`. Findings call it `policy:wide-reach`.
    pub name: RuleName,
    /// What is counted.
    pub measure: MeasureSetting,
    /// It finds something where there is more than this; of `budget` in percent of all entities.
    pub over: u32,
    /// Only of entities to which changed paths like these belong, written as in a CODEOWNERS file of GitHub.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Only of changed entities of these kinds, as in `api`.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Only of changed entities of these tiers, 0 to 4.
    #[serde(default)]
    pub tiers: Vec<TierSetting>,
    /// What a finding does.
    pub effect: EffectSetting,
}

/// The name of a threshold.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct RuleName(#[schemars(with = "String", regex(pattern = "^[a-z0-9][a-z0-9-]*$"))] String);

/// A tier, 0 to 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "u8")]
pub struct TierSetting(#[schemars(with = "u8", range(max = 4))] Tier);

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MeasureSetting {
    /// Critical entities (tiers 0 and 1) that change or need what changes.
    CriticalEntities,
    /// Entities that change or need what changes.
    Entities,
    /// Owners of those.
    Teams,
    /// How many needs lie between what changes and the farthest entity that needs it.
    Depth,
    /// Gaps in ownership that open.
    GapsOpened,
    /// The share of all entities that changes or needs what changes, in percent.
    Budget,
}

impl TryFrom<String> for CheckCode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        check_rule(&text).map(|rule| Self(rule.code)).ok_or_else(|| {
            let codes: Vec<&str> = CHECK_RULES.iter().map(|rule| rule.code).collect();
            format!("no rule of the check has the code `{text}`; the codes are {}", codes.join(", "))
        })
    }
}

impl TryFrom<String> for RuleName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if text.is_empty() || text.len() > 100 || text.starts_with('-') || !text.chars().all(is_word) {
            let shown: String = text.chars().take(100).collect();
            return Err(format!(
                "`{shown}` is no name of a rule, expected letters, digits and `-`, as in `wide-reach`"
            ));
        }
        Ok(Self(text))
    }
}

impl TryFrom<u8> for TierSetting {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        Tier::new(number)
            .map(Self)
            .ok_or_else(|| format!("`{number}` is no tier, expected 0 to {}", Tier::LAST))
    }
}

/// Reads thresholds, each of which has a name of its own.
fn distinct<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<CheckRuleSettings>, D::Error> {
    let rules = Vec::<CheckRuleSettings>::deserialize(deserializer)?;
    let mut names = BTreeSet::new();
    for rule in &rules {
        if !names.insert(&rule.name.0) {
            return Err(D::Error::custom(format!("two rules of the check are called `{}`", rule.name.0)));
        }
        if rule.measure == MeasureSetting::Budget && rule.over > 100 {
            let over = rule.over;
            return Err(D::Error::custom(format!("`over` of a budget is {over}, expected a percentage")));
        }
    }
    Ok(rules)
}

impl From<&EffectSetting> for Effect {
    fn from(setting: &EffectSetting) -> Self {
        match setting {
            EffectSetting::Word(EffectWord::Inform) => Self::Inform,
            EffectSetting::Word(EffectWord::Warn) => Self::Warn,
            EffectSetting::Word(EffectWord::Block) => Self::Block,
            EffectSetting::Approval(approval) => Self::RequireApprovalOf(approval.of.0.clone()),
        }
    }
}

impl From<MeasureSetting> for Measure {
    fn from(setting: MeasureSetting) -> Self {
        match setting {
            MeasureSetting::CriticalEntities => Self::CriticalEntities,
            MeasureSetting::Entities => Self::Entities,
            MeasureSetting::Teams => Self::Teams,
            MeasureSetting::Depth => Self::Depth,
            MeasureSetting::GapsOpened => Self::GapsOpened,
            MeasureSetting::Budget => Self::Budget,
        }
    }
}

impl CheckRuleSettings {
    fn rule(&self) -> PolicyRule {
        PolicyRule {
            name: self.name.0.as_str().into(),
            measure: self.measure.into(),
            over: self.over,
            scope: PolicyScope {
                paths: self.paths.iter().map(|path| path.as_str().into()).collect(),
                kinds: self.kinds.iter().map(|kind| kind.to_lowercase().into()).collect(),
                tiers: self.tiers.iter().map(|tier| tier.0).collect(),
            },
            effect: Effect::from(&self.effect),
        }
    }
}

impl CheckSettings {
    /// What the organisation asks of changes: what is set here, and the usual of everything else.
    pub fn policy(&self) -> CheckPolicy {
        CheckPolicy {
            effects: self.effect.iter().map(|(code, effect)| (code.0, effect.into())).collect(),
            rules: self.rule.iter().map(CheckRuleSettings::rule).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use catalog_core::{
        check::{CheckPolicy, Effect, Measure},
        model::EntityRef,
    };

    use crate::settings::Settings;

    const SOUND: &str = r#"
[check.effect]
cycle-opened = "block"
gap-opened = { require-approval-of = "platform" }

[[check.rule]]
name = "wide-reach"
measure = "critical-entities"
over = 5
paths = ["/infra/"]
kinds = ["API"]
tiers = [0, 1]
effect = "warn"

[[check.rule]]
name = "budget"
measure = "budget"
over = 20
effect = "block"
"#;

    #[test]
    fn what_is_set_is_in_the_policy() {
        let settings: Settings = toml::from_str(SOUND).expect("the settings are sound");
        let policy = settings.check.policy();
        let platform = EntityRef::parse_full("group:platform").expect("a ref");
        assert_eq!(policy.effects["cycle-opened"], Effect::Block);
        assert_eq!(policy.effects["gap-opened"], Effect::RequireApprovalOf(platform));
        assert_eq!(policy.rules.len(), 2);
        assert_eq!((policy.rules[0].measure, policy.rules[0].over), (Measure::CriticalEntities, 5));
        assert_eq!(*policy.rules[0].scope.kinds[0], *"api");
        assert!(policy.rules[1].scope.is_everything());
        assert_eq!(Settings::default().check.policy(), CheckPolicy::default());
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        for (right, wrong, line, expected) in [
            ("cycle-opened", "cycle-opend", 3, "no rule of the check has the code `cycle-opend`"),
            ("\"block\"", "\"stop\"", 3, "expected `inform`, `warn`, `block` or"),
            ("\"platform\"", "\"component:x\"", 4, "expected `inform`, `warn`, `block` or"),
            ("critical-entities", "critical", 8, "unknown variant `critical`"),
            ("wide-reach", "Wide reach", 7, "is no name of a rule"),
            ("[0, 1]", "[7]", 12, "`7` is no tier"),
            ("over = 5", "over = -5", 9, "invalid value"),
            ("name = \"budget\"", "name = \"wide-reach\"", 6, "two rules of the check are called"),
            ("over = 20", "over = 200", 6, "expected a percentage"),
            ("paths =", "path =", 10, "unknown field `path`"),
        ] {
            let error = toml::from_str::<Settings>(&SOUND.replacen(right, wrong, 1))
                .expect_err("the settings are wrong")
                .to_string();
            assert!(error.contains(expected), "{wrong}: {error}");
            assert!(error.contains(&format!("line {line}, column")), "{wrong}: {error}");
        }
    }
}
