//! An owner of whom nobody is active any more.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    graph::{CatalogGraph, Entity, EntityStanding, People, RepositoryView},
    model::{RelationEnd, RelationKind, Severity, Timestamp, grouped},
};

use super::{GapCheck, GapQuestion, GapRule, OwnershipGap};

pub(super) static RULE: GapRule = GapRule {
    code: "owner-departed",
    summary: "None of the known members of a group that owns something, or not the person who owns it, made a commit for a long time in any repository that was read.",
    why: "The people behind the name have left or moved on: whoever is called knows nothing of it, or never answers.",
    remedy: "Ask the group whether it still answers for what it owns, correct its members, or hand over what it owns.",
    severity: Severity::Warning,
    check: GapCheck::Whole { all, about },
};

/// How much a clock may be ahead before what it says is not believed.
const SECONDS_AHEAD_MAX: i64 = 86_400;

/// What commits say about when people were last active.
struct Activity<'g> {
    people: People<'g>,
    /// By the number of a person, or of a group that commits under its own address.
    seen: FxHashMap<u32, Seen<'g>>,
}

#[derive(Clone, Copy)]
struct Seen<'g> {
    at: Timestamp,
    repository: RepositoryView<'g>,
}

impl<'g> Activity<'g> {
    /// O(entities + authors of the repositories).
    fn of(graph: &'g CatalogGraph, repositories: impl Iterator<Item = RepositoryView<'g>>) -> Self {
        let people = People::of(graph);
        let mut seen: FxHashMap<u32, Seen<'g>> = FxHashMap::default();
        for repository in repositories {
            let authors = repository.history().map_or(&[][..], |history| &history.authors);
            for author in authors {
                let Some((who, _)) = people.who(&author.name, &author.email) else { continue };
                let now = Seen { at: author.last, repository };
                let known = seen.entry(who.index()).or_insert(now);
                if known.at < now.at {
                    *known = now;
                }
            }
        }
        Self { people, seen }
    }
}

fn all(question: GapQuestion<'_>, gaps: &mut Vec<OwnershipGap>) {
    let GapQuestion { graph, .. } = question;
    if graph.repositories().all(|repository| repository.history().is_none()) {
        return;
    }
    let activity = Activity::of(graph, graph.repositories());
    gaps.extend(graph.entities().filter_map(|entity| found(question, entity, &activity)));
}

/// Whoever works on what they own has not departed, which takes no look at every repository.
fn about(question: GapQuestion<'_>, entity: Entity<'_>, gaps: &mut Vec<OwnershipGap>) {
    let GapQuestion { graph, .. } = question;
    let near = Activity::of(graph, entity.owned().filter_map(Entity::repository));
    if found(question, entity, &near).is_some() {
        gaps.extend(found(question, entity, &Activity::of(graph, graph.repositories())));
    }
}

fn found<'g>(question: GapQuestion<'g>, owner: Entity<'g>, activity: &Activity<'g>) -> Option<OwnershipGap> {
    let is_owner = owner.standing() == EntityStanding::Declared
        && matches!(owner.name().kind(), "group" | "user")
        && owner.owned().len() > 0;
    let seconds = i64::from(question.settings.departed_days).saturating_mul(86_400);
    let since = Timestamp(question.now.0.saturating_sub(seconds));
    if !is_owner || !is_known_since(owner, since) {
        return None;
    }
    let members = known_members(owner)?;
    let last = departed(activity, owner, &members, since, question.now)?;
    Some(gap(owner, &members, last, since, question.now))
}

/// Whether the commits of all repositories with something that it owns are known back to a moment, and
/// were looked at after it: where not, nobody knows who is active there.
fn is_known_since(owner: Entity<'_>, since: Timestamp) -> bool {
    owner.owned().all(|owned| {
        let Some(repository) = owned.repository() else { return false };
        let is_recent = repository.head().observed_at.is_some_and(|observed_at| observed_at > since);
        let is_covered = repository.history().is_some_and(|history| history.covers(since));
        repository.head().status.is_read() && is_recent && is_covered
    })
}

