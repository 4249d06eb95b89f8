"""A session in a file: data, choices, position and notes come back exactly; damage is refused."""

import json
import shutil
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import solver.saving.session_file
from solver import (
    Choices,
    Options,
    Preparation,
    Refusal,
    Table,
    Trace,
    analyse,
    load_example,
    steps,
)
from solver.data.sources import ExampleSource, FileSource, PastedSource
from solver.saving.loading import load, open_any
from solver.saving.session_file import (
    MANIFEST,
    PREVIOUS,
    Manifest,
    Notes,
    clear_folder,
    is_session,
    pack_data,
    read_manifest,
    read_session,
    write_folder,
    write_member,
    write_session,
)
from solver.saving.trace_file import read_trace, write_trace
from solver.terminal import main

NOTES = Notes("A lecture on “shrinkage”.\n", ((3, "ask why"), (7, ""), (12, "τ²")))
FORMULA = "y ~ x + (1 | g)"


def of_file(tmp_path):
    """An analysis of a file, with a preparation."""
    path = tmp_path / "people.csv"
    load_example("ceis_raw").frame().to_csv(path, index=False)
    missing = {v.name: v.missing for v in load_example("ceis_raw").variables if v.missing}
    choices = Choices(
        FileSource(str(path)),
        load_example("ceis_raw").formula,
        Preparation(missing, {"INDUSTRY": (1, 5, 6)}),
        Options(method="ml", start=(3.5, 0.25)),
    )
    return analyse(choices)


def manifest_of(analysis, **more):
    return Manifest(analysis.choices, position=12, notes=NOTES, layout={"plot": "all"}, **more)


def same_frame(one, other):
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    for name in one:
        if one[name].dtype.kind == "f":
            there = one[name].notna()
            assert one[name][there].tolist() == other[name][there].tolist()
            assert (np.signbit(one[name]) == np.signbit(other[name]))[there].all()


def test_everything_comes_back_when_the_data_file_is_gone(tmp_path):
    analysis = of_file(tmp_path)
    path = tmp_path / "lecture.stepreml"
    write_session(path, manifest_of(analysis), analysis)
    (tmp_path / "people.csv").unlink()
    manifest, again = read_session(path)
    assert replace(manifest, data=None) == manifest_of(analysis)
    assert again.choices == analysis.choices
    same_frame(again.table.frame, analysis.table.frame)
    for name in ("y", "X", "codes"):
        one, other = getattr(analysis.problem, name), getattr(again.problem, name)
        assert one.tobytes() == other.tobytes()
    last, expected = Trace(steps(again.problem)).exhaust(), Trace(steps(analysis.problem)).exhaust()
    assert last.state.loglik == expected.state.loglik


def test_the_labels_of_columns_and_codes_come_back(tmp_path):
    source = ExampleSource("ceis_raw")
    analysis = analyse(
        Choices(source, load_example("ceis_raw").formula, Preparation(named=("SEX",)))
    )
    path = tmp_path / "x.stepreml"
    write_session(path, manifest_of(analysis), analysis)
    table = read_session(path)[1].table
    assert repr(table.variable_labels) == repr(analysis.table.variable_labels)
    assert repr(table.value_labels) == repr(analysis.table.value_labels)
    assert table.reserve_codes == analysis.table.reserve_codes != {}


texts = st.text(max_size=5).filter(str.strip)
columns = st.one_of(
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=6, max_size=6),
    st.lists(st.floats(width=64), min_size=6, max_size=6),
    st.lists(st.booleans(), min_size=6, max_size=6),
    st.lists(st.booleans() | st.just(float("nan")), min_size=6, max_size=6).map(
        lambda cells: pd.Series(cells, dtype=object)
    ),
    st.lists(st.text(max_size=4) | st.none(), min_size=6, max_size=6).map(
        lambda cells: pd.Series(cells, dtype="str")
    ),
    st.lists(st.integers(0, 2**64 - 1), min_size=6, max_size=6).map(
        lambda cells: pd.Series(cells, dtype="uint64")
    ),
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(texts.filter(lambda t: t not in "yg"), columns, max_size=4),
    st.dictionaries(texts, st.text(), max_size=2),
    st.dictionaries(st.integers() | st.floats(allow_nan=False) | texts, st.text(), max_size=3),
)
def test_any_table_comes_back(tmp_path_factory, cells, labels, codes):
    base = {"y": [1.0, 2.5, 4, 3, 7, 2], "g": ["a", "a", "b", "b", "c", "c"]}
    table = Table(pd.DataFrame(base | cells), labels, {"g": codes})
    analysis = analyse(Choices(FileSource("gone.csv"), "y ~ 1 + (1 | g)"), table)
    path = tmp_path_factory.mktemp("any") / "x.stepreml"
    write_session(path, Manifest(analysis.choices), analysis)
    found = read_session(path)[1].table
    same_frame(found.frame, table.frame)
    assert repr((found.variable_labels, found.value_labels)) == repr((labels, {"g": codes}))


