//! Settings of libgit2 that hold for the whole process, made once before its first use.

use std::sync::Once;

use git2::ConfigLevel;

use super::{transport_http, transport_ssh};

/// Makes libgit2 ready: no configuration of the machine or of a person decides how a repository is
/// read, content is checked against its id, and `https` and `ssh` go through our own transports.
///
/// Every function of this room that calls libgit2 calls this first.
pub(super) fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        git2::opts::strict_hash_verification(true);
        ignore_machine_configuration();
        register_transports();
    });
}

#[expect(unsafe_code, reason = "libgit2's search paths are process-wide state that git2 cannot guard")]
fn ignore_machine_configuration() {
    for level in [ConfigLevel::System, ConfigLevel::Global, ConfigLevel::XDG, ConfigLevel::ProgramData] {
        // SAFETY: the call writes global state of libgit2 without a lock. It runs inside the `Once` of
        // `prepare`, which every use of libgit2 in this crate passes first, so nothing reads it meanwhile.
        let outcome = unsafe { git2::opts::set_search_path(level, "") };
        outcome.expect("libgit2 takes an empty search path for each of its levels");
    }
}

#[expect(unsafe_code, reason = "libgit2's list of transports is process-wide state that git2 cannot guard")]
fn register_transports() {
    // SAFETY: registering must not run beside the creation of transports. It runs inside the `Once` of
    // `prepare`, and transports are only made by `fetch`, which passes `prepare` first.
    unsafe {
        for scheme in ["https", "http"] {
            git2::transport::register(scheme, transport_http::create)
                .expect("libgit2 takes a transport for each scheme once");
        }
        git2::transport::register("ssh", transport_ssh::create)
            .expect("libgit2 takes a transport for each scheme once");
    }
}
