"""What must hold at the border between Python and the library."""

from __future__ import annotations

import gc
import os
import pickle
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import baquiano
from baquiano import (
    Baquiano,
    BaquianoError,
    ClosedError,
    ContentError,
    Guide,
    InputError,
    InstallError,
    InternalError,
    Origin,
    OutboxError,
    Place,
    TalkError,
)
from baquiano._native import baquiano_ffi
from conftest import FakePhone, give_up, location_off, opened

REPOSITORY = Path(__file__).parents[3]
ABSENT = "018f3a5e-7c2b-7000-8000-000000000000"


def test_a_panic_inside_is_a_typed_error_and_the_library_goes_on(desk: Baquiano) -> None:
    for _ in range(3):
        with pytest.raises(InternalError) as told:
            desk.fail_on_purpose()
        assert told.value.code == "internal"
        assert told.value.user_text and "on purpose" in str(told.value)
        assert desk.search("no me agarra el gps").hits[0].service == "gps"


def test_wrong_ids_are_typed_errors(desk: Baquiano, reader: Baquiano) -> None:
    by_id: list[Callable[[], object]] = [
        lambda: desk.article("No es un id"),
        lambda: desk.picture("No es un id"),
        lambda: desk.fact_values("No es un id"),
        lambda: desk.case("tampoco"),
        lambda: desk.render("tampoco"),
        lambda: desk.search("gps", service="No es un id"),
        lambda: desk.search("gps", facts={"No es un id": True}),
        lambda: desk.file("gps", service="No es un id"),
        reader.cases,
        reader.next_delivery,
        lambda: reader.file("gps"),
    ]
    for call in by_id:
        with pytest.raises(InputError) as told:
            call()
        assert told.value.code.startswith("input.") and "Stack backtrace" not in told.value.detail
    assert desk.case(ABSENT) is None
    for change in (
        lambda: desk.follow_up(ABSENT, "a"),
        lambda: desk.rate(ABSENT, 5),
        lambda: desk.answered(ABSENT),
        lambda: desk.release(ABSENT),
        lambda: desk.render(ABSENT),
    ):
        with pytest.raises(OutboxError) as unknown:
            change()
        assert unknown.value.code == "outbox.unknown"
    with pytest.raises(TalkError) as no_flow:
        desk.guide(flow="tortillas")
    assert no_flow.value.code == "talk.no-flow"


def test_a_closed_desk_and_its_talks_are_typed_errors(tmp_path: Path) -> None:
    desk = opened(tmp_path)
    guide = desk.guide(flow="gps")
    desk.close()
    desk.close()
    assert desk.closed
    for call in (lambda: desk.search("gps"), guide.stop, guide.back, guide.explain, guide.file, lambda: guide.saved, lambda: desk.install_pack("a")):
        with pytest.raises(ClosedError) as told:
            call()
        assert told.value.code == "closed" and told.value.user_text
    desk.log("nothing happens")
    assert desk.file_automatically("a", "b", "c") is None


def test_errors_can_be_handed_to_another_process() -> None:
    for error in (InputError("input.id", "Pruebe otra vez.", "no id"), ClosedError("it was closed")):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), again.user_text) == (type(error), str(error), error.user_text)
        assert isinstance(again, BaquianoError)


def test_a_folder_that_cant_be_used_and_a_key_that_is_none_are_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(BaquianoError):
        Baquiano.open(file / "in")
    with pytest.raises(InputError):
        Baquiano.open(tmp_path / "a", trusted_keys=["zz"])
    with pytest.raises(ContentError):
        Baquiano.open(pack=file)
    with pytest.raises(TypeError):
        Baquiano.open(device={"marca": "samsung"})


def test_a_pack_that_is_none_is_refused_and_the_help_goes_on(desk: Baquiano, tmp_path: Path) -> None:
    pack = tmp_path / "roto.pack"
    pack.write_bytes(b"\7" * 3_000_000)
    told: list[float] = []
    with pytest.raises(InstallError) as damaged:
        desk.install_pack(pack, told.append)
    assert damaged.value.code == "install.damaged"
    assert all(0 <= done <= 1 for done in told)
    with pytest.raises(InstallError) as nothing:
        desk.roll_back()
    assert nothing.value.code == "install.nothing-before"
    assert desk.statistics().pack.origin == Origin.EMBEDDED
    assert desk.search("no me agarra el gps").hits


