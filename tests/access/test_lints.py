"""What a database linter would find: one query a finding in ``lints/``, no row is well.

The findings are those that Supabase's advisors look for, with ``public`` as the exposed schema.
Each file names in its comments an example to plant, which the query must find; ``waivers.txt``
lists the findings that are meant to be.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import Connection

FOLDER = Path(__file__).parent / "lints"
LINTS = sorted(FOLDER.glob("*.sql"))
BY_NAME = pytest.mark.parametrize("lint", LINTS, ids=lambda path: path.stem)


def waived(lint: Path) -> set[str]:
    """Return the findings of a lint that somebody has looked at and let stand."""
    lines = (FOLDER / "waivers.txt").read_text().splitlines()
    words = [line.split("#")[0].split(maxsplit=1) for line in lines]
    return {finding.strip() for name, finding in words if name == lint.stem}


def findings(conn: Connection, lint: Path) -> set[str]:
    """Run a lint."""
    return {row[0] for row in conn.execute(lint.read_bytes())}


@BY_NAME
def test_a_lint_finds_nothing_but_what_is_waived(installed: Connection, lint: Path) -> None:
    assert findings(installed, lint) == waived(lint)


@BY_NAME
def test_a_lint_finds_its_planted_example(db: Connection, lint: Path) -> None:
    before = findings(db, lint)
    lines = lint.read_text().splitlines()
    plant = "\n".join(line[10:] for line in lines if line.startswith("-- plant: "))
    db.execute(plant.encode())
    assert len(findings(db, lint)) == len(before) + 1
    db.rollback()


def test_every_waiver_names_a_lint() -> None:
    names = {line.split()[0] for line in (FOLDER / "waivers.txt").read_text().splitlines()}
    assert names <= {lint.stem for lint in LINTS}
