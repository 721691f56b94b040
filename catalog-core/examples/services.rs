//! Writes the catalog of the benches into a folder, as a store and as a graph file, to measure commands on:
//! `cargo run --release -p catalog-core --example services -- FOLDER [100k|1m]`.

#[path = "../benches/services/mod.rs"]
mod services;

use std::{env, path::PathBuf};

use catalog_core::{
    catalog::load_graph,
    graph::{GraphFile, GraphOrigin},
    model::{CatalogChange, IdentityTable, Visit},
    sketch,
    store::Store,
};
use services::{S1M, S100K, Services, repositories};

fn main() {
    let mut arguments = env::args().skip(1);
    let folder = PathBuf::from(arguments.next().expect("a folder to write to"));
    let size = if arguments.next().as_deref() == Some("1m") { S1M } else { S100K };
    let services = Services::draw(size);
    let visits = repositories(&services).map(|repository| Visit::Read(Box::new(repository)));
    let change = CatalogChange { visits: visits.collect() };
    let store = Store::at(folder.join("catalog.redb"));
    store.apply(&change, sketch::READ_AT).expect("the store is written");
    let graph = load_graph(&store, &IdentityTable::default()).expect("the store is sound");
    let origin = GraphOrigin::default();
    GraphFile::write(&folder.join("services.graph"), &graph, &origin).expect("the file is written");
}
