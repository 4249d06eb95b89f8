"""Code that gets the same answer elsewhere: in R, with statsmodels, and with this library."""

from __future__ import annotations

import string
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, NamedTuple

from assets import ASSETS
from solver.analysis import Analysis
from solver.data.preparation import Preparation
from solver.data.simulation import Simulation
from solver.data.sources import ExampleSource, FileSource, PastedSource
from solver.errors import Refusal
from solver.exports.code_data import PythonData, RData, TableCode, wrapped
from solver.exports.code_formula import model_formula, r_value
from solver.fit import Fit
from solver.formatting import short
from solver.formula import parse_formula
from solver.lessons import words
from solver.state import Options
from solver.walk import outcome_text

CodeLanguage = Literal["r", "statsmodels", "stepreml"]

SUFFIXES: Mapping[CodeLanguage, str] = {"r": ".R", "statsmodels": ".py", "stepreml": ".py"}


@dataclass(frozen=True)
class Script:
    """A script, and the files that must lie beside it.

    Attributes
    ----------
    text : the code
    files : texts by the names of their files
    """

    text: str
    files: Mapping[str, str]

    def save(self, path: str | Path) -> None:
        """Write the script, and the files that it needs beside it.

        Raises
        ------
        Refusal
            When a file cannot be written.
        """
        path = Path(path)
        for file, text in {path.name: self.text, **self.files}.items():
            try:
                (path.parent / file).write_text(text, encoding="utf-8", newline="\n")
            except OSError as error:
                raise Refusal(
                    f"{path.parent / file} cannot be written ({error.strerror}). "
                    "Choose another folder or name."
                ) from None


def export_code(language: CodeLanguage, analysis: Analysis, fit: Fit, stem: str = "data") -> Script:
    """Write the code of a fit.

    Parameters
    ----------
    language : {"r", "statsmodels", "stepreml"}
        R with lme4, Python with statsmodels, Python with this library.
    analysis : Analysis
        The reader's choices, all of which the code repeats.
    fit : Fit
        Its estimates stand in the comments.
    stem : str
        What the files beside the script are called, before their ends.

    Raises
    ------
    Refusal
        When a part of the formula has no counterpart in the language.
    """
    table = TableCode(analysis, stem)
    return _WRITERS[language](analysis, table, _common(analysis, fit, table))


def _common(analysis: Analysis, fit: Fit, table: TableCode) -> dict[str, str]:
    """What all scripts say."""
    choices, problem = analysis.choices, analysis.problem
    method = words()["methods"][choices.options.method]
    total = problem.n + problem.rows_dropped
    kept = f"{problem.n} of {total}"
    if problem.missing:
        counts = ", ".join(
            f"{count} in {short(name, 40)}" for name, count in problem.missing.items()
        )
        kept += f" (missing: {counts})"
    about = f"Data: {choices.source.title}. Model: {choices.formula}."
    return {
        "title": f"{short(choices.formula, 80)}, by {method['name']}",
        "about": _commented(f"{about} {_beside(table.files, table.is_file)}"),
        "about_own": about,
        "kept": _one_line(kept),
        "n": str(problem.n),
        "method": method["name"],
        "long": method["long"],
        "expected": "\n".join(expected_lines(fit)),
    }


def _beside(files: Mapping[str, str], is_file: bool) -> str:
    if files:
        return f"This script reads what lies beside it: {', '.join(files)}."
    return "Change the path if the file has moved." if is_file else ""


def expected_lines(fit: Fit) -> list[str]:
    """The estimates, as comments."""
    names = [short(name, 40) for name in fit.problem.fixed_names]
    method = words()["methods"][fit.options.method]
    rows = [
        *zip(names, fit.beta.tolist(), fit.se.tolist(), strict=True),
        (f"τ² ({short(fit.problem.group, 30)})", fit.tau2, None),
        ("σ² (residual)", fit.sigma2, None),
        (f"{method['loglik']} ({method['name']})", fit.loglik, None),
    ]
    wide = max(len(name) for name, _, _ in rows)
    lines = [
        f"#   {name:<{wide}}  {value:.12g}" + (f"   (SE {se:.10g})" if se is not None else "")
        for name, value, se in rows
    ]
    return [*lines, *_commented(outcome_text(fit.state)).splitlines()]


def _commented(text: str) -> str:
    return "\n".join(f"# {line}" for line in textwrap.wrap(text.strip(), 96))


def _one_line(text: str) -> str:
    return " ".join(text.split())


class Template(string.Template):
    """A template whose places begin with a sign that no language uses."""

    delimiter = "§"


def template(name: str) -> Template:
    """One of the templates in ``assets/exports``."""
    return Template((ASSETS / "exports" / name).read_text(encoding="utf-8"))


def _filled(name: str, said: Mapping[str, str]) -> str:
    return template(name).substitute(said)


