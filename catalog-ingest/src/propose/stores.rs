//! Data stores that compose files run beside a component.

use super::{folder::Folder, name::name_of};
use crate::manifest::yaml::{Node, read_yaml};

/// Names under which compose files are found, in the order in which the program looks for them.
const NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
/// The last part of the name of an image that keeps data or messages.
const IMAGES: [&str; 28] = [
    "postgres",
    "postgresql",
    "postgis",
    "timescaledb",
    "mysql",
    "mysql-server",
    "mariadb",
    "redis",
    "valkey",
    "mongo",
    "mongodb",
    "cassandra",
    "scylla",
    "elasticsearch",
    "opensearch",
    "memcached",
    "kafka",
    "cp-kafka",
    "redpanda",
    "rabbitmq",
    "nats",
    "minio",
    "clickhouse-server",
    "influxdb",
    "cockroach",
    "neo4j",
    "etcd",
    "mssql-server",
];
/// How many are proposed.
const STORES_MAX: usize = 20;

/// The stores that a component needs, as refs, with their places. The compose file is that of the
/// component's own folder (all stores), or that of `top` (those that its service depends on).
pub(super) fn of(
    folder: &Folder<'_>,
    top: &Folder<'_>,
    is_top: bool,
    component: &str,
) -> Option<(Vec<String>, String)> {
    if let Some(path) = folder.file(&NAMES) {
        return in_file(folder, path, component, |_, _| true);
    }
    if is_top {
        return None;
    }
    let path = top.file(&NAMES)?;
    let own = top.below(folder.path())?;
    in_file(top, path, component, |services, store| {
        services.entries().any(|service| builds(service.value, own) && depends_on(service.value, store))
    })
}

fn in_file(
    folder: &Folder<'_>,
    path: &str,
    component: &str,
    is_needed: impl Fn(Node<'_>, &str) -> bool,
) -> Option<(Vec<String>, String)> {
    let text = folder.tree().text(path)?;
    let documents = read_yaml(&text, folder.tree().limits());
    let root = documents.first()?.as_ref().ok()?.root();
    let services = root.get("services")?;
    let mut stores = Vec::new();
    let mut evidence = Vec::new();
    for service in services.entries() {
        let Some(name) = service.key.scalar() else { continue };
        let Some(image) = service.value.get("image").and_then(Node::scalar) else { continue };
        if !is_store(image) || !is_needed(services, name) || stores.len() == STORES_MAX {
            continue;
        }
        let store = format!("resource:{}", name_of(&format!("{component}-{name}")));
        if !stores.contains(&store) {
            stores.push(store);
            evidence.push(format!("{path}:{}", service.key.position().line));
        }
    }
    let evidence = format!("{}; name the one that production uses", evidence.join(", "));
    (!stores.is_empty()).then_some((stores, evidence))
}

/// Whether an image, as in `docker.io/library/postgres:16@sha256:…`, is one that keeps data.
fn is_store(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or(image);
    let name = name.split([':', '@']).next().unwrap_or(name);
    IMAGES.contains(&name)
}

fn builds(service: Node<'_>, folder: &str) -> bool {
    let Some(build) = service.get("build") else { return false };
    let context = build.scalar().or_else(|| build.get("context").and_then(Node::scalar));
    context.is_some_and(|context| context.trim_start_matches("./").trim_end_matches('/') == folder)
}

/// Whether a service waits for another, in either form of `depends_on`.
fn depends_on(service: Node<'_>, name: &str) -> bool {
    let Some(list) = service.get("depends_on") else { return false };
    list.items().any(|item| item.scalar() == Some(name)) || list.entry(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_of_stores_are_known_by_their_names() {
        for image in
            ["postgres", "postgres:16-alpine", "docker.io/library/redis@sha256:ab", "localhost:5000/mysql"]
        {
            assert!(is_store(image), "{image}");
        }
        for image in ["nginx", "acme/postgres-backup", "", ":", "postgres/admin"] {
            assert!(!is_store(image), "{image}");
        }
    }
}
