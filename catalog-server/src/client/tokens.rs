//! The file of tokens: by the address of the server, readable by nobody else.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use catalog_ingest::repository::Secret;
use serde::Deserialize;

use super::ServerUrl;

/// The most that is read of the file, in bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// The longest token, in bytes.
const TOKEN_BYTES_MAX: usize = 4_096;

/// The tokens of a person, by server.
#[derive(Debug)]
pub struct Tokens {
    path: PathBuf,
    by_server: BTreeMap<String, Secret>,
}

/// Why the file of tokens is not used.
#[derive(Debug, thiserror::Error)]
pub enum TokensError {
    /// Others can read or change it.
    #[error("`{}` is open to others (mode {mode:03o}); expected mode {expected:03o}", path.display())]
    Open {
        /// The file or its folder.
        path: PathBuf,
        /// Its mode.
        mode: u32,
        /// The mode that it should have.
        expected: u32,
    },
    /// It is not understood. What it says is not repeated.
    #[error("`{}` is not understood in line {line}; expected `[\"https://catalog.example.com\"]` and `token = \"…\"`", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// It cannot be read or written.
    #[error("`{}` could not be read or written: {source}", path.display())]
    Io {
        /// The file or its folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    token: String,
}

impl Tokens {
    /// Takes a text for a token, without the blanks around it: visible ASCII, which cannot change the request that
    /// it is sent in.
    pub fn token(text: &str) -> Option<Secret> {
        let text = text.trim();
        let valid =
            !text.is_empty() && text.len() <= TOKEN_BYTES_MAX && text.bytes().all(|b| b.is_ascii_graphic());
        valid.then(|| Secret::new(text.to_owned()))
    }

    /// Reads `tokens.toml` of a folder; where it is not there, there are no tokens.
    ///
    /// # Errors
    ///
    /// It is open to others, or not understood.
    pub fn read(folder: &Path) -> Result<Self, TokensError> {
        let path = folder.join("tokens.toml");
        let io_error = |source| TokensError::Io { path: path.clone(), source };
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { path, by_server: BTreeMap::new() });
            }
            Err(error) => return Err(io_error(error)),
        };
        check_mode(folder, &fs::metadata(folder).map_err(io_error)?, 0o700)?;
        check_mode(&path, &file.metadata().map_err(io_error)?, 0o600)?;
        let mut text = String::new();
        file.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(io_error)?;
        let form = |at: usize| TokensError::Form {
            path: path.clone(),
            line: 1 + text.get(..at).unwrap_or_default().matches('\n').count(),
        };
        let entries: BTreeMap<String, Entry> =
            toml::from_str(&text).map_err(|error| form(error.span().map_or(0, |span| span.start)))?;
        let mut by_server = BTreeMap::new();
        for (server, entry) in entries {
            let at = text.find(&server).unwrap_or_default();
            let url = ServerUrl::parse(&server).map_err(|_| form(at))?;
            by_server.insert(url.to_string(), Self::token(&entry.token).ok_or_else(|| form(at))?);
        }
        Ok(Self { path, by_server })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The token for a server.
    pub fn of(&self, server: &ServerUrl) -> Option<&Secret> {
        self.by_server.get(&server.to_string())
    }

    /// Keeps a token for a server, in place of the one that there was.
    ///
    /// # Errors
    ///
    /// It cannot be written, or the folder is open to others.
    pub fn keep(&mut self, server: &ServerUrl, token: Secret) -> Result<(), TokensError> {
        self.by_server.insert(server.to_string(), token);
        self.write()
    }

    /// Forgets the token for a server; whether there was one.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn forget(&mut self, server: &ServerUrl) -> Result<bool, TokensError> {
        if self.by_server.remove(&server.to_string()).is_none() {
            return Ok(false);
        }
        self.write().map(|()| true)
    }

    fn write(&self) -> Result<(), TokensError> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let io_error = |source| TokensError::Io { path: self.path.clone(), source };
        make_folder(folder).map_err(io_error)?;
        check_mode(folder, &fs::metadata(folder).map_err(io_error)?, 0o700)?;
        let beside = self.path.with_extension(format!("toml.new-{}", std::process::id()));
        let written = new_file(&beside).and_then(|mut file| {
            for (server, token) in &self.by_server {
                // Neither can hold anything but visible ASCII.
                let token = token.reveal().replace('\\', "\\\\").replace('"', "\\\"");
                writeln!(file, "[\"{server}\"]\ntoken = \"{token}\"\n")?;
            }
            file.sync_all()?;
            fs::rename(&beside, &self.path)
        });
        if written.is_err() {
            let _gone = fs::remove_file(&beside);
        }
        written.map_err(io_error)
    }
}

/// Makes a folder that only its owner can enter, with the folders above it.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A new file that only its owner can read.
pub(super) fn new_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn check_mode(path: &Path, metadata: &fs::Metadata, expected: u32) -> Result<(), TokensError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(TokensError::Open { path: path.to_owned(), mode, expected })
}

/// Where there are no modes, the folder of the person is what keeps others out.
#[cfg(not(unix))]
fn check_mode(_path: &Path, _metadata: &fs::Metadata, _expected: u32) -> Result<(), TokensError> {
    Ok(())
}
