//! What a person reads: a few blocks, laid out by each format in its own way.

pub(super) use catalog_core::model::grouped;

use super::Bars;

/// A page of blocks, from top to bottom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The blocks.
    pub blocks: Vec<Block>,
    /// The table that CSV carries, also where it has no rows and is no block: the one that is named the main
    /// one, or else the first.
    pub main_table: Option<MainTable>,
}

/// Which table of a page is the main one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MainTable {
    /// The names of its columns.
    pub columns: Vec<&'static str>,
    /// Where it stands among the blocks; `None` where it has no rows.
    pub block: Option<usize>,
}

/// One block of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A line that says what follows.
    Heading(String),
    /// A sentence or a few.
    Text(String),
    /// Names with their values, one a line.
    Facts(Vec<(String, String)>),
    /// A table.
    Table(Table),
    /// Lines that follow one another, as a path does.
    Lines(Vec<String>),
    /// Counts, drawn where there are pictures.
    Bars(Bars),
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns.
    pub columns: Vec<&'static str>,
    /// The rows, each with as many cells as there are columns.
    pub rows: Vec<Vec<String>>,
    /// The columns that hold numbers, where a document tells those apart.
    pub numbers: Vec<&'static str>,
}

impl Table {
    /// A table without rows.
    pub fn new(columns: &[&'static str]) -> Self {
        Self { columns: columns.to_vec(), ..Self::default() }
    }

    /// The same, whose columns of these names hold numbers.
    #[must_use]
    pub fn with_numbers(mut self, columns: &[&'static str]) -> Self {
        self.numbers = columns.to_vec();
        self
    }

    /// Adds a row.
    pub fn push<const N: usize>(&mut self, cells: [String; N]) {
        debug_assert_eq!(N, self.columns.len(), "a row has a cell for each column");
        self.rows.push(cells.into());
    }
}

impl Page {
    /// Adds a heading.
    #[must_use]
    pub fn heading(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Heading(text.into()));
        self
    }

    /// Adds a text.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Text(text.into()));
        self
    }

    /// Adds facts; nothing where there are none.
    #[must_use]
    pub fn facts(mut self, facts: Vec<(String, String)>) -> Self {
        if !facts.is_empty() {
            self.blocks.push(Block::Facts(facts));
        }
        self
    }

    /// Adds a table; nothing where it has no rows.
    #[must_use]
    pub fn table(mut self, table: Table) -> Self {
        if self.main_table.is_none() {
            let block = (!table.rows.is_empty()).then_some(self.blocks.len());
            self.main_table = Some(MainTable { columns: table.columns.clone(), block });
        }
        if !table.rows.is_empty() {
            self.blocks.push(Block::Table(table));
        }
        self
    }

    /// Adds a table that is the main one, whatever others there are.
    #[must_use]
    pub fn main_table(mut self, table: Table) -> Self {
        self.main_table = None;
        self.table(table)
    }

    /// Adds bars; nothing where there are none.
    #[must_use]
    pub fn bars(mut self, bars: Bars) -> Self {
        if !bars.rows.is_empty() {
            self.blocks.push(Block::Bars(bars));
        }
        self
    }

    /// Adds lines; nothing where there are none.
    #[must_use]
    pub fn lines(mut self, lines: Vec<String>) -> Self {
        if !lines.is_empty() {
            self.blocks.push(Block::Lines(lines));
        }
        self
    }
}

/// `1 entity`, `2 entities`: a number with its noun.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}
