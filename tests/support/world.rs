//! A temporary folder with repositories and a store.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{Commit, Run};

/// A temporary folder in which the program runs, without anything of the machine's environment.
pub(crate) struct World {
    _folder: tempfile::TempDir,
    root: PathBuf,
}

/// A manifest as small as they come: the service `ledger` of `group:books`. It ends within its `spec`.
pub(crate) const LEDGER: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ledger
spec:
  type: service
  lifecycle: production
  owner: group:books
";

impl World {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().canonicalize().expect("the folder is there").join("w");
        fs::create_dir(&root).expect("a folder");
        Self { _folder: folder, root }
    }

    /// A folder with the repository `acme/ledger`, which was read.
    pub(crate) fn of_ledger() -> Self {
        let world = Self::new();
        world.commit("acme/ledger", [("catalog-info.yaml", LEDGER)]);
        world.run("crawl acme").ends_with(0);
        world
    }

    /// A path in the folder.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The same as text.
    pub(crate) fn text(&self, relative: &str) -> String {
        self.path(relative).to_string_lossy().into_owned()
    }

    /// Writes a file outside of any commit.
    pub(crate) fn write(&self, relative: &str, content: impl AsRef<[u8]>) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        fs::write(path, content).expect("the file is written");
    }

    /// Puts files into a repository with one more commit. It is bare if its name ends with `.git`.
    pub(crate) fn commit<'a>(&self, repository: &str, files: impl IntoIterator<Item = (&'a str, &'a str)>) {
        Commit::default().files(files).write(&self.path(repository));
    }

    /// The program, ready to run in the folder with these arguments.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_catalog"));
        command.args(arguments).current_dir(&self.root).env_clear().env("NO_COLOR", "1").stdin(Stdio::null());
        command
    }

    /// Runs the program with these words as its arguments; none of them holds a blank.
    pub(crate) fn run(&self, words: &str) -> Run {
        self.run_with(words.split_whitespace())
    }

    /// Runs the program with these arguments.
    pub(crate) fn run_with<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Run {
        Run::of(&mut self.command(arguments), &self.root)
    }

    /// Runs the program with these words in a folder of the world, about the store and the settings of the world.
    pub(crate) fn run_in(&self, folder: &str, words: &str) -> Run {
        let mut command = self.command(words.split_whitespace());
        command.current_dir(self.path(folder)).env("CATALOG_STORE", self.path("catalog.redb"));
        let settings = self.path("catalog.toml");
        if settings.exists() {
            command.env("CATALOG_CONFIG", settings);
        }
        self.finish(&mut command)
    }

    /// Runs a command of this world that was changed by the test.
    pub(crate) fn finish(&self, command: &mut Command) -> Run {
        Run::of(command, &self.root)
    }

    /// Asks a question and takes the JSON of the answer.
    pub(crate) fn json(&self, words: &str) -> serde_json::Value {
        self.run(&format!("{words} --format json")).ends_with(0).json()
    }
}

/// The folder of the workspace.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the workspace").to_owned()
}