def _r(analysis: Analysis, table: TableCode, said: Mapping[str, str]) -> Script:
    parsed = parse_formula(analysis.choices.formula)
    code = RData()
    texts = _text_columns(analysis, parsed.columns)
    factors = "".join(
        f"data[[{r_value(name)}]] <- factor(\n  data[[{r_value(name)}]],\n"
        f'  levels = sort(unique(data[[{r_value(name)}]]), method = "radix")\n)\n'
        for name in texts
    )
    text = _filled(
        "code.R.txt",
        {
            **said,
            "read": table.read(code),
            "prepare": table.prepare(code),
            "used": wrapped("c(", [r_value(name) for name in table.used], ")"),
            "factors": factors,
            "formula": model_formula(parsed, "r"),
            "reml": r_value(analysis.choices.options.method == "reml"),
        },
    )
    return Script(text, table.files)


def _statsmodels(analysis: Analysis, table: TableCode, said: Mapping[str, str]) -> Script:
    parsed = parse_formula(analysis.choices.formula)
    code = PythonData()
    formula = model_formula(parsed, "patsy")
    body = {
        **said,
        "read": table.read(code),
        "prepare": table.prepare(code),
        "used": wrapped("[", [repr(name) for name in table.used], "]"),
        "formula": repr(formula),
        "functions": template("poly.py.txt").template if "poly(" in formula else "",
        "group": repr(parsed.group),
        "reml": repr(analysis.choices.options.method == "reml"),
    }
    text = " ".join([body["read"], body["prepare"], formula, body["functions"]])
    body["imports"] = "\n".join(
        [
            *(["import io", ""] if "io." in text else []),
            *(["import numpy as np"] if "np." in text else []),
            "import pandas as pd" if "pd." in text else "import pyreadstat",
            "import statsmodels.formula.api as smf",
        ]
    )
    return Script(_filled("code_statsmodels.py.txt", body), table.files)


def _stepreml(analysis: Analysis, table: TableCode, said: Mapping[str, str]) -> Script:
    chosen = choices_code(analysis, table.stem)
    imports = f"{chosen.models}, analyse, fit\n{chosen.parts}"
    about = f"{said['about_own']} {_beside(chosen.files, table.is_file)}"
    own = {"imports": imports, "choices": chosen.text, "about": _commented(about)}
    text = _filled("code_stepreml.py.txt", {**said, **own})
    return Script(text, chosen.files)


class ChoicesCode(NamedTuple):
    """A reader's choices as this library's code, with the two imports that they need."""

    text: str
    models: str
    parts: str
    files: Mapping[str, str]


def choices_code(analysis: Analysis, stem: str) -> ChoicesCode:
    """Write a reader's choices; a pasted table goes into a file beside the code."""
    choices = analysis.choices
    files: Mapping[str, str] = {}
    match choices.source:
        case PastedSource(text=text):
            files = {f"{stem}.tsv": text}
            source = f"FileSource({f'{stem}.tsv'!r})"
        case FileSource(path=path):
            source = f"FileSource({path!r})"
        case ExampleSource(name=name):
            source = f"ExampleSource({name!r})"
        case Simulation() as drawn:
            source = _called(drawn, "seed")
    lines = [f"source={source},", f"formula={choices.formula!r},"]
    parts = ""
    if choices.preparation != Preparation():
        lines.append(f"preparation={choices.preparation!r},")
        sampled = choices.preparation.sample is not None
        parts = f"from solver.data.preparation import Preparation{', Sample' * sampled}\n"
    lines.append(f"options={_called(choices.options, 'max_iterations')},")
    text = "Choices(\n" + "".join(f"    {line}\n" for line in lines) + ")"
    kind = source.partition("(")[0]
    module = "simulation" if kind == "Simulation" else "sources"
    parts += f"from solver.data.{module} import {kind}"
    return ChoicesCode(text, "from solver import Choices, Options", parts, files)


def _called(record: Options | Simulation, last: str) -> str:
    """A record as the call that makes it, its fields up to the last."""
    names = [item.name for item in fields(record)]
    named = [f"{name}={getattr(record, name)!r}" for name in names[: names.index(last) + 1]]
    half = (len(named) + 1) // 2
    lines = [", ".join(named[:half]), ", ".join(named[half:])]
    return f"{type(record).__name__}(\n" + "".join(f"        {x},\n" for x in lines) + "    )"


def _text_columns(analysis: Analysis, columns: tuple[str, ...]) -> list[str]:
    """The columns that hold text: R would sort their values as the country does."""
    frame = analysis.prepared.frame
    return [name for name in columns if frame[name].dtype.kind not in "biuf"]


_WRITERS: Mapping[CodeLanguage, Callable[[Analysis, TableCode, Mapping[str, str]], Script]] = {
    "r": _r,
    "statsmodels": _statsmodels,
    "stepreml": _stepreml,
}