/// Whether commits both before and after a moment are known of something that it owns. Where nobody works,
/// or work has only begun, it says nothing that some people were never seen.
fn is_worked_on_by_others(owner: Entity<'_>, since: Timestamp) -> bool {
    let mut histories = owner.owned().filter_map(|owned| owned.repository()?.history());
    histories.any(|history| history.since <= since && history.last.at > since)
}

/// The people in a group and in those below it, with the groups themselves, since some commit under
/// their own address; of a person that person. `None` where it is not known who they all are.
fn known_members(owner: Entity<'_>) -> Option<Vec<Entity<'_>>> {
    let mut seen: FxHashSet<u32> = FxHashSet::from_iter([owner.index()]);
    let mut found = vec![owner];
    let mut at = 0;
    while let Some(one) = found.get(at).copied() {
        at += 1;
        if one.name().kind() != "group" {
            continue;
        }
        if one.is_placeholder() || one.members_unread() || one.staleness().is_some() {
            return None;
        }
        let below = one.members().chain(one.related(RelationKind::ChildOf, RelationEnd::To));
        found.extend(below.filter(|entity| seen.insert(entity.index())));
    }
    found.sort_by_key(|entity| entity.index());
    found.iter().any(|one| one.name().kind() == "user").then_some(found)
}

/// Whoever was active last, where nobody was after a moment; `None` where somebody was, or could have
/// been without anybody being able to tell.
fn departed<'g>(
    activity: &Activity<'g>,
    owner: Entity<'g>,
    members: &[Entity<'g>],
    since: Timestamp,
    now: Timestamp,
) -> Option<Option<(Entity<'g>, Seen<'g>)>> {
    let seen = members.iter().filter_map(|member| Some((*member, *activity.seen.get(&member.index())?)));
    let last = seen.max_by_key(|(member, seen)| (seen.at, std::cmp::Reverse(member.index())));
    let is_away = match last {
        // A clock that is ahead says nothing about when that was.
        Some((_, seen)) => seen.at <= since && seen.at.0 <= now.0.saturating_add(SECONDS_AHEAD_MAX),
        None => {
            is_worked_on_by_others(owner, since)
                && members.iter().any(|member| activity.people.is_recognizable(*member))
        }
    };
    is_away.then_some(last)
}

fn gap<'g>(
    owner: Entity<'g>,
    members: &[Entity<'g>],
    last: Option<(Entity<'g>, Seen<'g>)>,
    since: Timestamp,
    now: Timestamp,
) -> OwnershipGap {
    let owned = owner.owned();
    let days = |at: Timestamp| grouped(now.0.saturating_sub(at.0).max(0).unsigned_abs() / 86_400);
    let critical = owner.owned().filter(|owned| owned.is_critical()).count();
    let entities = if owned.len() == 1 { "entity" } else { "entities" };
    let what = match grouped(owned.len()) {
        count if critical == owned.len() => format!("{count} critical {entities}"),
        count if critical == 0 => format!("{count} {entities}"),
        count => format!("{count} {entities}, {} of them critical", grouped(critical)),
    };
    let people = members.iter().filter(|member| member.name().kind() == "user").count();
    let who = match (owner.name().kind(), people) {
        ("user", _) => "did not commit anything".to_owned(),
        (_, 1) => "its only known member did not commit anything".to_owned(),
        (_, people) => format!("none of its {} known members committed anything", grouped(people)),
    };
    let last_words = match last {
        Some((member, seen)) if member == owner => {
            format!("the last time was {} days ago in `{}`", days(seen.at), seen.repository.id())
        }
        Some((member, seen)) => {
            let (name, repository) = (member.name().short(), seen.repository.id());
            format!("the last one was `{name}`, {} days ago in `{repository}`", days(seen.at))
        }
        None => "none of the commits that were read are theirs".to_owned(),
    };
    let message =
        format!("`{}` owns {what}, and {who} for {} days: {last_words}", owner.name().short(), days(since),);
    let gap = OwnershipGap::new(&RULE, RULE.severity, owner, message).about(owned);
    gap.about(last.map(|(member, _)| member).filter(|member| *member != owner))
}
