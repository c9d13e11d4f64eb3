//! What the desk serves: services, apps, levels and areas, hours, priorities, channels.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AppId, ServiceId};

/// The catalog of the desk, as `catalog.yaml` holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// The locale of the content, e.g. `es-HN`.
    pub locale: String,
    /// The desk's name.
    pub name: String,
    /// The field apps.
    pub apps: Vec<App>,
    /// The areas that stand behind the levels.
    pub areas: Vec<Area>,
    /// The support levels.
    pub levels: Vec<Level>,
    /// The services, in the order in which they are offered.
    pub services: Vec<Service>,
    /// When the desk attends.
    pub hours: Hours,
    /// How impact and urgency give a priority, and what each priority promises.
    pub priorities: Priorities,
    /// Ways to reach the desk.
    pub channels: Vec<Channel>,
    /// What the desk must still complete.
    #[serde(default)]
    pub todo: Vec<String>,
}

impl Catalog {
    /// The service with an id.
    pub fn service(&self, id: &ServiceId) -> Option<&Service> {
        self.services.iter().find(|service| &service.id == id)
    }

    /// The app with an id.
    pub fn app(&self, id: &AppId) -> Option<&App> {
        self.apps.iter().find(|app| &app.id == id)
    }
}

/// A field app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct App {
    /// Its id.
    pub id: AppId,
    /// Its name as users know it.
    pub name: String,
    /// Its Android package.
    pub package: String,
    /// What it is for.
    pub purpose: String,
    /// How people write or say its name.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// A team behind a level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Area {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The level that it works for.
    pub level: u8,
}

/// A support level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// 1, 2 or 3.
    pub id: u8,
    /// Its name.
    pub name: String,
    /// What it does.
    pub does: String,
    /// The areas behind it.
    pub areas: Vec<String>,
}

/// A service of the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// Its name.
    pub name: String,
    /// The level that ends such cases.
    pub level: u8,
    /// The area that they go to.
    pub area: String,
    /// One sentence for its tile.
    pub summary: String,
    /// At most three words for its tile.
    pub tile: String,
    /// Usual impact, 1 (high) to 3.
    pub impact: u8,
    /// Usual urgency, 1 (high) to 3.
    pub urgency: u8,
    /// Words that users say of it.
    pub keywords: Vec<String>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// When the desk attends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// IANA time zone.
    pub time_zone: String,
    /// The zone's POSIX TZ rule, e.g. `CST6`: phones have no time zone database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone_rule: Option<String>,
    /// The days of the week.
    pub days: Vec<Weekday>,
    /// Opening time, `HH:MM`, local.
    pub opens: String,
    /// Closing time, `HH:MM`, local; that minute is already outside.
    pub closes: String,
    /// Days on which it is closed.
    pub holidays: Vec<Holiday>,
}

/// A day on which the desk is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// Its name.
    pub name: String,
}

/// Priorities: the matrix and the targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Priorities {
    /// Raised whenever the matrix changes, so that an incident says which one it was judged by.
    pub matrix_version: u32,
    /// Impact (`"1"`–`"3"`) → urgency (`"1"`–`"3"`) → priority.
    pub matrix: BTreeMap<String, BTreeMap<String, String>>,
    /// Priority → targets.
    pub targets: BTreeMap<String, Target>,
}

/// What a priority promises, in minutes of support hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Until the first answer.
    pub response_min: u32,
    /// Until it is resolved.
    pub resolution_min: u32,
}

/// A way to reach the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Channel {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where; the desk completes it.
    pub address: String,
    /// What it is for.
    #[serde(rename = "use")]
    pub purpose: String,
}
