//! Data stores that are known by the name of their image or chart.

/// What a data store is to the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DataStore {
    /// It keeps records, or an index of them.
    Database,
    /// It forgets.
    Cache,
    /// It carries messages.
    Queue,
    /// It keeps files.
    Storage,
}

impl DataStore {
    /// The `type` of the resource.
    pub(crate) fn resource_type(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Cache => "cache",
            Self::Queue => "queue",
            Self::Storage => "storage",
        }
    }
}

/// The data store that an image runs: its name without registry, organisation, tag and digest decides.
///
/// Of an image that is one variable, as `${REDIS_IMAGE:-redis:7}`, its default decides, else its name.
pub(crate) fn data_store_of_image(image: &str) -> Option<DataStore> {
    if let Some(variable) = image.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'))
        && !variable.contains('}')
    {
        return match variable.split_once('-') {
            Some((_, default)) => data_store_of_name(name_of_image(default)),
            None => {
                let name = variable.to_ascii_lowercase();
                data_store_of_name(name.strip_suffix("_image").unwrap_or(&name))
            }
        };
    }
    let image = without_variables(image);
    if image.contains("mssql/server") {
        return Some(DataStore::Database);
    }
    data_store_of_name(name_of_image(&image))
}

/// The last part of an image's name, without tag and digest.
fn name_of_image(image: &str) -> &str {
    let name = image.rsplit('/').next().unwrap_or(image);
    &name[..name.find([':', '@']).unwrap_or(name.len())]
}

/// The data store of a name, as in `postgresql`; tools around one, as `kafka-ui`, are none.
pub(crate) fn data_store_of_name(name: &str) -> Option<DataStore> {
    Some(match &*name.to_ascii_lowercase() {
        "postgres" | "postgresql" | "postgresql-ha" | "postgis" | "pgvector" | "timescaledb"
        | "timescaledb-ha" | "cloudnative-pg" | "mysql" | "mysql-server" | "mariadb" | "mariadb-galera"
        | "percona" | "percona-server" | "mongo" | "mongodb" | "mongodb-sharded" | "cassandra" | "scylla"
        | "scylladb" | "cockroach" | "cockroachdb" | "clickhouse" | "clickhouse-server" | "couchdb"
        | "couchbase" | "elasticsearch" | "elasticsearch-oss" | "opensearch" | "solr" | "neo4j"
        | "influxdb" | "influxdb2" | "etcd" | "dynamodb" | "dynamodb-local" | "azure-sql-edge"
        | "oracle-xe" | "oracle-free" | "mssql" | "qdrant" | "weaviate" | "milvus" | "meilisearch"
        | "typesense" | "rqlite" | "arangodb" | "surrealdb" => DataStore::Database,
        "redis" | "redis-stack" | "redis-stack-server" | "redis-cluster" | "redis-ha" | "valkey"
        | "valkey-cluster" | "memcached" | "keydb" | "dragonfly" | "dragonflydb" | "hazelcast" => {
            DataStore::Cache
        }
        "rabbitmq" | "kafka" | "cp-kafka" | "kafka-native" | "redpanda" | "nats" | "nats-streaming"
        | "pulsar" | "pulsar-all" | "activemq" | "activemq-artemis" | "activemq-classic" | "artemis"
        | "eclipse-mosquitto" | "mosquitto" | "emqx" | "nsq" | "elasticmq" | "elasticmq-native" => {
            DataStore::Queue
        }
        "minio" | "seaweedfs" | "azurite" => DataStore::Storage,
        _ => return None,
    })
}

/// The text without `${…}`, so that no default inside one is taken for a part of the name.
fn without_variables(text: &str) -> String {
    let mut kept = String::new();
    let mut depth = 0_u32;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '$' if chars.peek() == Some(&'{') => {
                chars.next();
                depth += 1;
            }
            '}' if depth > 0 => depth -= 1,
            c if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stores_are_known_by_their_image() {
        let check = |image, expected| assert_eq!(data_store_of_image(image), expected, "{image}");
        check("postgres", Some(DataStore::Database));
        check("docker.io/bitnami/postgresql:16@sha256:00", Some(DataStore::Database));
        check("localhost:5000/redis:7-alpine", Some(DataStore::Cache));
        check("${REGISTRY:-a/b}/rabbitmq:${TAG:-3.12/x}", Some(DataStore::Queue));
        check("mcr.example/mssql/server:2022", Some(DataStore::Database));
        check("quay.example/minio/minio", Some(DataStore::Storage));
        check("${VALKEY_IMAGE}", Some(DataStore::Cache));
        check("${DB_IMAGE:-registry.example/postgres:16}", Some(DataStore::Database));
        check("${A}-redis${B}", None);
        check("${IMAGE}", None);
        check("${}", None);
        check("provectuslabs/kafka-ui", None);
        check("acme/postgres-exporter", None);
        check("", None);
        check("${IMAGE", None);
    }
}
