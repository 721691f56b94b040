//! Why a question is not answered, in the form that Backstage's clients read.

use serde_json::json;

use super::BackstageLimits;

/// Why a question is not answered. The names are those of Backstage's errors where it has one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackstageError {
    /// The request means nothing, or is over a limit.
    #[error("{0}")]
    Input(String),
    /// The body is over its limit.
    #[error("{0}")]
    TooLarge(String),
    /// The body did not arrive in time.
    #[error("{0}")]
    BodyTimeout(String),
    /// No token came with the request.
    #[error("no token came with the request, or one that is unknown, expired or revoked")]
    Unauthenticated,
    /// Whoever asks may not do this, or nobody may.
    #[error("{0}")]
    NotAllowed(String),
    /// There is no such entity, location or address.
    #[error("{0}")]
    NotFound(String),
    /// The address answers other methods.
    #[error("the address does not answer this method")]
    MethodNotAllowed,
    /// Backstage answers this, and this server does not.
    #[error("{0}")]
    NotImplemented(String),
    /// There is no answer now, and may be one soon.
    #[error("{0}")]
    Unavailable(String),
    /// Something went wrong here.
    #[error("something went wrong here; the log has more")]
    Internal,
    /// The server refused the request before it came to the catalog.
    #[error("{message}")]
    Refused {
        /// The HTTP status of the refusal.
        status: u16,
        /// Its stable code.
        code: &'static str,
        /// Why.
        message: String,
    },
}

impl BackstageError {
    /// A refusal by a limit on `what`, as in `refs`.
    pub(super) fn over_limit(name: &str, value: usize, met: usize, what: &str) -> Self {
        Self::Input(format!("{what}: {met}, over the limit `backstage.{name}` of {value}"))
    }

    /// That the answer took too long.
    pub fn too_slow(limits: &BackstageLimits) -> Self {
        let milliseconds = limits.deadline.as_millis();
        Self::Unavailable(format!(
            "the answer took longer than the limit `backstage.deadline` of {milliseconds} ms"
        ))
    }

    /// That as many questions are being answered as may be.
    pub fn overloaded(limits: &BackstageLimits) -> Self {
        Self::Unavailable(format!(
            "{} questions are being answered, which is the limit `backstage.concurrent_max`; try again soon",
            limits.concurrent_max
        ))
    }

    /// The error's name, which goes with the status.
    pub fn name(&self) -> &'static str {
        match self.status() {
            400 => "InputError",
            401 => "AuthenticationError",
            403 => "NotAllowedError",
            404 => "NotFoundError",
            405 => "MethodNotAllowedError",
            408 => "RequestTimeoutError",
            413 => "PayloadTooLargeError",
            421 => "MisdirectedRequestError",
            429 => "TooManyRequestsError",
            501 => "NotImplementedError",
            503 => "ServiceUnavailableError",
            _ => "InternalServerError",
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::Input(_) => 400,
            Self::TooLarge(_) => 413,
            Self::BodyTimeout(_) => 408,
            Self::Unauthenticated => 401,
            Self::NotAllowed(_) => 403,
            Self::NotFound(_) => 404,
            Self::MethodNotAllowed => 405,
            Self::NotImplemented(_) => 501,
            Self::Unavailable(_) => 503,
            Self::Internal => 500,
            Self::Refused { status, .. } => *status,
        }
    }

    /// The stable code, where it is of a refusal that has one.
    fn code(&self) -> Option<&'static str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }

    /// The body of the answer to a request.
    pub fn body(&self, method: &str, url: &str) -> Vec<u8> {
        let mut error = json!({"name": self.name(), "message": self.to_string()});
        if let Some(code) = self.code() {
            error["code"] = json!(code);
        }
        let request = json!({"method": method, "url": url});
        let whole = json!({"error": error, "request": request, "response": {"statusCode": self.status()}});
        whole.to_string().into_bytes()
    }
}
