//! Objects of git, read by their ids: their header first, their content only within a limit.
//!
//! Loose objects are inflated here, because libgit2 1.9.7 never returns from one that is cut off
//! (its issue 7342), which a full disk leaves behind. Everything else is libgit2's object database,
//! opened without the repository around it, so that no configuration of the repository is followed.

use std::{
    cell::{OnceCell, RefCell},
    fs::File,
    io::Read,
    path::PathBuf,
};

use catalog_core::model::{CommitId, ContentId};
use flate2::{Decompress, FlushDecompress, Status};
use git2::{ObjectType, Odb, Oid};

use super::{RepositoryError, folder::GitFolder, libgit2};

/// The most bytes that a tree or a commit may have, far beyond those that git itself can handle well.
const STRUCTURE_BYTES_MAX: u64 = 256 << 20;

/// The objects of one repository.
pub(super) struct Objects {
    folder: PathBuf,
    database: OnceCell<Odb<'static>>,
    inflate: RefCell<Decompress>,
}

/// What was found of an object.
pub(super) enum Content {
    /// All of it.
    Whole(Vec<u8>),
    /// It is larger than what was asked for.
    TooLarge(u64),
}

impl Objects {
    /// The objects of a repository. Nothing is opened yet.
    pub(super) fn new(folder: &GitFolder) -> Self {
        Self {
            folder: folder.common_dir.join("objects"),
            database: OnceCell::new(),
            inflate: RefCell::new(Decompress::new(true)),
        }
    }

    /// Where git keeps the commits at which a shallow copy ends.
    pub(super) fn shallow_file(&self) -> PathBuf {
        self.folder.with_file_name("shallow")
    }

    /// A commit, tree or tag, whole.
    pub(super) fn structure(&self, id: ContentId, kind: ObjectType) -> Result<Vec<u8>, RepositoryError> {
        match self.read(id, kind, STRUCTURE_BYTES_MAX)? {
            Content::Whole(bytes) => Ok(bytes),
            Content::TooLarge(bytes) => {
                Err(RepositoryError::object(id, format!("is a {kind} of {bytes} bytes")))
            }
        }
    }

    /// The content of an object of at most `bytes_max` bytes; a larger one is never read.
    pub(super) fn read(
        &self,
        id: ContentId,
        kind: ObjectType,
        bytes_max: u64,
    ) -> Result<Content, RepositoryError> {
        if let Some(raw) = self.loose(id, bytes_max)? {
            return self.inflate(id, kind, &raw, bytes_max);
        }
        let database = self.database()?;
        let oid = oid(id)?;
        let (size, found) = database.read_header(oid).map_err(|error| lost(id, &error))?;
        expect_kind(id, found, kind)?;
        if size as u64 > bytes_max {
            return Ok(Content::TooLarge(size as u64));
        }
        let object = database.read(oid).map_err(|error| lost(id, &error))?;
        Ok(Content::Whole(object.data().to_vec()))
    }

    /// What kind of object an id names.
    pub(super) fn kind(&self, id: ContentId) -> Result<ObjectType, RepositoryError> {
        if let Some(raw) = self.loose(id, 0)? {
            let mut inflate = self.inflate.borrow_mut();
            inflate.reset(true);
            let mut start = [0; 64];
            let header = inflate_header(&mut inflate, &raw, &mut start);
            return header.map(|header| header.kind).map_err(|reason| RepositoryError::object(id, reason));
        }
        self.database()?.read_header(oid(id)?).map(|(_, kind)| kind).map_err(|error| lost(id, &error))
    }

    /// The compressed bytes of a loose object, at most as many as content within the limit can need.
    fn loose(&self, id: ContentId, bytes_max: u64) -> Result<Option<Vec<u8>>, RepositoryError> {
        let name = id.to_string();
        let mut path = self.folder.join(&name[..2]);
        path.push(&name[2..]);
        let Ok(file) = File::open(path) else { return Ok(None) };
        let mut raw = Vec::new();
        file.take(bytes_max.saturating_add(bytes_max / 8).saturating_add(4_096))
            .read_to_end(&mut raw)
            .map_err(|error| RepositoryError::object(id, format!("cannot be read: {error}")))?;
        Ok(Some(raw))
    }

