//! The entities that a question begins with: named one by one, or a list of them on standard input.

use std::io::Read;

use catalog_core::{
    graph::{CatalogGraph, Entity},
    query::find_entity,
};

use super::CommandError;

/// How much is read from standard input at most: a hundred thousand long names.
const INPUT_BYTES_MAX: u64 = 64 << 20;

/// The entities of some names; see [`names_given`].
pub(super) fn entities_named<'g>(
    graph: &'g CatalogGraph,
    names: &[String],
) -> Result<Vec<Entity<'g>>, CommandError> {
    names_given(names)?.iter().map(|name| Ok(find_entity(graph, name)?)).collect()
}

/// Names as they are given. The one name `-` stands for the lines of standard input; empty lines and those
/// that begin with `#` are passed over.
pub(super) fn names_given(names: &[String]) -> Result<Vec<String>, CommandError> {
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        if name != "-" {
            found.push(name.clone());
            continue;
        }
        let mut text = String::new();
        let input = std::io::stdin().lock().take(INPUT_BYTES_MAX + 1);
        std::io::BufReader::new(input).read_to_string(&mut text).map_err(|error| {
            CommandError::undecided(format!("the names on standard input could not be read: {error}"))
        })?;
        if text.len() as u64 > INPUT_BYTES_MAX {
            let message = format!("standard input holds more than {INPUT_BYTES_MAX} bytes of names");
            return Err(CommandError::undecided(message));
        }
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        found.extend(lines.map(str::to_owned));
    }
    if found.is_empty() {
        return Err(CommandError::usage("standard input names no entity")
            .hint("write one ref a line, as in `component:payments`"));
    }
    Ok(found)
}
