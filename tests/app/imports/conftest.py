"""A database with good files."""

from __future__ import annotations

import pytest

from tests.app.hotline_command import Hotline
from tests.app.imports.files import FILES


@pytest.fixture
def loaded(hotline: Hotline) -> Hotline:
    """A database with one good file of each kind."""
    for kind, content in FILES.items():
        said = hotline.load(kind, content)
        assert said.code == 0, said.err
    return hotline
