//! Counts side by side, as bars where pictures are drawn and as a table elsewhere.

use super::Table;

/// Rows of counts that are parts of a whole: a stacked bar each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bars {
    /// What is shown, in one sentence without a period.
    pub title: String,
    /// What the rows are, as the name of a column.
    pub about: &'static str,
    /// What each part of a bar counts.
    pub parts: Vec<BarPart>,
    /// The bars, from top to bottom.
    pub rows: Vec<BarRow>,
    /// Whether a table of the page says the same, so that formats without pictures leave this out.
    pub is_told_in_a_table: bool,
}

/// One part of every bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BarPart {
    /// What it counts.
    pub name: &'static str,
    /// How it looks.
    pub look: BarLook,
}

/// How a part of a bar looks: each has a colour and a pattern of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BarLook {
    /// As it should be.
    Fine,
    /// Nothing that presses.
    Mild,
    /// Doubtful.
    Doubtful,
    /// Missing or broken.
    Severe,
    /// Not known.
    Unknown,
}

/// One bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BarRow {
    /// What it is about.
    pub label: String,
    /// The counts of the parts, as many as there are parts.
    pub counts: Vec<usize>,
}

impl Bars {
    /// Bars without a row yet.
    pub fn new(
        title: impl Into<String>,
        about: &'static str,
        parts: impl IntoIterator<Item = (&'static str, BarLook)>,
    ) -> Self {
        let parts = parts.into_iter().map(|(name, look)| BarPart { name, look }).collect();
        Self { title: title.into(), about, parts, rows: Vec::new(), is_told_in_a_table: false }
    }

    /// Adds a bar.
    pub fn push<const N: usize>(&mut self, label: impl Into<String>, counts: [usize; N]) {
        debug_assert_eq!(N, self.parts.len(), "a bar has a count for each part");
        self.rows.push(BarRow { label: label.into(), counts: counts.into() });
    }

    /// The same where a table of the page says the same.
    #[must_use]
    pub fn told_in_a_table(mut self) -> Self {
        self.is_told_in_a_table = true;
        self
    }

    /// The counts as a table.
    pub fn table(&self) -> Table {
        let numbers: Vec<&'static str> = self.parts.iter().map(|part| part.name).collect();
        let columns: Vec<&'static str> = std::iter::once(self.about).chain(numbers.iter().copied()).collect();
        let mut table = Table::new(&columns).with_numbers(&numbers);
        for row in &self.rows {
            let counts = row.counts.iter().map(usize::to_string);
            table.rows.push(std::iter::once(row.label.clone()).chain(counts).collect());
        }
        table
    }
}
