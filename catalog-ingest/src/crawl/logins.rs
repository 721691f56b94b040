//! Logins for hosts that want one: those that were set up, else those that git's helpers know.

use std::{
    collections::{BTreeMap, HashMap},
    ffi::OsString,
    sync::{Mutex, PoisonError},
};

use crate::repository::{RemoteUrl, Secret, ask_credential_helper};

/// Where logins come from. A login goes to the host that it is for, and only when that host asks.
#[derive(Clone, Debug, Default)]
pub struct LoginSources {
    /// Logins by `host` or `host:port`: a token, or `user:password`.
    pub by_host: BTreeMap<String, Secret>,
    /// The git program and what it is told first, whose `credential fill` is asked for other hosts;
    /// empty where nothing is to be asked.
    pub git: Vec<OsString>,
}

/// The logins of one crawl: each host's is looked for once.
pub(super) struct Logins<'a> {
    sources: &'a LoginSources,
    found: Mutex<HashMap<String, Option<Secret>>>,
}

impl<'a> Logins<'a> {
    pub(super) fn new(sources: &'a LoginSources) -> Self {
        Self { sources, found: Mutex::default() }
    }

    /// The login that was found for this host before, when it asked for one.
    pub(super) fn known(&self, url: &RemoteUrl) -> Option<Secret> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.get(&url.host_and_port()).cloned().flatten()
    }

    /// The login for a host that asked for one.
    pub(super) fn find(&self, url: &RemoteUrl) -> Option<Secret> {
        if url.is_ssh() {
            return None;
        }
        // Held meanwhile: a helper that asks somebody must not ask twice.
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let host = url.host_and_port();
        let login = found.entry(host).or_insert_with_key(|host| match self.sources.by_host.get(host) {
            Some(login) => Some(login.clone()),
            None => ask_credential_helper(&self.sources.git, url),
        });
        login.clone()
    }
}