def test_what_a_progress_bar_throws_breaks_the_installation_off(desk: Baquiano, monkeypatch: pytest.MonkeyPatch) -> None:
    cancelled = threading.Event()

    class Slow:
        def install_pack(self, path: str, work: baquiano_ffi.Work) -> None:
            assert path == "a"
            assert work.progress() == 0.0
            assert cancelled.wait(20)

    class Watched(baquiano_ffi.Work):
        def cancel(self) -> None:
            super().cancel()
            cancelled.set()

    def closed(_: float) -> None:
        raise RuntimeError("the window was closed")

    monkeypatch.setattr("baquiano.desk.Work", Watched)
    monkeypatch.setattr(desk, "_open", Slow)
    with pytest.raises(RuntimeError, match="window"):
        desk.install_pack("a", closed)


def test_eight_threads_for_a_few_seconds(desk: Baquiano) -> None:
    until, calls, failed = time.monotonic() + 5, Counter[int](), list[BaseException]()

    def work(number: int) -> None:
        try:
            while time.monotonic() < until:
                if number % 4 == 0:
                    assert desk.search("no me agarra el gps").hits[0].service == "gps"
                elif number % 4 == 1:
                    with desk.guide(flow="camara", probe=FakePhone({})) as guide:
                        give_up(guide)
                elif number % 4 == 2:
                    assert desk.article(desk.suggest("la foto sale")[0].article)
                else:
                    desk.log(f"hilo {number}")
                    desk.file_automatically(f"prueba.Hilo{number}", "m", "at a.b.C.d(C.kt:1)")
                    desk.cases()
                calls[number] += 1
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed
    assert all(calls[number] for number in range(8)), calls
    balance = desk.statistics().balance
    assert balance
    assert balance.filed == balance.delivered + balance.pending + balance.merged + balance.dropped + balance.quarantined


