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

    /// The answer as Markdown, where that is laid out otherwise than the page.
    fn markdown(&self) -> Option<String> {
        None
    }

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
        Format::Markdown => match report.markdown() {
            Some(text) => to.write_all(text.as_bytes()),
            None => write_markdown(&report.page(), to),
        },
        Format::Table => write_terminal(&report.page(), output, to),
    }
}

/// The blocks that formats without pictures write.
fn written(page: &Page) -> impl Iterator<Item = &Block> {
    page.blocks.iter().filter(|block| !matches!(block, Block::Bars(bars) if bars.is_told_in_a_table))
}

fn write_terminal(page: &Page, output: Output, to: &mut dyn Write) -> io::Result<()> {
    for (position, block) in written(page).enumerate() {
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
            Block::Bars(bars) => {
                writeln!(to, "{}", printable(&bars.title))?;
                write_terminal_table(&bars.table(), output, to)?;
            }
        }
    }
    Ok(())
}

fn write_terminal_table(table: &Table, output: Output, to: &mut dyn Write) -> io::Result<()> {
    let shown = output.table_rows_max.unwrap_or(usize::MAX).min(table.rows.len());
    let rows: Vec<Vec<String>> = table.rows[..shown]
        .iter()
        .map(|row| row.iter().map(|cell| printable(cell).into_owned()).collect())
        .collect();
    let mut grid = comfy_table::Table::new();
    grid.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    grid.set_header(table.columns.iter().map(|column| column.to_uppercase()));
    for row in &rows {
        grid.add_row(row);
    }
    let lines: Vec<String> = grid.lines().map(|line| format!(" {}", line.trim_end())).collect();
    let width = output.width.map_or(usize::MAX, usize::from);
    if lines.iter().all(|line| line.chars().count() <= width) {
        lines.iter().try_for_each(|line| writeln!(to, "{line}"))?;
    } else {
        rows.iter().try_for_each(|row| write_flowing(row, width, to))?;
    }
    let hidden = table.rows.len() - shown;
    if hidden > 0 {
        writeln!(to, "  … {} not shown; `--limit 0` shows all", count(hidden, "row", "rows"))?;
    }
    Ok(())
}

/// A row that is too wide for its terminal: its cells one after another, none of them broken, so that
/// names and places can still be copied.
fn write_flowing(row: &[String], width: usize, to: &mut dyn Write) -> io::Result<()> {
    let mut line = String::new();
    for cell in row {
        let is_first = line.is_empty();
        if !is_first && line.chars().count() + 2 + cell.chars().count() > width {
            writeln!(to, "{line}")?;
            line = format!("      {cell}");
        } else {
            line = format!("{line}  {cell}");
        }
    }
    writeln!(to, "{line}")
}

fn write_markdown(page: &Page, to: &mut dyn Write) -> io::Result<()> {
    for (position, block) in written(page).enumerate() {
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
            Block::Table(table) => write_markdown_table(table, to)?,
            Block::Bars(bars) => {
                writeln!(to, "{}\n", markdown(&bars.title))?;
                write_markdown_table(&bars.table(), to)?;
            }
        }
    }
    Ok(())
}

fn write_markdown_table(table: &Table, to: &mut dyn Write) -> io::Result<()> {
    writeln!(to, "| {} |", table.columns.join(" | "))?;
    writeln!(to, "|{}", " --- |".repeat(table.columns.len()))?;
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(|cell| markdown(cell)).collect();
        writeln!(to, "| {} |", cells.join(" | "))?;
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
            Block::Facts(_) | Block::Table(_) | Block::Bars(_) => {}
        }
    }
    writer.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(width: Option<u16>, expected: &expect_test::Expect) {
        let mut table = Table::new(&["code", "message", "place"]);
        table.push(["unowned".into(), "nobody owns it".into(), "shop:catalog-info.yaml:1".into()]);
        let mut text = Vec::new();
        let output = Output { format: Format::Table, table_rows_max: None, width };
        write_terminal(&Page::default().table(table), output, &mut text).expect("memory takes it");
        // A first line without indentation keeps that of the others in the snapshot.
        expected.assert_eq(&format!("page\n{}", String::from_utf8(text).expect("it is text")));
    }

    #[test]
    fn a_table_that_fits_has_columns() {
        check(
            None,
            &expect_test::expect![[r#"
            page
              CODE     MESSAGE         PLACE
              unowned  nobody owns it  shop:catalog-info.yaml:1
        "#]],
        );
    }

    #[test]
    fn a_table_that_is_too_wide_flows_and_breaks_no_name() {
        check(
            Some(40),
            &expect_test::expect![[r#"
            page
              unowned  nobody owns it
                  shop:catalog-info.yaml:1
        "#]],
        );
    }
}
