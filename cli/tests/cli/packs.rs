//! Packs: `kb build`, `keygen`, `sign`, `verify`, and searching in one.

use std::fs;

use crate::run::Base;

const FILE: &str = "kb.pack";

#[test]
fn the_same_content_builds_the_same_bytes_and_answers() {
    let base = Base::new();
    let report = base.run(["kb", "build", "kb", "-o", FILE, "--json"]).code(0).json();
    let bytes = fs::read(base.path(FILE)).unwrap();
    assert_eq!(report["bytes"], bytes.len());
    assert_eq!((&report["articles"], &report["revision"]), (&4.into(), &7.into()));
    assert_eq!(report["hash"].as_str().unwrap().len(), 64);
    let shown = base.run(["--kb", "kb", "kb", "build", "-o", "again.pack"]).code(0).out;
    assert!(shown.contains("4 artículos, revisión 7") && shown.contains(report["hash"].as_str().unwrap()), "{shown}");
    assert_eq!(fs::read(base.path("again.pack")).unwrap(), bytes);
    let found = base.run(["search", "--kb", FILE, "--json", "foto borrosa"]).code(0).json();
    assert_eq!(found["hits"][0]["id"], "camara-borrosa");
    let folder: Vec<_> = fs::read_dir(base.path(".")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(folder.len(), 3, "a temporary file was left: {folder:?}");
}

#[test]
fn the_revision_can_be_given() {
    let base = Base::new();
    base.run(["kb", "build", "kb", "-o", FILE, "--revision", "12"]).code(0);
    let report = base.run(["kb", "verify", FILE, "--json"]).code(0).json();
    assert_eq!((&report["manifest"]["revision"], &report["manifest"]["name"]), (&12.into(), &"prueba".into()));
}

#[test]
fn content_with_errors_is_neither_built_nor_searched() {
    let base = Base::with_pack();
    let before = fs::read(base.path(FILE)).unwrap();
    base.edit("kb/articles/gps/gps-apagado.md", "related: [gps-sin-permiso]", "related: [gps-nada]");
    base.edit("kb/facts.yaml", "type: bool", "type: [bool");
    for args in [&["kb", "build", "kb", "-o", FILE][..], &["search", "--kb", "kb", "--json", "gps"]] {
        let ran = base.run(args).code(2);
        assert_eq!(ran.out, "");
        assert!(ran.err.contains("gps-nada") && ran.err.contains("yaml-syntax"), "{}", ran.err);
        assert!(ran.err.contains("el contenido tiene") && !ran.err.contains('\u{1b}'), "{}", ran.err);
    }
    assert_eq!(fs::read(base.path(FILE)).unwrap(), before);
}

#[test]
fn a_pack_without_a_place_is_refused() {
    let base = Base::new();
    base.run(["kb", "build", "kb", "-o", "no/existe/kb.pack"]).code(2);
    base.run(["kb", "build", "kb", "-o", "kb"]).code(2);
    base.run(["kb", "build", "no", "-o", FILE]).code(2);
    base.run(["kb", "build", "kb/catalog.yaml", "-o", FILE]).code(2);
    assert!(base.run(["kb", "build", "-o", "/dev/null"]).code(2).err.contains("no se reemplaza"));
}

#[cfg(unix)]
#[test]
fn through_a_link_the_file_behind_it_is_replaced() {
    let base = Base::with_pack();
    std::os::unix::fs::symlink(base.path(FILE), base.path("link")).unwrap();
    base.run(["kb", "build", "kb", "-o", "link", "--revision", "9"]).code(0);
    assert!(base.path("link").is_symlink());
    assert!(base.run(["kb", "verify", FILE]).code(0).out.contains("revisión 9"));
}

fn keygen(base: &Base, name: &str) -> String {
    let report = base.run(["kb", "keygen", "-o", name, "--json"]).code(0).json();
    report["public"].as_str().unwrap().to_owned()
}

#[test]
fn keys_are_made_once_and_the_secret_one_is_its_owners() {
    let base = Base::new();
    let public = keygen(&base, "key");
    assert_eq!(fs::read_to_string(base.path("key.pub")).unwrap().trim(), public);
    let secret = fs::read_to_string(base.path("key")).unwrap();
    assert_eq!(secret.trim().len(), 64);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(base.path("key")).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let ran = base.run(["kb", "keygen", "-o", "key"]).code(2);
    assert!(ran.err.contains("ya existe"));
    fs::remove_file(base.path("key.pub")).unwrap();
    base.run(["kb", "keygen", "-o", "key"]).code(2);
    assert_eq!(fs::read_to_string(base.path("key")).unwrap(), secret);
    let shown = base.run(["kb", "keygen", "-o", "other"]).code(0).out;
    assert!(shown.contains("clave pública: ") && !shown.contains(fs::read_to_string(base.path("other")).unwrap().trim()));
}

#[test]
fn a_signed_pack_is_good_for_its_key_alone() {
    let base = Base::with_pack();
    let (public, other) = (keygen(&base, "key"), keygen(&base, "other"));
    let unsigned = base.run(["kb", "verify", FILE, "--key", &public]).code(1);
    assert!(unsigned.out.contains("no tiene firma"), "{}", unsigned.out);
    assert!(base.run(["kb", "verify", FILE]).code(0).out.contains("no tiene firma"));
    base.run(["search", "--kb", FILE, "--key", &public, "gps"]).code(2);

    base.run(["kb", "sign", FILE, "--key", "key", "-o", "signed.pack"]).code(0);
    assert!(base.run(["kb", "verify", "signed.pack"]).code(0).out.contains("no se comprobó"));
    let good = base.run(["kb", "verify", "signed.pack", "--key", &other, "--key", &public, "--json"]).code(0).json();
    assert_eq!((&good["good"], &good["signed_by"], &good["signed"]), (&true.into(), &public.as_str().into(), &true.into()));
    assert!(good["sections"].as_array().unwrap().iter().any(|section| section["name"] == "articles"));
    let wrong = base.run(["kb", "verify", "signed.pack", "--key", &other, "--json"]).code(1).json();
    assert_eq!((&wrong["good"], &wrong["signed_by"]), (&false.into(), &serde_json::Value::Null));
    base.run(["search", "--kb", "signed.pack", "--key", &public, "no agarra el gps"]).code(0);
    let ran = base.run(["search", "--kb", "signed.pack", "--key", &other, "gps", "--json"]).code(2);
    assert!(ran.out.is_empty() && ran.err.contains("clave de confianza"), "{}", ran.err);

    base.run(["kb", "sign", FILE, "--key", "other"]).code(0);
    base.run(["kb", "verify", FILE, "--key", &other]).code(0);
}

#[test]
fn what_is_no_key_signs_nothing() {
    let base = Base::with_pack();
    fs::write(base.path("bad"), "esto no es una clave").unwrap();
    let ran = base.run(["kb", "sign", FILE, "--key", "bad"]).code(2);
    assert!(ran.err.contains("«bad»") && !ran.err.contains("esto no es"), "{}", ran.err);
    base.run(["kb", "sign", FILE, "--key", "no"]).code(2);
    fs::write(base.path("long"), "a".repeat(1000)).unwrap();
    base.run(["kb", "sign", FILE, "--key", "long"]).code(2);
    keygen(&base, "key");
    base.run(["kb", "sign", "no.pack", "--key", "key"]).code(2);
    base.run(["kb", "sign", "kb/catalog.yaml", "--key", "key"]).code(2);
    base.run(["kb", "verify", FILE, "--key", "zz"]).code(2);
}

#[cfg(unix)]
#[test]
fn a_secret_key_that_others_can_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let base = Base::with_pack();
    keygen(&base, "key");
    assert_eq!(base.run(["kb", "sign", FILE, "--key", "key"]).code(0).err, "");
    fs::set_permissions(base.path("key"), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(base.run(["kb", "sign", FILE, "--key", "key"]).code(0).err.contains("chmod 600"));
}

#[test]
fn a_damaged_pack_is_found_and_never_searched() {
    let base = Base::with_pack();
    let whole = fs::read(base.path(FILE)).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    let mut longer = whole.clone();
    longer.push(0);
    let mut newer = whole.clone();
    newer[8] = 99;
    for (what, bytes, told) in [
        ("flipped", flipped, "bit"),
        ("cut", whole[..whole.len() - 1].to_vec(), "cortado"),
        ("stump", whole[..20].to_vec(), "cortado"),
        ("longer", longer, "dice tener"),
        ("newer", newer, "formato 99"),
        ("text", b"hola".to_vec(), "no es un paquete"),
        ("empty", Vec::new(), ""),
    ] {
        fs::write(base.path("bad.pack"), bytes).unwrap();
        let ran = base.run(["kb", "verify", "bad.pack"]).code(1);
        assert!(ran.out.contains("no sirve") && ran.out.contains(told), "{what}: {}", ran.out);
        assert_eq!(base.run(["kb", "verify", "bad.pack", "--json"]).code(1).json()["good"], false);
        let ran = base.run(["search", "--json", "--kb", "bad.pack", "gps"]).code(2);
        assert!(ran.out.is_empty() && ran.err.contains("bad.pack"), "{what}: {}", ran.err);
    }
    let english = base.run(["kb", "verify", "--lang", "en", "bad.pack"]).code(1).out;
    assert!(english.contains("no good: "), "{english}");
    base.run(["kb", "verify", "no.pack"]).code(2);
}
