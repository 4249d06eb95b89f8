"""Files as they come from the world, spoilt in every way: a fit or a sentence, never a crash.

A few dozen in each run; all 500 with ``STEPREML_MUTATED=500``, each of them within five seconds.
"""

import io
import os
import random
import time

import pandas as pd
import pytest

from solver import Choices, Preparation, Refusal, analyse, load_example
from solver.data import binary_tables
from solver.data.inspection import inspect
from solver.data.roles import formula_of
from solver.data.sources import FileSource, PastedSource
from solver.terminal import main

MANY = int(os.environ.get("STEPREML_MUTATED", "60"))
SLOWEST = 5.0
MODEL = "LOOK_HRS ~ HOURS + (1 | INDUSTRY)"


def originals() -> dict[str, bytes]:
    """The same survey as files of several kinds."""
    frame = load_example("ceis_raw").frame().head(300)
    frame.insert(0, "Name, état", [f"Zoë “{k}”" if k % 7 else "a, b\nc" for k in range(300)])
    book, parquet = io.BytesIO(), io.BytesIO()
    frame.head(60).to_excel(book, index=False)
    frame.to_parquet(parquet)
    spaced = frame[["LOOK_HRS", "HOURS", "INDUSTRY"]]
    return {
        "comma.csv": frame.to_csv(index=False).encode(),
        "semicolon.csv": frame.to_csv(index=False, sep=";", decimal=",").encode("utf-8-sig"),
        "tab.tsv": frame.to_csv(index=False, sep="\t").encode("utf-16"),
        "latin.txt": frame.replace("“|”", "", regex=True)
        .to_csv(sep="|")
        .encode("cp1252", "replace"),
        "spaces.txt": spaced.to_csv(index=False, sep=" ").encode(),
        "book.xlsx": book.getvalue(),
        "table.parquet": parquet.getvalue(),
        "table.dta": stata(frame),
    }


def stata(frame: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.drop(columns="Name, état").to_stata(file, write_index=False)
    return file.getvalue()


ORIGINALS = originals()
BITS = [
    b'"', b"'", b",", b";", b"\t", b"\n", b"\r", b"\0", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"=1+1",
    b"1e999", b"-inf", b"NaN", b"9" * 400, b'"' * 7, b"\x1a", b"\\", b"`", b"96", b"--",
]  # fmt: skip


def mutated(content: bytes, dice: random.Random) -> bytes:
    """The file with one to four faults."""
    data = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        place = dice.randrange(len(data) + 1)
        match dice.randrange(9):
            case 0:
                del data[place:]
            case 1:
                del data[place : place + dice.randint(1, 200)]
            case 2:
                data[place:place] = dice.choice(BITS) * dice.randint(1, 3)
            case 3:
                data[place:place] = bytes(dice.randrange(256) for _ in range(dice.randint(1, 40)))
            case 4:
                data[place:place] = dice.choice([b"x", b'"', b"1", b" "]) * dice.choice([9, 10**6])
            case 5:
                data = bytearray(bytes(data).replace(*dice.sample(BITS[:10], 2)))
            case 6:
                wrong = dice.choice(["utf-16", "utf-32", "utf-16-le", "cp1252", "utf-8"])
                data = bytearray(bytes(data).decode("latin-1").encode(wrong, "replace"))
            case 7:
                end = min(place + dice.randint(1, 5000), len(data))
                data[place:place] = data[place:end]
            case 8:
                for _ in range(dice.randint(1, 30)):
                    if data:
                        data[dice.randrange(len(data))] = dice.randrange(256)
        data = data or bytearray(b"\n")
    return bytes(data)


@pytest.fixture
def in_this_process(monkeypatch):
    """Spare most files the start of another Python."""
    monkeypatch.setattr(binary_tables.sys, "frozen", True, raising=False)


@pytest.mark.parametrize("block", range(10))
def test_a_spoilt_file_is_fitted_or_refused(tmp_path, capsys, block, request):
    if MANY < 100:
        request.getfixturevalue("in_this_process")
    slow = {}
    for seed in range(block, MANY, 10):
        dice = random.Random(seed)
        name = dice.choice([*ORIGINALS])
        path = tmp_path / f"{seed}_{name}"
        path.write_bytes(mutated(ORIGINALS[name], dice))
        begun = time.perf_counter()
        through_the_dialog(FileSource(str(path)))
        assert main(["fit", str(path), MODEL]) in (0, 2)
        said = capsys.readouterr().err
        assert "Traceback" not in said
        slow[path.name] = time.perf_counter() - begun
    if MANY >= 500:
        assert max(slow.values()) < SLOWEST, slow


@pytest.mark.parametrize("seed", range(12))
def test_a_spoilt_clipboard_is_taken_or_refused(seed):
    dice = random.Random(seed)
    text = mutated(ORIGINALS["tab.tsv"], dice).decode("utf-16", "replace")
    through_the_dialog(PastedSource(text))


def through_the_dialog(source) -> None:
    """What the dialog does with a file before a reader does anything."""
    said = "Fitted."
    try:
        seen = inspect(source)
        missing = {proposal.column: proposal.values for proposal in seen.proposals}
        formula = formula_of(seen.roles) or MODEL
        analyse(Choices(source, formula, Preparation(missing)), seen.table)
    except Refusal as refusal:
        said = str(refusal)
    assert said.endswith((".", "?"))
