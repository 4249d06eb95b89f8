"""The pages of the help: keys and mouse, the data, the words."""

from __future__ import annotations

import pandas as pd
import pytest

from mlm_gui.actions import ACTIONS
from mlm_gui.widgets.reading_dialog import ReadingDialog
from solver import example_names, load_example
from solver.lessons import step_lessons, symbols, words


def read(window, action: str) -> str:
    window.actions_by_name[action].trigger()
    dialog = window.findChildren(ReadingDialog)[-1]
    text = dialog.text()
    dialog.close()
    return text


def test_the_keys_and_what_the_mouse_does(opened):
    window = opened("handout")
    text = read(window, "keys")
    for entry in ACTIONS:
        assert (entry.text in text) == bool(entry.keys)
    for done, then in words()["mouse"].items():
        assert done in text
        assert then in text


@pytest.mark.parametrize("name", ["handout", "ceis_raw", "hsb82"])
def test_an_example_says_where_it_is_from_and_what_to_look_for(opened, name):
    window = opened(name)
    text = read(window, "about_data")
    example = load_example(name)
    for said in (example.title, example.source, *filter(None, example.look_for.splitlines())):
        assert said in text
    for variable in example.variables:
        assert variable.name in text
        assert variable.meaning in text
        assert variable.unit in text
        for code, label in variable.labels.items():
            assert f"{code} = {label}" in text
    assert f"{window.session.problem.J} groups" in text


def test_every_example_has_a_page():
    from mlm_gui.help_pages import data_page
    from solver.saving.loading import load

    for name in example_names()[:4]:
        assert load_example(name).title.split()[0] in data_page(load(name))


def test_a_file_of_ones_own_has_its_shape_and_columns(opened, tmp_path):
    path = tmp_path / "mine & yours.csv"
    pd.DataFrame(
        {"y": [1.0, 2, 4, 5, 9, 8], "<x>": [1, 2, 1, 3, 2, 1], "g": list("aabbcc")}
    ).to_csv(path)
    text = read(opened(str(path), "y ~ `<x>` + (1 | g)"), "about_data")
    assert "mine & yours.csv" in text
    assert "6 rows in 3 groups" in text
    assert "<x>" in text


def test_every_symbol_and_word_is_explained(opened):
    text = read(opened("handout"), "words")
    for symbol in symbols().values():
        assert symbol.name in text
    for term in words()["terms"]:
        assert term in text


def test_the_terms_of_a_lesson_are_explained_below_it(opened):
    window = opened("handout")
    card = window.workspace.panes["card"].panel
    for position, step in enumerate(window.session.trace):
        window.session.go(position)
        for term in step_lessons()[step.name].terms:
            assert f"<b>{term}</b>" in card.more.text.text()
            assert term in words()["terms"]
    window.session.go(4)
    assert "ℓ<sub>R</sub> = −½ (n − p) log 2π" in card.more.text.text()
