"""A program that has nothing but the wheel: finds an article, begins a talk and files a case."""

from baquiano import Baquiano

with Baquiano.open("desk") as desk:
    print(desk.search("no me agarra el jipies").hits[0].id)
    with desk.guide("no me agarra el gps") as talk:
        assert talk.question or talk.todo, "a talk that shows nothing"
    desk.forget_talk()
    filed = desk.file("no me deja enviar las fichas")
    assert [case.id for case in desk.cases()] == [filed.id], "not the case that was filed"
    print(filed.promise)
