//! The objects of a document that are worth reading, and what they are called.

use crate::manifest::yaml::Node;

/// What an object is to the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It runs an application, or gives it an address.
    Application,
    /// It installs a chart, and so an application.
    HelmRelease,
    /// It applies a folder of objects.
    Kustomization,
    /// It is something else with an annotation that is meant for people.
    Annotated,
}

/// An object that is worth reading.
#[derive(Clone, Copy)]
pub(super) struct Object<'d> {
    pub(super) root: Node<'d>,
    pub(super) kind: &'d str,
    pub(super) role: Role,
    pub(super) metadata: Node<'d>,
}

/// Whether objects of this version and kind run an application.
pub(in crate::manifest) fn is_workload(api_version: &str, kind: &str) -> bool {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" => matches!(group, "apps" | "extensions"),
        "CronJob" => group == "batch",
        "Service" => matches!(group, "" | "serving.knative.dev"),
        "Rollout" => group == "argoproj.io",
        "DeploymentConfig" => group == "apps.openshift.io",
        _ => false,
    }
}

/// Whether objects of this version and kind tell Flux what to apply.
pub(in crate::manifest) fn is_flux(api_version: &str, kind: &str) -> bool {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    matches!(
        (group, kind),
        ("kustomize.toolkit.fluxcd.io", "Kustomization") | ("helm.toolkit.fluxcd.io", "HelmRelease")
    )
}

/// The objects of a document, or of the list that it is; those that should have `metadata` and have none
/// as they stand.
pub(super) fn objects_of(root: Node<'_>) -> Vec<Result<Object<'_>, Node<'_>>> {
    let is_list = root.get("kind").and_then(Node::scalar).is_some_and(|kind| kind.ends_with("List"));
    match root.get("items").filter(|_| is_list) {
        Some(items) => items.items().filter_map(object_of).collect(),
        None => object_of(root).into_iter().collect(),
    }
}

fn object_of(root: Node<'_>) -> Option<Result<Object<'_>, Node<'_>>> {
    let api_version = root.get("apiVersion")?.scalar()?;
    let kind = root.get("kind")?.scalar()?;
    let metadata = root.get("metadata").filter(|node| node.is_mapping());
    let role = if is_workload(api_version, kind) {
        Role::Application
    } else if is_flux(api_version, kind) {
        if kind == "HelmRelease" { Role::HelmRelease } else { Role::Kustomization }
    } else if metadata.is_some_and(|metadata| is_annotated(api_version, metadata)) {
        Role::Annotated
    } else {
        return None;
    };
    Some(metadata.map(|metadata| Object { root, kind, role, metadata }).ok_or(root))
}

/// Whether an object of another kind is annotated for people, or with the entity that it belongs to.
fn is_annotated(api_version: &str, metadata: Node<'_>) -> bool {
    // Entities of Backstage carry such annotations too, and are read as what they are.
    !api_version.contains("backstage.io/")
        && [metadata.get("annotations"), metadata.get("labels")].into_iter().flatten().any(|map| {
            map.entries().any(|entry| {
                let key = entry.key.scalar().unwrap_or_default();
                key.starts_with("a8r.io/") || key == "backstage.io/kubernetes-id"
            })
        })
}

impl<'d> Object<'d> {
    /// A label or an annotation, where it is a text that is not to be filled in.
    pub(super) fn value(&self, map: &str, key: &str) -> Option<Node<'d>> {
        let node = self.metadata.get(map)?.get(key)?;
        node.scalar().filter(|text| !text.is_empty() && !is_filled_in_later(text)).map(|_| node)
    }

    /// The node that names the application.
    pub(super) fn name(&self) -> Option<Node<'d>> {
        let own = self.metadata.get("name").filter(|name| name.scalar().is_some() && !name.is_null());
        match self.role {
            Role::Application | Role::Annotated => self.value("labels", "app.kubernetes.io/name").or(own),
            Role::HelmRelease | Role::Kustomization => own,
        }
    }

    /// The place that the name is local to: the cluster's namespace, and what tells applications of one
    /// name in it apart.
    pub(super) fn place(&self) -> Vec<&'d str> {
        let mut place = self.place_in(self.namespace().unwrap_or_default());
        let instance = self.value("labels", "app.kubernetes.io/instance").and_then(Node::scalar);
        let is_application = matches!(self.role, Role::Application | Role::Annotated);
        let name = self.name().and_then(Node::scalar);
        place.extend(instance.filter(|instance| is_application && Some(*instance) != name));
        place
    }

    /// The place of an object of the same kind in a namespace of the cluster.
    pub(super) fn place_in(&self, namespace: &'d str) -> Vec<&'d str> {
        let mut place = vec!["kubernetes", namespace];
        if self.role == Role::Kustomization {
            place.push("kustomization");
        }
        place
    }

    /// The cluster's namespace, where the object states one.
    pub(super) fn namespace(&self) -> Option<&'d str> {
        let namespace = self.metadata.get("namespace")?;
        namespace.scalar().filter(|text| !text.is_empty() && !namespace.is_null())
    }
}

/// Whether a text waits for a template or for Flux to fill it in.
pub(super) fn is_filled_in_later(text: &str) -> bool {
    text.contains("{{") || text.contains("${")
}
