"""The desk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Lock
from types import TracebackType
from typing import TypeVar, Union
from weakref import WeakSet

from ._native.baquiano import Answer, AppVersion, Case, Device, Inquiry, Lease, Manifest, Media, Suggestion
from ._native.baquiano_ffi import (
    ArticlePage,
    Delivery,
    Desk,
    FilingResult,
    Form,
    NextDelivery,
    Offer,
    Query,
    Reader,
    Report,
    Sent,
    Settings,
    Statistics,
    Talk,
    Told,
    Work,
)
from .crashes import kind_of, stack_of
from .delivery import Delivered, HttpSender, Inquired, Sender, _said, _sent
from .errors import ClosedError, OutboxError, calling
from .guide import Guide
from .values import Probe, Value, fact_value, in_characters

_GLANCE = 0.1
"""How often the progress of long work is looked at, in seconds. Chosen: a bar that moves ten times a second seems to flow."""

_UNKNOWN_PHONE: dict[str, None] = dict.fromkeys(
    ("vendor", "model", "android", "api_level", "abi", "storage_free_mb", "battery_percent", "network", "locale"),
)

_T = TypeVar("_T")

PathLike = Union[str, "os.PathLike[str]"]


class Baquiano:
    """An open help desk. Open one for the process (after forking, if it forks), and close it or use it in `with`.

    It may be used from several threads. What goes wrong is a `BaquianoError`.
    """

    def __init__(self, desk: Desk) -> None:
        """Use `open`."""
        self._desk: Desk | None = desk
        self._guides: WeakSet[Guide] = WeakSet()
        self._counting = Lock()

    @classmethod
    def open(
        cls,
        dir: PathLike | None = None,
        *,
        app: str | AppVersion | None = None,
        device: Device | Mapping[str, str | int | None] | None = None,
        trusted_keys: Iterable[str] = (),
        pack: PathLike | None = None,
    ) -> Baquiano:
        """Opens a desk.

        Args:
            dir: the desk's own folder: installed packs, outbox, the talk that goes on. None: nothing is kept, and nothing can be filed.
            app: the app that questions come from, by its id or with its version.
            device: the phone, or what is known of it, e.g. `{"vendor": "samsung", "android": "13"}`.
            trusted_keys: public keys, as text, of those whose packs are installed.
            pack: a pack to use instead of the embedded one.
        """
        settings = Settings(
            dir=None if dir is None else os.fspath(dir),
            app=AppVersion(id=app, version=None, build=None) if isinstance(app, str) else app,
            device=device if isinstance(device, Device) else Device(**{**_UNKNOWN_PHONE, **(device or {})}),  # type: ignore[arg-type]
            trusted_keys=list(trusted_keys),
            pack=None if pack is None else os.fspath(pack),
        )
        with calling():
            return cls(Desk.open(settings))

    def close(self) -> None:
        """Closes the desk and its talks. Calls that run are finished first."""
        with self._counting:
            self._desk, guides = None, list(self._guides)
        for guide in guides:
            guide.close()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._desk is None

    def __enter__(self) -> Baquiano:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def search(
        self,
        text: str,
        *,
        app: str | None = None,
        service: str | None = None,
        only_service: str | None = None,
        limit: int = 0,
        facts: Mapping[str, Value] | None = None,
    ) -> Answer:
        """Finds articles for a question. An empty list of hits is an honest «nothing fits»: offer the services of `offer` as tiles.

        Marks (`Hit.highlights`, `Hit.title_highlights`) count characters: `hit.snippet[mark.start:mark.end]` is what matched.

        Args:
            text: what was typed or said.
            app: the app; None: the one that the desk was opened for.
            service: the service that the user is looking at. Like the app and the facts it ranks, and leaves nothing out.
            only_service: articles of this service alone.
            limit: how many hits are wanted; 0: the usual number.
            facts: facts that are known, by their ids, e.g. `{"vendor": "samsung", "location.enabled": False}`.
        """
        answer = self._call(lambda desk: desk.search(_query(text, app, service, only_service, limit, facts)))
        for hit in answer.hits:
            hit.highlights = in_characters(hit.snippet, hit.highlights)
            hit.title_highlights = in_characters(hit.title, hit.title_highlights)
        return answer

    def suggest(
        self,
        text: str,
        *,
        app: str | None = None,
        service: str | None = None,
        only_service: str | None = None,
        limit: int = 0,
        facts: Mapping[str, Value] | None = None,
    ) -> list[Suggestion]:
        """Completes what is being typed. Marks count characters, as in `search`."""
        suggestions = self._call(lambda desk: desk.suggest(_query(text, app, service, only_service, limit, facts)))
        for suggestion in suggestions:
            suggestion.highlights = in_characters(suggestion.text, suggestion.highlights)
        return suggestions

    def article(self, id: str, reader: Reader = Reader.FIELD_WORKER) -> ArticlePage | None:
        """An article as the reader sees it on this phone; None when there is none with that id."""
        return self._call(lambda desk: desk.article(id, reader))

    def picture(self, id: str) -> Media | None:
        """A picture; None when there is none with that id."""
        return self._call(lambda desk: desk.media(id))

    def offer(self) -> Offer:
        """What the desk serves: services, apps, ways to reach it, flows."""
        return self._call(lambda desk: desk.offer())

    def probed_facts(self) -> list[str]:
        """The ids of the facts that an app can read."""
        return self._call(lambda desk: desk.probed_facts())

    def fact_values(self, id: str) -> list[str]:
        """The values that a fact takes: `bool`, `int`, `text`, `version`, or the listed ones. Empty when there is no such fact."""
        return self._call(lambda desk: desk.fact_values(id))

    def guide(self, words: str | None = None, flow: str | None = None, probe: Probe | None = None) -> Guide:
        """Begins a guided talk by what the person wrote, or in a flow; without either, by the topics to choose from.

        `probe` reads what the phone can tell: a function from ids of facts to their values, or a mapping. None: everything is asked, as in a chat.
        """
        return self._guide(lambda desk: desk.guide_by_chat(flow, words) if probe is None else desk.guide(flow, words), probe)

    def unfinished(self, probe: Probe | None = None) -> Guide | None:
        """The talk that was begun and not ended, also when the process died in it; None when there is none."""
        talk = self._call(lambda desk: desk.unfinished())
        return None if talk is None else self._guide(lambda _: talk, probe)

    def resume(self, saved: str, probe: Probe | None = None) -> Guide:
        """Goes on with a talk that was written down (`Guide.saved`)."""
        return self._guide(lambda desk: desk.resume(saved), probe)

    def forget_talk(self) -> None:
        """Forgets the talk that was begun and not ended."""
        self._call(lambda desk: desk.forget_talk())

    def file(self, words: str, *, service: str | None = None, articles: Iterable[str] = (), told: Told | None = None) -> FilingResult:
        """Files an incident. When it returns, a power cut loses nothing of it.

        Args:
            words: what is wrong, in the user's words.
            service: the service, when it is known; else the words are judged.
            articles: the articles that were read.
            told: who tells of it, where, and what is attached.
        """
        report = Report(words=words, service=service, articles=list(articles), told=told or Told())
        return self._call(lambda desk: desk.file(report))

    def file_automatically(self, kind: str, message: str, stack: str, breadcrumbs: Iterable[str] = ()) -> str | None:
        """Files a failure of the program itself. It never throws, takes bounded time and memory, and counts repetitions as one.

        Args:
            kind: the class of the error.
            message: what it says.
            stack: its stack, a frame a line and the innermost first (`file_error` writes it so).
            breadcrumbs: what happened before, oldest first.

        Returns:
            The incident's id; None when it could not be filed.
        """
        try:
            trail = [_clean(str(crumb)) for crumb in breadcrumbs]
            return self._open().file_automatically(_clean(kind), _clean(message), _clean(stack), trail)
        except Exception:
            # Who files a failure can't do with another one.
            return None

    def file_error(self, error: BaseException, breadcrumbs: Iterable[str] = ()) -> str | None:
        """Files an error of the program, as `file_automatically` does."""
        try:
            kind, message, stack = kind_of(error), str(error), stack_of(error)
        except Exception:
            # An error may fail in telling what it is.
            kind, message, stack = type(error).__name__, "", ""
        return self.file_automatically(kind, message, stack, breadcrumbs)

    def log(self, line: str) -> None:
        """Adds a line to the program's log; the last lines go along with an incident, redacted. It never throws."""
        try:
            self._open().log(_clean(line))
        except Exception:
            # A log must not stop what is logged.
            pass

    def cases(self) -> list[Case]:
        """All incidents that are known here, the newest first."""
        return self._call(lambda desk: desk.cases())

    def case(self, id: str) -> Case | None:
        """One incident; None when there is none with that id."""
        return self._call(lambda desk: desk.case(id))

    def follow_up(self, id: str, words: str) -> None:
        """Adds what the user says later; it is sent after the incident."""
        self._call(lambda desk: desk.follow_up(id, words))

    def reopen(self, id: str, why: str) -> None:
        """The user says that it isn't mended after all."""
        self._call(lambda desk: desk.reopen(id, why))

    def rate(self, id: str, score: int, comment: str | None = None) -> None:
        """The user says how it went, 1 (bad) to 5 (good)."""
        self._call(lambda desk: desk.rate(id, score, comment))

    def answered(self, id: str) -> None:
        """The desk answered the user."""
        self._call(lambda desk: desk.answered(id))

    def render(self, id: str, form: Form = Form.CHAT) -> str:
        """An incident to be shown, shared or printed."""
        return self._call(lambda desk: desk.render(id, form))

    def next_delivery(self) -> NextDelivery:
        """What to send next, or how long to wait. `deliver` does it all."""
        return self._call(lambda desk: desk.next_delivery())

    def report_delivery(self, lease: Lease, sent: Sent) -> None:
        """What came of a delivery."""
        self._call(lambda desk: desk.report_delivery(lease, sent))

    def deliver(self, to: str | Sender, token: str | None = None, *, allow_plain: bool = False, goes_on: Callable[[], bool] = lambda: True) -> Delivered:
        """Delivers what waits, one at a time, until nothing waits, the outbox says to wait, or `goes_on` says no more. Waiting is left to who calls.

        Then it asks what became of what was delivered before, as `inquire` does.

        Args:
            to: the desk's address, `https://…` (`HttpSender`), or a function that sends in another way.
            token: what the desk lets this program in by.
            allow_plain: whether an address that isn't encrypted is taken.
            goes_on: asked before each delivery.
        """
        send = HttpSender(to, token, allow_plain=allow_plain) if isinstance(to, str) else to
        sent = 0
        while goes_on():
            now = self.next_delivery()
            if isinstance(now, NextDelivery.WAIT):
                return Delivered(sent, wait_ms=now.ms, news=self.inquire(send, goes_on=goes_on).news)
            if isinstance(now, NextDelivery.PAUSED):
                return Delivered(sent, paused=now.why)
            if not isinstance(now, NextDelivery.SEND):
                return Delivered(sent, news=self.inquire(send, goes_on=goes_on).news)
            sent += self._deliver_one(now.delivery, send)
        return Delivered(sent, wait_ms=0)

    def _deliver_one(self, delivery: Delivery, send: Sender) -> bool:
        try:
            came = send(delivery)
        except BaseException as error:
            # Broken off in the middle: the desk may have it, and the next try must ask.
            self._report(delivery, _sent(Sent.NO_ANSWER(_said(error))))
            raise
        self._report(delivery, came)
        return isinstance(came, (Sent.ANSWERED, Sent.ACCEPTED))

    def _report(self, delivery: Delivery, came: Sent) -> None:
        try:
            self.report_delivery(delivery.lease, came)
        except OutboxError as error:
            # Somebody else has it by now, and will report.
            if error.code != "outbox.lease-lost":
                raise

    def next_inquiry(self) -> Inquiry | None:
        """What to ask the desk next; None when nothing is to be asked now. `inquire` does it all."""
        return self._call(lambda desk: desk.next_inquiry())

    def report_inquiry(self, id: str, sent: Sent) -> bool:
        """What came of an inquiry; whether the desk told something new, which the case then has."""
        return self._call(lambda desk: desk.report_inquiry(id, sent))

    def inquire(self, to: str | Sender, token: str | None = None, *, allow_plain: bool = False, goes_on: Callable[[], bool] = lambda: True) -> Inquired:
        """Asks what became of what the desk has, as far as it is time to: a quarter of an hour after a delivery, then ever more rarely, a few at a time.

        The arguments are those of `deliver`. A function without a method `inquire` has no way to ask, and nothing is asked.
        """
        send = HttpSender(to, token, allow_plain=allow_plain) if isinstance(to, str) else to
        ask: Callable[[str], Sent] | None = getattr(send, "inquire", None)
        news = 0
        while ask and goes_on() and (inquiry := self.next_inquiry()):
            came = ask(inquiry.key)
            news += self.report_inquiry(inquiry.incident, came)
            if isinstance(came, (Sent.NO_ANSWER, Sent.NOT_SENT)):
                return Inquired(news, unanswered=True)
        return Inquired(news)

    def inquire_now(self) -> None:
        """Makes all incidents that the desk has come up in the next `inquire` or `deliver`, since a person wants to know."""
        self._call(lambda desk: desk.inquire_now())

    def go_on(self) -> None:
        """Goes on after the desk didn't let this sender in, and at once when the network comes back."""
        self._call(lambda desk: desk.go_on())

    def release(self, id: str) -> None:
        """Sends again what the desk refused."""
        self._call(lambda desk: desk.release(id))

    def tidy(self) -> None:
        """Puts the outbox in order when nothing else is to do."""
        self._call(lambda desk: desk.tidy())

    def install_pack(self, path: PathLike, progress: Callable[[float], object] | None = None) -> Manifest:
        """Installs a pack from a file, if it is signed by a trusted key, whole, and newer.

        `progress` is told how much is done, 0 to 1, some times a second. What it throws, and Ctrl-C, breaks the installation off and comes out.
        """
        work, file = Work(), os.fspath(path)
        # In a thread of its own: while a call into the library runs, Python takes no Ctrl-C.
        with calling(), ThreadPoolExecutor(max_workers=1) as beside:
            installing = beside.submit(self._open().install_pack, file, work)
            try:
                while not wait([installing], timeout=_GLANCE).done:
                    if progress:
                        progress(work.progress())
                manifest = installing.result()
            except BaseException:
                work.cancel()
                raise
        if progress:
            progress(1.0)
        return manifest

    def roll_back(self) -> Manifest:
        """Goes back to the pack before the one that was installed last."""
        return self._call(lambda desk: desk.roll_back_pack())

    def statistics(self) -> Statistics:
        """How the desk is doing: the pack in use, where all incidents are, questions that found nothing."""
        return self._call(lambda desk: desk.statistics())

    def clear_unanswered(self) -> None:
        """Forgets the unanswered questions, once the desk has them."""
        self._call(lambda desk: desk.clear_unanswered())

    def fail_on_purpose(self) -> None:
        """Panics inside the library, for tests: an `InternalError` comes out, and the desk goes on."""
        self._call(lambda desk: desk.fail_on_purpose())

    def _guide(self, begin: Callable[[Desk], Talk], probe: Probe | None) -> Guide:
        guide = Guide(self._call(begin), probe)
        with self._counting:
            self._open()
            self._guides.add(guide)
        return guide

    def _open(self) -> Desk:
        desk = self._desk
        if desk is None:
            raise ClosedError("the desk was closed")
        return desk

    def _call(self, work: Callable[[Desk], _T]) -> _T:
        with calling():
            return work(self._open())


def _query(text: str, app: str | None, service: str | None, only_service: str | None, limit: int, facts: Mapping[str, Value] | None) -> Query:
    known = {fact: fact_value(value) for fact, value in (facts or {}).items()}
    return Query(text=text, limit=limit, app=app, service=service, only_service=only_service, facts=known)


def _clean(text: str) -> str:
    # Half a character can't go over; a failure is filed all the same.
    return text.encode(errors="replace").decode()
