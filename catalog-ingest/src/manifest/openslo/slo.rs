//! What an `SLO` promises, and what a `Service` is called.

use catalog_core::model::{
    Availability, AvailabilityError, Declaration, DiagnosticCode, EntityRef, Field, Located, Objective,
    Severity, Spelling,
};

use super::document::has_indicator;
use crate::{
    limits::ManifestLimits,
    manifest::{
        normal::entity_name,
        reading::{LABELS_MAX, Reader, Remark, Remarks, availability_refused, quoted},
        yaml::Node,
    },
};

/// The indicator under which the catalog reckons with availability.
const AVAILABILITY: &str = "availability";

/// Reads an `SLO` as objectives of the component that its service is.
pub(super) fn read_slo(
    root: Node<'_>,
    remarks: &mut Remarks<'_>,
    limits: &ManifestLimits,
) -> Option<Declaration> {
    let spec = root.get("spec")?;
    let mut reader = component(spec.get("service")?, "spec.service", remarks, limits)?;
    let metadata = root.get("metadata");
    let name = metadata.and_then(|metadata| metadata.get("name")).filter(|name| !name.is_null());
    let slo = name.and_then(Node::scalar).filter(|name| !name.is_empty()).unwrap_or("slo");
    reader.declaration.declared_as = name.and_then(Node::scalar).map(Into::into);
    let limit = reader.limits.entity_labels_max;
    let items = reader.list(spec, "objectives", Field::Slo, limit, LABELS_MAX);
    let is_composite = items.iter().any(|item| has_indicator(*item));
    if is_composite {
        let message =
            format!("{} is a composite SLO; each of its objectives is kept under its own name", quoted(slo));
        let remark = Remark::new(DiagnosticCode::ValueUnknown, root, message);
        reader.remarks.push(remark.severity(Severity::Note));
    }
    let is_availability = !is_composite && items.len() == 1 && promises_availability(root, spec, items[0]);
    let is_one = items.len() == 1;
    for (index, item) in items.into_iter().enumerate() {
        let Some((target, node)) = target_of(&mut reader, item, index) else { continue };
        let indicator = if is_availability {
            AVAILABILITY.to_owned()
        } else if is_one {
            slo.to_owned()
        } else {
            let own =
                ["displayName", "indicatorRef", "sliRef"].iter().find_map(|name| item.get(name)?.text());
            own.filter(|own| !own.is_empty())
                .map_or_else(|| format!("{slo}/{}", index + 1), |own| format!("{slo}/{own}"))
        };
        let objective = Objective { indicator: indicator.into(), target: target.into() };
        reader.declaration.objectives.push(Located::new(objective, node.position()));
    }
    Some(reader.finish())
}

/// Reads a `Service` as the title and the description of a component.
pub(super) fn read_service(
    root: Node<'_>,
    remarks: &mut Remarks<'_>,
    limits: &ManifestLimits,
) -> Option<Declaration> {
    let metadata = root.get("metadata")?;
    let mut reader = component(metadata.get("name")?, "metadata.name", remarks, limits)?;
    reader.declaration.title = reader.one_text(metadata, "displayName", Field::Title);
    if let Some(spec) = root.get("spec") {
        reader.declaration.description = reader.one_text(spec, "description", Field::Description);
        reader.cut_description();
    }
    Some(reader.finish())
}

/// Begins with the component that a node names.
fn component<'r, 'f>(
    node: Node<'_>,
    at: &str,
    remarks: &'r mut Remarks<'f>,
    limits: &'r ManifestLimits,
) -> Option<Reader<'r, 'f>> {
    let name = node.scalar().filter(|_| !node.is_null())?;
    let of = |name: &str| EntityRef::new("component", EntityRef::DEFAULT_NAMESPACE, name).ok();
    let Some(entity) = entity_name(name).and_then(|name| of(&name)) else {
        if !name.is_empty() {
            let message = format!("`{at}` is {}, expected a name with letters or digits", quoted(name));
            let remark = Remark::new(DiagnosticCode::FieldFormat, node, message);
            remarks.push(remark.problem(format!("{at} is not valid")));
        }
        return None;
    };
    let spelling = Spelling { kind: "Component".into(), namespace: None, name: name.into() };
    let mut declaration = Declaration::new(entity, spelling, node.position());
    if let Some(literal) = of(name).filter(|literal| *literal != declaration.entity) {
        declaration.aliases.push(Located::new(literal, node.position()));
    }
    Some(Reader::new(declaration, remarks, limits))
}

