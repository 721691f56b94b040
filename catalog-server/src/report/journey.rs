//! A journey hop by hop, and every journey that is declared.

use catalog_core::{
    graph::{CatalogGraph, Entity},
    model::{Availability, Strength},
    query::{
        Accountability, AccountabilityGround, DeclaredJourney, Journey, JourneyHop, JourneyLink,
        JourneySource, JourneyStop,
    },
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    blast_radius::EntityShareReport,
    escalation::ContactReport,
    ownership::ClaimReport,
    page::count,
    place::{PlaceReport, cell, ref_of, short, tier_cell, tier_of},
};

/// How many contacts of a hop a table shows.
const CONTACTS_SHOWN: usize = 2;
/// Up to how many hops a page says why each has its owner; JSON always does.
const REASONS_SHOWN_HOPS_MAX: usize = 12;

/// A way through several entities, hop by hop, and who answers for the whole of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JourneyReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// What it is called; null where it was only asked for.
    pub name: Option<String>,
    /// `manifest` or `settings`; null where it was only asked for.
    pub declared_by: Option<&'static str>,
    /// `way`: the hops follow one another. `layers`: they lie behind the first, by distance.
    pub form: &'static str,
    /// The hops.
    pub hops: Vec<JourneyHopReport>,
    /// How many shortest ways there are, of which this is one; 0 where some hop is not reached along needs;
    /// null where the hops were given.
    pub ways: Option<u64>,
    /// The owners of the hops, the one with most of them first.
    pub teams: Vec<EntityShareReport>,
    /// How many hops have no owner, though somebody should.
    pub unowned: usize,
    /// How many hops nothing declares: who owns them is not known.
    pub unknown: usize,
    /// How many times the way leads from one owner to another.
    pub handovers: usize,
    /// What the promises of the hops come to.
    pub availability: JourneyAvailabilityReport,
    /// Who answers for the whole.
    pub accountable: AccountabilityReport,
    /// The owner that the settings name, where nothing declares it.
    pub unknown_owner: Option<String>,
    /// Whether more lies behind what was looked at.
    pub truncated: bool,
}

/// One hop of a journey.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JourneyHopReport {
    /// The entity, as a canonical ref. It need not be in the catalog.
    #[serde(rename = "ref")]
    pub entity: String,
    /// Whether a manifest declares it, or it stands for a repository.
    pub declared: bool,
    /// Its kind.
    pub kind: String,
    /// Its type.
    #[serde(rename = "type")]
    pub entity_type: Option<String>,
    /// Its tier, 0 to 4; 0 and 1 are critical.
    pub tier: Option<u8>,
    /// Its owner.
    pub owner: Option<String>,
    /// Why that is so: the strongest ground.
    pub because: Option<ClaimReport>,
    /// What it promises.
    pub objectives: Vec<JourneyObjectiveReport>,
    /// How to reach somebody about it: its own contacts, then those of its owner.
    pub contacts: Vec<ContactReport>,
    /// How many needs lie before it; on a way, its place from 0.
    pub distance: u32,
    /// The hop before it; null for the first.
    pub via: Option<String>,
    /// `needs`: the hop before needs it. `needed-by`: it needs the hop before. `through`: the hop before needs
    /// it through others. `no-way`: no need leads here. `unknown`: one of them is not in the catalog.
    pub link: Option<&'static str>,
    /// `hard` or `soft`, where the one directly needs the other; of layers, `hard` where some way of hard needs
    /// alone leads here.
    pub strength: Option<&'static str>,
    /// The entities between, of a `through`.
    pub through: Vec<String>,
    /// Whether it was named, and not found on the way between others.
    pub named: bool,
    /// Whether another owner answers for it than for the hop before; both have one.
    pub handover: bool,
}

/// What a hop promises.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JourneyObjectiveReport {
    /// As in `availability`.
    pub indicator: String,
    /// The value as written.
    pub target: String,
}

