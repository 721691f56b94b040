//! How much somebody may ask in a while: a budget of cost to each token, else to each address.
//!
//! Every request costs 1, a query of GraphQL what vetting says. The budget fills up evenly, a minute's worth
//! at most (the generic cell rate algorithm). Answers carry what is left, in the fields of
//! draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy` with the quota `q` of the window `w` in seconds,
//! and `RateLimit` with what remains, `r`, and in how many seconds there is more, `t`.

use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};

use super::{
    BoxedRequest, RateLimits, SharedState,
    graphql_endpoint::refuse,
    health::is_probe,
    peer::{Peer, client_of},
};
use crate::{
    access::{Caller, Identity},
    graphql::{ErrorCode, Refusal},
};

/// The time for which a budget is given.
const WINDOW: Duration = Duration::from_secs(60);
/// After how many charges those are forgotten whose budget is full again.
const CHARGES_PER_CLEANING: u64 = 1_024;
/// How many budgets those share who come when there are as many clients as may be.
const SHARED: u64 = 1_024;
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Whose budget it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Client {
    /// Somebody who showed who they are.
    Named(Box<str>),
    /// Whoever asks from an address.
    Address(IpAddr),
    /// One of many for whom there is no place any more.
    Shared(u64),
}

/// The budgets of one kind of client.
struct Budgets {
    limiter: Limiter,
    /// What there is for a minute.
    quota: NonZeroU32,
    limit: &'static str,
    clients_max: usize,
    charges: AtomicU64,
    is_full: AtomicBool,
    sharing: RandomState,
}

type Limiter = RateLimiter<Client, DashMapStateStore<Client>, DefaultClock, StateInformationMiddleware>;

/// The budgets of all clients.
pub(super) struct Rates {
    tokens: Option<Arc<Budgets>>,
    addresses: Option<Arc<Budgets>>,
}

/// What one request is charged to; among its extensions, so that whoever knows what it costs can say so.
#[derive(Clone)]
pub(super) struct Charge(Arc<Account>);

struct Account {
    budgets: Arc<Budgets>,
    client: Client,
    standing: Mutex<Standing>,
}

/// How a budget stands after the last charge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Standing {
    remaining: u32,
    /// When there is more, in seconds.
    more_in: u64,
}

impl Rates {
    pub(super) fn new(limits: &RateLimits) -> Self {
        let budgets = |quota: u32, limit| {
            let quota = NonZeroU32::new(quota)?;
            Some(Arc::new(Budgets::new(quota, limit, limits.clients_max)))
        };
        Self {
            tokens: budgets(limits.token_cost_per_minute, "rate.token_cost_per_minute"),
            addresses: budgets(limits.address_cost_per_minute, "rate.address_cost_per_minute"),
        }
    }

    /// What a request is charged to; nothing where whoever sends it may ask as much as they like.
    fn charge(&self, caller: Option<&Caller>, peer: Option<&Peer>) -> Option<Charge> {
        let anonymous = Identity::Anonymous;
        let identity = caller.map_or(&anonymous, |caller| &caller.identity);
        let (budgets, client) = if *identity == Identity::Local {
            return None;
        } else if *identity == Identity::Anonymous {
            (self.addresses.as_ref()?, Client::Address(client_of(peer?.address.ip())))
        } else {
            (self.tokens.as_ref()?, Client::Named(identity.to_string().into()))
        };
        let client = budgets.place_of(client);
        Some(Charge(Arc::new(Account { budgets: Arc::clone(budgets), client, standing: Mutex::default() })))
    }
}

impl Budgets {
    fn new(quota: NonZeroU32, limit: &'static str, clients_max: usize) -> Self {
        Self {
            limiter: Limiter::new(
                Quota::per_minute(quota),
                DashMapStateStore::default(),
                DefaultClock::default(),
            ),
            quota,
            limit,
            clients_max,
            charges: AtomicU64::new(0),
            is_full: AtomicBool::new(false),
            sharing: RandomState::new(),
        }
    }

    /// The client, or one of those that are shared where there are as many as may be: what is kept stays
    /// bounded, however many addresses somebody has.
    fn place_of(&self, client: Client) -> Client {
        if self.charges.fetch_add(1, Ordering::Relaxed) % CHARGES_PER_CLEANING == CHARGES_PER_CLEANING - 1 {
            self.limiter.retain_recent();
            self.is_full.store(self.limiter.len() >= self.clients_max, Ordering::Relaxed);
        }
        if self.is_full.load(Ordering::Relaxed) {
            return Client::Shared(self.sharing.hash_one(client) % SHARED);
        }
        client
    }
}

impl Charge {
    /// Charges a cost. What costs more than there ever is takes all that there is.
    pub(super) fn take(&self, cost: u64) -> Result<(), Refusal> {
        if cost == 0 {
            return Ok(());
        }
        let Account { budgets, client, standing } = &*self.0;
        let cost = u32::try_from(cost).ok().and_then(NonZeroU32::new).unwrap_or(budgets.quota);
        let taken = budgets.limiter.check_key_n(client, cost.min(budgets.quota));
        let mut standing = standing.lock().unwrap_or_else(PoisonError::into_inner);
        // The error of the outer result is a cost above the quota, which there is none.
        match taken {
            Ok(Ok(state)) => {
                let remaining = state.remaining_burst_capacity();
                *standing = Standing { remaining, more_in: self.seconds_for(1) };
                Ok(())
            }
            Ok(Err(until)) => {
                let wait = until.wait_time_from(DefaultClock::default().now());
                let more_in = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                *standing = Standing { remaining: 0, more_in: more_in.max(1) };
                Err(self.refusal(cost, more_in.max(1)))
            }
            Err(_) => Ok(()),
        }
    }

