//! Who can come at data of a class: the entities that transitively need what holds it.

use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;

use crate::{
    graph::{CatalogGraph, Entity},
    model::{RelationEnd, Strength},
    needs::{Direction, ReachLimits},
};

use super::blast_radius::{EntityShare, owner_shares};

/// Who can come at data of a class.
#[derive(Clone, Debug)]
pub struct DataReach<'g> {
    /// The class, as the first of its holders spells it.
    pub class: &'g str,
    /// The entities that hold data of the class, in the order of their refs.
    pub holders: Vec<Entity<'g>>,
    /// Every other entity that can come at it: questions first, then by distance and ref.
    pub accessors: Vec<DataAccessor<'g>>,
    /// The owners of those, the one with most of them first, then by ref.
    pub owners: Vec<EntityShare<'g>>,
    /// How many of those have no owner.
    pub unowned: usize,
}

/// An entity that can come at data of a class.
#[derive(Clone, Debug)]
pub struct DataAccessor<'g> {
    /// The entity.
    pub entity: Entity<'g>,
    /// How many needs lie between it and the nearest holder; at least 1.
    pub distance: u32,
    /// The next entity on one shortest way to a holder.
    pub via: Entity<'g>,
    /// Hard where some way of hard needs alone leads to a holder.
    pub strength: Strength,
    /// What it says that it needs holders for, each once, sorted; nothing where it needs none itself.
    pub purposes: Vec<&'g str>,
    /// Whether it is known what for.
    pub standing: PurposeStanding,
}

/// Whether it is known what an entity comes at data for; what is in question first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PurposeStanding {
    /// It needs a holder itself, and does not say what for.
    Undeclared,
    /// Some way from it to a holder ends with such a need: the question is handed on.
    BehindUndeclared,
    /// Whatever comes at a holder on its behalf, or it itself, says what for.
    Declared,
}

impl PurposeStanding {
    /// The standing in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Undeclared => "undeclared",
            Self::BehindUndeclared => "behind-undeclared",
            Self::Declared => "declared",
        }
    }
}

impl<'g> DataReach<'g> {
    /// How many entities need a holder themselves.
    pub fn direct(&self) -> usize {
        self.accessors.iter().filter(|accessor| accessor.distance == 1).count()
    }

    /// How many entities have this standing.
    pub fn count(&self, standing: PurposeStanding) -> usize {
        self.accessors.iter().filter(|accessor| accessor.standing == standing).count()
    }

    /// By accessor, one shortest way from it to a holder, itself first; of long ways the first
    /// `length_max` entities. O(accessors · length).
    pub fn paths(&self, length_max: usize) -> Vec<Vec<Entity<'g>>> {
        let via: BTreeMap<u32, Entity<'g>> =
            self.accessors.iter().map(|accessor| (accessor.entity.index(), accessor.via)).collect();
        let path_of = |accessor: &DataAccessor<'g>| {
            let next = |at: &Entity<'g>| via.get(&at.index()).copied();
            std::iter::successors(Some(accessor.entity), next).take(length_max).collect()
        };
        self.accessors.iter().map(path_of).collect()
    }
}

/// The classes of data that anything holds, without regard to case, sorted, each as first spelled.
/// O(entities).
pub fn data_classes(graph: &CatalogGraph) -> Vec<&str> {
    let mut classes: BTreeMap<String, &str> = BTreeMap::new();
    for class in graph.entities().flat_map(Entity::data_classes) {
        classes.entry(key(class)).or_insert(class);
    }
    classes.into_values().collect()
}

/// Who can come at data of a class, without regard to case: everything that transitively needs what
/// holds it, an upper bound that is safe to rely on. `None` where nothing holds such data.
/// O(entities + needs met).
pub fn data_reach<'g>(graph: &'g CatalogGraph, class: &str) -> Option<DataReach<'g>> {
    let wanted = key(class);
    let holders: Vec<Entity<'g>> = graph
        .entities()
        .filter(|entity| entity.data_classes().iter().any(|held| key(held) == wanted))
        .collect();
    let class = holders.first()?.data_classes().iter().find(|held| key(held) == wanted)?;
    let numbers: Vec<u32> = holders.iter().map(|holder| holder.index()).collect();
    let reach =
        |roots: &[u32]| graph.needs().reach(roots, Direction::Dependents, ReachLimits::default()).reached;
    let mut accessors: Vec<DataAccessor<'g>> = reach(&numbers)
        .into_iter()
        .map(|reached| DataAccessor {
            entity: graph.entity_at(reached.entity),
            distance: reached.distance,
            via: graph.entity_at(reached.via),
            strength: if reached.is_hard { Strength::Hard } else { Strength::Soft },
            purposes: Vec::new(),
            standing: PurposeStanding::Declared,
        })
        .collect();
    let is_holder = |entity: Entity<'_>| numbers.binary_search(&entity.index()).is_ok();
    let mut undeclared: Vec<u32> = Vec::new();
    for accessor in accessors.iter_mut().take_while(|accessor| accessor.distance == 1) {
        let needs_all_say = take_purposes(accessor, is_holder);
        if !needs_all_say {
            accessor.standing = PurposeStanding::Undeclared;
            undeclared.push(accessor.entity.index());
        }
    }
    let mut in_question = FixedBitSet::with_capacity(graph.entities().len());
    reach(&undeclared).iter().for_each(|reached| in_question.insert(reached.entity as usize));
    for accessor in &mut accessors {
        if accessor.standing == PurposeStanding::Declared
            && in_question.contains(accessor.entity.index() as usize)
        {
            accessor.standing = PurposeStanding::BehindUndeclared;
        }
    }
    accessors.sort_by_key(|accessor| (accessor.standing, accessor.distance, accessor.entity.index()));
    let (owners, unowned) = owner_shares(graph, accessors.iter().map(|accessor| accessor.entity));
    Some(DataReach { class, holders, accessors, owners, unowned })
}

