//! The intake's contract for programs: OpenAPI 3.1, made from what the handlers say of themselves and the published schema of incidents.

use baquiano::incident::schema;
use serde_json::Value;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{OpenApi as Made, Ref, RefOr, Schema};
use utoipa::{IntoResponses, Modify, OpenApi, PartialSchema, ToSchema};

use super::problem::Body;
use super::receipt;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "The intake of Baquiano's console",
        description = "Where field apps deliver incidents. Of the answers, those that say «again» are to be repeated later with the same key: nothing is taken twice.",
        version = "1",
        license(name = "MIT OR Apache-2.0")
    ),
    paths(super::take, super::tell, super::document, super::health),
    modifiers(&Token)
)]
struct Document;

struct Token;

impl Modify for Token {
    fn modify(&self, made: &mut Made) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        made.components.get_or_insert_default().add_security_scheme("token", scheme);
    }
}

/// Stands for a schema that is made elsewhere, by its name.
macro_rules! named {
    ($($name:ident),*) => {
        $(
            pub(super) struct $name;

            impl PartialSchema for $name {
                fn schema() -> RefOr<Schema> {
                    Ref::from_schema_name(stringify!($name)).into()
                }
            }

            impl ToSchema for $name {}
        )*
    };
}

named!(Incident, Phase, Receipt);

/// What any request may be told.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "describes answers; nothing is made of it")]
pub(super) enum Refused {
    /// No token that opens the intake. Everything pauses, and that is shown.
    #[response(status = 401, content_type = "application/problem+json", headers(("WWW-Authenticate" = String, description = "`Bearer`")))]
    Unknown(Body),
    /// It didn't come in in time: again.
    #[response(status = 408, content_type = "application/problem+json")]
    Late(Body),
    /// Too many requests with this token: again, later.
    #[response(status = 429, content_type = "application/problem+json", headers(("Retry-After" = u64, description = "Seconds until there is room")))]
    Many(Body),
    /// Something broke; nothing was kept: again.
    #[response(status = 500, content_type = "application/problem+json")]
    Broken(Body),
    /// It can't be kept now: again, later.
    #[response(status = 503, content_type = "application/problem+json", headers(("Retry-After" = u64, description = "Seconds")))]
    Busy(Body),
}

/// The document. It is checked in as `docs/openapi.json`.
#[must_use]
pub fn openapi() -> Value {
    let mut made = serde_json::to_value(Document::openapi()).unwrap_or_default();
    let (mut incident, receipt) = (schema(), receipt());
    if let (Some(schemas), Some(own)) = (made["components"]["schemas"].as_object_mut(), incident.as_object_mut()) {
        // A part of a document has no dialect and no address of its own; what it refers to stands beside it.
        own.retain(|name, _| !matches!(name.as_str(), "$schema" | "$id"));
        if let Some(Value::Object(parts)) = own.remove("$defs") {
            schemas.extend(parts);
        }
        schemas.extend([("Incident".to_owned(), incident), ("Receipt".to_owned(), receipt)]);
        schemas.values_mut().for_each(lead_beside);
    }
    made
}

/// Lets references within a schema lead to where its parts are in the document.
fn lead_beside(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| match value {
            Value::String(to) if name == "$ref" => *to = to.replace("#/$defs/", "#/components/schemas/"),
            value => lead_beside(value),
        }),
        Value::Array(values) => values.iter_mut().for_each(lead_beside),
        _ => {}
    }
}
