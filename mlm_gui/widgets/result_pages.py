"""The pages of the results: estimates, comparison, and what they mean in words."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from mlm_gui.files import say
from mlm_gui.theme import Theme
from mlm_gui.widgets.definitions import Defined
from mlm_gui.widgets.estimate_table import Estimate, names_apart
from mlm_gui.widgets.fact_table import Cell
from mlm_gui.widgets.formed_table import BLANK, Form
from mlm_gui.widgets.group_table import GroupTable
from mlm_gui.widgets.reading_page import ReadingPage
from mlm_gui.widgets.rich_text import rich_text
from solver.formatting import exact, number, p_value
from solver.inference.comparison import Column
from solver.inference.comparison_sentences import comparison_sentences
from solver.inference.results import Results
from solver.inference.sentences import as_text, fitted_sentence, paragraphs
from solver.lessons import Head, result_words, words
from solver.quantity import Quantity

UNPARTED = "\u00a0|\u2060\u00a0"
"""The bar of a formula, at which no line ends."""

DIGITS = 7
"""Significant digits of a log-likelihood: of so large a number four would show no difference."""


LOGLIKS = {
    "reml_at_reml": Quantity("compared", ("reml", "loglik_reml", 0)),
    "ml_at_reml": Quantity("compared", ("reml", "loglik", 0)),
    "ml_at_ml": Quantity("compared", ("ml", "loglik", 0)),
}
"""The three log-likelihoods as numbers that can be explained."""


class EstimatesPage(ReadingPage):
    """Every estimate with its interval, and what each number is.

    Attributes
    ----------
    outcomes : mapping
        Why a run ended, by the outcome's name.
    """

    def __init__(self) -> None:
        super().__init__("")
        self.outcomes: Mapping[str, str] = words()["outcomes"]
        self.setAccessibleName(self.tr("Estimates"))
        self.lead = self.add_text()
        self.warning = self.add_text()
        self.add_head(self.tr("Fixed effects"))
        self.fixed = self.add_estimates(self.tr("Fixed effects"))
        self.left_out = self.add_note(
            self.tr("For df, t and p point at a name, or show the results alone (Ctrl+R).")
        )
        self.left_out.hide()
        self.fixed.shortened.connect(self.left_out.setVisible)
        self.fixed_meanings = self.add_meanings()
        self.add_head(self.tr("Variances"))
        self.variances = self.add_estimates(self.tr("Variances"))
        self.variances_meanings = self.add_meanings()
        self.add_column()
        self.add_head(self.tr("Do the groups differ?"))
        self.test = self.add_definitions(self.tr("Test of τ² = 0"))
        self.add_head(self.tr("The fit as a whole"))
        self.whole = self.add_definitions(self.tr("The fit as a whole"))
        self.add_head(self.tr("Random intercepts"))
        self.groups = GroupTable()
        self.groups.pointed.connect(self.group_pointed)
        self.add(self.groups)
        self.groups_meanings = self.add_meanings()

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        super().apply_theme(theme)
        self.groups.apply_theme(theme)

    def show_group(self, group: int | None) -> None:
        """Light a group, or none."""
        self.groups.show_group(group)

    def show_results(self, results: Results) -> None:
        """Fill the tables."""
        said = result_words(results.fit.options.method)
        self._show_lead(results)
        self._show_warning(results, said)
        self._show_fixed(results, said)
        self._show_variances(results, said)
        self._show_test(results, said)
        fit, explained = results.fit, results.explained
        self.whole.set_rows(
            [
                _defined(said["loglik"], fit.loglik, DIGITS, name="loglik"),
                _defined(said["aic"], fit.aic, DIGITS, name="aic"),
                _defined(said["bic"], fit.bic, DIGITS, name="bic"),
                _defined(said["r2_marginal"], explained.marginal, name="r2_marginal"),
                _defined(said["r2_conditional"], explained.conditional, name="r2_conditional"),
            ],
        )
        self.groups.show_results(results, said)
        self.groups_meanings.explain(said[k] for k in ("u", "u_se", "u_interval", "shrinkage"))

    def _show_lead(self, results: Results) -> None:
        """How the run ended, and what was fitted to what."""
        state = results.fit.state
        ended = f"<b>{rich_text(self.outcomes[state.outcome])}</b>" if state.outcome else ""
        fitted = html.escape(fitted_sentence(results).replace(" | ", UNPARTED), quote=False)
        self.lead.setText(f"{ended}<br>{fitted}" if ended else fitted)

    def _show_warning(self, results: Results, said: dict[str, Head]) -> None:
        keys = [] if results.fit.converged else ["not_converged"]
        keys += ["few_groups"] if results.few_groups else []
        lines = [f"<b>{said[key].name}.</b> {rich_text(said[key].meaning)}" for key in keys]
        self.warning.setText("<br>".join(lines))
        self.warning.setVisible(bool(keys))

    def _show_fixed(self, results: Results, said: dict[str, Head]) -> None:
        heads = [said[key] for key in ("estimate", "se", "df", "t", "p")]
        rows = [
            Estimate(
                name,
                name,
                (effect.estimate, effect.se, effect.df, effect.t, effect.p_value),
                effect.interval,
                (
                    *(Quantity(each, (k,)) for each in ("beta", "se", "df", "t", "p_value")),
                    Quantity("interval", (k, "low")),
                ),
            )
            for k, (name, effect) in enumerate(
                zip(results.fit.problem.fixed_names, results.fixed, strict=True)
            )
        ]
        self.fixed.set_estimates(heads, rows, said["interval"], kept=2)
        self.fixed_meanings.explain([*heads, said["interval"]])

    def _show_variances(self, results: Results, said: dict[str, Head]) -> None:
        fit = results.fit
        values = {
            "tau2": (fit.tau2, results.tau2_interval),
            "tau": (math.sqrt(fit.tau2), results.tau_interval),
            "sigma2": (fit.sigma2, results.sigma2_interval),
            "sigma": (math.sqrt(fit.sigma2), results.sigma_interval),
            "icc": (fit.icc, results.icc_interval),
        }
        rows = [
            Estimate(
                said[key].name,
                said[key].meaning,
                (value,),
                ends,
                (Quantity(key), Quantity("profile_end", (key, "low"))),
            )
            for key, (value, ends) in values.items()
        ]
        head = Head(said["estimate"].name, self.tr("the value at which the run ended"))
        self.variances.set_estimates([head], rows, said["profile"], kept=1)
        self.variances_meanings.explain(said[key] for key in (*values, "profile"))

    def _show_test(self, results: Results, said: dict[str, Head]) -> None:
        test = results.group_test
        values = (test.statistic, test.p_boundary, test.p_chisq1) if test else (math.nan,) * 3
        statistic, boundary, plain = values
        self.test.set_rows(
            [
                _defined(said["lrt"], statistic, name="lrt"),
                _defined(said["p_boundary"], boundary, p=True, name="p_boundary"),
                _defined(said["p_chisq1"], plain, p=True, name="p_chisq1"),
            ],
        )


class ComparisonPage(ReadingPage):
    """Four ways to fit the same data, and three log-likelihoods of one of them."""

    def __init__(self) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Comparison"))
        self.add_head(self.tr("The same data, four ways"))
        self.lead = self.add_text()
        self.ways = self.add_table(self.tr("Four ways"))
        self.ways_meanings = self.add_meanings(self.tr("What these four ways are"))
        self.add_column()
        self.add_head(self.tr("Three log-likelihoods that are taken for each other"))
        self.logliks = self.add_definitions(self.tr("Three log-likelihoods"))

    def show_results(self, results: Results) -> None:
        """Fill the tables."""
        said = result_words(results.fit.options.method)
        columns = results.comparison.columns
        self.lead.setText(html.escape(" ".join(comparison_sentences(results)), quote=False))
        ways = [said[column.way] for column in columns]
        rows: list[tuple[Cell, ...]] = []
        for k, name in enumerate(results.fit.problem.fixed_names):
            rows.append(_row(name, [column.beta[k] for column in columns]))
            rows.append(_row(f"    {said['se'].name}", [column.se[k] for column in columns]))
        rows.append(_row("σ²", [column.sigma2 for column in columns]))
        rows.append(_row("τ²", [column.tau2 for column in columns]))
        rows.append(_row("ℓ (ML)", [column.loglik for column in columns], DIGITS))
        rows.append(_row("ℓ (REML)", [column.loglik_reml for column in columns], DIGITS))
        heads = [BLANK, *((way.name, f"{way.name}: {way.meaning}") for way in ways), BLANK]
        numbers = frozenset(range(1, len(columns) + 1))
        compared = _compared(columns, results.fit.problem.p)
        form = Form(heads, rows, numbers, unlike=numbers, quantities=compared)
        self.ways.set_forms([form, names_apart(form)])
        self.ways_meanings.explain(said[key] for key in ("ols", "own", "ml", "reml"))
        three = results.comparison.logliks
        self.logliks.set_rows(
            [
                _defined(said[key], value, DIGITS)._replace(quantity=LOGLIKS[key])
                for key, value in zip(three._fields, three, strict=True)
            ],
        )


class WordsPage(ReadingPage):
    """What the fit means, to be read, repeated and copied."""

    def __init__(self) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("In words"))
        self.copy_button = QPushButton(self.tr("Copy the text"))
        self.copy_button.clicked.connect(self.copy)
        self._paragraphs = [(self.add_head(""), self.add_text()) for _ in range(5)]
        self.add(self.copy_button, Qt.AlignmentFlag.AlignLeft)
        self.text = ""

    def show_results(self, results: Results) -> None:
        """Write the sentences."""
        written = paragraphs(results)
        self.text = as_text(written)
        for (head, text), part in zip(self._paragraphs, written, strict=True):
            head.setText(html.escape(part.title))
            text.setText(html.escape(" ".join(part.sentences), quote=False))

    def copy(self) -> None:
        """Put the sentences on the clipboard."""
        QGuiApplication.clipboard().setText(self.text)
        say(self, self.tr("Copied the text."))

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        super().apply_theme(theme)
        self.copy_button.setFont(theme.font())


def _row(name: str, values: Iterable[float], digits: int = 4) -> tuple[Cell, ...]:
    return (name, name.strip()), *(number_cell(value, digits) for value in values), BLANK


def _compared(columns: Sequence[Column], p: int) -> list[list[Quantity | None]]:
    """What the cells of the comparison hold."""
    whats = [(what, k) for k in range(p) for what in ("beta", "se")]
    whats += [(what, 0) for what in ("sigma2", "tau2", "loglik", "loglik_reml")]
    return [
        [None, *(Quantity("compared", (column.way, what, k)) for column in columns)]
        for what, k in whats
    ]


def number_cell(value: float | None, digits: int = 4) -> Cell:
    """A number, and all its digits."""
    return number(value, digits), exact(value)


def _defined(head: Head, value: float, digits: int = 4, p: bool = False, name: str = "") -> Defined:
    text = p_value(value) if p and not math.isnan(value) else number(value, digits)
    return Defined(head, text, exact(value), Quantity(name) if name else None)
