"""The back end of most tests of the examples: everything as usual."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.examples.back_end import BackEnd, open_back_end


@pytest.fixture
def back_end(fresh_db: str) -> Iterator[BackEnd]:
    with open_back_end(fresh_db) as opened:
        yield opened
