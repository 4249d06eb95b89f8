"""Journals as files: JSON for this computer, and a page with the same JSON in it to hand in.

The page opens in any browser, without this program and offline. Below what is read there, it holds
the journal and a sum over what is read, so that a change of either is found.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from solver.errors import Refusal
from solver.lessons import practice_words
from solver.practice.content import exercises
from solver.practice.journal import EVENTS, FORMAT, OWN_MARKS, Entry, Journal
from solver.saving.atomic import replacing

LARGEST = 20_000_000
"""Bytes of a file that are read."""

MOST, LONGEST = 50, 20_000
"""Rows and columns of an answer, and characters of a cell."""

_HOLDER = re.compile(
    r'<script type="application/json" id="journal">(.*?)</script>\s*</body>\s*</html>\s*\Z', re.S
)


def write(journal: Journal, path: Path) -> None:
    """Write a journal as JSON, readable without this program; the file before it stays until done.

    Raises
    ------
    Refusal
        When the file cannot be written.
    """
    _write(path, json.dumps(_content(journal), ensure_ascii=False, indent=1))


def write_page(journal: Journal, path: Path) -> None:
    """Write a journal as a page to read, with the journal in it.

    Raises
    ------
    Refusal
        When the file cannot be written.
    """
    from solver.practice.handin import as_html

    page = as_html(journal)
    content = _content(journal) | {"page": _sum(journal.last_sum, page)}
    inside = json.dumps(content, ensure_ascii=False, indent=1).replace("<", "\\u003c")
    holder = f'<script type="application/json" id="journal">{inside}</script>'
    _write(path, f"{page}{holder}\n</body>\n</html>\n")


def _content(journal: Journal) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "about": practice_words()["handin"]["about"],
        "name": journal.name,
        "entries": [asdict(each) for each in journal.entries],
        "seal": journal.last_sum,
    }


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(f"{path} cannot be written: {error.strerror}.") from None
    with replacing(path) as file:
        file.write(text.encode("utf-8"))


def _sum(seal: str, page: str) -> str:
    return hashlib.sha256(f"{seal}\n{page}".encode()).hexdigest()


def read(path: Path) -> Journal:
    """Read a journal of either kind; whether its sums fit is for :attr:`Journal.fault` to say.

    Raises
    ------
    Refusal
        When the file is not one.
    """
    faults = practice_words()["faults"]
    try:
        if path.stat().st_size > LARGEST:
            raise Refusal(f"{path.name} {faults['not_handin']}.")
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Refusal(f"{path.name} {faults['not_handin']}.") from None
    holder = _HOLDER.search(text)
    try:
        content = json.loads(holder[1] if holder else text)
    except (ValueError, RecursionError):
        raise Refusal(f"{path.name} {faults['not_json']}.") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise Refusal(f"{path.name} {faults['not_handin']}.")
    name, given, seal = (content.get(key) for key in ("name", "entries", "seal"))
    if not (isinstance(name, str) and isinstance(given, list) and isinstance(seal, str)):
        raise Refusal(f"{path.name} {faults['not_handin']}.")
    found = []
    for k, each in enumerate(given):
        made = _entry(each)
        if made is None:
            raise Refusal(f"{path.name} {faults['malformed'].format(entry=k + 1)}.")
        if made.exercise not in exercises():
            raise Refusal(f"{path.name} {faults['unknown'].format(exercise=made.exercise[:60])}.")
        found.append(made)
    fits = holder is None or content.get("page") == _sum(seal, text[: holder.start()])
    return Journal(name, tuple(found), seal, fits)


def _entry(content: Any) -> Entry | None:
    """An entry from JSON; None where something is not what it should be."""
    if not isinstance(content, dict) or set(content) != {field.name for field in fields(Entry)}:
        return None
    kinds = {"exercise": str, "event": str, "at": str, "sum": str, "hints": int, "seed": int,
             "solution": bool, "seconds": (int, float), "answer": list, "own": list}  # fmt: skip
    if not all(isinstance(content[key], kind) for key, kind in kinds.items()):  # type: ignore[arg-type]
        return None
    answer, own = content["answer"], content["own"]
    rows = all(isinstance(row, list) and len(row) <= MOST for row in answer)
    if not rows or len(answer) > MOST or not all(_is_text(c) for row in answer for c in row):
        return None
    if content["event"] not in EVENTS or len(own) > MOST:
        return None
    if not all(isinstance(each, str) and each in ("", *OWN_MARKS) for each in own):
        return None
    if not (0 <= content["seed"] < 10**9 and 0 <= content["seconds"] < 1e9):
        return None
    return Entry(**content | {"answer": tuple(map(tuple, answer)), "own": tuple(own)})


def _is_text(cell: Any) -> bool:
    return isinstance(cell, str) and len(cell) <= LONGEST
