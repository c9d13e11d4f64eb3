//! A flow as content writes it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{ArticleId, Condition, FactId, FactValue, FaultId, MediaId, ServiceId, Variant};

/// The flow that leads to all others: from what a person writes or chooses to what guides them.
pub const ENTRANCE: &str = "clasificacion";

/// Most faults, most remedies, and most facts of a flow. Chosen: some five times what the largest has; a phone with 2 GB holds such a flow in a few
/// MB and takes a step of it in milliseconds.
pub const MAX_OF_EACH: usize = 250;

/// What may lie behind a complaint, how each cause shows, and what mends it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// Its id, e.g. `gps`; also its file name.
    pub flow: String,
    /// The service that it belongs to.
    pub service: ServiceId,
    /// What a person calls the complaint.
    pub title: String,
    /// What must be true for the complaint to be gone. Only this ends a session as resolved.
    pub goal: Goal,
    /// What is so on a phone on which nothing is wrong, as far as a fault doesn't say otherwise.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub normal: BTreeMap<FactId, Condition>,
    /// The same for what is often otherwise without being the cause.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub usual: BTreeMap<FactId, Condition>,
    /// The faults.
    pub faults: Vec<Fault>,
    /// What a person is asked before anything else, in this order, unless what was read shows the cause.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub first: Vec<FactId>,
    /// The remedies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<Remedy>,
    /// Remedies of `remedies.yaml`, which several flows share. Reading puts them with the flow's own and leaves this empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty", rename = "use")]
    pub shared: Vec<String>,
    /// Facts that the desk wants to know of whatever it is handed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub report: Vec<FactId>,
    /// Where a case goes that no fault explains.
    pub otherwise: Escalation,
}

/// The test of success.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// The fact that tells.
    pub fact: FactId,
    /// The value with which the complaint is gone.
    pub is: Condition,
}

/// A root cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Its id, e.g. `gps.location-off`; stable.
    pub id: FaultId,
    /// What a technician calls it.
    pub name: String,
    /// How often it is the cause, against the other faults of the flow.
    pub prior: f32,
    /// What is so under it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub signs: BTreeMap<FactId, Condition>,
    /// How likely each value is under it, where that isn't certain; the rest is shared by the other values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub likely: BTreeMap<FactId, BTreeMap<String, f32>>,
    /// The remedies that mend it, in the author's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<String>,
    /// Who ends it when no remedy does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalate: Option<Escalation>,
    /// The flow in which the case goes on when no remedy ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub go: Option<String>,
    /// The article about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<ArticleId>,
    /// What a person is told when it is handed to the desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub say: Option<String>,
}

/// Who takes a case, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Escalation {
    /// The support level, 1 to 3.
    pub level: u8,
    /// The area of the catalog.
    pub area: String,
    /// Why no remedy in the field ends it.
    pub reason: Reason,
}

/// Why a case is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Reason {
    /// The app is at fault.
    AppBug,
    /// The phone is.
    Device,
    /// Something about the person's account.
    Account,
    /// Something on the server.
    Server,
    /// A rule of the organisation or of the system's maker.
    Policy,
    /// It isn't known.
    Unknown,
}

/// What an app can open for a remedy, with the Android intent or call behind it. A phone may lack a screen: then the app's details are opened, or
/// else the settings.
pub const ACTIONS: [(&str, &str); 20] = [
    ("airplane-settings", "android.settings.AIRPLANE_MODE_SETTINGS"),
    ("app-details", "android.settings.APPLICATION_DETAILS_SETTINGS"),
    ("app-notifications", "android.settings.APP_NOTIFICATION_SETTINGS, from API 26 on"),
    ("app-store", "market://details of the app, in whatever store is installed"),
    ("ask-permission", "Activity.requestPermissions"),
    ("autostart", "the maker's screen for autostart, where it resolves"),
    ("battery-optimization", "android.settings.IGNORE_BATTERY_OPTIMIZATION_SETTINGS"),
    ("battery-saver", "android.settings.BATTERY_SAVER_SETTINGS"),
    ("date-settings", "android.settings.DATE_SETTINGS"),
    ("developer-settings", "android.settings.APPLICATION_DEVELOPMENT_SETTINGS"),
    ("location-settings", "android.settings.LOCATION_SOURCE_SETTINGS"),
    ("mobile-data-settings", "android.settings.DATA_ROAMING_SETTINGS; from API 29 on panel.action.INTERNET_CONNECTIVITY"),
    ("play-store", "the launch intent of com.android.vending"),
    ("privacy-settings", "android.settings.PRIVACY_SETTINGS"),
    ("security-settings", "android.settings.SECURITY_SETTINGS"),
    ("storage-settings", "android.settings.INTERNAL_STORAGE_SETTINGS; from API 25 on android.os.storage.action.MANAGE_STORAGE"),
    ("unknown-sources", "android.settings.MANAGE_UNKNOWN_APP_SOURCES, from API 26 on"),
    ("unused-app-restrictions", "android.intent.action.AUTO_REVOKE_PERMISSIONS, from API 30 on"),
    ("wifi-scanning", "android.settings.LOCATION_SCANNING_SETTINGS; the location settings where it doesn't resolve"),
    ("wifi-settings", "android.settings.WIFI_SETTINGS"),
];