/// What the promises of the hops come to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JourneyAvailabilityReport {
    /// The product of the promises that the whole cannot do without, in percent; null where a hop that counts
    /// promises nothing.
    pub percent: Option<f64>,
    /// How many promises are multiplied.
    pub counted: usize,
    /// The hops that count and promise nothing.
    pub missing: Vec<String>,
}

/// Who answers for the whole of a journey.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountabilityReport {
    /// The one owner; null where there is no single one.
    pub owner: Option<String>,
    /// `every-hop`: it owns each. `journey`: it owns the journey itself. `whole`: it owns the smallest system or
    /// domain that holds every hop. `nobody`: there is no single accountable owner.
    pub ground: &'static str,
    /// That system or domain.
    pub whole: Option<String>,
    /// The ground in words.
    pub reason: String,
}

impl From<&Accountability<'_>> for AccountabilityReport {
    fn from(accountability: &Accountability<'_>) -> Self {
        Self {
            owner: accountability.owner.map(ref_of),
            ground: accountability.ground.name(),
            whole: match accountability.ground {
                AccountabilityGround::Whole(whole) => Some(ref_of(whole)),
                _ => None,
            },
            reason: accountability.ground.reason(),
        }
    }
}

impl AccountabilityReport {
    fn sentence(&self) -> String {
        match &self.owner {
            Some(owner) => format!("{} answers for the whole: it {}", short(owner), self.reason),
            None => format!("nobody answers for the whole: {}", self.reason),
        }
    }
}

impl JourneyHopReport {
    fn new(hop: &JourneyHop<'_>, hops: &[JourneyHop<'_>]) -> Self {
        let JourneyStop { name, entity } = &hop.stop;
        let through = match &hop.link {
            Some(JourneyLink::Through(between)) => between.iter().copied().map(ref_of).collect(),
            _ => Vec::new(),
        };
        let objectives = entity.map_or(&[][..], |entity| entity.objectives());
        Self {
            entity: name.to_string(),
            declared: hop.stop.is_declared(),
            kind: entity.map_or(name.kind(), |entity| entity.kind()).to_owned(),
            entity_type: entity.and_then(Entity::entity_type).map(str::to_owned),
            tier: entity.and_then(tier_of),
            owner: hop.stop.owner().map(ref_of),
            because: entity.and_then(|entity| {
                entity.ownership_claims().first().map(|claim| ClaimReport::new(entity.graph(), claim))
            }),
            objectives: objectives
                .iter()
                .map(|objective| JourneyObjectiveReport {
                    indicator: objective.value.indicator.to_string(),
                    target: objective.value.target.to_string(),
                })
                .collect(),
            contacts: hop.stop.contacts().iter().map(ContactReport::from).collect(),
            distance: hop.distance,
            via: hop.via.map(|via| hops[via].stop.name.to_string()),
            link: hop.link.as_ref().map(JourneyLink::name),
            strength: hop.link.as_ref().and_then(JourneyLink::strength).map(Strength::name),
            through,
            named: hop.is_named,
            handover: hop.is_handover,
        }
    }

    fn need(&self) -> String {
        match (self.link, self.strength) {
            (None, _) => "–".into(),
            (Some("needs"), Some(strength)) => strength.into(),
            (Some("needed-by"), Some(strength)) => format!("{strength}, against the way"),
            (Some("through"), _) => {
                format!("through {}", count(self.through.len(), "other", "others"))
            }
            (Some("no-way"), _) => "no need leads here".into(),
            (Some(link), _) => link.into(),
        }
    }

    fn promises(&self) -> String {
        let objectives: Vec<String> =
            self.objectives.iter().map(|of| format!("{} {}", of.indicator, of.target)).collect();
        if objectives.is_empty() { "–".into() } else { objectives.join(", ") }
    }

    fn who(&self) -> String {
        let handover = if self.handover { "⇒ " } else { "" };
        match &self.owner {
            Some(owner) => format!("{handover}{}", short(owner)),
            None if !self.declared => "not known".into(),
            None => "nobody".into(),
        }
    }

    fn how(&self) -> String {
        let shown = self.contacts.iter().take(CONTACTS_SHOWN);
        let shown: Vec<String> = shown.map(|contact| format!("{} {}", contact.kind, contact.value)).collect();
        if shown.is_empty() { "–".into() } else { shown.join(", ") }
    }
}

