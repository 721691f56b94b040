//! Who owns an entity, who is called, and who belongs to a team.

use catalog_core::model::{DiagnosticCode, Field, Located};

use super::declare::CortexKind;
use crate::manifest::{
    reading::{Reader, Remark, Stated, is_email},
    yaml::Node,
};

/// Reads owners, chat channels, on-call and, for a team, its members.
pub(super) fn read_people(reader: &mut Reader<'_, '_>, info: Node<'_>, kind: CortexKind) {
    let owners = reader.field_items_or_one(info, "info", "x-cortex-owners", Field::Owner, "type");
    for (index, item) in owners.into_iter().enumerate() {
        read_owner(reader, item, &format!("info.x-cortex-owners[{index}]"));
    }
    read_channels(reader, info);
    read_on_call(reader, info);
    if let Some(team) = info.stated("x-cortex-team") {
        if !team.is_mapping() {
            reader.say_wrong_type(team, "info.x-cortex-team", "a mapping with `members`");
            reader.declaration.unread.push(Field::Members);
        } else if kind == CortexKind::Team {
            read_team(reader, team);
        }
    }
}

fn read_owner(reader: &mut Reader<'_, '_>, item: Node<'_>, at: &str) {
    if !item.is_mapping() {
        reader.say_wrong_type(item, at, "a mapping with `type` and `name`");
        // A bare name can only be meant as the group.
        match reader.text(item).filter(|text| !text.value.trim().is_empty()) {
            Some(text) => reader.state_owner_named(item, &text.value, at),
            None => reader.declaration.unread.push(Field::Owner),
        }
        return;
    }
    let owner_type = reader.field_text(item, at, "type", Some(Field::Owner));
    let word = owner_type.as_ref().map(|of| of.value.to_ascii_lowercase());
    // Addresses and channels are also found under `name`.
    let (names, is_known): (&[&str], bool) = match word.as_deref() {
        Some("group" | "team" | "user") => (&["name", "email"], true),
        Some("email") => (&["email", "name"], true),
        Some("slack") => (&["channel", "name"], true),
        _ => (&["name", "email", "channel"], false),
    };
    if !is_known {
        match item.stated("type") {
            Some(node) => {
                reader.value_unknown(node, &format!("{at}.type"), "`group`, `email` or `slack`");
            }
            None => {
                let suggestion = "add `type: group`, `type: email` or `type: slack`";
                reader.say_missing(item, &format!("{at}.type"), suggestion);
            }
        }
    }
    let found =
        names.iter().find_map(|name| Some((*name, reader.field_text(item, at, name, Some(Field::Owner))?)));
    let Some((field, name)) = found else {
        // What is there and cannot be read was said before.
        if names.iter().any(|name| item.stated(name).is_some_and(|node| node.scalar().is_none())) {
            return;
        }
        let expected = names.first().copied().unwrap_or("name");
        let remark = Remark::new(DiagnosticCode::MissingField, item, format!("`{at}` has no `{expected}`"))
            .problem(format!("{at}.{expected} is missing"))
            .suggest(format!("add `{expected}: …`"));
        reader.remarks.push(remark);
        return;
    };
    let name_node = item.get(field).unwrap_or(item);
    if word.as_deref() == Some("slack") || field == "channel" {
        reader.add_channel(&name);
        return;
    }
    match word.as_deref() {
        Some("user" | "email") => {
            if let Some(owner) = reader.entity_named(name_node, "user", &name.value, at) {
                reader.state(Stated::OWNER, owner, name_node, at, None);
            }
        }
        _ => reader.state_owner_named(name_node, &name.value, at),
    }
    for (field, key) in
        [("inheritance", "cortex.io/owner-inheritance"), ("provider", "cortex.io/owner-provider")]
    {
        if let Some(word) = reader.field_text(item, at, field, None) {
            let text = format!("{}: {}", name.value, word.value.to_ascii_lowercase());
            reader.annotate_too(key, Located::new(text.into(), word.position));
        }
    }
}

