//! Formats by content: what a file seems to be, from its bytes alone.
//!
//! A look at the beginnings of lines, no parser: it costs about as much as counting the lines. It may take a
//! file for a manifest that is none, which the reader of the format then finds out.

use catalog_core::model::ManifestFormat;

use super::kubernetes::{is_flux, is_workload};

/// How much of a value is looked at, in bytes.
const VALUE_BYTES_MAX: usize = 200;

/// The format of a file of YAML or JSON by its content; `None` where it is nothing that is known.
///
/// Of several formats in one file, entities of Backstage come first, then the one that stands first. Objects
/// of Kubernetes count where they run something, tell Flux what to apply, or carry annotations for
/// people. Linear in the file.
pub fn format_by_content(path: &str, bytes: &[u8]) -> Option<ManifestFormat> {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension)?;
    let is_yaml = extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml");
    if !is_yaml && !extension.eq_ignore_ascii_case("json") {
        return None;
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => None,
        Some(b'{' | b'[') => in_json(bytes),
        Some(_) => in_yaml(bytes),
    }
}

/// What the lines so far amount to.
#[derive(Default)]
struct Sniffed<'b> {
    format: Option<ManifestFormat>,
    /// The `apiVersion` and `kind` of the document or the item of a list that is being read.
    api_version: Option<&'b str>,
    kind: Option<&'b str>,
    /// Whether the document has an annotation that makes any object worth reading.
    is_annotated: bool,
}

impl<'b> Sniffed<'b> {
    fn end_document(&mut self) {
        self.judge();
        self.api_version = None;
        self.kind = None;
        self.is_annotated = false;
    }

    /// Takes the format of what was found, unless an earlier document decided.
    fn judge(&mut self) {
        let format = match (self.api_version, self.kind) {
            (Some(version), _) if version.contains("backstage.io/") => {
                self.format = Some(ManifestFormat::Backstage);
                return;
            }
            (Some(version), _) if version.starts_with("openslo/") => ManifestFormat::Openslo,
            (Some(version), _) if version.starts_with("score.dev/") => ManifestFormat::Score,
            (Some(version), Some(kind)) if version.starts_with("core.oam.dev/") => {
                if !matches!(kind, "Application" | "ApplicationConfiguration") {
                    return;
                }
                ManifestFormat::Oam
            }
            (Some(version), Some(kind))
                if is_workload(version, kind) || is_flux(version, kind) || self.is_annotated =>
            {
                ManifestFormat::Kubernetes
            }
            _ => return,
        };
        self.format.get_or_insert(format);
    }

    fn is_decided(&self) -> bool {
        self.format == Some(ManifestFormat::Backstage)
    }

    /// Takes in a field that stands in the root of a document or of an item of a list.
    fn take(&mut self, key: &str, value: &'b str) {
        match key {
            "apiVersion" => self.api_version = Some(value),
            "kind" => self.kind = Some(value),
            "asyncapi" if value.starts_with(|c: char| c.is_ascii_digit()) => {
                self.format.get_or_insert(ManifestFormat::Asyncapi);
            }
            _ => {}
        }
    }
}

fn in_yaml(bytes: &[u8]) -> Option<ManifestFormat> {
    let mut sniffed = Sniffed::default();
    // How deeply the fields of a list's items stand, while a `kind: List` is read.
    let mut item_indent = 0;
    for line in bytes.split(|byte| *byte == b'\n') {
        let Some(first) = line.first().copied() else { continue };
        match first {
            b'a' | b'k' | b'"' | b'\'' => take_field(&mut sniffed, line),
            b'-' if line.starts_with(b"---") => {
                sniffed.end_document();
                item_indent = 0;
                // A document may begin on the line of its marker.
                if let Some(rest) = line.strip_prefix(b"--- ") {
                    take_field(&mut sniffed, rest);
                }
            }
            b' ' | b'-' => {
                let indent = line.iter().take_while(|byte| **byte == b' ').count();
                let rest = &line[indent..];
                if let Some(item) = rest.strip_prefix(b"- ") {
                    let is_object = item.starts_with(b"apiVersion:") || item.starts_with(b"kind:");
                    if is_object {
                        sniffed.judge();
                        sniffed.is_annotated = false;
                        item_indent = indent + 2;
                        take_field(&mut sniffed, item);
                    }
                } else if item_indent > 0
                    && indent == item_indent
                    && (rest.starts_with(b"apiVersion:") || rest.starts_with(b"kind:"))
                {
                    take_field(&mut sniffed, rest);
                } else {
                    sniffed.is_annotated |= is_annotation(rest);
                }
            }
            b'{' => {
                // A document in the flow style on one line.
                let found = in_json(line);
                if found == Some(ManifestFormat::Backstage) {
                    return found;
                }
                sniffed.format = sniffed.format.or(found);
            }
            _ => {}
        }
        if sniffed.is_decided() {
            return sniffed.format;
        }
        if sniffed.api_version.is_some_and(|version| version.contains("backstage.io/")) {
            return Some(ManifestFormat::Backstage);
        }
    }
    sniffed.end_document();
    sniffed.format
}

