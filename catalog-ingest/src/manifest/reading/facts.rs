//! What the formats of other catalogs state of an entity in much the same words: relations, tiers and
//! lifecycles, links, channels, the code that it is made of, facts without a field of ours, and our own additions.

use catalog_core::model::{
    CodeLocation, DeclaredRelation, DiagnosticCode, EntityRef, Field, Link, Located, NeedTerms,
    RelationClass, RelationEnd, RelationKind, Severity, grouped,
};

use super::{LABELS_MAX, Place, RELATIONS_MAX, Reader, Remark, note_self_reference, read_additions};
use crate::manifest::{
    normal::{lifecycle_of, tier_of},
    yaml::{Node, Shape},
};

/// The key under which the catalog's own additions stand in the extension place of other formats.
pub(crate) const ADDITIONS_KEY: &str = "catalog";

/// The annotation of a chat channel that an entity is talked about in.
const SLACK_CHANNEL: &str = "slack.com/channel";

/// A relation that a field states, seen from the entity that is being read.
#[derive(Clone, Copy)]
pub(crate) struct Stated {
    pub(crate) field: Field,
    pub(crate) kind: RelationKind,
    /// Which end the entity itself is.
    pub(crate) subject: RelationEnd,
}

impl Stated {
    pub(crate) const OWNER: Self =
        Self { field: Field::Owner, kind: RelationKind::OwnedBy, subject: RelationEnd::From };
    pub(crate) const DEPENDS_ON: Self =
        Self { field: Field::DependsOn, kind: RelationKind::DependsOn, subject: RelationEnd::From };
    pub(crate) const SYSTEM: Self =
        Self { field: Field::System, kind: RelationKind::PartOf, subject: RelationEnd::From };
    pub(crate) const MEMBER: Self =
        Self { field: Field::Members, kind: RelationKind::MemberOf, subject: RelationEnd::To };
}

/// Whether a text is the address of a page.
pub(crate) fn is_web_address(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && text.len() > scheme.len()
    })
}

