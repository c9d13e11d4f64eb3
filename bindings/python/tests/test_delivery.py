from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

import baquiano
from baquiano import (
    Attached,
    Baquiano,
    Contact,
    Delivered,
    Delivery,
    Filed,
    Form,
    HttpSender,
    Inquired,
    MediaType,
    NextDelivery,
    OutboxError,
    Phase,
    Place,
    Reporter,
    Sent,
    Status,
    Told,
)
from baquiano.crashes import stack_of
from conftest import Answered, accepts, intake

WORDS = "no me deja enviar las fichas, mi identidad es 0801-1990-12345"


def test_a_case_is_kept_while_nobody_is_there_and_arrives_once_with_its_number(desk: Baquiano) -> None:
    told = Told(
        reporter=Reporter(alias="enc-07", contact=Contact(by="whatsapp", at="+504 0000-0000")),
        place=Place.NEAR(14.06213, -87.19234, 2),  # type: ignore[arg-type]
        attachments=[Attached(name="nota.txt", kind=MediaType.TEXT, content=b"clave=secreta")],
    )
    filed = desk.file(WORDS, service="sincronizacion", articles=["no-envia-las-fichas"], told=told)
    assert filed.filed == Filed.KEPT
    with intake(accepts) as gone:
        pass
    assert (desk.deliver(gone.url).wait_ms or 0) > 0, "nobody listens at the port of a server that is gone"
    case = desk.case(filed.id)
    assert case and case.status == Status.PENDING

    desk.go_on()
    with intake(accepts) as there:
        assert desk.deliver(there.url, token="prueba") == Delivered(1)
        assert desk.deliver(there.url).all
    [came] = there.came
    assert (came.method, came.path, came.headers["Authorization"]) == ("POST", "/incidents", "Bearer prueba")
    assert "[identidad]" in came.body and "0801" not in came.body
    assert "14.06" in came.body and "14.062" not in came.body
    assert "secreta" not in came.body
    case = desk.case(filed.id)
    assert case and (case.status, case.reference) == (Status.ACCEPTED, "MA-1001")


def test_a_portal_of_the_network_isnt_the_desk_and_the_desk_is_asked_before_it_is_sent_again(desk: Baquiano) -> None:
    filed = desk.file(WORDS)
    with intake(lambda _: Answered(200, "<p>Bienvenido, compre un paquete</p>", {"Content-Type": "text/html"})) as portal:
        assert desk.deliver(portal.url).wait_ms
    desk.go_on()
    with intake(accepts) as there:
        assert desk.deliver(there.url) == Delivered(1)
        assert [came.method for came in there.came] == ["GET"]
    case = desk.case(filed.id)
    assert case and case.reference == "MA-1001"


def test_what_the_desk_did_with_a_case_is_asked_and_shown(desk: Baquiano) -> None:
    filed = desk.file(WORDS)
    told = '{"reference": "MA-1001", "phase": "investigating", "state": "En investigación"}'
    with intake(lambda came: accepts(came) if came.method == "POST" else Answered(200, told)) as there:
        sender = HttpSender(there.url)
        assert desk.deliver(sender) == Delivered(1)
        assert desk.inquire(sender) == Inquired(0), "not so soon"
        desk.inquire_now()
        assert desk.deliver(sender) == Delivered(0, news=1)
        assert (there.came[-1].method, there.came[-1].path) == ("GET", f"/incidents/{filed.id}")
        case = desk.case(filed.id)
        assert case and (case.status, case.phase, case.state) == (Status.ACCEPTED, Phase.INVESTIGATING, "En investigación")
        told = '{"reference": "MA-1001", "phase": "closed", "state": "Cerrado"}'
        desk.inquire_now()
        assert desk.inquire(sender) == Inquired(1)
        desk.inquire_now()
        assert desk.inquire(lambda _: Sent.NO_ANSWER("")) == Inquired(0), "it has no way to ask"  # type: ignore[arg-type,return-value]
        assert desk.inquire(there.url) == Inquired(0), "that is no news"
    desk.inquire_now()
    assert desk.inquire(sender) == Inquired(0, unanswered=True)
    case = desk.case(filed.id)
    assert case and (case.phase, case.state) == (Phase.CLOSED, "Cerrado") and case.told_ms