    fn inflate(
        &self,
        id: ContentId,
        kind: ObjectType,
        raw: &[u8],
        bytes_max: u64,
    ) -> Result<Content, RepositoryError> {
        let broken = |reason: &str| RepositoryError::object(id, reason);
        let mut inflate = self.inflate.borrow_mut();
        inflate.reset(true);
        let mut start = [0; 64];
        let header = inflate_header(&mut inflate, raw, &mut start).map_err(broken)?;
        expect_kind(id, header.kind, kind)?;
        if header.size > bytes_max {
            return Ok(Content::TooLarge(header.size));
        }
        let size =
            usize::try_from(header.size).map_err(|_| broken("is larger than this machine's memory"))?;
        // One byte more than declared, so that content that goes on is seen.
        let mut bytes = vec![0; size + 1];
        let mut filled = header.rest.len().min(bytes.len());
        bytes[..filled].copy_from_slice(&header.rest[..filled]);
        let mut ended = header.ended;
        while !ended && filled < bytes.len() {
            let (read, written) = (inflate.total_in(), inflate.total_out());
            let input = raw.get(to_index(read)..).unwrap_or_default();
            let status = inflate
                .decompress(input, &mut bytes[filled..], FlushDecompress::None)
                .map_err(|_| broken("is not compressed as git does it"))?;
            filled += to_index(inflate.total_out() - written);
            ended = status == Status::StreamEnd;
            if !ended && inflate.total_in() == read && inflate.total_out() == written {
                return Err(broken("is cut off"));
            }
        }
        if !ended || filled != size {
            return Err(broken("has another length than it declares"));
        }
        bytes.truncate(size);
        libgit2::prepare();
        let found = Oid::hash_object(kind, &bytes).map_err(|error| lost(id, &error))?;
        if found.as_bytes() != id.0 {
            return Err(broken("holds other content than its id names"));
        }
        Ok(Content::Whole(bytes))
    }

    /// Libgit2's view of the same folder, opened at the first object that is not loose.
    pub(super) fn database(&self) -> Result<&Odb<'static>, RepositoryError> {
        if let Some(database) = self.database.get() {
            return Ok(database);
        }
        libgit2::prepare();
        let failed = |error: git2::Error| RepositoryError::corrupt(error.message());
        let folder = self.folder.to_str().ok_or_else(|| {
            RepositoryError::corrupt("the path of the repository is not UTF-8, which libgit2 cannot open")
        })?;
        let database = Odb::new().map_err(failed)?;
        database.add_disk_alternate(folder).map_err(failed)?;
        Ok(self.database.get_or_init(|| database))
    }
}

/// The id that git gives to a file's content.
pub(crate) fn content_id(bytes: &[u8]) -> ContentId {
    libgit2::prepare();
    let oid = Oid::hash_object(ObjectType::Blob, bytes).expect("any bytes can be a blob");
    ContentId(bytes_of(oid))
}

fn bytes_of(oid: Oid) -> [u8; 20] {
    oid.as_bytes().try_into().expect("an object id of SHA-1 has twenty bytes")
}

/// The first line of an object: its kind and size, and what of its content came with it.
struct Header<'a> {
    kind: ObjectType,
    size: u64,
    rest: &'a [u8],
    ended: bool,
}

fn inflate_header<'a>(
    inflate: &mut Decompress,
    raw: &[u8],
    start: &'a mut [u8; 64],
) -> Result<Header<'a>, &'static str> {
    if raw.is_empty() {
        return Err("is an empty file");
    }
    let status = inflate
        .decompress(raw, start, FlushDecompress::None)
        .map_err(|_| "is not compressed as git does it")?;
    let start = &start[..to_index(inflate.total_out())];
    let end = start.iter().position(|byte| *byte == 0).ok_or("has no header")?;
    let header = std::str::from_utf8(&start[..end]).map_err(|_| "has no header")?;
    let (kind, size) = header.split_once(' ').ok_or("has no header")?;
    let kind = match kind {
        "blob" => ObjectType::Blob,
        "tree" => ObjectType::Tree,
        "commit" => ObjectType::Commit,
        "tag" => ObjectType::Tag,
        _ => return Err("is of an unknown type"),
    };
    let size = size.parse().map_err(|_| "declares no size")?;
    Ok(Header { kind, size, rest: &start[end + 1..], ended: status == Status::StreamEnd })
}

fn expect_kind(id: ContentId, found: ObjectType, expected: ObjectType) -> Result<(), RepositoryError> {
    if found == expected {
        Ok(())
    } else {
        Err(RepositoryError::object(id, format!("is a {found}, expected a {expected}")))
    }
}

fn oid(id: ContentId) -> Result<Oid, RepositoryError> {
    Oid::from_bytes(&id.0).map_err(|error| lost(id, &error))
}

fn lost(id: ContentId, error: &git2::Error) -> RepositoryError {
    if error.class() == git2::ErrorClass::NoMemory {
        RepositoryError::Memory { object: CommitId(id.0).short() }
    } else if error.code() == git2::ErrorCode::NotFound {
        RepositoryError::object(id, "is missing")
    } else {
        RepositoryError::object(id, format!("cannot be read: {}", super::address::printable(error.message())))
    }
}

fn to_index(count: u64) -> usize {
    usize::try_from(count).expect("no buffer is larger than memory")
}
