"""docs/api.md lists the functions, shapes and views that a database has, as they are."""

from __future__ import annotations

from scripts.dev.api_page import render
from scripts.migrations import ROOT
from tests.support import Connection


def test_the_page_is_what_the_database_says(db: Connection) -> None:
    """``python -m scripts.dev.api_page > docs/api.md`` mends it."""
    assert (ROOT / "docs/api.md").read_text() == render(db)


def test_every_function_view_and_shape_is_on_the_page(db: Connection) -> None:
    """Counted by other means than the page's own."""
    page = render(db)
    names = db.execute(
        "select proname || '(' from pg_proc where pronamespace = 'public'::regnamespace"
        " union all select relname || '`' from pg_class"
        " where relnamespace = 'public'::regnamespace and relkind in ('v', 'c')"
    ).fetchall()
    assert len(names) > 100
    assert [name for (name,) in names if page.count(f"\n| `{name}") != 1] == []