impl JourneyReport {
    /// The report of an answer; `form` is `way` or `layers`.
    pub fn new(graph: &CatalogGraph, answer: &Journey<'_>, form: &'static str) -> Self {
        let availability = &answer.availability;
        let declared = answer.declared.as_ref();
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            name: declared.map(DeclaredJourney::name),
            declared_by: declared.map(declared_by),
            form,
            hops: answer.hops.iter().map(|hop| JourneyHopReport::new(hop, &answer.hops)).collect(),
            ways: answer.ways,
            teams: answer.teams.iter().map(EntityShareReport::from).collect(),
            unowned: answer.unowned,
            unknown: answer.unknown,
            handovers: answer.handovers,
            availability: JourneyAvailabilityReport {
                percent: availability.availability.map(Availability::percent),
                counted: availability.counted,
                missing: availability.missing.iter().map(ToString::to_string).collect(),
            },
            accountable: AccountabilityReport::from(&answer.accountability),
            unknown_owner: declared.and_then(DeclaredJourney::unknown_owner).map(ToString::to_string),
            truncated: answer.truncated,
        }
    }

    fn headline(&self) -> String {
        let hops = count(self.hops.len(), "hop", "hops");
        let teams = count(self.teams.len(), "team", "teams");
        let handovers = count(self.handovers, "handover", "handovers");
        let of = self.name.as_ref().map(|name| format!("journey {name}: ")).unwrap_or_default();
        let mut line = format!("{of}{hops}, {teams}, {handovers}");
        if self.unowned > 0 {
            line += &format!(", {} unowned", self.unowned);
        }
        if self.unknown > 0 {
            line += &format!(", {} declared nowhere", self.unknown);
        }
        format!("{line}; {}", self.accountable.sentence())
    }

    /// Why each hop has its owner, one a line.
    fn reasons(&self) -> Vec<String> {
        let reason = |hop: &JourneyHopReport| {
            let why = match &hop.because {
                Some(claim) => claim.line(),
                None if hop.declared => "no manifest and no ownership file names an owner".into(),
                None => "nothing declares it".into(),
            };
            format!("{}: {why}", short(&hop.entity))
        };
        self.hops.iter().map(reason).collect()
    }

    fn promise(&self) -> String {
        let availability = &self.availability;
        let missing: Vec<String> = availability.missing.iter().take(5).map(|name| short(name)).collect();
        match availability.percent {
            Some(percent) => format!(
                "as promised, {percent:.4} percent available: the product of {}",
                count(availability.counted, "promise", "promises")
            ),
            None if missing.is_empty() => "no hop promises an availability".into(),
            None => {
                let more = availability.missing.len() - missing.len();
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                format!(
                    "its availability is not known: {}{more} {} none",
                    missing.join(", "),
                    if availability.missing.len() == 1 { "promises" } else { "promise" }
                )
            }
        }
    }
}

