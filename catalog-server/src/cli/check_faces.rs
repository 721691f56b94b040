//! The further faces of one check, each in a file: what a pipeline needs of it, without asking twice.

use std::{
    fs::{File, OpenOptions},
    io::{BufWriter, Write},
    path::PathBuf,
    str::FromStr,
};

use catalog_core::check::Verdict;

use super::CommandError;
use crate::report::{
    ChangeCheckReport, FindingsFormat, Format, Output, undecided_text, write, write_findings,
};

/// A format, and the file that it goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AlsoArgument {
    face: Face,
    path: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Face {
    Json,
    Markdown,
    Summary,
    Findings(FindingsFormat),
}

impl FromStr for AlsoArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, path) = text.split_once('=').unwrap_or((text, ""));
        let face = match name {
            "json" => Face::Json,
            "markdown" => Face::Markdown,
            "summary" => Face::Summary,
            "sarif" => Face::Findings(FindingsFormat::Sarif),
            "github" => Face::Findings(FindingsFormat::Github),
            "gitlab" => Face::Findings(FindingsFormat::Gitlab),
            "junit" => Face::Findings(FindingsFormat::Junit),
            _ => {
                return Err(format!(
                    "`{name}` is no format; expected json, markdown, summary, sarif, github, gitlab or junit"
                ));
            }
        };
        if path.is_empty() {
            return Err(format!("expected a format and a file, as in `{name}=FILE`"));
        }
        Ok(Self { face, path: path.into() })
    }
}

impl AlsoArgument {
    fn open(&self) -> Result<BufWriter<File>, CommandError> {
        let mut options = OpenOptions::new();
        // The steps of a job share one summary.
        let is_added = self.face == Face::Summary;
        options.write(true).create(true).append(is_added).truncate(!is_added);
        options.open(&self.path).map(BufWriter::new).map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &std::io::Error) -> CommandError {
        CommandError::undecided(format!("`{}` could not be written: {error}", self.path.display()))
    }
}

/// Writes the answer to every file that was asked for.
pub(super) fn write_also(
    also: &[AlsoArgument],
    report: &ChangeCheckReport,
    fails: Option<Verdict>,
) -> Result<(), CommandError> {
    for argument in also {
        let mut to = argument.open()?;
        let written = match argument.face {
            Face::Json => {
                write(report, Output { format: Format::Json, table_rows_max: None, width: None }, &mut to)
            }
            Face::Markdown => to.write_all(report.comment().as_bytes()),
            Face::Summary => to.write_all(report.summary().as_bytes()),
            Face::Findings(format) => write_findings(&report.findings(fails), format, &mut to),
        };
        written.and_then(|()| to.flush()).map_err(|error| argument.failed(&error))?;
    }
    Ok(())
}

/// Tells reviewers that nothing is known. Files for other programs are not written: an empty list would
/// read as one without findings.
pub(super) fn write_also_undecided(also: &[AlsoArgument], why: &str) -> Result<(), CommandError> {
    for argument in also.iter().filter(|of| matches!(of.face, Face::Markdown | Face::Summary)) {
        let mut to = argument.open()?;
        let written = to.write_all(undecided_text(why).as_bytes());
        written.and_then(|()| to.flush()).map_err(|error| argument.failed(&error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_face_goes_to_a_file() {
        let parsed = |text: &str| text.parse::<AlsoArgument>();
        let expected = AlsoArgument { face: Face::Markdown, path: "a=b.md".into() };
        assert_eq!(parsed("markdown=a=b.md"), Ok(expected));
        for wrong in ["markdown", "markdown=", "table=x", "", "=x"] {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
    }
}
