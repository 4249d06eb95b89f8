"""Symbols in running text: λ_j with a real subscript."""

from __future__ import annotations

import html
import re

from PySide6.QtGui import QFont


def rich_text(text: str) -> str:
    """Text for a label, with what follows an underscore set as a subscript."""
    return _SUBSCRIPT.sub(r"<sub>\1</sub>", html.escape(text, quote=False))


def hatted(font: QFont) -> QFont:
    """The font for texts such as β̂: Qt's shaping puts the hat of a Greek letter a line too high.

    A font that has no places for marks on Greek letters, such as DejaVu Sans, is then set without
    shaping.
    """
    plain = QFont(font)
    plain.setStyleStrategy(QFont.StyleStrategy.PreferNoShaping)
    return plain


_SUBSCRIPT = re.compile(
    r"(?<=[\w\u0302\u0304])_([a-z]{1,2}(?![a-z])|[A-Z](?![A-Za-z])|[0-9]{1,3}|[α-ω])"
)
