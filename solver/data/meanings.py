"""What a column of the data stands for, in the words of who collected them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Meaning:
    """What is known of a column; empty where nothing is.

    Attributes
    ----------
    text : what was measured
    unit : in which unit
    labels : names of the codes, by the code as text
    """

    text: str = ""
    unit: str = ""
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
