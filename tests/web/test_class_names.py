"""Every class in the sources of the pages has the kit's prefix: without it it would do nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.dev.web import WEB

CLASSES = re.compile(r'className="([^"]*)"')
# What a browser gives a look of its own, and the kit's reset takes it from what has a class. The
# others that are written without one get theirs from who writes them (`ui/field.tsx`).
LOOKED = "a|dd|dl|fieldset|figure|h[1-6]|ol|p|pre|table|td|th|ul"
TAGS = re.compile(rf"<(?:{LOOKED})\b(?:[^>]|=>)*?(?<!=)>")
SOURCES = [
    path
    for folder in ("src/kit", "src/app", "examples")
    for path in sorted((WEB / folder).rglob("*.tsx"))
]
COMPONENTS = [
    path for path in SOURCES if WEB / "src/kit" in path.parents and ".test." not in path.name
]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_every_class_has_the_prefix(source: Path) -> None:
    words = [word for names in CLASSES.findall(source.read_text()) for word in names.split()]
    assert [word for word in words if not word.startswith("credits:")] == []


def test_there_are_classes_to_look_at() -> None:
    assert sum(len(CLASSES.findall(path.read_text())) for path in SOURCES) > 300


@pytest.mark.parametrize("source", COMPONENTS, ids=lambda path: path.stem)
def test_what_a_browser_would_give_a_look_has_a_class_for_the_reset(source: Path) -> None:
    tags = TAGS.findall(source.read_text())
    assert [tag for tag in tags if "className=" not in tag] == []
