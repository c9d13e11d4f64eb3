//! The parts of an incident's record that are only told, never judged: app, device, person, place, clock, crash, log, attachments.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::Moment;
use crate::kb::{AppId, FactId, FactValue};

/// The app and its version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct AppVersion {
    /// Which app.
    pub id: AppId,
    /// Its version as users see it, e.g. `3.2.1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub version: Option<String>,
    /// Android's `versionCode`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub build: Option<u64>,
}

/// The phone.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
#[serde(default)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Device {
    /// Who makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub vendor: Option<String>,
    /// Its model.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub model: Option<String>,
    /// Android's release, e.g. `13`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub android: Option<String>,
    /// Android's API level.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub api_level: Option<u32>,
    /// The first of the supported ABIs, e.g. `arm64-v8a`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub abi: Option<String>,
    /// Free storage, in MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub storage_free_mb: Option<u64>,
    /// Charge of the battery, in per cent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub battery_percent: Option<u8>,
    /// Kind of network, e.g. `none`, `mobile`, `wifi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub network: Option<String>,
    /// The locale that is set, e.g. `es-HN`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub locale: Option<String>,
}

impl Device {
    /// Takes over what isn't known here.
    pub(crate) fn fill(&mut self, from: &Self) {
        let Self { vendor, model, android, api_level, abi, storage_free_mb, battery_percent, network, locale } = from;
        for (own, other) in [
            (&mut self.vendor, vendor),
            (&mut self.model, model),
            (&mut self.android, android),
            (&mut self.abi, abi),
            (&mut self.network, network),
            (&mut self.locale, locale),
        ] {
            if own.is_none() {
                own.clone_from(other);
            }
        }
        self.api_level = self.api_level.or(*api_level);
        self.storage_free_mb = self.storage_free_mb.or(*storage_free_mb);
        self.battery_percent = self.battery_percent.or(*battery_percent);
    }

    /// What the facts say of the phone, as far as they are known.
    pub fn of_facts(facts: &BTreeMap<FactId, Option<FactValue>>) -> Self {
        let value = |id: &str| facts.iter().find(|(fact, _)| fact.as_str() == id).and_then(|(_, value)| value.as_ref());
        let text = |id: &str| value(id).map(ToString::to_string);
        let number = |id: &str| value(id).and_then(|value| value.to_string().parse::<u64>().ok());
        let is = |id: &str| value(id) == Some(&FactValue::Bool(true));
        let network = match (is("wifi.on"), is("data.mobile"), value("net.connected")) {
            (_, _, Some(FactValue::Bool(false))) => Some("none"),
            (true, _, Some(_)) => Some("wifi"),
            (_, true, Some(_)) => Some("mobile"),
            _ => None,
        };
        Self {
            vendor: text("vendor").or_else(|| text("device.brand")),
            model: text("device.model"),
            android: text("android"),
            api_level: number("android.sdk").and_then(|level| level.try_into().ok()),
            abi: text("abi"),
            storage_free_mb: number("storage.free_mb"),
            battery_percent: None,
            network: network.map(ToOwned::to_owned),
            locale: None,
        }
    }
}

/// Who tells of it. Nothing of a person is here that they didn't declare for it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
#[serde(default)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Reporter {
    /// What the desk knows the person by: their user name or another alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Where the person asked to be answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
}

/// Where a person asked to be answered. It is declared, so it isn't redacted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Contact {
    /// The way, e.g. `whatsapp`, `phone`, `email`.
    pub by: String,
    /// The number or address.
    pub at: String,
}

/// Where it happened, no finer than declared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Place {
    /// The four digits of department and municipality, e.g. `0801`.
    Municipality(#[cfg_attr(feature = "author", schemars(regex(pattern = "^[0-9]{4}$")))] String),
    /// Rounded coordinates.
    Near {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
        /// Decimals that were kept: 2 are about a kilometre.
        decimals: u8,
    },
}

impl Place {
    /// Coordinates, rounded to the decimals that were declared. None when they are none.
    pub fn near(latitude: f64, longitude: f64, decimals: u8) -> Option<Self> {
        let decimals = decimals.min(6);
        // In whole numbers: what a power of floats gives isn't the same to the last digit everywhere.
        let scale = f64::from(10_u32.pow(u32::from(decimals)));
        let rounded = |degrees: f64, most: f64| (degrees.abs() <= most).then(|| (degrees * scale).round() / scale);
        Some(Self::Near { latitude: rounded(latitude, 90.0)?, longitude: rounded(longitude, 180.0)?, decimals })
    }

