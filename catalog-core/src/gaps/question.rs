//! What the rules are asked: about which graph, at which moment, by which measures.

use std::{borrow::Cow, collections::BTreeMap};

use crate::{
    graph::CatalogGraph,
    model::{Severity, Timestamp},
    query::JourneyPlan,
};

use super::{GapExemption, GapRule};

/// By which measures gaps are found. These are the organisation's own, and lie in its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapSettings {
    /// `gaps.shared_teams_min`: from how many different owners of what needs it on an entity is shared.
    pub shared_teams_min: usize,
    /// `gaps.departed_days`: after how many days without a commit of any of its members an owner counts as
    /// departed.
    pub departed_days: u32,
    /// `gaps.review_days`: for how many days a confirmation in a review holds.
    pub review_days: u32,
    /// `gaps.severity`: rules by code that count otherwise here than they usually do, or not at all (`None`).
    pub severities: BTreeMap<&'static str, Option<Severity>>,
    /// `gaps.exemption`: gaps that somebody answers for leaving open, in the order of the settings.
    pub exemptions: Vec<GapExemption>,
    /// `journey`: journeys that the settings declare, each with a name of its own.
    pub journeys: Vec<JourneyPlan>,
}

impl Default for GapSettings {
    fn default() -> Self {
        Self {
            shared_teams_min: 3,
            departed_days: 180,
            review_days: 365,
            severities: BTreeMap::new(),
            exemptions: Vec::new(),
            journeys: Vec::new(),
        }
    }
}

impl GapSettings {
    /// Whether a rule is asked at all.
    pub fn is_asked(&self, rule: &GapRule) -> bool {
        self.severities.get(rule.code) != Some(&None)
    }

    /// The same for those who see a part of the catalog, whose graph this is: without the journeys and exemptions
    /// that name anything that is not in it, whether it is hidden or nowhere. O(names), and O(entities) for each
    /// with a `*`.
    pub fn seen_in(&self, graph: &CatalogGraph) -> Cow<'_, Self> {
        let is_journey_seen = |plan: &JourneyPlan| plan.names().all(|name| graph.entity(name).is_some());
        let is_exemption_seen = |exemption: &GapExemption| exemption.is_seen_in(graph);
        if self.journeys.iter().all(is_journey_seen) && self.exemptions.iter().all(is_exemption_seen) {
            return Cow::Borrowed(self);
        }
        let mut seen = self.clone();
        seen.journeys.retain(is_journey_seen);
        seen.exemptions.retain(is_exemption_seen);
        Cow::Owned(seen)
    }

    /// The severity that a rule has here, where that is another one than it usually has.
    pub fn severity_of(&self, code: &str) -> Option<Severity> {
        self.severities.get(code).copied().flatten()
    }
}

/// A question for gaps. The same question always has the same answer: the present is a part of it.
#[derive(Clone, Copy, Debug)]
pub struct GapQuestion<'g> {
    /// The graph that is asked about.
    pub graph: &'g CatalogGraph,
    /// When it is asked: what is stale, overdue or expired is so at this moment.
    pub now: Timestamp,
    /// The measures.
    pub settings: &'g GapSettings,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        gaps::{EntityPattern, ExemptionSubject},
        model::{CalendarDay, EntityRef},
        query::JourneyCourse,
        sketch,
    };

    fn named(text: &str) -> EntityRef {
        EntityRef::parse_full(text).expect("a ref")
    }

    fn journey(hops: &[&str], owner: Option<&str>) -> JourneyPlan {
        let course = JourneyCourse::Hops(hops.iter().map(|hop| named(hop)).collect());
        JourneyPlan { name: hops.join(" ").into(), course, owner: owner.map(named) }
    }

    fn exemption(pattern: &str, system: Option<&str>, owner: &str) -> GapExemption {
        let entity = EntityPattern::parse(pattern);
        let subject = ExemptionSubject { entity, system: system.map(named), ..ExemptionSubject::default() };
        let until = CalendarDay::parse("2099-01-01").expect("a day");
        GapExemption { subject, rules: Vec::new(), owner: named(owner), reason: "why".into(), until }
    }

    #[test]
    fn who_does_not_see_a_name_is_not_told_of_it_by_the_settings() {
        let graph = sketch::graph("component:web -> component:cart\ngroup:shop\nsystem:store");
        let shop = "group:default/shop";
        let journeys = [
            journey(&["component:default/web", "component:default/cart"], Some(shop)),
            journey(&["component:default/web", "component:default/wages"], None),
            journey(&["component:default/web"], Some("group:default/payroll")),
        ];
        let exemptions = [
            exemption("component:web", Some("system:default/store"), shop),
            exemption("component:c*", None, shop),
            exemption("component:wages", None, shop),
            exemption("component:wage-*", None, shop),
            exemption("component:web", Some("system:default/payroll"), shop),
            exemption("component:web", None, "group:default/payroll"),
        ];
        let settings = GapSettings {
            journeys: journeys.to_vec(),
            exemptions: exemptions.to_vec(),
            ..GapSettings::default()
        };
        let seen = settings.seen_in(&graph).into_owned();
        assert_eq!(seen.journeys, journeys[..1]);
        assert_eq!(seen.exemptions, exemptions[..2]);
        assert!(matches!(seen.seen_in(&graph), Cow::Borrowed(_)));
    }
}
