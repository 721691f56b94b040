//! What changed last: the commit, by whom and when.

use crate::{
    graph::{Entity, KnownBy, People, RepositoryView},
    model::{HistoryExtent, LastCommit, Timestamp},
};

/// The last change of an entity or a repository, as its commits say it.
#[derive(Clone, Debug)]
pub struct LastChange<'g> {
    /// The repository that was changed.
    pub repository: RepositoryView<'g>,
    /// The path below which it was; empty for the root and what no area of its own has.
    pub path: &'g str,
    /// Whether the commit changed what the entity is made of; where not, none of those that were looked at
    /// did, and the commit is the last one of the whole repository.
    pub is_own: bool,
    /// The commit.
    pub commit: &'g LastCommit,
    /// Who made it, where a manifest declares them: a person, or the group whose address it is.
    pub person: Option<(Entity<'g>, KnownBy)>,
    /// Since when commits were looked at.
    pub since: Timestamp,
    /// Whether those are all there are.
    pub extent: HistoryExtent,
}

/// What changed last in what an entity is made of, else in its repository. `None` where no commits of its
/// repository are known: nobody knows then. O(areas + log).
pub fn last_change<'g>(entity: Entity<'g>, people: &People<'g>) -> Option<LastChange<'g>> {
    let repository = entity.repository()?;
    let found = entity.areas()?;
    let latest = found
        .areas
        .iter()
        .filter_map(|area| Some((&*area.path, area.last.as_ref()?)))
        .max_by_key(|(path, commit)| (commit.at, std::cmp::Reverse(*path)));
    let (path, commit, is_own) = match latest {
        Some((path, commit)) => (path, commit, true),
        None => ("", &found.history.last, false),
    };
    Some(LastChange {
        repository,
        path,
        is_own,
        commit,
        person: people.who(&commit.name, &commit.email),
        since: found.history.since,
        extent: found.history.extent,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch::{self, entity_ref};

    fn check(drawn: &str, entity: &str, expected: Option<(&str, bool, &str, i64)>) {
        let graph = sketch::graph(drawn);
        let people = People::of(&graph);
        let entity = graph.entity(&entity_ref(entity)).expect("it is in the sketch");
        let change = last_change(entity, &people);
        let shown = change.as_ref().map(|change| {
            let who = change.person.map(|(person, _)| person.name().short());
            let days = (sketch::READ_AT.0 - change.commit.at.0) / 86_400;
            (change.path, change.is_own, who.unwrap_or_else(|| change.commit.name.to_string()), days)
        });
        assert_eq!(shown.as_ref().map(|of| (of.0, of.1, of.2.as_str(), of.3)), expected);
    }

    const DRAWN: &str = "
        user:ann email ann@example.com
        repository acme/shop
        history
          . bob@example.com 2 1
          api ann@example.com 1 5
          api bob@example.com 9 30
          web/src zoe@example.com 1 7
          old ann@example.com 0 0
        manifest api/catalog-info.yaml
        component:api
        manifest web/catalog-info.yaml
        component:web code web/src/**
        component:both code web/src code api
        manifest old/catalog-info.yaml
        component:old
        repository acme/plain
        component:plain
    ";

    #[test]
    fn the_last_change_is_of_what_the_entity_is_made_of() {
        check(DRAWN, "component:api", Some(("api", true, "user:ann", 5)));
        check(DRAWN, "component:web", Some(("web/src", true, "zoe", 7)));
        check(DRAWN, "component:both", Some(("api", true, "user:ann", 5)));
        check(DRAWN, "resource:repository/acme/shop", Some(("", true, "bob", 1)));
    }

    #[test]
    fn where_nothing_of_it_changed_the_repository_is_told() {
        check(DRAWN, "component:old", Some(("", false, "bob", 1)));
        check(DRAWN, "component:plain", None);
    }
}