/// The id of the PagerDuty service that an address leads to, as in
/// `https://acme.pagerduty.com/service-directory/P12ABCD`.
pub(crate) fn pagerduty_service_of(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let host = host.to_ascii_lowercase();
    if host != "pagerduty.com" && !host.ends_with(".pagerduty.com") {
        return None;
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut parts = path.split('/').skip_while(|part| !matches!(*part, "services" | "service-directory"));
    parts.nth(1).filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

impl Reader<'_, '_> {
    /// States a relation that stands at `node`, once, within the limit on relations.
    pub(crate) fn add_relation(
        &mut self,
        stated: Stated,
        other: EntityRef,
        node: Node<'_>,
        name: &str,
        terms: Option<NeedTerms>,
    ) {
        let Stated { field, kind, subject } = stated;
        let terms = terms.filter(|terms| *terms != NeedTerms::default()).map(Box::new);
        let is_known = self.declaration.relations.iter().any(|known| {
            (known.kind, known.subject, &known.terms) == (kind, subject, &terms) && known.other == other
        });
        if is_known {
            return;
        }
        let limit = self.limits.entity_relations_max;
        if self.declaration.relations.len() >= limit {
            if !self.declaration.unread.contains(&field) {
                self.say_over_limit(node, name, "relations", RELATIONS_MAX, limit);
                self.declaration.unread.push(field);
            }
            return;
        }
        note_self_reference(self, node, name, &other);
        self.declaration.relations.push(DeclaredRelation {
            field,
            kind,
            subject,
            other,
            position: node.position(),
            class: RelationClass::Declared,
            terms,
        });
    }

    /// Keeps a fact that has no field of its own; what is over the limit is said and left out.
    pub(crate) fn keep_annotation(&mut self, node: Node<'_>, key: &str, value: Located<Box<str>>) {
        if !self.has_room(node, self.declaration.annotations.len(), key, Field::Annotations) {
            return;
        }
        self.declaration.annotations.push((key.into(), value));
    }

    /// The same under the first of `key`, `key-2`, `key-3` … that is free; a value that is there
    /// already is kept once.
    pub(crate) fn keep_annotation_too(&mut self, node: Node<'_>, key: &str, value: Located<Box<str>>) {
        let mut number = 1_usize;
        for (known, present) in &self.declaration.annotations {
            let is_numbered = known.strip_prefix(key).is_some_and(|rest| {
                rest.is_empty() || rest.strip_prefix('-').is_some_and(|of| of.parse::<usize>().is_ok())
            });
            if is_numbered {
                if present.value == value.value {
                    return;
                }
                number += 1;
            }
        }
        let key = if number == 1 { key.to_owned() } else { format!("{key}-{number}") };
        self.keep_annotation(node, &key, value);
    }

    /// Keeps a chat channel, with or without its `#`.
    pub(crate) fn add_channel(&mut self, node: Node<'_>, channel: &Located<Box<str>>) {
        let name = channel.value.trim_start_matches('#');
        if !name.is_empty() {
            self.keep_annotation_too(node, SLACK_CHANNEL, Located::new(name.into(), channel.position));
        }
    }

    /// Keeps every entry of a mapping as an annotation `prefix` + key. Lists of values are joined;
    /// what is deeper than that is said and left out.
    pub(crate) fn keep_facts(&mut self, node: Node<'_>, at: &str, prefix: &str, skip: &[&str]) {
        let count = node.entries().len();
        let (limit, field) = (self.limits.entity_labels_max, Field::Annotations);
        if !self.is_within(node, count, limit, LABELS_MAX, at, field) {
            return;
        }
        for entry in node.entries() {
            let Some(key) = entry.key.scalar().filter(|key| !key.is_empty() && !skip.contains(key)) else {
                continue;
            };
            let key = self.without_secret(entry.key, key);
            self.keep_fact(entry.value, &format!("{at}.{key}"), &format!("{prefix}{key}"));
        }
    }

    /// Keeps one value as an annotation, likewise.
    pub(crate) fn keep_fact(&mut self, node: Node<'_>, name: &str, key: &str) {
        if node.is_null() {
            return;
        }
        let items = node.items();
        let is_flat = node.shape() == Shape::Sequence && node.items().all(|item| item.scalar().is_some());
        let text = if is_flat {
            let texts: Vec<_> =
                items.filter(|item| !item.is_null()).filter_map(|item| self.text(item)).collect();
            let joined = texts.iter().map(|text| &*text.value).collect::<Vec<_>>().join(", ");
            Some(Located::new(joined.into(), node.position()))
        } else {
            self.text(node)
        };
        match text {
            Some(text) if !text.value.trim().is_empty() => self.keep_annotation(node, key, text),
            Some(_) => {}
            None => {
                let message = format!("`{name}` is {}, which the catalog has no place for", node.described());
                let remark = Remark::new(DiagnosticCode::ValueUnknown, node, message);
                self.remarks.push(remark.severity(Severity::Note));
            }
        }
    }

    /// Takes a tier in the words of people; one that is none of them is said and left unread.
    pub(crate) fn take_tier(&mut self, node: Node<'_>, name: &str) {
        let Some(text) = self.node_text(node, name, Some(Field::Tier)) else { return };
        match tier_of(&text.value) {
            Some(tier) => self.declaration.tier = Some(Located::new(tier, text.position)),
            None => {
                self.value_unknown(node, name, "a tier from 0 (most critical) to 4, as in `tier_1`");
                self.declaration.unread.push(Field::Tier);
            }
        }
    }

    /// Takes a lifecycle by the catalog's word for it; one without such a word is kept as written, and said.
    pub(crate) fn take_lifecycle(&mut self, node: Node<'_>, name: &str) {
        let Some(text) = self.node_text(node, name, Some(Field::Lifecycle)) else { return };
        let word = lifecycle_of(&text.value);
        if word.is_none() {
            self.value_unknown(
                node,
                name,
                "`production`, `experimental`, `deprecated` or a word for one of them",
            );
        }
        let word = word.map_or_else(|| text.value.clone(), Into::into);
        self.declaration.lifecycle = Some(Located::new(word, text.position));
    }

    /// Adds a tag, once, within the limit.
    pub(crate) fn add_tag(&mut self, tag: Located<Box<str>>) {
        let place = Place { position: tag.position, length: 0 };
        if self.declaration.tags.iter().all(|known| known.value != tag.value)
            && self.has_room(place, self.declaration.tags.len(), "tags", Field::Tags)
        {
            self.declaration.tags.push(tag);
        }
    }

    /// Adds a link, once, within the limit.
    pub(crate) fn add_link(&mut self, url: Located<Box<str>>, title: Option<Box<str>>, link_type: &str) {
        let link = Link { url: url.value, title, link_type: Some(link_type.into()) };
        let place = Place { position: url.position, length: 0 };
        if self.declaration.links.iter().all(|known| known.value != link)
            && self.has_room(place, self.declaration.links.len(), "links", Field::Links)
        {
            self.declaration.links.push(Located::new(link, url.position));
        }
    }

    /// Adds files that the entity is made of: those of a repository, below a path.
    ///
    /// `repository` is none where it is the one that holds the manifest, whose id is `own`.
    pub(crate) fn add_code_location(
        &mut self,
        own: &str,
        repository: &Located<Box<str>>,
        path: Option<&str>,
    ) {
        let written = repository.value.trim_matches('/');
        let name =
            written.rsplit("://").next().unwrap_or(written).trim_end_matches(".git").to_ascii_lowercase();
        let is_own = own
            .to_ascii_lowercase()
            .strip_suffix(&name)
            .is_some_and(|host| !name.is_empty() && (host.is_empty() || host.ends_with('/')));
        let path = path.unwrap_or_default().trim().trim_start_matches("./").trim_matches('/');
        let location = CodeLocation {
            repository: (!is_own).then(|| written.into()),
            path: if path == "." { "" } else { path }.into(),
        };
        let place = Place { position: repository.position, length: 0 };
        let count = self.declaration.code_locations.len();
        if self.declaration.code_locations.iter().all(|known| known.value != location)
            && self.has_room(place, count, "code locations", Field::CodeLocations)
        {
            self.declaration.code_locations.push(Located::new(location, repository.position));
        }
    }

    /// Adds a name by which references may mean the entity, unless it has that name anyway.
    pub(crate) fn add_alias(&mut self, node: Node<'_>, kind: &str, text: &str, name: &str) {
        let Some(alias) = self.entity_named(node, kind, text, name) else { return };
        let is_known = alias == self.declaration.entity
            || self.declaration.aliases.iter().any(|known| known.value == alias);
        if !is_known && self.has_room(node, self.declaration.aliases.len(), name, Field::Aliases) {
            self.declaration.aliases.push(Located::new(alias, node.position()));
        }
    }

    /// Reads our own additions out of a mapping; what they state is believed before the format's own.
    pub(crate) fn take_additions(&mut self, node: Node<'_>, at: &str) {
        if node.is_null() {
            return;
        }
        if !node.is_mapping() {
            let message = format!("`{at}` is {}, expected a mapping", node.described());
            self.remarks.push(Remark::new(DiagnosticCode::WrongType, node, message));
            return;
        }
        let fields = [
            ("tier", Field::Tier),
            ("slo", Field::Slo),
            ("needs", Field::Needs),
            ("deployedTo", Field::DeployedTo),
            ("dataClass", Field::DataClass),
        ];
        let given = fields.into_iter().filter(|(name, _)| node.stated(name).is_some());
        let given: Vec<Field> = given.map(|(_, field)| field).collect();
        // What the format's own field left unread does not matter where an addition says it.
        self.declaration.unread.retain(|field| !given.contains(field));
        read_additions(self, node, at);
        let unread = &self.declaration.unread;
        self.declaration.additions.extend(given.into_iter().filter(|field| !unread.contains(field)));
    }

    /// Whether one more item fits in a list of `count`; says once for a field that it does not.
    pub(crate) fn has_room(
        &mut self,
        place: impl Into<Place>,
        count: usize,
        name: &str,
        field: Field,
    ) -> bool {
        let limit = self.limits.entity_labels_max;
        if count >= limit && !self.declaration.unread.contains(&field) {
            self.say_over_limit(place, name, "items", LABELS_MAX, limit);
            self.declaration.unread.push(field);
        }
        count < limit
    }

    fn say_over_limit(
        &mut self,
        place: impl Into<Place>,
        name: &str,
        what: &str,
        limit_name: &str,
        limit: usize,
    ) {
        let limit = grouped(limit);
        let message = format!(
            "with `{name}` the document has more {what} than the limit `{limit_name}` of {limit}; the rest is not read"
        );
        self.remarks.push(Remark::new(DiagnosticCode::ListTooLong, place, message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_of_pagerduty_are_read_out_of_addresses() {
        let check = |address, expected| assert_eq!(pagerduty_service_of(address), expected, "{address}");
        check("https://acme.pagerduty.com/services/P12AB", Some("P12AB"));
        check("https://acme.PagerDuty.com/service-directory/P12AB/activity?x=1", Some("P12AB"));
        check("https://acme.pagerduty.com/schedules/P12AB", None);
        check("https://pagerduty.com.example.com/services/P12AB", None);
        check("https://acme.pagerduty.com/services/", None);
        check("P12AB", None);
    }
}
