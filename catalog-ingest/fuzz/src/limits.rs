//! Limits that an input of a few kilobytes can reach.

use catalog_ingest::limits::ManifestLimits;

/// The limits on a manifest, made small.
pub fn small_limits() -> ManifestLimits {
    ManifestLimits {
        yaml_depth_max: 16,
        yaml_nodes_max: 1_000,
        yaml_documents_max: 10,
        yaml_expanded_nodes_max: 200,
        entity_relations_max: 20,
        entity_labels_max: 8,
        entity_description_bytes_max: 64,
        codeowners_rules_max: 40,
        codeowners_pattern_bytes_max: 64,
        codeowners_owners_max: 4,
        diagnostics_max: 12,
        codeowners_regexes_max: 10,
        owners_names_max: 12,
        owners_includes_max: 4,
        ..ManifestLimits::default()
    }
}
