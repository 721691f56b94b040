//! How an entity is reached, and what it links to: contacts, links and on-call services.

use catalog_core::model::{Field, Located};

use crate::manifest::{
    normal::{entity_name, link_type_of},
    reading::{LABELS_MAX, Reader, schema::is_uri},
    yaml::Node,
};

/// The annotation with the e-mail addresses of an entity, `, ` between them.
const EMAIL_KEY: &str = "catalog/contact-email";
/// The annotation with its Slack channel.
const SLACK_KEY: &str = "slack.com/channel";
/// The annotation with its channel in Microsoft Teams.
const TEAMS_KEY: &str = "microsoft.com/teams-channel";
/// The annotation with the id of its service in PagerDuty.
const PAGERDUTY_KEY: &str = "pagerduty.com/service-id";
/// The annotation with the id of its service in Opsgenie.
const OPSGENIE_KEY: &str = "opsgenie.com/service-id";

/// Reads a list of contacts.
pub(super) fn read_contacts(reader: &mut Reader<'_, '_>, parent: Node<'_>) {
    let limit = reader.limits.entity_labels_max;
    let mut emails: Vec<Located<Box<str>>> = Vec::new();
    for item in reader.list(parent, "contacts", Field::Annotations, limit, LABELS_MAX) {
        let Some(contact) = item.get("contact").and_then(|node| reader.text(node)) else { continue };
        if contact.value.trim().is_empty() {
            continue;
        }
        let name = item.get("name").and_then(|node| reader.text(node)).map(|name| name.value);
        let contact_type = item.get("type").and_then(Node::scalar).unwrap_or_default().to_ascii_lowercase();
        match &*contact_type {
            "email" => emails.push(contact),
            "slack" => add_channel(reader, SLACK_KEY, contact, name),
            "microsoft-teams" => add_channel(reader, TEAMS_KEY, contact, name),
            other if is_uri(&contact.value) => {
                let link_type = link_type_of(other);
                reader.add_link(contact, name, Some(link_type));
            }
            other => {
                let word = entity_name(other).unwrap_or("other".into());
                reader.annotate(&format!("datadoghq.com/contact-{word}"), contact);
            }
        }
    }
    add_emails(reader, &emails);
}

/// Reads the one address and the one channel of v1.
pub(super) fn read_single_contact(reader: &mut Reader<'_, '_>, contact: Node<'_>) {
    if let Some(email) = contact.get("email").and_then(|node| reader.text(node)) {
        add_emails(reader, &[email]);
    }
    if let Some(channel) = contact.get("slack").and_then(|node| reader.text(node)) {
        add_channel(reader, SLACK_KEY, channel, None);
    }
}

fn add_emails(reader: &mut Reader<'_, '_>, emails: &[Located<Box<str>>]) {
    let Some(first) = emails.first() else { return };
    let all: Vec<&str> =
        emails.iter().map(|email| email.value.trim()).filter(|email| !email.is_empty()).collect();
    if !all.is_empty() {
        reader.annotate(EMAIL_KEY, Located::new(all.join(", ").into(), first.position));
    }
}

/// Keeps a channel: the first of its kind as an annotation, the others as links.
fn add_channel(reader: &mut Reader<'_, '_>, key: &str, channel: Located<Box<str>>, name: Option<Box<str>>) {
    if channel.value.trim().is_empty() {
        return;
    }
    if reader.declaration.annotations.iter().any(|(known, _)| **known == *key) {
        reader.add_link(channel, name, Some("chat"));
    } else {
        reader.annotate(key, channel);
    }
}

/// Reads a list of links; `link_type` is their type where the list has one for all.
pub(super) fn read_links(
    reader: &mut Reader<'_, '_>,
    parent: Node<'_>,
    list_name: &str,
    link_type: Option<&'static str>,
) {
    let limit = reader.limits.entity_labels_max;
    for item in reader.list(parent, list_name, Field::Links, limit, LABELS_MAX) {
        let Some(url) = item.get("url").and_then(|node| reader.text(node)) else { continue };
        if url.value.trim().is_empty() {
            continue;
        }
        let title = item.get("name").and_then(|node| reader.text(node)).map(|name| name.value);
        let own_type = item.stated("type").and_then(Node::scalar).map(link_type_of);
        reader.add_link(url, title, link_type.or(own_type));
    }
}

/// Reads the integrations of v2 to v3, which name the same things a little differently.
pub(super) fn read_integrations(reader: &mut Reader<'_, '_>, integrations: Node<'_>) {
    let field = |node: Node<'_>| node.get("serviceURL").is_some();
    if let Some(pagerduty) = integrations.get("pagerduty") {
        // One text in v1 and v2, a mapping later.
        let url = if pagerduty.is_mapping() {
            pagerduty.get(if field(pagerduty) { "serviceURL" } else { "service-url" })
        } else {
            Some(pagerduty)
        };
        add_service(reader, url, PAGERDUTY_KEY);
    }
    if let Some(opsgenie) = integrations.get("opsgenie") {
        let url = opsgenie.get(if field(opsgenie) { "serviceURL" } else { "service-url" });
        add_service(reader, url, OPSGENIE_KEY);
        reader.annotate_text(opsgenie, "region", "opsgenie.com/region");
    }
    let jira = integrations.get("jiraServiceManagementOps").and_then(|jira| jira.get("teamURL"));
    if let Some(url) = jira.and_then(|node| reader.text(node)) {
        reader.add_link(url, Some("Jira Service Management".into()), Some("oncall"));
    }
    if let Some(sentry) = integrations.get("sentry") {
        reader.annotate_text(sentry, "projectSlugs", "sentry.io/project-slug");
    }
    if let Some(terraform) = integrations.get("terraform") {
        reader.annotate_text(terraform, "workspaceIds", "terraform.io/workspace-id");
    }
    if let Some(url) = integrations.get("github").and_then(|node| reader.text(node))
        && !url.value.is_empty()
    {
        reader.add_link(url, None, Some("repo"));
    }
}

fn add_service(reader: &mut Reader<'_, '_>, url: Option<Node<'_>>, key: &str) {
    if let Some(Located { value, position }) = url.and_then(|node| reader.text(node))
        && let Some(id) = service_id(&value)
    {
        reader.annotate(key, Located::new(id.into(), position));
    }
}

/// The id of a service out of its URL; a text that is no URL is one.
fn service_id(text: &str) -> Option<&str> {
    let text = text.trim();
    let path = text.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    (!last.is_empty()).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_taken_out_of_urls() {
        let check = |text, expected: Option<&str>| assert_eq!(service_id(text), expected, "{text}");
        check("https://acme.pagerduty.com/service-directory/PABC123", Some("PABC123"));
        check("https://www.opsgenie.com/service/4a1b/?tab=x#y", Some("4a1b"));
        check("PABC123", Some("PABC123"));
        check(" ", None);
    }
}
