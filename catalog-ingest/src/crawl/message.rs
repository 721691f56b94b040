//! What a crawl and its reading processes say to each other.
//!
//! Frames of a length and that many bytes. Both sides are the same program, but what a reading process
//! says is judged like any other input, because what it read may have taken it over.

use std::{
    borrow::Cow,
    ffi::OsString,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use catalog_core::model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{limits::CrawlLimits, repository::FetchTrouble};

/// What a message has at most beside a visit.
pub(super) const FRAME_BYTES_BESIDE: u64 = 64 << 10;
/// How much is made room for before it has come.
const ROOM_AHEAD: usize = 1 << 16;

/// The first thing that a reading process is told.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Setup {
    pub(super) limits: CrawlLimits,
    pub(super) cache: PlainPath,
    pub(super) now: i64,
    pub(super) authorities: Option<PlainPath>,
}

impl Setup {
    pub(super) fn now(&self) -> Timestamp {
        Timestamp(self.now)
    }
}

/// What a reading process is asked for, one at a time.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Request<'a> {
    /// Bring a repository of another machine into the cache.
    Fetch {
        #[serde(borrow)]
        address: Cow<'a, str>,
        /// The login for this one host.
        #[serde(borrow)]
        login: Option<Cow<'a, str>>,
    },
    /// Say what a folder says.
    Read {
        id: &'a str,
        address: &'a str,
        folder: PlainPath,
        current: Option<[u8; 20]>,
        had_commit: bool,
        /// A sealed visit: what was read before.
        previous: Option<&'a [u8]>,
    },
    /// List the files of a folder.
    Paths { folder: PlainPath, commit: Option<[u8; 20]> },
}

/// What a reading process answers: any number of `Progress`, then one of the others.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Reply<'a> {
    /// So much of a fetch has arrived.
    Progress { objects: u64, objects_total: u64, bytes: u64 },
    /// The copy in the cache is up to date.
    Fetched { folder: PlainPath },
    /// It is not.
    NotFetched { refusal: FetchRefusal },
    /// What a folder says, as a sealed visit.
    Visited { visit: &'a [u8], manifests_read: u64 },
    /// The paths of all regular files, each ended by a zero byte.
    Paths { paths: &'a [u8] },
    /// Why they cannot be listed.
    NoPaths { reason: &'a str },
}

/// Why a repository could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FetchRefusal {
    /// It was reached, and has no commits.
    pub(super) is_empty: bool,
    pub(super) message: String,
    pub(super) trouble: FetchTrouble,
}

/// A path as bytes, since not every path is UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PlainPath(Vec<u8>);

impl From<&Path> for PlainPath {
    fn from(path: &Path) -> Self {
        Self(path.as_os_str().as_encoded_bytes().to_vec())
    }
}

impl From<PlainPath> for PathBuf {
    fn from(path: PlainPath) -> Self {
        os_string(path.0).into()
    }
}

#[cfg(unix)]
fn os_string(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// A message as a frame.
pub(super) fn frame<T: Serialize>(message: &T) -> io::Result<Vec<u8>> {
    let body = postcard::to_allocvec(message).map_err(io::Error::other)?;
    let length = u32::try_from(body.len()).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
    let mut bytes = Vec::with_capacity(4 + body.len());
    bytes.extend(length.to_le_bytes());
    bytes.extend(body);
    Ok(bytes)
}

/// The message in the body of a frame.
pub(super) fn message<'a, T: Deserialize<'a>>(body: &'a [u8]) -> io::Result<T> {
    match postcard::take_from_bytes(body) {
        Ok((message, [])) => Ok(message),
        _ => Err(io::Error::from(io::ErrorKind::InvalidData)),
    }
}

/// Writes a message at once.
pub(super) fn send<T: Serialize>(to: &mut dyn Write, message: &T) -> io::Result<()> {
    to.write_all(&frame(message)?)?;
    to.flush()
}

/// The body of the next frame, of at most `bytes_max`; `None` where there is none any more.
///
/// Room is made as bytes come in: a length that is a lie costs nothing.
pub(super) fn receive(from: &mut dyn Read, bytes_max: u64) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    let mut filled = 0;
    while filled < length.len() {
        match from.read(&mut length[filled..]) {
            Ok(0) if filled == 0 => return Ok(None),
            Ok(0) => return Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
            Ok(bytes) => filled += bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let length = u32::from_le_bytes(length);
    if u64::from(length) > bytes_max {
        return Err(io::Error::from(io::ErrorKind::InvalidData));
    }
    let length = usize::try_from(length).map_err(io::Error::other)?;
    let mut body = Vec::with_capacity(length.min(ROOM_AHEAD));
    from.take(length as u64).read_to_end(&mut body)?;
    if body.len() < length {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
    }
    Ok(Some(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_out_as_they_went_in() {
        let request = Request::Read {
            id: "acme/shop",
            address: "/srv/acme/shop",
            folder: Path::new("/srv/acme/shop").into(),
            current: Some([7; 20]),
            had_commit: true,
            previous: Some(b"before"),
        };
        let mut bytes = Vec::new();
        send(&mut bytes, &request).expect("memory takes it");
        let body = receive(&mut bytes.as_slice(), 1_000).expect("a frame").expect("one frame");
        let received: Request<'_> = message(&body).expect("a message");
        assert_eq!(format!("{received:?}"), format!("{request:?}"));
        assert!(receive(&mut [].as_slice(), 1_000).expect("the end").is_none());
    }

    #[test]
    fn nonsense_is_refused_without_making_room_for_it() {
        for bytes in [&[1, 2][..], &[0xff; 8], &[0, 0, 0, 0x10, 1, 2, 3]] {
            assert!(receive(&mut { bytes }, 1 << 30).is_err(), "{bytes:?}");
        }
        assert!(receive(&mut [3, 0, 0, 0, 1, 2, 3].as_slice(), 2).is_err(), "longer than the limit");
        assert!(message::<Reply<'_>>(&[9, 9, 9]).is_err());
        assert!(message::<Reply<'_>>(&[]).is_err());
    }
}
