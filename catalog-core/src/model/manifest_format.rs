//! The formats that manifests are written in, and how much each is believed.

/// The format of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ManifestFormat {
    /// Backstage's catalog descriptor, `catalog-info.yaml`.
    Backstage = 0,
    /// A CODEOWNERS file, in the dialect of its host.
    Codeowners = 1,
    /// Teams and members as a git host lists them.
    Host = 2,
    /// An `OWNERS` file, of Prow or of Gerrit.
    Owners = 3,
    /// Datadog's service and entity definitions, `service.datadog.yaml` and `entity.datadog.yaml`.
    Datadog = 4,
    /// Atlassian Compass, `compass.yml`.
    Compass = 5,
    /// Cortex, `cortex.yaml`.
    Cortex = 6,
    /// OpsLevel, `opslevel.yml`.
    Opslevel = 7,
    /// Port, `port.yml`.
    Port = 8,
    /// OpenSLO documents.
    Openslo = 9,
    /// Compose files.
    Compose = 10,
    /// Helm's `Chart.yaml`.
    Helm = 11,
    /// Kubernetes objects, Flux's among them.
    Kubernetes = 12,
    /// AsyncAPI documents.
    Asyncapi = 13,
    /// Score workloads, `score.yaml`.
    Score = 14,
    /// Applications of the Open Application Model.
    Oam = 15,
}

/// How much a format is believed where several speak of one entity, the most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Authority {
    /// It is written to declare entities for this catalog.
    Catalog,
    /// It declares entities for another catalog.
    OtherCatalog,
    /// It says who owns paths.
    Paths,
    /// It describes what runs or is promised, and mentions entities by the way. It adds to an entity
    /// that others declare, and makes none that ought to have an owner.
    Evidence,
}

impl ManifestFormat {
    /// All formats, in the order of their numbers.
    pub const ALL: [Self; 16] = [
        Self::Backstage,
        Self::Codeowners,
        Self::Host,
        Self::Owners,
        Self::Datadog,
        Self::Compass,
        Self::Cortex,
        Self::Opslevel,
        Self::Port,
        Self::Openslo,
        Self::Compose,
        Self::Helm,
        Self::Kubernetes,
        Self::Asyncapi,
        Self::Score,
        Self::Oam,
    ];

    /// The format's name, as JSON and diagnostics show it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Backstage => "backstage",
            Self::Codeowners => "codeowners",
            Self::Host => "host",
            Self::Owners => "owners",
            Self::Datadog => "datadog",
            Self::Compass => "compass",
            Self::Cortex => "cortex",
            Self::Opslevel => "opslevel",
            Self::Port => "port",
            Self::Openslo => "openslo",
            Self::Compose => "compose",
            Self::Helm => "helm",
            Self::Kubernetes => "kubernetes",
            Self::Asyncapi => "asyncapi",
            Self::Score => "score",
            Self::Oam => "oam",
        }
    }

    /// How much it is believed.
    pub fn authority(self) -> Authority {
        match self {
            Self::Backstage => Authority::Catalog,
            Self::Host | Self::Datadog | Self::Compass | Self::Cortex | Self::Opslevel | Self::Port => {
                Authority::OtherCatalog
            }
            Self::Codeowners | Self::Owners => Authority::Paths,
            Self::Openslo
            | Self::Compose
            | Self::Helm
            | Self::Kubernetes
            | Self::Asyncapi
            | Self::Score
            | Self::Oam => Authority::Evidence,
        }
    }
}

/// How a manifest was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum FoundBy {
    /// By the name of the file.
    Name = 0,
    /// A `Location` names it.
    Location = 1,
    /// By what is in it.
    Content = 2,
}
