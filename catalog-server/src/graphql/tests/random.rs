//! Questions that nobody thought of: random ones that fit the schema, whose answers must fit it, too.
//!
//! An answer has the keys that were asked for and no others, null only where the schema has it, lists
//! where it has lists. That is checked against the schema as it is printed, without the library.

use std::{collections::HashMap, fmt::Write};

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, InputValueDefinition, Type, TypeKind, TypeSystemDefinition},
};
use proptest::prelude::*;

use super::*;

/// How deep questions go.
const DEPTH_MAX: u64 = 4;

struct Schema(HashMap<String, TypeKind>);

/// What is asked of an object.
enum Part {
    /// A field by its key; `on` tells whether no directive leaves it out.
    Field { key: String, text: String, ty: Type, on: bool, below: Vec<Part> },
    /// What is asked of objects of one type only.
    Of { type_name: String, parts: Vec<Part> },
    /// The name of the type.
    TypeName,
}

/// Numbers that follow from a first one (Steele, Lea and Flood, "Fast splittable pseudorandom number generators").
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let index = self.below(of.len() as u64);
        &of[usize::try_from(index).expect("an index")]
    }
}

impl Schema {
    fn new() -> Self {
        let document = parse_schema(schema_sdl()).expect("the schema is one");
        let types = document.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(of) => Some((of.node.name.node.to_string(), of.node.kind)),
            _ => None,
        });
        Self(types.collect())
    }

    fn is_leaf(&self, type_name: &str) -> bool {
        matches!(self.0.get(type_name), None | Some(TypeKind::Enum(_) | TypeKind::Scalar))
    }

    fn fields(&self, type_name: &str) -> Vec<&FieldDefinition> {
        let fields = match &self.0[type_name] {
            TypeKind::Object(object) => &object.fields,
            TypeKind::Interface(interface) => &interface.fields,
            _ => return Vec::new(),
        };
        fields.iter().map(|field| &field.node).collect()
    }

    /// The objects that a type stands for; none for one that is an object itself.
    fn members(&self, type_name: &str) -> Vec<String> {
        match &self.0[type_name] {
            TypeKind::Union(union) => union.members.iter().map(|member| member.node.to_string()).collect(),
            TypeKind::Interface(_) => {
                let implements = |kind: &TypeKind| match kind {
                    TypeKind::Object(object) => object.implements.iter().any(|name| name.node == type_name),
                    _ => false,
                };
                let members = self.0.iter().filter(|(_, kind)| implements(kind));
                let mut members: Vec<_> = members.map(|(name, _)| name.clone()).collect();
                members.sort();
                members
            }
            _ => Vec::new(),
        }
    }

    /// Something to ask of a type.
    fn parts(&self, type_name: &str, depth: u64, dice: &mut Dice) -> Vec<Part> {
        let mut parts = Vec::new();
        let members = self.members(type_name);
        // Else one cannot tell what was answered.
        if !members.is_empty() || dice.below(10) == 0 {
            parts.push(Part::TypeName);
        }
        for member in members {
            if dice.below(3) > 0 {
                parts.push(Part::Of { parts: self.parts(&member, depth, dice), type_name: member });
            }
        }
        let mut fields = self.fields(type_name);
        if depth == 0 {
            fields.retain(|field| self.is_leaf(named(&field.ty.node)));
        }
        if !fields.is_empty() {
            for _ in 0..=dice.below(4) {
                let field = *dice.pick(&fields);
                parts.push(self.field(field, depth, dice));
            }
        }
        if parts.is_empty() {
            parts.push(Part::TypeName);
        }
        parts
    }

    fn field(&self, field: &FieldDefinition, depth: u64, dice: &mut Dice) -> Part {
        // Every key is another one, so that nothing has to be joined.
        let key = format!("k{}", dice.below(1 << 60));
        let mut text = format!("{key}: {}", field.name.node);
        let mut before = '(';
        for argument in &field.arguments {
            let argument = &argument.node;
            // A cursor that nobody has made is refused, and so is much that pages by it.
            let odds =
                if ["after", "before", "last"].contains(&argument.name.node.as_str()) { 60 } else { 4 };
            if must_be_given(argument) || dice.below(odds) == 0 {
                write!(text, "{before}{}: ", argument.name.node).expect("a text can be written to");
                self.write_value(&mut text, &argument.ty.node, argument.name.node.as_str(), 0, dice);
                before = ',';
            }
        }
        if before == ',' {
            text.push(')');
        }
        let on = match dice.below(25) {
            0 => {
                text.push_str(" @skip(if: true)");
                false
            }
            1 => {
                text.push_str(" @include(if: true)");
                true
            }
            _ => true,
        };
        let ty = field.ty.node.clone();
        let below = match named(&ty) {
            leaf if self.is_leaf(leaf) => Vec::new(),
            object => self.parts(object, depth.saturating_sub(1), dice),
        };
        Part::Field { key, text, ty, on, below }
    }

    fn write_value(&self, out: &mut String, ty: &Type, name: &str, depth: u64, dice: &mut Dice) {
        let type_name = match &ty.base {
            BaseType::List(item) => {
                out.push('[');
                for _ in 0..dice.below(3) {
                    self.write_value(out, item, name, depth, dice);
                    out.push(',');
                }
                return out.push(']');
            }
            BaseType::Named(type_name) => type_name.as_str(),
        };
        match self.0.get(type_name) {
            Some(TypeKind::Enum(of)) => out.push_str(dice.pick(&of.values).node.value.node.as_str()),
            Some(TypeKind::InputObject(of)) => {
                out.push('{');
                for field in &of.fields {
                    let field = &field.node;
                    if must_be_given(field) || depth < 2 && dice.below(4) == 0 {
                        write!(out, "{}: ", field.name.node).expect("a text can be written to");
                        self.write_value(out, &field.ty.node, field.name.node.as_str(), depth + 1, dice);
                        out.push(',');
                    }
                }
                out.push('}');
            }
            _ => {
                let value = match (type_name, name) {
                    ("Int", _) => dice.pick(&["0", "1", "2", "10", "-1"]),
                    ("Float", _) => dice.pick(&["0.5", "99.9"]),
                    ("Boolean", _) => dice.pick(&["true", "false"]),
                    (_, "repository" | "repositories") => dice.pick(&[r#""shop/web""#, r#""no/where""#]),
                    _ => dice.pick(&[
                        r#""web""#,
                        r#""api""#,
                        r#""db""#,
                        r#""group:shop""#,
                        r#""nobody""#,
                        r#""""#,
                    ]),
                };
                out.push_str(value);
            }
        }
    }

    /// Holds the object of a type against what was asked of it.
    fn check_object(&self, type_name: &str, parts: &[Part], object: &Value) -> Result<(), String> {
        let object = object.as_object().ok_or_else(|| format!("{type_name}: {object} is no object"))?;
        let type_name = object.get("__typename").and_then(Value::as_str).unwrap_or(type_name);
        let mut asked = Vec::new();
        self.collect(type_name, parts, &mut asked);
        for key in object.keys().filter(|key| *key != "__typename") {
            if !asked.iter().any(|(asked, ..)| asked == key) {
                return Err(format!("{type_name}.{key} was not asked for"));
            }
        }
        for (key, ty, below) in asked {
            let value = object.get(key).ok_or_else(|| format!("{type_name}.{key} is not there"))?;
            self.check(ty, below, value).map_err(|fault| format!("{type_name}.{key}: {fault}"))?;
        }
        Ok(())
    }

    fn collect<'p>(
        &self,
        type_name: &str,
        parts: &'p [Part],
        asked: &mut Vec<(&'p str, &'p Type, &'p [Part])>,
    ) {
        for part in parts {
            match part {
                Part::Field { key, ty, on: true, below, .. } => asked.push((key, ty, below)),
                Part::Of { type_name: of, parts } if of == type_name => self.collect(type_name, parts, asked),
                _ => {}
            }
        }
    }

    fn check(&self, ty: &Type, below: &[Part], value: &Value) -> Result<(), String> {
        if value.is_null() {
            return if ty.nullable { Ok(()) } else { Err(format!("null where the schema has {ty}")) };
        }
        let type_name = match &ty.base {
            BaseType::List(item) => {
                let items = value.as_array().ok_or_else(|| format!("{value} where the schema has {ty}"))?;
                return items.iter().try_for_each(|value| self.check(item, below, value));
            }
            BaseType::Named(type_name) => type_name.as_str(),
        };
        let is_value = match (type_name, self.0.get(type_name)) {
            ("Int", _) => value.is_i64(),
            ("Float", _) => value.is_number(),
            ("Boolean", _) => value.is_boolean(),
            (_, None | Some(TypeKind::Scalar)) => value.is_string(),
            (_, Some(TypeKind::Enum(of))) => of.values.iter().any(|of| *value == of.node.value.node.as_str()),
            _ => return self.check_object(type_name, below, value),
        };
        if is_value { Ok(()) } else { Err(format!("{value} where the schema has {ty}")) }
    }
}

fn named(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(item) => named(item),
    }
}

