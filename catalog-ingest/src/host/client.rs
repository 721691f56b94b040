//! Asking a host: bounded requests, one after the other, at the pace that the host wants.
//!
//! What is read is asked again where the host fails. What is written is sent once: only the caller knows
//! whether a failure may have written it already.

use std::{
    collections::HashSet,
    io::{self, Read},
    time::{Duration, Instant},
};

use catalog_core::model::{Timestamp, grouped};
use serde::de::DeserializeOwned;
use ureq::{
    Agent, Body,
    http::{HeaderMap, Request, Response},
    unversioned::transport::DefaultConnector,
};

use super::{
    HostKind, Token,
    error::HostError,
    moment::rfc3339,
    pace::{UNKNOWN_WAIT, wait_after},
    paging::{ItemsMax, Paging, has_more, next_link, separator},
    resolver::HostResolver,
    source::is_loopback,
};
use crate::limits::HostLimits;

/// How often a host may send us on to another path of its own.
const REDIRECTS_MAX: usize = 5;
/// The most bytes that the headers of an answer may have.
const HEADER_BYTES_MAX: usize = 64 << 10;
/// How often a request is made again where the host fails or is silent, and the pause before each.
const RETRY_PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];

/// The time, and the passing of it. Tests have one of their own, in which nothing waits.
pub trait HostClock {
    /// The present moment, against which hosts state when they want to be asked again.
    fn now(&self) -> Timestamp;
    /// Lets time pass, because the host named by `id` wants it or failed.
    fn pause(&self, id: &str, time: Duration);
}

/// Which host is asked, and what there it is asked about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    pub(super) kind: HostKind,
    /// The base of the REST interface, without a `/` at the end.
    pub(super) base: &'a str,
    /// An organisation, a group or a repository, as the host names it.
    pub(super) name: &'a str,
    /// How people are told of it.
    pub(super) id: &'a str,
}

/// Asks one host about one subject.
pub(super) struct HostClient<'a> {
    agent: Agent,
    subject: Subject<'a>,
    token: Option<&'a Token>,
    limits: &'a HostLimits,
    clock: &'a dyn HostClock,
    started: Instant,
    waited: Duration,
    /// The wait that the last answer asked for.
    wait: Duration,
}

/// What is to change something on a host.
#[derive(Clone, Copy, Debug)]
pub(super) struct Write<'w> {
    /// `POST`, `PUT`, `PATCH` or `DELETE`.
    pub(super) method: &'static str,
    /// Below the base of the interface.
    pub(super) path: &'w str,
    /// JSON, where there is something to send.
    pub(super) body: Option<&'w [u8]>,
}

/// What became of something that was to change.
#[derive(Debug)]
pub(super) enum Written {
    /// It did, and this is the answer.
    Done(Vec<u8>),
    /// The host wants to be left alone first; the next request waits for it.
    Later,
    /// Nobody knows: there was no answer, or one that the host failed.
    Unknown(HostError),
}

/// A good answer.
struct Page {
    bytes: Vec<u8>,
    headers: HeaderMap,
}

/// What one request came to.
enum Attempt {
    Good(Page),
    /// The host wants to be left alone first; the next request waits for it.
    Later,
    /// The full URL of the same thing on the same host, and whether it is asked for in the same way there.
    Elsewhere {
        url: String,
        same_way: bool,
    },
    /// The host failed, or is silent.
    Failed(HostError),
}

impl<'a> HostClient<'a> {
    pub(super) fn new(
        subject: Subject<'a>,
        token: Option<&'a Token>,
        limits: &'a HostLimits,
        clock: &'a dyn HostClock,
    ) -> Self {
        let mut config = Agent::config_builder()
            .timeout_connect(Some(limits.connect_max))
            .timeout_per_read(Some(limits.idle_max))
            .timeout_per_write(Some(limits.idle_max))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .max_response_header_size(HEADER_BYTES_MAX)
            .user_agent(concat!("catalog/", env!("CARGO_PKG_VERSION")));
        let is_loopback = is_loopback(subject.base);
        if is_loopback {
            config = config.proxy(None);
        }
        let resolver = HostResolver::new(is_loopback);
        Self {
            agent: Agent::with_parts(config.build(), DefaultConnector::default(), resolver),
            subject,
            token,
            limits,
            clock,
            started: Instant::now(),
            waited: Duration::ZERO,
            wait: Duration::ZERO,
        }
    }

