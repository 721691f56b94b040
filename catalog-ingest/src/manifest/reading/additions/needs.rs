//! `needs`: what is said of a need beyond its existence, and needs that stand in for each other.

use std::collections::HashMap;

use catalog_core::model::{DiagnosticCode, EntityRef, Field, Located, NeedTerms, RelationKind, Strength};

use super::{AnyOfNumbers, read_objectives};
use crate::manifest::{
    reading::{RELATIONS_MAX, Reader, Remark, Stated, quoted, read_ref},
    yaml::{Node, Shape},
};

/// A need that was read, and where.
struct Need<'d> {
    other: EntityRef,
    node: Node<'d>,
    terms: NeedTerms,
}

/// Reads every need of a document. A need on an API is that its interface is consumed, any other
/// one that the entity depends on it.
pub(super) fn read_needs(reader: &mut Reader<'_, '_>, spec: Node<'_>, at: &str, any_of: &mut AnyOfNumbers) {
    let before = reader.declaration.relations.len();
    let limit = reader.limits.entity_relations_max;
    let mut plain: HashMap<EntityRef, usize> = HashMap::new();
    for (index, item) in
        reader.list_of_ours(spec, at, "needs", Field::Needs, limit, RELATIONS_MAX).into_iter().enumerate()
    {
        // What is over the limit is refused below, and need not be read to its end.
        if reader.declaration.relations.len() > limit {
            break;
        }
        let name = format!("{at}.needs[{index}]");
        for need in read_item(reader, item, &name, any_of) {
            if need.terms.any_of.is_none() {
                if let Some(first) = plain.get(&need.other).copied() {
                    settle_strength(reader, first, &need, &name);
                    continue;
                }
                plain.insert(need.other.clone(), reader.declaration.relations.len());
            }
            let kind =
                if need.other.kind() == "api" { RelationKind::ConsumesApi } else { RelationKind::DependsOn };
            let terms = (need.terms != NeedTerms::default()).then(|| Box::new(need.terms));
            reader.push_relation(Stated::from(Field::Needs, kind), need.other, need.node, &name, terms);
        }
    }
    let count = reader.declaration.relations.len();
    if let Some(node) = spec.get("needs")
        && !reader.is_within(node, count, limit, RELATIONS_MAX, "needs", Field::Needs)
    {
        reader.declaration.relations.truncate(before);
    }
}

/// Lets the harder of two strengths and the first purpose stand where one need is stated twice.
fn settle_strength(reader: &mut Reader<'_, '_>, first: usize, need: &Need<'_>, name: &str) {
    let terms = &mut reader.declaration.relations[first].terms;
    if let Some(purpose) = &need.terms.purpose
        && terms.as_deref().is_none_or(|terms| terms.purpose.is_none())
    {
        terms.get_or_insert_default().purpose = Some(purpose.clone());
    }
    let stated = |terms: &NeedTerms| terms.strength.unwrap_or(Strength::Hard);
    let before = terms.as_deref().map_or(Strength::Hard, stated);
    let again = stated(&need.terms);
    if before == again {
        return;
    }
    let harder = before.max(again);
    terms.get_or_insert_default().strength = Some(harder);
    let message = format!(
        "`{name}` needs {} with strength `{}`, and an earlier item with `{}`; `{}` stands",
        quoted(&need.other.short()),
        again.name(),
        before.name(),
        harder.name()
    );
    reader.remarks.push(Remark::new(DiagnosticCode::ContradictoryNeed, need.node, message));
}

/// Reads one item of the list: a need, or a group of which one that works is enough.
fn read_item<'d>(
    reader: &mut Reader<'_, '_>,
    item: Node<'d>,
    name: &str,
    any_of: &mut AnyOfNumbers,
) -> Vec<Need<'d>> {
    let Some(group) = item.get("anyOf") else {
        return read_need(reader, item, name, &NeedTerms::default()).into_iter().collect();
    };
    if let Some(reference) = item.get("ref") {
        reader.value_unknown(reference, &format!("{name}.ref"), "either `ref` or `anyOf`, not both");
        return Vec::new();
    }
    let terms = read_terms(reader, item, name);
    let name = format!("{name}.anyOf");
    if group.shape() != Shape::Sequence {
        let message = format!("`{name}` is {}, expected a list of references", group.described());
        reader.remarks.push(Remark::new(DiagnosticCode::WrongType, group, message));
        return Vec::new();
    }
    let limit = reader.limits.entity_relations_max;
    if !reader.is_within(group, group.items().len(), limit, RELATIONS_MAX, &name, Field::Needs) {
        return Vec::new();
    }
    if group.items().len() < 2 {
        let found = if group.items().len() == 0 { "no member" } else { "one member only" };
        let message = format!("`{name}` has {found}, expected two or more that stand in for each other");
        reader.remarks.push(Remark::new(DiagnosticCode::ValueUnknown, group, message));
    }
    let mut needs: Vec<Need<'_>> = Vec::new();
    for (index, member) in group.items().enumerate() {
        let name = format!("{name}[{index}]");
        if member.get("anyOf").is_some() {
            let message = format!("`{name}` is a group inside a group, expected a reference");
            let remark = Remark::new(DiagnosticCode::ValueUnknown, member, message);
            reader.remarks.push(remark.suggest("list all members in one `anyOf`"));
            continue;
        }
        let Some(need) = read_need(reader, member, &name, &terms) else { continue };
        if needs.iter().all(|other| other.other != need.other) {
            needs.push(need);
        }
    }
    if needs.len() > 1 {
        let number = any_of.next();
        for need in &mut needs {
            need.terms.any_of = Some(number);
        }
    }
    needs
}

