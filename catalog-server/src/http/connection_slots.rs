//! How many connections are open at once, in all and from one client.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{HttpLimits, peer::client_of};

/// The connections that are open. Cloning is cheap; clones share everything.
#[derive(Clone, Debug)]
pub(super) struct ConnectionSlots(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    open: Mutex<OpenConnections>,
    connections_max: usize,
    per_address_max: usize,
}

/// At most one entry to an open connection.
#[derive(Debug, Default)]
struct OpenConnections {
    total: usize,
    by_client: HashMap<IpAddr, usize>,
}

/// The place of one open connection; given back when it is dropped.
#[derive(Debug)]
pub(super) struct ConnectionSlot {
    slots: ConnectionSlots,
    client: IpAddr,
}

/// The limit that a connection would go over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SlotsFull {
    /// `http.connections_max`.
    All,
    /// `http.connections_per_address_max`.
    Client,
}

impl SlotsFull {
    /// The name of the limit.
    pub(super) fn limit(self) -> &'static str {
        match self {
            Self::All => "http.connections_max",
            Self::Client => "http.connections_per_address_max",
        }
    }
}

impl ConnectionSlots {
    /// None of them taken.
    pub(super) fn new(limits: &HttpLimits) -> Self {
        Self(Arc::new(Inner {
            open: Mutex::default(),
            connections_max: limits.connections_max,
            per_address_max: limits.connections_per_address_max,
        }))
    }

    /// Takes a place for a connection from an address.
    pub(super) fn take(&self, address: IpAddr) -> Result<ConnectionSlot, SlotsFull> {
        let client = client_of(address);
        let mut open = self.lock();
        if open.total >= self.0.connections_max {
            return Err(SlotsFull::All);
        }
        let of_client = open.by_client.get(&client).copied().unwrap_or(0);
        if of_client >= self.0.per_address_max {
            return Err(SlotsFull::Client);
        }
        open.total += 1;
        open.by_client.insert(client, of_client + 1);
        Ok(ConnectionSlot { slots: self.clone(), client })
    }

    /// How many are taken.
    #[cfg(test)]
    pub(super) fn taken(&self) -> usize {
        self.lock().total
    }

    fn lock(&self) -> MutexGuard<'_, OpenConnections> {
        // Counts are changed in one step each, so a panic elsewhere leaves them sound.
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let mut open = self.slots.lock();
        open.total = open.total.saturating_sub(1);
        let left = open.by_client.get(&self.client).map_or(0, |of_client| of_client.saturating_sub(1));
        if left == 0 {
            open.by_client.remove(&self.client);
        } else {
            open.by_client.insert(self.client, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_given_back_and_nothing_is_kept_of_who_had_it() {
        let limits =
            HttpLimits { connections_max: 3, connections_per_address_max: 2, ..HttpLimits::default() };
        let slots = ConnectionSlots::new(&limits);
        let one: IpAddr = "192.0.2.1".parse().expect("an address");
        let other: IpAddr = "192.0.2.2".parse().expect("an address");
        let first = slots.take(one).expect("a place");
        let _second = slots.take(one).expect("a place");
        assert_eq!(slots.take(one).err(), Some(SlotsFull::Client));
        let third = slots.take(other).expect("another client has its own places");
        assert_eq!(slots.take(other).err(), Some(SlotsFull::All));
        drop((first, third));
        assert_eq!(slots.taken(), 1);
        assert_eq!(slots.lock().by_client.len(), 1);
    }
}
