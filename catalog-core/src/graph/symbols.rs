//! Texts that occur often, kept once.

use std::sync::Arc;

use rustc_hash::FxHashMap;

/// A text in a [`Symbols`] table; [`Symbol::NONE`] stands for no text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Symbol(u32);

impl Symbol {
    pub(super) const NONE: Self = Self(0);
}

/// A table of texts. Numbers depend on the order of insertion and never leave the graph.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    texts: Vec<Arc<str>>,
    numbers: FxHashMap<Arc<str>, u32>,
}

impl Symbols {
    pub(super) fn intern(&mut self, text: &str) -> Symbol {
        if let Some(number) = self.numbers.get(text) {
            return Symbol(*number);
        }
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        let number = index(self.texts.len());
        self.numbers.insert(text, number);
        Symbol(number)
    }

    pub(super) fn intern_optional(&mut self, text: Option<&str>) -> Symbol {
        text.map_or(Symbol::NONE, |text| self.intern(text))
    }

    pub(super) fn text(&self, symbol: Symbol) -> Option<&str> {
        let index = symbol.0.checked_sub(1)?;
        Some(&self.texts[index as usize])
    }

    /// Gives up the ability to intern, and the memory that it takes.
    pub(super) fn freeze(&mut self) {
        self.numbers = FxHashMap::default();
        self.texts.shrink_to_fit();
    }
}

/// A position in one of the graph's arrays. The graph holds fewer than 2³¹ of anything: a
/// repository's record and the limits on it end far earlier.
pub(super) fn index(position: usize) -> u32 {
    let index = u32::try_from(position).expect("a graph holds fewer than 2^31 of anything");
    assert!(index < 1 << 31, "a graph holds fewer than 2^31 of anything");
    index
}
