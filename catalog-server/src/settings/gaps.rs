//! The section `[gaps]`: from when on something is a gap, how much it matters here, and what is left open
//! on purpose.

use std::collections::BTreeMap;

use catalog_core::{
    gaps::{EntityPattern, ExemptionSubject, GapExemption, GapRule, GapSettings, RULES},
    model::{CalendarDay, EntityRef, Severity},
};
use schemars::JsonSchema;
use serde::Deserialize;

/// From when on something is a gap in ownership, and which gaps are left open.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GapsSettings {
    /// From how many different owners of what needs it on an unowned entity is shared. Default: 3.
    pub shared_teams_min: Option<usize>,
    /// After how many days without a commit of any of its members an owner counts as departed. Default: 180.
    pub departed_days: Option<u32>,
    /// For how many days a confirmation in a review holds. Default: 365.
    pub review_days: Option<u32>,
    /// How much the gaps of a rule matter here, by its code, as in `owner-is-person = "off"`; `catalog gaps
    /// --explain CODE` tells what they usually do. What is critical counts one step worse.
    pub severity: BTreeMap<RuleCode, SeveritySetting>,
    /// Gaps that are left open on purpose: one table `[[gaps.exemption]]` for each.
    pub exemption: Vec<ExemptionSettings>,
}

/// How much the gaps of a rule matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SeveritySetting {
    /// Not at all: the rule is not asked.
    Off,
    /// Worth knowing.
    Note,
    /// Doubtful.
    Warning,
    /// Broken.
    Error,
}

impl From<SeveritySetting> for Option<Severity> {
    fn from(setting: SeveritySetting) -> Self {
        match setting {
            SeveritySetting::Off => None,
            SeveritySetting::Note => Some(Severity::Note),
            SeveritySetting::Warning => Some(Severity::Warning),
            SeveritySetting::Error => Some(Severity::Error),
        }
    }
}

/// Gaps that are left open on purpose. It names an entity, a kind or a system; where it names several, all hold.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("anyOf" = [{"required": ["entity"]}, {"required": ["kind"]}, {"required": ["system"]}]))]
#[serde(try_from = "ExemptionTable")]
pub struct ExemptionSettings(#[schemars(with = "ExemptionTable")] ExemptionTable);

/// What a table `[[gaps.exemption]]` says.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ExemptionTable {
    /// The entity, as in `component:legacy-web`; `*` stands for any letters, as in `component:legacy-*`.
    entity: Option<EntityPatternSetting>,
    /// Entities of this kind, as in `template`.
    kind: Option<String>,
    /// A system or domain and its parts, as in `system:store`.
    system: Option<EntityRefSetting>,
    /// The code of the gap that is left open, as in `unowned`, or a list of codes.
    code: RuleCodes,
    /// Who answers for it, as in `group:platform`.
    owner: EntityRefSetting,
    /// Why it is left open.
    reason: Reason,
    /// The last day on which it is, as in `2027-01-31`; afterwards that is a gap of its own.
    until: DaySetting,
}

/// A code as the rules have it.
type Code = &'static str;

/// Gives a setting that is written as a text, and refused with its place in the file where it cannot be read.
macro_rules! text_setting {
    ($(#[$attribute:meta])* $Setting:ident($Value:ty), $read:expr) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
        #[serde(try_from = "String")]
        pub struct $Setting(#[schemars(with = "String")] $Value);

        impl TryFrom<String> for $Setting {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                let read: fn(&str) -> Result<$Value, String> = $read;
                read(&text).map(Self)
            }
        }
    };
}

text_setting! {
    /// The code of a rule, as in `unowned`.
    RuleCode(Code), |text| match GapRule::find(text) {
        Some(rule) => Ok(rule.code),
        None => {
            let codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
            Err(format!("no gap has the code `{text}`; the codes are {}", codes.join(", ")))
        }
    }
}
text_setting! {
    /// An entity, as in `group:platform`.
    EntityRefSetting(EntityRef), |text| EntityRef::parse_full(text)
        .map_err(|error| format!("`{text}` is no entity: {error}"))
}
text_setting! {
    /// A day, as in `2027-01-31`.
    DaySetting(CalendarDay), |text| CalendarDay::parse(text)
        .ok_or_else(|| format!("`{text}` is no day, expected one as in `2027-01-31`"))
}
text_setting! {
    /// A text that says something.
    Reason(String), |text| match text.trim() {
        "" => Err("the reason is empty, expected why the gap is left open".to_owned()),
        said => Ok(said.to_owned()),
    }
}

/// An entity, or several by a `*`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct EntityPatternSetting(#[schemars(with = "String")] EntityPattern);

impl TryFrom<String> for EntityPatternSetting {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let expected = "expected one as in `component:web` or `component:legacy-*`";
        EntityPattern::parse(&text).map(Self).ok_or_else(|| format!("`{text}` is no entity, {expected}"))
    }
}

/// One code or several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected the code of a gap that can be left open, or a list of such codes")]
enum RuleCodes {
    One(RuleCode),
    Several(Vec<RuleCode>),
}

impl TryFrom<ExemptionTable> for ExemptionSettings {
    type Error = &'static str;

