"""What can be taken out of a table, a matrix or a formula: the menu of its right click."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QAbstractItemModel, QCoreApplication, QMimeData, QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QMenu, QMessageBox, QWidget

from mlm_gui.files import ask_to_save, say, say_saved
from mlm_gui.typeset import Formula, formula_svg
from mlm_gui.widgets.asking import add_explain
from solver.errors import Refusal
from solver.exports.grid import Grid, Value
from solver.formatting import MINUS


def offer_grid(widget: QWidget, name: str, grid: Callable[[], Grid]) -> None:
    """Let a right click on a widget copy or save what ``grid`` makes when it is asked."""
    _offer(widget, lambda: grid_menu(widget, widget.accessibleName() or name, grid))


def offer_table(view: QAbstractItemView, name: str) -> None:
    """Let a right click on a table copy or save all its rows."""
    offer_grid(view, name, lambda: model_grid(view.model()))


def offer_formula(formula: Formula) -> None:
    """Let a right click on a formula copy or save it."""
    _offer(formula, lambda: formula_menu(formula))


def grid_menu(parent: QWidget, name: str, grid: Callable[[], Grid]) -> QMenu:
    """Copy, copy as LaTeX, save as CSV."""
    menu = QMenu(parent)

    def copy_cells() -> None:
        copy_grid(grid())
        say(parent, _tr("Copied as a table."))

    said = [
        ("copy", _tr("Copy"), copy_cells),
        ("copy_latex", _tr("Copy as LaTeX"), lambda: _copy_latex(parent, grid().latex())),
        ("save_csv", _tr("Save as CSV…"), lambda: _save(parent, name, "csv", grid().csv())),
    ]
    for key, text, act in said:
        menu.addAction(text, partial(_trying, parent, act)).setObjectName(key)
    return menu


def formula_menu(formula: Formula) -> QMenu:
    """Copy as LaTeX, save as SVG."""
    menu = QMenu(formula)
    copy = menu.addAction(_tr("Copy formula as LaTeX"), lambda: _copy_latex(formula, formula.latex))
    copy.setObjectName("copy_latex")

    def save() -> None:
        _save(formula, _tr("formula"), "svg", formula_svg(formula.lines_of_latex))

    menu.addAction(_tr("Save formula as SVG…"), save).setObjectName("save_svg")
    return menu


def copy_grid(grid: Grid) -> None:
    """Put a grid on the clipboard, with tabs for spreadsheets and as HTML for word processors."""
    data = QMimeData()
    data.setText(grid.tabs())
    data.setHtml(grid.html())
    QGuiApplication.clipboard().setMimeData(data)


def model_grid(model: QAbstractItemModel) -> Grid:
    """All rows of a table, folded ones too; numbers with the digits that their tooltips show."""
    columns = range(model.columnCount())
    heads = [
        str(model.headerData(k, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole) or "")
        for k in columns
    ]
    rows: list[tuple[Value, ...]] = []

    def walk(parent: QModelIndex) -> None:
        for row in range(model.rowCount(parent)):
            first = model.index(row, 0, parent)
            if model.rowCount(first):
                walk(first)
            else:
                rows.append(tuple(_value(model.index(row, k, parent)) for k in columns))

    walk(QModelIndex())
    used = [k for k in columns if heads[k] or any(row[k] is not None for row in rows)]
    return Grid(
        tuple(heads[k] for k in used), tuple(tuple(row[k] for k in used) for row in rows), digits=7
    )


def _value(index: QModelIndex) -> Value:
    """A cell as a number where its text is one, with all its digits where the tooltip has them."""
    text = str(index.data(Qt.ItemDataRole.DisplayRole) or "").strip(_SPACES)
    if not text:
        return None
    full = str(index.data(Qt.ItemDataRole.ToolTipRole) or "").rpartition("= ")[2]
    for said in (full, text):
        plain = said.replace(MINUS, "-").strip(_SPACES)
        try:
            return int(plain) if plain.removeprefix("-").isdecimal() else float(plain)
        except ValueError:
            continue
    return text


_SPACES = " \u2007\u2008\u202f"


def _offer(widget: QWidget, make: Callable[[], QMenu]) -> None:
    def open_menu(place: QPoint) -> None:
        menu = make()
        add_explain(menu, widget, place)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(widget.mapToGlobal(place))

    widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    widget.customContextMenuRequested.connect(open_menu)


def _copy_latex(parent: QWidget, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    say(parent, _tr("Copied as LaTeX."))


def _save(parent: QWidget, name: str, suffix: str, text: str) -> None:
    """Ask for a file and write a text to it."""
    suggested = f"{name.lower().replace(' ', '-')}.{suffix}"
    title = _tr("Save %1").replace("%1", name)
    chosen, _ = ask_to_save(parent, title, suggested, f"{suffix.upper()} (*.{suffix})")
    if not chosen:
        return
    path = Path(chosen)
    path = path if path.suffix else path.with_suffix(f".{suffix}")

    def write() -> None:
        try:
            path.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise Refusal(
                f"{path} cannot be written ({error.strerror}). Choose another folder or name."
            ) from None
        say_saved(parent, path)

    _trying(parent, write)


def _trying(parent: QWidget, act: Callable[[], None]) -> None:
    """Do something; show a refusal."""
    try:
        act()
    except Refusal as refusal:
        box = QMessageBox(QMessageBox.Icon.NoIcon, "StepREML", str(refusal), parent=parent)
        box.setObjectName("refusal")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()


def _tr(text: str) -> str:
    return QCoreApplication.translate("CopyMenu", text)