def test_who_may_not_ask_may_still_deliver(desk: Baquiano) -> None:
    desk.file(WORDS)
    with intake(lambda came: accepts(came) if came.method == "POST" else Answered(403, "{}")) as there:
        desk.deliver(there.url)
        desk.inquire_now()
        assert desk.inquire(there.url) == Inquired(0)
        desk.file(WORDS)
        assert desk.deliver(there.url) == Delivered(1)


def test_what_the_desk_doesnt_have_after_all_is_sent(desk: Baquiano) -> None:
    desk.file(WORDS)
    with intake(lambda _: Answered(200, "<p>", {"Content-Type": "text/html"})) as portal:
        desk.deliver(portal.url)
    desk.go_on()
    with intake(lambda came: accepts(came) if came.method == "POST" else Answered(404, "{}")) as there:
        assert desk.deliver(there.url) == Delivered(1)
        assert [came.method for came in there.came] == ["GET", "POST"]


def test_a_redirect_isnt_followed(desk: Baquiano) -> None:
    desk.file(WORDS)
    with intake(accepts) as elsewhere:
        with intake(lambda _: Answered(307, "", {"Location": f"{elsewhere.url}/incidents"})) as there:
            assert desk.deliver(there.url, token="prueba").wait_ms
        assert elsewhere.came == []


def test_the_time_that_the_desk_asks_for_is_heeded(desk: Baquiano) -> None:
    desk.file(WORDS)
    with intake(lambda _: Answered(429, "", {"Retry-After": "120"})) as there:
        assert 100_000 <= (desk.deliver(there.url).wait_ms or 0) <= 121_000
    balance = desk.statistics().balance
    assert balance and (balance.delivered, balance.pending) == (0, 1)


def test_who_isnt_let_in_is_told_so_and_nothing_is_lost(desk: Baquiano) -> None:
    desk.file(WORDS)
    with intake(lambda _: Answered(401, "{}")) as there:
        assert desk.deliver(there.url).paused
        assert desk.deliver(there.url).paused
        assert len(there.came) == 1
    desk.go_on()
    with intake(accepts) as there:
        assert desk.deliver(there.url) == Delivered(1)


def test_what_is_refused_is_kept_and_can_be_sent_again(desk: Baquiano) -> None:
    filed = desk.file(WORDS)
    with intake(lambda _: Answered(400, '{"title": "No se lee"}', {"Content-Type": "application/problem+json"})) as there:
        desk.deliver(there.url)
    case = desk.case(filed.id)
    assert case and case.status == Status.QUARANTINED and "No se lee" in (case.why or "")
    desk.release(filed.id)
    with intake(accepts) as there:
        assert desk.deliver(there.url) == Delivered(1)


def test_what_the_user_says_later_follows_the_case(desk: Baquiano) -> None:
    filed = desk.file(WORDS)
    desk.follow_up(filed.id, "ya probé con wifi")
    with intake(accepts) as there:
        assert desk.deliver(there.url) == Delivered(2)
        assert "ya probé con wifi" in there.came[1].body
        assert len({came.headers["Idempotency-Key"] for came in there.came}) == 2
    desk.reopen(filed.id, "sigue igual")
    desk.rate(filed.id, 4, "gracias")
    with pytest.raises(OutboxError) as told:
        desk.rate(filed.id, 6)
    assert told.value.code == "outbox.transition"
    desk.answered(filed.id)
    case = desk.case(filed.id)
    assert case and case.status == Status.ANSWERED
    desk.tidy()
    for form in Form:
        text = desk.render(filed.id, form)
        assert "fichas" in text and "0801" not in text


def test_a_sender_of_ones_own_can_be_given_and_stopped(desk: Baquiano) -> None:
    desk.file(WORDS)
    assert desk.deliver(lambda _: Sent.NOT_SENT("nunca"), goes_on=lambda: False) == Delivered(0, wait_ms=0)  # type: ignore[arg-type, return-value]
    given: list[Delivery] = []

    def by_hand(delivery: Delivery) -> Sent:
        given.append(delivery)
        return Sent.ACCEPTED("MA-9")  # type: ignore[return-value]

    assert desk.deliver(by_hand) == Delivered(1)
    assert [delivery.attempt for delivery in given] == [1]


