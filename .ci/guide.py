#!/usr/bin/env python3
"""Keeps the guide true: its links lead somewhere, and its commands run.

    .ci/guide.py links            the links of every Markdown file of the repository, anchors too, and the files that the guide names
    .ci/guide.py commands         the ```sh blocks of every Markdown file, with the `baquiano` of PATH
    .ci/guide.py commands FILE…   those of these files
    .ci/guide.py book FOLDER      the links within the book that mdBook made
    .ci/guide.py outward          for mdBook: what a link out of docs/ names is shown as text, since the book doesn't have it

The blocks of a file run in order, each line as it stands there, in a copy of the repository that is thrown away, with a home of its own and no input. All must
end with 0. A comment on the line before a block says what is otherwise:

    <!-- not run: REASON -->            it isn't run here
    <!-- exit 1 -->                     its one command ends with 1
    <!-- answered 2 -->                 whatever it asks is answered with a 2; also `answered 2, exit 1`
    <!-- background, port 8026 -->      it goes on beside those that follow, which begin once the port listens; it ends with the file
"""

import contextlib
import html.parser
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
# Chosen: the slowest file takes some seconds.
PATIENCE_S = 120

FENCE = re.compile(r"^(```|~~~)(.*)$")
# What looks like a file of the repository.
NAMED = re.compile(r"`((?:\.ci|benches|bindings|cli|docs|examples|fuzz|kb|src|tests|xtask)/[\w./*-]+)`")
LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?\)")
INCLUDE = re.compile(r"\{\{#include ([^:}]+):([^}:]*)")
IMAGE = re.compile(r"""<img [^>]*src="([^"]+)""")
MARK = re.compile(r"<!-- (?:not run: (?P<reason>.+)|(?:answered (?P<answer>[^\s,]+))?(?:, )?(?:exit (?P<exit>\d+))?|background, port (?P<port>\d+)) -->")
NESTED = re.compile(r"\[((?:[^\[\]]|!\[[^\]]*\]\([^)]*\))*)\]\((\.\./[^)\s]+)\)")


def pages():
    """Every Markdown file of the repository, also one that isn't committed yet."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.md"], cwd=ROOT, check=True, capture_output=True, text=True)
    return [ROOT / name for name in sorted(set(listed.stdout.splitlines())) if (ROOT / name).exists()]


def prose(text):
    """The lines outside of fences, with their numbers; what stands between backquotes is no link."""
    fence = None
    for number, line in enumerate(text.splitlines(), 1):
        found = FENCE.match(line.strip())
        if found and fence in (None, found[1]):
            fence = None if fence else found[1]
        elif not fence:
            yield number, line


def anchors(page):
    """The names of a page's headings, as GitHub and mdBook make them."""
    names = set()
    for _, line in prose(page.read_text(encoding="utf-8")):
        if re.match(r"#{1,6} ", line):
            title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line.lstrip("#").strip()).lower()
            name = re.sub(r"[^\w\- ]", "", title).replace(" ", "-")
            number = 0
            while (name if not number else f"{name}-{number}") in names:
                number += 1
            names.add(name if not number else f"{name}-{number}")
    return names


