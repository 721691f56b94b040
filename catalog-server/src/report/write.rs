//! One report, put out in the format that was asked for.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, presets};
use serde::Serialize;

use super::{
    Block, Page, Table,
    escape::{json_text, markdown, printable, spreadsheet},
    page::count,
};

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For reading in a terminal.
    #[default]
    Table,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// The main table as comma-separated values.
    Csv,
    /// For a merge request or a wiki.
    Markdown,
}

/// An answer that can be shown. Its serialised form is the JSON document.
pub trait Report: Serialize {
    /// The answer laid out for people.
    fn page(&self) -> Page;

    /// The rows of the answer, one JSON value each.
    fn rows(&self) -> Vec<serde_json::Value>;
}

/// Where and how reports are written.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// The format.
    pub format: Format,
    /// How many rows a table for a terminal shows; `None` shows all.
    pub table_rows_max: Option<usize>,
    /// How wide the terminal is, in characters; `None` where nothing is a terminal.
    pub width: Option<u16>,
}

/// Writes a report.
pub fn write(report: &impl Report, output: Output, to: &mut dyn Write) -> io::Result<()> {
    match output.format {
        Format::Json => {
            let text = serde_json::to_string_pretty(report)?;
            writeln!(to, "{}", json_text(&text))
        }
        Format::Ndjson => report
            .rows()
            .iter()
            .try_for_each(|row| writeln!(to, "{}", json_text(&serde_json::to_string(row)?))),
        Format::Csv => write_csv(&report.page(), to),
        Format::Markdown => write_markdown(&report.page(), to),
        Format::Table => write_terminal(&report.page(), output, to),
    }
}

fn write_terminal(page: &Page, output: Output, to: &mut dyn Write) -> io::Result<()> {
    for (position, block) in page.blocks.iter().enumerate() {
        if position > 0 {
            writeln!(to)?;
        }
        match block {
            Block::Heading(text) => {
                let bold = owo_colors::Style::new().bold();
                writeln!(to, "{}", bold.style(printable(text)))?;
            }
            Block::Text(text) => writeln!(to, "{}", printable(text))?,
            Block::Lines(lines) => lines.iter().try_for_each(|line| writeln!(to, "  {}", printable(line)))?,
            Block::Facts(facts) => {
                let width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
                for (name, value) in facts {
                    writeln!(to, "  {name:width$}  {}", printable(value))?;
                }
            }
            Block::Table(table) => write_terminal_table(table, output, to)?,
        }
    }
    Ok(())
}

fn write_terminal_table(table: &Table, output: Output, to: &mut dyn Write) -> io::Result<()> {
    let shown = output.table_rows_max.unwrap_or(usize::MAX).min(table.rows.len());
    let mut grid = comfy_table::Table::new();
    grid.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    // Without a terminal nothing is wrapped: other programs read lines.
    grid.set_width(output.width.unwrap_or(u16::MAX));
    grid.set_header(table.columns.iter().map(|column| column.to_uppercase()));
    for row in &table.rows[..shown] {
        grid.add_row(row.iter().map(|cell| printable(cell)));
    }
    for line in grid.lines() {
        writeln!(to, " {}", line.trim_end())?;
    }
    let hidden = table.rows.len() - shown;
    if hidden > 0 {
        writeln!(to, "  … {} not shown; `--limit 0` shows all", count(hidden, "row", "rows"))?;
    }
    Ok(())
}

fn write_markdown(page: &Page, to: &mut dyn Write) -> io::Result<()> {
    for (position, block) in page.blocks.iter().enumerate() {
        if position > 0 {
            writeln!(to)?;
        }
        match block {
            Block::Heading(text) => writeln!(to, "## {}", markdown(text))?,
            Block::Text(text) => writeln!(to, "{}", markdown(text))?,
            Block::Lines(lines) => lines.iter().try_for_each(|line| writeln!(to, "- {}", markdown(line)))?,
            Block::Facts(facts) => {
                facts
                    .iter()
                    .try_for_each(|(name, value)| writeln!(to, "- **{name}**: {}", markdown(value)))?;
            }
            Block::Table(table) => {
                writeln!(to, "| {} |", table.columns.join(" | "))?;
                writeln!(to, "|{}", " --- |".repeat(table.columns.len()))?;
                for row in &table.rows {
                    let cells: Vec<String> = row.iter().map(|cell| markdown(cell)).collect();
                    writeln!(to, "| {} |", cells.join(" | "))?;
                }
            }
        }
    }
    Ok(())
}

fn write_csv(page: &Page, to: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    if let Some(main) = &page.main_table {
        writer.write_record(main.columns.iter().map(|column| column.replace(' ', "_")))?;
        if let Some(Block::Table(table)) = main.block.and_then(|block| page.blocks.get(block)) {
            for row in &table.rows {
                writer.write_record(row.iter().map(|cell| spreadsheet(cell)))?;
            }
        }
        return writer.flush();
    }
    // An answer without a table is a list of facts, or of lines.
    let facts = page.blocks.iter().find_map(|block| match block {
        Block::Facts(facts) => Some(facts),
        _ => None,
    });
    if let Some(facts) = facts {
        writer.write_record(["fact", "value"])?;
        for (name, value) in facts {
            writer.write_record([spreadsheet(name), spreadsheet(value)])?;
        }
        return writer.flush();
    }
    writer.write_record(["answer"])?;
    for block in &page.blocks {
        match block {
            Block::Heading(text) | Block::Text(text) => writer.write_record([spreadsheet(text)])?,
            Block::Lines(lines) => {
                lines.iter().try_for_each(|line| writer.write_record([spreadsheet(line)]))?;
            }
            Block::Facts(_) | Block::Table(_) => {}
        }
    }
    writer.flush()
}
