//! OWNERS files of Prow: YAML with approvers and reviewers, for a whole folder or by filters.

use catalog_core::{
    model::{
        DiagnosticCode, OwnerName, PathDialect, PathRule, PathRules, Position, Reviewers, Severity, grouped,
    },
    path_rules::check_pattern,
};

use super::{
    aliases::{self, Aliases, Meaning, has_name},
    dialect::KEYS,
    folder_of,
};
use crate::{
    limits::ManifestLimits,
    manifest::{
        ManifestFile, ManifestReading, Siblings,
        reading::{Place, Remark, Remarks, quoted},
        yaml::{Node, Shape, read_yaml},
    },
};

/// The pattern of a rule about everything in the folder, as filters write it.
const EVERYTHING: &str = ".*";

pub(super) fn read(
    file: &ManifestFile<'_>,
    text: &str,
    siblings: &dyn Siblings,
    limits: &ManifestLimits,
) -> ManifestReading {
    let (aliases, input) = Aliases::of_repository(siblings, limits);
    let mut remarks = Remarks::new(file.path, text, limits.diagnostics_max);
    // Prow reads the first document alone.
    let rules = match read_yaml(text, limits).into_iter().next() {
        Some(Ok(_)) if let Some(position) = stray_tab(text) => {
            let message = "a tab stands between words, which not every reader of YAML takes; expected blanks";
            let remark = Remark::new(DiagnosticCode::YamlSyntax, Place { position, length: 1 }, message);
            remarks.push(remark.suggest("write blanks in the place of the tab"));
            None
        }
        None => None,
        Some(Err(fault)) => {
            let place = Place { position: fault.position, length: 0 };
            let remark = Remark::new(fault.code, place, fault.message);
            remarks.push(remark.suggest_maybe(fault.suggestion.map(str::to_owned)));
            None
        }
        Some(Ok(document)) => {
            let mut reader = Reader { limits, aliases: &aliases, remarks: &mut remarks };
            reader.read(document.root())
        }
    };
    let mut diagnostics = remarks.finish();
    if folder_of(file.path).is_empty() {
        diagnostics.extend(aliases.diagnostics().iter().cloned());
    }
    let broken = rules.is_none();
    let folder = folder_of(file.path).into();
    ManifestReading {
        path_rules: rules.map(|rules| PathRules { folder, ..rules }),
        inputs: vec![input],
        diagnostics,
        broken,
        ..ManifestReading::default()
    }
}

/// The first tab that stands neither in quotes nor in a comment. YAML allows it to separate words, its
/// older readers do not: whether the file says anything then depends on who reads it.
fn stray_tab(text: &str) -> Option<Position> {
    for (number, line) in (1..).zip(text.lines()) {
        let mut quote = None;
        let mut before = ' ';
        for (column, c) in (1..).zip(line.chars()) {
            match (quote, c) {
                (Some(open), _) if c == open => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => quote = Some(c),
                (None, '#') if before.is_whitespace() => break,
                (None, '\t') => return Some(Position::new(number, column)),
                _ => {}
            }
            before = c;
        }
    }
    None
}

struct Reader<'a, 'f> {
    limits: &'a ManifestLimits,
    aliases: &'a Aliases,
    remarks: &'a mut Remarks<'f>,
}

/// The lists that stand beside each other, for a folder or in a filter.
#[derive(Default)]
struct Names {
    approvers: Vec<OwnerName>,
    reviewers: Vec<OwnerName>,
    required: Vec<OwnerName>,
    /// Whether any list says something, labels among them.
    says_something: bool,
    /// Whether a list is none, for which Prow drops all of them.
    broken: bool,
}

impl Reader<'_, '_> {
    /// The rules of a document; `None` where nothing of it can be used.
    fn read(&mut self, root: Node<'_>) -> Option<PathRules> {
        if !root.is_mapping() {
            let message = format!("the document is {}, expected a mapping", root.described());
            self.remarks.push(Remark::new(DiagnosticCode::WrongType, root, message));
            return None;
        }
        self.remark_on_keys(root, &KEYS);
        let names = self.names(root);
        let mut rules = Vec::new();
        if names.says_something && !names.broken {
            if let Some(filters) = filters_of(root) {
                let message = "the filters count for nothing, because names or labels stand beside them";
                self.remarks.push(Remark::new(DiagnosticCode::OwnersFiltersIgnored, filters, message));
            }
            let place = ["approvers", "reviewers", "required_reviewers"]
                .into_iter()
                .find_map(|name| key_of(root, name));
            rules.extend(rule(EVERYTHING, place.unwrap_or(root), names));
        } else {
            let is_broken = names.broken;
            rules = self.filters(root)?;
            if is_broken && rules.is_empty() {
                return None;
            }
        }
        let no_parent_owners = self.option(root, "no_parent_owners");
        Some(PathRules { no_parent_owners, ..PathRules::new(PathDialect::Prow, rules) })
    }

