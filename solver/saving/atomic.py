"""Files that are either whole or as they were: written beside their place, then put there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from solver.errors import Refusal


@contextmanager
def replacing(path: str | Path, keep: Path | None = None) -> Iterator[IO[bytes]]:
    """A file to write; it takes its place when all of it is on the disk.

    Parameters
    ----------
    path
        Its place. What stood there stays until then, and after an error.
    keep
        Where to put what stood there.

    Raises
    ------
    Refusal
        When the disk or the folder does not let it be written.
    """
    path = Path(path)
    beside = path.with_name(f".{path.name[:80]}.{os.urandom(4).hex()}.part")
    try:
        with beside.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, beside)
            if keep is not None:
                path.replace(keep)
        beside.replace(path)
    except OSError as error:
        raise Refusal(
            f"{path} cannot be written ({error.strerror or error}). "
            "Check the folder and the space that is left, or choose another folder."
        ) from error
    finally:
        with suppress(OSError):
            beside.unlink()