    /// What is asked about.
    pub(super) fn subject(&self) -> Subject<'a> {
        self.subject
    }

    /// The limits of the requests.
    pub(super) fn limits(&self) -> &'a HostLimits {
        self.limits
    }

    /// Asks for one object at a path below the base of the interface.
    pub(super) fn one<T: DeserializeOwned>(&mut self, path: &str) -> Result<T, HostError> {
        let page = self.get(&format!("{}{path}", self.subject.base))?;
        parsed(&page.bytes)
    }

    /// Asks for a whole list at a path, and hands on its items page by page: those before a failure count.
    pub(super) fn list<T: DeserializeOwned>(
        &mut self,
        path: &str,
        paging: Paging,
        items_max: ItemsMax,
        take: &mut dyn FnMut(T),
    ) -> Result<(), HostError> {
        let first = format!("{}{path}", self.subject.base);
        let mut url = first.clone();
        let mut asked = HashSet::new();
        let mut count: usize = 0;
        for number in 1.. {
            if number > self.limits.pages_max {
                return Err(limit("the list has more pages", "host.pages_max", self.limits.pages_max));
            }
            if !asked.insert(url.clone()) {
                return Err(HostError::Circle(
                    "a page of a list names one that was there before as the next",
                ));
            }
            let page = self.get(&url).map_err(|error| match error {
                // A list that was there a page ago is not missing: it broke off.
                HostError::NotFound if number > 1 => HostError::Status(404),
                error => error,
            })?;
            let items: Vec<T> = parsed(&page.bytes)?;
            let on_page = items.len();
            count += on_page;
            for item in items {
                take(item);
            }
            if count > items_max.value {
                let what = format!("there are more {}", items_max.what);
                return Err(limit(&what, items_max.name, items_max.value));
            }
            let next = match paging {
                Paging::Link => next_link(&page.headers).map(|link| self.same_host(&link)).transpose()?,
                Paging::Numbers { size } => has_more(&page.headers, count, on_page, size)
                    .then(|| format!("{first}{}page={}", separator(&first), number + 1)),
            };
            match next {
                Some(next) => url = next,
                None => return Ok(()),
            }
        }
        Ok(())
    }

    /// Changes something on the host, by one request: what has to be looked at before it is done once more
    /// is the caller's to know.
    ///
    /// # Errors
    ///
    /// The host refused it, so nothing changed.
    pub(super) fn write(&mut self, write: Write<'_>) -> Result<Written, HostError> {
        let mut url = format!("{}{}", self.subject.base, write.path);
        for _ in 0..=REDIRECTS_MAX {
            match self.attempt(write.method, &url, write.body)? {
                Attempt::Good(page) => return Ok(Written::Done(page.bytes)),
                Attempt::Later => return Ok(Written::Later),
                Attempt::Failed(error) => return Ok(Written::Unknown(error)),
                Attempt::Elsewhere { url: target, same_way: true } => url = target,
                Attempt::Elsewhere { .. } => return Err(HostError::Elsewhere),
            }
        }
        Err(HostError::Circle("it redirects again and again"))
    }

    /// Pauses before something is done again that the host failed at; whether it may be.
    pub(super) fn pause_before_retry(&mut self, retries: usize) -> Result<bool, HostError> {
        let mut left = RETRY_PAUSES.get(retries..).unwrap_or_default().iter();
        self.may_retry(&mut left)
    }

    /// One page, after as many redirects, waits and repetitions as are within the limits.
    fn get(&mut self, url: &str) -> Result<Page, HostError> {
        let mut url = url.to_owned();
        let (mut redirects, mut retries) = (0, RETRY_PAUSES.iter());
        loop {
            match self.attempt("GET", &url, None)? {
                Attempt::Good(page) => return Ok(page),
                Attempt::Later => {}
                Attempt::Elsewhere { url: target, .. } => {
                    redirects += 1;
                    if redirects > REDIRECTS_MAX {
                        return Err(HostError::Circle("it redirects again and again"));
                    }
                    url = target;
                }
                Attempt::Failed(_) if self.may_retry(&mut retries)? => {}
                Attempt::Failed(error) => return Err(error),
            }
        }
    }

    /// One request, after the wait that the last one asked for.
    fn attempt(&mut self, method: &str, url: &str, body: Option<&[u8]>) -> Result<Attempt, HostError> {
        self.keep_pace()?;
        let response = match self.ask(method, url, body) {
            Ok(response) => response,
            Err(error @ HostError::Unreachable(_)) => return Ok(Attempt::Failed(error)),
            Err(error) => return Err(error),
        };
        let status = response.status().as_u16();
        let is_good = status == 200 || (method != "GET" && matches!(status, 201 | 204));
        let is_later = self.note_pace(&response, is_good);
        if is_good {
            return match self.body(response) {
                Ok(page) => Ok(Attempt::Good(page)),
                Err(error @ HostError::Unreachable(_)) => Ok(Attempt::Failed(error)),
                Err(error) => Err(error),
            };
        }
        if is_later {
            return Ok(Attempt::Later);
        }
        let with_token = self.token.is_some();
        match status {
            301 | 302 | 303 | 307 | 308 => {
                let target = response.headers().get("location").and_then(|value| value.to_str().ok());
                let url = self.same_host(target.unwrap_or_default())?;
                Ok(Attempt::Elsewhere { url, same_way: matches!(status, 307 | 308) })
            }
            401 => Err(HostError::Unauthorized { with_token }),
            403 if self.subject.kind == HostKind::Github && self.says_too_often(response) => {
                self.wait = UNKNOWN_WAIT;
                Ok(Attempt::Later)
            }
            403 => Err(HostError::Forbidden { with_token }),
            404 => Err(HostError::NotFound),
            500 | 502 | 503 | 504 => Ok(Attempt::Failed(HostError::Status(status))),
            status => Err(HostError::Status(status)),
        }
    }

    fn ask(&self, method: &str, url: &str, body: Option<&[u8]>) -> Result<Response<Body>, HostError> {
        let time = self.time_left()?.min(self.limits.answer_max);
        let mut request = Request::builder().method(method).uri(url);
        request = match self.subject.kind {
            HostKind::Github => request
                .header("Accept", "application/vnd.github+json")
                .header("X-GitHub-Api-Version", "2022-11-28"),
            HostKind::Gitlab | HostKind::Gitea => request.header("Accept", "application/json"),
        };
        if let Some(token) = self.token {
            let scheme = if self.subject.kind == HostKind::Gitea { "token" } else { "Bearer" };
            request = request.header("Authorization", &format!("{scheme} {}", token.secret()));
        }
        let answer = match body {
            None => self.run(request.body(()), time),
            Some(body) => self.run(request.header("Content-Type", "application/json").body(body), time),
        };
        answer.map_err(|error| self.failed(&error))
    }

    fn run(
        &self,
        request: Result<Request<impl ureq::AsSendBody>, ureq::http::Error>,
        time: Duration,
    ) -> Result<Response<Body>, ureq::Error> {
        let request = self.agent.configure_request(request?).timeout_global(Some(time)).build();
        self.agent.run(request)
    }

    fn body(&self, response: Response<Body>) -> Result<Page, HostError> {
        let headers = response.headers().clone();
        let bytes_max = self.limits.response_bytes_max;
        let mut bytes = Vec::new();
        let mut reader = response.into_body().into_reader().take(bytes_max.saturating_add(1));
        reader.read_to_end(&mut bytes).map_err(|error| {
            match error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
                Some(inner) => self.failed(inner),
                None if matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => {
                    self.failed(&ureq::Error::Timeout(ureq::Timeout::RecvBody))
                }
                None => HostError::Unreachable(error.to_string()),
            }
        })?;
        if bytes.len() as u64 > bytes_max {
            return Err(HostError::Limit {
                what: format!("one answer is more than {} bytes", grouped(bytes_max)),
                name: "host.response_bytes_max",
                value: grouped(bytes_max),
            });
        }
        Ok(Page { bytes, headers })
    }

    /// Whether a refusal of GitHub is one of its secondary limits, which may come without any header.
    fn says_too_often(&self, response: Response<Body>) -> bool {
        self.body(response).is_ok_and(|page| {
            String::from_utf8_lossy(&page.bytes).to_ascii_lowercase().contains("secondary rate limit")
        })
    }

    fn failed(&self, error: &ureq::Error) -> HostError {
        let HostLimits { connect_max, idle_max, answer_max, .. } = self.limits;
        HostError::Unreachable(match error {
            ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
                format!("no connection within the limit `host.connect_max` of {connect_max:?}")
            }
            ureq::Error::Timeout(ureq::Timeout::Global) => match self.time_left() {
                Ok(_) => format!("an answer took longer than the limit `host.answer_max` of {answer_max:?}"),
                Err(error) => return error,
            },
            ureq::Error::Timeout(_) => {
                format!("it was silent for longer than the limit `host.idle_max` of {idle_max:?}")
            }
            ureq::Error::LargeResponseHeader(..) => {
                return HostError::Form(format!("its headers are more than {HEADER_BYTES_MAX} bytes"));
            }
            ureq::Error::HostNotFound => {
                "its name is not known, or has only addresses that are not asked (link-local, or this machine itself)"
                    .to_owned()
            }
            other => other.to_string(),
        })
    }

    fn time_left(&self) -> Result<Duration, HostError> {
        // What was waited on the host's own request does not count against it.
        let may_take = self.limits.total_max.saturating_add(self.waited);
        let left = may_take.saturating_sub(self.started.elapsed());
        if !left.is_zero() {
            return Ok(left);
        }
        Err(HostError::Limit {
            what: "the host took too long".to_owned(),
            name: "host.total_max",
            value: format!("{:?}", self.limits.total_max),
        })
    }

    /// Pauses before a request is made again, if that may be done once more.
    fn may_retry(&mut self, retries: &mut std::slice::Iter<'_, Duration>) -> Result<bool, HostError> {
        let Some(pause) = retries.next() else { return Ok(false) };
        self.time_left()?;
        self.clock.pause(self.subject.id, *pause);
        Ok(true)
    }

    /// Notes the wait that an answer asks for; whether the answer was nothing but that.
    fn note_pace(&mut self, response: &Response<Body>, is_good: bool) -> bool {
        let status = response.status().as_u16();
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let wait = wait_after(status, &header, self.clock.now());
        // A host that says "later" and "at once" in one breath is given a second.
        let is_refusal = !is_good;
        self.wait = wait.map_or(Duration::ZERO, |wait| wait.max(Duration::from_secs(u64::from(is_refusal))));
        wait.is_some() && is_refusal
    }

    /// Waits as long as the last answer asked for, if that is within the bound.
    fn keep_pace(&mut self) -> Result<(), HostError> {
        let wait = std::mem::take(&mut self.wait);
        if wait.is_zero() {
            return Ok(());
        }
        if self.waited.saturating_add(wait) > self.limits.wait_max {
            let seconds = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX);
            let until = Timestamp(self.clock.now().seconds().saturating_add(seconds));
            return Err(HostError::Paused { until: rfc3339(until), wait_max: self.limits.wait_max });
        }
        self.clock.pause(self.subject.id, wait);
        self.waited += wait;
        Ok(())
    }

    /// The full URL of a place on the host that is asked; the token is sent to no other one.
    fn same_host(&self, target: &str) -> Result<String, HostError> {
        let base = &self.subject.base;
        let origin_end = base.find("://").map_or(0, |at| at + 3);
        let origin_end = base[origin_end..].find('/').map_or(base.len(), |at| origin_end + at);
        let origin = &base[..origin_end];
        let path = if target.starts_with('/') && !target.starts_with("//") {
            Some(target)
        } else {
            target.strip_prefix(origin).filter(|path| path.starts_with('/'))
        };
        let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && c != '\\';
        match path.filter(|path| path.len() <= 4_096 && path.chars().all(is_plain)) {
            Some(path) => Ok(format!("{origin}{path}")),
            None => Err(HostError::Elsewhere),
        }
    }
}

pub(super) fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, HostError> {
    // The message of the parser names a place and a kind of value, nothing out of the answer.
    serde_json::from_slice(bytes).map_err(|error| {
        HostError::Form(format!(
            "line {} column {}: {:?} error",
            error.line(),
            error.column(),
            error.classify()
        ))
    })
}

fn limit(what: &str, name: &'static str, value: usize) -> HostError {
    let value = grouped(value);
    HostError::Limit { what: format!("{what} than {value}"), name, value }
}
