"""One statement per request: the page of rows, its body, the count, and what functions answered."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from scripts.dev.gateway.exchange import Exchange
from scripts.dev.gateway.sqltext import Parameters, identifier


@dataclass(frozen=True)
class Outcome:
    """What a statement returned.

    Attributes:
        total: rows without limit and offset, where they were counted.
        rows: rows of the page.
        body: the page as text; None is an empty answer.
        headers: the setting ``response.headers``, a JSON array, where a function wrote it.
        status: the setting ``response.status``, likewise.
    """

    total: int | None
    rows: int
    body: str | None
    headers: str | None
    status: str | None


@dataclass(frozen=True)
class Source:
    """Where rows come from: a table or view, or the query of a call."""

    schema: str
    name: str
    call: sql.Composable | None = None

    def definition(self) -> sql.Composable:
        """Return the start of the statement's ``with`` list; a call is evaluated once."""
        if self.call is None:
            return sql.SQL("")
        return sql.SQL("{} as materialized ({}), ").format(identifier(self.name), self.call)

    def relation(self) -> sql.Composable:
        """Return what goes after ``from``."""
        return identifier(self.name) if self.call else identifier(self.schema, self.name)


def run(
    conn: Connection[TupleRow],
    exchange: Exchange,
    source: Source,
    body: sql.Composable,
    parameters: Parameters,
) -> Outcome:
    """Read the page of a source that the request asks for.

    Args:
        conn: in a transaction, as the caller.
        exchange: columns, filters, order, window, and whether to count.
        source: where the rows come from; its values are in ``parameters`` already.
        body: the expression over ``page as _row`` that is the body.
        parameters: takes the statement's values.
    """
    query, counted = exchange.query, exchange.preferences.count is not None
    where = sql.SQL("from {} where {}").format(
        source.relation(), query.where(source.name, parameters)
    )
    statement = sql.SQL(
        """
        with {definition}page as materialized (select {columns} {where}{order}{window})
        select
            {total},
            count(*),
            {body},
            nullif(current_setting('response.headers', true), ''),
            nullif(current_setting('response.status', true), '')
        from page as _row
        """
    ).format(
        definition=source.definition(),
        columns=query.columns(source.schema, source.name, parameters),
        where=where,
        order=query.order_by(source.name, parameters),
        window=exchange.window.sql(parameters),
        total=sql.SQL("(select count(*) {})").format(where) if counted else sql.SQL("null"),
        body=body,
    )
    row = conn.execute(statement, parameters.values).fetchone()
    if row is None:
        raise AssertionError("an aggregate without groups has one row")
    return Outcome(*row)