/// What a person, or the app, can do. One that mends no fault and stands in the `after` of another prepares it: it is done first, unless what it
/// proves is known to be so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// Its id.
    pub id: String,
    /// What a person is told.
    #[serde(rename = "do")]
    pub text: String,
    /// What the app opens for it: one of [`ACTIONS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// The picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<MediaId>,
    /// How long it takes, in seconds of the person's time.
    pub seconds: u16,
    /// How likely it mends its fault, 0 to 1.
    pub chance: f32,
    /// What shows that the cause is mended.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub proves: BTreeMap<FactId, Condition>,
    /// What may be otherwise afterwards, besides what it proves and the goal: the app reads it again. What a person said of it stays, for while the
    /// complaint stays, so mostly does what they saw.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invalidates: Vec<FactId>,
    /// What a person is asked again afterwards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks_again: Vec<FactId>,
    /// What must be known to be true before it may be done; no likelihood overrides it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub only_if: BTreeMap<FactId, Condition>,
    /// The remedies that come before it, where the order isn't the planner's to choose: first ask again, then the settings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// Whether data may be lost by it. Then `only_if` must say what makes it safe.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_lose_data: bool,
    /// The words for some phones: the first that fits is shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<Variant>,
}

/// A case that a flow must end rightly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it is called.
    pub name: String,
    /// What the app reads; without any, it is a chat.
    #[serde(default)]
    pub facts: BTreeMap<FactId, FactValue>,
    /// What the person answers; anything else they don't know.
    #[serde(default)]
    pub answers: BTreeMap<FactId, FactValue>,
    /// How it must end.
    pub outcome: Outcome,
    /// The cause that must be found.
    pub fault: FaultId,
}

/// How a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Outcome {
    /// The goal was seen to be reached.
    Resolved,
    /// The desk takes it.
    Escalated,
    /// The person stopped.
    Abandoned,
}

impl Flow {
    /// What tells this version of the flow from another: the first eight bytes of the SHA-256 of its canonical JSON, in hexadecimal.
    pub fn version(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(json).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether it has more faults, remedies or facts than a flow may have ([`MAX_OF_EACH`]).
    pub fn is_too_large(&self) -> bool {
        self.faults.len() > MAX_OF_EACH || self.remedies.len() > MAX_OF_EACH || self.facts().len() > MAX_OF_EACH
    }

    /// The remedy with an id.
    pub fn remedy(&self, id: &str) -> Option<&Remedy> {
        self.remedies.iter().find(|remedy| remedy.id == id)
    }

    /// All conditions on a fact by which the flow tells its values apart, each once.
    pub fn conditions(&self, fact: &FactId) -> Vec<Condition> {
        let signs = self.faults.iter().filter_map(|fault| fault.signs.get(fact)).cloned();
        let normal = self.normal.get(fact).into_iter().chain(self.usual.get(fact)).cloned();
        let goal = Some(&self.goal).filter(|goal| goal.fact == *fact).map(|goal| goal.is.clone());
        let guards = self.remedies.iter().filter_map(|remedy| remedy.only_if.get(fact)).cloned();
        let likely = self.faults.iter().filter_map(|fault| fault.likely.get(fact)).flat_map(BTreeMap::keys);
        let mut conditions = Vec::new();
        for condition in signs.chain(normal).chain(goal).chain(guards).chain(likely.map(|key| Condition::written(key))) {
            if !conditions.contains(&condition) {
                conditions.push(condition);
            }
        }
        conditions
    }

    /// Every fact that the flow looks at, each once, in order.
    pub fn facts(&self) -> Vec<&FactId> {
        let of_faults = self.faults.iter().flat_map(|fault| fault.signs.keys().chain(fault.likely.keys()));
        let of_remedies = self
            .remedies
            .iter()
            .flat_map(|remedy| remedy.proves.keys().chain(remedy.only_if.keys()).chain(&remedy.invalidates).chain(&remedy.asks_again));
        let mut facts: Vec<&FactId> = of_faults
            .chain(of_remedies)
            .chain(self.normal.keys())
            .chain(self.usual.keys())
            .chain(&self.report)
            .chain(&self.first)
            .collect();
        facts.push(&self.goal.fact);
        facts.sort();
        facts.dedup();
        facts
    }
}