    /// In how many seconds a cost is there again, rounded up.
    fn seconds_for(&self, cost: u64) -> u64 {
        (cost * WINDOW.as_secs()).div_ceil(u64::from(self.0.budgets.quota.get()))
    }

    fn refusal(&self, cost: NonZeroU32, more_in: u64) -> Refusal {
        let Budgets { quota, limit, .. } = &*self.0.budgets;
        let message = format!(
            "this costs {cost}, and less is left of the limit `{limit}` of {quota}; there is enough in {more_in} s"
        );
        Refusal::new(ErrorCode::RateLimited, message)
    }

    fn write(&self, headers: &mut HeaderMap, is_refused: bool) {
        let standing = *self.0.standing.lock().unwrap_or_else(PoisonError::into_inner);
        let Standing { remaining, more_in } = standing;
        let quota = self.0.budgets.quota;
        let fields = [
            (RATE_LIMIT_POLICY, format!("\"cost\";q={quota};w={}", WINDOW.as_secs())),
            (RATE_LIMIT, format!("\"cost\";r={remaining};t={more_in}")),
        ];
        for (name, value) in fields {
            headers.insert(name, HeaderValue::from_str(&value).expect("numbers are plain text"));
        }
        if is_refused {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(more_in));
        }
    }
}

/// Charges every request with 1, and says in its answer what is left.
pub(super) async fn limit(
    state: &SharedState,
    mut request: BoxedRequest,
    next: impl AsyncFnOnce(BoxedRequest) -> Response,
) -> Response {
    if is_probe(request.uri().path()) {
        return next(request).await;
    }
    let extensions = request.extensions();
    let caller = extensions.get::<Arc<Caller>>().map(AsRef::as_ref);
    let charge = state.rates().charge(caller, extensions.get());
    let Some(charge) = charge else { return next(request).await };
    let mut response = match charge.take(1) {
        Ok(()) => {
            request.extensions_mut().insert(charge.clone());
            next(request).await
        }
        Err(refusal) => refuse(&refusal),
    };
    let is_refused = response.status().as_u16() == ErrorCode::RateLimited.http_status();
    if is_refused {
        state.metrics.rate_limited();
    }
    charge.write(response.headers_mut(), is_refused);
    response
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;
    use crate::access::Scopes;

    fn peer(address: &str) -> Peer {
        Peer { address: address.parse().expect("an address"), is_encrypted: false }
    }

    #[test]
    fn a_budget_is_spent_and_says_what_is_left() {
        let limits = RateLimits { address_cost_per_minute: 60, ..RateLimits::default() };
        let rates = Rates::new(&limits);
        let charge = rates.charge(None, Some(&peer("192.0.2.1:1"))).expect("a charge");
        charge.take(20).expect("there is enough");
        let mut headers = HeaderMap::new();
        charge.write(&mut headers, false);
        assert_eq!(headers["ratelimit-policy"], "\"cost\";q=60;w=60");
        assert_eq!(headers["ratelimit"], "\"cost\";r=40;t=1");

        let refusal = charge.take(50).expect_err("there is not enough");
        assert_eq!(refusal.code, ErrorCode::RateLimited);
        assert!(
            refusal.message.contains("costs 50") && refusal.message.contains("of 60"),
            "{}",
            refusal.message
        );
        charge.write(&mut headers, true);
        assert!(headers.contains_key("retry-after"));
        rates
            .charge(None, Some(&peer("192.0.2.2:1")))
            .expect("a charge")
            .take(60)
            .expect("others have theirs");
    }

    #[test]
    fn who_is_on_the_machine_itself_may_ask_as_much_as_they_like() {
        let rates = Rates::new(&RateLimits { address_cost_per_minute: 1, ..RateLimits::default() });
        assert!(rates.charge(Some(&Caller::local()), Some(&peer("127.0.0.1:1"))).is_none());
        let none = RateLimits { address_cost_per_minute: 0, ..RateLimits::default() };
        let anonymous = Caller::new(Identity::Anonymous, Scopes::NONE);
        assert!(Rates::new(&none).charge(Some(&anonymous), Some(&peer("192.0.2.1:1"))).is_none());
    }

    #[test]
    fn what_is_kept_is_bounded_however_many_come() {
        let limits = RateLimits { clients_max: 100, address_cost_per_minute: 1, ..RateLimits::default() };
        let rates = Rates::new(&limits);
        for number in 0..20_000_u32 {
            let address = SocketAddr::from((number.to_be_bytes(), 1));
            let peer = Peer { address, is_encrypted: false };
            let _spent = rates.charge(None, Some(&peer)).expect("a charge").take(1);
        }
        let kept = rates.addresses.expect("there are budgets").limiter.len() as u64;
        assert!(kept <= CHARGES_PER_CLEANING + SHARED, "{kept}");
    }
}
