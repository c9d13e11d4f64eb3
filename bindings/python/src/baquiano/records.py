"""Records as Python's own dataclasses behave."""

from __future__ import annotations

from dataclasses import is_dataclass
from types import ModuleType


def plain(module: ModuleType) -> None:
    """Lets the generated records of a module show what they hold, and be compared with anything.

    As they are generated, `repr` tells nothing of what is in them, and comparing one with None throws.
    """
    kinds = [kind for kind in vars(module).values() if isinstance(kind, type)]
    variants = [variant for kind in kinds for variant in vars(kind).values() if isinstance(variant, type)]
    for kind in (*kinds, *variants):
        if is_dataclass(kind):
            setattr(kind, "__repr__", _repr)  # noqa: B010
            setattr(kind, "__str__", _repr)  # noqa: B010
            setattr(kind, "__eq__", _eq)  # noqa: B010


def _repr(self: object) -> str:
    held = vars(self)
    fields = map(repr, held["_values"]) if "_values" in held else (f"{name}={value!r}" for name, value in held.items())
    return f"{type(self).__name__}({', '.join(fields)})"


def _eq(self: object, other: object) -> bool:
    return vars(self) == vars(other) if type(self) is type(other) else NotImplemented
