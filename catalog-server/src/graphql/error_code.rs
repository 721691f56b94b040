//! Every code that a top-level error can carry in `extensions.code`. The names are stable.

/// The kind of a top-level error: a limit, a request that cannot be understood, or a bug.
///
/// What a caller can expect, such as a name that is not in the catalog, is no error but data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorCode {
    /// Two arguments exclude each other, one is missing, or a value means nothing.
    ArgumentInvalid,
    /// The answer would be larger than an answer may be.
    AnswerTooLarge,
    /// A body holds a list of requests; one request a body is answered.
    BatchNotAllowed,
    /// The body is not a JSON object with a `query`.
    BodyInvalid,
    /// The body did not arrive in time.
    BodyTimeout,
    /// A cursor was not made by this server for this list.
    CursorInvalid,
    /// The answer took longer than a query may take.
    DeadlineExceeded,
    /// A fragment contains itself.
    FragmentCycle,
    /// The request names a host that this server does not serve.
    HostNotAllowed,
    /// Something went wrong here that is not the request's fault.
    Internal,
    /// The request is over a limit; `extensions` name it with its value and the value met.
    LimitExceeded,
    /// The method is not one that the address answers.
    MethodNotAllowed,
    /// No graph is loaded yet.
    NotReady,
    /// As many queries as may run are running already.
    Overloaded,
    /// The query does not fit the schema.
    QueryInvalid,
    /// The query is not GraphQL.
    QuerySyntax,
    /// The body is not sent as plain `application/json`.
    UnsupportedMediaType,
}

impl ErrorCode {
    /// All codes, in the order of their names.
    pub const ALL: [Self; 17] = [
        Self::ArgumentInvalid,
        Self::AnswerTooLarge,
        Self::BatchNotAllowed,
        Self::BodyInvalid,
        Self::BodyTimeout,
        Self::CursorInvalid,
        Self::DeadlineExceeded,
        Self::FragmentCycle,
        Self::HostNotAllowed,
        Self::Internal,
        Self::LimitExceeded,
        Self::MethodNotAllowed,
        Self::NotReady,
        Self::Overloaded,
        Self::QueryInvalid,
        Self::QuerySyntax,
        Self::UnsupportedMediaType,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::ArgumentInvalid => "ARGUMENT_INVALID",
            Self::AnswerTooLarge => "ANSWER_TOO_LARGE",
            Self::BatchNotAllowed => "BATCH_NOT_ALLOWED",
            Self::BodyInvalid => "BODY_INVALID",
            Self::BodyTimeout => "BODY_TIMEOUT",
            Self::CursorInvalid => "CURSOR_INVALID",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Self::FragmentCycle => "FRAGMENT_CYCLE",
            Self::HostNotAllowed => "HOST_NOT_ALLOWED",
            Self::Internal => "INTERNAL",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::NotReady => "NOT_READY",
            Self::Overloaded => "OVERLOADED",
            Self::QueryInvalid => "QUERY_INVALID",
            Self::QuerySyntax => "QUERY_SYNTAX",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
        }
    }

    /// The HTTP status of an answer that consists of this error alone.
    pub fn http_status(self) -> u16 {
        match self {
            Self::ArgumentInvalid
            | Self::BatchNotAllowed
            | Self::BodyInvalid
            | Self::CursorInvalid
            | Self::FragmentCycle
            | Self::LimitExceeded
            | Self::QueryInvalid
            | Self::QuerySyntax => 400,
            Self::AnswerTooLarge | Self::Internal => 500,
            Self::BodyTimeout => 408,
            Self::HostNotAllowed => 421,
            Self::MethodNotAllowed => 405,
            Self::DeadlineExceeded | Self::NotReady | Self::Overloaded => 503,
            Self::UnsupportedMediaType => 415,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_distinct() {
        let names: BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), ErrorCode::ALL.len());
    }
}
