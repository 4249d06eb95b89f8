"""A table's preparation: what it does to the rows, and the account it gives."""

import numpy as np
import pandas as pd
import pytest

from solver import Choices, Preparation, Problem, Refusal, Table, analyse, load_example
from solver.data.preparation import Account, Sample, prepare
from solver.data.sources import ExampleSource, PastedSource

TABLE = Table(
    pd.DataFrame(
        {"y": [1.0, 2.0, 96.0, 4.0, 5.5, 97.0], "x": [1, 2, 3, 4, 9, 6], "g": [1, 1, 5, 5, 6, 6]}
    ),
    value_labels={"g": {1: "Farm", 5: "School"}},
)


def test_nothing_chosen_leaves_the_table_as_it_is():
    prepared = prepare(TABLE, Preparation())
    assert prepared.frame is TABLE.frame
    assert prepared.rows is None
    assert prepared.accounts == ()


def test_reserve_codes_become_missing_and_are_counted_by_code():
    before = TABLE.frame.copy()
    prepared = prepare(TABLE, Preparation(missing={"y": (96, 97), "x": (9,)}))
    assert prepared.frame["y"].isna().tolist() == [False, False, True, False, False, True]
    assert prepared.accounts == (
        Account("missing", "y", 96, 1),
        Account("missing", "y", 97, 1),
        Account("missing", "x", 9, 1),
    )
    pd.testing.assert_frame_equal(TABLE.frame, before)


def test_levels_keep_the_number_of_the_rows():
    prepared = prepare(TABLE, Preparation(levels={"g": (1, 6)}))
    assert prepared.rows.tolist() == [0, 1, 4, 5]
    assert prepared.frame["g"].tolist() == [1, 1, 6, 6]
    assert prepared.accounts == (Account("levels", "g", None, 2),)


def test_codes_are_shown_by_their_labels_and_by_themselves_without_one():
    frame = prepare(TABLE, Preparation(named=("g",))).frame
    assert frame["g"].tolist() == ["Farm", "Farm", "School", "School", "6", "6"]


def test_a_sample_is_the_same_for_a_seed_and_whole_groups_stay_whole():
    drawn = [prepare(TABLE, Preparation(sample=Sample(2, seed, "g"))) for seed in (3, 3, *range(9))]
    assert drawn[0].rows.tolist() == drawn[1].rows.tolist()
    for one in drawn:
        assert one.frame.groupby("g").size().tolist() == [2, 2]
    assert len({tuple(one.rows) for one in drawn}) > 1
    assert len(prepare(TABLE, Preparation(sample=Sample(4, 1))).frame) == 4


@pytest.mark.parametrize(
    ("preparation", "sentence"),
    [
        (Preparation(missing={"z": (1,)}), "no column 'z'"),
        (Preparation(levels={"g": (7,)}), "No row is left"),
        (Preparation(sample=Sample(9, 1)), "sample of 9 rows cannot be drawn: there are 6"),
        (Preparation(sample=Sample(0, 1, "g")), "sample of 0 groups cannot be drawn: there are 3"),
    ],
)
def test_what_cannot_be_prepared_is_refused(preparation, sentence):
    with pytest.raises(Refusal, match=sentence):
        prepare(TABLE, preparation)


def test_the_raw_survey_without_its_reserve_codes_is_the_clean_one():
    raw = load_example("ceis_raw")
    missing = {v.name: v.missing for v in raw.variables if v.missing}
    analysis = analyse(
        Choices(ExampleSource("ceis_raw"), raw.formula, Preparation(missing=missing))
    )
    clean = load_example("ceis")
    expected = Problem.from_frame(clean.frame(), clean.formula)
    assert np.array_equal(np.sort(analysis.problem.y), np.sort(expected.y))
    assert analysis.problem.rows_dropped == 412


def test_a_message_names_the_row_of_the_readers_table():
    table = Table(TABLE.frame.assign(x=["1", "2", "3", "4", "five", "6"]))
    with pytest.raises(Refusal, match=r"row 5 \(6"):
        analyse(
            Choices(ExampleSource("handout"), "y ~ x + (1 | g)", Preparation(levels={"g": (5, 6)})),
            table,
        )


def test_a_pasted_table_is_read_as_a_file_is():
    table = PastedSource("y\tg\n1,5\ta\n2,5\tb\n").read()
    assert table.frame["y"].tolist() == [1.5, 2.5]
    with pytest.raises(Refusal, match="pasted table"):
        PastedSource("").read()
