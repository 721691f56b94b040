//! What checks can demand without an expression, one to a file.

mod criticality;
mod data_access_declared;
mod no_gaps;
mod objective;
pub(super) mod on_call;
mod owner;
mod runbook;
mod security_review;

use std::fmt;

use crate::{
    graph::{DeclarationView, Entity},
    model::{Origin, Position},
};

use super::{Answer, Detail, assess::Inquiry};

pub use data_access_declared::HOLDS_DATA_TYPES;

/// Every built-in demand, in the order of the codes.
pub static BUILT_INS: &[&BuiltIn] = &[
    &criticality::BUILT_IN,
    &data_access_declared::BUILT_IN,
    &no_gaps::BUILT_IN,
    &objective::BUILT_IN,
    &on_call::BUILT_IN,
    &owner::BUILT_IN,
    &runbook::BUILT_IN,
    &security_review::BUILT_IN,
];

/// A demand that needs no expression, with everything that its documentation says.
pub struct BuiltIn {
    /// The stable code, as in `on-call`; also the id of a check that names no other.
    pub code: &'static str,
    /// What it demands, in a few words.
    pub title: &'static str,
    /// Why it matters, in one sentence.
    pub why: &'static str,
    /// What to do where it fails, in one sentence.
    pub remedy: &'static str,
    /// The measures that it takes.
    pub takes: &'static [MeasureKind],
    pub(super) check: fn(Asked<'_, '_>) -> Answer,
}

/// A measure that a built-in demand may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeasureKind {
    /// [`Measures::annotation`].
    Annotation,
    /// [`Measures::expires`].
    Expires,
    /// [`Measures::days_max`].
    DaysMax,
    /// [`Measures::indicator`].
    Indicator,
    /// [`Measures::codes`].
    Codes,
}

impl MeasureKind {
    /// The measure as a policy writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Annotation => "annotation",
            Self::Expires => "expires",
            Self::DaysMax => "days_max",
            Self::Indicator => "indicator",
            Self::Codes => "codes",
        }
    }
}

/// By what measures a built-in demand is made. What is left out is as the demand has it by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// The annotation or label that holds the date.
    pub annotation: Option<Box<str>>,
    /// The annotation or label that holds the last day.
    pub expires: Option<Box<str>>,
    /// How many days old a date may be.
    pub days_max: Option<u32>,
    /// The objective that there must be, as in `availability`.
    pub indicator: Option<Box<str>>,
    /// Codes of gaps.
    pub codes: Vec<&'static str>,
}

impl BuiltIn {
    /// The demand of this code.
    pub fn find(code: &str) -> Option<&'static Self> {
        BUILT_INS.iter().copied().find(|built_in| built_in.code == code)
    }
}

impl fmt::Debug for BuiltIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

/// What a built-in demand is asked.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a, 'g> {
    pub(super) inquiry: &'a Inquiry<'g>,
    pub(super) entity: Entity<'g>,
    pub(super) measures: &'a Measures,
}

impl Asked<'_, '_> {
    /// That it passed; the reason and the places are only made where somebody wants them.
    fn passed<I: IntoIterator<Item = Origin>>(self, why: impl FnOnce() -> (String, I)) -> Answer {
        if self.inquiry.detail == Detail::Problems {
            return Answer::passed(String::new());
        }
        let (reason, origins) = why();
        Answer::passed(reason).at(origins)
    }

    /// Where the entity is declared.
    fn place(self) -> Option<Origin> {
        self.entity.declaration().map(DeclarationView::origin)
    }

    /// Where a fact of the entity stands, if only one document can have said it, else where it is declared.
    fn place_of(self, position: Position) -> Option<Origin> {
        let declaration = self.entity.declaration()?;
        let is_only = self.entity.declarations().nth(1).is_none();
        Some(if is_only { declaration.origin_at(position) } else { declaration.origin() })
    }
}
