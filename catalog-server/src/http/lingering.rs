//! Connections that are closed in stages (RFC 9112, section 9.6): whoever is still sending what nobody reads would
//! otherwise be told that the connection is gone, in place of the answer that says why.

use std::{
    io,
    mem::MaybeUninit,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// How much is thrown away at once, in bytes.
const PIECE_BYTES: usize = 16 * 1024;

/// Whether something of the last request of a connection was not read.
#[derive(Clone, Debug, Default)]
pub(super) struct Unread(Arc<AtomicBool>);

impl Unread {
    /// The body of a request, which tells here whether it was read to its end.
    pub(super) fn watch<B: HttpBody>(&self, body: B) -> WatchedBody<B> {
        self.set(!body.is_end_stream());
        WatchedBody { body, unread: self.clone() }
    }

    fn set(&self, is_unread: bool) {
        self.0.store(is_unread, Ordering::Relaxed);
    }
}

/// A body that tells whether it was read to its end.
pub(super) struct WatchedBody<B> {
    body: B,
    unread: Unread,
}

impl<B: HttpBody + Unpin> HttpBody for WatchedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if frame.is_none() || self.body.is_end_stream() {
            self.unread.set(false);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream that, after its own end, throws away what the other side still sends, for a while: where something of
/// its last request was not read.
pub(super) struct Lingering<S> {
    stream: S,
    unread: Unread,
    linger_max: Duration,
    /// Runs once this side has ended.
    timer: Option<Pin<Box<Sleep>>>,
}

impl<S> Lingering<S> {
    pub(super) fn new(stream: S, unread: Unread, linger_max: Duration) -> Self {
        Self { stream, unread, linger_max, timer: None }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Lingering<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Lingering<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.timer.is_none() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
            if !this.unread.0.load(Ordering::Relaxed) {
                return Poll::Ready(Ok(()));
            }
        }
        let timer = this.timer.get_or_insert_with(|| Box::pin(sleep(this.linger_max)));
        if timer.as_mut().poll(context).is_ready() {
            return Poll::Ready(Ok(()));
        }
        let mut piece = [MaybeUninit::uninit(); PIECE_BYTES];
        loop {
            let mut piece = ReadBuf::uninit(&mut piece);
            let read = ready!(Pin::new(&mut this.stream).poll_read(context, &mut piece));
            // The other side has ended, too, or is gone.
            if read.is_err() || piece.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, duplex},
        runtime::Builder,
        time::timeout,
    };

    use super::*;

    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(20);

    #[test]
    fn what_comes_late_is_thrown_away_until_the_other_side_ends_or_the_time_is_up() {
        let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime can be built");
        let check = |is_unread: bool, client_ends: bool, linger_max: Duration| {
            let unread = Unread::default();
            unread.set(is_unread);
            let (mut client, server) = duplex(1024);
            let mut server = Lingering::new(server, unread, linger_max);
            let sends = async {
                let mut answer = String::new();
                client.read_to_string(&mut answer).await.expect("the answer ends");
                if is_unread {
                    client.write_all(&[0; 100_000]).await.expect("it is taken");
                }
                // Whoever does not end goes on holding the connection.
                (answer, (!client_ends).then_some(client))
            };
            let closes = async {
                server.write_all(b"refused").await.expect("it is taken");
                server.shutdown().await.expect("it ends");
            };
            let both =
                runtime.block_on(async { timeout(LONG / 2, async { tokio::join!(sends, closes) }).await });
            let ((answer, _client), ()) = both.expect("both end");
            assert_eq!(answer, "refused");
        };
        check(false, false, LONG);
        check(true, true, LONG);
        check(true, false, SHORT);
    }
}
