"""The examples are what their descriptions say; the simulated ones can be made again."""

import runpy
import tomllib

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtr

from assets import ASSETS
from solver.data.examples import example_names, load_example
from solver.errors import Refusal

FOLDER = ASSETS / "examples"
FIELDS = {
    "title", "simulated", "source", "rights", "rows", "groups", "formula", "look_for", "variables",
}  # fmt: skip
NAMED = {"name", "meaning", "unit", "kind"}
CODED = ["LOOK_HRS", "HOURS", "INDUSTRY"]

each = pytest.mark.parametrize("name", example_names())


def valid_rows(name: str) -> pd.DataFrame:
    """The model's columns, rows with a reserve code left out."""
    example = load_example(name)
    model = [v for v in example.variables if v.kind != "other"]
    data = example.frame()[[v.name for v in model]]
    for v in model:
        data = data[~data[v.name].isin(v.missing)]
    return data


def test_every_file_has_its_example():
    assert {p.stem for p in FOLDER.glob("*.csv")} == set(example_names())
    assert {p.stem for p in FOLDER.glob("*.toml")} == set(example_names())


@each
def test_description_is_complete(name):
    about = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    assert set(about) == FIELDS
    assert all(about[f] for f in FIELDS - {"simulated"})
    for variable in about["variables"]:
        assert set(variable) - {"labels", "missing"} == NAMED
        assert variable["meaning"]


@each
def test_description_matches_the_data(name):
    example = load_example(name)
    data = example.frame()
    assert [v.name for v in example.variables] == list(data.columns)
    assert example.rows == len(data)
    assert not data.isna().any().any()
    kinds = [v.kind for v in example.variables]
    assert set(kinds) <= {"response", "predictor", "group", "other"}
    assert kinds.count("response") == kinds.count("group") == 1
    for v in example.variables:
        assert {str(code) for code in v.missing} <= set(v.labels)
        if v.labels and (v.kind != "response" and v.name != "HOURS"):
            assert set(data[v.name].astype(str)) <= set(v.labels)
        if v.kind == "group":
            assert example.groups == data[v.name][~data[v.name].isin(v.missing)].nunique()


@each
def test_formula_uses_the_variables_as_described(name):
    example = load_example(name)
    by_kind = {
        k: [v.name for v in example.variables if v.kind == k]
        for k in ("response", "predictor", "group")
    }
    fixed = " + ".join(by_kind["predictor"]) or "1"
    assert example.formula == f"{by_kind['response'][0]} ~ {fixed} + (1 | {by_kind['group'][0]})"


@each
def test_simulated_data_say_so(name):
    example = load_example(name)
    assert example.simulated == ("simulated" in example.title.lower())
    assert example.simulated == ("simulated" in example.source.lower())


def test_unknown_name_suggests_the_nearest():
    with pytest.raises(Refusal, match="Did you mean 'sleepstudy'"):
        load_example("sleepstudi")
    with pytest.raises(Refusal, match=r"There is no example 'x'\. The examples are: handout, ceis"):
        load_example("x")


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(FOLDER / "make_simulated.py"))


def test_script_makes_the_same_bytes(script, tmp_path):
    script["write"](tmp_path)
    made = sorted(p.name for p in tmp_path.iterdir())
    assert made == ["ceis.csv", "ceis_raw.csv", "salaries.csv"]
    for name in made:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_descriptions_name_the_seeds_and_changes(script):
    for name, seed in [("ceis", "CEIS"), ("ceis_raw", "RAW"), ("salaries", "SALARIES")]:
        assert f"make_simulated.py, seed {script[f'SEED_{seed}']}" in load_example(name).source
    look, _, _, _, changes = script["ceis"]()
    assert changes == 2
    assert "two people's LOOK_HRS" in load_example("ceis").source
    assert look.min() >= 0


def least_squares(data: pd.DataFrame) -> tuple[float, float, float]:
    """Intercept, slope and two-sided p of the slope, LOOK_HRS on HOURS."""
    x, y = data["HOURS"].to_numpy(float), data["LOOK_HRS"].to_numpy(float)
    sxx = ((x - x.mean()) ** 2).sum()
    slope = ((x - x.mean()) * y).sum() / sxx
    intercept = y.mean() - slope * x.mean()
    rest = y - intercept - slope * x
    df = len(y) - 2
    return intercept, slope, 2 * stdtr(df, -abs(slope) / np.sqrt(rest @ rest / df / sxx))


@pytest.mark.parametrize("name", ["ceis", "ceis_raw"])
def test_ceis_prints_the_line_of_the_lecture(name):
    intercept, slope, p = least_squares(valid_rows(name))
    assert f"{intercept:.4f} {slope:.4f} {p:.3f}" == "8.1108 0.0013 0.001"


def test_reserve_codes_read_as_hours_give_the_nonsense_described():
    example = load_example("ceis_raw")
    intercept, slope, _ = least_squares(example.frame())
    assert f"LOOK_HRS = {intercept:.1f} + {slope:.4f}·HOURS" in example.look_for


def test_ceis_is_plausible():
    data = load_example("ceis").frame()
    assert all(pd.api.types.is_integer_dtype(t) for t in data.dtypes)
    assert data["LOOK_HRS"].between(0, 80).all()
    assert data["LOOK_HRS"].skew() > 1
    assert data["HOURS"].between(0, 2600).all()
    sizes = data["INDUSTRY"].value_counts()
    assert set(sizes.index) == {1, 2, 3, 4, 5, 6}
    assert sizes.max() > 20 * sizes.min()


def test_ceis_raw_without_reserve_codes_is_ceis():
    raw, clean = (
        d.sort_values(CODED).to_numpy() for d in (valid_rows("ceis_raw"), valid_rows("ceis"))
    )
    assert np.array_equal(raw, clean)
    everyone = load_example("ceis_raw").frame()
    for v in load_example("ceis_raw").variables:
        assert all((everyone[v.name] == code).any() for code in v.missing), v.name


def test_salaries_are_whole_dollars_with_one_tiny_department():
    data = load_example("salaries").frame()
    assert pd.api.types.is_integer_dtype(data["SALARY"])
    assert data["SALARY"].between(30_000, 200_000).all()
    sizes = sorted(data["DEPARTMENT"].value_counts())
    assert sizes[0] == 4
    assert sizes[1] >= 15
