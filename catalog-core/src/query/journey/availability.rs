//! What the promises of the hops of a journey come to, where all of them have to work.

use rustc_hash::FxHashSet;

use crate::{
    graph::{Entity, ExposureClass},
    model::{Availability, EntityRef, RelationEnd, RelationKind, Strength},
    query::availability::promise_of,
};

use super::{JourneyHop, JourneyLink, JourneyStop};

/// What the promises of the hops of a journey come to: the product of those that the whole cannot do without.
#[derive(Clone, Debug, PartialEq)]
pub struct JourneyAvailability {
    /// The product; `None` where a hop that counts promises nothing.
    pub availability: Option<Availability>,
    /// How many promises are multiplied.
    pub counted: usize,
    /// The hops that count and promise nothing, in their order.
    pub missing: Vec<EntityRef>,
}

impl JourneyAvailability {
    /// Multiplies. On a way, whatever lies behind a soft need does not count; of layers, what only soft needs
    /// or alternatives lead to. An API that promises nothing works as its provider does, if that is a hop.
    /// What is a hop twice counts once.
    pub(super) fn of(hops: &[JourneyHop<'_>], is_way: bool) -> Self {
        let is_soft = |hop: &&JourneyHop<'_>| {
            matches!(
                hop.link,
                Some(JourneyLink::Needs(Strength::Soft) | JourneyLink::NeededBy(Strength::Soft))
            )
        };
        let counting = hops.iter().take_while(|hop| !is_way || !is_soft(hop)).filter(|hop| !is_soft(hop));
        let mut seen = FxHashSet::default();
        let counting: Vec<&JourneyStop<'_>> =
            counting.map(|hop| &hop.stop).filter(|stop| seen.insert(&stop.name)).collect();
        let has_provider = |api: Entity<'_>| {
            let mut providers = api.related(RelationKind::ProvidesApi, RelationEnd::To);
            providers.any(|provider| seen.contains(provider.name()))
        };
        // A place promises nothing of its own accord: what runs in it does.
        let is_place = |entity| ExposureClass::of(entity) == Some(ExposureClass::FailureDomain);
        let (mut product, mut counted, mut missing) = (0.0_f64, 0, Vec::new());
        for stop in counting {
            match (stop.entity, stop.entity.and_then(promise_of)) {
                (_, Some(promise)) => {
                    product += (-promise.availability.unavailability()).ln_1p();
                    counted += 1;
                }
                (Some(entity), None) if is_place(entity) => {}
                (Some(entity), None) if entity.name().kind() == "api" && has_provider(entity) => {}
                (_, None) => missing.push(stop.name.clone()),
            }
        }
        let all_promise = missing.is_empty() && counted > 0;
        let availability = all_promise
            .then(|| Availability::of_unavailability((-product.exp_m1()).clamp(0.0, 1.0)))
            .flatten();
        Self { availability, counted, missing }
    }
}
