//! Who git takes somebody for, as their own configuration says it.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use super::git_config::GitConfig;

/// How much of a configuration file is read.
const CONFIG_BYTES_MAX: u64 = 1 << 20;

/// The `user.email` of git's configuration: of the repository that `folder` lies in, else the first that
/// one of the `personal` files has. Files are read as plain text; what they include is not followed.
pub fn configured_email(folder: &Path, personal: &[PathBuf]) -> Option<String> {
    let own = folder.ancestors().map(|folder| folder.join(".git/config")).find(|config| config.is_file());
    let files = own.iter().chain(personal);
    files.filter_map(|file| email_in(file)).find(|email| !email.is_empty())
}

fn email_in(file: &Path) -> Option<String> {
    let mut text = String::new();
    File::open(file).ok()?.take(CONFIG_BYTES_MAX).read_to_string(&mut text).ok()?;
    GitConfig::parse(&text).user_email
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_repository_comes_before_the_person() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path();
        fs::create_dir_all(root.join("work/.git")).expect("a folder");
        fs::create_dir_all(root.join("work/deep/er")).expect("a folder");
        let personal = root.join("gitconfig");
        fs::write(&personal, "[user]\n\tname = Ann\n\temail = ann@example.com\n").expect("it is written");
        let email = |at: &str| configured_email(&root.join(at), std::slice::from_ref(&personal));
        assert_eq!(email("work/deep/er").as_deref(), Some("ann@example.com"));
        fs::write(root.join("work/.git/config"), "[core]\n").expect("it is written");
        assert_eq!(email("work").as_deref(), Some("ann@example.com"));
        fs::write(root.join("work/.git/config"), "[user]\nemail = \"ann@work.example\" # there\n")
            .expect("it is written");
        assert_eq!(email("work/deep/er").as_deref(), Some("ann@work.example"));
        assert_eq!(configured_email(&root.join("work/deep"), &[]).as_deref(), Some("ann@work.example"));
        assert_eq!(configured_email(root, &[root.join("nowhere")]), None);
    }
}
