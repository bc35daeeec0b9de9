"""The `hotline` command: one file for each group, `root.main` as the entry."""

import gc
import sys

# Loading makes no garbage worth searching for, and searching would take a tenth of the start.
gc.disable()
if "rich" not in sys.modules:
    # structlog takes a terminal's pretty printer along wherever it finds one: six megabytes that no log line uses.
    sys.modules["rich"] = None  # type: ignore[assignment]
    import structlog  # noqa: F401

    del sys.modules["rich"]

from app.cli.root import main  # noqa: E402

gc.freeze()  # what is loaded stays: no collection need go through it
gc.enable()

__all__ = ["main"]