/// Reads a reference, or a mapping with `ref`; what it leaves out is taken from `inherited`.
fn read_need<'d>(
    reader: &mut Reader<'_, '_>,
    item: Node<'d>,
    name: &str,
    inherited: &NeedTerms,
) -> Option<Need<'d>> {
    let (node, terms) = match item.shape() {
        Shape::Mapping => match item.get("ref") {
            Some(node) => (node, read_terms(reader, item, name)),
            None => {
                let message = format!("`{name}` has neither `ref` nor `anyOf`");
                reader
                    .remarks
                    .push(Remark::new(DiagnosticCode::MissingField, item, message).suggest("add `ref: …`"));
                return None;
            }
        },
        _ => (item, NeedTerms::default()),
    };
    let Some(text) = reader.text(node).filter(|text| !text.value.is_empty()) else {
        let message = format!("`{name}` is {}, expected a reference", node.described());
        reader.remarks.push(Remark::new(DiagnosticCode::WrongType, node, message));
        return None;
    };
    let other = read_ref(reader, node, &text.value, name, None, Some("component"))?;
    let terms = NeedTerms {
        strength: terms.strength.or(inherited.strength),
        any_of: None,
        expects: if terms.expects.is_empty() { inherited.expects.clone() } else { terms.expects },
        timeout_ms: terms.timeout_ms.or(inherited.timeout_ms),
        retries: terms.retries.or(inherited.retries),
        endpoint: terms.endpoint.or_else(|| inherited.endpoint.clone()),
        purpose: terms.purpose.or_else(|| inherited.purpose.clone()),
        ..NeedTerms::default()
    };
    Some(Need { other, node, terms })
}

fn read_terms(reader: &mut Reader<'_, '_>, item: Node<'_>, name: &str) -> NeedTerms {
    let mut terms = NeedTerms::default();
    for entry in item.entries() {
        let key = entry.key.scalar().unwrap_or_default();
        let value = entry.value;
        let name = format!("{name}.{key}");
        if value.is_null() {
            continue;
        }
        match key {
            "ref" | "anyOf" => {}
            "strength" => match value.text() {
                Some("hard") => terms.strength = Some(Strength::Hard),
                Some("soft") => terms.strength = Some(Strength::Soft),
                _ => reader.value_unknown(value, &name, "`hard` or `soft`"),
            },
            "expects" => {
                let objectives = read_objectives(reader, value, &name, None);
                terms.expects = objectives.into_iter().map(|Located { value, .. }| value).collect();
            }
            "timeout" => match value.scalar().and_then(milliseconds) {
                Some(milliseconds) => terms.timeout_ms = Some(milliseconds),
                None => reader.value_unknown(
                    value,
                    &name,
                    "a duration with its unit, as in `300ms`, `2s` or `1m`",
                ),
            },
            "retries" => match value.scalar().and_then(|text| text.parse().ok()) {
                Some(retries) => terms.retries = Some(retries),
                None => reader.value_unknown(value, &name, "a whole number"),
            },
            "endpoint" => match reader.text(value).filter(|text| !text.value.trim().is_empty()) {
                Some(text) => terms.endpoint = Some(text.value.trim().into()),
                None => reader.value_unknown(value, &name, "an operation, as in `GET /rates/{pair}`"),
            },
            "purpose" => match reader.text(value).filter(|text| !text.value.trim().is_empty()) {
                Some(text) => terms.purpose = Some(text.value.trim().into()),
                None => reader.value_unknown(value, &name, "a few words, as in `settlement`"),
            },
            _ => {
                let message = format!(
                    "`{name}` is not known, expected `ref`, `anyOf`, `strength`, `expects`, `timeout`, `retries`, `endpoint` or `purpose`"
                );
                reader.remarks.push(Remark::new(DiagnosticCode::ValueUnknown, entry.key, message));
            }
        }
    }
    terms
}

/// A duration with its unit in milliseconds; fractions of one are cut.
fn milliseconds(text: &str) -> Option<u64> {
    let unit_start = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(unit_start);
    let factor = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    let number = number.trim_end();
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) || fraction.len() > 9 {
        return None;
    }
    let digits = u32::try_from(fraction.len()).ok()?;
    let fraction = if fraction.is_empty() { 0 } else { fraction.parse::<u64>().ok()? };
    let whole = whole.parse::<u64>().ok()?.checked_mul(factor)?;
    whole.checked_add(fraction.checked_mul(factor)? / 10_u64.pow(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit() {
        let check = |text, expected| assert_eq!(milliseconds(text), expected, "{text}");
        check("300ms", Some(300));
        check("1.5s", Some(1_500));
        check("2 min", Some(120_000));
        check("300", None);
        check("-1s", None);
        check("1.2.3s", None);
        check("99999999999999999999s", None);
    }
}