    /// A municipality by its code. None when it isn't four digits.
    pub fn municipality(code: &str) -> Option<Self> {
        (code.len() == 4 && code.bytes().all(|b| b.is_ascii_digit())).then(|| Self::Municipality(code.to_owned()))
    }
}

/// What can be said of the clock that the times were read from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ClockState {
    /// Whether it was known to be right (set by the network, or compared with a server); none: nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted: Option<bool>,
    /// The IANA zone that the phone is set to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// What tells this start of the phone from others (`/proc/sys/kernel/random/boot_id`, or a number that the app counts).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boot_id: Option<String>,
    /// Milliseconds since the phone was started (`SystemClock.elapsedRealtime`). With the boot id it orders incidents whatever the clock says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monotonic_ms: Option<u64>,
}

/// What an app says of a failure of its own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Crash {
    /// The kind: the exception's class, or a name that the app chose.
    pub kind: String,
    /// Its message, redacted.
    pub message: String,
    /// The stack, redacted, innermost frame first.
    pub stack: Vec<String>,
    /// What happened before, oldest first, redacted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub breadcrumbs: Vec<String>,
}

/// A line of the app's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
pub struct LogLine {
    /// When.
    pub at: Moment,
    /// What, redacted.
    pub text: String,
}

/// A file that goes along: small, and of a kind that is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
pub struct Attachment {
    /// Its name, without a path.
    pub name: String,
    /// Its kind.
    pub media_type: MediaType,
    /// Its content: as it is for text (redacted), in base64 for pictures.
    pub content: String,
    /// Bytes that it had before it was cut.
    pub bytes: u64,
    /// Whether it was cut.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}

/// The kinds of attachments that are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum MediaType {
    /// Text.
    #[serde(rename = "text/plain")]
    Text,
    /// JSON.
    #[serde(rename = "application/json")]
    Json,
    /// A photograph.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// A picture of the screen.
    #[serde(rename = "image/png")]
    Png,
}

impl MediaType {
    /// Its name among media types.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text/plain",
            Self::Json => "application/json",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// Whether it is text, which is redacted and may be cut.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Json)
    }
}

impl Attachment {
    /// An attachment from bytes. Text that isn't UTF-8 is read as far as it can be.
    pub fn new(name: &str, media_type: MediaType, bytes: &[u8]) -> Self {
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let content = if media_type.is_text() { String::from_utf8_lossy(bytes).into_owned() } else { STANDARD.encode(bytes) };
        Self { name: name.to_owned(), media_type, content, bytes: bytes.len() as u64, truncated: false }
    }

    /// The bytes of the content; none when it isn't base64.
    pub fn decoded(&self) -> Option<Vec<u8>> {
        if self.media_type.is_text() { Some(self.content.clone().into_bytes()) } else { STANDARD.decode(&self.content).ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_no_finer_than_declared() {
        assert_eq!(Place::near(14.072_275, -87.192_136, 2), Some(Place::Near { latitude: 14.07, longitude: -87.19, decimals: 2 }));
        assert_eq!(Place::near(f64::NAN, 0.0, 2), None);
        assert_eq!(Place::near(91.0, 0.0, 2), None);
        assert_eq!(Place::municipality("0801"), Some(Place::Municipality("0801".to_owned())));
        assert_eq!(Place::municipality("801"), None);
    }

    #[test]
    fn a_place_is_read_as_it_is_written() {
        let written = |place: &Place| serde_json::to_string(place).unwrap();
        let place: Place =
            serde_json::from_str(r#"{"near":{"latitude":14.07444444444444444444444444,"longitude":-87.19,"decimals":2}}"#).unwrap();
        assert_eq!(serde_json::from_str::<Place>(&written(&place)).unwrap(), place);
    }

    #[test]
    fn the_phone_is_what_the_facts_say() {
        let facts = serde_json::json!({ "vendor": "samsung", "android.sdk": 33, "storage.free_mb": 812, "net.connected": true, "data.mobile": true, "abi": null });
        let device = Device::of_facts(&serde_json::from_value(facts).unwrap());
        assert_eq!((device.vendor.as_deref(), device.api_level, device.storage_free_mb), (Some("samsung"), Some(33), Some(812)));
        assert_eq!((device.network.as_deref(), device.abi, device.model), (Some("mobile"), None, None));
    }

    #[test]
    fn a_picture_comes_back_as_it_was_and_has_no_path() {
        let picture = Attachment::new("/sdcard/DCIM/captura.png", MediaType::Png, &[0, 159, 146, 150]);
        assert_eq!((picture.name.as_str(), picture.decoded().unwrap()), ("captura.png", vec![0, 159, 146, 150]));
    }
}
