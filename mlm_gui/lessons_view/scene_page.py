"""A scene's text with its formulas and live numbers; it wraps, scales, and can be copied."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QMimeData, QPoint, QRegularExpression, QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextListFormat,
)
from PySide6.QtWidgets import QTextBrowser, QWidget

from mlm_gui.lessons_view.formula_images import DISPLAYED, IN_LINE, picture
from mlm_gui.spotlight import SYMBOLS, coloured
from mlm_gui.theme import Theme
from mlm_gui.typeset import Drawing, pieces, typesetter
from solver.plain_math import plain_math
from solver.scenes.text import Block, Part
from solver.scenes.values import Shown

NBSP = "\u00a0"

PLACEHOLDER = QTextFormat.Property.UserProperty.value + 1
"""The property of a number's characters that holds its placeholder."""

HOLE = "\ufffc"
"""What stands for an image in the text of a document."""

CLOSING = re.compile(r" = |[,.;)]+")
"""Signs with which no line begins; after a formula they are set with it."""

LEADING = 0.7
"""Space between lines, in units of the theme."""


class ScenePage(QTextBrowser):
    """A title and blocks of text; numbers that change are marked.

    A page is shown when its formulas are typeset; until then the one before it stays.

    Parameters
    ----------
    size : str
        The size of the text, one of those of the theme.
    """

    def __init__(self, size: str = "reading", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self._symbol = ""
        self.setObjectName("scene_page")
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setOpenLinks(False)
        self._title = ""
        self._blocks: Sequence[Block] = ()
        self._values: Mapping[str, Shown] = {}
        self._marks: Mapping[str, str] = {}
        self._theme: Theme | None = None
        self._coming: tuple[str, Sequence[Block], Mapping[str, Shown]] | None = None
        self._plain: dict[str, str] = {}
        self._writing = False
        typesetter().advanced.connect(self._turn_over)

    @property
    def waiting(self) -> bool:
        """Whether a page is still being typeset."""
        return self._coming is not None

    def show_text(self, title: str, blocks: Sequence[Block], values: Mapping[str, Shown]) -> None:
        """Show a scene from its beginning."""
        self._coming = title, _joined(blocks), values
        self._turn_over()

    def show_values(self, values: Mapping[str, Shown]) -> None:
        """Show other numbers, and mark those that have changed."""
        if self._coming is not None:
            self._coming = *self._coming[:2], values
            return
        if values == self._values:
            if self._marks:
                self._marks = {}
                self._rewrite()
            return
        before = self._values
        self._marks = {name: _mark(before.get(name), values[name]) for name in values}
        self._values = values
        self._rewrite()

    def show_symbol(self, symbol: str) -> None:
        """Light a symbol in the formulas."""
        if symbol != self._symbol:
            self._symbol = symbol
            self._rewrite()

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        palette = theme.palette
        self.setPalette(palette)
        self.viewport().setPalette(palette)
        self.setFont(theme.font())
        self.document().setDefaultFont(theme.font(self._size))
        self.document().setDocumentMargin(2 * theme.unit)
        self._rewrite()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let formulas be as wide as the page."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._rewrite()

    def placeholder_at(self, place: QPoint) -> str:
        """The placeholder of the number at a place of the viewport; empty where there is none."""
        cursor = self.cursorForPosition(place)
        for _ in range(2):
            held = cursor.charFormat().property(PLACEHOLDER)
            if held and abs(self.cursorRect(cursor).center().x() - place.x()) < self.font_width:
                return str(held)
            cursor.movePosition(QTextCursor.MoveOperation.NextCharacter)
        return ""

    @property
    def font_width(self) -> float:
        """The width of a wide letter, in pixels."""
        return 2 * self.fontMetrics().horizontalAdvance("m")

    def createMimeDataFromSelection(self) -> QMimeData:
        """The selected text, with formulas in plain characters."""
        data = QMimeData()
        data.setText(self.plain_selection(self.textCursor()))
        return data

    def text(self) -> str:
        """All that can be read, with formulas in plain characters."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        return self.plain_selection(cursor)

    def plain_selection(self, cursor: QTextCursor) -> str:
        """What a cursor has selected, in plain characters."""
        position, said = cursor.selectionStart(), []
        reader = QTextCursor(self.document())
        for sign in cursor.selectedText():
            position += len(sign.encode("utf-16-le")) // 2
            if sign == HOLE:
                reader.setPosition(position)
                name = reader.charFormat().toImageFormat().name()
                said.append(self._plain.get(name, ""))
            else:
                said.append({"\u2029": "\n", "\u2028": "\n", NBSP: " "}.get(sign, sign))
        return "".join(said)

    # -- writing

    def _turn_over(self) -> None:
        """Show the page that is coming, once it is typeset."""
        if self._coming is None:
            return
        title, blocks, values = self._coming
        latex = _formulas(blocks, self._symbol)
        self._drawings(latex)
        if not typesetter().tried(latex):
            if self.isVisible():
                typesetter().hurry()
            return
        self._coming = None
        self._title, self._blocks, self._values, self._marks = title, blocks, values, {}
        self._write()
        self.verticalScrollBar().setValue(0)

    def _drawings(self, latex: Sequence[str]) -> list[Drawing | None]:
        """The pieces of formulas that are typeset."""
        return typesetter().drawings(latex)

    def _rewrite(self) -> None:
        """Write anew, and stay at the place."""
        bar = self.verticalScrollBar()
        place = bar.value()
        self._write()
        bar.setValue(place)

    def _write(self) -> None:
        """Write all; once more where the scroll bar that this brings takes of the width."""
        if self._theme is None or not self._blocks or self._writing:
            return
        self._writing = True
        try:
            for _ in range(2):
                width = self.viewport().width()
                self._write_blocks(self._theme)
                if self.viewport().width() == width:
                    break
            self._light_words(self._theme)
        finally:
            self._writing = False

    def _light_words(self, theme: Theme) -> None:
        """Light the symbol where it stands in words."""
        if self._symbol not in SYMBOLS:
            return
        lit = QTextCharFormat()
        lit.setForeground(QColor(theme.accent))
        whole_word = QRegularExpression(rf"(?<!\pL){self._symbol}(?!\pL)")
        found = self.document().find(whole_word, 0)
        while not found.isNull():
            found.mergeCharFormat(lit)
            found = self.document().find(whole_word, found)

    def _write_blocks(self, theme: Theme) -> None:
        latex = _formulas(self._blocks, self._symbol)
        drawings = dict(zip(latex, self._drawings(latex), strict=True))
        document = self.document()
        document.clear()
        self._plain.clear()
        cursor = QTextCursor(document)
        heading = QTextCharFormat()
        heading.setFont(theme.font("large" if self._size == "reading" else "small"))
        cursor.setBlockFormat(_spaced(theme, below=1.0, leading=0))
        cursor.insertText(self._title, heading)
        for block in self._blocks:
            self._write_block(cursor, block, drawings, theme)
        self.setAccessibleDescription(self.text())

    def _write_block(
        self,
        cursor: QTextCursor,
        block: Block,
        drawings: Mapping[str, Drawing | None],
        theme: Theme,
    ) -> None:
        formula = block.kind == "formula"
        form = _spaced(theme, below=1.4, leading=0 if formula else LEADING)
        if formula:
            form.setLeftMargin(2 * theme.unit)
        cursor.insertBlock(form, QTextCharFormat())
        if block.kind == "point":
            points = QTextListFormat()
            points.setStyle(QTextListFormat.Style.ListDisc)
            points.setIndent(1)
            cursor.createList(points)
        else:
            cursor.setBlockFormat(form)
        for part in block.parts:
            if part.kind == "math":
                latex = _pieces(block, part, self._symbol)
                self._write_formula(cursor, latex, drawings, theme, formula)
            elif part.kind == "value":
                self._write_value(cursor, part.text, theme)
            else:
                words = QTextCharFormat()
                words.setFont(theme.font(self._size))
                words.setFontItalic(part.kind == "term")
                cursor.insertText(_held(part.text), words)

    def _write_formula(
        self,
        cursor: QTextCursor,
        latex: Sequence[str],
        drawings: Mapping[str, Drawing | None],
        theme: Theme,
        displayed: bool,
    ) -> None:
        ratio = self.devicePixelRatioF()
        room = self.viewport().width() - (8 if displayed else 5) * theme.unit
        words = QTextCharFormat()
        words.setFont(theme.font(self._size))
        for k, piece in enumerate(latex):
            if k:
                cursor.insertText("   ", words)
            drawing = drawings[piece]
            if drawing is None:
                cursor.insertText(plain_math(piece), words)
                continue
            name = f"formula:{len(self._plain)}"
            scale = DISPLAYED if displayed else IN_LINE
            most, clear = max(room, 8 * theme.unit), LEADING * theme.unit if k else 0.0
            drawn = picture(drawing, name, theme, scale, self._size, ratio, most, clear)
            self._plain[name] = plain_math(piece) + " " * piece.endswith("=")
            self.document().addResource(
                QTextDocument.ResourceType.ImageResource, QUrl(name), drawn.image
            )
            cursor.insertImage(drawn.form)

    def _write_value(self, cursor: QTextCursor, placeholder: str, theme: Theme) -> None:
        value = self._values.get(placeholder, Shown("–"))
        mark = self._marks.get(placeholder, "")
        form = QTextCharFormat()
        form.setFont(theme.font(self._size))
        form.setFontWeight(QFont.Weight.Medium)
        if value.exact:
            form.setToolTip(value.exact)
        form.setProperty(PLACEHOLDER, placeholder)
        if mark:
            form.setBackground(QColor(theme.accent_wash))
        cursor.insertText(value.text, form)
        if mark.strip():
            small = QTextCharFormat(form)
            sized = theme.font("small")
            sized.setPixelSize(round(0.7 * QFontInfo(sized).pixelSize()))
            small.setFont(sized)
            small.setForeground(QColor(theme.accent))
            cursor.insertText(mark, small)


def prepare(blocks: Sequence[Block], symbol: str = "") -> None:
    """Typeset the formulas of a text that will be asked for next, a symbol lit in it."""
    typesetter().prepare(_formulas(_joined(blocks), symbol))


def _joined(blocks: Sequence[Block]) -> list[Block]:
    return [Block(block.kind, _with_ends(block.parts)) for block in blocks]


def _formulas(blocks: Sequence[Block], symbol: str) -> list[str]:
    """The pieces of all formulas of a text."""
    return [
        piece
        for block in blocks
        for part in block.parts
        if part.kind == "math"
        for piece in _pieces(block, part, symbol)
    ]


def _pieces(block: Block, part: Part, symbol: str) -> Sequence[str]:
    """The parts of a formula that may stand on lines of their own."""
    latex = coloured(part.text, symbol)
    return pieces(latex) if block.kind == "formula" else (latex,)


def _with_ends(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Parts in which a sign after a formula belongs to it: a line may end after it, not before."""
    joined: list[Part] = []
    for part in parts:
        if joined and joined[-1].kind == "math" and part.kind == "words":
            sign = CLOSING.match(part.text)
            if sign:
                joined[-1] = Part("math", f"{joined[-1].text}{sign[0].rstrip()}")
                part = Part("words", part.text[sign.end() :])
        joined.append(part)
    return tuple(joined)


def _held(text: str) -> str:
    """Text in which no line ends beside a sign between two numbers."""
    for sign in "=·×":
        text = text.replace(f" {sign} ", f"{NBSP}{sign}{NBSP}")
    return text


def _mark(old: Shown | None, new: Shown) -> str:
    """A sign for the way in which a number has changed; a blank for words; empty for neither."""
    if old is None or old.text == new.text:
        return ""
    if old.value is None or new.value is None:
        return " "
    return "▲" if new.value > old.value else "▼"


def _spaced(theme: Theme, *, below: float, leading: float) -> QTextBlockFormat:
    form = QTextBlockFormat()
    form.setBottomMargin(below * theme.unit)
    distance = QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value
    form.setLineHeight(leading * theme.unit, distance)
    return form
