//! What falls with each external party and each failure domain.

use expect_test::{Expect, expect};

use super::{lines, names};
use crate::{needs::HealthCounts, query::concentration, sketch};

fn check(sketch: &str, expected: &Expect) {
    let graph = sketch::graph(sketch);
    let answer = concentration(&graph);
    let counts = |of: HealthCounts| format!("{}/{}/{}", of.down, of.degraded, of.at_risk);
    let rows = answer.exposures.iter().map(|of| {
        let behind =
            of.rests_on.iter().map(|behind| format!(" {}:{}", behind.health.name(), names([behind.entity])));
        format!(
            "{} {} all {} critical {} share {:.2}{}",
            of.class.name(),
            names([of.entity]),
            counts(of.all),
            counts(of.critical),
            answer.share(of.critical.down),
            behind.collect::<String>(),
        )
    });
    expected.assert_eq(&format!("{} critical\n{}", answer.critical, lines(rows)));
}

#[test]
fn a_party_behind_a_party_brings_down_what_the_other_one_does() {
    check(
        "
        component:shop tier 0 -> resource:mailer
        component:pay tier 1 any> resource:stripe resource:adyen
        component:blog tier 3 ~> resource:mailer
        resource:mailer type saas -> resource:cloud
        resource:stripe type vendor -> resource:proxy
        resource:adyen type Partner
        resource:proxy type service -> resource:cloud
        resource:cloud type cloud
        ",
        &expect![[r#"
            2 critical
            external-party cloud all 4/1/1 critical 1/0/1 share 0.50
            external-party mailer all 1/1/0 critical 1/0/0 share 0.50 down:cloud
            external-party adyen all 0/0/1 critical 0/0/1 share 0.00
            external-party stripe all 0/0/1 critical 0/0/1 share 0.00 down:cloud
        "#]],
    );
}

#[test]
fn a_place_is_lost_alone_and_a_critical_one_does_not_count_for_itself() {
    check(
        "
        component:a tier 0 in resource:north resource:south
        component:b tier 1 in resource:north
        resource:north type region tier 0 -> resource:ground
        resource:south type region -> resource:ground
        resource:ground type datacenter
        ",
        &expect![[r#"
            3 critical
            failure-domain ground all 4/0/0 critical 3/0/0 share 1.00
            failure-domain north all 1/0/1 critical 1/0/1 share 0.33 down:ground
            failure-domain south all 0/0/1 critical 0/0/1 share 0.00 down:ground
        "#]],
    );
}

#[test]
fn parties_that_need_each_other_and_unknown_types_do_no_harm() {
    check(
        "
        component:a tier 4 -> resource:x
        resource:x type saas -> resource:y
        resource:y type saas -> resource:x resource:y
        resource:database type database
        component:vendor type vendor
        ",
        &expect![[r#"
            0 critical
            external-party x all 2/0/0 critical 0/0/0 share 0.00 down:y
            external-party y all 2/0/0 critical 0/0/0 share 0.00 down:x
        "#]],
    );
    check("component:a", &expect![["0 critical\n"]]);
}
