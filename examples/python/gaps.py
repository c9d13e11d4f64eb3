"""Qué responde la base de conocimiento a una lista de preguntas, y qué le falta.

Lee un CSV o TSV con una columna «pregunta» (o query, question, consulta; si no hay, la primera), o un texto con una pregunta por línea, y escribe una tabla
con el servicio y el artículo que encontró. Al final, lo que no encontró nada o encontró otro servicio que el que dice la columna «servicio» (o service).

    python examples/python/gaps.py preguntas.tsv --app fsu-rup > respuestas.tsv
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from baquiano import Baquiano, BaquianoError

QUESTION = ("pregunta", "query", "question", "consulta")
SERVICE = ("servicio", "service")


def questions(path: Path) -> Iterator[tuple[str, str | None]]:
    """Each question with the service that is expected for it, if that is known."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        delimiter = {".tsv": "\t", ".csv": ","}.get(path.suffix.lower())
        if delimiter is None:
            yield from ((line.strip(), None) for line in file if line.strip())
            return
        rows = csv.reader(file, delimiter=delimiter)
        names = [name.strip().lower() for name in next(rows, [])]
        for cells in rows:
            row = dict(zip(names, cells))
            first = next((row[name] for name in QUESTION if name in row), cells[0] if cells else "")
            expected = next((row[name] for name in SERVICE if row.get(name)), None)
            if first.strip():
                yield first.strip(), expected


def main() -> int:
    """Returns 1 when something is missing and 2 when it can't be read, as `baquiano` does."""
    arguments = argparse.ArgumentParser(description="Qué responde la base de conocimiento a una lista de preguntas, y qué le falta.")
    arguments.add_argument("file", type=Path, metavar="ARCHIVO", help="CSV, TSV o texto")
    arguments.add_argument("--app", help="la app de donde vienen las preguntas")
    arguments.add_argument("--pack", type=Path, help="un paquete en vez del que viene adentro")
    given = arguments.parse_args()
    table, gaps, count = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n"), list[tuple[str, str]](), 0
    table.writerow(["pregunta", "servicio", "artículo", "título", "confianza"])
    try:
        with Baquiano.open(app=given.app, pack=given.pack) as desk:
            for question, expected in questions(given.file):
                count += 1
                answer = desk.search(question, limit=1)
                if not answer.hits:
                    table.writerow([question, "", "", "", ""])
                    gaps.append((question, "no encontró nada"))
                    continue
                hit = answer.hits[0]
                table.writerow([question, hit.service, hit.id, hit.title, f"{answer.confidence:.2f}"])
                if expected and hit.service != expected:
                    gaps.append((question, f"encontró «{hit.service}» y se esperaba «{expected}»"))
    except (BaquianoError, OSError, UnicodeDecodeError) as error:
        print(f"No se pudo: {error}", file=sys.stderr)
        return 2
    print(f"{count} preguntas, {len(gaps)} por revisar", file=sys.stderr)
    for question, why in gaps:
        print(f"- {question}: {why}", file=sys.stderr)
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main())
