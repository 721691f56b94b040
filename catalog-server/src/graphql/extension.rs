//! What is asked of every request while the library answers it: whether its query is known to fit the schema, and
//! for each field whether the answer is still wanted and what it comes to.

use std::sync::{Arc, atomic::Ordering};

use async_graphql::{
    CacheControl, Response, ServerError, ServerResult, ValidationResult, Value,
    extensions::{
        Extension, ExtensionContext, ExtensionFactory, NextExecute, NextResolve, NextValidation, ResolveInfo,
    },
};

use super::{budget::AnswerBudget, field_errors::FieldErrors, vetting::ParsedQuery};

/// Among the data of a request that is held against the schema and not run.
pub(super) struct OnlyVetted;

/// Among the data of a request whose query need not be held against the schema again once it was found to fit.
pub(super) struct HeldOnce(pub(super) Arc<ParsedQuery>);

/// Makes each request keep to what is among its data.
pub(super) struct RequestExtension;

/// The same for one request.
#[derive(Default)]
struct OneRequest {
    errors: FieldErrors,
}

impl ExtensionFactory for RequestExtension {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(OneRequest::default())
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for OneRequest {
    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let Some(HeldOnce(query)) = ctx.data_opt() else { return next.run(ctx).await };
        if query.fits_schema.load(Ordering::Relaxed) {
            // None of these figures is read: vetting has its own.
            return Ok(ValidationResult { cache_control: CacheControl::default(), complexity: 0, depth: 0 });
        }
        let found = next.run(ctx).await?;
        query.fits_schema.store(true, Ordering::Relaxed);
        Ok(found)
    }

    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        if ctx.data_opt::<OnlyVetted>().is_some() {
            return Response::default();
        }
        let mut response = next.run(ctx, operation_name).await;
        self.errors.complete(&mut response);
        response
    }

    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let (path, type_name) = (info.path_node, info.return_type);
        let Some(budget) = ctx.data_opt::<Arc<AnswerBudget>>() else {
            return Ok(self.errors.settle(path, type_name, next.run(ctx, info).await));
        };
        // The library wants a value for every item of a list, so null it is, not nothing.
        if budget.spent().is_some() {
            return Ok(Some(Value::Null));
        }
        #[cfg(test)]
        misbehave(info.alias, budget);
        let key_bytes = info.alias.unwrap_or(info.name).len() as u64 + 4;
        let value = self.errors.settle(path, type_name, next.run(ctx, info).await);
        // Objects and lists were counted field by field and item by item.
        let value_bytes = match &value {
            Some(Value::String(text)) => text.len() as u64 + 2,
            Some(Value::Binary(written)) => written.len() as u64,
            Some(Value::Object(_) | Value::List(_)) => 2,
            _ => 4,
        };
        budget.take(key_bytes + value_bytes);
        Ok(value)
    }
}

/// What a resolver of ours never does, under names that only tests use.
#[cfg(test)]
fn misbehave(alias: Option<&str>, budget: &AnswerBudget) {
    match alias {
        Some("panics_in_a_test") => panic!("a test wants it so"),
        Some("never_ends_in_a_test") => {
            while budget.spent().is_none() {
                std::thread::yield_now();
            }
        }
        _ => {}
    }
}