def test_one_talk_takes_one_step_at_a_time(desk: Baquiano) -> None:
    with desk.guide(flow="gps") as guide:
        threads = [threading.Thread(target=lambda: [guide.answer(None) for _ in range(20)] and None) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        give_up(guide)
        assert guide.end


def test_a_desk_that_is_closed_under_a_running_call_lets_it_finish(tmp_path: Path) -> None:
    for round in range(20):
        desk = opened(tmp_path / str(round))
        outcomes: list[object] = []

        def ask(desk: Baquiano = desk, outcomes: list[object] = outcomes) -> None:
            try:
                for _ in range(50):
                    desk.search("no me agarra el gps")
            except ClosedError as error:
                outcomes.append(error)
            else:
                outcomes.append(None)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        desk.close()
        for thread in threads:
            thread.join()
        assert len(outcomes) == 4


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the memory of a process")
def test_eight_thousand_calls_dont_grow_the_memory(desk: Baquiano) -> None:
    def calls(count: int) -> None:
        for number in range(count):
            desk.search("no me agarra el gps" if number % 2 else "se me cerro la aplicasion", limit=3)
            if number % 20 == 0:
                with desk.guide(flow="gps", probe=location_off()) as guide:
                    guide.cannot()
            if number % 50 == 0:
                with pytest.raises(InputError):
                    desk.article("No es un id")

    def resident() -> int:
        gc.collect()
        status = Path("/proc/self/status").read_text().splitlines()
        return next(int("".join(filter(str.isdigit, line))) for line in status if line.startswith("VmRSS"))

    calls(2_000)
    before = resident()
    calls(8_000)
    grown = resident() - before
    print(f"grown by {grown} KB in 8,000 calls")
    assert grown < 1638  # 210 bytes a call


def test_objects_that_nobody_closes_are_freed_and_a_script_that_forgets_to_close_ends_quietly() -> None:
    script = """
from baquiano import Baquiano
desk = Baquiano.open()
guides = [desk.guide(flow="gps") for _ in range(500)]
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_two_desks_in_one_process_share_a_folder(desk: Baquiano, tmp_path: Path) -> None:
    with opened(tmp_path / "desk") as second:
        assert second.file("no abre la cámara").promise
        assert desk.cases() or "guest: true" in (second.statistics().outbox or "")


def test_records_show_what_they_hold_and_can_be_compared_with_anything(reader: Baquiano) -> None:
    first, again = (reader.search("no me agarra el gps", limit=1).hits[0] for _ in range(2))
    assert first == again and first is not again
    assert (first == None) is False and first != "gps"  # noqa: E711
    assert repr(first).startswith(f"Hit(id={first.id!r}")
    with reader.guide(flow="gps") as guide:
        assert repr(guide.page.shows).startswith("Shows.ASK(question=Question(fact=")
    assert (Place.MUNICIPALITY("0801"), repr(Place.MUNICIPALITY("0801"))) == (Place.MUNICIPALITY("0801"), "Place.MUNICIPALITY('0801')")


def test_every_method_of_the_surface_has_its_place() -> None:
    """What is new in the library must not be forgotten here."""
    same = {name for name in vars(baquiano_ffi.Desk) if not name.startswith("_")} - {"open"}
    renamed = {"media": "picture", "guide_by_chat": "guide", "roll_back_pack": "roll_back"}
    assert {renamed.get(name, name) for name in same} <= set(vars(Baquiano))
    steps = {name for name in vars(baquiano_ffi.Talk) if not name.startswith("_")}
    renamed = {"skip": "cannot", "is_proven": "look_again"}
    assert {renamed.get(name, name) for name in steps} - {"read"} <= set(vars(Guide))


def test_all_that_is_named_is_there() -> None:
    assert all(hasattr(baquiano, name) for name in baquiano.__all__)
    assert baquiano.__version__


def _command_line() -> str | None:
    built = Path(os.environ.get("CARGO_TARGET_DIR") or REPOSITORY / "target")
    found = (shutil.which(str(built / profile / "baquiano")) for profile in ("release", "debug"))
    return next(filter(None, found), shutil.which("baquiano"))


@pytest.mark.skipif(_command_line() is None, reason="authors' packs are built and signed by the command line: cargo build -p baquiano-cli")
def test_a_newer_pack_is_installed_and_taken_back(tmp_path: Path) -> None:
    def run(*arguments: object) -> None:
        subprocess.run([str(_command_line()), *map(str, arguments)], check=True, capture_output=True, timeout=300)

    content, key = tmp_path / "kb", tmp_path / "clave"
    shutil.copytree(REPOSITORY / "kb", content, ignore=shutil.ignore_patterns("src", "target"))
    about = content / "pack.yaml"

    def built(revision: int) -> Path:
        about.write_text(re.sub(r"(?m)^revision: \d+", f"revision: {revision}", about.read_text()))
        run("--kb", content, "kb", "build", "-o", tmp_path / f"{revision}.pack")
        return tmp_path / f"{revision}.pack"

    first, second = built(1000), built(1001)
    run("kb", "keygen", "-o", key)
    with Baquiano.open(tmp_path / "desk", trusted_keys=[Path(f"{key}.pub").read_text().strip()]) as desk:
        with pytest.raises(InstallError) as unsigned:
            desk.install_pack(first)
        assert unsigned.value.code == "install.not-trusted"
        for pack in (first, second):
            run("kb", "sign", pack, "--key", key)
        told: list[float] = []
        guide = desk.guide(flow="gps")
        assert desk.install_pack(first, told.append).revision == 1000
        assert told[-1] == 1.0
        assert desk.statistics().pack.origin == Origin.CURRENT
        assert desk.search("no me agarra el jipies").hits[0].service == "gps"
        with pytest.raises(InstallError) as again:
            desk.install_pack(first)
        assert again.value.code == "install.not-newer"
        give_up(guide)
        assert desk.install_pack(second).revision == 1001
        assert desk.roll_back().revision == 1000
        assert desk.statistics().pack.manifest.revision == 1000
