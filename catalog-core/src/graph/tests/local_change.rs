//! Changes whose effects are near: each is made beside the former graph, and none of them needs more than
//! the repositories that speak of the same entities.

use super::{
    change::{built, changed, everything, repositories},
    *,
};
use crate::model::Timestamp;

/// What another repository says beside the changed one.
const OTHERS: &str = "
    repository r/other
    component:web -> component:api component:cart
    component:web consumes api:orders owner group:shop system system:store
    component:web any> component:x component:y
    group:shop members user:ann
    repository r/second
    component:cart -> component:db
    system:store owner group:shop
";

/// Changes one repository beside [`OTHERS`], and tells which others had to be read.
fn check_local(before: &str, after: &str, read: usize) {
    let state = |text: &str| repositories(&format!("{OTHERS}\nrepository r/changed\n{text}"));
    let (former, latter) = (state(before), state(after));
    let graph = built(&former);
    let (after, asked) = changed(&graph, &former, &latter).expect("the change is local");
    assert_eq!(everything(&after), everything(&built(&latter)));
    assert_eq!(asked, read, "other repositories were read");
    let (back, _) = changed(&after, &latter, &former).expect("the change back is local");
    assert_eq!(everything(&back), everything(&graph));
}

#[test]
fn entities_come_and_go() {
    check_local("component:a", "component:a\ncomponent:b", 0);
    check_local("component:a -> component:web", "", 0);
}

#[test]
fn what_others_name_is_declared_and_declared_no_more() {
    check_local("", "component:api -> component:db\napi:orders", 0);
    check_local("component:db", "component:db2", 0);
}

#[test]
fn relations_come_and_go_with_what_they_name() {
    check_local("component:a -> component:web component:gone", "component:a -> component:new", 0);
    check_local("component:a ~> component:web", "component:a !> component:web", 0);
    check_local("component:db <- component:a", "component:db <- component:b component:cart", 1);
}

#[test]
fn groups_of_alternatives_providers_and_places_change() {
    check_local("component:a any> component:b component:c", "component:a any> component:b component:web", 0);
    check_local("component:a provides api:orders", "component:a\ncomponent:b provides api:orders", 0);
    check_local("component:a in resource:eu", "component:a in resource:eu resource:us", 0);
}

#[test]
fn owners_facts_and_structure_change() {
    check_local("component:a owner group:shop", "component:a owner group:new", 0);
    check_local("component:a tier 1 type service", "component:a tier 2 title A slo 99.9 data pii", 0);
    check_local("component:a system system:store", "component:a partof component:web", 0);
    check_local("user:ann memberof group:shop", "user:ann", 1);
    let rules = |owner: &str| format!("component:a\ncodeowners\n  * {owner}\n");
    check_local(&rules("@acme/shop"), &rules("@someone"), 0);
    check_local("component:a", "component:a stale\nmanifest b.yaml stale\ncomponent:b", 0);
}

#[test]
fn two_repositories_declare_one_entity() {
    check_local("", "component:web -> component:z owner group:a tier 1", 1);
    check_local("component:web -> component:z", "component:other", 1);
}

#[test]
fn a_plain_change_is_local_among_names_that_are_united() {
    let others = format!(
        "{OTHERS}
        repository r/loose
        manifest service.datadog.yaml format datadog
        component:web_frontend -> component:cart_ component:checkout_page
        component:cart alias component:basket
        manifest compose.yaml format compose
        component:acme.local/web -> component:acme.local/db
        repository r/changed
        "
    );
    let state = |text: &str| repositories(&format!("{others}{text}"));
    let change = |before: &str, after: &str| {
        let (former, latter) = (state(before), state(after));
        changed(&built(&former), &former, &latter).map(|(after, _)| {
            assert_eq!(everything(&after), everything(&built(&latter)));
        })
    };
    assert_eq!(
        change("component:a -> component:web", "component:a tier 1\ncomponent:b -> component:a"),
        Ok(())
    );
    assert_eq!(change("component:a", "component:a -> component:web component:cart"), Ok(()));
    // What is written loosely elsewhere can mean it.
    assert_eq!(change("", "component:checkout-page"), Err(Rebuild::NamesAreUnited));
    assert_eq!(change("", "component:a -> component:basket"), Err(Rebuild::NamesAreUnited));
}

