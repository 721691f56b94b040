//! OWNERS_ALIASES: names of groups at the root of a repository, one level deep.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use catalog_core::model::{Diagnostic, DiagnosticCode, ManifestInput, Severity};

use super::prow::normal_login;
use crate::{
    limits::ManifestLimits,
    manifest::{
        Siblings,
        reading::{Place, Remark, Remarks, quoted},
        text,
        yaml::{Node, read_yaml},
    },
};

/// The file, at the root alone.
pub(super) const PATH: &str = "OWNERS_ALIASES";

/// The aliases of a repository.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    /// The members of each alias, all in lower case, in the order of the file.
    members: BTreeMap<Box<str>, Vec<Box<str>>>,
    /// Aliases whose value is no list.
    unreadable: Vec<Box<str>>,
    /// What is to be said about the file.
    diagnostics: Vec<Diagnostic>,
}

/// What an alias stands for.
pub(super) enum Meaning<'a> {
    /// These members.
    Members(&'a [Box<str>]),
    /// Nobody: the name stays as it is.
    Empty,
    /// The alias is there, and its members could not be read.
    Unreadable,
    /// It is no alias.
    Login,
}

/// What was read last, and out of what.
struct LastRead {
    bytes: Vec<u8>,
    limits: ManifestLimits,
    aliases: Rc<Aliases>,
}

thread_local! {
    /// The last file that was read here: a repository has hundreds of OWNERS files and one of aliases. What
    /// is read depends on the bytes and the limits alone, so that remembering it changes nothing.
    static LAST: RefCell<Option<LastRead>> = const { RefCell::new(None) };
}

impl Aliases {
    /// The aliases of the repository, and the file as an input.
    pub(super) fn of_repository(
        siblings: &dyn Siblings,
        limits: &ManifestLimits,
    ) -> (Rc<Self>, ManifestInput) {
        let found = siblings.read(PATH);
        let content = found.as_ref().map(|(content, _)| *content);
        let input = ManifestInput { path: PATH.into(), content };
        let Some((_, bytes)) = found else { return (Rc::default(), input) };
        let known = LAST.with_borrow(|last| {
            let last = last.as_ref()?;
            (last.bytes == bytes && last.limits == *limits).then(|| Rc::clone(&last.aliases))
        });
        let aliases = known.unwrap_or_else(|| {
            let aliases = Rc::new(Self::read(&bytes, limits));
            LAST.set(Some(LastRead { bytes, limits: limits.clone(), aliases: Rc::clone(&aliases) }));
            aliases
        });
        (aliases, input)
    }

    /// What is to be said about the file itself.
    pub(super) fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// What a name in lower case stands for.
    pub(super) fn meaning(&self, name: &str) -> Meaning<'_> {
        match self.members.get(name) {
            Some(members) if members.is_empty() => Meaning::Empty,
            Some(members) => Meaning::Members(members),
            None if self.unreadable.iter().any(|alias| **alias == *name) => Meaning::Unreadable,
            None => Meaning::Login,
        }
    }

    fn read(bytes: &[u8], limits: &ManifestLimits) -> Self {
        let text = match text::decode(PATH, bytes) {
            Ok(text) => text,
            Err(diagnostic) => return Self { diagnostics: vec![*diagnostic], ..Self::default() },
        };
        let mut aliases = Self::default();
        let mut remarks = Remarks::new(PATH, text, limits.diagnostics_max);
        match read_yaml(text, limits).into_iter().next() {
            None => {}
            Some(Err(fault)) => {
                let place = Place { position: fault.position, length: 0 };
                let remark = Remark::new(fault.code, place, fault.message);
                remarks.push(remark.suggest_maybe(fault.suggestion.map(str::to_owned)));
            }
            Some(Ok(document)) => {
                let root = document.root();
                let entry = root.entries().find(|entry| has_name(entry.key, "aliases"));
                for entry in entry.into_iter().flat_map(|entry| entry.value.entries()) {
                    aliases.take(entry.key, entry.value, &mut remarks);
                }
            }
        }
        aliases.diagnostics = remarks.finish();
        aliases
    }

    fn take(&mut self, key: Node<'_>, value: Node<'_>, remarks: &mut Remarks<'_>) {
        let Some(alias) = key.scalar().and_then(normal_login) else { return };
        if value.is_null() {
            let message = format!("the alias {} has no members", quoted(&alias));
            remarks.push(Remark::new(DiagnosticCode::OwnersAlias, key, message));
            self.members.insert(alias, Vec::new());
            return;
        }
        if value.scalar().is_some() || value.is_mapping() {
            let message = format!("the alias {} is {}, expected a list", quoted(&alias), value.described());
            let suggestion = value.scalar().map(|text| format!("`{alias}: [{text}]`"));
            let remark = Remark::new(DiagnosticCode::OwnersAlias, value, message);
            remarks.push(remark.severity(Severity::Error).suggest_maybe(suggestion));
            self.unreadable.push(alias);
            return;
        }
        let members: Vec<Box<str>> =
            value.items().filter_map(|item| normal_login(item.scalar().unwrap_or_default())).collect();
        if members.is_empty() {
            let message = format!("the alias {} has no members", quoted(&alias));
            remarks.push(Remark::new(DiagnosticCode::OwnersAlias, key, message));
        }
        self.members.insert(alias, members);
    }
}

/// Whether a key has a name, as Go's decoder compares it.
pub(super) fn has_name(key: Node<'_>, name: &str) -> bool {
    key.scalar().is_some_and(|text| text.eq_ignore_ascii_case(name))
}
