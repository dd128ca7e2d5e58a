"""Which tables a migration locks: measured, as the rows of the page docs/operations.md."""

from __future__ import annotations

import psycopg

from scripts.migrations import Tree

# Tables that were there before, by the strongest lock that is held when the file ends.
_HELD = """
select
    replace(l.relation::regclass::text, 'credits.', ''),
    bool_or(l.mode = 'AccessExclusiveLock')
from pg_locks as l
inner join pg_class as c on l.relation = c.oid
where
    l.pid = pg_backend_pid()
    and c.relkind in ('r', 'p')
    and l.relation = any(%s)
    and l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
group by 1
order by 1
"""
_THERE = """
select oid from pg_class where relnamespace::regnamespace::text in ('auth', 'credits', 'public')
"""


def measure_locks(dsn: str, tree: Tree) -> list[str]:
    """Apply all migrations to an empty database, and return the rows of the page's table.

    Rows are Markdown: the file, the tables that nobody reads, those that nobody writes.
    """
    rows = []
    with psycopg.connect(dsn) as conn:
        conn.execute(tree.platform_file.read_bytes())
        conn.commit()
        for migration in tree.migrations():
            there = [oid for (oid,) in conn.execute(_THERE)]
            conn.execute(migration.text.encode())
            held = conn.execute(_HELD, [there]).fetchall()
            conn.commit()
            columns = [
                [f"`{name}`" for name, is_all in held if is_all is it] for it in (True, False)
            ]
            cells = [", ".join(names) or "none" for names in columns]
            rows.append(f"| `{migration.path.name}` | {cells[0]} | {cells[1]} |")
    return rows
