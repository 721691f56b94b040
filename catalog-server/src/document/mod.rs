//! Answers as documents that are handed on: one HTML file that needs nothing beside itself, or a workbook.
//!
//! Both lay out the [`Page`](crate::report::Page) of a report. Neither reads the clock: the same page gives
//! the same bytes. Texts of strangers stay texts, as `text` makes them.

mod bars_picture;
mod html;
mod sheet_name;
mod text;
mod workbook;

#[cfg(test)]
mod tests;

pub use html::html;
pub use workbook::{WorkbookError, WorkbookLimits, workbook};

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentFormat {
    /// One HTML file without scripts and without anything from elsewhere.
    Html,
    /// A workbook as Excel and LibreOffice read it: Office Open XML, ECMA-376.
    Xlsx,
}
