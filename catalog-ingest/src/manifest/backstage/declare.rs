//! The meaning of a document: what it declares about its entity, with everything good in it.
//!
//! What breaks a schema was said by [`document`](super::document) and is passed over here in silence.

use catalog_core::model::{Declaration, EntityRef, Field, Link, Located, Profile, Spelling};

use super::{
    absolute_url::is_absolute_url,
    document::Envelope,
    field_format::{is_key, is_label_value, is_name, is_namespace, is_tag},
    kind::KnownKind,
    placeholder::{Includes, is_placeholder},
    relations::read_relations,
};
use crate::{
    limits::ManifestLimits,
    manifest::{
        reading::{LABELS_MAX, Reader, Remarks, read_additions},
        yaml::Node,
    },
};

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
    let mut reader = Reader::new(declaration, remarks, limits).with_includes(includes);
    reader.read_metadata(metadata);
    if let Some(spec) = envelope.spec {
        reader.read_spec(spec, envelope.known_kind);
    }
    Some(reader.finish())
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
            read_additions(self, spec, "spec");
        }
    }

    fn read_map(
        &mut self,
        metadata: Node<'_>,
        name: &str,
        field: Field,
    ) -> Vec<(Box<str>, Located<Box<str>>)> {
        let Some(node) = metadata.stated(name) else { return Vec::new() };
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
        let node = spec.stated("profile")?;
        if !node.is_mapping() || is_placeholder(node) {
            self.declaration.unread.push(Field::Profile);
            return None;
        }
        let mut part = |name| Some(self.text(node.get(name)?)?.value).filter(|text| !text.is_empty());
        let profile =
            Profile { display_name: part("displayName"), email: part("email"), picture: part("picture") };
        (profile != Profile::default()).then_some(profile)
    }
}