impl Report for JourneyReport {
    fn page(&self) -> Page {
        let mut rows =
            Table::new(&["hop", "entity", "type", "tier", "owner", "need", "promises", "reached by"]);
        for row in &self.hops {
            rows.push([
                row.distance.to_string(),
                short(&row.entity),
                cell(row.entity_type.as_deref()),
                tier_cell(row.tier),
                row.who(),
                row.need(),
                row.promises(),
                row.how(),
            ]);
        }
        let mut teams = Table::new(&["team", "hops"]);
        for share in &self.teams {
            teams.push([short(&share.entity), share.affected.to_string()]);
        }
        let mut page = Page::default().heading(self.headline()).table(rows).table(teams).text(self.promise());
        if self.hops.len() <= REASONS_SHOWN_HOPS_MAX {
            page = page.text("owned because").lines(self.reasons());
        }
        if self.handovers > 0 {
            page = page.text("⇒ a handover: another team answers than for the hop before");
        }
        match self.ways {
            Some(ways) if ways > 1 => {
                page = page.text(format!("one of {ways} ways that are equally short"));
            }
            _ => {}
        }
        for hop in self.hops.iter().filter(|hop| hop.link == Some("no-way")) {
            let via = hop.via.as_deref().map(short).unwrap_or_default();
            page = page.text(format!("no need leads from {via} to {}", short(&hop.entity)));
        }
        if let Some(owner) = &self.unknown_owner {
            page = page.text(format!("its owner {} is declared nowhere", short(owner)));
        }
        if self.truncated {
            page = page.text("more lies behind what was looked at");
        }
        page
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.hops.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}

fn declared_by(journey: &DeclaredJourney<'_>) -> &'static str {
    match journey.source {
        JourneySource::Entity(_) => "manifest",
        JourneySource::Plan { .. } => "settings",
    }
}

/// Every journey that is declared, with who answers for it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JourneysReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// How many journeys are declared.
    pub total: usize,
    /// How many of those have no single accountable owner.
    pub unaccountable: usize,
    /// The journeys: those of manifests by ref, then those of the settings.
    pub journeys: Vec<DeclaredJourneyReport>,
}

/// A journey that is declared.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeclaredJourneyReport {
    /// What it is called.
    pub name: String,
    /// A ref that no other journey has.
    #[serde(rename = "ref")]
    pub reference: String,
    /// `manifest` or `settings`.
    pub declared_by: &'static str,
    /// Where its first hop is stated; null for the settings.
    pub origin: Option<PlaceReport>,
    /// The hops, as canonical refs.
    pub hops: Vec<String>,
    /// How many teams and people own hops of it.
    pub teams: usize,
    /// Who answers for the whole.
    pub accountable: AccountabilityReport,
}

impl JourneysReport {
    /// The report of the declared journeys.
    pub fn new<'g>(graph: &'g CatalogGraph, journeys: impl Iterator<Item = DeclaredJourney<'g>>) -> Self {
        let journeys: Vec<DeclaredJourneyReport> = journeys
            .map(|journey| DeclaredJourneyReport {
                name: journey.name(),
                reference: journey.reference().to_string(),
                declared_by: declared_by(&journey),
                origin: journey.origins.first().map(PlaceReport::from),
                hops: journey.stops.iter().map(|stop| stop.name.to_string()).collect(),
                teams: journey.owner_count(),
                accountable: AccountabilityReport::from(&Accountability::of_declared(&journey)),
            })
            .collect();
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            total: journeys.len(),
            unaccountable: journeys.iter().filter(|journey| journey.accountable.owner.is_none()).count(),
            journeys,
        }
    }
}

impl Report for JourneysReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&["journey", "hops", "teams", "accountable", "why", "declared at"]);
        for row in &self.journeys {
            table.push([
                row.name.clone(),
                row.hops.len().to_string(),
                row.teams.to_string(),
                row.accountable.owner.as_deref().map_or_else(|| "nobody".into(), short),
                row.accountable.reason.clone(),
                row.origin.as_ref().map_or_else(|| row.declared_by.to_owned(), PlaceReport::short),
            ]);
        }
        let page = Page::default().table(table);
        if self.total == 0 {
            return page.text(
                "no journey is declared: see `spec.journey` of an entity, or `[[journey]]` of `catalog.toml`",
            );
        }
        page.text(format!(
            "{}, {} without a single accountable owner",
            count(self.total, "journey", "journeys"),
            self.unaccountable
        ))
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.journeys.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
