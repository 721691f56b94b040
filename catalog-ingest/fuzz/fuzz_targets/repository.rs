//! A folder of git in which one file is the input: HEAD, packed references, a commit, a tree, a loose object,
//! the index, ignore rules or the configuration. The first byte says which.
#![no_main]

use std::{
    cell::RefCell,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use catalog_ingest::{
    limits::CrawlLimits,
    repository::{EntryKind, Snapshot, head_of},
};
use git2::{ObjectType, Oid};
use libfuzzer_sys::fuzz_target;

const FILE: &[u8] = b"apiVersion: backstage.io/v1alpha1\n";

/// A repository that is put right before every run.
struct Folder {
    folder: tempfile::TempDir,
    /// What a run wrote and the next one must not find.
    written: Vec<PathBuf>,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for below in [".git/objects", ".git/refs/heads", ".git/info", "a/b"] {
            fs::create_dir_all(folder.path().join(below)).expect("a folder");
        }
        for file in ["catalog-info.yaml", "a/catalog-info.yaml", "a/b/x.log"] {
            fs::write(folder.path().join(file), FILE).expect("a file");
        }
        Self { folder, written: Vec::new() }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&mut self, below: &str, bytes: &[u8]) {
        let path = self.folder.path().join(below);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        fs::write(&path, bytes).expect("a file");
        self.written.push(path);
    }

    /// Writes a loose object as it should be, and gives its id.
    fn object(&mut self, kind: ObjectType, content: &[u8]) -> String {
        let id = Oid::hash_object(kind, content).expect("any bytes can be an object").to_string();
        self.raw_object(&id, &compressed(kind.str(), content));
        id
    }

    fn raw_object(&mut self, id: &str, raw: &[u8]) {
        self.write(&format!(".git/objects/{}/{}", &id[..2], &id[2..]), raw);
    }

    /// A tree of one manifest and one folder, and a commit of it as HEAD.
    fn commit(&mut self) {
        let file = self.object(ObjectType::Blob, FILE);
        let tree = self.object(ObjectType::Tree, &entry("100644 catalog-info.yaml", &file));
        let commit = self.object(ObjectType::Commit, commit_text(&tree).as_bytes());
        self.write(".git/HEAD", b"ref: refs/heads/main\n");
        self.write(".git/refs/heads/main", commit.as_bytes());
    }
}

fn commit_text(tree: &str) -> String {
    format!("tree {tree}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nm\n")
}

fn entry(mode_and_name: &str, id: &str) -> Vec<u8> {
    let id = Oid::from_str(id).expect("an id");
    [mode_and_name.as_bytes(), &[0], id.as_bytes()].concat()
}

fn compressed(kind: &str, content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    write!(encoder, "{kind} {}\0", content.len()).expect("memory takes it");
    encoder.write_all(content).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// Walks over everything, and reads and finds again whatever there is.
fn read(snapshot: &Snapshot) {
    let limits = CrawlLimits::default();
    let mut entries = Vec::new();
    let Ok(outcome) = snapshot.walk(&limits.tree, true, &mut |path, entry| {
        entries.push((path.to_vec(), entry));
    }) else {
        return;
    };
    assert!(outcome.diagnostics.len() <= 101);
    for diagnostic in &outcome.diagnostics {
        assert!(!diagnostic.message.chars().any(char::is_control), "{:?}", diagnostic.message);
    }
    for (path, entry) in &entries {
        let shown = String::from_utf8_lossy(path);
        assert!(!path.is_empty() && path[0] != b'/' && !shown.chars().any(char::is_control), "{shown:?}");
        assert!(path.split(|byte| *byte == b'/').all(|part| !matches!(part, b"" | b"." | b".." | b".git")));
        if entry.kind == EntryKind::File {
            let _may_be_missing = snapshot.read(path, *entry, 4_096);
        }
        if let Ok(path) = std::str::from_utf8(path) {
            assert!(snapshot.find(path).is_some(), "{path:?} is visited and not found");
        }
    }
}

thread_local! {
    static FOLDER: RefCell<Folder> = RefCell::new(Folder::new());
}

fuzz_target!(|input: &[u8]| {
    let Some((choice, bytes)) = input.split_first() else { return };
    FOLDER.with_borrow_mut(|folder| {
        for path in std::mem::take(&mut folder.written) {
            fs::remove_file(path).expect("what was written is removed");
        }
        folder.commit();
        match choice % 9 {
            0 => {
                let tree = folder.object(ObjectType::Tree, bytes);
                let commit = folder.object(ObjectType::Commit, commit_text(&tree).as_bytes());
                folder.write(".git/refs/heads/main", commit.as_bytes());
            }
            1 => {
                let commit = folder.object(ObjectType::Commit, bytes);
                folder.write(".git/HEAD", commit.as_bytes());
            }
            2 => {
                let id = "5e".repeat(20);
                folder.write(".git/HEAD", id.as_bytes());
                folder.raw_object(&id, bytes);
            }
            3 => {
                // The header of an object, with the content that it may be true or false of.
                let id = "5e".repeat(20);
                folder.write(".git/HEAD", id.as_bytes());
                let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(bytes).expect("memory takes it");
                let raw = encoder.finish().expect("memory takes it");
                folder.raw_object(&id, &raw);
            }
            4 => folder.write(".git/HEAD", bytes),
            5 => {
                fs::remove_file(folder.path().join(".git/refs/heads/main")).expect("it is there");
                folder.written.retain(|path| !path.ends_with("refs/heads/main"));
                folder.write(".git/packed-refs", bytes);
            }
            6 => folder.write(".git/index", bytes),
            7 => folder.write(".gitignore", bytes),
            _ => folder.write(".git/config", bytes),
        }
        let head = head_of(folder.path());
        match Snapshot::open(folder.path()) {
            Ok(snapshot) => {
                assert!(snapshot.commit().is_some());
                read(&snapshot);
            }
            Err(error) => {
                assert!(!error.to_string().chars().any(char::is_control), "{error}");
            }
        }
        let _is_as_it_may_be = head;
        if let Ok(snapshot) = Snapshot::open_working(folder.path(), &CrawlLimits::default().tree) {
            read(&snapshot);
        }
        folder.written.sort_unstable();
        folder.written.dedup();
    });
});
