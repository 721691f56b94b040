//! Every case in `test_data/compose`, as a person reads it.

use catalog_core::model::{FoundBy, ManifestFormat};
use expect_test::expect;

use super::{NAMES, has_manifest_name};
use crate::{
    limits::ManifestLimits,
    manifest::{
        ManifestFile,
        reading::trials::{Folder, check_cases, rendered, repository},
    },
};

#[test]
fn every_case_reads_as_expected() {
    check_cases(ManifestFormat::Compose);
}

#[test]
fn of_two_files_in_a_folder_the_preferred_one_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("deploy")).expect("a folder in it");
    let text = b"services: {web: {image: nginx}}";
    std::fs::write(folder.path().join("deploy/compose.yml"), text).expect("a file");
    let read = |path: &str| {
        let repository = repository();
        let file = ManifestFile { repository: &repository, path, bytes: text, found_by: FoundBy::Name };
        let siblings = Folder(folder.path().to_owned());
        rendered(&super::read(&file, &siblings, &ManifestLimits::default()))
    };
    expect![[r#"
        includes deploy/compose.yaml, missing
        includes deploy/compose.yml
        warning[manifest-shadowed]: `deploy/docker-compose.yml` is not read, because `deploy/compose.yml` comes first
          --> deploy/docker-compose.yml
          hint: move its services to `deploy/compose.yml`, and delete it
    "#]].assert_eq(&read("deploy/docker-compose.yml"));
    expect![[r#"
        document 0 at 1: strict
          component:acme.shop.deploy.0882c958/web at 1
          declared as compose:web
          type: "container" at 1
          annotation: compose-spec.io/image="nginx"
        includes deploy/compose.yaml, missing
    "#]]
    .assert_eq(&read("deploy/compose.yml"));
}

#[test]
fn names_are_those_of_the_tool() {
    for name in NAMES {
        assert!(has_manifest_name(name) && has_manifest_name(&format!("a/b/{name}")));
    }
    assert!(!has_manifest_name("compose.override.yaml"));
    assert!(!has_manifest_name("a/xcompose.yaml"));
}

#[test]
fn what_is_included_is_bounded_in_all() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.yaml"), "services: {db: {image: mysql}}").expect("a file");
    std::fs::write(folder.path().join("b.yaml"), "services: {mq: {image: nats}}").expect("a file");
    let text = b"include: [a.yaml, b.yaml]\nservices: {web: {image: nginx, depends_on: [db, mq]}}";
    let repository = repository();
    let found_by = FoundBy::Name;
    let file = ManifestFile { repository: &repository, path: "compose.yaml", bytes: text, found_by };
    let limits = ManifestLimits { bytes_max: 40, ..ManifestLimits::default() };
    let reading = super::read(&file, &Folder(folder.path().to_owned()), &limits);
    expect![[r#"
        document 0 at 2: strict
          component:acme.shop.6eca78f4/web at 2
          declared as compose:web
          type: "container" at 2
          annotation: compose-spec.io/image="nginx"
          dependsOn resource:acme.shop.6eca78f4/db at 2 deployed
          dependsOn component:acme.shop.6eca78f4/mq at 2 deployed
        includes a.yaml
        includes b.yaml
        warning[manifest-too-large]: with `b.yaml` the file includes more bytes than the limit `manifest.bytes_max` of 40; it is not looked into
          --> compose.yaml:1:19
           | include: [a.yaml, b.yaml]
           |                   ^^^^^^
        note[unknown-ref]: `depends_on` names `mq`, which is no service of the project
          --> compose.yaml:2:49 in document 0
           | services: {web: {image: nginx, depends_on: [db, mq]}}
           |                                                 ^^
          hint: name a service of this file, or of one that it includes
    "#]].assert_eq(&rendered(&reading));
}