def test_a_pasted_table_and_an_example_come_back(tmp_path):
    pasted = PastedSource("y\tx\tg\n1\t2\ta\n2\t1\ta\n4\t5\tb\n5\t3\tb\n3\t1\tb\n")
    for analysis in (analyse(Choices(pasted, FORMULA)), load("rail")):
        path = tmp_path / "x.stepreml"
        write_session(path, Manifest(analysis.choices), analysis)
        manifest, again = read_session(path)
        assert manifest.data is not None
        assert again.choices == analysis.choices
        assert again.problem.y.tolist() == analysis.problem.y.tolist()


def test_the_session_of_a_replayed_run_keeps_its_problem(tmp_path):
    analysis = of_file(tmp_path)
    write_trace(tmp_path / "t", analysis, steps(analysis.problem, analysis.choices.options))
    (tmp_path / "people.csv").unlink()
    replayed = read_trace(tmp_path / "t").analysis
    write_session(tmp_path / "x.stepreml", Manifest(replayed.choices), replayed)
    again = read_session(tmp_path / "x.stepreml")[1]
    assert again.problem.moments.within.tobytes() == analysis.problem.moments.within.tobytes()


def test_a_session_is_known_by_its_name_or_its_first_bytes(tmp_path):
    analysis = load("rail")
    write_session(tmp_path / "plain", manifest_of(analysis), analysis)
    assert is_session(tmp_path / "plain")
    assert is_session(tmp_path / "not there.stepreml")
    assert not is_session(tmp_path)
    opened = open_any(str(tmp_path / "plain"))
    assert (opened.manifest.position, opened.analysis.choices) == (12, analysis.choices)


