//! The ownership report of 10,000 entities in every form, its graph drawn already.

#[path = "../../catalog-core/benches/services/mod.rs"]
mod services;

use std::sync::LazyLock;

use catalog_core::{
    gaps::{GapQuestion, GapSettings},
    graph::CatalogGraph,
    sketch::READ_AT,
};
use catalog_server::{
    document::{WorkbookLimits, html, workbook},
    report::{Format, Inputs, Output, OwnershipCensusReport, Report, write},
};
use divan::{Bencher, black_box};
use services::{S10K, Services, build, repositories};

static GRAPH: LazyLock<CatalogGraph> = LazyLock::new(|| build(repositories(&Services::draw(S10K))));

fn main() {
    divan::main();
}

fn report(settings: &GapSettings) -> OwnershipCensusReport {
    let question = GapQuestion { graph: &GRAPH, now: READ_AT, settings };
    OwnershipCensusReport::new(Inputs { question, identities: 0 })
}

#[divan::bench(sample_count = 10)]
fn as_html(bencher: Bencher) {
    let settings = GapSettings::default();
    bencher.bench(|| html(&report(&settings).page()));
}

#[divan::bench(sample_count = 10)]
fn as_workbook(bencher: Bencher) {
    let settings = GapSettings::default();
    bencher.bench(|| workbook(&report(&settings).page(), None, WorkbookLimits::default()));
}

#[divan::bench(sample_count = 10, args = [Format::Markdown, Format::Csv, Format::Json])]
fn as_text(bencher: Bencher, format: &Format) {
    let settings = GapSettings::default();
    bencher.bench(|| {
        let mut bytes = Vec::new();
        let output = Output { format: *format, table_rows_max: None, width: None };
        write(&report(&settings), output, &mut bytes).expect("memory takes it");
        black_box(bytes)
    });
}
