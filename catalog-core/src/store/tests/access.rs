//! Who may open the store when, and which files are refused.

use std::{
    fs,
    sync::{Arc, Mutex},
    time::Duration,
};

use redb::{Database, TableDefinition};

use super::*;
use crate::store::{tables::FORMAT, writer::StoreWriter};

/// The variant of the error of reading; writing must fail in the same way and leave the file alone.
fn refusal(store: &Store) -> StoreError {
    let before = fs::read(store.path()).ok();
    let read = everything(store).expect_err("reading is refused");
    let written = store.apply(&CatalogChange::default(), NOW).expect_err("writing is refused");
    assert_eq!(read.to_string(), written.to_string());
    assert_eq!(fs::read(store.path()).ok(), before, "the file is left alone");
    read
}

fn write(store: &Store, bytes: &[u8]) {
    fs::write(store.path(), bytes).expect("a file of the test");
}

#[test]
fn a_store_that_is_not_there_is_not_found() {
    let place = Place::new();
    assert!(matches!(everything(&place.store), Err(StoreError::NotFound)));
    assert!(matches!(place.store.verify(), Err(StoreError::NotFound)));
    assert!(!place.store.path().exists());
    let nowhere = Store::at(place.store.path().join("x/y.redb"));
    assert!(nowhere.apply(&CatalogChange::default(), NOW).is_err());
}

#[test]
fn making_a_store_leaves_nothing_else_behind() {
    let place = Place::with([]);
    let folder = place.store.path().parent().expect("the store is in a folder");
    assert_eq!(fs::read_dir(folder).expect("the folder is there").count(), 1);
}

#[test]
fn an_empty_file_is_no_store_but_may_become_one() {
    let place = Place::new();
    write(&place.store, b"");
    assert!(matches!(everything(&place.store), Err(StoreError::Foreign { .. })));
    assert_eq!(place.apply([read(samples::rich("a"))]), 1);
    assert_eq!(place.declarations("a"), samples::rich("a"));
}

#[test]
fn a_file_of_another_kind_is_left_alone() {
    let place = Place::new();
    for bytes in [b"x".as_slice(), b"apiVersion: backstage.io/v1alpha1\n", &[0; 8_192]] {
        write(&place.store, bytes);
        assert!(matches!(refusal(&place.store), StoreError::Foreign { .. }));
    }
    let folder = Store::at(place.store.path().parent().expect("the store is in a folder"));
    assert!(matches!(everything(&folder), Err(StoreError::Foreign { .. })));
}

#[test]
fn a_redb_file_of_another_program_is_left_alone() {
    let place = Place::new();
    let other: TableDefinition<'_, u64, u64> = TableDefinition::new("meta");
    for tables in 0..2 {
        fs::remove_file(place.store.path()).ok();
        let database = Database::create(place.store.path()).expect("a redb file");
        if tables > 0 {
            let transaction = database.begin_write().expect("a transaction");
            transaction
                .open_table(other)
                .and_then(|mut table| Ok(table.insert(1, 1).map(drop)?))
                .expect("a table");
            transaction.commit().expect("a commit");
        }
        drop(database);
        assert!(matches!(refusal(&place.store), StoreError::Foreign { .. }));
    }
}

#[test]
fn a_newer_format_is_left_alone() {
    let place = Place::new();
    let database = Database::create(place.store.path()).expect("a redb file");
    StoreWriter::initialize_as(&database, FORMAT + 1).expect("an empty store");
    drop(database);
    let error = refusal(&place.store);
    assert!(matches!(error, StoreError::Newer { found, known: FORMAT } if found == FORMAT + 1), "{error}");
}

#[test]
fn a_store_that_another_handle_holds_is_held() {
    let place = Place::with([samples::plain("a", 1)]);
    let _database = Database::open(place.store.path()).expect("the store is free");
    let Err(StoreError::Held { by }) = everything(&place.store) else { panic!("the store is held") };
    if cfg!(target_os = "linux") {
        let by = by.expect("Linux tells who holds a file");
        assert_eq!(by.pid, std::process::id());
        assert!(by.to_string().starts_with(&format!("process {} (`", by.pid)), "{by}");
    }
    let written = place.store.apply(&CatalogChange::default(), NOW);
    assert!(matches!(written, Err(StoreError::Held { .. })));
}

#[test]
fn waiting_ends_when_the_holder_does() {
    let place = Place::with([samples::plain("a", 1)]);
    let database = Database::open(place.store.path()).expect("the store is free");
    let holding = Arc::new(Mutex::new((Some(database), 0)));
    let told = Arc::clone(&holding);
    let store = place.store.clone().wait_up_to(Duration::from_secs(60)).on_wait(move |_| {
        let mut told = told.lock().expect("no test panics here");
        told.0 = None;
        told.1 += 1;
    });
    assert!(everything(&store).is_ok());
    assert_eq!(holding.lock().expect("no test panics here").1, 1, "it is told once");
}

#[test]
fn readers_share_the_store_and_keep_writers_out() {
    let place = Place::with([samples::plain("a", 1)]);
    let nested = place.store.read(|_| {
        assert!(everything(&place.store).is_ok());
        place.store.apply(&CatalogChange::default(), NOW)
    });
    assert!(matches!(nested, Err(StoreError::Held { .. })));
    assert_eq!(place.apply([]), 1);
}

#[test]
fn what_a_dead_process_left_is_repaired_by_the_next_reader() {
    let place = Place::with([samples::rich("a")]);
    let left = Store::at(place.store.path().with_extension("left"));
    let copied = place.store.write(|writer| {
        writer.apply(&CatalogChange { visits: vec![read(samples::rich("b"))] }, NOW)?;
        fs::copy(place.store.path(), left.path())?;
        Ok(())
    });
    copied.expect("the change is stored");
    assert_eq!(everything(&left).expect("it is repaired"), (Revision(1), vec![samples::rich("a")]));
    assert_eq!(everything(&place.store).expect("the store is read").1.len(), 2);
}

#[test]
fn a_read_only_file_can_be_read() {
    let place = Place::with([samples::rich("a")]);
    let mut permissions = fs::metadata(place.store.path()).expect("the store is there").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(place.store.path(), permissions).expect("the file is ours");
    assert_eq!(place.declarations("a"), samples::rich("a"));
    if fs::OpenOptions::new().write(true).open(place.store.path()).is_ok() {
        // Whoever may do everything is not kept out by permissions.
        return;
    }
    let written = place.store.apply(&CatalogChange::default(), NOW);
    assert!(matches!(written, Err(StoreError::ReadOnly(_))));
}
