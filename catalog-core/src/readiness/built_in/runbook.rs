//! That it is written down what to do when an entity fails.

use crate::query::{ContactKind, contacts_of};

use super::{Answer, Asked, BuiltIn};

pub(super) static BUILT_IN: BuiltIn = BuiltIn {
    code: "runbook",
    title: "a runbook is linked",
    why: "At three in the morning nobody invents the right thing to do.",
    remedy: "Add a link to `metadata.links` with `type: runbook`.",
    takes: &[],
    check,
};

fn check(asked: Asked<'_, '_>) -> Answer {
    let contacts = contacts_of(asked.entity);
    match contacts.iter().find(|contact| contact.kind == ContactKind::Runbook) {
        Some(runbook) => asked.passed(|| (format!("its runbook is {}", runbook.value), asked.place())),
        None => Answer::failed("it links to no runbook").at(asked.place()),
    }
}
