from __future__ import annotations

from baquiano import licences


def test_the_licences_of_what_is_in_the_library_can_be_shown() -> None:
    text = licences()
    assert text.startswith("LICENCIAS\n")
    for part in ("Apache License", "Mozilla Public License Version 2.0", "https://crates.io/crates/uniffi_core/", "la biblioteca estándar de Rust"):
        assert part in text
    assert "JNA" not in text, "that is for Kotlin"
