//! What somebody sees where a part of the catalog is hidden from them.
//!
//! Whoever sees everything is answered from the ordinary graph. For all others there is one catalog to each set
//! of rules that hide from them, whose graph never held what is hidden; it is opened when it is first asked for,
//! on a thread of its own, and follows the store from then on. Until it is there nobody is answered from it,
//! and never from another one.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    thread,
    time::Duration,
};

use catalog_core::{
    catalog::{Catalog, HiddenPart},
    model::IdentityTable,
    store::{Store, StoreError},
};
use tokio::{sync::watch, time::timeout};

use crate::{
    access::{Caller, Identity, Scope, Scopes, ViewKey, Visibility},
    graphql::{ErrorCode, Refusal, SeenPart},
};

/// How long a request waits for its view. A million entities take some seconds.
const OPENING_TIME_MAX: Duration = Duration::from_secs(20);
/// How often a view is tried to be opened before it waits for somebody to ask again.
const TRIES_MAX: usize = 40;
/// How long is waited between two tries: a crawl that commits holds the store meanwhile.
const PAUSE: Duration = Duration::from_millis(250);

/// What those see from whom something is hidden. Nothing is hidden by default.
#[derive(Debug, Default)]
pub struct Views {
    visibility: Visibility,
    /// How many views there are at once, `server.views_max`: each holds a graph in memory.
    views_max: usize,
    source: OnceLock<(Store, IdentityTable)>,
    views: Mutex<BTreeMap<ViewKey, View>>,
}

/// A view, once it is opened.
type View = watch::Receiver<Option<Arc<SeenPart>>>;

impl Views {
    pub(super) fn new(visibility: Visibility, views_max: usize) -> Self {
        Self { visibility, views_max, ..Self::default() }
    }

    /// From now on, views are made of this store, in which names mean what `identity` adds. The view of those
    /// who may only read is opened at once.
    pub fn begin(&self, store: Store, identity: IdentityTable) {
        if self.visibility.is_empty() {
            return;
        }
        let _begun_already = self.source.set((store, identity));
        let reader = Caller::new(Identity::Anonymous, Scopes::NONE.with(Scope::Read));
        let key = self.key_of(&reader);
        if !key.sees_everything() {
            let _opening = self.view(key);
        }
    }

    /// Brings all views up to date with the store.
    ///
    /// # Errors
    ///
    /// The store cannot be read; some views may be up to date.
    pub fn refresh(&self) -> Result<(), StoreError> {
        let opened: Vec<_> = self.views().values().filter_map(|view| view.borrow().clone()).collect();
        opened.iter().try_for_each(|part| part.catalog().refresh().map(|_is_other| ()))
    }

    pub(super) fn key_of(&self, caller: &Caller) -> ViewKey {
        self.visibility.key_of(caller)
    }

    /// What those see who have a key with which something is hidden.
    pub(super) async fn part(&self, key: ViewKey) -> Result<Arc<SeenPart>, Refusal> {
        let mut view = self.view(key)?;
        let opened = timeout(OPENING_TIME_MAX, view.wait_for(Option::is_some)).await;
        opened.ok().and_then(|opened| opened.ok()?.clone()).ok_or_else(not_ready)
    }

    /// The view of a key, which begins to be opened where it was not.
    fn view(&self, key: ViewKey) -> Result<View, Refusal> {
        let (store, identity) = self.source.get().ok_or_else(not_ready)?.clone();
        let mut views = self.views();
        if let Some(view) = views.get(&key) {
            let was_given_up = view.has_changed().is_err() && view.borrow().is_none();
            if !was_given_up {
                return Ok(view.clone());
            }
        }
        if views.len() >= self.views_max && !views.contains_key(&key) {
            let (max, what) = (self.views_max as u64, "sets of rules of `[[server.visibility]]` that hide");
            return Err(Refusal::over_limit("server.views_max", max, max + 1, what));
        }
        let (sender, view) = watch::channel(None);
        views.insert(key, view.clone());
        let hidden = self.visibility.hidden_from(key);
        thread::spawn(move || open(key, &hidden, &store, &identity, &sender));
        Ok(view)
    }

    fn views(&self) -> MutexGuard<'_, BTreeMap<ViewKey, View>> {
        self.views.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open(
    key: ViewKey,
    hidden: &HiddenPart,
    store: &Store,
    identity: &IdentityTable,
    opened: &watch::Sender<Option<Arc<SeenPart>>>,
) {
    let catalog = tried(|| Catalog::open_without(hidden.clone(), store.clone(), identity.clone()));
    let Some(catalog) = catalog.map(Arc::new) else { return };
    opened.send_replace(Some(Arc::new(SeenPart::new(key.number(), Arc::clone(&catalog)))));
    // What was committed while it was opened may have been seen by the others already.
    tried(|| catalog.refresh());
}

/// What comes of work on the store, once it does.
fn tried<T>(work: impl Fn() -> Result<T, StoreError>) -> Option<T> {
    for _ in 0..TRIES_MAX {
        match work() {
            Ok(done) => return Some(done),
            Err(StoreError::Held { .. }) => {}
            Err(error) => tracing::error!(%error, "a view of the catalog cannot be opened"),
        }
        thread::sleep(PAUSE);
    }
    None
}

fn not_ready() -> Refusal {
    Refusal::new(ErrorCode::NotReady, "what is seen here of the catalog is being read")
}
