//! Git's smart protocol over HTTP, with everything in one pack for everyone.

use std::path::Path;

use git2::Repository;

use super::stand_in::{Answer, Request};

/// Answers as a git server that has the repositories `FOLDER/acme/NAME.git`; to others `None`.
pub(crate) fn git_answer(folder: &Path, request: &Request) -> Option<Answer> {
    let path = request.path.trim_start_matches('/');
    let (repository, service) =
        ["/info/refs", "/git-upload-pack"].into_iter().find_map(|of| Some((path.strip_suffix(of)?, of)))?;
    let Ok(repository) = Repository::open(folder.join(repository)) else {
        return Some(Answer::status(404, &[]));
    };
    Some(if service == "/info/refs" { references(&repository) } else { pack(&repository, &request.body) })
}

fn line(text: &str) -> String {
    format!("{:04x}{text}", text.len() + 4)
}

fn references(repository: &Repository) -> Answer {
    let head = repository.head().expect("a branch");
    let (name, id) = (head.name().expect("a name"), head.target().expect("a commit"));
    let text = line("# service=git-upload-pack\n")
        + "0000"
        + &line(&format!("{id} HEAD\0symref=HEAD:{name} ofs-delta\n"))
        + &line(&format!("{id} {name}\n"))
        + "0000";
    answer("application/x-git-upload-pack-advertisement", text.into_bytes())
}

fn pack(repository: &Repository, wanted: &[u8]) -> Answer {
    let mut bytes = line("NAK\n").into_bytes();
    if wanted.windows(4).any(|word| word == b"done") {
        let mut pack = git2::Buf::new();
        let mut builder = repository.packbuilder().expect("a pack");
        let mut walk = repository.revwalk().expect("a walk");
        walk.push_head().expect("a commit");
        builder.insert_walk(&mut walk).expect("the commits are packed");
        builder.write_buf(&mut pack).expect("the pack is written");
        bytes.extend(&*pack);
    }
    answer("application/x-git-upload-pack-result", bytes)
}

fn answer(content_type: &str, body: Vec<u8>) -> Answer {
    Answer::Whole(200, vec![("Content-Type", content_type.to_owned())], body)
}
