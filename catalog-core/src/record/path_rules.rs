//! The stored form of path rules.

use serde::{Deserialize, Serialize};

use super::{Place, Senseless, numbered, place, position};
use crate::model::{OwnerName, PathDialect, PathRule, PathRules, PathSection, Reviewers, RuleEffect};

const EFFECTS: [RuleEffect; 3] = [RuleEffect::Grant, RuleEffect::Exclusion, RuleEffect::NoParent];

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PathRulesRecord<'a> {
    dialect: u8,
    folder: &'a str,
    no_parent_owners: bool,
    #[serde(borrow)]
    sections: Vec<SectionRecord<'a>>,
    rules: Vec<RuleRecord<'a>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SectionRecord<'a> {
    name: &'a str,
    optional: bool,
    approvals: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct RuleRecord<'a> {
    pattern: &'a str,
    #[serde(borrow)]
    owners: Vec<&'a str>,
    place: Place,
    effect: u8,
    section: u32,
    /// Who is asked, and who is required.
    reviewers: Option<(Vec<&'a str>, Vec<&'a str>)>,
}

impl<'a> PathRulesRecord<'a> {
    pub(crate) fn of(rules: &'a PathRules) -> Self {
        let section = |section: &'a PathSection| SectionRecord {
            name: &section.name,
            optional: section.optional,
            approvals: section.approvals,
        };
        Self {
            dialect: rules.dialect as u8,
            folder: &rules.folder,
            no_parent_owners: rules.no_parent_owners,
            sections: rules.sections.iter().map(section).collect(),
            rules: rules.rules.iter().map(RuleRecord::of).collect(),
        }
    }

    pub(crate) fn to_model(&self) -> Result<PathRules, Senseless> {
        let section = |section: &SectionRecord<'_>| PathSection {
            name: section.name.into(),
            optional: section.optional,
            approvals: section.approvals,
        };
        Ok(PathRules {
            dialect: numbered(&PathDialect::ALL, self.dialect, "has path rules in an unknown dialect")?,
            folder: self.folder.into(),
            no_parent_owners: self.no_parent_owners,
            sections: self.sections.iter().map(section).collect(),
            rules: self.rules.iter().map(RuleRecord::to_model).collect::<Result<_, _>>()?,
        })
    }
}

impl<'a> RuleRecord<'a> {
    fn of(rule: &'a PathRule) -> Self {
        let names = |names: &'a [OwnerName]| names.iter().map(OwnerName::as_str).collect();
        Self {
            pattern: &rule.pattern,
            owners: names(&rule.owners),
            place: place(rule.position),
            effect: rule.effect as u8,
            section: rule.section,
            reviewers: rule.reviewers.as_ref().map(|of| (names(&of.asked), names(&of.required))),
        }
    }

    fn to_model(&self) -> Result<PathRule, Senseless> {
        let reviewers = |(asked, required): &(Vec<&str>, Vec<&str>)| {
            Ok(Box::new(Reviewers { asked: owners(asked)?, required: owners(required)? }))
        };
        Ok(PathRule {
            pattern: self.pattern.into(),
            owners: owners(&self.owners)?,
            position: position(self.place),
            effect: numbered(&EFFECTS, self.effect, "has a path rule of unknown effect")?,
            section: self.section,
            reviewers: self.reviewers.as_ref().map(reviewers).transpose()?,
        })
    }
}

fn owners(names: &[&str]) -> Result<Vec<OwnerName>, Senseless> {
    let owner =
        |name: &&str| OwnerName::new(name).ok_or(Senseless("has a path rule with an owner that is none"));
    names.iter().map(owner).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_variant_is_its_index() {
        assert!(EFFECTS.iter().enumerate().all(|(index, variant)| *variant as usize == index));
        assert!(PathDialect::ALL.iter().enumerate().all(|(index, variant)| *variant as usize == index));
    }
}
