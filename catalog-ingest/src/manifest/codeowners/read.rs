//! A CODEOWNERS file becomes path rules, line by line, in the dialect of its host.

use catalog_core::model::{DiagnosticCode, PathDialect, Position};

use super::{
    dialect::{dialect_of, is_mismatch, looks_like},
    gitea, github,
    gitlab::SectionReader,
    place::{dialect_of_host, dialect_of_place, display_name, remark_on_place},
    reader::{Line, Reader},
};
use crate::{
    limits::ManifestLimits,
    manifest::{ManifestFile, ManifestReading},
};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads a CODEOWNERS file as its host does: a line that the host would not take is skipped and
/// reported, and the others are used. A file at a place that its host does not read gives no rules.
///
/// A file with more rules than the limit gives no rules at all: a part of the file would name wrong
/// owners. Takes time in proportion to the size of the file; a regular expression is compiled within bounds.
pub fn read(file: &ManifestFile<'_>, limits: &ManifestLimits) -> ManifestReading {
    if let Some(remark) = remark_on_place(file.path, dialect_of_host(file.repository, &limits.host_dialects))
    {
        return ManifestReading { diagnostics: vec![remark], ..ManifestReading::default() };
    }
    let bytes = file.bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(file.bytes);
    let text = String::from_utf8_lossy(bytes);
    let dialect = dialect_of(file, limits, &text);
    let mut reader = Reader::new(dialect, file.path, limits);
    if file.bytes.starts_with(b"\xFF\xFE") || file.bytes.starts_with(b"\xFE\xFF") {
        let message = "the file is UTF-16 text where UTF-8 is expected".to_owned();
        let remark = reader.remarks.new_at(DiagnosticCode::NotUtf8, Position::default(), message);
        return ManifestReading::refused(remark.suggest("save the file as UTF-8"));
    }
    remark_on_dialect(&mut reader, file.path, &text);
    let mut sections = SectionReader::default();
    for (line, number) in bytes.split(|byte| *byte == b'\n').zip(1_u32..) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match str::from_utf8(line) {
            Ok(text) => match dialect {
                PathDialect::Gitlab => sections.read_line(&mut reader, Line { text, number }),
                PathDialect::Gitea => gitea::read_line(&mut reader, Line { text, number }),
                _ => github::read_line(&mut reader, Line { text, number }),
            },
            Err(_) => reader.report_not_utf8(line, number),
        }
    }
    github::remark_on_teams(&mut reader);
    reader.finish()
}

/// Says that a file is read in another dialect than it looks written in.
fn remark_on_dialect(reader: &mut Reader<'_>, path: &str, text: &str) {
    let Some(found) = looks_like(text).filter(|found| is_mismatch(reader.dialect, *found)) else { return };
    let read_as = display_name(reader.dialect);
    let message = format!("the file is read as {read_as} reads it, but looks written {}", written_for(found));
    let remark = reader.remarks.new_at(DiagnosticCode::CodeownersDialect, Position::default(), message);
    let mut suggestion = format!("write it for {read_as}");
    // A folder that is one host's own leaves nothing to choose.
    if dialect_of_place(path).is_none() && found != PathDialect::Bitbucket {
        let name = found.name();
        suggestion += &format!(
            ", or name the dialect of its host in `catalog.toml`, as in `hosts.\"git.example.com\".dialect = \"{name}\"`"
        );
    }
    reader.remarks.push(remark.suggest(suggestion));
}

fn written_for(dialect: PathDialect) -> &'static str {
    match dialect {
        PathDialect::Gitlab => "for GitLab, with sections or roles",
        PathDialect::Gitea => "for Gitea or Forgejo, as regular expressions",
        PathDialect::Bitbucket => "for an app of Bitbucket, with quoted names or groups",
        _ => "for GitHub, as globs",
    }
}