/// Takes in a line of the form `key: value`.
fn take_field<'b>(sniffed: &mut Sniffed<'b>, line: &'b [u8]) {
    let quote = line.first().copied().filter(|byte| matches!(byte, b'"' | b'\''));
    let line = if quote.is_some() { &line[1..] } else { line };
    for key in ["apiVersion", "kind", "asyncapi"] {
        let Some(rest) = line.strip_prefix(key.as_bytes()) else { continue };
        let rest = match quote {
            Some(quote) => rest.strip_prefix(&[quote]),
            None => Some(rest),
        };
        let rest = rest.map(<[u8]>::trim_ascii_start).and_then(|rest| rest.strip_prefix(b":"));
        if let Some(value) = rest.and_then(value_of) {
            sniffed.take(key, value);
        }
        return;
    }
}

/// The text of a value up to its closing quote, or to the end of its word.
fn value_of(rest: &[u8]) -> Option<&str> {
    let rest = rest.trim_ascii_start();
    let rest = &rest[..rest.len().min(VALUE_BYTES_MAX)];
    let is_end =
        |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b',' | b'}' | b']' | b'#');
    let rest = match rest.first() {
        Some(b'"' | b'\'') => &rest[1..],
        _ => rest,
    };
    let end = rest.iter().position(is_end).unwrap_or(rest.len());
    std::str::from_utf8(&rest[..end]).ok().filter(|value| !value.is_empty())
}

fn is_annotation(line: &[u8]) -> bool {
    let line = match line.first() {
        Some(b'"' | b'\'') => &line[1..],
        Some(b'a' | b'b') => line,
        _ => return false,
    };
    line.starts_with(b"a8r.io/") || line.starts_with(b"backstage.io/kubernetes-id")
}

