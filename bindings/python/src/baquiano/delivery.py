"""Delivering what waits, and asking what became of it."""

from __future__ import annotations

import http.client
import ipaddress
import ssl
import time
from dataclasses import dataclass
from socket import gaierror
from typing import Callable, cast
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from ._native.baquiano_ffi import Delivery, Response, Sent

Sender = Callable[[Delivery], Sent]
"""Sends a delivery, or learns that the desk has it (`Delivery.ask_first`), and tells what came of it.

One with a method `inquire(key)` can also ask what became of an incident, as `HttpSender.inquire` does."""

_PATIENCE = 30.0
"""How long an answer is waited for, in seconds. Chosen: two requests stay below a lease (two minutes), so that nobody else sends the same meanwhile."""

_MOST_ANSWER = 64 * 1024
"""Most bytes of an answer that are read. Chosen: a number and a problem are some hundred."""

_NOT_FOUND = 404


@dataclass(frozen=True)
class Delivered:
    """Why delivering stopped."""

    sent: int
    """How many deliveries the desk answered."""
    wait_ms: int | None = None
    """How long to wait until the rest is to be tried, in milliseconds; None when nothing is to be waited for."""
    paused: str | None = None
    """Why the desk doesn't let this sender in: somebody must see to it, and then call `Baquiano.go_on`."""
    news: int = 0
    """Of how many incidents the desk told something new: `Baquiano.cases` shows it."""

    @property
    def all(self) -> bool:
        """Whether nothing waits any more."""
        return self.wait_ms is None and self.paused is None


@dataclass(frozen=True)
class Inquired:
    """What came of asking."""

    news: int
    """Of how many incidents the desk told something new: `Baquiano.cases` shows it."""
    unanswered: bool = False
    """Whether no answer came; the rest is asked another time."""


class HttpSender:
    """Sends over HTTP, as `examples/intake` takes it.

    `POST /incidents` with an idempotency key, `GET /incidents/KEY` where the desk may have it already, and to ask what became of it. It follows no redirect.
    What an answer means is decided in the library: what isn't JSON isn't the desk's, since portals of networks say that all is well, too, and keep nothing.
    """

    def __init__(self, url: str, token: str | None = None, *, allow_plain: bool = False) -> None:
        """Takes the desk's address, `https://…`.

        Unencrypted it is taken for this computer alone, or with `allow_plain`, for tests and networks of one's own. `token` is what the desk lets this
        program in by.
        """
        here = _checked(url, allow_plain)
        if token is not None and not (token and all("!" <= c <= "~" for c in token)):
            raise ValueError("the token can't be put in a header")
        self._url = url.rstrip("/")
        self._token = token
        # By hand: what `build_opener` puts together follows redirects and throws answers.
        self._opener = OpenerDirector()
        self._opener.add_handler(HTTPHandler())
        self._opener.add_handler(HTTPSHandler())
        if not here:
            self._opener.add_handler(ProxyHandler())

    def __call__(self, delivery: Delivery) -> Sent:
        """Sends it, or learns that the desk has it."""
        if delivery.ask_first:
            has = self.inquire(delivery.key)
            if not (isinstance(has, Sent.ANSWERED) and has.response.status == _NOT_FOUND):
                return has
        headers = {
            **self._headers(),
            "Idempotency-Key": f'"{delivery.key}"',
            "Content-Type": delivery.content_type,
            "Content-Encoding": "gzip",
        }
        return self._exchange(Request(f"{self._url}/incidents", data=delivery.body, headers=headers, method="POST"))  # noqa: S310

    def inquire(self, key: str) -> Sent:
        """Asks the desk what it has by a key."""
        return self._exchange(Request(f"{self._url}/incidents/{key}", headers=self._headers()))  # noqa: S310

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "application/json, application/problem+json", "User-Agent": "baquiano-python"}
        return headers if self._token is None else {**headers, "Authorization": f"Bearer {self._token}"}

    def _exchange(self, request: Request) -> Sent:
        try:
            answer = self._opener.open(request, timeout=_PATIENCE)
            if answer is None:
                return _sent(Sent.NOT_SENT("nobody knows how to open the address"))
            with answer:
                if not 100 <= answer.status <= 599:
                    return _sent(Sent.NO_ANSWER("what answered spoke no HTTP"))
                retry_after, content_type = answer.headers.get("Retry-After"), answer.headers.get("Content-Type")
                response = Response(status=answer.status, retry_after=retry_after, content_type=content_type, body=_bounded(answer))
                return _sent(Sent.ANSWERED(response))
        except URLError as error:
            # Before a connection stands nothing was sent; of all else the desk may have something.
            return _sent((Sent.NOT_SENT if _never_left(error.reason) else Sent.NO_ANSWER)(_said(error.reason)))
        except (OSError, http.client.HTTPException) as error:
            return _sent(Sent.NO_ANSWER(_said(error)))


def _never_left(reason: object) -> bool:
    return isinstance(reason, (gaierror, ConnectionRefusedError, ssl.SSLCertVerificationError))


def _sent(sent: object) -> Sent:
    # The variants are made subclasses of `Sent` only when they are loaded, which no checker sees.
    return cast(Sent, sent)


def _said(error: object) -> str:
    return f"{type(error).__name__}: {error}"


def _bounded(answer: http.client.HTTPResponse) -> bytes:
    body, until = b"", time.monotonic() + _PATIENCE
    while len(body) < _MOST_ANSWER and time.monotonic() < until:
        piece = answer.read1(_MOST_ANSWER - len(body))
        if not piece:
            break
        body += piece
    return body


def _checked(url: str, allow_plain: bool) -> bool:
    """Whether an address is this computer's; a `ValueError` when none may be sent to."""
    no_address = ValueError("no address of a desk: give one like https://mesa.ejemplo")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise no_address from error
    if "@" in parts.netloc:
        raise ValueError("leave name and password out of the address, and give a token")
    if not host or "?" in url or "#" in url or not url.isascii() or any(c <= " " for c in url):
        raise no_address
    here = _is_this_computer(host)
    if parts.scheme == "http" and not (here or allow_plain):
        raise ValueError("it would be sent unencrypted: give the https address")
    if parts.scheme not in ("http", "https"):
        raise no_address
    return here


def _is_this_computer(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
