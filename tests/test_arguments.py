"""A reader's choices as arguments of the terminal, and back."""

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver import Preparation, Refusal, Table, load_example
from solver.arguments import arguments_of, by_column, chosen
from solver.data.preparation import Sample
from solver.terminal import main

RAW = str(load_example("ceis_raw").path)
MODEL = "LOOK_HRS ~ HOURS + (1 | INDUSTRY)"
CODES = ["LOOK_HRS=96,97,98,99", "HOURS=9996,9997,9998,9999", "INDUSTRY=9"]


def fitted(capsys, *arguments):
    assert main(["fit", *arguments, "--json"]) == 0
    printed, said = capsys.readouterr()
    return json.loads(printed), said


def test_codes_set_to_missing_give_the_clean_fit(capsys):
    codes = [word for code in CODES for word in ("--missing", code)]
    raw, said = fitted(capsys, RAW, MODEL, *codes)
    clean, _ = fitted(capsys, "ceis")
    assert said == ""
    for name in ("n", "sigma2", "tau2", "loglik"):
        assert raw[name] == pytest.approx(clean[name], rel=1e-13)
    assert raw["prepared"][0] == {"what": "missing", "column": "LOOK_HRS", "value": 96, "rows": 322}


def test_codes_left_in_are_pointed_out_with_what_to_write(capsys):
    _, said = fitted(capsys, RAW, MODEL)
    for code in CODES:
        assert f"--missing {code}" in said
    assert "(372 rows) look like reserve codes" in " ".join(said.split())
    assert fitted(capsys, "handout")[1] == ""


def test_levels_samples_and_labels(capsys):
    options = ["--keep", "INDUSTRY=1,5,6", "--sample", "200", "--seed", "3", "--labels", "INDUSTRY"]
    one, _ = fitted(capsys, "ceis", *options)
    other, _ = fitted(capsys, "ceis", *options)
    assert one == other
    assert one["n"] == 200
    assert [*one["u"]] == ["Agriculture/Forestry", "Education/Health/Social services", "Other"]
    groups, _ = fitted(capsys, "radon", "--sample", "10", "--sample-groups")
    assert groups["groups"] == 10


def test_the_summary_says_what_was_done(capsys):
    assert main(["fit", RAW, MODEL, "--missing", "INDUSTRY=9", "--sample", "900"]) == 0
    printed = capsys.readouterr().out
    assert "Set to missing in 'INDUSTRY': 9 (37 rows)" in printed
    assert "Left out by the sample of rows: 766 rows" in printed
    assert main(["walk", "ceis", "--keep", "INDUSTRY=1,6", "--all"]) == 0
    assert "Left out by the choice of values of 'INDUSTRY'" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--missing", "9"], "names no column and values"),
        (["--missing", "INDUSTRY="], "names no column and values"),
        (["--missing", "X=9"], "no column 'X'"),
        (["--missing", "INDUSTRY=nine"], "'nine' is none"),
        (["--keep", "INDUSTRY=7"], "No row of 'INDUSTRY' has the value '7'"),
        (["--sample", "0"], "sample of 0 rows cannot be drawn"),
        (["--sample", "3", "--seed", "-1"], "--seed"),
        (["--sample-groups"], "--sample N"),
        (["--labels", "X"], "no column 'X'"),
    ],
)
def test_what_cannot_be_done_is_refused(capsys, options, sentence):
    assert main(["fit", "ceis", *options]) == 2
    assert sentence in capsys.readouterr().err


COLUMN = st.text(st.characters(exclude_characters="=", exclude_categories=["Cs", "Cc"]), min_size=1)
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs"]), min_size=1, max_size=5)


@given(
    st.dictionaries(COLUMN.filter(lambda n: n == n.strip()), st.lists(TEXT, min_size=1), max_size=3)
)
def test_arguments_say_the_same_preparation(missing):
    values = {name: tuple(dict.fromkeys(texts)) for name, texts in missing.items()}
    table = Table(pd.DataFrame({name: pd.Series(texts) for name, texts in values.items()}))
    words = arguments_of(Preparation(missing=values))
    read = by_column("--missing", words[1::2])
    assert chosen(table, missing=read, levels={}).missing == values


def test_numbers_truths_and_samples_go_both_ways():
    frame = pd.DataFrame({"h": [1.0, 96.0], "d": [1.5, 9.6], "t": [True, False]})
    preparation = Preparation(
        {"h": (96,), "d": (9.6,)}, {"t": (True,)}, Sample(5, 2, "g"), ("h", "t")
    )
    words = arguments_of(preparation)
    assert words == [
        "--missing", "h=96", "--missing", "d=9.6", "--keep", "t=True",
        "--sample", "5", "--seed", "2", "--sample-groups", "--labels", "h", "--labels", "t",
    ]  # fmt: skip
    read = chosen(
        Table(frame),
        missing=by_column("--missing", ["h=96", "d=9.6"]),
        levels=by_column("--keep", ["t=True"]),
    )
    assert (read.missing, read.levels) == (preparation.missing, preparation.levels)
    with pytest.raises(Refusal):
        by_column("--keep", ["=3"])
