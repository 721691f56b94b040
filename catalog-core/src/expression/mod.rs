//! Which entities somebody means: an expression over the facts of one entity.
//!
//! The language is the Common Expression Language (cel-spec 0.25), as a library has it: no loops without an
//! end, no side effects, regular expressions in linear time. An expression sees these names:
//!
//! | name | type | is |
//! |---|---|---|
//! | `ref` | string | the canonical ref, as in `component:default/web` |
//! | `kind`, `name`, `title` | string | as in the ref; the title or an empty text |
//! | `type`, `lifecycle` | string | `spec.type`, `spec.lifecycle`, or an empty text |
//! | `tier` | int | 0 to 4; 9 where none is stated |
//! | `critical`, `declared`, `stale` | bool | of tier 0 or 1; declared by a manifest; of an earlier commit |
//! | `owner`, `system` | string | canonical refs, or empty texts |
//! | `repository` | string | the id of the repository that declares it, or an empty text |
//! | `tags`, `data` | list of strings | tags; classes of data |
//! | `labels`, `annotations` | map | by key |

use std::collections::HashMap;

use cel::{Context, ExecutionError, Program, Value};

use crate::{
    graph::{CatalogGraph, Entity},
    model::KeyedText,
};

/// How long an expression may be.
pub const EXPRESSION_BYTES_MAX: usize = 4_096;

/// How deep brackets may lie in each other: the library's parser calls itself for each.
pub const EXPRESSION_DEPTH_MAX: usize = 16;

/// How many operators an expression may have, for the same reason.
pub const EXPRESSION_OPERATORS_MAX: usize = 200;

/// The tier of an entity that states none: after all that there are.
const NO_TIER: i64 = 9;

type Fact = fn(Entity<'_>) -> Value;

/// What each name means, in the order of the table above.
const FACTS: [(&str, Fact); 17] = [
    ("ref", |entity| entity.name().to_string().into()),
    ("kind", |entity| entity.name().kind().into()),
    ("name", |entity| entity.name().name().into()),
    ("title", |entity| entity.title().unwrap_or_default().into()),
    ("type", |entity| entity.entity_type().unwrap_or_default().into()),
    ("lifecycle", |entity| entity.lifecycle().unwrap_or_default().into()),
    ("tier", |entity| entity.tier().map_or(NO_TIER, |tier| tier.number().into()).into()),
    ("critical", |entity| entity.is_critical().into()),
    ("declared", |entity| (!entity.is_placeholder()).into()),
    ("stale", |entity| entity.staleness().is_some().into()),
    ("owner", |entity| ref_or_empty(entity.owner())),
    ("system", |entity| ref_or_empty(entity.system())),
    ("repository", |entity| {
        entity.repository().map(|repository| repository.id().to_string()).unwrap_or_default().into()
    }),
    ("tags", |entity| list(entity.tags())),
    ("data", |entity| list(entity.data_classes())),
    ("labels", |entity| map(entity.labels())),
    ("annotations", |entity| map(entity.annotations())),
];

fn ref_or_empty(entity: Option<Entity<'_>>) -> Value {
    entity.map(|entity| entity.name().to_string()).unwrap_or_default().into()
}

fn list(texts: &[Box<str>]) -> Value {
    texts.iter().map(ToString::to_string).collect::<Vec<String>>().into()
}

fn map(texts: &[KeyedText]) -> Value {
    let pairs = texts.iter().map(|(key, value)| (key.to_string(), value.value.to_string()));
    pairs.collect::<HashMap<String, String>>().into()
}

/// An expression that is true of some entities.
#[derive(Debug)]
pub struct EntityExpression {
    text: String,
    program: Program,
    /// The facts that it names.
    facts: Vec<(&'static str, Fact)>,
}

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionError {
    /// It is longer than any that makes sense.
    #[error("the expression is {0} bytes, over the limit `expression_bytes_max` of {EXPRESSION_BYTES_MAX}")]
    TooLong(usize),
    /// Its brackets lie deeper in each other than any that make sense.
    #[error(
        "the expression is {0} brackets deep, over the limit `expression_depth_max` of {EXPRESSION_DEPTH_MAX}"
    )]
    TooDeep(usize),
    /// It has more operators than any that makes sense.
    #[error(
        "the expression has {0} operators, over the limit `expression_operators_max` of {EXPRESSION_OPERATORS_MAX}"
    )]
    TooManyOperators(usize),
    /// It cannot be read.
    #[error("`{text}` is no expression: {message}")]
    Syntax {
        /// The expression.
        text: String,
        /// What is wrong with it.
        message: String,
    },
    /// It names something that an entity does not have.
    #[error("`{text}` names `{name}`, expected one of {known}", known = known_names())]
    UnknownName {
        /// The expression.
        text: String,
        /// The name.
        name: String,
    },
    /// It can be read, and does not say yes or no.
    #[error("`{text}` cannot be answered for `{entity}`: {message}")]
    NoAnswer {
        /// The expression.
        text: String,
        /// The entity, in short.
        entity: String,
        /// Why not.
        message: String,
    },
}

fn known_names() -> String {
    FACTS.map(|(name, _)| format!("`{name}`")).join(", ")
}