    fn try_from(table: ExemptionTable) -> Result<Self, Self::Error> {
        if table.entity.is_none() && table.kind.is_none() && table.system.is_none() {
            return Err("the exemption names neither an `entity` nor a `kind` nor a `system`");
        }
        let codes = table.codes();
        if codes.is_empty() {
            return Err("the exemption names no `code`");
        }
        if codes.iter().any(|code| code.0.starts_with("exemption-")) {
            return Err("what is wrong with exemptions cannot be exempted");
        }
        Ok(Self(table))
    }
}

impl ExemptionTable {
    fn codes(&self) -> Vec<&RuleCode> {
        match &self.code {
            RuleCodes::One(code) => vec![code],
            RuleCodes::Several(codes) => codes.iter().collect(),
        }
    }
}

impl ExemptionSettings {
    /// The exemption.
    pub fn exemption(&self) -> GapExemption {
        let table = &self.0;
        GapExemption {
            subject: ExemptionSubject {
                entity: table.entity.as_ref().map(|entity| entity.0.clone()),
                kind: table.kind.as_ref().map(|kind| kind.to_lowercase().into()),
                system: table.system.as_ref().map(|system| system.0.clone()),
            },
            rules: table.codes().into_iter().filter_map(|code| GapRule::find(code.0)).collect(),
            owner: table.owner.0.clone(),
            reason: table.reason.0.as_str().into(),
            until: table.until.0,
        }
    }
}

impl GapsSettings {
    /// The measures by which gaps are found: what is set here, and the usual ones of everything else.
    pub fn gap_settings(&self) -> GapSettings {
        let usual = GapSettings::default();
        GapSettings {
            shared_teams_min: self.shared_teams_min.unwrap_or(usual.shared_teams_min),
            departed_days: self.departed_days.unwrap_or(usual.departed_days),
            review_days: self.review_days.unwrap_or(usual.review_days),
            severities: self.severity.iter().map(|(code, setting)| (code.0, (*setting).into())).collect(),
            exemptions: self.exemption.iter().map(ExemptionSettings::exemption).collect(),
            ..usual
        }
    }
}

#[cfg(test)]
mod tests {
    use catalog_core::{gaps::GapSettings, model::Severity};

    use crate::settings::Settings;

    fn refusal(text: &str) -> String {
        toml::from_str::<Settings>(text).expect_err("the settings are wrong").to_string()
    }

    const SOUND: &str = r#"
[gaps]
shared_teams_min = 4
departed_days = 90

[gaps.severity]
owner-is-person = "off"
path-unowned = "warning"

[[gaps.exemption]]
entity = "component:legacy-*"
code = "unowned"
owner = "group:platform"
reason = "bought from a vendor in spring"
until = "2027-01-31"

[[gaps.exemption]]
kind = "Template"
system = "system:store"
code = ["unowned", "owner-unknown"]
owner = "group:default/platform"
reason = "owned as a whole"
until = "2027-01-31"
"#;

    #[test]
    fn what_is_set_is_in_the_measures() {
        let settings: Settings = toml::from_str(SOUND).expect("the settings are sound");
        let found = settings.gaps.gap_settings();
        let usual = GapSettings::default();
        assert_eq!((found.shared_teams_min, found.departed_days), (4, 90));
        assert_eq!(found.review_days, usual.review_days);
        assert_eq!(found.severities["owner-is-person"], None);
        assert_eq!(found.severities["path-unowned"], Some(Severity::Warning));
        let shown: Vec<String> = found
            .exemptions
            .iter()
            .map(|of| format!("{} from {} until {}", of.subject, of.codes(), of.until))
            .collect();
        assert_eq!(
            shown,
            [
                "`component:legacy-*` from `unowned` until 2027-01-31",
                "every `template`, of the parts of `system:store` from `unowned`, `owner-unknown` until 2027-01-31"
            ]
        );
        assert_eq!(Settings::default().gaps.gap_settings(), usual);
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        for (right, wrong, line, expected) in [
            ("\"2027-01-31\"", "\"2027-02-30\"", 15, "`2027-02-30` is no day"),
            ("owner-is-person = ", "owner-is-persn = ", 7, "no gap has the code `owner-is-persn`"),
            ("\"off\"", "\"none\"", 7, "unknown variant `none`"),
            ("component:legacy-*", "legacy-*", 11, "`legacy-*` is no entity"),
            ("group:platform", "platform", 13, "`platform` is no entity"),
            ("code = \"unowned\"", "code = \"unownd\"", 12, "the code of a gap"),
            ("bought from a vendor in spring", "  ", 14, "the reason is empty"),
            ("entity = \"component:legacy-*\"\n", "", 10, "neither an `entity`"),
            ("code = \"unowned\"", "code = \"exemption-expired\"", 10, "cannot be exempted"),
            ("code = \"unowned\"", "code = []", 10, "names no `code`"),
            ("reason = \"bought", "reson = \"bought", 14, "unknown field `reson`"),
        ] {
            let error = refusal(&SOUND.replacen(right, wrong, 1));
            assert!(error.contains(expected), "{wrong}: {error}");
            assert!(error.contains(&format!("line {line}, column")), "{wrong}: {error}");
        }
    }
}
