//! A server that is killed while it works.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::support::{Server, World, rows, text};

/// Starts a review of this name, unless the server is gone meanwhile; whether it said that it had.
fn start_review(address: SocketAddr, id: &str) -> Option<bool> {
    let query = format!(
        "mutation {{ startReview(id: \"{id}\", title: \"x\", scope: {{}}, due: \"2099-12-31\", person: \"ann\") {{ review {{ id }} }} }}"
    );
    let body = json!({ "query": query }).to_string();
    let mut stream = TcpStream::connect(address).ok()?;
    write!(
        stream,
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (_, answer) = answer.split_once("\r\n\r\n")?;
    let answer: Value = serde_json::from_str(answer).ok()?;
    Some(answer["data"]["startReview"]["review"]["id"] == id)
}

#[test]
fn what_was_acknowledged_is_there_after_the_server_was_killed() {
    let world = World::of_ledger();
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..4 {
        let server = Server::start(&world, "catalog.redb");
        let address = server.address();
        let write = move |writer: usize| {
            let ids = (0..).map(|number| format!("r{round}-{writer}-{number}"));
            ids.take_while(|id| start_review(address, id) == Some(true)).collect::<Vec<_>>()
        };
        thread::scope(|scope| {
            let writers: Vec<_> = (0..3).map(|writer| scope.spawn(move || write(writer))).collect();
            // Where in its work it is met does not matter, as long as it is another place each time.
            thread::sleep(Duration::from_millis(60 + 45 * round as u64));
            server.signal("KILL");
            acknowledged.extend(writers.into_iter().flat_map(|writer| writer.join().expect("a writer")));
        });
        let (status, _) = server.wait();
        assert_eq!(status.code(), None, "it was killed");
    }
    assert!(!acknowledged.is_empty(), "nothing was written at all");
    let listed = world.json("review list");
    let kept: Vec<&str> = rows(&listed, "reviews").iter().map(|review| text(review, "id")).collect();
    let lost: Vec<&String> = acknowledged.iter().filter(|id| !kept.contains(&id.as_str())).collect();
    assert!(lost.is_empty(), "{lost:?} of {} were said to be kept", acknowledged.len());
    let server = Server::start(&world, "catalog.redb");
    let answer = server.ask("{ entity(ref: \"component:ledger\") { owner { ref } } }");
    assert_eq!(text(&answer["entity"]["owner"], "ref"), "group:default/books");
}
