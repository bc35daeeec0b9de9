"""Write docs/flows-reference.md anew: `python -m tools.flow_reference`."""

from __future__ import annotations

from pathlib import Path

from ivr_flows import shipped
from ivr_flows.reference import reference

FILE = Path(__file__).parent.parent / "docs" / "flows-reference.md"

if __name__ == "__main__":
    FILE.write_text(reference(shipped.release()), "utf-8")
