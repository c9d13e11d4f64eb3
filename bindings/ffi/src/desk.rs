//! Opening the desk.

use std::path::PathBuf;
use std::sync::Arc;

use baquiano::HelpDesk;
use baquiano::incident::outbox::Policy;
use baquiano::incident::{AppVersion, Device};
use baquiano::kb::AppId;
use baquiano::kb::pack::{Pack, PublicKey};

use crate::{DeskError, guarded};

/// How a desk is opened.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Settings {
    /// The app's own folder for the desk: installed packs, outbox, the talk that goes on. None: nothing is kept, and nothing can be filed.
    pub dir: Option<String>,
    /// The app and its version.
    pub app: Option<AppVersion>,
    /// The phone.
    pub device: Device,
    /// Public keys, as text, of those whose packs are installed.
    #[uniffi(default = [])]
    pub trusted_keys: Vec<String>,
    /// A pack to use instead of the embedded one; for tests and technicians.
    #[uniffi(default = None)]
    pub pack: Option<String>,
}

/// An open help desk. Open one for the app's process, off the main thread; it may be used from several threads.
#[derive(Debug, uniffi::Object)]
pub struct Desk {
    pub(crate) desk: HelpDesk,
    app: Option<AppId>,
    vendor: Option<String>,
    android: Option<String>,
}

#[uniffi::export]
impl Desk {
    /// Opens the desk.
    #[uniffi::constructor]
    pub fn open(settings: Settings) -> Result<Arc<Self>, DeskError> {
        guarded(|| Ok(Arc::new(Self::opened(settings)?)))
    }

    /// Adds a line to the app's log. The last lines go along with an incident, redacted; nothing is written before.
    pub fn log(&self, line: String) {
        self.desk.log(&line);
    }

    /// Panics inside, for an app's tests: it must come out as an error, and the desk must go on.
    pub fn fail_on_purpose(&self) -> Result<(), DeskError> {
        #[expect(clippy::panic, reason = "that is what it is for")]
        guarded(|| panic!("a fault on purpose"))
    }
}

impl Desk {
    fn opened(settings: Settings) -> Result<Self, DeskError> {
        let pack = match &settings.pack {
            Some(path) => Pack::from_file(path.as_ref())?,
            None => Pack::from_static(baquiano_kb::PACK)?,
        };
        let keys = settings.trusted_keys.iter().map(|key| key.parse::<PublicKey>());
        let keys = keys.collect::<Result<Vec<_>, _>>().map_err(|error| DeskError::input("key", error))?;
        let dir = settings.dir.map(PathBuf::from);
        let mut desk = match &dir {
            Some(dir) => HelpDesk::open_in(dir.join("packs"), keys, pack)?,
            None => HelpDesk::open(pack)?,
        };
        let (vendor, android) = (settings.device.vendor.as_ref().map(|vendor| vendor.to_lowercase()), settings.device.android.clone());
        let app = settings.app.as_ref().map(|app| app.id.clone());
        desk = desk.with_host(settings.app, settings.device);
        if let Some(dir) = dir {
            desk = desk.with_outbox(dir.join("outbox"), Policy::default())?.with_talk_kept(dir.join("talk.json"));
            // Without its log, questions are noted for this process alone.
            let unanswered = dir.join("unanswered.jsonl");
            desk = desk.with_unanswered_log(unanswered).map_err(|error| DeskError::input("folder", error))?;
        }
        Ok(Self { desk, app, vendor, android })
    }

    pub(crate) fn app(&self) -> Option<AppId> {
        self.app.clone()
    }

    /// The phone's maker and Android release.
    pub(crate) fn phone(&self) -> (Option<String>, Option<String>) {
        (self.vendor.clone(), self.android.clone())
    }
}
