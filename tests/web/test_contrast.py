"""Fields and buttons are seen: their edge has the contrast that WCAG 2.2 asks of it (1.4.11)."""

from __future__ import annotations

import re

import pytest

from scripts.dev.web import WEB

STYLES = (WEB / "src/kit/styles.css").read_text()
WANTED = 3  # to one


def colours(token: str) -> tuple[str, str]:
    """Return a token's two colours, light and dark, as ``#rrggbb``."""
    found = re.search(rf"--credits-{token}: light-dark\((#\w{{6}}), (#\w{{6}})\);", STYLES)
    assert found, token
    return found[1], found[2]


def brightness(colour: str) -> float:
    """Return how bright a colour is, from 0 to 1, as WCAG reckons it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ground", ["ground", "surface", "sunken", "warn-soft", "bad-soft"])
def test_the_edge_of_a_control_is_seen_on_what_is_behind_it(ground: str) -> None:
    for edge, behind in zip(colours("edge"), colours(ground), strict=True):
        dark, bright = sorted([brightness(edge), brightness(behind)])
        assert (bright + 0.05) / (dark + 0.05) >= WANTED, (edge, behind)


@pytest.mark.parametrize(
    "source", ["ui/field.tsx", "ui/button.tsx", "components/account-switcher.tsx"]
)
def test_a_control_has_an_edge_and_no_mere_line(source: str) -> None:
    text = (WEB / "src/kit" / source).read_text()
    assert "border-edge" in text
    assert "border-line" not in text