    fn filters(&mut self, root: Node<'_>) -> Option<Vec<PathRule>> {
        let Some(filters) = value_of(root, "filters").filter(|filters| !filters.is_null()) else {
            return Some(Vec::new());
        };
        if !filters.is_mapping() {
            let message = format!("`filters` is {}, expected a mapping", filters.described());
            self.remarks.push(Remark::new(DiagnosticCode::WrongType, filters, message));
            return None;
        }
        let mut rules = Vec::new();
        let mut broken = false;
        for entry in filters.entries() {
            self.remark_on_keys(entry.value, &KEYS);
            let names = self.names(entry.value);
            broken |= names.broken;
            let Some(filter) = entry.key.scalar() else { continue };
            if rules.len() >= self.limits.codeowners_regexes_max {
                let limit = grouped(self.limits.codeowners_regexes_max);
                let message =
                    format!("the file has more filters than the limit `codeowners.regexes_max` of {limit}");
                self.remarks.push(Remark::new(DiagnosticCode::ListTooLong, entry.key, message));
                return None;
            }
            if self.filter_is_taken(entry.key, filter) {
                rules.extend(rule(filter, entry.key, names));
            }
        }
        (!broken).then_some(rules)
    }

    fn filter_is_taken(&mut self, key: Node<'_>, filter: &str) -> bool {
        let bytes_max = self.limits.codeowners_pattern_bytes_max;
        if filter.len() > bytes_max {
            let message = format!(
                "the filter is {} bytes, over the limit `codeowners.pattern_bytes_max` of {}",
                grouped(filter.len()),
                grouped(bytes_max)
            );
            self.remarks.push(Remark::new(DiagnosticCode::OwnersFilter, key, message));
            return false;
        }
        let Err(error) = check_pattern(PathDialect::Prow, filter) else { return true };
        let message = format!("the filter {} is left out: {error}", quoted(filter));
        let mended = filter.replace("**", "*").replace(".*", "*").replace('*', ".*");
        let suggestion = check_pattern(PathDialect::Prow, &mended).is_ok().then(|| quoted(&mended));
        self.remarks.push(Remark::new(DiagnosticCode::OwnersFilter, key, message).suggest_maybe(suggestion));
        false
    }

    /// The lists of a mapping.
    fn names(&mut self, node: Node<'_>) -> Names {
        let mut names = Names::default();
        names.approvers = self.list(node, "approvers", &mut names);
        names.reviewers = self.list(node, "reviewers", &mut names);
        names.required = self.list(node, "required_reviewers", &mut names);
        let labels = value_of(node, "labels").filter(|labels| !labels.is_null());
        names.says_something |= labels.is_some_and(|labels| labels.items().len() > 0);
        names
    }

    /// A list of names with its aliases resolved, each name once.
    fn list(&mut self, node: Node<'_>, name: &str, names: &mut Names) -> Vec<OwnerName> {
        let Some(list) = value_of(node, name).filter(|list| !list.is_null()) else { return Vec::new() };
        if list.shape() != Shape::Sequence {
            let message = format!(
                "`{name}` is {}, expected a list; Prow drops the names of the file",
                list.described()
            );
            let suggestion = list.scalar().map(|text| format!("`{name}: [{text}]`"));
            self.remarks
                .push(Remark::new(DiagnosticCode::WrongType, list, message).suggest_maybe(suggestion));
            names.broken = true;
            return Vec::new();
        }
        names.says_something |= list.items().len() > 0;
        let mut found = Found { names: Vec::new(), seen: std::collections::BTreeSet::new() };
        for item in list.items() {
            match item.scalar() {
                Some(written) => self.take(item, written, &mut found),
                None => {
                    let message = format!("an item of `{name}` is {}, expected a login", item.described());
                    self.remarks.push(Remark::new(DiagnosticCode::WrongType, item, message));
                    names.broken = true;
                }
            }
            if found.names.len() > self.limits.owners_names_max {
                let limit = grouped(self.limits.owners_names_max);
                let message = format!(
                    "`{name}` has more names than the limit `owners.names_max` of {limit}; the first ones are kept"
                );
                self.remarks.push(Remark::new(DiagnosticCode::ListTooLong, item, message));
                found.names.truncate(self.limits.owners_names_max);
                break;
            }
        }
        found.names
    }

