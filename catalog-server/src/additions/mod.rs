//! The shape of what this catalog adds to a Backstage descriptor, for editors that complete and check it.
//!
//! Nothing is read with these types: they are what `schema/additions.schema.json` is printed from. The
//! reader itself is `catalog_ingest::manifest`, which takes more than an editor should offer.

use std::collections::BTreeMap;

use schemars::JsonSchema;

/// A descriptor with additions of `catalog` inside its `spec`. Everything else in it is described by
/// Backstage's own schema; use both.
#[derive(Clone, Debug, JsonSchema)]
pub struct AdditionsDocument {
    /// Where the additions stand.
    pub spec: Option<Additions>,
}

/// What `catalog` reads beyond Backstage, which ignores it. In other formats the same stands under
/// `catalog` in the format's own extension place.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub struct Additions {
    /// How much depends on the entity: 0 (the most) to 4; 0 and 1 are critical.
    pub tier: Option<TierValue>,
    /// What the entity promises, as in `{ availability: 99.95 }`.
    pub slo: Option<Objectives>,
    /// Needs with what is to be said of them; refines or adds to `dependsOn` and `consumesApis`.
    pub needs: Option<Vec<NeedItem>>,
    /// Where it runs: failure domains, any one of which that works is enough.
    pub deployed_to: Option<OneOrMany>,
    /// The classes of data that it holds, as in `pii`.
    pub data_class: Option<OneOrMany>,
    /// Who is responsible for what of the entity, where that is not its owner.
    pub responsibilities: Option<Responsibilities>,
    /// A journey that the entity's owner answers for: the entities that it passes through, in their order.
    #[schemars(length(min = 2))]
    pub journey: Option<Vec<String>>,
}

/// Who is responsible for what: groups or people, as in `group:sre`. A name without a kind is a group.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Responsibilities {
    /// Who watches it. Default: its on-call, else its owner.
    pub monitoring: Option<OneOrMany>,
    /// Who sets its objectives. Default: its owner.
    pub objectives: Option<OneOrMany>,
    /// Who decides on breaking changes. Default: its owner; of an API without one, those of its providers.
    pub breaking_changes: Option<OneOrMany>,
    /// Who answers for the service level. Default: its owner, else that of its system or domain.
    pub service_level: Option<OneOrMany>,
}

/// A tier by its number, or as people write it.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub enum TierValue {
    /// 0 to 4.
    Number(#[schemars(range(min = 0, max = 4))] u8),
    /// As in `tier_1` or `critical`.
    Word(
        #[schemars(regex(
            pattern = r"^([Tt]ier[_ -]*)?([0-4]|zero|one|two|three|four|critical|high|standard|medium|low)$"
        ))]
        String,
    ),
}

/// Objectives: one mapping from indicators to targets, or a list.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Objectives {
    /// From indicators, as in `availability`, to targets.
    Mapping(ObjectiveMapping),
    /// Several such mappings, or objectives with `indicator` and `target`.
    List(Vec<ObjectiveItem>),
}

/// From indicators to targets.
#[derive(Clone, Debug, JsonSchema)]
pub struct ObjectiveMapping {
    /// Percent over 30 days, over 0 and up to 100.
    pub availability: Option<Target>,
    /// Any other indicator, as in `latency-p99: 300ms`.
    #[schemars(flatten)]
    pub others: BTreeMap<String, Target>,
}

/// One item of a list of objectives.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub enum ObjectiveItem {
    /// One objective.
    Single(SingleObjective),
    /// From indicators to targets.
    Mapping(ObjectiveMapping),
}

/// One objective.
#[derive(Clone, Debug, JsonSchema)]
pub struct SingleObjective {
    /// What is promised, as in `availability`.
    pub indicator: String,
    /// How much of it.
    pub target: Target,
}

/// A number, as in `99.95`, or a text with its unit, as in `300ms`.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Target {
    /// As in `99.95`.
    Number(f64),
    /// As in `300ms`.
    Text(String),
}

/// One need: a reference, a reference with terms, or a group of which one that works is enough.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub enum NeedItem {
    /// As in `component:fx-rates`.
    Reference(String),
    /// A reference with terms.
    Need(Need),
    /// Needs that stand in for each other.
    Group(NeedGroup),
}

/// A need with its terms.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Need {
    /// The entity that is needed, as in `component:fx-rates`.
    #[schemars(rename = "ref")]
    pub reference: String,
    /// How much it is needed. Default: `hard`.
    pub strength: Option<NeedStrength>,
    /// What is expected of it, as in `{ availability: 99.9 }`.
    pub expects: Option<Objectives>,
    /// After how long the caller gives up, as in `300ms`.
    #[schemars(regex(pattern = DURATION))]
    pub timeout: Option<String>,
    /// How often the caller tries again.
    pub retries: Option<u32>,
    /// The operation of an API that is called, as in `GET /rates/{pair}`. Who calls several states the need several
    /// times.
    pub endpoint: Option<String>,
    /// What it is needed for, as in `settlement`. Who needs a resource with a `dataClass` says so.
    pub purpose: Option<String>,
}

/// Needs that stand in for each other: one that works is enough.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct NeedGroup {
    /// The members, two or more.
    #[schemars(length(min = 2))]
    pub any_of: Vec<GroupMember>,
    /// How much one of them is needed. Default: `hard`.
    pub strength: Option<NeedStrength>,
    /// What is expected of each.
    pub expects: Option<Objectives>,
    /// After how long the caller gives up, as in `300ms`.
    #[schemars(regex(pattern = DURATION))]
    pub timeout: Option<String>,
    /// How often the caller tries again.
    pub retries: Option<u32>,
    /// The operation of an API that is called, as in `GET /rates/{pair}`. Who calls several states the need several
    /// times.
    pub endpoint: Option<String>,
    /// What it is needed for, as in `settlement`. Who needs a resource with a `dataClass` says so.
    pub purpose: Option<String>,
}

/// One of several that stand in for each other.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub enum GroupMember {
    /// As in `resource:stripe`.
    Reference(String),
    /// A reference with terms.
    Need(Need),
}

/// How much something is needed.
#[derive(Clone, Copy, Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum NeedStrength {
    /// Down without it.
    Hard,
    /// Degraded without it.
    Soft,
}

/// One text, or a list of them.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

/// A number with its unit: milliseconds to hours.
const DURATION: &str = r"^[0-9]+(\.[0-9]{1,9})? *(ms|s|m|min|h)$";
