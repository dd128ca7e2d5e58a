"""Filters of a query string, ``column=operator.value`` and trees of them, as SQL conditions."""

from __future__ import annotations

import re

from psycopg import sql

from scripts.dev.gateway.errors import GatewayError, syntax_error
from scripts.dev.gateway.sqltext import Parameters, conjunction, identifier, trusted

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_NAME = re.compile(rf"{_QUOTED}|(?:[\w $]|-(?!>))+")
_STEP = re.compile(rf"(->>?)({_QUOTED}|-?\d+|[^-(:.,>)\"]+)")
_OPERATORS = {
    "eq": "=",
    "gte": ">=",
    "gt": ">",
    "lte": "<=",
    "lt": "<",
    "neq": "<>",
    "like": "like",
    "ilike": "ilike",
    "match": "~",
    "imatch": "~*",
    "cs": "@>",
    "cd": "<@",
    "ov": "&&",
    "isdistinct": "is distinct from",
}
_OPERATION = re.compile(
    r"(not\.)?(?:(eq|gte|gt|lte|lt|like|ilike|match|imatch)(?:\((any|all)\))?"
    r"|(neq|cs|cd|ov|isdistinct|in|is))\."
)
_IS = {
    "null": "is null",
    "not_null": "is not null",
    "true": "is true",
    "false": "is false",
    "unknown": "is unknown",
}
_LIST = re.compile(rf"\((?:{_QUOTED}|[^\"()])*\)")
_ITEM = re.compile(rf"({_QUOTED}|[^,]*)(?:,|$)")
_ARRAY = re.compile(rf"\{{(?:{_QUOTED}|[^\"{{}}])*\}}")
_EXPECTING_OPERATOR = '"not" or operator (eq, gt, ...)'


class Scanner:
    """Walks over the text of one query parameter."""

    def __init__(self, what: str, text: str) -> None:
        self.what, self.text, self.position = what, text, 0

    @property
    def at_end(self) -> bool:
        """Whether everything has been read."""
        return self.position >= len(self.text)

    def take(self, pattern: re.Pattern[str] | str) -> re.Match[str] | None:
        """Read what matches here, or nothing."""
        found = re.compile(pattern).match(self.text, self.position)
        if found:
            self.position = found.end()
        return found

    def expect(self, pattern: re.Pattern[str] | str, expecting: str) -> re.Match[str]:
        """Read what matches here, or refuse the parameter (PGRST100)."""
        found = self.take(pattern)
        if found is None:
            syntax_error(self.what, self.text, self.position, expecting)
        return found


class Field:
    """A column, or a place inside a JSON column: ``meta->a->>b``."""

    def __init__(self, scanner: Scanner, expecting: str) -> None:
        self.name = unquoted(scanner.expect(_NAME, expecting)[0])
        self.path: list[tuple[str, str]] = []
        while step := scanner.take(_STEP):
            self.path.append((step[1], unquoted(step[2])))

    def label(self) -> str:
        """Return the name its value has in a result: the last key, or the column."""
        keys = [key for _, key in self.path if not key.lstrip("-").isdecimal()]
        return keys[-1] if keys else self.name

    def sql(self, source: str, parameters: Parameters) -> sql.Composable:
        """Return the expression that reads it from a source."""
        value = identifier(source, self.name)
        if self.path:
            value = sql.SQL("to_jsonb({})").format(value)
        for arrow, key in self.path:
            kind = "int" if key.lstrip("-").isdecimal() else "text"
            value = sql.SQL("{}{}{}::{}").format(
                value, trusted(arrow), parameters.bind(key), trusted(kind)
            )
        return value


def unquoted(text: str) -> str:
    """Take off the double quotes, where there are any, and their backslashes."""
    if not re.fullmatch(_QUOTED, text, re.S):
        return text
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.S)


def is_operation(value: str) -> bool:
    """Whether a value reads as ``operator.value`` (on GET, others are arguments of a function)."""
    return _OPERATION.match(value) is not None


