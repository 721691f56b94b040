//! A page as a workbook: a sheet for what is read, and one for each table.

use std::borrow::Cow;

use catalog_core::model::Timestamp;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::report::{Block, Page, Table, begins_a_formula};

use super::{
    sheet_name::sheet_name,
    text::{cell, cut},
};

/// How wide a column is at most, in characters.
const COLUMN_WIDTH_MAX: usize = 60;
/// How many rows of a table are measured for the width of its columns.
const ROWS_MEASURED: usize = 200;
/// The sheet that everything but tables stands on.
const SUMMARY: &str = "Summary";

/// Bounds of a workbook. The defaults are those of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkbookLimits {
    /// `workbook.rows_max`: rows of a sheet, with its head.
    pub rows_max: usize,
    /// `workbook.cell_units_max`: units of UTF-16 in a cell.
    pub cell_units_max: usize,
}

impl Default for WorkbookLimits {
    fn default() -> Self {
        Self { rows_max: 1_048_576, cell_units_max: 32_767 }
    }
}

/// Why a workbook could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the workbook could not be made")]
pub struct WorkbookError {
    #[from]
    source: XlsxError,
}

/// A page as the bytes of a workbook. It says that it was made at `as_of`, so that it does not depend on the
/// time at which it is written. What is over a limit is cut, and the first sheet says so. O(text of the page).
pub fn workbook(
    page: &Page,
    as_of: Option<Timestamp>,
    limits: WorkbookLimits,
) -> Result<Vec<u8>, WorkbookError> {
    let mut book = Book::new(limits);
    let mut title = SUMMARY;
    for block in &page.blocks {
        match block {
            Block::Heading(text) => {
                title = text;
                book.summary.push((SummaryRow::Heading, vec![text.clone()]));
            }
            Block::Text(text) => book.say(text.clone()),
            Block::Facts(facts) => {
                for (name, value) in facts {
                    book.summary.push((SummaryRow::Plain, vec![name.clone(), value.clone()]));
                }
            }
            Block::Lines(lines) => lines.iter().for_each(|line| book.say(line.clone())),
            Block::Table(table) => book.add_table(title, table)?,
            Block::Bars(bars) if bars.is_told_in_a_table => {}
            Block::Bars(bars) => book.add_table(&format!("{title}, {}", bars.about), &bars.table())?,
        }
    }
    book.finish(as_of)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum SummaryRow {
    Heading,
    Plain,
}

/// A workbook in the making.
struct Book {
    limits: WorkbookLimits,
    looks: Looks,
    summary: Vec<(SummaryRow, Vec<String>)>,
    names: Vec<String>,
    sheets: Vec<Worksheet>,
    /// What was cut, in words.
    cuts: Vec<String>,
}

struct Looks {
    plain: Format,
    /// A text that stays one when somebody edits the cell.
    quoted: Format,
    bold: Format,
}

impl Book {
    fn new(limits: WorkbookLimits) -> Self {
        let looks = Looks {
            plain: Format::new(),
            quoted: Format::new().set_quote_prefix(),
            bold: Format::new().set_bold(),
        };
        let names = vec![SUMMARY.to_owned()];
        Self { limits, looks, summary: Vec::new(), names, sheets: Vec::new(), cuts: Vec::new() }
    }

    fn say(&mut self, text: String) {
        self.summary.push((SummaryRow::Plain, vec![text]));
    }

    fn add_table(&mut self, title: &str, table: &Table) -> Result<(), WorkbookError> {
        let name = sheet_name(title, &self.names);
        self.say(format!("see sheet `{name}`"));
        let mut sheet = Worksheet::new();
        sheet.set_name(&name)?;
        let rows_shown = table.rows.len().min(self.limits.rows_max.saturating_sub(1));
        if rows_shown < table.rows.len() {
            self.cuts.push(format!(
                "sheet `{name}` has {rows_shown} of {} rows, as many as the limit `workbook.rows_max` of {} allows",
                table.rows.len(),
                self.limits.rows_max
            ));
        }
        for (column, text) in (0..).zip(&table.columns) {
            sheet.write_string_with_format(0, column, *text, &self.looks.bold)?;
            sheet.set_column_width(column, width(table, usize::from(column)))?;
        }
        let is_number: Vec<bool> =
            table.columns.iter().map(|column| table.numbers.contains(column)).collect();
        let mut cells_cut = 0;
        for (row, cells) in (1..).zip(&table.rows[..rows_shown]) {
            for ((column, text), is_number) in (0..).zip(cells).zip(&is_number) {
                match number(text).filter(|_| *is_number) {
                    Some(number) => _ = sheet.write_number(row, column, number)?,
                    None => cells_cut += usize::from(self.write_text(&mut sheet, (row, column), text)?),
                }
            }
        }
        if cells_cut > 0 {
            self.cuts.push(self.cells_cut(&name, cells_cut));
        }
        sheet.set_freeze_panes(1, 0)?;
        if let (Ok(last_row), Ok(columns)) = (u32::try_from(rows_shown), u16::try_from(table.columns.len()))
            && columns > 0
        {
            sheet.autofilter(0, 0, last_row, columns - 1)?;
        }
        self.names.push(name);
        self.sheets.push(sheet);
        Ok(())
    }

    /// Writes a text that is never a formula, a link or a number; tells whether it was cut.
    fn write_text(
        &self,
        sheet: &mut Worksheet,
        (row, column): (u32, u16),
        text: &str,
    ) -> Result<bool, WorkbookError> {
        let (written, units) = cut(cell(text), self.limits.cell_units_max);
        let look = if begins_a_formula(text) { &self.looks.quoted } else { &self.looks.plain };
        sheet.write_string_with_format(row, column, &*written, look)?;
        Ok(units.is_some())
    }

    fn cells_cut(&self, name: &str, cells: usize) -> String {
        let limit = self.limits.cell_units_max;
        format!(
            "sheet `{name}` has {cells} cells that were cut at the limit `workbook.cell_units_max` of {limit}"
        )
    }

    fn finish(mut self, as_of: Option<Timestamp>) -> Result<Vec<u8>, WorkbookError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(SUMMARY)?;
        sheet.set_column_width(0, 40.0)?;
        sheet.set_column_width(1, 60.0)?;
        if !self.cuts.is_empty() {
            self.summary.push((SummaryRow::Heading, vec!["Cut".to_owned()]));
            let cuts = std::mem::take(&mut self.cuts);
            cuts.into_iter().for_each(|cut| self.say(cut));
        }
        // Lines of a page are few; the limit only keeps the sheet sound.
        for (row, (look, cells)) in (0..).zip(self.summary.iter().take(self.limits.rows_max)) {
            for (column, text) in (0..).zip(cells) {
                if *look == SummaryRow::Heading {
                    let (text, _) = cut(cell(text), self.limits.cell_units_max);
                    sheet.write_string_with_format(row, column, &*text, &self.looks.bold)?;
                } else {
                    self.write_text(&mut sheet, (row, column), text)?;
                }
            }
        }
        let moment = ExcelDateTime::from_timestamp(as_of.map_or(0, Timestamp::seconds))
            .or_else(|_| ExcelDateTime::from_timestamp(0))?;
        let title = self
            .summary
            .first()
            .and_then(|(_, cells)| cells.first())
            .map_or(Cow::Borrowed(""), |title| cell(title));
        let properties = DocProperties::new().set_title(&*title).set_creation_datetime(&moment);
        let mut workbook = Workbook::new();
        workbook.set_properties(&properties);
        workbook.push_worksheet(sheet);
        self.sheets.into_iter().for_each(|sheet| workbook.push_worksheet(sheet));
        Ok(workbook.save_to_buffer()?)
    }
}

/// A number as a cell of a table has it, with or without separators of thousands.
fn number(text: &str) -> Option<f64> {
    let digits = text.replace(',', "");
    let is_number =
        !digits.is_empty() && digits.len() <= 15 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// How wide a column is, in characters, by its first rows.
fn width(table: &Table, column: usize) -> f64 {
    let head = table.columns[column].chars().count() + 3;
    let cells = table.rows.iter().take(ROWS_MEASURED).filter_map(|row| row.get(column));
    let widest = cells.map(|cell| cell.chars().take(COLUMN_WIDTH_MAX).count() + 1).max().unwrap_or(0);
    u32::try_from(head.max(widest).min(COLUMN_WIDTH_MAX)).map_or(10.0, f64::from)
}
