//! Which channels an application sends to and receives from.

use std::collections::HashMap;

use crate::manifest::yaml::Node;

/// What an application does with a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Send,
    Receive,
}

impl Action {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Receive => "receive",
        }
    }
}

/// One use of a channel.
pub(super) struct Use<'d> {
    pub(super) action: Action,
    pub(super) address: &'d str,
    /// Where the use is stated.
    pub(super) node: Node<'d>,
    /// The servers of the channel by name; `None` for all.
    pub(super) servers: Option<Vec<&'d str>>,
}

/// Something that is wrong with an operation, with where it is.
pub(super) struct Fault<'d> {
    pub(super) node: Node<'d>,
    pub(super) message: &'static str,
    /// Whether the specification does not accept it.
    pub(super) is_problem: bool,
}

/// The channels of a document of version 3 by reference, so that each is looked up once.
struct Channels<'d> {
    root: Node<'d>,
    known: HashMap<&'d str, Option<Node<'d>>>,
}

impl<'d> Channels<'d> {
    fn at(&mut self, pointer: &'d str) -> Option<Node<'d>> {
        let root = self.root;
        *self.known.entry(pointer).or_insert_with(|| {
            // A channel may itself be a reference, into the components.
            let mut node = node_at(root, pointer)?;
            for _ in 0..8 {
                let Some(next) = node.get("$ref").and_then(Node::scalar) else { return Some(node) };
                node = node_at(root, next)?;
            }
            None
        })
    }
}

/// The uses of channels in version 2, where an operation is named as others see it.
pub(super) fn uses_of_version_2(root: Node<'_>) -> Vec<Use<'_>> {
    let mut uses = Vec::new();
    let Some(channels) = root.get("channels") else { return uses };
    for channel in channels.entries() {
        let Some(address) = channel.key.scalar() else { continue };
        let servers = channel
            .value
            .get("servers")
            .map(|servers| servers.items().filter_map(Node::scalar).collect::<Vec<_>>());
        for (name, action) in [("publish", Action::Receive), ("subscribe", Action::Send)] {
            if let Some(entry) = channel.value.entry(name) {
                uses.push(Use { action, address, node: entry.key, servers: servers.clone() });
            }
        }
    }
    uses
}

/// The uses of channels in version 3.
pub(super) fn uses_of_version_3<'d>(root: Node<'d>) -> (Vec<Use<'d>>, Vec<Fault<'d>>) {
    let (mut uses, mut faults) = (Vec::new(), Vec::new());
    let Some(operations) = root.get("operations") else { return (uses, faults) };
    let mut channels = Channels { root, known: HashMap::new() };
    for operation in operations.entries() {
        let mut fault = |node, message| faults.push(Fault { node, message, is_problem: true });
        let action = operation.value.get("action");
        let action = match action.and_then(Node::scalar) {
            Some("send") => Action::Send,
            Some("receive") => Action::Receive,
            _ => {
                fault(
                    action.unwrap_or(operation.key),
                    "the operation has no `action`, expected `send` or `receive`",
                );
                continue;
            }
        };
        let reference = operation.value.get("channel").and_then(|channel| channel.get("$ref"));
        let Some((node, pointer)) = reference.and_then(|node| Some((node, node.scalar()?))) else {
            fault(
                operation.key,
                "the operation has no `channel`, expected a reference as in `$ref: '#/channels/…'`",
            );
            continue;
        };
        if !pointer.starts_with('#') {
            let message = "the channel stands in another document, which is not read";
            faults.push(Fault { node, message, is_problem: false });
            continue;
        }
        let Some(channel) = channels.at(pointer) else {
            fault(node, "the reference leads to no channel of this document");
            continue;
        };
        let Some(address) = channel.get("address").and_then(Node::scalar).filter(|it| !it.is_empty()) else {
            // The address is only known at run time.
            continue;
        };
        if channel.get("address").is_some_and(Node::is_null) {
            continue;
        }
        let servers = channel.get("servers").map(|servers| {
            let last_part = |server: Node<'d>| server.get("$ref")?.scalar()?.rsplit('/').next();
            servers.items().filter_map(last_part).collect::<Vec<_>>()
        });
        uses.push(Use { action, address, node, servers });
    }
    (uses, faults)
}

/// The node that a pointer into the document (`#/channels/a~1b`) leads to.
fn node_at<'d>(root: Node<'d>, pointer: &str) -> Option<Node<'d>> {
    let mut node = root;
    for part in pointer.strip_prefix("#/")?.split('/') {
        let part = part.replace("~1", "/").replace("~0", "~");
        node = match part.parse::<usize>() {
            Ok(index) if !node.is_mapping() => node.items().nth(index)?,
            _ => node.get(&part)?,
        };
    }
    Some(node)
}
