//! Changes that are described from afar, held against a store.

use catalog_core::{
    catalog::Catalog,
    model::{CatalogChange, IdentityTable, Visit},
    store::Store,
};
use expect_test::expect;

use super::*;

const SHOPS: &str = "
repository acme/ledger
codeowners
  *       @acme/books
component:ledger owner group:books tier 1
repository acme/shop
component:shop -> component:ledger
component:shop owner group:front tier 0
repository acme/org
group:books slug acme/books email books@example.com
group:front
";

const LEDGER: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: ledger}\nspec: {type: service, lifecycle: production, owner: group:books, tier: 1, dependsOn: [resource:db]}\n";

const ANSWER: &str = "__typename
  ... on ChangeNotChecked { code message }
  ... on RepositoryNotFound { text candidates }
  ... on ChangeCheck {
    verdict quiet undecided counts { blocking asking warning informing missingApprovals }
    findings { totalCount nodes { rule effect subject message place { path line } } }
    closed { nodes { rule subject } }
    changed { nodes { entity { ref } reasons { ground paths } } }
    facts { added { nodes { ref } } removed { nodes { ref } }
      changed { nodes { entity { ref } fields { field before after } } }
      relationsGained { nodes { from relation to strength } } relationsLost { nodes { from relation to } }
      relationsChanged { nodes { changed before { from } after { to } } } }
    reach { total affected { nodes { ref distance } } owners { nodes { owner { ref } affected } } }
    agree { nodes { parties { written entity { ref } } required given ofPolicy rules { pattern paths } } }
    inform { nodes { owner { ref } changed affected reasons { entity { ref } distance } } }
    unplaced unknown { unplaced submodules unreadOwnershipFiles rulesCut } notes
  }";

/// A store of the sketch, with what answers from it.
struct Desk {
    _folder: tempfile::TempDir,
    catalog: Arc<Catalog>,
    service: GraphqlService,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::at(folder.path().join("catalog.redb"));
        let visits = sketch::repositories(SHOPS).into_iter().map(|of| Visit::Read(Box::new(of)));
        let change = CatalogChange { visits: visits.collect() };
        store.apply(&change, sketch::READ_AT).expect("the store takes the change");
        let catalog = Catalog::open(store, IdentityTable::default()).expect("the store is sound");
        let catalog = Arc::new(catalog);
        let service = service(GraphqlLimits::default()).writing_to(Arc::clone(&catalog));
        Self { _folder: folder, catalog, service }
    }

    fn ask(&self, arguments: &str, fields: &str) -> Value {
        let query = format!("{{ check({arguments}) {{ {fields} }} }}");
        let body = json!({"query": query}).to_string().into_bytes();
        let runtime = Runtime::new().expect("a runtime can be built");
        let answer = runtime.block_on(self.service.answer(body, self.catalog.graph(), anybody()));
        let answer: Value = serde_json::from_slice(&answer.body).expect("an answer is JSON");
        assert_eq!(answer.get("errors"), None, "{answer:#}");
        answer["data"]["check"].clone()
    }

    #[expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]
    fn check(&self, arguments: &str, expected: Expect) {
        let mut text = String::new();
        show(&self.ask(arguments, ANSWER), 0, &mut text);
        expected.assert_eq(&text);
    }
}

