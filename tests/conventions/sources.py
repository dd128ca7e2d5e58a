"""The source files of functions, taken apart: header, signature, body, comment, grants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from scripts.migrations import Source, Tree

SEARCH_PATH = "pg_catalog, pg_temp"

PARTS = re.compile(
    r"""
    (?P<header>(?:--.*\n)+)
    (?P<drops>(?:drop\ function\ if\ exists\ [^;]+;\n)*)
    create\ or\ replace\ function\ (?P<name>\w+\.\w+)\((?P<parameters>.*?)\)\n
    (?:returns\ (?P<returns>.*?)\n)?
    language\ (?P<language>sql|plpgsql)\n
    (?P<volatility>immutable|stable|volatile)\n
    security\ (?P<security>invoker|definer)\n
    set\ search_path\ =\ (?P<search_path>[^\n]*)\n
    (?:set\ [^\n]*\n)*
    as\ \$\$\n(?P<body>.*?)\$\$;\n\n
    comment\ on\ function\ (?P<commented>\w+\.\w+)\((?P<comment_types>[^)]*)\)\ is\n
    '(?P<comment>(?:[^']|'')+)';\n\n
    revoke\ all\ on\ function\ (?P<revoked>\w+\.\w+)\([^)]*\)\s
    from\ public,\ anon,\ authenticated,\ service_role;\n
    (?:grant\ execute\ on\ function\ (?P<granted>\w+\.\w+)\([^)]*\)\sto\ (?P<grantees>[\w, ]+);\n)?
    (?P<rest>(?:\ncreate\ or\ replace\ trigger\ [^;]+;\n)?)
    """,
    re.VERBOSE | re.DOTALL,
)
# A raise statement: its format, and the rest up to the semicolon outside of quotes.
RAISE = re.compile(r"\braise\s+exception\s+(?P<words>(?:'(?:[^']|'')*'|[^';])*);")
STRING = re.compile(r"'(?:[^']|'')*'")
COMMENT = re.compile(r"--.*$", re.MULTILINE)


@dataclass(frozen=True)
class Raise:
    """One raise statement: where it stands and what it tells."""

    path: str
    token: str
    sqlstate: str
    detail: frozenset[str]
    has_hint: bool

    @property
    def is_internal(self) -> bool:
        """Tell whether it is a signal that the same body catches, which no caller ever sees."""
        return self.sqlstate == "PT200"


def find_raises(path: str, sql: str) -> list[Raise]:
    """List the raise statements of some SQL; a token that is computed is ``%``."""
    found = []
    for words in RAISE.findall(COMMENT.sub("", sql)):
        token = words.split("'")[1]
        using = words.partition("using")[2]
        code = re.search(r"errcode\s*=\s*'(\w{5})'", using)
        detail = re.search(r"detail\s*=(.*?)(?:,\s*hint\s*=|$)", using, re.DOTALL)
        keys = re.findall(r"'(\w+)',", detail[1]) if detail else []
        has_hint = re.search(r"\bhint\s*=", using) is not None
        found.append(Raise(path, token, code[1] if code else "", frozenset(keys), has_hint))
    return found


@dataclass(frozen=True)
class FunctionFile:
    """One file of ``sql/functions``."""

    source: Source

    @property
    def path(self) -> str:
        """Relative to the repository."""
        return self.source.path

    @cached_property
    def parts(self) -> dict[str, str]:
        """The named parts; empty where the file has others, or in another order."""
        found = PARTS.fullmatch(self.source.text)
        return {key: value or "" for key, value in found.groupdict().items()} if found else {}

    @property
    def body(self) -> str:
        """What stands between the dollar quotes."""
        return self.parts["body"]

    @property
    def code(self) -> str:
        """The body without comments and the contents of strings."""
        return STRING.sub("''", COMMENT.sub("", self.body))

    def raises(self) -> list[Raise]:
        """List its raise statements."""
        return find_raises(self.path, self.body)


FILES = [
    FunctionFile(source) for source in Tree().sources() if source.path.startswith("sql/functions/")
]
