"""A phone, a desk over HTTP, and a way through a talk, all invented."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from baquiano import AppVersion, Baquiano, Guide, Value

APP = AppVersion(id="fsu-rup", version="3.2.1", build=321)
PHONE: dict[str, str | int | None] = {
    "vendor": "samsung",
    "model": "SM-A015M",
    "android": "11",
    "api_level": 30,
    "storage_free_mb": 900,
    "battery_percent": 55,
    "locale": "es-HN",
}


def opened(dir: Path | None) -> Baquiano:
    return Baquiano.open(dir, app=APP, device=PHONE)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Baquiano]:
    """A desk with a folder of its own."""
    with opened(tmp_path / "desk") as desk:
        yield desk


@pytest.fixture
def reader() -> Iterator[Baquiano]:
    """A desk that keeps nothing."""
    with Baquiano.open() as desk:
        yield desk


class FakePhone:
    """A phone whose facts a test sets. What isn't set can't be read."""

    def __init__(self, facts: dict[str, Value]) -> None:
        self.facts = facts
        self.asked: list[str] = []

    def __call__(self, facts: list[str]) -> dict[str, Value | None]:
        self.asked += facts
        return {fact: self.facts.get(fact) for fact in facts}


def location_off() -> dict[str, Value]:
    return {"location.enabled": False, "perm.fine": "granted", "vendor": "samsung"}


def give_up(guide: Guide) -> None:
    """Says «No sé» and «No puedo» until the end."""
    for _ in range(60):
        if guide.end:
            return
        if guide.question:
            guide.answer(None)
        else:
            guide.cannot()
    raise AssertionError("it doesn't end")


@dataclass
class Came:
    """A request that came."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Answered:
    """What is answered to it."""

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


@dataclass
class Intake:
    """A desk over HTTP on this computer."""

    url: str
    came: list[Came]


@contextmanager
def intake(answer: Callable[[Came], Answered]) -> Iterator[Intake]:
    came: list[Came] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._handle()

        def do_POST(self) -> None:
            self._handle()

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Came(self.command, self.path, dict(self.headers), gzip.decompress(body).decode() if body else "")
            came.append(request)
            answered = answer(request)
            self.send_response(answered.status)
            for name, value in answered.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answered.body.encode())))
            self.end_headers()
            self.wfile.write(answered.body.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield Intake(f"http://127.0.0.1:{server.server_port}", came)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def accepts(request: Came) -> Answered:
    return Answered(201 if request.method == "POST" else 200, json.dumps({"reference": "MA-1001"}))
