"""Media types: which one a request accepts, and the SQL that makes a body of it.

Bodies are produced by Postgres: a ``numeric`` or ``bigint`` never passes through a Python number.
"""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import sql

from scripts.dev.gateway.errors import GatewayError

# Beyond these: ``text/csv`` of a function that itself returns the domain "text/csv".
_ARRAY, _OBJECT = "application/vnd.pgrst.array+json", "application/vnd.pgrst.object+json"
_STRIPPED = ";nulls=stripped"
_KNOWN = {
    "*/*": "application/json",
    "application/*": "application/json",
    "application/json": "application/json",
    "text/csv": "text/csv",
    "application/vnd.pgrst.array": "application/json",
    _ARRAY: "application/json",
    _ARRAY + _STRIPPED: _ARRAY + _STRIPPED,
    "application/vnd.pgrst.object": _OBJECT,
    _OBJECT: _OBJECT,
    "application/vnd.pgrst.object" + _STRIPPED: _OBJECT + _STRIPPED,
    _OBJECT + _STRIPPED: _OBJECT + _STRIPPED,
}
_CSV = """
    (
        select coalesce(string_agg(k.name, ','), '')
        from (select row_to_json(_row) as line from page as _row limit 1) as first
        cross join json_object_keys(first.line) as k (name)
    )
    || e'\\n'
    || coalesce(string_agg(substring(_row::text, 2, length(_row::text) - 2), e'\\n'), '')
"""


@dataclass(frozen=True)
class MediaType:
    """What the answer is written in."""

    name: str

    @property
    def is_object(self) -> bool:
        """Whether one row is wanted, not an array."""
        return self.name.startswith(_OBJECT)

    @property
    def is_csv(self) -> bool:
        """Whether lines of comma-separated values are wanted."""
        return self.name == "text/csv"

    @property
    def content_type(self) -> str:
        """Return the header's value."""
        return f"{self.name}; charset=utf-8"

    def body(self, *, scalar: bool, single: bool) -> sql.Composable:
        """Return the expression, over the rows ``page as _row``, that is the body as text.

        Args:
            scalar: each row is one value, ``_row.pgrst_scalar``, that stands for itself.
            single: there is one row, and it stands for itself outside an array.
        """
        if self.is_csv:
            return sql.SQL(_CSV)
        rows: sql.Composable = sql.SQL(
            "json_agg(_row.pgrst_scalar)" if scalar else "json_agg(_row)"
        )
        if self.name.endswith(_STRIPPED):
            rows = sql.SQL("json_strip_nulls({})").format(rows)
        if single or self.is_object:
            return sql.SQL("coalesce(({} -> 0)::text, 'null')").format(rows)
        return sql.SQL("coalesce({}::text, '[]')").format(rows)


def negotiate(accept: str) -> MediaType:
    """Choose the first media type of an Accept header, by its weights, that can be made.

    Raises:
        GatewayError: 406 PGRST107 when none of them can.
    """
    wanted = sorted((_weighed(item) for item in (accept or "*/*").split(",")), key=_weight)
    for name, _ in wanted:
        if name in _KNOWN:
            return MediaType(_KNOWN[name])
    names = ", ".join(name for name, _ in wanted)
    raise GatewayError(406, "PGRST107", f"None of these media types are available: {names}")


def _weighed(item: str) -> tuple[str, float]:
    """Split ``type;parameters;q=0.5`` into its name, with parameters, and its weight."""
    name, *parameters = (part.strip() for part in item.split(";"))
    weight, kept = 1.0, [name.lower()]
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            weight = float(value) if value.replace(".", "", 1).isdecimal() else 0.0
        elif key.strip() != "charset":
            kept.append(parameter)
    return ";".join(kept), weight


def _weight(item: tuple[str, float]) -> float:
    return -item[1]
