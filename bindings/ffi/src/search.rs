//! Searching and completing.

use std::collections::{BTreeMap, HashMap};

use baquiano::kb::{AppId, FactId, FactValue, ServiceId};
use baquiano::search::{Answer, Context, Only, Suggestion};

use crate::{Desk, DeskError, guarded};

/// A question with what is known of who asks. What is known ranks; only `only_service` leaves anything out.
#[derive(Debug, Clone, Default, uniffi::Record)]
pub struct Query {
    /// What was typed or said.
    pub text: String,
    /// How many hits are wanted; 0 means the usual number.
    #[uniffi(default = 0)]
    pub limit: u32,
    /// The app; none: the one that the desk was opened for.
    #[uniffi(default = None)]
    pub app: Option<AppId>,
    /// The service that the user is looking at.
    #[uniffi(default = None)]
    pub service: Option<ServiceId>,
    /// Articles of this service alone: only when the user asked for it.
    #[uniffi(default = None)]
    pub only_service: Option<ServiceId>,
    /// Whether it is still being typed: then what finds nothing isn't noted as a gap in the content.
    #[uniffi(default = false)]
    pub typing: bool,
    /// Facts that are known, maker and Android release among them.
    pub facts: HashMap<FactId, FactValue>,
}

impl Query {
    fn into_core(self, desk: &Desk) -> baquiano::search::Query {
        let (vendor, android) = desk.phone();
        let told = |id: &str| self.facts.iter().find(|(fact, _)| fact.as_str() == id).map(|(_, value)| value.to_string());
        baquiano::search::Query {
            limit: self.limit as usize,
            context: Context {
                app: self.app.or_else(|| desk.app()),
                service: self.service,
                vendor: told("vendor").or(vendor),
                android: told("android").or(android),
                facts: self.facts.into_iter().collect::<BTreeMap<_, _>>(),
            },
            only: Only { service: self.only_service, ..Only::default() },
            text: self.text,
        }
    }
}

#[uniffi::export]
impl Desk {
    /// Finds articles for a question. What finds nothing is noted, redacted, as a gap in the content, unless it is still being typed.
    pub fn search(&self, query: Query) -> Result<Answer, DeskError> {
        guarded(|| {
            let typing = query.typing;
            let query = query.into_core(self);
            Ok(if typing { self.desk.search_while_typed(&query) } else { self.desk.search(&query) }?)
        })
    }

    /// Completes what is being typed.
    pub fn suggest(&self, query: Query) -> Result<Vec<Suggestion>, DeskError> {
        guarded(|| Ok(self.desk.suggest(&query.into_core(self))?))
    }
}
