"""Guided talks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import RLock
from types import TracebackType

from ._native.baquiano import End, Explanation, FactValue, Page, Question, Shows, Todo
from ._native.baquiano_ffi import FilingResult, Talk, Told
from .errors import ClosedError, calling
from .values import Probe, Value, optional_value, read


class Guide:
    """A guided talk. What is shown is `page`; each method takes what happened and moves on to the next page.

    What the probe can tell is read by itself. A desk with a folder keeps the talk after each step: when the process dies, `Baquiano.unfinished` goes on
    with it. It may be used from several threads, one step at a time.
    """

    def __init__(self, talk: Talk, probe: Probe | None) -> None:
        self._one = RLock()
        self._talk: Talk | None = talk
        self._probe = probe
        with calling():
            self._page = talk.page()
        self._step(lambda talk: talk.page())

    @property
    def page(self) -> Page:
        """What is shown now."""
        return self._page

    @property
    def question(self) -> Question | None:
        """The question that is asked now; None when there is none."""
        return self._page.shows.question if isinstance(self._page.shows, Shows.ASK) else None

    @property
    def todo(self) -> Todo | None:
        """What is to be done now; None when there is nothing."""
        return self._page.shows.todo if isinstance(self._page.shows, Shows.DO) else None

    @property
    def end(self) -> End | None:
        """How the talk ended; None while it goes on."""
        return self._page.shows.end if isinstance(self._page.shows, Shows.CONCLUDED) else None

    def answer(self, value: Value | FactValue | None) -> Page:
        """Answers the question that is asked; None: the person doesn't know. Where nothing is asked, the page stays."""
        with self._one:
            asked = self.question
            return self._step(lambda talk: talk.answer(asked.fact, optional_value(value)) if asked else talk.page())

    def did(self, effect: Value | FactValue | None = None) -> Page:
        """What was to be done was done; `effect` answers the question that stands with it (`Todo.effect`), if there is one."""
        with self._one:
            todo = self.todo
            return self._step(lambda talk: talk.did(todo.remedy, optional_value(effect)) if todo else talk.page())

    def cannot(self) -> Page:
        """It can't be done, or the person won't."""
        with self._one:
            todo = self.todo
            return self._step(lambda talk: talk.skip(todo.remedy) if todo else talk.page())

    def look_again(self) -> bool:
        """Looks whether what was to be done is done, and goes on if it is. True when it went on."""
        with self._one:
            todo = self.todo
            if todo is None or not todo.proves:
                return False
            readings = read(self._probe, todo.proves)
            with calling():
                proven = self._open().is_proven(readings)
            if proven:
                self.did()
            return proven

    def back(self) -> Page:
        """A step back; where there is none, the page stays."""
        return self._step(lambda talk: talk.back() or talk.page())

    def stop(self) -> Page:
        """The person stops."""
        return self._step(lambda talk: talk.stop())

    def explain(self) -> Explanation:
        """What is known, what is ruled out, and why this page comes now."""
        with calling():
            return self._open().explain()

    @property
    def saved(self) -> str:
        """The talk as text, to go on with later or elsewhere (`Baquiano.resume`)."""
        with calling():
            return self._open().saved()

    def file(self, told: Told | None = None, declared: Iterable[str] = ()) -> FilingResult:
        """Files what was found out. When it returns, a power cut loses nothing of it.

        `declared` are the facts about the person that the person agreed to send.
        """
        with calling():
            return self._open().file(told or Told(), list(declared))

    def close(self) -> None:
        """Frees what the library holds of it. The talk stays written down."""
        self._talk = None

    def __enter__(self) -> Guide:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _open(self) -> Talk:
        if self._talk is None:
            raise ClosedError("the talk was closed")
        return self._talk

    def _step(self, move: Callable[[Talk], Page]) -> Page:
        with self._one, calling():
            talk = self._open()
            self._page = move(talk)
            while isinstance(self._page.shows, Shows.READ):
                self._page = talk.read(read(self._probe, self._page.shows.facts))
            return self._page
