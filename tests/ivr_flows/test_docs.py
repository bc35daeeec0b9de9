"""The written and the generated documentation agree with the code."""

from __future__ import annotations

import re
import tomllib
from typing import get_args

from ivr_flows import schema, shipped
from ivr_flows.draw import draw
from ivr_flows.reference import reference
from tools.flow_reference import FILE

GUIDE = FILE.with_name("flows.md")


def test_the_reference_is_current() -> None:
    """Regenerate it with `python -m tools.flow_reference`."""
    assert FILE.read_text("utf-8") == reference(shipped.release())


def test_every_node_kind_is_explained_in_the_guide() -> None:
    kinds = [model.model_fields["kind"].annotation for model in get_args(get_args(schema.Node)[0])]
    guide = GUIDE.read_text("utf-8")
    assert [kind for kind in map(get_args, kinds) if f"`{kind[0]}`" not in guide] == []


def test_the_guide_s_example_is_a_valid_flow() -> None:
    example = re.findall(r"```toml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)[0]
    flow = tomllib.loads(example)
    assert schema.FlowFile.model_validate(flow).flow.id == flow["flow"]["id"]


def test_a_drawing_names_every_node_and_edge_target() -> None:
    drawn = draw(shipped.release(), "bill")
    names = [ref[1] for ref in shipped.release().nodes if ref[0] == "bill"]
    assert [name for name in names if f"n_{name}" not in drawn] == []
    assert drawn.startswith("flowchart TD\n  begin(( )) --> n_who\n")
    assert 'n_menu -->|"1"| n_history' in drawn