fn manifest(text: &str) -> String {
    let text = serde_json::to_string(text).expect("a text is JSON");
    format!(r#"manifests: [{{path: "catalog-info.yaml", text: {text}}}]"#)
}

const MODIFIED: &str = r#"repository: "ledger", paths: [{path: "catalog-info.yaml", status: MODIFIED}]"#;

#[test]
fn a_change_of_files_says_whose_they_are_and_what_needs_them() {
    Desk::new().check(
        r#"repository: "ledger", paths: [{path: "src/main.rs", status: MODIFIED}, {path: "a", status: ADDED}], approvedBy: ["group:books", "nobody"]"#,
        expect![[r#"
            __typename: ChangeCheck
            agree:
              nodes:
                -
                  given: true
                  ofPolicy: false
                  parties: [{entity:{ref:group:default/books}, written:@acme/books}]
                  required: true
                  rules: [{paths:[a, src/main.rs], pattern:*}]
            changed:
              nodes:
                -
                  entity: {ref:component:default/ledger}
                  reasons: [{ground:NEAREST_MANIFEST, paths:[a, src/main.rs]}]
            closed: {nodes:[]}
            counts: {asking:0, blocking:0, informing:0, missingApprovals:0, warning:0}
            facts:
              added: {nodes:[]}
              changed: {nodes:[]}
              relationsChanged: {nodes:[]}
              relationsGained: {nodes:[]}
              relationsLost: {nodes:[]}
              removed: {nodes:[]}
            findings: {nodes:[], totalCount:0}
            inform:
              nodes:
                -
                  affected: 0
                  changed: 1
                  owner: {ref:group:default/books}
                  reasons: [{distance:0, entity:{ref:component:default/ledger}}]
                -
                  affected: 1
                  changed: 0
                  owner: {ref:group:default/front}
                  reasons: [{distance:1, entity:{ref:component:default/shop}}]
            notes:
              - `nobody` of `approvedBy` is no group or person of the catalog, and does not count
            quiet: false
            reach:
              affected: {nodes:[{distance:1, ref:component:default/shop}]}
              owners: {nodes:[{affected:1, owner:{ref:group:default/front}}]}
              total: 1
            undecided: false
            unknown: {rulesCut:[], submodules:0, unplaced:0, unreadOwnershipFiles:[]}
            unplaced: []
            verdict: PASS
        "#]],
    );
}

#[test]
fn a_change_of_a_manifest_is_read_from_its_text() {
    Desk::new().check(
        &format!("{MODIFIED}, {}", manifest(LEDGER)),
        expect![[r#"
            __typename: ChangeCheck
            agree:
              nodes:
                -
                  given: false
                  ofPolicy: false
                  parties: [{entity:{ref:group:default/books}, written:@acme/books}]
                  required: true
                  rules: [{paths:[catalog-info.yaml], pattern:*}]
            changed:
              nodes:
                -
                  entity: {ref:component:default/ledger}
                  reasons:
                    - {ground:FACTS_CHANGED, paths:[]}
                    - {ground:MANIFEST_CHANGED, paths:[catalog-info.yaml]}
            closed: {nodes:[]}
            counts: {asking:0, blocking:0, informing:0, missingApprovals:0, warning:1}
            facts:
              added: {nodes:[{ref:resource:default/db}]}
              changed:
                nodes:
                  -
                    entity: {ref:component:default/ledger}
                    fields:
                      - {after:service, before:null, field:type}
                      - {after:production, before:null, field:lifecycle}
              relationsChanged: {nodes:[]}
              relationsGained:
                nodes:
                  -
                    from: component:default/ledger
                    relation: dependsOn
                    strength: HARD
                    to: resource:default/db
              relationsLost: {nodes:[]}
              removed: {nodes:[]}
            findings:
              nodes:
                -
                  effect: WARN
                  message: `component:ledger` names `resource:db` (dependsOn), which nothing declares
                  place: {line:4, path:catalog-info.yaml}
                  rule: dangling-reference
                  subject: component:default/ledger
              totalCount: 1
            inform:
              nodes:
                -
                  affected: 0
                  changed: 1
                  owner: {ref:group:default/books}
                  reasons: [{distance:0, entity:{ref:component:default/ledger}}]
                -
                  affected: 1
                  changed: 0
                  owner: {ref:group:default/front}
                  reasons: [{distance:1, entity:{ref:component:default/shop}}]
            notes: []
            quiet: false
            reach:
              affected: {nodes:[{distance:1, ref:component:default/shop}]}
              owners: {nodes:[{affected:1, owner:{ref:group:default/front}}]}
              total: 1
            undecided: false
            unknown: {rulesCut:[], submodules:0, unplaced:0, unreadOwnershipFiles:[]}
            unplaced: []
            verdict: WARN
        "#]],
    );
}

#[test]
fn a_manifest_that_is_deleted_takes_its_entities_along() {
    let desk = Desk::new();
    desk.check(
        r#"repository: "ledger", paths: [{path: "catalog-info.yaml", status: DELETED}]"#,
        expect![[r#"
            __typename: ChangeCheck
            agree:
              nodes:
                -
                  given: false
                  ofPolicy: false
                  parties: [{entity:{ref:group:default/books}, written:@acme/books}]
                  required: true
                  rules: [{paths:[catalog-info.yaml], pattern:*}]
            changed:
              nodes:
                -
                  entity: {ref:component:default/ledger}
                  reasons:
                    - {ground:REMOVED, paths:[]}
                    - {ground:MANIFEST_CHANGED, paths:[catalog-info.yaml]}
            closed: {nodes:[]}
            counts: {asking:0, blocking:0, informing:0, missingApprovals:0, warning:1}
            facts:
              added: {nodes:[]}
              changed:
                nodes:
                  -
                    entity: {ref:component:default/ledger}
                    fields:
                      - {after:placeholder, before:declared, field:standing}
                      - {after:null, before:1, field:tier}
                      - {after:null, before:group:default/books, field:owner}
              relationsChanged: {nodes:[]}
              relationsGained: {nodes:[]}
              relationsLost:
                nodes: [{from:component:default/ledger, relation:ownedBy, to:group:default/books}]
              removed: {nodes:[]}
            findings:
              nodes:
                -
                  effect: WARN
                  message: `component:ledger` is removed, and `component:shop` still names it
                  place: {line:5, path:catalog-info.yaml}
                  rule: entity-removed-in-use
                  subject: component:default/ledger
              totalCount: 1
            inform:
              nodes:
                -
                  affected: 1
                  changed: 0
                  owner: {ref:group:default/front}
                  reasons: [{distance:1, entity:{ref:component:default/shop}}]
                -
                  affected: 0
                  changed: 1
                  owner: {ref:group:default/books}
                  reasons: [{distance:0, entity:{ref:component:default/ledger}}]
            notes: []
            quiet: false
            reach:
              affected: {nodes:[{distance:1, ref:component:default/shop}]}
              owners: {nodes:[{affected:1, owner:{ref:group:default/front}}]}
              total: 1
            undecided: false
            unknown: {rulesCut:[], submodules:0, unplaced:0, unreadOwnershipFiles:[]}
            unplaced: []
            verdict: WARN
        "#]],
    );
    let entity = r#"{ entity(ref: "ledger") { standing } }"#;
    let body = json!({"query": entity}).to_string().into_bytes();
    let runtime = Runtime::new().expect("a runtime can be built");
    let answer = runtime.block_on(desk.service.answer(body, desk.catalog.graph(), anybody()));
    assert!(String::from_utf8_lossy(&answer.body).contains("DECLARED"), "nothing was written");
}

#[test]
fn what_cannot_be_told_is_said() {
    let desk = Desk::new();
    let told = |arguments: &str| {
        let answer = desk.ask(arguments, ANSWER);
        let words = [&answer["__typename"], &answer["code"], &answer["notes"]];
        words.map(|word| word.to_string().replace('"', "")).join(" ").replace("null", "").trim().to_owned()
    };
    let told: Vec<String> = [
        MODIFIED.to_owned(),
        r#"repository: "nobody", paths: []"#.to_owned(),
        r#"repository: "ledger", paths: [{path: "../a", status: ADDED}]"#.to_owned(),
        r#"repository: "ledger", paths: [{path: "a", status: RENAMED, from: "/b"}]"#.to_owned(),
        r#"repository: "ledger", paths: []"#.to_owned(),
        format!("{MODIFIED}, {}", manifest("kind: [")),
    ]
    .iter()
    .map(|arguments| told(arguments))
    .collect();
    expect![[r#"
        ChangeCheck  [the text of `catalog-info.yaml` was not sent: it counts as what it said before]
        RepositoryNotFound
        ChangeNotChecked PATH_INVALID
        ChangeNotChecked PATH_INVALID
        ChangeCheck  []
        ChangeCheck  [`catalog-info.yaml` cannot be read whole: what it said before is kept]"#]]
    .assert_eq(&told.join("\n"));
}

#[test]
fn a_store_that_has_moved_on_is_told_and_one_that_is_missing_too() {
    let desk = Desk::new();
    let former = desk.catalog.graph();
    let other = sketch::repositories("repository acme/new\ncomponent:new").remove(0);
    let change = CatalogChange { visits: vec![Visit::Read(Box::new(other))] };
    desk.catalog.apply(&change, sketch::READ_AT).expect("it is applied");
    let query =
        format!("{{ check({MODIFIED}, {}) {{ ... on ChangeNotChecked {{ code }} }} }}", manifest(LEDGER));
    let body = json!({"query": query}).to_string().into_bytes();
    let runtime = Runtime::new().expect("a runtime can be built");
    let told = |service: &GraphqlService, graph| {
        let answer = runtime.block_on(service.answer(body.clone(), graph, anybody()));
        let answer: Value = serde_json::from_slice(&answer.body).expect("an answer is JSON");
        answer["data"]["check"]["code"].clone()
    };
    assert_eq!(told(&desk.service, former), json!("STORE_CHANGED"));
    assert_eq!(told(&desk.service, desk.catalog.graph()), Value::Null);
    assert_eq!(told(&service(GraphqlLimits::default()), desk.catalog.graph()), json!("STORE_MISSING"));
}
