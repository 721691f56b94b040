//! The name of an entity: `kind:namespace/name`, with Backstage's syntax and defaulting rules.

use std::{cmp::Ordering, fmt, hash::Hash, sync::Arc};

/// The name of one entity, canonical and valid: `kind:namespace/name`, all lower case.
///
/// Two refs are the same entity exactly when they are equal. The spelling of a declaration is kept
/// beside it, in [`Declaration::spelling`](super::Declaration::spelling), and is only ever shown.
///
/// *Valid* means that it follows the grammar of references (`backstage-model` section 5): no part
/// is empty, the kind holds neither `:` nor `/`, the namespace holds no `/`. It does not mean that
/// such an entity could be declared: `group:default/team@example.com` is a ref that things point at.
/// Cloning is cheap. Size: two words and one shared allocation.
#[derive(Clone)]
pub struct EntityRef {
    text: Arc<str>,
    kind_end: u16,
    namespace_end: u16,
}

/// What a reference means where it leaves out its kind or its namespace.
#[derive(Clone, Copy, Debug)]
pub struct RefDefaults<'a> {
    /// The kind of a reference without one; `None` makes the kind required.
    pub kind: Option<&'a str>,
    /// The namespace of a reference without one.
    pub namespace: &'a str,
}

/// Why a text is not a reference to an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntityRefError {
    /// The text, or its kind, namespace or name, is empty.
    #[error("a reference has the form `[kind:][namespace/]name`, and its {0} is empty here")]
    Empty(&'static str),
    /// The reference has no kind, and none can be assumed in its place.
    #[error("the kind is missing: write `kind:name`, as in `component:{{name}}`")]
    KindMissing,
    /// A part is longer than any entity's name can be.
    #[error("the reference is longer than {max} bytes", max = EntityRef::BYTES_MAX)]
    TooLong,
}

impl EntityRef {
    /// The namespace of entities that name none.
    pub const DEFAULT_NAMESPACE: &'static str = "default";
    /// The longest reference that is read, in bytes.
    pub const BYTES_MAX: usize = 1_024;

    /// Reads `[kind:][namespace/]name`; nothing is trimmed, everything is lower-cased.
    ///
    /// The kind ends at the first `:` unless a `/` comes before it, the namespace at the first `/`
    /// after it, and the rest, whatever it contains, is the name.
    pub fn parse(text: &str, defaults: RefDefaults<'_>) -> Result<Self, EntityRefError> {
        if text.is_empty() {
            return Err(EntityRefError::Empty("whole text"));
        }
        if text.len() > Self::BYTES_MAX {
            return Err(EntityRefError::TooLong);
        }
        let (kind, rest) = match (text.find(':'), text.find('/')) {
            (Some(colon), slash) if slash.is_none_or(|slash| colon < slash) => {
                (Some(&text[..colon]), &text[colon + 1..])
            }
            _ => (None, text),
        };
        let (namespace, name) = match rest.split_once('/') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, rest),
        };
        for (part, name) in [(kind, "kind"), (namespace, "namespace"), (Some(name), "name")] {
            if part == Some("") {
                return Err(EntityRefError::Empty(name));
            }
        }
        let kind = kind.or(defaults.kind).ok_or(EntityRefError::KindMissing)?;
        Self::new(kind, namespace.unwrap_or(defaults.namespace), name)
    }

    /// Reads a reference as a person types it: the kind defaults to `component`, the namespace to `default`.
    pub fn parse_lenient(text: &str) -> Result<Self, EntityRefError> {
        Self::parse(text.trim(), RefDefaults { kind: Some("component"), namespace: Self::DEFAULT_NAMESPACE })
    }

    /// Reads a full reference, `kind:namespace/name` or `kind:name`.
    pub fn parse_full(text: &str) -> Result<Self, EntityRefError> {
        Self::parse(text, RefDefaults { kind: None, namespace: Self::DEFAULT_NAMESPACE })
    }

    /// Puts a reference together from its parts, lower-casing them.
    pub fn new(kind: &str, namespace: &str, name: &str) -> Result<Self, EntityRefError> {
        for (part, what) in [(kind, "kind"), (namespace, "namespace"), (name, "name")] {
            if part.is_empty() {
                return Err(EntityRefError::Empty(what));
            }
        }
        let mut text = String::with_capacity(kind.len() + namespace.len() + name.len() + 2);
        let push_lower = |text: &mut String, part: &str| {
            if part.is_ascii() {
                text.push_str(part);
                let start = text.len() - part.len();
                text[start..].make_ascii_lowercase();
            } else {
                text.push_str(&part.to_lowercase());
            }
            text.len()
        };
        let kind_end = push_lower(&mut text, kind);
        text.push(':');
        let namespace_end = push_lower(&mut text, namespace);
        text.push('/');
        push_lower(&mut text, name);
        // Lower-casing may lengthen a text, so the bound that the offsets rest on is checked here.
        if text.len() > 2 * Self::BYTES_MAX {
            return Err(EntityRefError::TooLong);
        }
        let offset = |end: usize| u16::try_from(end).map_err(|_| EntityRefError::TooLong);
        Ok(Self { kind_end: offset(kind_end)?, namespace_end: offset(namespace_end)?, text: text.into() })
    }

    /// Takes a reference as [`as_str`](Self::as_str) gives it; `None` for any other text.
    pub(crate) fn from_canonical(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let kind_end = bytes.iter().position(|byte| *byte == b':')?;
        let namespace_end = kind_end + 1 + bytes[kind_end + 1..].iter().position(|byte| *byte == b'/')?;
        if text.is_ascii() {
            let is_canonical = kind_end > 0
                && namespace_end > kind_end + 1
                && namespace_end + 1 < text.len()
                && text.len() <= 2 * Self::BYTES_MAX
                && !bytes.iter().any(u8::is_ascii_uppercase);
            let offset = |end: usize| u16::try_from(end).ok();
            let (kind_end, namespace_end) = (offset(kind_end)?, offset(namespace_end)?);
            return is_canonical.then(|| Self { text: text.into(), kind_end, namespace_end });
        }
        let (namespace, name) = (&text[kind_end + 1..namespace_end], &text[namespace_end + 1..]);
        Self::new(&text[..kind_end], namespace, name).ok().filter(|entity| entity.as_str() == text)
    }

    /// The whole reference, `kind:namespace/name`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The kind, as in `component`.
    pub fn kind(&self) -> &str {
        &self.text[..usize::from(self.kind_end)]
    }

    /// The namespace, as in `default`.
    pub fn namespace(&self) -> &str {
        &self.text[usize::from(self.kind_end) + 1..usize::from(self.namespace_end)]
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.text[usize::from(self.namespace_end) + 1..]
    }

    /// The reference as briefly as it can be read back: `kind:name` in the default namespace.
    pub fn short(&self) -> String {
        // A name with a `/` reads back only behind its namespace.
        if self.namespace() == Self::DEFAULT_NAMESPACE && !self.name().contains('/') {
            format!("{}:{}", self.kind(), self.name())
        } else {
            self.text.to_string()
        }
    }
}

