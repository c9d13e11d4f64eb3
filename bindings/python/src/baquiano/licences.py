"""The licences of what is in the library."""

from __future__ import annotations

from importlib.resources import files


def licences() -> str:
    """What of others is in the library, and under which licences: for a page «Licencias» of a program. In Spanish, the licences as they were given."""
    # Written by `cargo xtask licences`.
    return files("baquiano").joinpath("licencias.txt").read_text(encoding="utf-8")
