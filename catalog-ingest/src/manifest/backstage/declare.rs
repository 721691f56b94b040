//! The meaning of a document: what it declares about its entity, with everything good in it.
//!
//! What breaks a schema was said by [`document`](super::document) and is passed over here in silence.

use std::borrow::Cow;

use catalog_core::model::{
    Declaration, DiagnosticCode, EntityRef, Field, Link, Located, Position, Profile, Severity, Spelling,
};

use super::{
    absolute_url::is_absolute_url,
    additions::read_additions,
    address::without_user_info,
    document::Envelope,
    field_format::{is_key, is_label_value, is_name, is_namespace, is_tag},
    kind::KnownKind,
    placeholder::{Includes, is_placeholder},
    relations::read_relations,
    remark::{Place, Remark, Remarks, quoted},
};
use crate::{
    limits::ManifestLimits,
    manifest::{text::with_thousands_marks, yaml::Node},
};

/// The name of the limit on labels, annotations, tags, links and the like.
pub(super) const LABELS_MAX: &str = "entity.labels_max";
/// The name of the limit on relations.
pub(super) const RELATIONS_MAX: &str = "entity.relations_max";

/// A declaration that is being read.
pub(super) struct Reader<'r, 'f> {
    pub(super) declaration: Declaration,
    pub(super) remarks: &'r mut Remarks<'f>,
    pub(super) includes: &'r Includes<'f>,
    pub(super) limits: &'r ManifestLimits,
}

/// Reads what a document declares; `None` where kind, namespace or name cannot be read.
pub(super) fn declare<'f>(
    envelope: Envelope<'_>,
    remarks: &mut Remarks<'f>,
    includes: &Includes<'f>,
    limits: &ManifestLimits,
) -> Option<Declaration> {
    let kind = envelope.kind?;
    let metadata = envelope.metadata?;
    let name_node = metadata.get("name")?;
    let name = name_node.text().filter(|name| is_name(name))?;
    let namespace = match metadata.get("namespace") {
        Some(namespace) => Some(namespace.text().filter(|namespace| is_namespace(namespace))?),
        None => None,
    };
    let entity = EntityRef::new(kind, namespace.unwrap_or(EntityRef::DEFAULT_NAMESPACE), name).ok()?;
    let spelling = Spelling { kind: kind.into(), namespace: namespace.map(Into::into), name: name.into() };
    let declaration = Declaration::new(entity, spelling, name_node.position());
    let mut reader = Reader { declaration, remarks, includes, limits };
    reader.read_metadata(metadata);
    if let Some(spec) = envelope.spec {
        reader.read_spec(spec, envelope.known_kind);
    }
    let mut declaration = reader.declaration;
    declaration.unread.sort_unstable();
    declaration.unread.dedup();
    Some(declaration)
}

impl Reader<'_, '_> {
    fn read_metadata(&mut self, metadata: Node<'_>) {
        self.declaration.title = self.one_text(metadata, "title", Field::Title);
        self.declaration.description = self.one_text(metadata, "description", Field::Description);
        self.cut_description();
        self.declaration.labels = self.read_map(metadata, "labels", Field::Labels);
        self.declaration.annotations = self.read_map(metadata, "annotations", Field::Annotations);
        self.declaration.tags = self
            .list(metadata, "tags", Field::Tags, self.limits.entity_labels_max, LABELS_MAX)
            .into_iter()
            .filter_map(|tag| self.text(tag))
            .filter(|tag| is_tag(&tag.value))
            .collect();
        self.declaration.links = self
            .list(metadata, "links", Field::Links, self.limits.entity_labels_max, LABELS_MAX)
            .into_iter()
            .filter_map(|link| self.read_link(link))
            .collect();
    }

    fn read_spec(&mut self, spec: Node<'_>, known_kind: Option<KnownKind>) {
        self.declaration.entity_type = self.one_text(spec, "type", Field::Type);
        self.declaration.lifecycle = self.one_text(spec, "lifecycle", Field::Lifecycle);
        if matches!(known_kind, Some(KnownKind::Group | KnownKind::User)) {
            self.declaration.profile = self.read_profile(spec);
        }
        read_relations(self, spec, known_kind);
        if known_kind.is_none_or(KnownKind::has_additions) {
            read_additions(self, spec);
        }
    }

    fn read_map(
        &mut self,
        metadata: Node<'_>,
        name: &str,
        field: Field,
    ) -> Vec<(Box<str>, Located<Box<str>>)> {
        let Some(node) = metadata.get(name).filter(|node| !node.is_null()) else { return Vec::new() };
        if !node.is_mapping() || is_placeholder(node) {
            self.declaration.unread.push(field);
            return Vec::new();
        }
        let count = node.entries().len();
        if !self.is_within(node, count, self.limits.entity_labels_max, LABELS_MAX, name, field) {
            return Vec::new();
        }
        let is_labels = field == Field::Labels;
        node.entries()
            .filter_map(|entry| {
                let key = entry.key.scalar().filter(|key| is_key(key))?;
                let is_text = entry.value.text().is_some() || is_placeholder(entry.value);
                let value = self
                    .text(entry.value)
                    .filter(|value| is_text && (!is_labels || is_label_value(&value.value)))?;
                Some((key.into(), value))
            })
            .collect()
    }

    fn read_link(&mut self, link: Node<'_>) -> Option<Located<Link>> {
        let url = self.text(link.get("url")?).filter(|url| is_absolute_url(&url.value))?;
        let mut part = |name| Some(self.text(link.get(name)?)?.value).filter(|text| !text.trim().is_empty());
        let (title, link_type) = (part("title"), part("type"));
        Some(Located::new(Link { url: url.value, title, link_type }, url.position))
    }

