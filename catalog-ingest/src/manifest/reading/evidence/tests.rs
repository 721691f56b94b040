//! What holds for every format of evidence, whatever the file.

use std::{fmt::Write, fs, path::Path};

use catalog_core::model::{Authority, FoundBy, ManifestFormat, RelationClass, Severity};

use crate::manifest::{
    ManifestReading,
    reading::trials::{Dice, read_as, rendered},
};

const FORMATS: [(ManifestFormat, &str); 6] = [
    (ManifestFormat::Compose, "compose.yaml"),
    (ManifestFormat::Helm, "Chart.yaml"),
    (ManifestFormat::Kubernetes, "deploy/all.yaml"),
    (ManifestFormat::Asyncapi, "asyncapi.yaml"),
    (ManifestFormat::Score, "score.yaml"),
    (ManifestFormat::Oam, "app.yaml"),
];

fn read(format: ManifestFormat, path: &str, bytes: &[u8]) -> ManifestReading {
    let reading = read_as(format, path, bytes, FoundBy::Name);
    for diagnostic in &reading.diagnostics {
        assert!(diagnostic.severity < Severity::Error, "{path}: {}", diagnostic.message);
    }
    let is_by_hand =
        |relation: &&catalog_core::model::DeclaredRelation| relation.class != RelationClass::Deployed;
    for declaration in reading.documents.iter().filter_map(|document| document.declaration.as_ref()) {
        assert_eq!(declaration.relations.iter().filter(is_by_hand).count(), 0, "{path}");
        assert_ne!(declaration.entity.namespace(), "default", "{path}");
    }
    reading
}

/// Every manifest of the cases of a format.
fn cases(format: ManifestFormat) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("test_data").join(format.name());
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the cases are there")
        .flat_map(|case| fs::read_dir(case.expect("an entry").path()).expect("a case is a folder"))
        .map(|file| file.expect("an entry").path())
        .filter(|path| path.is_file() && path.file_name().is_some_and(|name| name != "expected.txt"))
        .collect();
    paths.sort();
    paths.into_iter().map(|path| fs::read(path).expect("a case is read")).collect()
}

#[test]
fn every_format_is_evidence() {
    for (format, _) in FORMATS {
        assert_eq!(format.authority(), Authority::Evidence);
    }
}

#[test]
fn what_is_no_mapping_is_said_or_foreign() {
    for (format, path) in FORMATS {
        for text in ["", "# nothing\n", "---\n---\n", "5", "[a, b]", "~", "text", "\"{{\"", "- {{ x }}"] {
            let reading = read(format, path, text.as_bytes());
            assert!(reading.documents.is_empty(), "{path} {text:?}");
            assert!(reading.foreign || !reading.diagnostics.is_empty(), "{path} {text:?}");
        }
    }
}

#[test]
fn what_is_no_text_is_said() {
    for (format, path) in FORMATS {
        let files: [&[u8]; 3] =
            [b"\xFF\xFEa\0", b"a: \xE9\n", b"version https://git-lfs.github.com/spec/v1\n"];
        for bytes in files {
            let reading = read(format, path, bytes);
            assert!(reading.broken && reading.diagnostics.len() == 1, "{path}");
        }
    }
}

#[test]
fn bombs_and_depth_are_refused() {
    let mut aliases = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    let mut merges = "a0: &a0 { k: v }\n".to_owned();
    for level in 1..40 {
        let last = level - 1;
        let items = vec![format!("*a{last}"); 9].join(", ");
        writeln!(aliases, "a{level}: &a{level} [{items}]").expect("a string takes everything");
        writeln!(merges, "a{level}: &a{level} {{ <<: [*a{last}, *a{last}] }}")
            .expect("a string takes everything");
    }
    let deep = "[".repeat(100_000);
    let wide = format!("services: {{{}", "a: {}, ".repeat(60_000));
    for (format, path) in FORMATS {
        for text in [&aliases, &merges, &deep, &wide] {
            let reading = read(format, path, text.as_bytes());
            assert!(reading.broken && reading.diagnostics.len() == 1, "{path}");
        }
    }
}

#[test]
fn repeated_keys_are_refused() {
    for (format, path) in FORMATS {
        let reading = read(format, path, b"name: a\nservices: {}\nname: b\n");
        assert!(reading.broken && reading.documents.is_empty(), "{path}");
    }
}

#[test]
fn fields_of_every_wrong_type_do_no_harm() {
    for (format, path) in FORMATS {
        for case in cases(format) {
            let text = String::from_utf8_lossy(&case);
            for (line_number, line) in text.lines().enumerate() {
                let Some((key, _)) = line.split_once(": ") else { continue };
                for value in ["~", "[x, {a: b}, 5]", "{a: [b]}", "5", "\"\"", "yes", "!!binary x", "${X}"] {
                    let changed: Vec<String> =
                        text.lines()
                            .enumerate()
                            .map(|(number, line)| {
                                if number == line_number {
                                    format!("{key}: {value}")
                                } else {
                                    line.to_owned()
                                }
                            })
                            .collect();
                    // Additions are not of the class `Deployed`, and may stay.
                    read_as(format, path, changed.join("\n").as_bytes(), FoundBy::Name);
                }
            }
        }
    }
}

#[test]
fn no_damage_makes_it_panic() {
    let mut dice = Dice::default();
    let mut next = |below: usize| dice.below(below);
    let pieces: [&[u8]; 12] =
        [b"\n", b": ", b"- ", b"{", b"]", b"&a ", b"*a", b"<<: ", b"\xFF", b"\"", b"{{", b"---\n"];
    for (format, path) in FORMATS {
        for case in cases(format) {
            for _ in 0..20 {
                let mut bytes = case.clone();
                for _ in 0..3 {
                    let at = next(bytes.len());
                    let end = (at + next(4)).min(bytes.len());
                    bytes.splice(at..end, pieces[next(pieces.len())].iter().copied());
                }
                rendered(&read_as(format, path, &bytes, FoundBy::Content));
            }
        }
    }
}

#[test]
fn relations_over_the_limit_are_left_out_and_said() {
    let mut services = String::new();
    let mut needs = String::new();
    for number in 0..1_200 {
        writeln!(services, "  s{number}: {{image: nginx}}").expect("a string takes everything");
        writeln!(needs, "      - s{number}").expect("a string takes everything");
    }
    let text = format!("services:\n{services}  all:\n    depends_on:\n{needs}");
    let reading = read(ManifestFormat::Compose, "compose.yaml", text.as_bytes());
    let all = reading.documents.last().and_then(|document| document.declaration.as_ref());
    assert_eq!(all.map(|all| all.relations.len()), Some(1_000));
    let messages: Vec<&str> = reading.diagnostics.iter().map(|diagnostic| &*diagnostic.message).collect();
    assert_eq!(
        messages,
        [
            "with `dependsOn` the document has more relations than the limit `entity.relations_max` of 1,000; the rest is not read"
        ]
    );
}
