"""Why it can't be done: one family of errors, each with a stable code and what a field worker is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ._native import baquiano as _model
from ._native import baquiano_ffi as _ffi

_GENERAL = "La ayuda falló. Su trabajo está guardado. Pruebe otra vez."


class BaquianoError(Exception):
    """Why it can't be done.

    `code` is stable, e.g. `outbox.disk-full`: what a program decides by. `user_text` is what a field worker is told, in Spanish; `detail` is for who
    mends the program.
    """

    def __init__(self, code: str, user_text: str, detail: str) -> None:
        super().__init__(code, user_text, detail)
        self.code = code
        self.user_text = user_text
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


class ContentError(BaquianoError):
    """The knowledge base can't be used."""


class InstallError(BaquianoError):
    """A pack was not installed; what was in use goes on."""


class TalkError(BaquianoError):
    """A talk can't begin or go on; it stays as it was."""


class OutboxError(BaquianoError):
    """The outbox can't do it. What was to be filed is still the caller's."""


class InputError(BaquianoError):
    """What the program gave is no good: the program is to be mended."""


class InternalError(BaquianoError):
    """A fault of the library. It goes on."""


class ClosedError(BaquianoError):
    """The desk or the talk was closed before."""

    def __init__(self, detail: str = "it was closed") -> None:
        super().__init__("closed", _GENERAL, detail)

    def __reduce__(self) -> tuple[type[ClosedError], tuple[str]]:
        return type(self), (self.detail,)


_KINDS: dict[str, type[BaquianoError]] = {
    "Content": ContentError,
    "Install": InstallError,
    "Talk": TalkError,
    "Outbox": OutboxError,
    "Input": InputError,
    "Internal": InternalError,
}


@contextmanager
def calling() -> Iterator[None]:
    """What the library throws becomes a `BaquianoError`."""
    try:
        yield
    except _ffi.DeskError as error:
        told = vars(error)
        raise _KINDS[type(error).__name__](told["code"], told["said"], told["detail"]) from error
    except (_ffi.InternalError, _model.InternalError) as error:
        # An id that is none fails before the library's own checks. With RUST_BACKTRACE the stack of this whole process comes along.
        raise InputError("input.argument", _GENERAL, str(error).split("\n\nStack backtrace:")[0]) from error
    except UnicodeEncodeError as error:
        # Half a character, as names of files and tables with a wrong encoding have them.
        raise InputError("input.text", _GENERAL, str(error)) from error
