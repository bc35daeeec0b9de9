"""The trees that come with the package. The one place here that reads files: package data, once, at start."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from ivr_flows.compile import Defaults, ReleaseError, build
from ivr_flows.graph import Release


def read(folder: Traversable) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parsed flow and prompt files of `folder/flows` and `folder/prompts`. Raises ReleaseError naming the
    file.
    """
    return _parse(folder / "flows"), _parse(folder / "prompts")


def _parse(folder: Traversable) -> dict[str, Any]:
    parsed = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            try:
                parsed[file.name.removesuffix(".toml")] = tomllib.loads(file.read_text("utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise ReleaseError(f"{file.name}: {error}") from error
    return parsed


@cache
def release(defaults: Defaults | None = None) -> Release:
    """The shipped release. Raises ReleaseError only when the package itself is damaged."""
    return build(*read(files("ivr_flows")), defaults)
