//! Every case in `test_data/helm`, as a person reads it.

use catalog_core::model::{FoundBy, ManifestFormat};
use expect_test::expect;

use crate::manifest::reading::trials::{check_cases, read_as, rendered};

#[test]
fn every_case_reads_as_expected() {
    check_cases(ManifestFormat::Helm);
}

#[test]
fn a_chart_of_the_repository_is_named_as_it_names_itself() {
    let own = "apiVersion: v2\nname: fx-rates\nversion: 1.0.0\n";
    let other = "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - name: fx-rates\n    alias: rates\n    repository: file://../fx-rates/\n";
    let read = |path: &str, text: &str| {
        rendered(&read_as(ManifestFormat::Helm, path, text.as_bytes(), FoundBy::Name))
    };
    expect![[r#"
        document 0 at 1: strict
          component:acme.shop.charts.fx-rates.c7caa275/fx-rates at 2
          declared as helm:fx-rates
          type: "helm-chart" at 1
          annotation: helm.sh/version="1.0.0"
    "#]]
    .assert_eq(&read("charts/fx-rates/Chart.yaml", own));
    expect![[r#"
        document 0 at 1: strict
          component:acme.shop.charts.shop.1e38f980/shop at 2
          declared as helm:shop
          type: "helm-chart" at 1
          annotation: helm.sh/version="1.0.0"
          dependsOn component:acme.shop.charts.fx-rates.c7caa275/fx-rates at 6 deployed
    "#]]
    .assert_eq(&read("charts/shop/Chart.yaml", other));
}
