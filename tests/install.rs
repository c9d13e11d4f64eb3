//! Installing packs: verified before they are used, and never half installed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails may say so")]

mod common;

use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;

use baquiano::kb::Flow;
use baquiano::kb::pack::{InstallError, Pack, PackError, PublicKey, SecretKey};
use baquiano::search::Query;
use baquiano::{GuideError, HelpDesk, KnowledgeBase, Origin};
use tempfile::TempDir;

struct Phone {
    dir: TempDir,
    key: SecretKey,
}

impl Phone {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), key: "0303030303030303030303030303030303030303030303030303030303030303".parse().unwrap() }
    }

    fn packs(&self) -> PathBuf {
        self.dir.path().join("packs")
    }

    fn trusted(&self) -> Vec<PublicKey> {
        vec![self.key.public()]
    }

    /// An app with a knowledge base of revision 1 inside.
    fn desk(&self) -> HelpDesk {
        HelpDesk::open_in(self.packs(), self.trusted(), Pack::from_vec(common::pack(1)).unwrap()).unwrap()
    }

    fn download(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.dir.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn signed(&self, revision: u32) -> Vec<u8> {
        self.key.sign(&common::pack(revision)).unwrap()
    }

    /// The names in the folder of packs.
    fn files(&self) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(self.packs()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn revision(desk: &HelpDesk) -> u32 {
    desk.knowledge().manifest().revision
}

#[test]
fn a_newer_signed_pack_takes_over_and_outlives_the_process() {
    let phone = Phone::new();
    let desk = phone.desk();
    assert_eq!((revision(&desk), desk.origin()), (1, Origin::Embedded));
    let manifest = desk.install_pack(phone.download("new", &phone.signed(2))).unwrap();
    assert_eq!((manifest.revision, revision(&desk), desk.origin()), (2, 2, Origin::Current));
    assert!(!desk.search(&Query::new("no agarra el gps")).unwrap().hits.is_empty());
    drop(desk);
    assert_eq!(revision(&phone.desk()), 2);
}

#[test]
fn a_search_that_runs_meanwhile_keeps_its_pack() {
    let phone = Phone::new();
    let desk = phone.desk();
    let before = desk.knowledge();
    desk.install_pack(phone.download("new", &phone.signed(2))).unwrap();
    assert_eq!(before.manifest().revision, 1);
    assert!(!before.index().search(&Query::new("la camara")).unwrap().hits.is_empty());
}

#[test]
fn a_talk_goes_on_with_the_flow_that_it_was_begun_with() {
    let phone = Phone::new();
    let real = KnowledgeBase::open(Pack::from_static(baquiano_kb::PACK).unwrap()).unwrap();
    let flow = real.flow("gps").unwrap().unwrap();
    let pack = |revision: u32| {
        let flow = Flow { title: format!("{} ({revision})", flow.title), ..flow.clone() };
        phone.key.sign(&common::pack_with(revision, &common::articles(), real.facts().unwrap(), &[flow])).unwrap()
    };
    let desk = phone.desk();
    desk.install_pack(phone.download("two", &pack(2))).unwrap();
    let mut guide = desk.guide(Some("gps"), None, false).unwrap();
    let saved = guide.saved();
    let page = guide.page();

    desk.install_pack(phone.download("three", &pack(3))).unwrap();
    // The one that goes on has its content in memory, the one that was written down takes it from the pack before.
    assert!(guide.page().title.ends_with("(2)"));
    guide.stop().unwrap();
    assert!(desk.guide(Some("gps"), None, false).unwrap().page().title.ends_with("(3)"));
    assert_eq!(desk.resume_guide(&saved).unwrap().page(), page);

    desk.install_pack(phone.download("four", &pack(4))).unwrap();
    assert!(matches!(desk.resume_guide(&saved), Err(GuideError::Outdated(_))));
}

#[test]
fn an_installation_is_watched_and_can_be_broken_off() {
    let phone = Phone::new();
    let desk = phone.desk();
    let new = phone.download("new", &phone.signed(2));
    let size = fs::metadata(&new).unwrap().len();
    let mut seen = Vec::new();
    let stopped = desk.install_pack_watched(&new, &mut |done, all| {
        seen.push((done, all));
        ControlFlow::Break(())
    });
    assert!(matches!(stopped, Err(InstallError::Cancelled)));
    assert_eq!((seen.as_slice(), revision(&desk), phone.files()), ([(0, size)].as_slice(), 1, Vec::new()));
    seen.clear();
    desk.install_pack_watched(&new, &mut |done, all| {
        seen.push((done, all));
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!((seen.last(), revision(&desk)), (Some(&(size, size)), 2));
}

#[test]
fn whatever_is_wrong_with_a_pack_it_changes_nothing() {
    let phone = Phone::new();
    let desk = phone.desk();
    desk.install_pack(phone.download("good", &phone.signed(5))).unwrap();
    let before = phone.files();
    let whole = phone.signed(6);
    let stranger: SecretKey = "0909090909090909090909090909090909090909090909090909090909090909".parse().unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 4;
    let bad: [(&str, Vec<u8>); 6] = [
        ("flipped", flipped),
        ("cut", whole[..whole.len() - 10].to_vec()),
        ("unsigned", common::pack(6)),
        ("stranger's", stranger.sign(&common::pack(6)).unwrap()),
        ("older", phone.signed(4)),
        ("not a pack", b"<html>404</html>".to_vec()),
    ];
    for (name, bytes) in bad {
        let error = desk.install_pack(phone.download("bad", &bytes)).unwrap_err();
        assert!(!error.to_string().is_empty(), "{name}");
        assert_eq!((revision(&desk), phone.files()), (5, before.clone()), "{name}: {error}");
    }
    assert!(matches!(desk.install_pack(phone.dir.path().join("nowhere")), Err(InstallError::Io { .. })));
    assert!(matches!(
        desk.install_pack(phone.download("same", &phone.signed(5))),
        Err(InstallError::NotNewer { offered: 5, installed: 5 })
    ));
    assert_eq!(revision(&phone.desk()), 5);
}

#[test]
fn rolling_back_returns_to_the_pack_before() {
    let phone = Phone::new();
    let desk = phone.desk();
    assert!(matches!(desk.roll_back(), Err(InstallError::NothingBefore)));
    desk.install_pack(phone.download("two", &phone.signed(2))).unwrap();
    desk.install_pack(phone.download("three", &phone.signed(3))).unwrap();
    assert_eq!(desk.roll_back().unwrap().revision, 2);
    assert_eq!(revision(&phone.desk()), 2);
    assert_eq!((desk.roll_back().unwrap().revision, desk.origin()), (1, Origin::Embedded));
    assert_eq!(revision(&phone.desk()), 1);
    assert!(matches!(desk.roll_back(), Err(InstallError::NothingBefore)));
}

#[test]
fn a_damaged_installed_pack_gives_way_to_the_one_before_and_then_to_the_embedded_one() {
    let phone = Phone::new();
    let desk = phone.desk();
    desk.install_pack(phone.download("two", &phone.signed(2))).unwrap();
    desk.install_pack(phone.download("three", &phone.signed(3))).unwrap();
    drop(desk);
    fs::write(phone.packs().join("current.pack"), b"BAQUIANO and then nothing").unwrap();
    let desk = phone.desk();
    assert_eq!((revision(&desk), desk.origin()), (2, Origin::Previous));
    drop(desk);
    fs::write(phone.packs().join("previous.pack"), b"").unwrap();
    let desk = phone.desk();
    assert_eq!((revision(&desk), desk.origin()), (1, Origin::Embedded));
}

#[test]
fn an_app_that_brings_a_newer_pack_uses_its_own() {
    let phone = Phone::new();
    phone.desk().install_pack(phone.download("two", &phone.signed(2))).unwrap();
    let updated = HelpDesk::open_in(phone.packs(), phone.trusted(), Pack::from_vec(common::pack(9)).unwrap()).unwrap();
    assert_eq!((revision(&updated), updated.origin()), (9, Origin::Embedded));
}

#[test]
fn a_desk_without_a_folder_installs_nothing() {
    let phone = Phone::new();
    let desk = HelpDesk::open(Pack::from_vec(common::pack(1)).unwrap()).unwrap();
    assert!(matches!(desk.install_pack(phone.download("two", &phone.signed(2))), Err(InstallError::NoStore)));
    let other_analyzer: InstallError = PackError::Analyzer { found: 9, known: 1 }.into();
    assert!(other_analyzer.to_string().contains("analyzer 9"));
}
