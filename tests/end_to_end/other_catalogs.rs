//! Files that were written for other catalogs, from the repository to the answer.

use crate::support::{World, rows, text};

const PORT: &str =
    "- identifier: checkout\n  blueprint: paymentRail\n  relations: { team: shop, squad: money }\n";

#[test]
fn a_repository_that_opslevel_declares_is_owned_by_whom_it_names() {
    let world = World::new();
    world.commit("acme/tool.git", [("opslevel.yml", "version: 1\nrepository:\n  owner: dx\n  tier:\n")]);
    world.commit("acme/dead.git", [("opslevel.yaml", "version: 1\nservice:\n  name: never read\n")]);
    let crawl = world.run("crawl acme").ends_with(0);
    crawl.says(&["manifest-misnamed", "rename it to `opslevel.yml`"]);
    let owner = world.json("owner resource:repository/acme/tool");
    assert_eq!(text(&owner, "owner"), "group:default/dx", "{owner:#}");
    assert_eq!(rows(&world.json("list --kind component"), "entities").len(), 0);
}

#[test]
fn the_words_of_port_mean_what_the_settings_say() {
    let world = World::new();
    world.commit("acme/rails.git", [("port.yml", PORT)]);
    world.commit("acme/ansible.git", [("port.yml", "- hosts: all\n  tasks: []\n")]);
    world.run("crawl acme").ends_with(0);
    let status = world.json("status");
    let uncatalogued = rows(&status, "repositories").iter().filter(|row| row["manifests"] == 0).count();
    assert_eq!(uncatalogued, 1, "a playbook is no manifest: {status:#}");
    let owner = world.json("owner resource:checkout");
    assert_eq!(text(&owner, "owner"), "group:default/shop", "{owner:#}");
    // Other settings read the same commit anew.
    let settings =
        "[port.blueprints]\npayment_rail = \"component:rail\"\n[port.relations]\nowned_by = [\"squad\"]\n";
    world.write("catalog.toml", settings);
    world.run("crawl acme").ends_with(0);
    let owner = world.json("owner component:checkout");
    assert_eq!(text(&owner, "owner"), "group:default/money", "{owner:#}");
    world.write("catalog.toml", "[port.blueprints]\npayment_rail = \"train\"\n");
    world.run("crawl acme").ends_with(64).says(&["line 2", "`train` is no kind"]);
}
