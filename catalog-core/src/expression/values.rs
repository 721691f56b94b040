//! What a fact is, and how the library sees it.

use std::{borrow::Cow, collections::HashMap};

use cel::common::{
    types::{CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelString},
    value::Val,
};

use super::Neighbour;

/// What is known under a name.
#[derive(Clone, Debug, PartialEq)]
pub enum FactValue<'v> {
    /// A text.
    Text(Cow<'v, str>),
    /// A whole number.
    Whole(i64),
    /// A number.
    Decimal(f64),
    /// Yes or no.
    Truth(bool),
    /// Several values.
    List(Vec<FactValue<'v>>),
    /// An entity nearby, whose facts are made when they are asked for.
    Neighbour(Neighbour<'v>),
    /// Values by name.
    Map(Vec<(Cow<'v, str>, FactValue<'v>)>),
}

/// What is known under a name, or why that is not known.
pub type Fact<'v> = Result<FactValue<'v>, String>;

impl<'v> FactValue<'v> {
    /// A text, or an empty one.
    pub fn text_or_empty(text: Option<&'v str>) -> Self {
        Self::Text(text.unwrap_or_default().into())
    }

    /// Several texts.
    pub fn texts(texts: impl IntoIterator<Item = &'v str>) -> Self {
        Self::List(texts.into_iter().map(Self::from).collect())
    }

    /// The value as the library has it. Values lie at most a few levels deep.
    pub(super) fn into_val(self) -> Box<dyn Val + 'v> {
        match self {
            Self::Text(text) => Box::new(CelString::from(text)),
            Self::Whole(number) => Box::new(CelInt::from(number)),
            Self::Decimal(number) => Box::new(CelDouble::from(number)),
            Self::Truth(truth) => Box::new(CelBool::from(truth)),
            Self::Neighbour(neighbour) => Box::new(neighbour),
            Self::List(values) => {
                let values: Vec<Box<dyn Val + 'v>> = values.into_iter().map(Self::into_val).collect();
                Box::new(CelList::from(values))
            }
            Self::Map(values) => {
                let pair = |(name, value): (Cow<'v, str>, Self)| {
                    (CelMapKey::String(CelString::from(name)), value.into_val())
                };
                let values: HashMap<CelMapKey<'v>, Box<dyn Val + 'v>> =
                    values.into_iter().map(pair).collect();
                Box::new(CelMap::from(values))
            }
        }
    }
}

impl<'v> From<&'v str> for FactValue<'v> {
    fn from(text: &'v str) -> Self {
        Self::Text(text.into())
    }
}

impl From<bool> for FactValue<'_> {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

impl From<i64> for FactValue<'_> {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}
