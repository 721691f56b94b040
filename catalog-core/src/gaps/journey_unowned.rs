//! A journey without a single accountable owner.

use rustc_hash::FxHashSet;

use crate::{
    graph::{Entity, RepositoryView},
    model::Severity,
    query::{
        Accountability, DeclaredJourney, JourneySource, JourneyStop, declared_journeys, journey_of_plan,
        journey_told_by,
    },
};

use super::{GapCheck, GapQuestion, GapRule, OwnershipGap};

/// How many names a message lists.
const LISTED_MAX: usize = 5;

pub(super) static RULE: GapRule = GapRule {
    code: "journey-unowned",
    summary: "A declared journey leads through several teams, and nobody answers for the whole of it.",
    why: "Each part may have an owner and the whole has none, as with the loan gateway of a bank: infrastructure owns the gateway, application teams own the services, security owns the rules, and nobody answers when no loan gets through.",
    remedy: "Name who answers for the whole: `spec.owner` of the entity that declares the journey, `owner` of the `[[journey]]` in `catalog.toml`, or the owner of a system or domain that holds every hop.",
    severity: Severity::Warning,
    check: GapCheck::Whole { all, about },
};

fn all(GapQuestion { graph, settings, .. }: GapQuestion<'_>, gaps: &mut Vec<OwnershipGap>) {
    for journey in declared_journeys(graph, &settings.journeys) {
        if is_gap(&journey) {
            gaps.push(gap_of(&journey));
        }
    }
}

fn about(
    GapQuestion { graph, settings, .. }: GapQuestion<'_>,
    entity: Entity<'_>,
    gaps: &mut Vec<OwnershipGap>,
) {
    gaps.extend(journey_told_by(entity).filter(is_gap).map(|journey| gap_of(&journey)));
    let of_settings = settings.journeys.iter().map(|plan| journey_of_plan(graph, plan));
    let found = of_settings.filter(is_gap).map(|journey| gap_of(&journey));
    gaps.extend(found.filter(|gap| gap.subject == *entity.name()));
}

fn is_gap(journey: &DeclaredJourney<'_>) -> bool {
    journey.stops.len() > 1 && Accountability::of_declared(journey).owner.is_none()
}

/// Whether all that is wrong with an entity without an owner is that nobody answers for the journey that it
/// tells: one that is itself a hop is a part without an owner, too.
pub(super) fn is_only_a_journey(entity: Entity<'_>) -> bool {
    journey_told_by(entity).is_some_and(|journey| {
        is_gap(&journey) && journey.stops.iter().all(|stop| stop.entity != Some(entity))
    })
}

fn gap_of(journey: &DeclaredJourney<'_>) -> OwnershipGap {
    let is_critical = |stop: &JourneyStop<'_>| stop.entity.is_some_and(Entity::is_critical);
    let severity = if journey.stops.iter().any(is_critical) { Severity::Error } else { RULE.severity };
    let mut seen = FxHashSet::default();
    let owners: Vec<Entity<'_>> = journey
        .stops
        .iter()
        .filter_map(JourneyStop::owner)
        .filter(|owner| seen.insert(owner.index()))
        .collect();
    let unowned: Vec<&JourneyStop<'_>> = journey.stops.iter().filter(|stop| stop.is_unowned()).collect();
    let unknown: Vec<&JourneyStop<'_>> = journey.stops.iter().filter(|stop| !stop.is_declared()).collect();
    let short = |stop: &&JourneyStop<'_>| stop.name.short();
    let mut message = format!(
        "journey `{}` of {} hops has no single accountable owner",
        journey.name(),
        journey.stops.len()
    );
    let mut reasons = Vec::new();
    if !owners.is_empty() {
        let names = listed(owners.iter().map(|owner| owner.name().short()).collect());
        reasons.push(if owners.len() == 1 {
            format!("{names} owns only a part")
        } else {
            format!("{names} each own a part")
        });
    }
    if !unowned.is_empty() {
        reasons.push(format!("nobody owns {}", listed(unowned.iter().map(short).collect())));
    }
    if !unknown.is_empty() {
        reasons.push(format!("nothing declares {}", listed(unknown.iter().map(short).collect())));
    }
    if let Some(owner) = journey.unknown_owner() {
        reasons.push(format!("its owner `{}` is declared nowhere", owner.short()));
    }
    if !reasons.is_empty() {
        message = format!("{message}: {}", reasons.join(", "));
    }
    let (repository, staleness) = match &journey.source {
        JourneySource::Entity(entity) => {
            (entity.repository().map(RepositoryView::id).cloned(), entity.staleness())
        }
        JourneySource::Plan { .. } => (None, None),
    };
    let gap = OwnershipGap {
        code: RULE.code,
        severity,
        subject: journey.reference(),
        repository,
        message,
        // Where its first hop is stated: there a reader finds the whole list.
        origins: journey.origins.first().cloned().into_iter().collect(),
        related: Vec::new(),
        stale: false,
        suggestion: None,
    };
    gap.about(owners.into_iter().chain(unowned.into_iter().filter_map(|stop| stop.entity)))
        .resting_on(staleness)
}