def links():
    """What links in Markdown lead nowhere, and what of the guide nothing leads to."""
    linked = set()
    for page in pages():
        for number, line in prose(page.read_text(encoding="utf-8")):
            where = f"{page.relative_to(ROOT)}:{number}"
            for path in NAMED.findall(line) if page.parent.name == "docs" else ():
                # What is built isn't there yet.
                if "target/" not in f"{path}/" and not list(ROOT.glob(path)):
                    yield f"{where}: there is no {path}"
            line = re.sub(r"`[^`]*`", "``", line)
            for target in LINK.findall(line) + IMAGE.findall(line):
                parts = urlsplit(target)
                # `media:` and `article:` are the knowledge base's own, which `kb check` looks after.
                if parts.scheme or parts.netloc:
                    continue
                place = (page.parent / unquote(parts.path)).resolve() if parts.path else page
                linked.add(place)
                if not place.exists():
                    yield f"{where}: there is no {target}"
                elif parts.fragment and place.suffix == ".md" and unquote(parts.fragment) not in anchors(place):
                    yield f"{where}: {place.name} has no heading #{parts.fragment}"
        # mdBook takes a missing anchor for an empty text.
        for file, anchor in INCLUDE.findall(page.read_text(encoding="utf-8")):
            source = page.parent / file
            if not source.exists() or (anchor[:1].isalpha() and not re.search(rf"ANCHOR: {anchor}\b", source.read_text(encoding="utf-8"))):
                yield f"{page.relative_to(ROOT)}: there is no {file}:{anchor}"
    # mdBook leaves out, without a word, what SUMMARY.md doesn't name.
    summary = (ROOT / "docs/SUMMARY.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        if page.name != "SUMMARY.md" and f"({page.name})" not in summary:
            yield f"docs/SUMMARY.md: {page.name} is missing"
    for picture in (*(ROOT / "docs").rglob("*.svg"), *(ROOT / "docs").rglob("*.png")):
        if picture not in linked:
            yield f"{picture.relative_to(ROOT)}: no page shows it"


class Page(html.parser.HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, path):
        super().__init__()
        self.links, self.ids = [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("id", "name") and value:
                self.ids.add(value)
            elif name in ("href", "src") and value:
                self.links.append(value)


def book(folder):
    """What links in the book lead nowhere."""
    folder = Path(folder).resolve()
    read = {path: Page(path) for path in folder.rglob("*.html")}
    for path, page in sorted(read.items()):
        # Those two have the contents of another page, or of the frame around it.
        if path.name in ("print.html", "toc.html", "404.html"):
            continue
        for target in page.links:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            place = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not place.exists() or not place.is_relative_to(folder) or place.is_dir():
                yield f"{path.name}: the book has no {target}"
            elif parts.fragment and place in read and unquote(parts.fragment) not in read[place].ids:
                yield f"{path.name}: {place.name} has no #{parts.fragment}"


def outward(text):
    """A page without links out of the book: the text of each, and the path where the text isn't one."""

    def told(found):
        text, path = found[1], found[2].removeprefix("../")
        return text if text.strip("`") in path else f"{text} (`{path}`)"

    return NESTED.sub(told, text)


def preprocess():
    """mdBook's protocol: context and book as JSON come in, the book goes out."""
    if sys.argv[2:3] == ["supports"]:
        return
    _, whole = json.load(sys.stdin)

    def walk(items):
        for item in items:
            if isinstance(item, dict) and "Chapter" in item:
                item["Chapter"]["content"] = outward(item["Chapter"]["content"])
                walk(item["Chapter"]["sub_items"])

    walk(whole.get("items") or whole.get("sections"))
    json.dump(whole, sys.stdout)


def blocks(page):
    """The ```sh blocks of a page: the line of each, its marks, its text."""
    lines = page.read_text(encoding="utf-8").splitlines()
    at = 0
    while at < len(lines):
        if lines[at].strip() == "```sh":
            end = next(n for n in range(at + 1, len(lines)) if lines[n].strip() == "```")
            found = MARK.fullmatch(lines[at - 1].strip()) if at else None
            yield at + 1, found.groupdict() if found else {}, "\n".join(lines[at + 1 : end])
            at = end
        at += 1


PRELUDE = r"""
set -eEuo pipefail
trap 'echo "this failed: line $at" >&2' ERR
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
# waits MORE PORT: until it listens, or until it doesn't.
waits() {
    local until=$((SECONDS + 60))
    while { listens "$2" && [[ $1 == free ]]; } || { ! listens "$2" && [[ $1 == taken ]]; }; do
        ((SECONDS < until)) || { echo "port $2 isn't $1" >&2; return 1; }
        sleep 0.1
    done
}
"""


def script(page):
    """A page's blocks as one program; none when it has nothing to run."""
    parts = []
    for line, marks, text in blocks(page):
        if marks.get("reason"):
            print(f"   not run: {page.relative_to(ROOT)}:{line}: {marks['reason']}")
            continue
        parts.append(f"at={line}")
        block = f"{{\n{text}\n}}"
        if answer := marks.get("answer"):
            # Nobody reads its last answers.
            block += f" < <(trap - ERR; yes {answer} 2>/dev/null)"
        if ended := marks.get("exit"):
            block = f"ended=0\n{block} || ended=$?\n[[ $ended -eq {ended} ]]"
        if port := marks.get("port"):
            block = f"waits free {port}\n{block} &\nwaits taken {port}"
        parts.append(block)
    return PRELUDE + "\n".join(parts) if parts else None


def commands(named):
    """What commands don't run as they stand there."""
    if not shutil.which("baquiano"):
        yield "there is no `baquiano` on PATH"
        return
    for page in [Path(name).resolve() for name in named] or pages():
        program = script(page)
        if not program:
            continue
        with tempfile.TemporaryDirectory() as folder:
            copy, home = Path(folder, "baquiano"), Path(folder, "home")
            home.mkdir()
            left_out = shutil.ignore_patterns(".git", "target", "node_modules", ".venv", "__pycache__")
            shutil.copytree(ROOT, copy, symlinks=True, ignore=left_out)
            kept = {name: value for name, value in os.environ.items() if not name.startswith(("BAQUIANO", "XDG_"))}
            environment = {**kept, "HOME": str(home), "LC_ALL": "C.UTF-8"}
            said = Path(folder, "said")
            with said.open("wb") as out:
                running = subprocess.Popen(
                    ["bash", "-c", program], cwd=copy, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
                )
                try:
                    ended = running.wait(PATIENCE_S)
                except subprocess.TimeoutExpired:
                    ended = f"nothing after {PATIENCE_S} s"
                # With what goes on in the background.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(running.pid, signal.SIGKILL)
                running.wait()
            if ended != 0:
                tail = "\n".join(said.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])
                yield f"{page.relative_to(ROOT)}: ended with {ended}\n{tail}"


def main():
    does, *more = sys.argv[1:] or ["help"]
    if does == "outward":
        preprocess()
        return 0
    checks = {"links": lambda: links(), "commands": lambda: commands(more), "book": lambda: book(*more)}
    if does not in checks:
        print(__doc__)
        return 2
    wrong = list(checks[does]())
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


sys.exit(main())