/// Looks at every key of a text in JSON: fields do not stand at the beginnings of lines there.
fn in_json(bytes: &[u8]) -> Option<ManifestFormat> {
    let mut sniffed = Sniffed::default();
    let mut rest = bytes;
    // Keys may stand without quotes in the flow style of YAML.
    while let Some(start) = rest.iter().position(|byte| matches!(byte, b'"' | b'{' | b',' | b' ')) {
        let mark = rest[start];
        rest = &rest[start + 1..];
        let key = rest.trim_ascii_start();
        if mark != b'"' && key.first() == Some(&b'"') {
            continue;
        }
        let word = match key.first() {
            Some(b'a') if key.starts_with(b"apiVersion") => "apiVersion",
            Some(b'a') if key.starts_with(b"asyncapi") => "asyncapi",
            Some(b'k') if key.starts_with(b"kind") => "kind",
            Some(b'a' | b'b') => {
                sniffed.is_annotated |= is_annotation(key);
                continue;
            }
            _ => continue,
        };
        let after = &key[word.len()..];
        let after = if mark == b'"' { after.strip_prefix(b"\"") } else { Some(after) };
        let value = after.map(<[u8]>::trim_ascii_start).and_then(|after| after.strip_prefix(b":"));
        if let Some(value) = value.and_then(value_of) {
            // Another object begins with the second of a key; which of its keys comes first is open.
            let is_known = match word {
                "apiVersion" => sniffed.api_version.is_some(),
                "kind" => sniffed.kind.is_some(),
                _ => false,
            };
            if is_known && sniffed.api_version.is_some() && sniffed.kind.is_some() {
                sniffed.end_document();
            }
            sniffed.take(word, value);
            if sniffed.api_version.is_some_and(|version| version.contains("backstage.io/")) {
                return Some(ManifestFormat::Backstage);
            }
        }
    }
    sniffed.end_document();
    sniffed.format
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<ManifestFormat>) {
        assert_eq!(format_by_content("deploy/a.yaml", text.as_bytes()), expected, "{text}");
    }

    #[test]
    fn formats_are_known_by_their_version() {
        check("apiVersion: backstage.io/v1alpha1\nkind: API\n", Some(ManifestFormat::Backstage));
        check("# x\n---\n\"apiVersion\": 'openslo/v1'\nkind: SLO\n", Some(ManifestFormat::Openslo));
        check("apiVersion: score.dev/v1b1\r\nmetadata:\r\n", Some(ManifestFormat::Score));
        check("apiVersion: core.oam.dev/v1beta1\nkind: Application\n", Some(ManifestFormat::Oam));
        check("apiVersion: core.oam.dev/v1beta1\nkind: TraitDefinition\n", None);
        check("asyncapi: 3.0.0\n", Some(ManifestFormat::Asyncapi));
        check("asyncapi: '2.6.0'\n", Some(ManifestFormat::Asyncapi));
        check("\u{feff}apiVersion: apps/v1\nkind: Deployment\n", Some(ManifestFormat::Kubernetes));
        check("kind: Service\napiVersion: v1 # comment\n", Some(ManifestFormat::Kubernetes));
        check("{apiVersion: backstage.io/v1alpha1, kind: API}", Some(ManifestFormat::Backstage));
    }

    #[test]
    fn objects_that_run_nothing_are_nothing() {
        check("apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n", None);
        check("apiVersion: batch/v1\nkind: Job\n", None);
        check("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", None);
        check("a: apiVersion: apps/v1\nb: kind: Deployment\n", None);
        check("data:\n  apiVersion: apps/v1\n  kind: Deployment\n", None);
        check("apiVersion: apps/v1\n---\nkind: Deployment\n", None);
    }

    #[test]
    fn flux_and_annotations_are_worth_reading() {
        let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n";
        check(flux, Some(ManifestFormat::Kubernetes));
        let annotated = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  annotations:\n    a8r.io/owner: x\n";
        check(annotated, Some(ManifestFormat::Kubernetes));
        check(&annotated.replace("a8r.io/owner", "example.com/owner"), None);
        let other = "apiVersion: v1\nkind: Secret\n---\nx:\n  a8r.io/owner: x\n";
        check(other, None);
    }

    #[test]
    fn lists_are_looked_into() {
        check(
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: Deployment\n",
            Some(ManifestFormat::Kubernetes),
        );
        check(
            "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: ConfigMap\n  - kind: Deployment\n    apiVersion: apps/v1\n",
            Some(ManifestFormat::Kubernetes),
        );
        check("apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n", None);
    }

    #[test]
    fn of_several_formats_backstage_comes_first() {
        check(
            "apiVersion: apps/v1\nkind: Deployment\n---\napiVersion: backstage.io/v1alpha1\nkind: API\n",
            Some(ManifestFormat::Backstage),
        );
        check(
            "apiVersion: apps/v1\nkind: Deployment\n---\nasyncapi: 2.0.0\n",
            Some(ManifestFormat::Kubernetes),
        );
        check(
            "apiVersion: openslo/v1\nkind: SLO\n---\napiVersion: apps/v1\nkind: Deployment\n",
            Some(ManifestFormat::Openslo),
        );
    }

    #[test]
    fn json_is_looked_through() {
        let check = |text: &str, expected| {
            assert_eq!(format_by_content("a.json", text.as_bytes()), expected, "{text}");
        };
        check(r#"{"kind":"Deployment","apiVersion":"apps/v1"}"#, Some(ManifestFormat::Kubernetes));
        check("{\n  \"apiVersion\" : \"backstage.io/v1alpha1\"\n}", Some(ManifestFormat::Backstage));
        check("[{\"asyncapi\": \"3.0.0\"}]", Some(ManifestFormat::Asyncapi));
        check(r#"{"apiVersion": 1, "kind": "x", "name": "a8r.io/owner"}"#, Some(ManifestFormat::Kubernetes));
        check(r#"{"name": "apiVersion", "kind": ["x"]}"#, None);
        check("{\"a\": ", None);
        check("{\"apiVersion", None);
    }

    #[test]
    fn other_files_are_not_looked_at() {
        let text = b"apiVersion: backstage.io/v1alpha1\n";
        assert_eq!(format_by_content("a.md", text), None);
        assert_eq!(format_by_content("Makefile", text), None);
        assert_eq!(format_by_content("a.yaml", b"\xFF\xFE\n\n"), None);
        assert_eq!(format_by_content("a.YML", text), Some(ManifestFormat::Backstage));
    }
}
