//! That the server is about to end, for what would otherwise go on.

use std::sync::Arc;

use tokio::sync::watch;

/// Tells everything that goes on that the server is about to end. Clones tell and hear the same.
#[derive(Clone, Debug)]
pub(super) struct Drain(Arc<watch::Sender<bool>>);

impl Default for Drain {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Drain {
    /// From now on, everything is to end.
    pub(super) fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Ends once everything is to end.
    pub(super) async fn begun(&self) {
        let mut receiver = self.0.subscribe();
        // Where nobody can tell any more, it is over, too.
        let _over = receiver.wait_for(|is_begun| *is_begun).await;
    }
}