def column_condition(key: str, value: str, source: str, parameters: Parameters) -> sql.Composable:
    """Return the condition of ``?key=value``.

    Raises:
        GatewayError: 400 PGRST100 or, for a key that names another resource, PGRST108.
    """
    scanner = Scanner("tree path", key)
    field = Field(scanner, "field name (* or [a..z0..9_$])")
    if scanner.take(r"\."):
        raise GatewayError(
            400,
            "PGRST108",
            f"'{field.name}' is not an embedded resource in this request",
            hint=f"Verify that '{field.name}' is included in the 'select' query parameter.",
        )
    if not scanner.at_end:
        syntax_error("tree path", key, scanner.position, "end of input")
    scanner = Scanner("filter", value)
    return _operation(field.sql(source, parameters), scanner, parameters, in_tree=False)


def tree_condition(key: str, value: str, source: str, parameters: Parameters) -> sql.Composable:
    """Return the condition of ``?or=(…)``, ``?and=(…)`` and their ``not.`` forms."""
    scanner = Scanner("logic tree", value)
    condition = _tree(key, scanner, source, parameters)
    if not scanner.at_end:
        syntax_error("logic tree", value, scanner.position, "end of input")
    return condition


def _tree(key: str, scanner: Scanner, source: str, parameters: Parameters) -> sql.Composable:
    scanner.expect(r"\(", '"("')
    conditions = []
    while True:
        if inner := scanner.take(r"(?:not\.)?(?:and|or)(?=\()"):
            conditions.append(_tree(inner[0], scanner, source, parameters))
        else:
            field = Field(scanner, 'field name (* or [a..z0..9_$]), "not" or logic operator')
            scanner.expect(r"\.", "delimiter (.)")
            value = field.sql(source, parameters)
            conditions.append(_operation(value, scanner, parameters, in_tree=True))
        if scanner.expect(r"[,)]", '"," or ")"')[0] == ")":
            break
    joined = conjunction(conditions, " or " if key.endswith("or") else " and ")
    return sql.SQL("not ({})" if key.startswith("not.") else "({})").format(joined)


def _operation(
    value: sql.Composable, scanner: Scanner, parameters: Parameters, *, in_tree: bool
) -> sql.Composable:
    """Read ``[not.]operator.operand`` and return ``value operator operand``."""
    found = scanner.expect(_OPERATION, _EXPECTING_OPERATOR)
    operator, quantifier = found[2] or found[4], found[3]
    operand = _operand(scanner, operator, in_tree=in_tree)
    if operator == "is":
        if operand.lower() not in _IS:
            scanner.position -= len(operand)
            scanner.expect(r"$^", "isVal: (null, not_null, true, false, unknown)")
        condition = sql.SQL("{} {}").format(value, trusted(_IS[operand.lower()]))
    elif operator == "in":
        listed = parameters.bind(_array_of(operand))
        condition = sql.SQL("{} = any({})").format(value, listed)
    else:
        if operator in {"like", "ilike"}:
            operand = operand.replace("*", "%")
        bound = parameters.bind(operand)
        if quantifier:
            bound = sql.SQL("{}({})").format(trusted(quantifier), bound)
        condition = sql.SQL("{} {} {}").format(value, trusted(_OPERATORS[operator]), bound)
    return sql.SQL("not ({})").format(condition) if found[1] else condition


def _operand(scanner: Scanner, operator: str, *, in_tree: bool) -> str:
    if operator == "in":
        return scanner.expect(_LIST, '"("')[0]
    if not in_tree:
        return scanner.expect(re.compile(r".*", re.S), "")[0]
    if quoted := scanner.take(_QUOTED):
        return unquoted(quoted[0])
    return scanner.expect(rf"{_ARRAY.pattern}|[^,)]*", "")[0]


def _array_of(text: str) -> str:
    """Turn ``(a,"b,c")`` into an array literal, whose element type Postgres infers."""
    inside, items, position = text[1:-1], [], 0
    while position < len(inside) and (item := _ITEM.match(inside, position)):
        items.append(unquoted(item[1]))
        position = item.end()
    escaped = (re.sub(r'(["\\])', r"\\\1", item) for item in items)
    return "{" + ",".join(f'"{item}"' for item in escaped) + "}"
