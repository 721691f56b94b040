//! Graphs as files: what comes out is what went in, and what is no such file is said to be none.

use std::{
    fs,
    io::{Seek as _, Write as _},
    path::PathBuf,
};

use super::{change::everything, *};
use crate::model::Revision;

/// A catalog with something of everything that a file has a part for.
const RICH: &str = "
    repository a/one
    component:web title Web tier 1 type service lifecycle production label zone=a tag x,y slo 99.9 data pii
    component:web -> component:api resource:lost
    component:web !> component:api
    component:web any> resource:eu resource:us
    component:web owner group:shop
    manifest old.yaml stale
    component:old ~> component:web
    codeowners
      * @acme/shop
      /old.yaml @someone
    repository a/two
    component:api provides api:web system system:store
    component:web title Another
    group:shop members user:ann
    repository a/three unreadable
    manifest service.datadog.yaml format datadog
    component:api alias component:backend
    component:cart_ -> component:backend
    ";

/// A place for a file, which ends with the test.
struct Place {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn place() -> Place {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("catalog.graph");
    Place { _folder: folder, path }
}

/// A graph as it comes out of a file.
pub(super) fn copied(graph: &CatalogGraph) -> CatalogGraph {
    let file = GraphFile::unnamed(graph, &GraphOrigin::default());
    file.and_then(|file| file.read()).expect("it is sound")
}

fn file_of(graph: &CatalogGraph) -> Vec<u8> {
    let place = place();
    let origin = GraphOrigin { state: (*b"state").into(), facts: 1, identity: 2 };
    let bytes = GraphFile::write(&place.path, graph, &origin).expect("it is written");
    let file = fs::read(&place.path).expect("it is there");
    assert_eq!(bytes, file.len() as u64);
    file
}

/// What becomes of a file of these bytes.
fn read(bytes: &[u8]) -> Result<CatalogGraph, GraphFileError> {
    let mut file = tempfile::tempfile()?;
    file.write_all(bytes)?;
    file.rewind()?;
    GraphFile::of(file)?.read()
}

fn said_of(bytes: &[u8]) -> String {
    read(bytes).map_or_else(|error| error.to_string(), |_| "sound".to_owned())
}

#[test]
fn a_graph_comes_out_as_it_went_in() {
    for drawn in ["", "component:a", RICH] {
        let graph = sketch::graph(drawn);
        let copied = copied(&graph);
        assert_eq!(everything(&copied), everything(&graph));
        assert_eq!(file_of(&copied), file_of(&graph), "the same graph is the same file");
        assert_eq!(copied.patched_len(), 0);
    }
    assert_eq!(everything(&copied(&CatalogGraph::empty())), everything(&CatalogGraph::empty()));
}

#[test]
fn a_header_says_of_what_a_graph_was_made() {
    let place = place();
    fs::write(&place.path, file_of(&sketch::graph(RICH))).expect("it is written");
    let file = GraphFile::open(&place.path).expect("it is sound");
    assert_eq!(file.origin(), &GraphOrigin { state: (*b"state").into(), facts: 1, identity: 2 });
    assert_eq!(file.revision(), Revision(1));
    assert!(GraphFile::is_at(&place.path));
    assert!(!GraphFile::is_at(place.path.parent().expect("a folder")));
    assert!(!GraphFile::is_at(&place.path.with_extension("none")));
}

#[test]
fn what_is_open_stays_what_it_is() {
    let place = place();
    let write = |drawn| {
        GraphFile::write(&place.path, &sketch::graph(drawn), &GraphOrigin::default()).expect("it is written")
    };
    write("component:a");
    let file = GraphFile::open(&place.path).expect("it is sound");
    write("component:b -> component:c");
    let graph = file.read().expect("it is sound");
    assert!(graph.entity(&entity_ref("component:a")).is_some());
    assert!(graph.entity(&entity_ref("component:b")).is_none());
    let left: Vec<_> = fs::read_dir(place.path.parent().expect("a folder")).expect("a folder").collect();
    assert_eq!(left.len(), 1, "nothing is left beside it");
}

#[test]
fn a_file_that_is_cut_short_is_said_to_be() {
    let file = file_of(&sketch::graph(RICH));
    for length in 0..file.len() {
        let said = said_of(&file[..length]);
        let expected = if length == 0 { "the file is no graph file" } else { "the graph file is cut short" };
        assert!(said.starts_with(expected), "{length}: {said}");
    }
    let longer = [&file[..], b"x"].concat();
    assert_eq!(said_of(&longer), "the graph file is damaged: its part `end` does not fit its checksum");
}

#[test]
fn a_flipped_bit_is_noticed_wherever_it_is() {
    let file = file_of(&sketch::graph(RICH));
    for place in (0..1_000).chain((1_000..file.len()).step_by(5)) {
        let mut damaged = file.clone();
        damaged[place] ^= 1 << (place % 8);
        let expected = match place {
            0..16 => "the file is no graph file",
            _ => "the graph file is damaged",
        };
        let said = said_of(&damaged);
        assert!(said.starts_with(expected), "{place}: {said}");
    }
}

#[test]
fn other_files_are_no_graph_files() {
    for bytes in [&b""[..], b"kind: Component\n", b"redb\x1A\x0A\xA9\x0D\x0A", &[0; 4_096]] {
        assert_eq!(said_of(bytes), "the file is no graph file");
    }
    assert!(matches!(GraphFile::open(std::path::Path::new("/")), Err(GraphFileError::Io(_))));
}

#[test]
fn another_format_is_left_alone() {
    let mut file = file_of(&sketch::graph("component:a"));
    file[16..20].copy_from_slice(&7_u32.to_le_bytes());
    let checksum = crc32fast::hash(&file[..20]);
    file[20..24].copy_from_slice(&checksum.to_le_bytes());
    assert_eq!(said_of(&file), "the graph file has format 7, and this version knows format 2");
    assert_eq!(said_of(&file[..24]), "the graph file has format 7, and this version knows format 2");
}

/// Where the table of parts begins in a header.
const TABLE: usize = 24 + 4 * 8 + 64;

fn number(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

/// The lengths of the parts of a file: as many as lead to its end.
fn lengths(file: &[u8]) -> Vec<usize> {
    let mut lengths = Vec::new();
    while TABLE + lengths.len() * 12 + 4 + lengths.iter().sum::<usize>() != file.len() {
        lengths.push(number(&file[TABLE + lengths.len() * 12..][..8]));
    }
    lengths
}

/// Puts right checksums into a file whose parts were changed.
fn resealed(mut file: Vec<u8>) -> Vec<u8> {
    let lengths = lengths(&file);
    let header = TABLE + lengths.len() * 12 + 4;
    let mut start = header;
    for (part, length) in lengths.into_iter().enumerate() {
        let checksum = crc32fast::hash(&file[start..start + length]);
        file[TABLE + part * 12 + 8..][..4].copy_from_slice(&checksum.to_le_bytes());
        start += length;
    }
    let checksum = crc32fast::hash(&file[..header - 4]);
    file[header - 4..header].copy_from_slice(&checksum.to_le_bytes());
    file
}

#[test]
fn nonsense_under_right_checksums_makes_no_panic() {
    let file = file_of(&sketch::graph(RICH));
    assert_eq!(resealed(file.clone()), file);
    let header = file.len() - lengths(&file).iter().sum::<usize>();
    let mut sound = 0;
    for place in (header..file.len()).step_by(2) {
        let mut changed = file.clone();
        changed[place] ^= [0x01, 0x80, 0xFF][place % 3];
        // What is refused, and what is read, is up to the file; both must end.
        if let Ok(graph) = read(&resealed(changed)) {
            sound += 1;
            let _ = asked(&graph);
        }
    }
    assert!(sound > 100, "texts and positions may be anything");
}

/// Something of everything that can be asked, of a graph that may contradict itself.
fn asked(graph: &CatalogGraph) -> usize {
    let mut text = String::new();
    for entity in graph.entities() {
        text += &format!("{entity:?} {:?} {:?}", entity.kind(), entity.title());
        text += &format!("{:?} {:?}", entity.tier(), entity.annotations());
        text += &format!("{:?} {:?}", entity.repository(), entity.ownership_claims());
        text += &format!("{:?}", entity.owned().collect::<Vec<_>>());
        text += &format!("{:?}", entity.declarations().map(DeclarationView::origin).collect::<Vec<_>>());
        for relation in entity.outgoing().chain(entity.incoming()) {
            text +=
                &format!("{relation:?} {:?}", relation.sources().map(|of| of.origin()).collect::<Vec<_>>());
            text += &format!("{:?}", relation.terms().collect::<Vec<_>>());
        }
        for direction in [Direction::Dependents, Direction::Dependencies] {
            text +=
                &format!("{:?}", graph.needs().reach(&[entity.index()], direction, ReachLimits::default()));
        }
    }
    for repository in graph.repositories() {
        text += &format!("{:?} {:?}", repository.head(), repository.path_rules().map(|of| of.path()));
        text += &format!("{:?}", repository.entities().collect::<Vec<_>>());
    }
    for declaration in graph.declarations() {
        text += &format!("{:?} {:?}", declaration.origin(), declaration.named());
    }
    text += &format!("{:?} {:?}", graph.diagnostics().iter().collect::<Vec<_>>(), graph.all_removals());
    text.len()
}
