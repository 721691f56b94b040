//! What each field of the schema leads to, read off the schema itself so that no field is forgotten.

use std::collections::HashMap;

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition},
};

/// The fields of every type, with what they lead to.
#[derive(Debug, Default)]
pub(crate) struct CostTable {
    fields: HashMap<String, HashMap<String, FieldShape>>,
}

/// What a field leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldShape {
    /// The name of its type, without list and non-null marks.
    pub(crate) type_name: String,
    /// How many of them.
    pub(crate) count: FieldCount,
}

/// How many objects or values a field leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldCount {
    /// One or none.
    One,
    /// As many as its argument `first` or `last` says.
    Page,
    /// The rows of the page that the field's object is: counted with the page.
    Rows,
    /// As many as its argument `refs` or `paths` names.
    Named,
    /// A list without an argument that bounds it.
    List,
}

/// The arguments that name what a list has a row for each of.
pub(crate) const NAMING_ARGUMENTS: [&str; 2] = ["refs", "paths"];

impl CostTable {
    /// Reads the table off a schema in its definition language.
    pub(crate) fn of(sdl: &str) -> Self {
        let schema = parse_schema(sdl).expect("the schema that the server itself prints is one");
        let mut table = Self::default();
        for definition in schema.definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let definition = definition.node;
            let type_name = definition.name.node.to_string();
            let fields = match definition.kind {
                TypeKind::Object(object) => object.fields,
                TypeKind::Interface(interface) => interface.fields,
                _ => continue,
            };
            let shapes = fields
                .into_iter()
                .map(|field| (field.node.name.node.to_string(), FieldShape::of(&type_name, &field.node)));
            let shapes = shapes.collect();
            table.fields.insert(type_name, shapes);
        }
        table
    }

    /// What a field leads to; `None` for a field that the type does not have.
    pub(crate) fn field(&self, type_name: &str, field: &str) -> Option<&FieldShape> {
        self.fields.get(type_name)?.get(field)
    }
}

impl FieldShape {
    fn of(owner: &str, field: &FieldDefinition) -> Self {
        let (type_name, is_list) = unwrapped(&field.ty.node);
        let is_paged = field.arguments.iter().any(|argument| argument.node.name.node == "first");
        let is_named = || {
            let mut arguments = field.arguments.iter().map(|argument| argument.node.name.node.as_str());
            arguments.any(|name| NAMING_ARGUMENTS.contains(&name))
        };
        let count = if is_paged {
            FieldCount::Page
        } else if is_list && owner.ends_with("Connection") {
            FieldCount::Rows
        } else if is_list && is_named() {
            FieldCount::Named
        } else if is_list {
            FieldCount::List
        } else {
            FieldCount::One
        };
        Self { type_name, count }
    }
}

fn unwrapped(of: &Type) -> (String, bool) {
    let mut is_list = false;
    let mut of = of;
    loop {
        match &of.base {
            BaseType::Named(name) => return (name.to_string(), is_list),
            BaseType::List(inner) => {
                is_list = true;
                of = inner;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_of_a_field_is_read_off_the_schema() {
        let table = CostTable::of(
            "type Query { shop: Shop!  shops(first: Int): ShopConnection! }
             type ShopConnection { nodes: [Shop!]! totalCount: Int! }
             type Shop { tags: [String!]! near(refs: [String!]!): [Shop!]! }",
        );
        let count = |of: &str, field: &str| table.field(of, field).map(|shape| shape.count);
        assert_eq!(count("Query", "shop"), Some(FieldCount::One));
        assert_eq!(count("Query", "shops"), Some(FieldCount::Page));
        assert_eq!(count("ShopConnection", "nodes"), Some(FieldCount::Rows));
        assert_eq!(count("Shop", "tags"), Some(FieldCount::List));
        assert_eq!(count("Shop", "near"), Some(FieldCount::Named));
        assert_eq!(count("Shop", "nobody"), None);
    }

    #[test]
    fn every_connection_of_the_real_schema_has_a_page_size() {
        let table = CostTable::of(&crate::graphql::schema_sdl());
        for (type_name, fields) in &table.fields {
            for (field, shape) in fields {
                let is_connection = shape.type_name.ends_with("Connection");
                assert!(!is_connection || shape.count == FieldCount::Page, "{type_name}.{field}");
            }
        }
    }
}
