from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from baquiano import Baquiano, Entry, Form, Outcome, TalkError, Told, Value, value_of
from conftest import FakePhone, give_up, location_off, opened


def test_the_phone_is_read_the_remedy_is_proven_and_nothing_is_asked(desk: Baquiano) -> None:
    phone = location_off()
    with desk.guide("no me agarra el gps", probe=phone) as guide:
        todo = guide.todo
        assert todo and todo.action == "location-settings"
        assert todo.picture and desk.picture(todo.picture)
        assert todo.proves == ["location.enabled"]
        assert not guide.look_again(), "nothing has changed yet"
        phone.update({"location.enabled": True, "fix.accuracy_m": 6})
        assert guide.look_again(), "the person came back, and it is on"
        assert guide.end and guide.end.outcome == Outcome.RESOLVED
        assert guide.end.fault == "gps.location-off"
        assert not guide.look_again(), "what is over isn't looked at"
    assert desk.unfinished() is None, "what is over isn't gone on with"


def test_in_a_chat_everything_is_asked_with_answers_to_choose_and_a_way_back(reader: Baquiano) -> None:
    with reader.guide(flow="gps") as guide:
        first = guide.question
        assert first and (first.entry != Entry.CHOICE or len(first.choices) >= 2)
        assert isinstance(value_of(first.choices[0].value), (bool, int, str))
        guide.answer(first.choices[0].value)
        assert guide.question != first
        assert guide.explain().known
        guide.back()
        assert guide.question == first
        assert not guide.explain().known
        guide.did()
        guide.cannot()
        assert guide.question == first, "nothing is to be done here, so the page stays"
        guide.stop()
        assert guide.end and guide.end.outcome == Outcome.ABANDONED
        guide.answer(True)
        assert guide.end


def test_without_words_there_are_topics_to_choose_from(reader: Baquiano) -> None:
    with reader.guide() as guide:
        assert guide.question and guide.page.title


def test_a_probe_that_throws_or_reads_nonsense_stops_nothing(desk: Baquiano) -> None:
    def broken(facts: list[str]) -> dict[str, Value | None]:
        raise OSError(f"a maker's own idea of {facts}")

    nonsense: dict[str, Value] = {"location.enabled": "maybe", "perm.fine": 2**80, "vendor": "\udcff", "play.services": 1.5}  # type: ignore[dict-item]
    for probe in (broken, nonsense, FakePhone({}), {}):
        with desk.guide(flow="gps", probe=probe) as guide:
            assert guide.question or guide.todo


def test_what_the_desk_must_see_is_filed_with_what_was_found_out(desk: Baquiano) -> None:
    with desk.guide("no me agarra el gps", probe=location_off()) as guide:
        with pytest.raises(TalkError) as early:
            guide.file()
        assert early.value.code == "talk.not-over"
        give_up(guide)
        assert guide.end and guide.end.outcome == Outcome.ESCALATED
        assert guide.end.escalation
        filed = guide.file(Told(words="urge, estoy en la aldea"))
    assert "lunes a viernes" in filed.promise
    assert [case.id for case in desk.cases()] == [filed.id]
    record = desk.render(filed.id, Form.JSON)
    assert '"flow"' in record and "urge, estoy en la aldea" in record
    assert desk.unfinished() is None


DYING = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from conftest import location_off, opened
guide = opened(Path(sys.argv[1])).guide("no me agarra el gps", probe=location_off())
print(guide.todo.remedy, flush=True)
time.sleep(60)
"""


def test_a_talk_goes_on_after_the_process_was_killed_in_it(tmp_path: Path) -> None:
    tests = str(Path(__file__).parent)
    with subprocess.Popen([sys.executable, "-c", DYING, str(tmp_path), tests], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        remedy = child.stdout.readline().strip()
        child.kill()
    assert remedy
    with opened(tmp_path) as desk:
        phone = FakePhone(location_off())
        guide = desk.unfinished(phone)
        assert guide and guide.todo and guide.todo.remedy == remedy
        assert not phone.asked, "what was read before is known"
        phone.facts.update({"location.enabled": True, "fix.accuracy_m": 5})
        guide.did()
        assert guide.end and guide.end.outcome == Outcome.RESOLVED


def test_a_talk_can_be_forgotten(desk: Baquiano) -> None:
    desk.guide(flow="gps", probe=location_off())
    assert desk.unfinished()
    desk.forget_talk()
    assert desk.unfinished() is None


def test_a_talk_that_was_written_down_goes_on_and_one_of_other_content_begins_anew(reader: Baquiano) -> None:
    with reader.guide(flow="gps") as guide:
        saved = guide.saved
    with reader.resume(saved) as again:
        assert again.question
    # The version of a flow is what its content hashes to.
    other = re.sub(r'"version":"[0-9a-f]{4}', '"version":"ffff', saved)
    assert other != saved
    for broken in (other, saved[:-5], "", "{}"):
        with pytest.raises(TalkError) as told:
            reader.resume(broken)
        assert told.value.code == "talk.outdated"
        assert told.value.user_text
