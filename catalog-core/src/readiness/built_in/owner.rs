//! That a team that exists answers for an entity.

use crate::graph::{DeclarationView, RepositoryView};

use super::{Answer, Asked, BuiltIn};

pub(super) static BUILT_IN: BuiltIn = BuiltIn {
    code: "owner",
    title: "a declared group owns it",
    why: "Somebody has to be called when it fails and asked when it changes, also when one person is away.",
    remedy: "Name a group that a manifest declares in `spec.owner`.",
    takes: &[],
    check,
};

fn check(asked: Asked<'_, '_>) -> Answer {
    let entity = asked.entity;
    let stated = || {
        let first = entity.ownership_claims().into_iter().next();
        first.map(|claim| claim.origin).or_else(|| asked.place())
    };
    let Some(owner) = entity.owner() else {
        return match unread_owners_file(asked) {
            Some(file) => Answer::undecided(format!(
                "it names no owner, and `{file}`, which may name one, cannot be read"
            )),
            None => Answer::failed("nobody owns it"),
        }
        .at(asked.place());
    };
    let name = owner.name().short();
    if owner.name().kind() != "group" {
        return Answer::failed(format!("its owner `{name}` is no group")).at(stated());
    }
    if owner.is_placeholder() {
        let said = format!("nothing that was read declares its owner `{name}`");
        return match asked.inquiry.unread_repositories {
            0 => Answer::failed(said),
            unread => {
                Answer::undecided(format!("{said}, and of the repositories {unread} could not be read"))
            }
        }
        .at(stated());
    }
    asked.passed(|| (format!("`{name}` owns it"), stated()))
}

/// A file of its repository that may name an owner and could not be read.
fn unread_owners_file<'g>(asked: Asked<'_, 'g>) -> Option<&'g str> {
    let path = asked.entity.declaration().map(DeclarationView::path)?;
    let repository: RepositoryView<'g> = asked.entity.repository()?;
    repository.unread_ownership_files(path).next()
}
