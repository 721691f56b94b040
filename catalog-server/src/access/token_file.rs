//! The file of tokens, beside the store.
//!
//! A file of its own, since who may ask must be known while the store is damaged or held by another, and
//! where only a graph file is served. It holds no token, only their hashes, and yet nobody but its owner may
//! read it. It is replaced whole: a reader sees the file before a change or after it.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use catalog_core::model::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Scope, TokenHash, TokenList, TokenRecord};
use crate::clock;

/// The form of the file that is written.
const VERSION: u32 = 1;
/// The most bytes that a file of tokens may have.
const FILE_BYTES_MAX: u64 = 8 << 20;
/// The most tokens that are kept.
pub(super) const TOKENS_MAX: usize = 10_000;
/// How long a change waits for another one, and how often it looks.
const LOCK_TRIES: usize = 50;
const LOCK_PAUSE: Duration = Duration::from_millis(100);

/// A file of tokens, whether or not it is there.
#[derive(Clone, Debug)]
pub struct TokenFile {
    path: PathBuf,
}

/// What tells one state of the file from another without reading it.
pub(super) type Stamp = Option<(SystemTime, u64, u64)>;

/// Why tokens could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TokenFileError {
    /// Others than its owner may read the file or write to it.
    #[error("others can read or change it (its mode is {mode:04o})")]
    Exposed {
        /// Its mode.
        mode: u32,
    },
    /// It is no file, as a folder or a pipe.
    #[error("it is no file")]
    NoFile,
    /// It is written in a form that is not known here.
    #[error("it has version {found}; this program knows version {VERSION}")]
    OtherVersion {
        /// The version that it has.
        found: u32,
    },
    /// It holds something else.
    #[error("it is not understood: {0}")]
    Senseless(String),
    /// There are too many of them.
    #[error("it would hold more tokens than {TOKENS_MAX}; take revoked and expired ones out of it")]
    TooMany,
    /// Somebody else is changing it.
    #[error("another process is changing it")]
    Held,
    /// The system does not let it be read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileForm {
    version: u32,
    tokens: Vec<TokenForm>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenForm {
    id: String,
    name: String,
    scopes: Vec<String>,
    /// Of the whole token, in hexadecimal digits.
    sha256: String,
    created: String,
    expires: String,
    revoked: Option<String>,
}

impl TokenFile {
    /// The file at a path.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The tokens in it; none where there is no file.
    pub fn read(&self) -> Result<TokenList, TokenFileError> {
        let metadata = match fs::metadata(&self.path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(TokenList::default()),
            Err(error) => return Err(error.into()),
        };
        // A pipe would be waited for.
        if !metadata.is_file() {
            return Err(TokenFileError::NoFile);
        }
        let file = File::open(&self.path)?;
        check_mode(&file)?;
        let mut text = String::new();
        file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)?;
        if text.len() as u64 > FILE_BYTES_MAX {
            return Err(TokenFileError::Senseless(format!("it has more than {FILE_BYTES_MAX} bytes")));
        }
        parse(&text)
    }

    /// Changes the tokens: nobody else changes them meanwhile, and what is written stays.
    pub fn change<T>(&self, change: impl FnOnce(&mut Vec<TokenRecord>) -> T) -> Result<T, TokenFileError> {
        let _lock = self.lock()?;
        let mut records = self.read()?.records().to_vec();
        let answer = change(&mut records);
        if records.len() > TOKENS_MAX {
            return Err(TokenFileError::TooMany);
        }
        self.write(&records)?;
        Ok(answer)
    }

    /// What tells this state of the file from others; `None` where there is none.
    pub(super) fn stamp(&self) -> Stamp {
        let metadata = fs::metadata(&self.path).ok()?;
        Some((metadata.modified().ok()?, metadata.len(), file_number(&metadata)))
    }

    fn lock(&self) -> Result<File, TokenFileError> {
        let file = private(OpenOptions::new().write(true).create(true)).open(self.beside("lock"))?;
        for _ in 0..LOCK_TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
        }
        Err(TokenFileError::Held)
    }

    fn write(&self, records: &[TokenRecord]) -> Result<(), TokenFileError> {
        let form = FileForm { version: VERSION, tokens: records.iter().map(TokenForm::of).collect() };
        let text = serde_json::to_string_pretty(&form)
            .map_err(|error| TokenFileError::Senseless(error.to_string()))?;
        let fresh = self.beside("new");
        // One that a change left behind that did not come to its end.
        let _absent = fs::remove_file(&fresh);
        let mut file = private(OpenOptions::new().write(true).create_new(true)).open(&fresh)?;
        file.write_all(text.as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        fs::rename(&fresh, &self.path)?;
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(())
    }

    /// The path of a file beside it, with a further ending.
    fn beside(&self, ending: &str) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(".");
        path.push(ending);
        path.into()
    }
}

impl TokenForm {
    fn of(record: &TokenRecord) -> Self {
        Self {
            id: record.id.to_string(),
            name: record.name.clone(),
            scopes: record.scopes.iter().map(|scope| scope.name().to_owned()).collect(),
            sha256: record.hash.to_hex(),
            created: clock::rfc3339(record.created),
            expires: clock::rfc3339(record.expires),
            revoked: record.revoked.map(clock::rfc3339),
        }
    }

