"""Making a report, piece by piece, so that a window stays awake and a reader can call it off."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Thread

from mlm_gui.exports.figures import FigureSize, checked, drawn, svg_of
from mlm_gui.exports.progress import Progress, finish
from mlm_gui.panels.group_lines import GroupLinesPanel
from mlm_gui.panels.likelihood import LikelihoodPanel
from mlm_gui.panels.shrinkage import ShrinkagePanel
from mlm_gui.panels.surface import SurfacePanel
from mlm_gui.plotting import PlotPanel
from mlm_gui.report.blocks import Content, Formula
from mlm_gui.report.content import NO_NOTES, content
from mlm_gui.report.html import as_page
from mlm_gui.typeset import formula_svg
from solver import Analysis, Refusal, Trace, results
from solver.fit import Fit
from solver.inference.checks import Check
from solver.saving.session_file import Notes

INK = "#1d1f21"

NAP = 0.02
"""Seconds between two looks at a thread."""

PANELS: dict[str, tuple[type[PlotPanel], FigureSize]] = {
    "group_lines": (GroupLinesPanel, FigureSize(160, 105)),
    "likelihood": (LikelihoodPanel, FigureSize(160, 125)),
    "surface": (SurfacePanel, FigureSize(160, 110)),
    "shrinkage": (ShrinkagePanel, FigureSize(160, 110)),
}
"""How each plot of the run is drawn."""

CHECKS: tuple[Check, ...] = ("caterpillar", "residuals_fitted", "qq_residuals")
"""The plots of what to look at before trusting the fit."""

CHECK_SIZE = FigureSize(160, 95)


def save_report(
    analysis: Analysis, trace: Trace, path: Path, notes: Notes = NO_NOTES
) -> Generator[Progress, None, None]:
    """Write the report of a run to a file: HTML or PDF, by its suffix.

    Parameters
    ----------
    analysis : Analysis
    trace : Trace
        The run; it is brought to its end first.
    path : Path
    notes : Notes, optional
        What the reader wrote, and the bookmarked steps.

    Yields
    ------
    Progress
        After each piece of work; to call it off, ask for no more.

    Raises
    ------
    Refusal
        When the suffix is another, or the file cannot be written.
    """
    kind = path.suffix.lower()
    if kind not in (".html", ".htm", ".pdf"):
        raise Refusal(f"A report is .html or .pdf, not '{path.name}'. Change the name's end.")
    if not path.absolute().parent.is_dir():
        raise Refusal(f"There is no folder {path.absolute().parent}. Check the path.")
    if path.is_dir():
        raise Refusal(f"{path} cannot be written (it is a folder). Choose another name.")
    yield from finish(trace)
    yield Progress(0.1, "Putting the steps together")
    report = content(analysis, list(trace), notes)
    formulas: dict[str, str] = {}
    lines = _lines(report)
    for k, latex in enumerate(lines):
        yield Progress(0.15 + 0.25 * k / len(lines), "Setting formulas")
        formulas[latex] = formula_svg([latex], INK)
    plots: dict[str, str] = {}
    for k, (name, (panel, size)) in enumerate(PANELS.items()):
        yield Progress(0.4 + 0.07 * k, "Drawing plots")
        with drawn(panel, trace, trace[-1], size) as afresh:
            plots[name] = svg_of(afresh)
    found = results(Fit(trace[-1]))
    for k, check in enumerate(CHECKS):
        yield Progress(0.68 + 0.04 * k, "Drawing plots")
        with suppress(Refusal), checked(found, check, CHECK_SIZE) as afresh:
            plots[check] = svg_of(afresh)
    yield Progress(0.8, "Setting the pages")
    if kind == ".pdf":
        from mlm_gui.report.pdf import as_pdf

        made = yield from _aside(lambda: as_pdf(report, formulas, plots, made_by()))
    else:
        made = as_page(report, formulas, plots, made_by()).encode()
    try:
        path.write_bytes(made)
    except OSError as error:
        raise Refusal(
            f"{path} cannot be written ({error.strerror}). Choose another folder or name."
        ) from None
    yield Progress(1.0, "Done")


def made_by() -> str:
    """What made the report."""
    try:
        return f"Made by StepREML {version('stepreml')}."
    except PackageNotFoundError:
        return "Made by StepREML."


def _lines(report: Content) -> list[str]:
    """Every line of LaTeX in a report, once."""
    formulas = (block.latex for block in report.blocks if isinstance(block, Formula))
    return list(dict.fromkeys(latex for lines in formulas for latex in lines))


def _aside(work: Callable[[], bytes]) -> Generator[Progress, None, bytes]:
    """Do one long piece of work in a thread of its own."""
    done: list[bytes] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:
            failed.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(NAP)
        yield Progress(0.9, "Setting the pages")
    if failed:
        raise failed[0]
    return done[0]