fn must_be_given(of: &InputValueDefinition) -> bool {
    !of.ty.node.nullable && of.default_value.is_none()
}

fn write_parts(out: &mut String, parts: &[Part]) {
    out.push_str(" {");
    for part in parts {
        out.push(' ');
        match part {
            Part::TypeName => out.push_str("__typename"),
            Part::Of { type_name, parts } => {
                out.push_str("... on ");
                out.push_str(type_name);
                write_parts(out, parts);
            }
            Part::Field { text, below, .. } => {
                out.push_str(text);
                if !below.is_empty() {
                    write_parts(out, below);
                }
            }
        }
    }
    out.push_str(" }");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn whatever_fits_the_schema_is_answered_as_the_schema_says(first in any::<u64>()) {
        thread_local! {
            static ASKED: (Schema, GraphqlService, Runtime, Arc<CatalogGraph>) = (
                Schema::new(),
                service(GraphqlLimits { cost_max: 1_000_000, ..GraphqlLimits::default() }),
                Runtime::new().expect("a runtime can be built"),
                Arc::new(sketch::graph(SHOP)),
            );
        }
        ASKED.with(|(schema, service, runtime, graph)| {
            let mut dice = Dice(first);
            let depth = dice.below(DEPTH_MAX);
            let parts = schema.parts("Query", depth, &mut dice);
            let mut query = String::from("query");
            write_parts(&mut query, &parts);
            let body = json!({"query": query}).to_string().into_bytes();
            let answer = runtime.block_on(service.answer(body, Arc::clone(graph), anybody()));
            let body: Value = serde_json::from_slice(&answer.body).expect("an answer is JSON");
            let errors = body["errors"].as_array().map_or(&[][..], Vec::as_slice);
            for error in errors {
                let code = error["extensions"]["code"].as_str().unwrap_or_default();
                prop_assert!(
                    ["ARGUMENT_INVALID", "CURSOR_INVALID", "LIMIT_EXCEEDED"].contains(&code),
                    "{query}\n{error:#}"
                );
            }
            if let Err(fault) = schema.check_object("Query", &parts, &body["data"]) {
                // An error may take the whole answer with it.
                prop_assert!(body["data"].is_null() && !errors.is_empty(), "{query}\n{fault}\n{body:#}");
            }
            Ok(())
        })?;
    }
}
