//! How a command ends, as other programs see it. Stable; `schema/codes.md` lists them.

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum ExitStatus {
    /// Everything asked for was done, and nothing was found that fails.
    Fine = 0,
    /// It was done, and diagnostics or gaps at or above the asked severity were found, some
    /// repositories could not be read, or what was compared is different.
    Findings = 1,
    /// It could not be decided: no store, an unknown name, nothing readable.
    Undecided = 2,
    /// The command line is wrong.
    Usage = 64,
}

impl ExitStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Fine, Self::Findings, Self::Undecided, Self::Usage];

    /// What it means, in one sentence.
    pub fn summary(self) -> &'static str {
        match self {
            Self::Fine => "Everything asked for was done, and nothing that fails was found.",
            Self::Findings => {
                "Diagnostics or gaps at or above the asked severity were found, some repositories could not be read, or what was compared is different (`catalog diff --exit-code`)."
            }
            Self::Undecided => "It could not be decided: store missing, unknown name, nothing readable.",
            Self::Usage => "The command line is wrong.",
        }
    }
}

impl From<ExitStatus> for std::process::ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}
