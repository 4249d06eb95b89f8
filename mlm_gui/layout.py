"""How the panes stand, as text: for the settings of tomorrow and for session files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray

if TYPE_CHECKING:
    from mlm_gui.settings import Settings
    from mlm_gui.workspace import Workspace

SPLITTERS = ("across", "middle", "right")


def layout_of(workspace: Workspace) -> dict[str, str]:
    """The plot chosen, the panes hidden, and the places of the splitters."""
    return {
        "plot": workspace.deck.choice,
        "hidden": " ".join(sorted(workspace.hidden)),
        **{
            name: bytes(state.toBase64().data()).decode()
            for name, state in workspace.save_layout().items()
        },
    }


def lay_out(workspace: Workspace, layout: Mapping[str, str]) -> None:
    """Bring the panes back to a layout; what is missing or unknown stays as it is."""
    for name in SPLITTERS:
        if name in layout:
            state = QByteArray.fromBase64(QByteArray(layout[name].encode()))
            workspace.restore_layout(name, state)
    if layout.get("plot") in workspace.deck.buttons:
        workspace.deck.choose(layout["plot"])
    if "hidden" in layout:
        hidden = set(layout["hidden"].split()) & set(workspace.panes)
        for name in hidden ^ workspace.hidden:
            workspace.set_hidden(name, hidden=name in hidden)


def recall(workspace: Workspace, settings: Settings) -> None:
    """The layout of yesterday."""
    for name in SPLITTERS:
        state = settings.layout(name)
        if state is not None:
            workspace.restore_layout(name, state)
    lay_out(workspace, {"plot": settings.plot, "hidden": " ".join(settings.hidden)})


def remember(workspace: Workspace, settings: Settings) -> None:
    """Keep the layout for tomorrow."""
    settings.plot = workspace.deck.choice
    settings.hidden = workspace.hidden
    for name, state in workspace.save_layout().items():
        settings.set_layout(name, state)