#[test]
fn a_repository_comes_and_goes() {
    // What names the resource that stands for it is told so.
    let others = format!("{OTHERS}\nrepository r/third\ncomponent:a -> resource:repository/a/new");
    let without = repositories(&others);
    let with = repositories(&format!("{others}\nrepository a/new\ncomponent:api owner group:b"));
    let graph = built(&without);
    let (after, asked) = changed(&graph, &without, &with).expect("the change is local");
    assert_eq!((everything(&after), asked), (everything(&built(&with)), 0));
    let (back, asked) = changed(&after, &with, &without).expect("the change is local");
    assert_eq!((everything(&back), asked), (everything(&graph), 0));
}

#[test]
fn a_repository_is_seen_again() {
    let repositories = repositories(OTHERS);
    let graph = built(&repositories);
    let mut head = graph.repositories().next().expect("there is one").head().clone();
    head.observed_at = Some(Timestamp(1));
    let change = GraphChange { seen: vec![head.clone()], ..GraphChange::default() };
    let after = graph.with_change(change, Revision(7), |_| None).expect("nothing is said anew");
    assert_eq!(
        (after.revision(), after.repository(&head.id).map(RepositoryView::head)),
        (Revision(7), Some(&head))
    );
    assert_eq!(canonical(&after), canonical(&graph));
}

#[test]
fn what_cannot_be_bounded_is_built_anew() {
    let refused = |before: &str, after: &str| {
        let state = |text: &str| repositories(&format!("{OTHERS}\nrepository r/changed\n{text}"));
        let (former, latter) = (state(before), state(after));
        changed(&built(&former), &former, &latter).err()
    };
    assert_eq!(refused("", "component:a alias component:b"), Some(Rebuild::NamesAreUnited));
    assert_eq!(refused("component:a alias component:b", "component:a"), Some(Rebuild::NamesAreUnited));
    assert_eq!(refused("group:a", "group:a email a@example.com"), Some(Rebuild::OwnerNamesChange));
    assert_eq!(refused("", "resource:repository/r/other"), Some(Rebuild::RepositoryIsDeclared));
    let former = repositories(OTHERS);
    let latter = repositories(&format!("{OTHERS}\nrepository r/changed\ncomponent:web"));
    let change = GraphChange {
        now: latter.iter().filter(|(id, _)| !former.contains_key(*id)).map(|(_, of)| of.clone()).collect(),
        ..GraphChange::default()
    };
    assert_eq!(built(&former).with_change(change, Revision(2), |_| None).err(), Some(Rebuild::NotAsItWas));
}

#[test]
fn a_graph_that_changed_much_is_built_anew_in_the_end() {
    let mut repositories = repositories(OTHERS);
    let mut graph = built(&repositories);
    let ended = (0..10_000).find_map(|number| {
        let drawn = format!("repository r/changed\ncomponent:a{number} -> component:b{number} component:web");
        let mut latter = repositories.clone();
        latter.extend(sketch::repositories(&drawn).into_iter().map(|of| (of.head.id.clone(), of)));
        match changed(&graph, &repositories, &latter) {
            Ok((after, _)) => {
                (graph, repositories) = (after, latter);
                None
            }
            Err(reason) => Some((number, reason)),
        }
    });
    let (number, reason) = ended.expect("there is a limit");
    assert_eq!(reason, Rebuild::ChangedMuch);
    assert!(number > 100, "only after {number} changes");
    assert_eq!(everything(&graph), everything(&built(&repositories)));
}

#[test]
fn readers_keep_their_graph_while_others_are_made() {
    let mut repositories = repositories(OTHERS);
    let graph = built(&repositories);
    let before = everything(&graph);
    std::thread::scope(|scope| {
        let (graph, before) = (&graph, &before);
        for _ in 0..3 {
            scope.spawn(move || (0..5).for_each(|_| assert_eq!(&everything(graph), before)));
        }
        let mut present = graph.clone();
        for number in 0..20 {
            let drawn = format!("repository r/changed\ncomponent:a{number} -> component:web component:db");
            let mut latter = repositories.clone();
            latter.extend(sketch::repositories(&drawn).into_iter().map(|of| (of.head.id.clone(), of)));
            (present, _) = changed(&present, &repositories, &latter).expect("the change is local");
            repositories = latter;
        }
        assert_eq!(everything(&present), everything(&built(&repositories)));
    });
}