/// The target of an objective in percent, with the node that states it.
fn target_of<'d>(reader: &mut Reader<'_, '_>, item: Node<'d>, index: usize) -> Option<(String, Node<'d>)> {
    // What is of another type was said with the shape of the document.
    if !item.is_mapping() {
        reader.declaration.unread.push(Field::Slo);
        return None;
    }
    let name = format!("spec.objectives[{index}]");
    let stated = |field| item.stated(field);
    let (node, field, is_percent) = match (stated("target"), stated("targetPercent")) {
        (None, None) => {
            let message = format!("`{name}` has neither `target` nor `targetPercent`");
            let remark = Remark::new(DiagnosticCode::MissingField, item, message);
            reader.remarks.push(remark.problem(format!("{name}.target is missing")));
            return None;
        }
        (Some(_), Some(second)) => {
            let message = format!("`{name}` has both `target` and `targetPercent`, expected one of them");
            let remark = Remark::new(DiagnosticCode::FieldFormat, second, message);
            reader.remarks.push(remark.problem(format!("{name}.targetPercent is not valid")));
            (second, "targetPercent", true)
        }
        (Some(node), None) => (node, "target", false),
        (None, Some(node)) => (node, "targetPercent", true),
    };
    let Some(text) = node.scalar() else {
        reader.declaration.unread.push(Field::Slo);
        return None;
    };
    // A sign of percent makes it a text, where the specification wants a number.
    let parsed = match text.trim().strip_suffix('%') {
        Some(number) if is_percent => Err(AvailabilityError::OtherNotation(number.trim_end().into())),
        _ if is_percent => Availability::parse(text),
        _ => Availability::parse_ratio(text),
    };
    let name = format!("{name}.{field}");
    let bounds = if is_percent { "a number from 0 to below 100" } else { "a number from 0 to below 1" };
    match parsed {
        // To promise all is against the specification, but plain enough.
        Ok(target) if target.is_perfect() => {
            let message = format!("`{name}` is {}, expected {bounds}", quoted(text));
            let remark = Remark::new(DiagnosticCode::ValueUnknown, node, message);
            reader.remarks.push(remark.problem(format!("{name} is not valid")));
            Some(("100".to_owned(), node))
        }
        Ok(target) if is_percent => {
            reader.doubt_availability(node.into(), &name, text, target);
            Some((text.trim().to_owned(), node))
        }
        Ok(target) if target.percent() < 100.0 => Some((target.percent().to_string(), node)),
        Ok(target) => Some((target.to_string(), node)),
        // It is within the specification, and no promise.
        Err(AvailabilityError::Nothing) => {
            reader.value_unknown(node, &name, "a number over 0");
            None
        }
        Err(error) => {
            let remark = availability_refused(node, &name, text, &error, bounds);
            reader.remarks.push(remark.problem(format!("{name} is not valid")));
            reader.declaration.unread.push(Field::Slo);
            None
        }
    }
}

/// Whether an SLO of one objective is evidently about availability.
///
/// A ratio of good events is not enough: how many requests are *fast* is one as well. So the SLO or its
/// indicator has to say the word, and neither may speak of speed or freshness.
fn promises_availability(root: Node<'_>, spec: Node<'_>, objective: Node<'_>) -> bool {
    const WORDS: [&str; 3] = ["availab", "uptime", "successrate"];
    const OTHERS: [&str; 7] = ["latency", "duration", "responsetime", "slow", "fast", "fresh", "durability"];
    let indicator = spec.get("indicator").or(spec.get("sli"));
    let metadata = [root.get("metadata"), indicator.and_then(|indicator| indicator.get("metadata"))];
    let names = metadata.into_iter().flatten().flat_map(|it| [it.get("name"), it.get("displayName")]);
    let references = [spec.get("indicatorRef"), spec.get("sliRef"), objective.get("displayName")];
    let said: String = names
        .chain(references)
        .flatten()
        .filter_map(Node::scalar)
        .flat_map(|text| text.chars().filter(|c| c.is_alphanumeric()).chain([' ']))
        .flat_map(char::to_lowercase)
        .collect();
    WORDS.iter().any(|word| said.contains(word)) && !OTHERS.iter().any(|word| said.contains(word))
}
