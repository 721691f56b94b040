//! Manifests that are not the files they should be: too large, no text, links, gone.

use expect_test::expect;

use super::{check, component, manifest};
use crate::support::Commit;

#[test]
fn a_manifest_is_one_byte_over_the_limit() {
    let mut text = component("known");
    text.push('#');
    text.extend(std::iter::repeat_n('x', (1 << 20) + 1 - text.len()));
    check(
        manifest(&text),
        expect![[r#"
            exit code 0

            error[manifest-too-large]: `catalog-info.yaml` is 1,048,577 bytes, over the limit `manifest.bytes_max` of 1,048,576
            --> acme/broken:catalog-info.yaml
             = help: split the file, or raise the limit in `catalog.toml`

            warning[manifest-stale]: the file cannot be read any more; what commit 31d2db0b19c7 said is kept
            --> acme/broken:catalog-info.yaml
             = help: mend the file and crawl again

            component:default/known from acme/broken, stale
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn a_manifest_of_just_the_limit_is_read() {
    let mut text = component("known");
    text.push('#');
    text.extend(std::iter::repeat_n('x', (1 << 20) - text.len()));
    check(
        manifest(&text),
        expect![[r#"
        exit code 0

        component:default/known from acme/broken
        component:default/shop from acme/shop
    "#]],
    );
}

#[test]
fn a_manifest_is_not_utf8() {
    let mut bytes = component("known").into_bytes();
    bytes.extend(b"  system: \xff\xfe\n");
    check(
        Commit::default().bytes("catalog-info.yaml", &bytes),
        expect![[r#"
            exit code 0

            error[not-utf8]: the file is not UTF-8: its byte 150 is 0xff
            --> acme/broken:catalog-info.yaml:9
             = help: save the file as UTF-8

            warning[manifest-stale]: the file cannot be read any more; what commit 31d2db0b19c7 said is kept
            --> acme/broken:catalog-info.yaml
             = help: mend the file and crawl again

            component:default/known from acme/broken, stale
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn a_manifest_is_utf16() {
    let units = component("known");
    let bytes: Vec<u8> =
        [0xfeff].into_iter().chain(units.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    check(
        Commit::default().bytes("catalog-info.yaml", &bytes),
        expect![[r#"
            exit code 0

            error[not-utf8]: is UTF-16 text (a byte order mark says so), expected UTF-8
            --> acme/broken:catalog-info.yaml:1
             = help: save the file as UTF-8

            warning[manifest-stale]: the file cannot be read any more; what commit 31d2db0b19c7 said is kept
            --> acme/broken:catalog-info.yaml
             = help: mend the file and crawl again

            component:default/known from acme/broken, stale
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn a_byte_order_mark_and_crlf_are_read() {
    let text = format!("\u{feff}{}", component("known").replace('\n', "\r\n"));
    check(
        manifest(&text),
        expect![[r#"
        exit code 0

        component:default/known from acme/broken
        component:default/shop from acme/shop
    "#]],
    );
}

#[test]
fn a_manifest_is_empty() {
    check(
        manifest(""),
        expect![[r#"
            exit code 0

            warning[manifest-stale]: the file cannot be read any more; what commit 31d2db0b19c7 said is kept
            --> acme/broken:catalog-info.yaml
             = help: mend the file and crawl again

            note[empty-manifest]: the file holds no document
            --> acme/broken:catalog-info.yaml
             = help: declare an entity in it, or delete the file

            component:default/known from acme/broken, stale
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn a_manifest_is_a_link() {
    check(
        Commit::default()
            .link("catalog-info.yaml", "/etc/passwd")
            .link("sub/catalog-info.yaml", "../src/main.rs")
            .submodule("vendored/catalog-info.yaml"),
        expect![[r#"
            exit code 0

            warning[manifest-is-link]: `catalog-info.yaml` is a symbolic link, which is never followed; expected a regular file
            --> acme/broken:catalog-info.yaml
             = help: put the file itself in the place of the link

            warning[manifest-stale]: the file cannot be read any more; what commit 31d2db0b19c7 said is kept
            --> acme/broken:catalog-info.yaml
             = help: mend the file and crawl again

            warning[manifest-is-link]: `sub/catalog-info.yaml` is a symbolic link, which is never followed; expected a regular file
            --> acme/broken:sub/catalog-info.yaml
             = help: put the file itself in the place of the link

            warning[manifest-is-link]: `vendored/catalog-info.yaml` is a submodule, which is never followed; expected a regular file
            --> acme/broken:vendored/catalog-info.yaml
             = help: put the file itself in the place of the link

            component:default/known from acme/broken, stale
            component:default/shop from acme/shop
        "#]],
    );
}

#[test]
fn a_manifest_is_deleted() {
    check(
        Commit::default().remove("catalog-info.yaml"),
        expect![[r#"
        exit code 0

        component:default/shop from acme/shop
    "#]],
    );
}
