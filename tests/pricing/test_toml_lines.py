"""Lines of keys: whatever way a TOML file writes them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from scripts.catalog_file import CATALOGS
from scripts.toml_lines import Keys, find_line, read_lines

# Each value is the number of the line that its key, or it itself, begins in.
TEXT = r'''one = 1
  "two" = 2   # here = 99
'three.x'.y = 3
text = { is = "4", q = 4, z = { deep = 4, far.ther = 4 } }
# [comment] = 5
long = """6
]] = [ { x = '
\""" 8 """"" # two quotes are of the text
short = [9, [9, 9], { a = 9 }, [
    10,
    { b = 11, c = [11] }, # ]
],]
odd = [ "13 \" # ]", 'a"b', """c""", 13 ]
empty = { a = "", b = '', c = """""", d = [], e = {}, f = 14 }
when = { at = 2026-12-01 00:00:00Z, day = 15, f = -1.5e+3, n = inf }

[table]
a = 18
[table.inner."x y"]
b = 20

[[list]]
a = 23
b.c = 24
[list.sub]
a = 26
[[list.deep]]
a = 28
[[list.deep]]
a = 30
[[list]] # the second
a = 32
[[list.deep]]
a = 34
[ table . more ]
a = 36
'''


def _leaves(value: Any, keys: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    match value:
        case dict():
            for key, item in value.items():
                yield from _leaves(item, (*keys, key))
        case list():
            for index, item in enumerate(value):
                yield from _leaves(item, (*keys, index))
        case _:
            yield keys, value


def test_every_number_stands_in_its_own_line() -> None:
    lines = read_lines(TEXT)
    checked = 0
    for keys, value in _leaves(tomllib.loads(TEXT)):
        assert keys in lines
        if isinstance(value, int):
            assert (keys, lines[keys]) == (keys, value)
            checked += 1
    assert checked == 26


@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("more", ["", "q", "qq"])
def test_texts_of_several_lines_may_end_with_quotes(quote: str, more: str) -> None:
    text = f"a = qqq\nb = 1\n{more}qqq\nc = qqqqqq\nd = 5\n".replace("q", quote)
    assert tomllib.loads(text).keys() == {"a", "c", "d"}
    assert read_lines(text) == {("a",): 1, ("c",): 4, ("d",): 5}


def test_lines_end_as_they_like() -> None:
    assert read_lines(TEXT.replace("\n", "\r\n")) == read_lines(TEXT)


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("list", 0), 22),
        (("list", 0, "none"), 22),
        (("list", 0, "sub"), 25),
        (("list", 1, "deep", 0, "none", 5), 33),
        (("table", "inner", "x y", "none"), 19),
        (("text", "z", "none"), 4),
        (("none",), 1),
        ((), 1),
    ],
)
def test_what_has_no_line_has_that_of_the_closest_around_it(keys: Keys, line: int) -> None:
    assert find_line(read_lines(TEXT), keys) == line


def test_every_key_of_the_shipped_catalogs_has_a_line() -> None:
    for path in CATALOGS.glob("*.toml"):
        text = path.read_text()
        lines = read_lines(text)
        rows = text.splitlines()
        for keys, _ in _leaves(tomllib.loads(text)):
            name = next(key for key in reversed(keys) if isinstance(key, str))
            assert name in rows[lines[keys] - 1] or isinstance(keys[-1], int), (path, keys)