    fn read_profile(&mut self, spec: Node<'_>) -> Option<Profile> {
        let node = spec.get("profile").filter(|node| !node.is_null())?;
        if !node.is_mapping() || is_placeholder(node) {
            self.declaration.unread.push(Field::Profile);
            return None;
        }
        let mut part = |name| Some(self.text(node.get(name)?)?.value).filter(|text| !text.is_empty());
        let profile =
            Profile { display_name: part("displayName"), email: part("email"), picture: part("picture") };
        (profile != Profile::default()).then_some(profile)
    }

    fn cut_description(&mut self) {
        let limit = self.limits.entity_description_bytes_max;
        let Some(description) = &mut self.declaration.description else { return };
        let length = description.value.len();
        if length <= limit {
            return;
        }
        description.value = description.value[..description.value.floor_char_boundary(limit)].into();
        let marked = |count: usize| with_thousands_marks(u64::try_from(count).unwrap_or(u64::MAX));
        let message = format!(
            "the description is {} bytes, over the limit `entity.description_bytes_max` of {}, and was cut",
            marked(length),
            marked(limit)
        );
        let place = Place { position: description.position, length: 0 };
        self.remarks
            .push(Remark::new(DiagnosticCode::ListTooLong, place, message).severity(Severity::Warning));
    }

    /// A field of one text; a field that holds something else is unread.
    pub(super) fn one_text(
        &mut self,
        parent: Node<'_>,
        name: &str,
        field: Field,
    ) -> Option<Located<Box<str>>> {
        let node = parent.get(name).filter(|node| !node.is_null())?;
        let text = self.text(node);
        if text.is_none() {
            self.declaration.unread.push(field);
        }
        text.filter(|text| !text.value.is_empty())
    }

    /// The text of a scalar of any type as written, or of the file that it includes, without credentials.
    pub(super) fn text(&mut self, node: Node<'_>) -> Option<Located<Box<str>>> {
        if node.is_null() {
            return None;
        }
        let text: Cow<'_, str> = match node.scalar() {
            Some(text) => text.into(),
            None => {
                let included = self.includes.text(node);
                if included.is_none() && is_placeholder(node) {
                    let message = "the file that stands for this value is not read, so the value is unknown";
                    let remark = Remark::new(DiagnosticCode::PlaceholderUnresolved, node, message);
                    self.remarks.push(remark.severity(Severity::Note));
                }
                included?.into()
            }
        };
        Some(Located::new(self.without_secret(node, &text), node.position()))
    }

    /// The text without credentials, whose presence is said.
    pub(super) fn without_secret(&mut self, node: Node<'_>, text: &str) -> Box<str> {
        let kept = without_user_info(text);
        if let Cow::Owned(kept) = &kept {
            let message = format!("the address {} held credentials, which were left out", quoted(kept));
            let remark = Remark::new(DiagnosticCode::SecretInAddress, node, message);
            self.remarks.push(remark.suggest("remove them from the file, and revoke them"));
        }
        kept.into()
    }

    /// The items of a list field; one scalar counts as a list of itself. Any other value is unread, and
    /// so is a list that is longer than its limit.
    pub(super) fn list<'d>(
        &mut self,
        parent: Node<'d>,
        name: &str,
        field: Field,
        limit: usize,
        limit_name: &str,
    ) -> Vec<Node<'d>> {
        let Some(node) = parent.get(name).filter(|node| !node.is_null()) else { return Vec::new() };
        if node.scalar().is_some() || is_placeholder(node) {
            return vec![node];
        }
        if node.is_mapping() {
            self.declaration.unread.push(field);
            return Vec::new();
        }
        let count = node.items().len();
        if self.is_within(node, count, limit, limit_name, name, field) {
            node.items().collect()
        } else {
            Vec::new()
        }
    }

    /// Whether a count is within its limit; a field over it is unread.
    pub(super) fn is_within(
        &mut self,
        node: Node<'_>,
        count: usize,
        limit: usize,
        limit_name: &str,
        name: &str,
        field: Field,
    ) -> bool {
        if count <= limit {
            return true;
        }
        let marked = |count: usize| with_thousands_marks(u64::try_from(count).unwrap_or(u64::MAX));
        let message = format!(
            "with `{name}` the document has {} {}, over the limit `{limit_name}` of {}; `{name}` is not read",
            marked(count),
            if limit_name == LABELS_MAX { name } else { "relations" },
            marked(limit)
        );
        self.remarks.push(Remark::new(DiagnosticCode::ListTooLong, node, message));
        self.declaration.unread.push(field);
        false
    }

    /// The items of a list field of ours, about which no schema has said anything yet.
    pub(super) fn list_of_ours<'d>(
        &mut self,
        spec: Node<'d>,
        name: &str,
        field: Field,
        limit: usize,
        limit_name: &str,
    ) -> Vec<Node<'d>> {
        if let Some(node) = spec.get(name).filter(|node| node.is_mapping() && !is_placeholder(*node)) {
            let message = format!("`spec.{name}` is a mapping, expected a list");
            self.remarks.push(Remark::new(DiagnosticCode::WrongType, node, message));
        }
        self.list(spec, name, field, limit, limit_name)
    }

    /// Says that a value is none that the catalog understands.
    pub(super) fn value_unknown(&mut self, node: Node<'_>, name: &str, expected: &str) {
        let found = node.scalar().map_or_else(|| node.described().to_owned(), quoted);
        let message = format!("`{name}` is {found}, expected {expected}");
        self.remarks.push(Remark::new(DiagnosticCode::ValueUnknown, node, message));
    }

    /// Where the entity's name stands.
    pub(super) fn name_position(&self) -> Position {
        self.declaration.position
    }
}
