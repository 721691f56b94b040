//! How a run of the program ended.

use std::{path::Path, process::Command};

use serde_json::Value;

/// The exit code and what was written, with the test's own folder shown as `/w` and ages as `some time ago`.
#[derive(Debug)]
pub(crate) struct Run {
    code: Option<i32>,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Run {
    /// Runs a command to its end. Whatever happens, the program does not panic.
    pub(super) fn of(command: &mut Command, root: &Path) -> Self {
        let output = command.output().expect("the program starts");
        let root = root.to_string_lossy();
        let shown =
            |bytes: Vec<u8>| without_ages(&String::from_utf8(bytes).expect("text").replace(&*root, "/w"));
        let run =
            Self { code: output.status.code(), stdout: shown(output.stdout), stderr: shown(output.stderr) };
        assert!(!run.stderr.contains("panicked at"), "{run}");
        run
    }

    /// The exit code; none where a signal ended it.
    pub(crate) fn code(&self) -> Option<i32> {
        self.code
    }

    /// Wants an exit code.
    #[track_caller]
    pub(crate) fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// Wants each of these texts on standard error.
    #[track_caller]
    pub(crate) fn says(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stderr.contains(text), "`{text}` is not said:\n{self}");
        }
        self
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }

    /// Standard output as one JSON document a line.
    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        let lines = self.stdout.lines().map(serde_json::from_str);
        lines.collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{error}\n{self}"))
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit code {:?}\n--- stdout\n{}\n--- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}

/// The rows of a list in a JSON document.
#[track_caller]
pub(crate) fn rows<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value[field].as_array().unwrap_or_else(|| panic!("`{field}` is no list in {value:#}"))
}

/// A field as text; a null is an empty text.
#[track_caller]
pub(crate) fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    match &value[field] {
        Value::Null => "",
        Value::String(text) => text,
        other => panic!("`{field}` is {other}, not a text"),
    }
}

/// How long ago a commit was made and read depends on the day of the test, and is shown as `some time ago`.
fn without_ages(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((start, word)) =
        [", committed ", ", read "].iter().filter_map(|word| Some((rest.find(word)?, word))).min()
    {
        let age = start + word.len();
        let end = ["just now", " ago"]
            .iter()
            .filter_map(|end| Some(rest[age..].find(end)? + age + end.len()))
            .min()
            .filter(|end| end - age < 20);
        shown.push_str(&rest[..age]);
        rest = match end {
            Some(end) => {
                shown.push_str("some time ago");
                &rest[end..]
            }
            None => &rest[age..],
        };
    }
    shown + rest
}
