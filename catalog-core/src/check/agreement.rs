//! Who must agree to a change, on what ground, and whether they have.

use std::collections::BTreeMap;

use crate::{
    graph::{CatalogGraph, Entity, PathRuleView, RepositoryView},
    model::{EntityRef, Origin, OwnerName, PathDialect, RefDefaults, RelationEnd, RelationKind},
    query::{Contact, contacts_of},
};

use super::{ChangeQuestion, CheckFinding, Effect};

/// That some of several parties must agree.
#[derive(Clone, Debug)]
pub struct Agreement<'a> {
    /// Who can agree, in the order of the rule, each once.
    pub parties: Vec<AgreementParty<'a>>,
    /// How many of them must; at least 1.
    pub approvals: u16,
    /// Why, in order; at least one ground.
    pub grounds: Vec<AgreementGround>,
    /// Whether the change has to wait for it: what an ownership file marks as optional is only asked for.
    pub is_required: bool,
    /// Whether enough of them have agreed, as far as the question says who has.
    pub is_given: bool,
}

/// Somebody who can agree.
#[derive(Clone, Debug)]
pub struct AgreementParty<'a> {
    /// As the policy or the ownership file names it.
    pub written: Box<str>,
    /// The ref that this means; `None` where nothing tells.
    pub name: Option<EntityRef>,
    /// The group or person; `None` where the catalog has none of this name.
    pub entity: Option<Entity<'a>>,
    /// How it is reached, on-call first; empty where nothing is known.
    pub contacts: Vec<Contact>,
}

/// Why somebody must agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgreementGround {
    /// A finding with this effect, by the code of its rule and its fingerprint.
    Finding {
        /// The code of the rule.
        code: String,
        /// The fingerprint of the finding.
        fingerprint: String,
    },
    /// A rule of an ownership file. The host itself holds a merge back for it, so that it does not count for the
    /// [`Verdict`](super::Verdict).
    PathRule {
        /// Where the rule stands.
        origin: Origin,
        /// Whose rules the file follows.
        dialect: PathDialect,
        /// Its pattern.
        pattern: Box<str>,
        /// The paths that it decides about, by their place in the question, ascending.
        paths: Vec<usize>,
    },
}

/// Who has agreed, as people write it: refs, names of groups, or names as ownership files write them. Second are
/// those words that are no group or person of the catalog, and do not count.
pub fn approving<'w>(graph: &CatalogGraph, written: &'w [String]) -> (Vec<EntityRef>, Vec<&'w str>) {
    let defaults = RefDefaults { kind: Some("group"), namespace: EntityRef::DEFAULT_NAMESPACE };
    let (mut found, mut passed_over) = (Vec::new(), Vec::new());
    for text in written.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        let by_name = OwnerName::new(text).filter(|_| text.contains('@'));
        let name = by_name.and_then(|name| graph.owner_by_name(&name));
        let name = name.or_else(|| EntityRef::parse(text, defaults).ok());
        match name {
            Some(name) if graph.entity(&name).is_some_and(|entity| !entity.is_placeholder()) => {
                found.push(name);
            }
            _ => passed_over.push(text),
        }
    }
    (found, passed_over)
}

impl Agreement<'_> {
    /// Whether the policy asks for it; else an ownership file does.
    pub fn is_of_policy(&self) -> bool {
        self.grounds.iter().any(|ground| matches!(ground, AgreementGround::Finding { .. }))
    }
}

/// Who must agree: those whom findings ask for by ref, then those of ownership files in the order of their
/// rules. The files are those of the base, as hosts have it: a change does not choose its own reviewers.
pub(super) fn agreements<'a>(
    question: ChangeQuestion<'_, 'a, '_>,
    findings: &[CheckFinding],
) -> Vec<Agreement<'a>> {
    let approvals = Approvals::of(question);
    let mut asked: BTreeMap<&EntityRef, Vec<AgreementGround>> = BTreeMap::new();
    for finding in findings {
        if let Effect::RequireApprovalOf(owner) = &finding.effect {
            let ground =
                AgreementGround::Finding { code: finding.rule.code(), fingerprint: finding.fingerprint() };
            asked.entry(owner).or_default().push(ground);
        }
    }
    let of_policy = asked.into_iter().map(|(owner, grounds)| {
        let party = party_of(question.head, owner.as_str(), Some(owner.clone()));
        approvals.agreement(vec![party], 1, grounds, true)
    });
    let mut agreements: Vec<Agreement<'a>> = of_policy.collect();
    agreements.extend(of_path_rules(question, &approvals));
    agreements
}

/// The place of a rule: its file and its number there.
type RulePlace = (String, u32, String);

