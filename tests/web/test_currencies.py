"""Mails and the web kit count the minor units of a currency alike."""

from __future__ import annotations

import re

import pytest

from edge.jobs import mail_texts
from tests.web.kit import KIT


@pytest.mark.parametrize(
    ("name", "ours"), [("WHOLE", mail_texts._WHOLE), ("THOUSANDTHS", mail_texts._THOUSANDTHS)]
)
def test_the_kit_has_the_currencies_of_the_mails(name: str, ours: str) -> None:
    text = (KIT / "format.ts").read_text()
    assert re.findall(rf'^const {name} = "([a-z ]+)"\.split', text, re.MULTILINE) == [ours]
