//! That somebody is woken when an entity fails.

use crate::{
    graph::Entity,
    model::{RelationEnd, RelationKind},
    query::{Contact, ContactKind, contacts_of},
};

use super::{Answer, Asked, BuiltIn, Inquiry};

pub(super) static BUILT_IN: BuiltIn = BuiltIn {
    code: "on-call",
    title: "somebody is on call",
    why: "A failure at night is only mended at night if somebody is woken.",
    remedy: "Annotate it or its owner with the on-call service, as in `pagerduty.com/service-id: PABC123`.",
    takes: &[],
    check,
};

/// Whoever is on call for an entity: by its own contacts, else by those of its owner, else by those of the
/// nearest parent of its owner that has any; with the entity that says so. Or why that is not known.
pub(in crate::readiness) fn found<'g>(
    inquiry: &Inquiry<'g>,
    entity: Entity<'g>,
) -> Result<Vec<(Entity<'g>, Contact)>, String> {
    let mut asked: Vec<Entity<'g>> = vec![entity];
    let mut next = entity.owner();
    let mut at = entity;
    loop {
        let contacts = contacts_of(at);
        let on_call: Vec<_> = contacts
            .into_iter()
            .filter(|contact| contact.kind == ContactKind::OnCall)
            .map(|contact| (at, contact))
            .collect();
        if !on_call.is_empty() {
            return Ok(on_call);
        }
        // Whoever is met again ends the climb, also in a circle of parents.
        let Some(above) = next.filter(|above| !asked.contains(above)) else { return Ok(Vec::new()) };
        if above.is_placeholder() && inquiry.unread_repositories > 0 {
            return Err(format!(
                "nothing that was read declares `{}`, and of the repositories {} could not be read",
                above.name().short(),
                inquiry.unread_repositories
            ));
        }
        asked.push(above);
        at = above;
        next = above.related(RelationKind::ChildOf, RelationEnd::From).next();
    }
}

fn check(asked: Asked<'_, '_>) -> Answer {
    let entity = asked.entity;
    match found(asked.inquiry, entity) {
        Err(why) => Answer::undecided(why).at(asked.place()),
        Ok(found) => match found.first() {
            Some((of, contact)) => asked.passed(|| {
                let whose =
                    if *of == entity { "its own".to_owned() } else { format!("of `{}`", of.name().short()) };
                let said = of.declaration().map(crate::graph::DeclarationView::origin);
                (format!("on call is {}, {whose}, by `{}`", contact.value, contact.source), said)
            }),
            None => {
                let whom = match entity.owner() {
                    Some(owner) => {
                        format!("neither it nor its owner `{}` names anybody", owner.name().short())
                    }
                    None => "it names nobody, and nobody owns it".to_owned(),
                };
                Answer::failed(format!("nobody is on call: {whom}")).at(asked.place())
            }
        },
    }
}
