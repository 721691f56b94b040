//! `--scan`: how manifests are found.

use crate::settings::ScanSetting;

/// How manifests are found.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum ScanArgument {
    /// By the names of files, and where a `Location` names them
    Name,
    /// Also by what is in YAML files, each of which is looked into
    Content,
}

impl From<ScanArgument> for ScanSetting {
    fn from(argument: ScanArgument) -> Self {
        match argument {
            ScanArgument::Name => Self::Name,
            ScanArgument::Content => Self::Content,
        }
    }
}