    /// Takes a name, or the members of the alias that it is.
    fn take(&mut self, item: Node<'_>, written: &str, found: &mut Found) {
        let Some(login) = normal_login(written) else {
            let message = format!("{} is no login or alias and is left out", quoted(written));
            self.remarks
                .push(Remark::new(DiagnosticCode::WrongType, item, message).severity(Severity::Warning));
            return;
        };
        let aliases = self.aliases;
        let remark = match aliases.meaning(&login) {
            Meaning::Login => {
                found.push(&login);
                return;
            }
            Meaning::Members(members) => {
                let nested = members.iter().find(|member| !matches!(aliases.meaning(member), Meaning::Login));
                members.iter().for_each(|member| found.push(member));
                let Some(nested) = nested else { return };
                format!(
                    "the alias {} holds the alias {}, which is not resolved again and stays a login",
                    quoted(&login),
                    quoted(nested)
                )
            }
            Meaning::Empty => {
                found.push(&login);
                format!(
                    "the alias {} of `{}` has no members, so it stays a login",
                    quoted(&login),
                    aliases::PATH
                )
            }
            Meaning::Unreadable => {
                found.push(&login);
                format!(
                    "the alias {} of `{}` cannot be read, so it stays a login",
                    quoted(&login),
                    aliases::PATH
                )
            }
        };
        self.remarks.push(Remark::new(DiagnosticCode::OwnersAlias, item, remark));
    }

    /// Whether an option is switched on.
    fn option(&mut self, root: Node<'_>, name: &str) -> bool {
        let options = value_of(root, "options");
        let Some(value) = options.and_then(|options| value_of(options, name)) else { return false };
        match value.scalar().map(str::to_ascii_lowercase).as_deref() {
            Some("true" | "yes" | "on" | "y") => true,
            Some("false" | "no" | "off" | "n" | "" | "null" | "~") => false,
            _ => {
                let message = format!("`options.{name}` is {}, expected a truth value", value.described());
                let remark = Remark::new(DiagnosticCode::WrongType, value, message);
                self.remarks.push(remark.suggest(format!("`{name}: true`")));
                false
            }
        }
    }

    fn remark_on_keys(&mut self, node: Node<'_>, known: &[&str]) {
        for entry in node.entries().filter(|entry| !known.iter().any(|name| has_name(entry.key, name))) {
            let found = entry.key.scalar().map_or_else(|| "a key that is no text".to_owned(), quoted);
            let message = format!("{found} is ignored: Prow knows no such key");
            let closest = entry.key.scalar().and_then(|text| closest_key(text, known));
            let remark = Remark::new(DiagnosticCode::UnknownRootField, entry.key, message);
            let severity = if closest.is_some() { Severity::Warning } else { Severity::Note };
            self.remarks.push(remark.severity(severity).suggest_maybe(closest.map(|key| format!("`{key}`"))));
        }
    }
}

/// Names in their order, each one once.
struct Found {
    names: Vec<OwnerName>,
    seen: std::collections::BTreeSet<Box<str>>,
}

impl Found {
    fn push(&mut self, login: &str) {
        if let Some(name) = OwnerName::in_dialect(PathDialect::Prow, login)
            && self.seen.insert(login.into())
        {
            self.names.push(name);
        }
    }
}

/// A rule of some names; `None` where they are none.
fn rule(pattern: &str, place: Node<'_>, names: Names) -> Option<PathRule> {
    let reviewers = Reviewers { asked: names.reviewers, required: names.required };
    let has_reviewers = reviewers != Reviewers::default();
    if names.approvers.is_empty() && !has_reviewers {
        return None;
    }
    let rule = PathRule::new(pattern, names.approvers, place.position());
    Some(PathRule { reviewers: has_reviewers.then(|| Box::new(reviewers)), ..rule })
}

/// A login as Prow compares it: lower case, without an `@`; `None` where none is left.
pub(super) fn normal_login(written: &str) -> Option<Box<str>> {
    let lower = written.trim().to_lowercase();
    let login = lower.strip_prefix('@').unwrap_or(&lower);
    OwnerName::in_dialect(PathDialect::Prow, login).map(|name| name.as_str().into())
}

fn key_of<'d>(node: Node<'d>, name: &str) -> Option<Node<'d>> {
    node.entries().find(|entry| has_name(entry.key, name)).map(|entry| entry.key)
}

fn value_of<'d>(node: Node<'d>, name: &str) -> Option<Node<'d>> {
    node.entries().find(|entry| has_name(entry.key, name)).map(|entry| entry.value)
}

fn filters_of(root: Node<'_>) -> Option<Node<'_>> {
    value_of(root, "filters").filter(|filters| filters.entries().len() > 0)?;
    key_of(root, "filters")
}

/// The key that a text is one letter away from, or the singular of.
fn closest_key<'k>(text: &str, known: &[&'k str]) -> Option<&'k str> {
    let text = text.to_lowercase();
    known
        .iter()
        .copied()
        .find(|key| key.strip_suffix('s') == Some(text.as_str()) || key.replace('_', "-") == text)
}
