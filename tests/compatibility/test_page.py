"""docs/compatibility.md names the views and columns that there are."""

from __future__ import annotations

import re

from scripts.migrations import ROOT
from tests.compatibility.views import COLUMNS

ROW = re.compile(r"^\| `(\w+)` \| ((?:`\w+` ?)+) \|", re.MULTILINE)


def test_the_page_lists_each_view_with_its_columns() -> None:
    page = (ROOT / "docs/compatibility.md").read_text()
    rows = {view: re.findall(r"\w+", columns) for view, columns in ROW.findall(page)}
    assert rows == COLUMNS
