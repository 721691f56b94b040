//! Texts that occur often, kept once.

use std::sync::Arc;

use rustc_hash::FxHashMap;

/// A text in a [`Symbols`] table; [`Symbol::NONE`] stands for no text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Symbol(u32);

impl Symbol {
    pub(super) const NONE: Self = Self(0);

    /// The number of the text, from 1; 0 for no text.
    pub(super) fn number(self) -> u32 {
        self.0
    }

    /// The text of a number.
    pub(super) fn numbered(number: u32) -> Self {
        Self(number)
    }
}

/// A table of texts. Numbers depend on the order of insertion and never leave the graph.
///
/// After a change a text may be there twice; a symbol says which text, and not whether two are the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Symbols {
    /// What graphs share.
    frozen: Arc<Vec<Arc<str>>>,
    /// What was added since, numbered behind it.
    texts: Vec<Arc<str>>,
    numbers: FxHashMap<Arc<str>, u32>,
}

impl Symbols {
    /// A table of these texts, numbered from 1.
    pub(super) fn of_texts(texts: impl IntoIterator<Item = Arc<str>>) -> Self {
        Self { frozen: Arc::new(texts.into_iter().collect()), ..Self::default() }
    }

    /// All texts, in the order of their numbers.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.frozen.iter().chain(&self.texts).map(|text| &**text)
    }

    pub(super) fn intern(&mut self, text: &str) -> Symbol {
        if let Some(number) = self.numbers.get(text) {
            return Symbol(*number);
        }
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        let number = index(self.frozen.len() + self.texts.len());
        self.numbers.insert(text, number);
        Symbol(number)
    }

    pub(super) fn intern_optional(&mut self, text: Option<&str>) -> Symbol {
        text.map_or(Symbol::NONE, |text| self.intern(text))
    }

    pub(super) fn text(&self, symbol: Symbol) -> Option<&str> {
        let index = symbol.0.checked_sub(1)? as usize;
        Some(match index.checked_sub(self.frozen.len()) {
            Some(added) => &self.texts[added],
            None => &self.frozen[index],
        })
    }

    /// Makes the texts such that graphs can share them, and gives up the memory that finding them takes.
    pub(super) fn freeze(&mut self) {
        self.numbers = FxHashMap::default();
        self.texts.shrink_to_fit();
        self.frozen = Arc::new(std::mem::take(&mut self.texts));
    }
}

/// A position in one of the graph's arrays. The graph holds fewer than 2³¹ of anything: a
/// repository's record and the limits on it end far earlier.
pub(super) fn index(position: usize) -> u32 {
    let index = u32::try_from(position).expect("a graph holds fewer than 2^31 of anything");
    assert!(index < 1 << 31, "a graph holds fewer than 2^31 of anything");
    index
}
