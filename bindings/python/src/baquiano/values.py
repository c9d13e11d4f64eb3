"""Between the library's records and Python's own values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Callable, Optional, Union, cast

from ._native.baquiano import FactValue, Mark

Value = Union[bool, int, str]
"""The value of a fact: yes or no, a whole number, or a text (versions and choices are texts)."""

Readings = Mapping[str, Optional[Value]]
"""Facts by their ids. None, or left out: it can't be read, which is never the same as no."""

Probe = Union[Callable[[list[str]], Readings], Readings]
"""What reads facts of a phone: a function that is given their ids, or a mapping that is looked into."""


def fact_value(value: Value | FactValue) -> FactValue:
    """A Python value as the library takes it."""
    if isinstance(value, FactValue):
        return value
    # A bool is an int in Python, so it goes first.
    if isinstance(value, bool):
        return cast(FactValue, FactValue.BOOL(value))
    if isinstance(value, int):
        return cast(FactValue, FactValue.INT(value))
    if isinstance(value, str):
        return cast(FactValue, FactValue.TEXT(value))
    raise TypeError(f"a fact is a bool, an int or a str, and not {type(value).__name__}")


def optional_value(value: Value | FactValue | None) -> FactValue | None:
    """A Python value, or none, as the library takes it."""
    return None if value is None else fact_value(value)


def value_of(value: FactValue) -> Value:
    """A value of the library's, e.g. of a `Choice`, as Python has it."""
    if isinstance(value, (FactValue.BOOL, FactValue.INT, FactValue.TEXT)):
        return cast(Value, value[0])
    raise TypeError(f"no value: {value!r}")


def read(probe: Probe | None, facts: Iterable[str]) -> dict[str, FactValue | None]:
    """What a probe reads of facts. What goes wrong in it has read nothing: the person is asked instead."""
    wanted = list(facts)
    try:
        readings = probe(wanted) if callable(probe) else probe or {}
        return {fact: _readable(readings.get(fact)) for fact in wanted}
    except Exception:
        return {}


def _readable(value: Value | None) -> FactValue | None:
    try:
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            return None
        if isinstance(value, str):
            value.encode()
        return optional_value(value)
    except (TypeError, UnicodeEncodeError):
        return None


def in_characters(text: str, marks: list[Mark]) -> list[Mark]:
    """Marks of a text counted in characters, so that `text[mark.start:mark.end]` is what is marked. The library counts bytes of UTF-8."""
    if text.isascii():
        return marks
    encoded = text.encode()

    def place(byte: int) -> int:
        return len(encoded[:byte].decode(errors="ignore"))

    return [Mark(start=place(mark.start), end=place(mark.end)) for mark in marks]
