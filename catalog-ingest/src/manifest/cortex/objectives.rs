//! What an entity promises, as far as a descriptor itself states a target.
//!
//! Most objectives only name what another tool measures, by an id or a query, and state nothing.

use catalog_core::model::{Field, Located, Objective};

use crate::manifest::{
    reading::{Place, Reader},
    yaml::Node,
};

const AT: &str = "info.x-cortex-slos";

/// Reads every objective that has a target.
pub(super) fn read_objectives(reader: &mut Reader<'_, '_>, info: Node<'_>) {
    let Some(slos) = info.stated("x-cortex-slos") else { return };
    if !reader.expect_mapping(slos, AT, "a mapping from a tool to its objectives", Field::Slo) {
        return;
    }
    for entry in slos.entries().take(reader.limits.entity_labels_max) {
        let tool = entry.key.scalar().unwrap_or("?");
        let items = reader.field_items(slos, AT, tool, Field::Slo);
        for (index, item) in items.into_iter().enumerate() {
            let at = format!("{AT}.{tool}[{index}]");
            if !reader.expect_mapping(item, &at, "a mapping", Field::Slo) {
                continue;
            }
            let tool = reader.without_secret(entry.key, tool);
            read_objective(reader, item, &at, tool);
        }
    }
}

fn read_objective(reader: &mut Reader<'_, '_>, item: Node<'_>, at: &str, tool: Box<str>) {
    let name = ["name", "alias"].into_iter().find_map(|name| reader.field_text(item, at, name, None));
    let indicator = name.map_or(tool, |name| name.value);
    let target =
        ["slo", "target"].into_iter().find_map(|name| reader.field_text(item, at, name, Some(Field::Slo)));
    if let Some(target) = target {
        promise(reader, indicator, target);
        return;
    }
    let Some(latencies) = item.get("targets").and_then(|targets| targets.get("latency")) else { return };
    let limit = reader.limits.entity_labels_max;
    for (index, latency) in latencies.items().take(limit).enumerate() {
        let at = format!("{at}.targets.latency[{index}]");
        if !latency.is_mapping() {
            reader.say_wrong_type(latency, &at, "a mapping with `percentile` and `target`");
            continue;
        }
        let percentile = reader.field_text(latency, &at, "percentile", Some(Field::Slo));
        let target = reader.field_text(latency, &at, "target", Some(Field::Slo));
        if let (Some(percentile), Some(target)) = (percentile, target) {
            promise(reader, format!("latency at percentile {}", percentile.value).into(), target);
        }
    }
}

fn promise(reader: &mut Reader<'_, '_>, indicator: Box<str>, target: Located<Box<str>>) {
    if reader.has_room(Place::from(target.position), reader.declaration.objectives.len(), AT, Field::Slo) {
        let objective = Objective { indicator, target: target.value };
        if objective.is_availability() && !reader.is_availability(target.position, AT, &objective.target) {
            return;
        }
        reader.declaration.objectives.push(Located::new(objective, target.position));
    }
}
