//! The body of a request, read within its bounds.

use std::{future::poll_fn, pin::Pin};

use axum::body::{Body, HttpBody};
use tokio::time::timeout;

use super::HttpLimits;
use crate::graphql::{ErrorCode, Refusal};

/// Reads a body into one buffer; refuses one that is too large as soon as that is known, and one that
/// takes too long as a whole, however busily it trickles.
pub(super) async fn read_body(body: Body, limits: &HttpLimits) -> Result<Vec<u8>, Refusal> {
    let announced = body.size_hint().lower();
    if announced > limits.body_bytes_max as u64 {
        return Err(too_large(limits, announced));
    }
    match timeout(limits.body_time_max, read_frames(body, limits)).await {
        Ok(read) => read,
        Err(_) => {
            let milliseconds = limits.body_time_max.as_millis();
            let message =
                format!("the body took longer than the limit `http.body_time_max` of {milliseconds} ms");
            Err(Refusal::new(ErrorCode::BodyTimeout, message))
        }
    }
}

async fn read_frames(mut body: Body, limits: &HttpLimits) -> Result<Vec<u8>, Refusal> {
    let mut read = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(frame) = frame else {
            return Err(Refusal::new(ErrorCode::BodyInvalid, "the body broke off"));
        };
        let Some(data) = frame.data_ref() else { continue };
        if read.len() + data.len() > limits.body_bytes_max {
            return Err(too_large(limits, (read.len() + data.len()) as u64));
        }
        read.extend_from_slice(data);
    }
    Ok(read)
}

fn too_large(limits: &HttpLimits, met: u64) -> Refusal {
    Refusal::over_limit("http.body_bytes_max", limits.body_bytes_max as u64, met, "bytes in the body")
}