def test_the_terminal_takes_a_session(tmp_path, capsys):
    analysis = load("rail", options=Options(method="ml"))
    path = tmp_path / "x.stepreml"
    write_session(path, Manifest(analysis.choices), analysis)
    assert main(["fit", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["method"] == "ml"
    assert main(["fit", str(path), "--method", "reml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["method"] == "reml"
    path.write_bytes(path.read_bytes()[:200])
    assert main(["fit", str(path)]) == 2
    assert "x.stepreml" in capsys.readouterr().err


# Damage


def said_on(path):
    """The refusal of a file; empty when it opens."""
    try:
        read_session(path)
    except Refusal as refusal:
        return str(refusal)
    return ""


@pytest.fixture
def small(tmp_path):
    """A small session file."""
    analysis = load("handout")
    path = tmp_path / "x.stepreml"
    write_session(path, manifest_of(analysis), analysis)
    return path


def test_cut_off_anywhere_it_is_refused(small):
    content = small.read_bytes()
    for length in range(0, len(content), 23):
        small.write_bytes(content[:length])
        assert "x.stepreml" in said_on(small), length


def test_a_flipped_bit_is_refused_or_does_no_harm(small):
    expected = read_session(small)
    content = small.read_bytes()
    refused = 0
    for place in range(0, len(content), 7):
        small.write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])
        said = said_on(small)
        if said:
            assert "x.stepreml" in said
            refused += 1
        else:
            found = read_session(small)
            assert found[0] == expected[0]
            same_frame(found[1].table.frame, expected[1].table.frame)
    assert refused > len(content) // 7 * 0.8


def rewritten(path, change):
    """A session file with another manifest."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    content = json.loads(members[MANIFEST])
    change(content)
    with zipfile.ZipFile(path, "w") as archive:
        for name, member in (members | {MANIFEST: json.dumps(content).encode()}).items():
            archive.writestr(name, member)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m.update(version=2), "newer StepREML"),
        (lambda m: m.update(format="Other"), "is not a StepREML session file"),
        (lambda m: m.update(position=-1), "before the first step"),
        (lambda m: m.update(position="2"), "position is '2'"),
        (lambda m: m.pop("choices"), "lacks its entry 'choices'"),
        (lambda m: m["choices"]["options"].update(method="x"), "choices.options.method is 'x'"),
        (lambda m: m["data"].update(file="../etc/passwd"), "cannot be"),
        (lambda m: m["data"].update(file="table-7.parquet"), "damaged"),
        (lambda m: m["data"].update(sha256="0"), "data in x.stepreml are damaged"),
        (lambda m: m["notes"].update(steps=[[1]]), r"notes.steps\[0\] has 1 entries"),
        (lambda m: m["choices"].update(formula="y ~"), "handout"),
    ],
)
def test_a_manifest_that_cannot_be_is_refused(small, change, said):
    rewritten(small, change)
    with pytest.raises(Refusal, match=said):
        read_session(small)


@pytest.mark.parametrize("content", [b"", b"y,g\n1,2\n", b"PK\x03\x04" + b"\0" * 60, b"\xff" * 999])
def test_a_foreign_file_is_refused(tmp_path, content):
    (tmp_path / "x.stepreml").write_bytes(content)
    assert "x.stepreml is not a StepREML session" in said_on(tmp_path / "x.stepreml")
    assert "cannot be read" in said_on(tmp_path / "no.stepreml")


def test_a_workbook_under_the_name_of_a_session_is_refused(tmp_path):
    pd.DataFrame({"y": [1]}).to_excel(tmp_path / "x.xlsx")
    shutil.move(tmp_path / "x.xlsx", tmp_path / "x.stepreml")
    assert "x.stepreml is not a StepREML session" in said_on(tmp_path / "x.stepreml")


# The same as a folder


def folder_of(tmp_path, analysis, **more):
    folder = tmp_path / "kept"
    folder.mkdir()
    packed = pack_data(analysis, 1)
    if packed:
        write_member(folder, *packed)
    write_folder(folder, replace(manifest_of(analysis, **more), data=packed and packed[0]))
    return folder


def test_a_folder_comes_back_and_an_example_needs_no_copy(tmp_path):
    analysis = of_file(tmp_path)
    folder = folder_of(tmp_path, analysis, saved="2026-01-01T10:00:00+00:00", closed=True)
    manifest, again = read_session(folder)
    assert manifest.closed
    assert manifest.when.hour == 10
    same_frame(again.table.frame, analysis.table.frame)
    assert read_manifest(folder) == manifest
    assert pack_data(load("rail")) is None
    clear_folder(folder)
    assert not folder.exists()


@pytest.mark.parametrize("left", [b"", b"{", b"\0" * 500, None, b'{"format": "Other"}'])
def test_a_half_written_manifest_leaves_the_one_before(tmp_path, left):
    analysis = load("rail")
    folder = folder_of(tmp_path, analysis)
    write_folder(folder, replace(manifest_of(analysis), position=13))
    assert read_session(folder)[0].position == 13
    (folder / MANIFEST).unlink() if left is None else (folder / MANIFEST).write_bytes(left)
    assert read_session(folder)[0].position == 12
    assert read_manifest(folder).position == 12
    (folder / PREVIOUS).write_bytes(b"")
    assert said_on(folder)
    with pytest.raises(Refusal, match="damaged"):
        read_manifest(folder)


def test_damaged_data_in_a_folder_are_refused(tmp_path):
    folder = folder_of(tmp_path, of_file(tmp_path))
    path = folder / "table-1.parquet"
    content = path.read_bytes()
    for place in np.linspace(0, len(content) - 1, 9, dtype=int):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert "damaged" in said_on(folder)
    path.unlink()
    assert said_on(folder)


def test_a_time_that_is_none_is_none(tmp_path):
    assert Manifest(load("rail").choices, saved="yesterday").when is None


def test_notes():
    notes = Notes("all").noted(3, "three").noted(1, "one")
    assert notes.steps == ((1, "one"), (3, "three"))
    assert (notes.at(3), notes.at(2)) == ("three", "")
    assert notes.noted(3, "").steps == ((1, "one"), (3, ""))
    assert notes.noted(3, "").bookmarks == (1, 3)
    assert notes.noted(3, None).steps == ((1, "one"),)
    assert notes.noted(2, None) == notes


def test_the_module_tells_the_version_it_writes():
    said = " ".join(solver.saving.session_file.__doc__.split())
    assert f'"version": {solver.saving.session_file.VERSION}`' in said