fn read_channels(reader: &mut Reader<'_, '_>, info: Node<'_>) {
    const AT: &str = "info.x-cortex-slack";
    let Some(slack) = info.stated("x-cortex-slack") else { return };
    if !reader.expect_mapping(slack, AT, "a mapping with `channels`", Field::Annotations) {
        return;
    }
    let items = reader.field_items(slack, AT, "channels", Field::Annotations);
    for (index, item) in items.into_iter().enumerate() {
        let at = format!("{AT}.channels[{index}]");
        let name = match item.is_mapping() {
            true => reader.field_text(item, &at, "name", Some(Field::Annotations)),
            false => reader.node_text(item, &at, Some(Field::Annotations)),
        };
        if let Some(name) = name {
            reader.add_channel(&name);
        }
    }
}

/// On-call: what is called by which tool, under the annotations by which other catalogs know it.
fn read_on_call(reader: &mut Reader<'_, '_>, info: Node<'_>) {
    const AT: &str = "info.x-cortex-oncall";
    let Some(on_call) = info.stated("x-cortex-oncall") else { return };
    if !reader.expect_mapping(on_call, AT, "a mapping from a tool to `id` and `type`", Field::Annotations) {
        return;
    }
    for entry in on_call.entries().take(reader.limits.entity_labels_max) {
        let tool = entry.key.scalar().unwrap_or("?");
        let at = format!("{AT}.{tool}");
        if entry.value.is_null() {
            continue;
        }
        if !reader.expect_mapping(entry.value, &at, "a mapping with `id` and `type`", Field::Annotations) {
            continue;
        }
        let id = reader.field_text(entry.value, &at, "id", Some(Field::Annotations));
        let called = reader.field_text(entry.value, &at, "type", None);
        let Some(id) = id else { continue };
        let called = called.map_or_else(|| "service".to_owned(), |of| of.value.to_ascii_lowercase());
        let key = match (tool, &*called) {
            ("pagerduty", "service") => "pagerduty.com/service-id".to_owned(),
            ("pagerduty", "schedule") => "pagerduty.com/schedule-id".to_owned(),
            ("pagerduty", _) => "pagerduty.com/escalation-policy-id".to_owned(),
            ("opsgenie", "team") => "opsgenie.com/team".to_owned(),
            ("opsgenie", _) => "opsgenie.com/schedule-id".to_owned(),
            _ => format!("cortex.io/oncall.{}", reader.without_secret(entry.key, tool)),
        };
        reader.annotate_too(&key, id);
    }
}

fn read_team(reader: &mut Reader<'_, '_>, team: Node<'_>) {
    const AT: &str = "info.x-cortex-team";
    let members = reader.field_items(team, AT, "members", Field::Members);
    for (index, item) in members.into_iter().enumerate() {
        let at = format!("{AT}.members[{index}]");
        let (node, text) = if item.is_mapping() {
            let text = ["email", "name"].into_iter().find_map(|name| {
                Some((item.get(name)?, reader.field_text(item, &at, name, Some(Field::Members))?))
            });
            let Some(text) = text else {
                let suggestion = "add `email: …`";
                reader.say_missing(item, &format!("{at}.email"), suggestion);
                continue;
            };
            text
        } else {
            reader.say_wrong_type(item, &at, "a mapping with `name` and `email`");
            let Some(text) = reader.text(item).filter(|text| is_email(&text.value)) else {
                reader.declaration.unread.push(Field::Members);
                continue;
            };
            (item, text)
        };
        if let Some(member) = reader.entity_named(node, "user", &text.value, &at) {
            reader.state(Stated::MEMBER, member, node, &at, None);
        }
    }
    // The team as another system knows it.
    let groups = reader.field_items(team, AT, "groups", Field::Aliases);
    for (index, item) in groups.into_iter().enumerate() {
        let at = format!("{AT}.groups[{index}]");
        let name = match item.is_mapping() {
            true => reader.field_text(item, &at, "name", Some(Field::Aliases)),
            false => reader.node_text(item, &at, Some(Field::Aliases)),
        };
        if let Some(name) = name {
            reader.add_alias(item, "group", &name.value, &at);
        }
    }
}