fn listed(names: Vec<String>) -> String {
    let more = names.len().saturating_sub(LISTED_MAX);
    let mut shown: Vec<String> = names.into_iter().take(LISTED_MAX).map(|name| format!("`{name}`")).collect();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    match shown.pop() {
        Some(last) if shown.is_empty() => last,
        Some(last) => format!("{} and {last}", shown.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::{
        gaps::GapSettings,
        query::{JourneyCourse, JourneyPlan},
        sketch::{self, entity_ref},
    };

    const BANK: &str = "
        group:infrastructure
        group:lending
        group:bank
        component:gateway owner group:infrastructure
        component:desk owner group:lending
        component:ledger owner group:lending tier 0
        component:mail
    ";

    fn check(journeys: &str, plans: Vec<JourneyPlan>, expected: &Expect) {
        let graph = sketch::graph(&format!("{BANK}\n{journeys}"));
        let settings = GapSettings { journeys: plans, ..GapSettings::default() };
        let mut gaps = Vec::new();
        all(GapQuestion { graph: &graph, now: sketch::READ_AT, settings: &settings }, &mut gaps);
        let shown = gaps.iter().map(|gap| {
            let at = gap.origins.first().map(|origin| format!(" at {origin}")).unwrap_or_default();
            let about: Vec<String> = gap.related.iter().map(crate::model::EntityRef::short).collect();
            let severity = gap.severity.name();
            format!("{severity} {}: {}{at} about {}\n", gap.subject, gap.message, about.join(" "))
        });
        expected.assert_eq(&shown.collect::<String>());
    }

    #[test]
    fn a_journey_through_two_teams_that_nobody_owns_is_a_gap() {
        check(
            "system:loans journey component:gateway component:desk",
            vec![],
            &expect![[r#"
            warning system:default/loans: journey `system:loans` of 2 hops has no single accountable owner: `group:infrastructure` and `group:lending` each own a part at example/catalog:catalog-info.yaml:10 about group:infrastructure group:lending
        "#]],
        );
        check(
            "system:loans journey component:gateway component:ledger",
            vec![],
            &expect![[r#"
            error system:default/loans: journey `system:loans` of 2 hops has no single accountable owner: `group:infrastructure` and `group:lending` each own a part at example/catalog:catalog-info.yaml:10 about group:infrastructure group:lending
        "#]],
        );
    }

    #[test]
    fn hops_that_nobody_owns_or_declares_leave_the_whole_unowned() {
        check(
            "system:loans journey component:desk component:mail",
            vec![],
            &expect![[r#"
            warning system:default/loans: journey `system:loans` of 2 hops has no single accountable owner: `group:lending` owns only a part, nobody owns `component:mail` at example/catalog:catalog-info.yaml:10 about group:lending component:mail
        "#]],
        );
        check(
            "system:loans journey component:desk component:nowhere stale",
            vec![],
            &expect![[r#"
            warning system:default/loans: journey `system:loans` of 2 hops has no single accountable owner: `group:lending` owns only a part, nothing declares `component:nowhere` (as last read: the file is not valid now) at example/catalog:catalog-info.yaml:10 about group:lending
        "#]],
        );
    }

    #[test]
    fn an_accountable_owner_is_enough() {
        check(
            "
            system:one journey component:desk component:ledger
            system:owned owner group:bank journey component:gateway component:desk
            system:short journey component:mail
            system:bank owner group:bank
            component:gateway system system:bank
            component:desk system system:bank
            system:held journey component:gateway component:desk
            ",
            vec![],
            &expect![""],
        );
    }

    #[test]
    fn journeys_of_the_configuration_are_held_to_the_same() {
        let plan = |name: &str, hops: &[&str], owner: Option<&str>| JourneyPlan {
            name: name.into(),
            course: JourneyCourse::Hops(hops.iter().map(|hop| entity_ref(hop)).collect()),
            owner: owner.map(entity_ref),
        };
        let hops = ["component:gateway", "component:typo", "component:desk"];
        let plans = vec![
            plan("taking a loan", &hops, None),
            plan("owned", &hops, Some("group:bank")),
            plan("owned by a typo", &hops[..2], Some("group:bnak")),
        ];
        check(
            "",
            plans,
            &expect![[r#"
            warning journey:default/taking-a-loan: journey `taking a loan` of 3 hops has no single accountable owner: `group:infrastructure` and `group:lending` each own a part, nothing declares `component:typo` about group:infrastructure group:lending
            warning journey:default/owned-by-a-typo: journey `owned by a typo` of 2 hops has no single accountable owner: `group:infrastructure` owns only a part, nothing declares `component:typo`, its owner `group:bnak` is declared nowhere about group:infrastructure
        "#]],
        );
    }

    #[test]
    fn a_journey_that_nobody_owns_is_not_unowned_beside_that() {
        let check = |drawn: &str, expected: &[&str]| {
            let graph = sketch::graph(&format!("{BANK}\n{drawn}"));
            let settings = GapSettings::default();
            let question = GapQuestion { graph: &graph, now: sketch::READ_AT, settings: &settings };
            let report = crate::gaps::ownership_gaps(question);
            let of_loans = report.gaps.iter().filter(|gap| gap.subject.name() == "loans");
            let codes: Vec<&str> = of_loans.map(|gap| gap.code).collect();
            assert_eq!(codes, expected, "{drawn}");
        };
        check("system:loans journey component:gateway component:desk", &["journey-unowned"]);
        check("system:loans journey component:desk component:ledger", &["unowned"]);
        check("component:loans journey component:loans component:desk", &["journey-unowned", "unowned"]);
    }

    #[test]
    fn many_names_are_counted() {
        let hops: Vec<String> = (0..9).map(|number| format!("component:nowhere-{number}")).collect();
        check(
            &format!("system:loans journey {}", hops.join(" ")),
            vec![],
            &expect![[r#"
            warning system:default/loans: journey `system:loans` of 9 hops has no single accountable owner: nothing declares `component:nowhere-0`, `component:nowhere-1`, `component:nowhere-2`, `component:nowhere-3`, `component:nowhere-4` and 4 more at example/catalog:catalog-info.yaml:10 about 
        "#]],
        );
    }
}
