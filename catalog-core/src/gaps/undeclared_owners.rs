//! The owners that nothing declares, with what each of them leaves open.
//!
//! One declaration of a team closes the gaps of all that it owns, so that these are counted by owner and not
//! read one by one.

use std::collections::BTreeMap;

use crate::model::EntityRef;

use super::{GapReport, owner_unknown};

/// An owner that nothing declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UndeclaredOwner<'r> {
    /// Its name.
    pub owner: &'r EntityRef,
    /// How many gaps its declaration would close.
    pub gaps: usize,
}

impl GapReport {
    /// The owners behind the gaps of rule `owner-unknown`, the one behind most of them first. O(gaps · log owners).
    pub fn undeclared_owners(&self) -> Vec<UndeclaredOwner<'_>> {
        let mut gaps_of: BTreeMap<&EntityRef, usize> = BTreeMap::new();
        for gap in self.gaps.iter().filter(|gap| gap.code == owner_unknown::RULE.code) {
            if let Some(owner) = gap.related.first() {
                *gaps_of.entry(owner).or_default() += 1;
            }
        }
        let mut owners: Vec<UndeclaredOwner<'_>> =
            gaps_of.into_iter().map(|(owner, gaps)| UndeclaredOwner { owner, gaps }).collect();
        // A stable sort: of equal ones the first by name.
        owners.sort_by_key(|of| std::cmp::Reverse(of.gaps));
        owners
    }
}