    fn record(self) -> Result<TokenRecord, String> {
        let moment = |text: &str| -> Result<Timestamp, String> {
            clock::moment(text).ok_or_else(|| format!("`{text}` is no moment"))
        };
        let id = &self.id;
        let scopes = self.scopes.iter().map(|name| {
            Scope::named(name).ok_or_else(|| format!("token `{id}` has the scope `{name}`, which is none"))
        });
        Ok(TokenRecord {
            id: id.parse().map_err(|()| format!("`{id}` is no id of a token"))?,
            scopes: scopes.collect::<Result<_, _>>()?,
            hash: TokenHash::from_hex(&self.sha256).ok_or_else(|| format!("token `{id}` has no hash"))?,
            created: moment(&self.created)?,
            expires: moment(&self.expires)?,
            revoked: self.revoked.as_deref().map(moment).transpose()?,
            name: self.name,
        })
    }
}

fn parse(text: &str) -> Result<TokenList, TokenFileError> {
    /// Only the version, whatever else there is.
    #[derive(Deserialize)]
    struct Versioned {
        version: u32,
    }
    let senseless = |error: serde_json::Error| TokenFileError::Senseless(error.to_string());
    let versioned: Versioned = serde_json::from_str(text).map_err(senseless)?;
    if versioned.version != VERSION {
        return Err(TokenFileError::OtherVersion { found: versioned.version });
    }
    let form: FileForm = serde_json::from_str(text).map_err(senseless)?;
    let records = form.tokens.into_iter().map(TokenForm::record);
    records.collect::<Result<_, _>>().map(TokenList::new).map_err(TokenFileError::Senseless)
}

/// Lets nobody but the owner read a file that is made.
#[cfg(unix)]
pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600)
}

#[cfg(not(unix))]
pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(unix)]
fn check_mode(file: &File) -> Result<(), TokenFileError> {
    let mode = std::os::unix::fs::MetadataExt::mode(&file.metadata()?) & 0o7777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(TokenFileError::Exposed { mode }) }
}

#[cfg(not(unix))]
fn check_mode(_file: &File) -> Result<(), TokenFileError> {
    Ok(())
}

#[cfg(unix)]
pub(super) fn file_number(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
pub(super) fn file_number(_metadata: &fs::Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Scopes, TokenText};

    fn record(name: &str) -> TokenRecord {
        let token = TokenText::random().expect("random");
        TokenRecord {
            id: token.id(),
            name: name.to_owned(),
            scopes: Scopes::NONE.with(Scope::Read).with(Scope::Crawl),
            hash: token.hash(),
            created: Timestamp(1_793_523_600),
            expires: Timestamp(1_793_523_700),
            revoked: Some(Timestamp(1_793_523_650)),
        }
    }

    #[test]
    fn what_is_written_is_read_and_nobody_else_may_read_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = TokenFile::at(folder.path().join("catalog.tokens"));
        assert!(file.read().expect("no file is no tokens").is_empty());
        let written = record("a \"quoted\" name\n");
        file.change(|records| records.push(written.clone())).expect("it is written");
        let before = file.stamp();
        file.change(|records| records.push(record("another"))).expect("it is written");
        assert_ne!(before, file.stamp());
        let read = file.read().expect("it is read");
        assert_eq!(read.records().len(), 2);
        assert_eq!(format!("{:?}", read.records()[0]), format!("{written:?}"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(file.path()).expect("it is there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            fs::set_permissions(file.path(), fs::Permissions::from_mode(0o640)).expect("a mode");
            assert!(matches!(file.read(), Err(TokenFileError::Exposed { mode: 0o640 })));
        }
    }

    #[test]
    fn what_is_no_file_of_tokens_is_refused() {
        let good = r#"{"version": 1, "tokens": []}"#;
        assert!(parse(good).is_ok());
        let token = |field: &str, value: &str| {
            let form = TokenForm::of(&record("x"));
            let mut json = serde_json::to_value(FileForm { version: 1, tokens: vec![form] }).expect("JSON");
            json["tokens"][0][field] = serde_json::from_str(value).expect("JSON");
            json.to_string()
        };
        assert!(parse(&token("name", "\"y\"")).is_ok());
        let cases = [
            String::new(),
            "[]".into(),
            "{\"version\": 1}".into(),
            good.replace('1', "2"),
            good.replace("[]", "[{}]"),
            token("id", "\"../x\""),
            token("sha256", "\"\""),
            token("scopes", "[\"write\"]"),
            token("expires", "null"),
            token("expires", "\"soon\""),
            token("more", "1"),
        ];
        for case in cases {
            assert!(parse(&case).is_err(), "{case}");
        }
    }

    #[test]
    fn two_who_change_it_at_once_both_have_their_way() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = TokenFile::at(folder.path().join("catalog.tokens"));
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let file = &file;
                scope.spawn(move || {
                    for number in 0..5 {
                        let name = format!("{writer}.{number}");
                        file.change(|records| records.push(record(&name))).expect("it is written");
                    }
                });
            }
        });
        assert_eq!(file.read().expect("it is read").records().len(), 20);
    }
}