/// A class as it is compared.
fn key(class: &str) -> String {
    class.trim().to_lowercase()
}

/// Takes up what an entity says that it needs holders for; tells whether it says so of every holder that
/// it needs.
fn take_purposes(accessor: &mut DataAccessor<'_>, is_holder: impl Fn(Entity<'_>) -> bool) -> bool {
    let entity = accessor.entity;
    let stated = entity
        .outgoing()
        .filter(|relation| relation.kind().needy_end() == Some(RelationEnd::From))
        .map(|relation| (relation.to(), relation));
    let provided = entity
        .incoming()
        .filter(|relation| relation.kind().needy_end() == Some(RelationEnd::To))
        .map(|relation| (relation.from(), relation));
    // By holder: one entity may need another in several ways, and says once what for.
    let mut said: BTreeMap<u32, bool> = BTreeMap::new();
    for (holder, relation) in stated.chain(provided).filter(|(other, _)| is_holder(*other)) {
        let purposes = relation.terms().filter_map(|(terms, _)| terms.purpose.as_deref());
        let known = accessor.purposes.len();
        accessor.purposes.extend(purposes);
        *said.entry(holder.index()).or_default() |= accessor.purposes.len() > known;
    }
    accessor.purposes.sort_unstable();
    accessor.purposes.dedup();
    !said.is_empty() && said.values().all(|says| *says)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;
    use crate::sketch;

    fn shown(answer: &DataReach<'_>) -> String {
        let name = |entity: Entity<'_>| entity.name().short();
        let paths = answer.paths(8);
        let rows = answer.accessors.iter().zip(&paths).map(|(row, path)| {
            let path: Vec<String> = path.iter().map(|entity| name(*entity)).collect();
            let purposes = row.purposes.join("+");
            format!("{} {} {} [{purposes}]", row.standing.name(), row.strength.name(), path.join(" > "))
        });
        let holders: Vec<String> = answer.holders.iter().map(|holder| name(*holder)).collect();
        format!("{} in {}\n{}", answer.class, holders.join(" "), rows.collect::<Vec<_>>().join("\n"))
    }

    #[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
    fn check(sketch: &str, class: &str, expected: Expect) {
        let graph = sketch::graph(sketch);
        let answer = data_reach(&graph, class);
        expected.assert_eq(&answer.map_or_else(|| "nothing".into(), |answer| shown(&answer)));
    }

    const BANK: &str = "
        resource:ledger type database data PII,payment
        resource:people type database data pii
        component:settle !> resource:ledger for settlement
        component:report -> resource:ledger
        component:app -> component:settle
        component:board ~> component:report
        component:board -> component:settle
        component:crm !> resource:people for support
        component:crm !> resource:people for billing
        component:crm -> resource:ledger
        api:people
        component:door provides api:people ~> component:crm
        component:phone consumes api:people
        component:other
    ";

    #[test]
    fn whoever_needs_a_holder_without_saying_why_comes_first_and_hands_the_question_on() {
        check(
            BANK,
            "Pii",
            expect![[r#"
            PII in resource:ledger resource:people
            undeclared hard component:crm > resource:ledger [billing+support]
            undeclared hard component:report > resource:ledger []
            behind-undeclared hard component:board > component:settle > resource:ledger []
            behind-undeclared soft component:door > component:crm > resource:ledger []
            behind-undeclared soft api:people > component:door > component:crm > resource:ledger []
            behind-undeclared soft component:phone > api:people > component:door > component:crm > resource:ledger []
            declared hard component:settle > resource:ledger [settlement]
            declared hard component:app > component:settle > resource:ledger []"#]],
        );
        check(
            BANK,
            "payment",
            expect![[r#"
            payment in resource:ledger
            undeclared hard component:crm > resource:ledger []
            undeclared hard component:report > resource:ledger []
            behind-undeclared hard component:board > component:settle > resource:ledger []
            behind-undeclared soft component:door > component:crm > resource:ledger []
            behind-undeclared soft api:people > component:door > component:crm > resource:ledger []
            behind-undeclared soft component:phone > api:people > component:door > component:crm > resource:ledger []
            declared hard component:settle > resource:ledger [settlement]
            declared hard component:app > component:settle > resource:ledger []"#]],
        );
        check(BANK, "health", expect!["nothing"]);
    }

    #[test]
    fn a_purpose_may_stand_beside_the_need_that_it_is_of() {
        check(
            "resource:db data pii\ncomponent:a -> resource:db\ncomponent:a !> resource:db for audit",
            "pii",
            expect![[r#"
                pii in resource:db
                declared hard component:a > resource:db [audit]"#]],
        );
        check(
            "resource:db data pii\ncomponent:a any> resource:db resource:b for audit",
            "pii",
            expect![[r#"
            pii in resource:db
            declared soft component:a > resource:db [audit]"#]],
        );
    }

    #[test]
    fn holders_that_need_each_other_are_no_accessors() {
        check(
            "resource:a data pii -> resource:b\nresource:b data pii -> resource:a",
            "pii",
            expect![[r#"
            pii in resource:a resource:b
        "#]],
        );
    }

    #[test]
    fn classes_are_listed_once_whatever_their_case() {
        let graph = sketch::graph(BANK);
        assert_eq!(data_classes(&graph), ["payment", "PII"]);
        assert!(data_classes(&sketch::graph("component:a")).is_empty());
    }

    #[test]
    fn owners_are_counted() {
        let graph = sketch::graph(
            "resource:db data pii owner group:x\ncomponent:a owner group:x -> resource:db\n\
             component:b -> resource:db",
        );
        let answer = data_reach(&graph, "pii").expect("the class is held");
        assert_eq!((answer.owners.len(), answer.owners[0].affected, answer.unowned), (1, 1, 1));
        assert_eq!((answer.direct(), answer.count(PurposeStanding::Undeclared)), (2, 2));
    }

    /// Needs between few entities, some with a purpose, and some holders.
    fn lines() -> impl Strategy<Value = String> {
        let line = (0..10_u32, 0..10_u32, 0..4_u8, any::<bool>());
        prop::collection::vec(line, 1..30).prop_map(|lines| {
            let line = |(subject, other, verb, says): (u32, u32, u8, bool)| match verb {
                0 => format!("component:n{subject} data pii\n"),
                verb => {
                    let verb = ["!>", "~>", "->"][usize::from(verb) - 1];
                    let purpose = if says { " for work" } else { "" };
                    format!("component:n{subject} {verb} component:n{other}{purpose}\n")
                }
            };
            lines.into_iter().map(line).collect()
        })
    }

    proptest! {
        #[test]
        fn accessors_are_the_reach_of_the_holders(text in lines()) {
            let graph = sketch::graph(&text);
            let holders: Vec<u32> =
                graph.entities().filter(|one| !one.data_classes().is_empty()).map(Entity::index).collect();
            let Some(answer) = data_reach(&graph, "pii") else {
                prop_assert!(holders.is_empty());
                return Ok(());
            };
            let reach = |roots: &[u32]| -> BTreeSet<u32> {
                let reach = graph.needs().reach(roots, Direction::Dependents, ReachLimits::default());
                reach.reached.iter().map(|one| one.entity).collect()
            };
            let found: BTreeSet<u32> = answer.accessors.iter().map(|one| one.entity.index()).collect();
            prop_assert_eq!(&found, &reach(&holders));
            for path in answer.paths(20) {
                let last = path.last().expect("a way has an end").index();
                prop_assert!(holders.contains(&last));
                for step in path.windows(2) {
                    let mut next = graph.needs().next_to(step[0].index(), Direction::Dependencies);
                    prop_assert!(next.any(|(needed, _)| needed == step[1].index()));
                }
            }
            // Who needs a holder and does not say why, read off the lines.
            let says = |from: u32, to: u32| {
                let (from, to) = (graph.entity_at(from).name().name(), graph.entity_at(to).name().name());
                text.lines().any(|line| {
                    line.starts_with(&format!("component:{from} ")) && line.ends_with(&format!("component:{to} for work"))
                })
            };
            let silent: BTreeSet<u32> = found
                .iter()
                .copied()
                .filter(|from| {
                    let mut next = graph.needs().next_to(*from, Direction::Dependencies);
                    next.any(|(to, _)| holders.contains(&to) && !says(*from, to))
                })
                .collect();
            let behind = reach(&silent.iter().copied().collect::<Vec<_>>());
            for accessor in &answer.accessors {
                let number = accessor.entity.index();
                let expected = if silent.contains(&number) {
                    PurposeStanding::Undeclared
                } else if behind.contains(&number) {
                    PurposeStanding::BehindUndeclared
                } else {
                    PurposeStanding::Declared
                };
                prop_assert_eq!(accessor.standing, expected, "{:?}", accessor.entity);
            }
        }
    }
}
