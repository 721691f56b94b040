//! A policy as people write it: a file of the policy folder, or a table `[[gate]]` of `catalog.toml`.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

/// Where the policies are.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PolicySettings {
    /// A folder of policies, one to a file `*.toml`, relative to the settings file.
    pub folder: Option<std::path::PathBuf>,
}

/// A named gate or scorecard: what is asked of entities, level by level.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PolicyDocument {
    /// Its name, as in `production-readiness`. Default: the name of the file without `.toml`.
    pub name: Option<String>,
    /// What it is called, for people.
    pub title: Option<String>,
    /// The levels, the first to be reached first. Default: one level, `ready`.
    pub levels: Vec<String>,
    /// The level that an entity must reach to pass. Default: the last one.
    #[schemars(with = "Option<String>")]
    pub required: Option<Spanned<String>>,
    /// Which entities it is about. Default: all.
    pub applies: ScopeDocument,
    /// What is checked, at least one table `[[check]]`.
    pub check: Vec<CheckDocument>,
    /// Checks that single entities need not pass for a while.
    pub exempt: Vec<ExemptionDocument>,
}

/// Which entities something is about: those that meet every part that is set.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ScopeDocument {
    /// Kinds, as in `component`.
    pub kinds: Vec<String>,
    /// Values of `spec.type`, as in `service`.
    pub types: Vec<String>,
    /// Values of `spec.lifecycle`, as in `production`.
    pub lifecycles: Vec<String>,
    /// Tiers, 0 to 4. What states no tier is in none.
    #[schemars(with = "Vec<u8>", inner(range(max = 4)))]
    pub tiers: Vec<Spanned<u8>>,
    /// An expression that must be true of them.
    #[schemars(with = "Option<String>")]
    pub when: Option<Spanned<String>>,
}

/// Something that is asked of an entity: a demand that is built in, or an expression.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CheckDocument {
    /// Its name within the policy. Default: the name of the demand; an expression needs one.
    #[schemars(with = "Option<String>")]
    pub id: Option<Spanned<String>>,
    /// The level that it belongs to. May be left out where there is only one.
    #[schemars(with = "Option<String>")]
    pub level: Option<Spanned<String>>,
    /// What is asked, in a few words.
    pub title: Option<String>,
    /// Why it matters, in one sentence.
    pub why: Option<String>,
    /// What to do where it fails, in one sentence.
    pub remedy: Option<String>,
    /// Which of the policy's entities it is about. Default: all of them.
    pub applies: ScopeDocument,
    /// A demand that is built in: `criticality`, `data-access-declared`, `no-gaps`, `objective`, `on-call`,
    /// `owner`, `runbook` or `security-review`.
    #[schemars(with = "Option<String>")]
    pub demand: Option<Spanned<String>>,
    /// An expression of the Common Expression Language that must be true of the entity.
    #[schemars(with = "Option<String>")]
    pub expression: Option<Spanned<String>>,
    /// `security-review`: the annotation or label that holds the date. Default: `security/reviewed-on`.
    #[schemars(with = "Option<String>")]
    pub annotation: Option<Spanned<String>>,
    /// `security-review`: the annotation or label that holds the last day on which the review counts. Default:
    /// `security/review-expires-on`.
    #[schemars(with = "Option<String>")]
    pub expires: Option<Spanned<String>>,
    /// `security-review`: how many days a review counts. Default: 365.
    #[schemars(with = "Option<u32>")]
    pub days_max: Option<Spanned<u32>>,
    /// `objective`: the objective that there must be, as in `availability`. Default: any.
    #[schemars(with = "Option<String>")]
    pub indicator: Option<Spanned<String>>,
    /// `no-gaps`: the codes of the gaps that must not be open. Default: all.
    #[schemars(with = "Vec<String>")]
    pub codes: Vec<Spanned<String>>,
}

/// A check that an entity need not pass for a while.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExemptionDocument {
    /// The entity, as in `component:default/web`.
    #[schemars(with = "String")]
    pub entity: Spanned<String>,
    /// The check's id.
    #[schemars(with = "String")]
    pub check: Spanned<String>,
    /// The last day on which it holds, as in `2026-12-31`.
    #[schemars(with = "String")]
    pub until: Spanned<String>,
    /// Who answers for it, as in `group:default/platform`.
    #[schemars(with = "String")]
    pub owner: Spanned<String>,
    /// Why.
    #[schemars(with = "String")]
    pub reason: Spanned<String>,
}
