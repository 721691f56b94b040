//! `[[identity]]`: names that mean one entity, where the files do not say so themselves.

use catalog_core::model::{EntityRef, EntityRefError, IdentityEntry, IdentityName, IdentityTable};
use schemars::JsonSchema;
use serde::Deserialize;

use super::Settings;

/// An entity with other names of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentitySettings {
    /// The entity, as in `group:default/payments`.
    pub entity: String,
    /// What files call it: `@organisation/team`, `@login`, an e-mail address, an ARI, an alias, or another
    /// reference.
    pub names: Vec<String>,
}

/// That an entry of the identity table names nothing.
#[derive(Debug, thiserror::Error)]
#[error("the settings' `identity` names `{text}`, which is no entity: {source}")]
pub struct IdentityError {
    text: String,
    source: EntityRefError,
}

impl Settings {
    /// The names that the settings unite.
    ///
    /// # Errors
    ///
    /// An entry's entity or one of its names cannot be read.
    pub fn identity_table(&self) -> Result<IdentityTable, IdentityError> {
        let entry = |entry: &IdentitySettings| {
            let wrong = |text: &str| {
                let text = text.to_owned();
                move |source| IdentityError { text, source }
            };
            let entity = EntityRef::parse_full(&entry.entity).map_err(wrong(&entry.entity))?;
            let names =
                entry.names.iter().map(|name| IdentityName::parse(name, &entity).map_err(wrong(name)));
            Ok(IdentityEntry { names: names.collect::<Result<_, _>>()?, entity })
        };
        Ok(IdentityTable { entries: self.identity.iter().map(entry).collect::<Result<_, _>>()? })
    }
}