def test_a_sending_that_is_broken_off_is_asked_for_first(desk: Baquiano) -> None:
    desk.file(WORDS)

    def interrupted(_: Delivery) -> Sent:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.deliver(interrupted)
    desk.go_on()
    now = desk.next_delivery()
    assert isinstance(now, NextDelivery.SEND) and now.delivery.ask_first
    desk.report_delivery(now.delivery.lease, Sent.NOT_SENT("todavía no"))  # type: ignore[arg-type]
    with pytest.raises(OutboxError) as told:
        desk.report_delivery(now.delivery.lease, Sent.NOT_SENT("dos veces"))  # type: ignore[arg-type]
    assert told.value.code == "outbox.lease-lost"
    assert isinstance(desk.next_delivery(), NextDelivery.WAIT)


def test_unencrypted_it_is_sent_to_this_computer_alone() -> None:
    for bad in (
        "http://mesa.example",
        "mesa.example",
        "ftp://mesa.example",
        "https://ana:clave@mesa.example",
        "https://mesa.example/?a=1",
        "https://mesa.example:puerto",
        "https://mesa.example/a b",
        "http://127.0.0.1.mesa.example",
        "file:///etc/passwd",
        "",
    ):
        with pytest.raises(ValueError, match=r"address|unencrypted"):
            HttpSender(bad)
    for good in ("https://mesa.example", "http://127.0.0.1:80", "http://localhost:8025/", "http://[::1]:80"):
        HttpSender(good)
    HttpSender("http://10.0.0.5", allow_plain=True)
    with pytest.raises(ValueError, match="token"):
        HttpSender("https://mesa.example", "con espacio")


def test_a_crash_is_filed_once_with_a_count_and_the_hooks_before_it_run(desk: Baquiano) -> None:
    ran: list[str] = []
    before = sys.excepthook, threading.excepthook
    sys.excepthook = lambda *_: ran.append("main")
    threading.excepthook = lambda _: ran.append("thread")
    try:
        with baquiano.file_crashes(desk, lambda: ["abrió el mapa"]):

            def fail() -> None:
                try:
                    raise KeyError("origen")
                except KeyError as error:
                    raise RuntimeError("falla de prueba, tel. 9999-8888") from error

            for _ in range(20):
                try:
                    fail()
                except RuntimeError as error:
                    sys.excepthook(type(error), error, error.__traceback__)
            sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
            thread = threading.Thread(target=fail, name="hilo-7")
            thread.start()
            thread.join()
        sys.excepthook(ValueError, ValueError("no se registra"), None)
    finally:
        sys.excepthook, threading.excepthook = before
    assert ran == ["main"] * 21 + ["thread", "main"]
    [case] = desk.cases()
    assert case.count == 21
    record = desk.render(case.id, Form.JSON)
    assert "abrió el mapa" in record and "Caused by: KeyError" in record
    assert "test_delivery.py" in record and str(Path(__file__).parent) not in record and "9999" not in record


def test_the_stack_of_a_failure_is_told_from_the_inside() -> None:
    def inner() -> None:
        raise ValueError("adentro") from KeyError("never raised")

    def outer() -> None:
        try:
            inner()
        except ValueError as error:
            raise RuntimeError("afuera") from error

    with pytest.raises(RuntimeError) as told:
        outer()
    lines = [line.rsplit(":", 1)[0] for line in stack_of(told.value).splitlines()]
    name = "at test_delivery.{}(test_delivery.py"
    own = [name.format(function) for function in ("outer", "test_the_stack_of_a_failure_is_told_from_the_inside")]
    assert lines == [*own, "Caused by", name.format("inner"), name.format("outer")]


def test_filing_a_failure_never_throws(desk: Baquiano) -> None:
    class Unspeakable(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no words")

    assert desk.file_error(Unspeakable())
    assert desk.file_automatically("a\ud800", "b\udcff", "c", ["d", "\ud83d"])
    assert desk.file_automatically("a", "b", "c", None) is None  # type: ignore[arg-type]
    desk.log("línea \udcff")
    desk.log(7)  # type: ignore[arg-type]
