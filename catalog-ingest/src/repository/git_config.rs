//! The few lines of a repository's `config` that matter for reading it, read as plain text.
//!
//! libgit2 would follow `include.path` wherever it leads, so a repository's own configuration is
//! never given to it; here nothing is followed and nothing runs.

/// What a repository's configuration says about how it is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct GitConfig {
    /// `remote.origin.url`, as written.
    pub(crate) origin: Option<String>,
    /// `core.repositoryformatversion`, as written.
    pub(crate) format_version: Option<String>,
    /// `extensions.objectformat`, lower case.
    pub(crate) object_format: Option<String>,
    /// `extensions.refstorage`, lower case.
    pub(crate) ref_storage: Option<String>,
    /// `user.email`, as written.
    pub(crate) user_email: Option<String>,
}

impl GitConfig {
    /// Reads the text of a `config` file; what is not understood is passed over.
    pub(crate) fn parse(text: &str) -> Self {
        let mut config = Self::default();
        let mut section = String::new();
        for line in text.lines() {
            let line = line.trim();
            if line.starts_with('[') {
                section = section_name(line);
                continue;
            }
            let Some((key, value)) = line.split_once('=') else { continue };
            let key = key.trim().to_ascii_lowercase();
            match (section.as_str(), key.as_str()) {
                ("remote \"origin\"", "url") if config.origin.is_none() => {
                    config.origin = Some(plain_value(value));
                }
                ("core", "repositoryformatversion") => config.format_version = Some(plain_value(value)),
                ("extensions", "objectformat") => {
                    config.object_format = Some(plain_value(value).to_ascii_lowercase());
                }
                ("extensions", "refstorage") => {
                    config.ref_storage = Some(plain_value(value).to_ascii_lowercase());
                }
                ("user", "email") => config.user_email = Some(plain_value(value)),
                _ => {}
            }
        }
        config
    }
}

/// `[remote "origin"]` as `remote "origin"`: the section in lower case, the subsection as it is.
fn section_name(line: &str) -> String {
    let inner = line.trim_start_matches('[').split(']').next().unwrap_or_default().trim();
    match inner.split_once(char::is_whitespace) {
        Some((name, sub)) => format!("{} {}", name.to_ascii_lowercase(), sub.trim()),
        None => inner.to_ascii_lowercase(),
    }
}

/// A value without its comment, quotes and escapes.
fn plain_value(value: &str) -> String {
    let mut text = String::new();
    let mut quoted = false;
    let mut characters = value.trim().chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => quoted = !quoted,
            '\\' => text.extend(characters.next()),
            '#' | ';' if !quoted => break,
            other => text.push(other),
        }
    }
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_of_origin_is_found_among_other_sections() {
        let config = GitConfig::parse(
            "[core]\n\trepositoryformatversion = 0\n[remote \"fork\"]\n\turl = https://example.com/a/fork\n\
             [Remote \"origin\"]\n\tfetch = +refs/*:refs/*\n\tURL = \"https://example.com/a/b.git\" # here\n",
        );
        assert_eq!(config.origin.as_deref(), Some("https://example.com/a/b.git"));
        assert_eq!(config.format_version.as_deref(), Some("0"));
    }

    #[test]
    fn what_is_not_configuration_says_nothing() {
        assert_eq!(
            GitConfig::parse("[[[\n=\n\"\\\nurl = x\n[include]\npath = /etc/passwd\n"),
            GitConfig::default()
        );
    }
}
