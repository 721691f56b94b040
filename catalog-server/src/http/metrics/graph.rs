//! Figures of what is in the catalog.

use std::sync::{Arc, Weak};

use catalog_core::{
    graph::CatalogGraph,
    model::Timestamp,
    query::{CatalogSummary, summary},
};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};

/// The figures of the graph that was last looked at.
pub(super) struct GraphFigures {
    graph: Weak<CatalogGraph>,
    summary: CatalogSummary,
    revision: Gauge,
    entities: Gauge,
    placeholders: Gauge,
    relations: Gauge,
    manifests: Gauge,
    repositories: Family<StatusLabels, Gauge>,
    ages: Family<OfLabels, Gauge>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StatusLabels {
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfLabels {
    of: &'static str,
}

impl GraphFigures {
    pub(super) fn registered_in(registry: &mut Registry) -> Self {
        let figures = Self {
            graph: Weak::new(),
            summary: CatalogSummary::default(),
            revision: Gauge::default(),
            entities: Gauge::default(),
            placeholders: Gauge::default(),
            relations: Gauge::default(),
            manifests: Gauge::default(),
            repositories: Family::default(),
            ages: Family::default(),
        };
        registry.register("revision", "The revision that is answered from", figures.revision.clone());
        registry.register("entities", "Entities that a manifest declares", figures.entities.clone());
        registry.register(
            "placeholders",
            "Names that something points at and nothing declares",
            figures.placeholders.clone(),
        );
        registry.register("relations", "Relations, each counted once", figures.relations.clone());
        registry.register("manifests", "Manifests", figures.manifests.clone());
        registry.register(
            "repositories",
            "Repositories that were ever visited, by what the last visit could do: `read` or `unreadable`",
            figures.repositories.clone(),
        );
        registry.register_with_unit(
            "observation_age",
            "Time since a repository was read with success: the one read last (`newest`), and the one not read for longest (`oldest`)",
            Unit::Seconds,
            figures.ages.clone(),
        );
        figures
    }

    /// Takes the figures of a graph. O(entities) where it is another than the last time, else O(1).
    pub(super) fn look_at(&mut self, graph: &Arc<CatalogGraph>, now: Timestamp) {
        if !std::ptr::eq(self.graph.as_ptr(), Arc::as_ptr(graph)) {
            self.graph = Arc::downgrade(graph);
            self.summary = summary(graph);
        }
        let summary = &self.summary;
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.revision.set(i64::try_from(summary.revision.0).unwrap_or(i64::MAX));
        self.entities.set(count(summary.entities));
        self.placeholders.set(count(summary.placeholders));
        self.relations.set(count(summary.relations));
        self.manifests.set(count(summary.manifests));
        let read = summary.repositories - summary.repositories_unreadable;
        for (status, repositories) in [("read", read), ("unreadable", summary.repositories_unreadable)] {
            self.repositories.get_or_create(&StatusLabels { status }).set(count(repositories));
        }
        for (of, moment) in [("newest", summary.as_of), ("oldest", summary.as_of_oldest)] {
            match moment {
                // A clock that was set back makes no age below 0.
                Some(moment) => {
                    let age = now.seconds().saturating_sub(moment.seconds()).max(0);
                    self.ages.get_or_create(&OfLabels { of }).set(age);
                }
                None => {
                    self.ages.remove(&OfLabels { of });
                }
            }
        }
    }
}