/// Who must agree by ownership files. Paths that the same rules decide about are one agreement.
fn of_path_rules<'a>(question: ChangeQuestion<'_, 'a, '_>, approvals: &Approvals<'a>) -> Vec<Agreement<'a>> {
    let repository =
        question.base.repository(question.repository).filter(|repository| repository.path_rules().is_some());
    let Some(rules) = repository.and_then(RepositoryView::path_rules) else { return Vec::new() };
    let mut decided: BTreeMap<Vec<RulePlace>, (Vec<PathRuleView<'_>>, Vec<usize>)> = BTreeMap::new();
    for (number, path) in question.paths.iter().enumerate() {
        let mut sides: Vec<&[u8]> = [path.before(), path.after()].into_iter().flatten().collect();
        sides.dedup();
        for side in sides {
            let deciding = rules.deciding(side);
            // Where each folder has a file of its own, whoever is named in any of them can agree; elsewhere
            // each rule stands by itself.
            let is_together = deciding.first().is_some_and(|of| of.dialect().is_by_folder());
            let groups: Vec<Vec<PathRuleView<'_>>> =
                if is_together { vec![deciding] } else { deciding.into_iter().map(|of| vec![of]).collect() };
            for group in groups.into_iter().filter(|group| group.iter().any(|of| !of.rule.owners.is_empty()))
            {
                let place = |of: &PathRuleView<'_>| {
                    (of.path().to_owned(), of.rule.position.line, of.rule.pattern.to_string())
                };
                let (_, paths) =
                    decided.entry(group.iter().map(place).collect()).or_insert_with(|| (group, Vec::new()));
                if paths.last() != Some(&number) {
                    paths.push(number);
                }
            }
        }
    }
    let agreement = |(rules, paths): (Vec<PathRuleView<'_>>, Vec<usize>)| {
        let mut parties: Vec<AgreementParty<'a>> = Vec::new();
        for name in crate::query::owners_of_rules(&rules) {
            parties.push(written_party(question.head, name));
        }
        let section = rules.first().and_then(PathRuleView::section);
        let is_asked_only = section.is_some_and(|section| section.optional)
            || rules.first().is_some_and(|of| of.dialect() == PathDialect::Gitea);
        let grounds = rules.iter().map(|of| AgreementGround::PathRule {
            origin: of.origin(),
            dialect: of.dialect(),
            pattern: of.rule.pattern.clone(),
            paths: paths.clone(),
        });
        let count = section.map_or(1, |section| section.approvals.max(1));
        approvals.agreement(parties, count, grounds.collect(), !is_asked_only)
    };
    decided.into_values().map(agreement).collect()
}

fn written_party<'a>(graph: &'a CatalogGraph, name: &OwnerName) -> AgreementParty<'a> {
    party_of(graph, name.as_str(), graph.owner_by_name(name))
}

fn party_of<'a>(graph: &'a CatalogGraph, written: &str, name: Option<EntityRef>) -> AgreementParty<'a> {
    let entity = name.as_ref().and_then(|name| graph.entity(name));
    AgreementParty {
        written: written.into(),
        name: entity.map(|entity| entity.name().clone()).or(name),
        entity,
        contacts: entity.map(contacts_of).unwrap_or_default(),
    }
}

/// Who has agreed.
struct Approvals<'a> {
    approvers: Vec<(EntityRef, Option<Entity<'a>>)>,
}

impl<'a> Approvals<'a> {
    fn of(question: ChangeQuestion<'_, 'a, '_>) -> Self {
        let known = |name: &EntityRef| {
            let entity = question.head.entity(name);
            (entity.map_or_else(|| name.clone(), |entity| entity.name().clone()), entity)
        };
        let mut approvers: Vec<(EntityRef, Option<Entity<'a>>)> =
            question.approved_by.iter().map(known).collect();
        approvers.sort_by(|a, b| a.0.cmp(&b.0));
        approvers.dedup_by(|a, b| a.0 == b.0);
        Self { approvers }
    }

    /// How many of those who have agreed are one of the parties, or a direct member of one.
    fn given_by(&self, parties: &[AgreementParty<'_>]) -> usize {
        let is_party = |name: &EntityRef| parties.iter().any(|party| party.name.as_ref() == Some(name));
        let counts = |(name, entity): &&(EntityRef, Option<Entity<'_>>)| {
            let groups = entity.iter().flat_map(|of| of.related(RelationKind::MemberOf, RelationEnd::From));
            is_party(name) || groups.map(Entity::name).any(is_party)
        };
        self.approvers.iter().filter(counts).count()
    }

    fn agreement(
        &self,
        parties: Vec<AgreementParty<'a>>,
        approvals: u16,
        grounds: Vec<AgreementGround>,
        is_required: bool,
    ) -> Agreement<'a> {
        let is_given = self.given_by(&parties) >= usize::from(approvals);
        Agreement { parties, approvals, grounds, is_required, is_given }
    }
}
