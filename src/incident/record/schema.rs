//! The JSON Schema of the record, made from its types.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::{Incident, IncidentId, Moment};
use crate::incident::rules::Priority;

/// Types that are written as a text of a certain form.
macro_rules! written_as_text {
    ($($type:ident: $schema:tt)*) => {
        $(impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        })*
    };
}

written_as_text! {
    IncidentId: { "type": "string", "format": "uuid", "description": "A UUID of version 7." }
    Moment: { "type": "string", "format": "date-time" }
    Priority: { "type": "string", "pattern": "^P[1-9]$" }
}

/// The JSON Schema (2020-12) of an incident. It is checked in as `docs/incident.schema.json`.
pub fn schema() -> Value {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Incident>();
    let mut schema = serde_json::to_value(schema).unwrap_or_default();
    if let Some(object) = schema.as_object_mut() {
        object.insert("$id".to_owned(), json!("https://baquiano.example/incident.schema.json"));
        object.insert("title".to_owned(), json!("Incident"));
    }
    schema
}
