"""Filing what a program did not catch."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable
from traceback import walk_tb
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .desk import Baquiano

_NOT_A_CRASH = (KeyboardInterrupt, SystemExit, GeneratorExit)


def stack_of(error: BaseException) -> str:
    """The stack of an error, a frame a line and the innermost first, as the library groups by it; what caused it follows below."""
    lines: list[str] = []
    seen: set[int] = set()
    cause: BaseException | None = error
    # A cause that was never raised has no frames: it would hide those above it, by which failures are grouped.
    while cause is not None and id(cause) not in seen and not (lines and cause.__traceback__ is None):
        seen.add(id(cause))
        if lines:
            lines.append(f"Caused by: {kind_of(cause)}")
        frames = [(frame.f_globals.get("__name__", "?"), frame.f_code, line) for frame, line in walk_tb(cause.__traceback__)]
        # `at module.function(file.py:12)`: without the folders, which differ from one computer to the next and may tell whose it is.
        lines += [f"at {module}.{code.co_name}({code.co_filename.replace(chr(92), '/').rsplit('/')[-1]}:{line})" for module, code, line in reversed(frames)]
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\n".join(lines)


def kind_of(error: BaseException) -> str:
    """The full name of an error's class."""
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


class CrashHook:
    """Files what nobody caught, in any thread, then lets the hooks before it do what they did. It never throws. `remove` takes it away again."""

    def __init__(self, desk: Baquiano, breadcrumbs: Callable[[], Iterable[str]] | None = None) -> None:
        self._desk = desk
        self._breadcrumbs = breadcrumbs
        self._off = False
        self._before = sys.excepthook
        self._before_in_threads = threading.excepthook
        # Kept, since each look at a method makes a new object.
        self._mine = self._uncaught
        self._mine_in_threads = self._uncaught_in_thread
        sys.excepthook = self._mine
        threading.excepthook = self._mine_in_threads

    def remove(self) -> None:
        """Puts the hooks before it back, if none was put over it meanwhile; it files nothing more in any case."""
        self._off = True
        if sys.excepthook is self._mine:
            sys.excepthook = self._before
        if threading.excepthook is self._mine_in_threads:
            threading.excepthook = self._before_in_threads

    def __enter__(self) -> CrashHook:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.remove()

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        try:
            self._file(error, threading.current_thread().name)
        finally:
            self._before(kind, error, trace)

    def _uncaught_in_thread(self, args: threading.ExceptHookArgs) -> None:
        try:
            if args.exc_value is not None:
                self._file(args.exc_value, args.thread.name if args.thread else "?")
        finally:
            self._before_in_threads(args)

    def _file(self, error: BaseException, thread: str) -> None:
        if self._off or isinstance(error, _NOT_A_CRASH):
            return
        trail: list[str] = []
        try:
            trail += self._breadcrumbs() if self._breadcrumbs else ()
        except Exception:
            # Whatever goes wrong in telling the way there, the failure itself is filed.
            pass
        self._desk.file_error(error, [*trail, f"hilo: {thread}"])


def file_crashes(desk: Baquiano, breadcrumbs: Callable[[], Iterable[str]] | None = None) -> CrashHook:
    """Files from now on what nobody catches, by `sys.excepthook` and `threading.excepthook`. `breadcrumbs` tells what happened before, oldest first."""
    return CrashHook(desk, breadcrumbs)