impl PartialEq for EntityRef {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for EntityRef {}

impl PartialOrd for EntityRef {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for EntityRef {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl Hash for EntityRef {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl std::borrow::Borrow<str> for EntityRef {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, EntityRefError>) {
        let defaults = RefDefaults { kind: Some("Group"), namespace: "shop" };
        let read = EntityRef::parse(text, defaults);
        assert_eq!(read.as_ref().map(EntityRef::as_str).map_err(|error| *error), expected, "{text}");
        if let Ok(read) = read {
            let again = EntityRef::parse_full(read.as_str());
            assert_eq!(EntityRef::from_canonical(read.as_str()).as_ref(), Some(&read));
            assert_eq!(again, Ok(read), "a canonical reference reads back as itself");
        }
    }

    #[test]
    fn parts_are_found_as_backstage_finds_them() {
        check("a", Ok("group:shop/a"));
        check("K:a", Ok("k:shop/a"));
        check("n/a", Ok("group:n/a"));
        check("K:N/A", Ok("k:n/a"));
        check("a:b:c", Ok("a:shop/b:c"));
        check("a/b:c", Ok("group:a/b:c"));
        check("a:b/c/d", Ok("a:b/c/d"));
        check("team@example.com", Ok("group:shop/team@example.com"));
        check(" a", Ok("group:shop/ a"));
    }

    #[test]
    fn empty_parts_are_refused() {
        check("", Err(EntityRefError::Empty("whole text")));
        check(":a", Err(EntityRefError::Empty("kind")));
        check("/a", Err(EntityRefError::Empty("namespace")));
        check("k:", Err(EntityRefError::Empty("name")));
        check("k:n/", Err(EntityRefError::Empty("name")));
        check("k:/a", Err(EntityRefError::Empty("namespace")));
    }

    #[test]
    fn only_canonical_references_are_taken_as_they_are() {
        for text in ["", "a", "a:b", "a/b", ":b/c", "a:/c", "a:b/", "A:b/c", "a:b/C", "a:b/Ä"] {
            assert!(EntityRef::from_canonical(text).is_none(), "{text}");
        }
        let parts = EntityRef::from_canonical("a:b/c:d/e").expect("it is canonical");
        assert_eq!((parts.kind(), parts.namespace(), parts.name()), ("a", "b", "c:d/e"));
        assert!(EntityRef::from_canonical("a:b/ä").is_some());
    }

    #[test]
    fn a_required_kind_is_not_guessed() {
        assert_eq!(EntityRef::parse_full("a"), Err(EntityRefError::KindMissing));
    }
}
