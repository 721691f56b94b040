//! Every code that a top-level error can carry in `extensions.code`. The names are stable.

macro_rules! error_codes {
    ($($variant:ident = $name:literal, $status:literal, $summary:literal;)*) => {
        /// The kind of a top-level error: a limit, a request that cannot be understood, or a bug.
        ///
        /// What a caller can expect, such as a name that is not in the catalog, is no error but data.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ErrorCode {
            $(#[doc = $summary] $variant,)*
        }

        impl ErrorCode {
            /// All codes, in the order of their names. `schema/codes.md` lists them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The HTTP status of an answer that consists of this error alone.
            pub fn http_status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// Whether it is about the query itself, in a request that is a request. Where the answer is plain
            /// `application/json`, such an error has the status 200, as the draft "GraphQL over HTTP" wants it.
            pub fn is_of_query(self) -> bool {
                matches!(self, Self::FragmentCycle | Self::LimitExceeded | Self::QueryInvalid | Self::QuerySyntax)
            }

            /// What it means, in one sentence.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)* }
            }
        }
    };
}

error_codes! {
    ArgumentInvalid = "ARGUMENT_INVALID", 400, "Two arguments exclude each other, one is missing, or a value means nothing.";
    AnswerTooLarge = "ANSWER_TOO_LARGE", 500, "The answer would be larger than an answer may be.";
    AuditUnavailable = "AUDIT_UNAVAILABLE", 503, "A change could not be written to the audit log first, so it was not made.";
    BatchNotAllowed = "BATCH_NOT_ALLOWED", 400, "A body holds a list of requests; one request a body is answered.";
    BodyInvalid = "BODY_INVALID", 400, "The body is not a JSON object with a `query` or a `documentId`.";
    BodyTimeout = "BODY_TIMEOUT", 408, "The body did not arrive in time.";
    CursorInvalid = "CURSOR_INVALID", 400, "A cursor was not made by this server for this list.";
    DeadlineExceeded = "DEADLINE_EXCEEDED", 503, "The answer took longer than a query may take.";
    DocumentNotAllowed = "DOCUMENT_NOT_ALLOWED", 403, "Only documents that are kept at the server are answered, and this is none of them.";
    DocumentUnknown = "DOCUMENT_UNKNOWN", 404, "The server keeps no document of this `documentId`.";
    Forbidden = "FORBIDDEN", 403, "Whoever asks lacks the scope for it, which `extensions.scope` names.";
    FragmentCycle = "FRAGMENT_CYCLE", 400, "A fragment contains itself.";
    HostNotAllowed = "HOST_NOT_ALLOWED", 421, "The request names a host that this server does not serve.";
    Internal = "INTERNAL", 500, "Something went wrong here that is not the request's fault.";
    LimitExceeded = "LIMIT_EXCEEDED", 400, "The request is over a limit; `extensions` name it with its value and the value met.";
    MethodNotAllowed = "METHOD_NOT_ALLOWED", 405, "The method is not one that the address answers.";
    NotAcceptable = "NOT_ACCEPTABLE", 406, "The request accepts no media type that is answered in.";
    NotReady = "NOT_READY", 503, "No graph is loaded yet.";
    Overloaded = "OVERLOADED", 503, "As many queries as may run are running already.";
    PersistedQueryNotSupported = "PERSISTED_QUERY_NOT_SUPPORTED", 404, "A query was named by its hash in `extensions.persistedQuery`, and no document of that hash is kept.";
    QueryInvalid = "QUERY_INVALID", 400, "The query does not fit the schema.";
    QuerySyntax = "QUERY_SYNTAX", 400, "The query is not GraphQL.";
    RateLimited = "RATE_LIMITED", 429, "Too many requests of this kind came from one token or address; `retry-after` says how long to wait.";
    RevisionDropped = "REVISION_DROPPED", 410, "The revision that the request is pinned to is kept no more, or is not there yet.";
    Unauthenticated = "UNAUTHENTICATED", 401, "No token came with the request, or one that is unknown, expired or revoked.";
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE", 415, "The body is not sent as plain `application/json`.";
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
