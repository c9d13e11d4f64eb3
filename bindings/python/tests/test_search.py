from __future__ import annotations

import pytest

from baquiano import Baquiano, Block, InputError, Mark, Reader, SectionKind, Span
from baquiano.values import in_characters


def test_a_misspelled_question_finds_its_article(reader: Baquiano) -> None:
    answer = reader.search("no me agarra el jipies")
    first = answer.hits[0]
    assert first.service == "gps"
    assert answer.confidence > 0.5
    assert first.why


def test_what_matched_is_marked_in_characters(reader: Baquiano) -> None:
    first = reader.search("ubicasion apagada").hits[0]
    marked = [first.title[mark.start : mark.end] for mark in first.title_highlights]
    assert any(text.lower().startswith("ubicaci") for text in marked), f"{marked} of {first.title}"


def test_bytes_of_any_character_are_told_from_characters() -> None:
    text, ends = "añ€😀z", [0, 1, 3, 6, 10, 11]
    marks = in_characters(text, [Mark(start=start, end=end) for start, end in zip(ends, ends[1:])])
    assert [text[mark.start : mark.end] for mark in marks] == list(text)


def test_what_is_known_ranks_and_what_is_asked_for_limits(reader: Baquiano) -> None:
    facts: dict[str, bool | int | str] = {"vendor": "xiaomi", "android": "13", "location.enabled": False, "storage.free_mb": 40}
    hits = reader.search("no agarra", app="fsu-rup", service="gps", limit=3, facts=facts).hits
    assert 0 < len(hits) <= 3
    assert hits[0].service == "gps"
    assert {hit.service for hit in reader.search("no me abre", only_service="camara").hits} <= {"camara"}
    with pytest.raises(TypeError):
        reader.search("gps", facts={"location.enabled": 1.5})  # type: ignore[dict-item]


def test_what_fits_nothing_is_an_honest_empty_answer_and_is_noted(reader: Baquiano) -> None:
    assert reader.search("receta de baleadas con mantequilla").hits == []
    assert [noted.count for noted in reader.statistics().unanswered] == [1]
    reader.clear_unanswered()
    assert reader.statistics().unanswered == []
    assert len(reader.offer().services) >= 17


def test_suggestions_complete_what_is_typed(reader: Baquiano) -> None:
    suggestions = reader.suggest("no me agarra", limit=4)
    assert 0 < len(suggestions) <= 4
    for suggestion in suggestions:
        assert all(mark.start < mark.end <= len(suggestion.text) for mark in suggestion.highlights)
        assert reader.article(suggestion.article)


def test_an_article_is_shown_without_what_is_for_the_desk(reader: Baquiano) -> None:
    id = reader.search("no me agarra el gps").hits[0].id
    page = reader.article(id)
    assert page
    steps = [block for section in page.sections if section.kind == SectionKind.STEPS for block in section.blocks]
    assert any(isinstance(block, Block.STEP) for block in steps)
    assert not any(section.kind == SectionKind.DESK for section in page.sections)
    whole = reader.article(id, Reader.TECHNICIAN)
    assert whole and len(whole.sections) >= len(page.sections)
    assert reader.article("no-existe") is None


def test_the_maker_of_the_phone_is_heeded_in_articles() -> None:
    def notes(vendor: str) -> set[str]:
        with Baquiano.open(device={"vendor": vendor, "android": "13"}) as desk:
            pages = [desk.article(hit.id) for hit in desk.search("se apaga solo el gps en segundo plano", limit=20).hits]
            return {note for page in pages if page for note in page.notes}

    assert notes("samsung") != notes("xiaomi")


def test_pictures_are_drawings_with_words(reader: Baquiano) -> None:
    picture = reader.picture("interruptor-ubicacion")
    assert picture and picture.alt
    assert picture.svg.startswith(b"<svg")
    assert reader.picture("no-existe") is None


def test_facts_can_be_looked_up(reader: Baquiano) -> None:
    assert "location.enabled" in reader.probed_facts()
    assert reader.fact_values("location.enabled") == ["bool"]
    assert "granted" in reader.fact_values("perm.fine")
    assert reader.fact_values("no.existe") == []


def test_half_a_character_is_a_typed_error(reader: Baquiano) -> None:
    with pytest.raises(InputError) as told:
        reader.search("gps \ud83d")
    assert told.value.code == "input.text"


def test_spans_give_the_text_of_an_article(reader: Baquiano) -> None:
    page = reader.article(reader.search("no me agarra el gps").hits[0].id)
    assert page
    spans = [span for section in page.sections for block in section.blocks if isinstance(block, Block.STEP) for span in block.text]
    assert all(isinstance(span, Span.ARTICLE) or span[0] for span in spans)  # type: ignore[index]
