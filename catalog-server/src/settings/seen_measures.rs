//! What an organisation measures by, as those are told from whom a part of the catalog is hidden: without the
//! journeys and exemptions that name anything that they do not see.

use catalog_core::{gaps::EntityPattern, graph::CatalogGraph};
use toml::{Table, Value};

use super::{MeasuresError, measures::MeasuresDocument};

/// Of a document of [measures](super::Settings::measures), what may be told to those who see a graph.
///
/// Everything stays but for the entries of `[[journey]]`, `[[gaps.exemption]]` and the exemptions of policies that
/// name an entity or an owner that is not in the graph, whether it is hidden or nowhere. Where nothing is left
/// out, the text is as it was; else its lines are others. O(document), and O(entities) for each name with a `*`.
///
/// # Errors
///
/// The document is none.
pub fn seen_measures(document: &str, graph: &CatalogGraph) -> Result<String, MeasuresError> {
    let invalid = |error: &dyn std::fmt::Display| MeasuresError::Invalid(error.to_string());
    let mut document: MeasuresDocument = serde_json::from_str(document).map_err(|error| invalid(&error))?;
    let mut tables: Table = toml::from_str(&document.text).map_err(|error| invalid(&error.message()))?;
    let mut is_cut = keep_seen(&mut tables, "journey", &["hops", "from", "to", "owner"], graph);
    if let Some(Value::Table(gaps)) = tables.get_mut("gaps") {
        is_cut |= keep_seen(gaps, "exemption", &["entity", "system", "owner"], graph);
    }
    if let Some(Value::Array(policies)) = tables.get_mut("gate") {
        for policy in policies.iter_mut().filter_map(Value::as_table_mut) {
            is_cut |= keep_seen_of_policy(policy, graph);
        }
    }
    if is_cut {
        document.text = toml::to_string(&tables).map_err(|error| invalid(&error))?;
    }
    for file in document.policies.iter_mut().flatten() {
        let Ok(text) = &file.text else { continue };
        match toml::from_str::<Table>(text) {
            Ok(mut policy) => {
                if keep_seen_of_policy(&mut policy, graph) {
                    file.text = Ok(toml::to_string(&policy).map_err(|error| invalid(&error))?);
                }
            }
            // What it names is not known.
            Err(_) => file.text = Err("it is not understood".to_owned()),
        }
    }
    serde_json::to_string(&document).map_err(|error| invalid(&error))
}

fn keep_seen_of_policy(policy: &mut Table, graph: &CatalogGraph) -> bool {
    keep_seen(policy, "exempt", &["entity", "owner"], graph)
}

/// Leaves out the entries of the list under a key that name something in one of these fields that is not in the
/// graph; whether there were any.
fn keep_seen(table: &mut Table, key: &str, fields: &[&str], graph: &CatalogGraph) -> bool {
    let Some(Value::Array(entries)) = table.get_mut(key) else { return false };
    let before = entries.len();
    entries.retain(|entry| {
        let names = fields.iter().filter_map(|field| entry.get(field));
        names.flat_map(texts).all(|name| name.is_some_and(|name| is_seen(name, graph)))
    });
    entries.len() < before
}

/// A text, or those of a list; nothing in place of what is none.
fn texts(value: &Value) -> Vec<Option<&str>> {
    match value {
        Value::Array(values) => values.iter().map(Value::as_str).collect(),
        value => vec![value.as_str()],
    }
}

/// Whether what a name or a pattern means is in the graph. One without a kind is a group.
fn is_seen(name: &str, graph: &CatalogGraph) -> bool {
    let name = name.trim();
    let of_group = format!("group:{name}");
    let pattern = EntityPattern::parse(if name.contains(':') { name } else { &of_group });
    pattern.is_some_and(|pattern| pattern.means_any_of(graph))
}

#[cfg(test)]
mod tests {
    use catalog_core::sketch::graph;

    use super::*;
    use crate::settings::Settings;

    const SERVER: &str = "\
[gaps]
departed_days = 7 # a remark
[[gaps.exemption]]
entity = 'component:web'
code = 'unowned'
owner = 'group:shop'
reason = 'why'
until = '2099-01-01'
[[gaps.exemption]]
entity = 'component:wage-*'
code = 'unowned'
owner = 'group:shop'
reason = 'wages are a secret'
until = '2099-01-01'
[[journey]]
name = 'taking wages'
hops = ['component:web', 'component:wages']
[[journey]]
name = 'buying'
from = 'component:web'
to = 'component:cart'
owner = 'shop'
[[journey]]
name = 'being paid'
from = 'component:web'
to = 'component:cart'
owner = 'wagepeople'
[[gate]]
name = 'ready'
[[gate.check]]
demand = 'owner'
[[gate.exempt]]
entity = 'component:wages'
check = 'owner'
until = '2099-01-01'
owner = 'group:shop'
reason = 'wages'
[policy]
folder = 'policies'
";
    const POLICY: &str = "\
# a policy
[[check]]
demand = 'owner'
[[exempt]]
entity = 'component:web'
check = 'owner'
until = '2099-01-01'
owner = 'group:shop'
reason = 'why'
";

    fn told(policy: &str) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("policies")).expect("a folder");
        std::fs::write(folder.path().join("policies/other.toml"), policy).expect("written");
        let path = folder.path().join("catalog.toml");
        std::fs::write(&path, SERVER).expect("written");
        Settings::read(Some(&path)).expect("they are understood").measures().expect("they can be told")
    }

    #[test]
    fn what_names_anything_that_is_not_seen_is_left_out() {
        let whole = told(&POLICY.replace("component:web", "component:wages"));
        let seen = seen_measures(
            &whole,
            &graph("group:shop\ncomponent:cart\ncomponent:web -> component:cart owner group:shop"),
        )
        .expect("measures");
        assert!(whole.contains("wage") && !seen.contains("wage"), "{seen}");
        let mut client = Settings::default();
        client.measure_by(seen.as_bytes()).expect("they are understood");
        assert_eq!(client.gaps.departed_days, Some(7));
        assert_eq!((client.gaps.exemption.len(), client.journey.len()), (1, 1));
        assert_eq!(client.journey[0].name, "buying");
        assert_eq!((client.gate.len(), client.gate[0].check.len(), client.gate[0].exempt.len()), (1, 1, 0));
        let policies = client.policies();
        assert_eq!(policies.policies.len(), 2, "{:?}", policies.faults);
    }

    #[test]
    fn where_everything_is_seen_the_text_is_as_it_was() {
        let whole = told(POLICY);
        let all = "component:web -> component:cart component:wages component:wage-slip owner group:shop\n\
                   component:cart owner group:wagepeople";
        assert_eq!(seen_measures(&whole, &graph(all)).expect("measures"), whole);
    }

    #[test]
    fn a_policy_that_is_not_understood_is_not_told() {
        let seen = seen_measures(&told("wages = ["), &graph("component:web")).expect("measures");
        assert!(!seen.contains("wage"), "{seen}");
        assert!(seen_measures("[", &CatalogGraph::empty()).is_err());
    }
}