impl EntityExpression {
    /// Reads an expression.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        if text.len() > EXPRESSION_BYTES_MAX {
            return Err(ExpressionError::TooLong(text.len()));
        }
        let (depth, operators) = complexity(text);
        if depth > EXPRESSION_DEPTH_MAX {
            return Err(ExpressionError::TooDeep(depth));
        }
        if operators > EXPRESSION_OPERATORS_MAX {
            return Err(ExpressionError::TooManyOperators(operators));
        }
        let syntax = |message: String| ExpressionError::Syntax { text: text.into(), message };
        let program = with_room(|| Program::compile(text).map_err(|errors| first_line(&errors.to_string())));
        let program = program.map_err(syntax)?;
        let references = program.references();
        let facts = FACTS.into_iter().filter(|(name, _)| references.has_variable(name)).collect();
        Ok(Self { text: text.into(), program, facts })
    }

    fn matches(&self, entity: Entity<'_>) -> Result<bool, ExpressionError> {
        let mut context = Context::default();
        for (name, fact) in &self.facts {
            context.add_variable_from_value(*name, fact(entity));
        }
        let no_answer = |message: String| ExpressionError::NoAnswer {
            text: self.text.clone(),
            entity: entity.name().short(),
            message,
        };
        match self.program.execute(&context) {
            Ok(Value::Bool(is_true)) => Ok(is_true),
            Ok(other) => {
                let found = other.type_of().to_string();
                Err(no_answer(format!("it is of type {found}, expected true or false")))
            }
            Err(ExecutionError::UndeclaredReference(name)) => {
                Err(ExpressionError::UnknownName { text: self.text.clone(), name: name.to_string() })
            }
            Err(error) => Err(no_answer(error.to_string())),
        }
    }

    /// The entities that it is true of, in the order of their refs. O(entities).
    pub fn select<'g>(&self, graph: &'g CatalogGraph) -> Result<Vec<Entity<'g>>, ExpressionError> {
        with_room(|| {
            let mut selected = Vec::new();
            for entity in graph.entities() {
                if self.matches(entity)? {
                    selected.push(entity);
                }
            }
            Ok(selected)
        })
    }
}

/// Runs something on a thread with enough stack for the deepest expression: the library's parser takes some
/// twenty calls for each bracket and each operator.
fn with_room<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    const STACK_BYTES: usize = 256 << 20;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, run);
        let thread = thread.expect("the system has room for one more thread");
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// How deep brackets lie in each other, and how many signs of operators there are; texts count too, which
/// does no harm.
fn complexity(text: &str) -> (usize, usize) {
    let (mut depth, mut deepest, mut operators) = (0_usize, 0, 0);
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '!' | '-' | '+' | '*' | '/' | '%' | '&' | '|' | '?' | '<' | '>' | '=' | '.' | ',' => {
                operators += 1;
            }
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    (deepest, operators)
}

/// The first line of a message: the others draw where it is.
fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().trim_start_matches("ERROR: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch;

    const SHOP: &str = "
        component:web tier 1 type website owner group:shop tag react,shop label zone=a system system:store
        resource:stripe type saas owner group:shop
        resource:db type database data pii,payment annotation example.com/chat=room
        component:web -> resource:stripe component:gone
    ";

    fn check(expression: &str, expected: &str) {
        let graph = sketch::graph(SHOP);
        let found = EntityExpression::parse(expression).and_then(|expression| expression.select(&graph));
        let text = match found {
            Ok(entities) => entities.iter().map(|entity| entity.name().short()).collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string(),
        };
        assert_eq!(text, expected, "{expression}");
    }

    #[test]
    fn facts_are_compared() {
        check("type == 'saas'", "resource:stripe");
        check("tier <= 1 && kind == 'component'", "component:web");
        check("critical", "component:web");
        check("'pii' in data", "resource:db");
        check("tags.exists(tag, tag.startsWith('rea'))", "component:web");
        check("'zone' in labels && labels['zone'] == 'a'", "component:web");
        check("'example.com/chat' in annotations", "resource:db");
        check("!declared && kind == 'component'", "component:gone");
        check(
            "name.matches('^str.*e$') || system == 'system:default/store'",
            "component:web resource:stripe",
        );
        check("owner == 'group:default/shop' && type == 'nothing'", "");
    }

    #[test]
    fn what_cannot_be_answered_says_why() {
        assert!(matches!(EntityExpression::parse("type =="), Err(ExpressionError::Syntax { .. })));
        let graph = sketch::graph(SHOP);
        let unknown = EntityExpression::parse("colour == 'red'").and_then(|it| it.select(&graph).map(|_| ()));
        let message = unknown.map_err(|error| error.to_string());
        assert!(message.is_err_and(|message| message.contains("names `colour`, expected one of `ref`")));
        check(
            "name",
            "`name` cannot be answered for `component:gone`: it is of type string, expected true or false",
        );
        let long = "true || ".repeat(1_000) + "true";
        assert_eq!(EntityExpression::parse(&long).map(|_| ()), Err(ExpressionError::TooLong(8_004)));
        let parse = |text: &str| EntityExpression::parse(text).map(|_| ());
        let nested = |depth: usize| "(".repeat(depth) + "true" + &")".repeat(depth);
        assert_eq!(parse(&nested(EXPRESSION_DEPTH_MAX)), Ok(()));
        assert_eq!(parse(&nested(1_000)), Err(ExpressionError::TooDeep(1_000)));
        assert_eq!(parse(&("!".repeat(4_000) + "true")), Err(ExpressionError::TooManyOperators(4_000)));
    }

    #[test]
    fn the_largest_expressions_are_answered() {
        let sum = "1+".repeat(EXPRESSION_OPERATORS_MAX - 2) + "1 == 199";
        let everything = sketch::graph(SHOP);
        let everything: Vec<String> = everything.entities().map(|entity| entity.name().short()).collect();
        check(&sum, &everything.join(" "));
        let nots = "!".repeat(EXPRESSION_OPERATORS_MAX) + "critical";
        check(&nots, "component:web");
    }
}
