"""Read and check the parameters of one request; a refusal names the parameter as Stripe does."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from scripts.dev.stripe.errors import ApiError


class Params:
    """A group of parameters and its place in the request, such as ``line_items[0]``.

    Every reader raises ApiError (400) for a value that it cannot accept.
    """

    def __init__(self, values: Mapping[str, Any], path: str = "") -> None:
        self._values = values
        self._path = path

    def name(self, name: str) -> str:
        """Return the parameter's full name in bracket notation."""
        return f"{self._path}[{name}]" if self._path else name

    def refuse(self, name: str, message: str, code: str = "parameter_invalid") -> ApiError:
        """Return the 400 that blames the named parameter."""
        return ApiError(message, code=code, param=self.name(name))

    def only(self, *names: str) -> Params:
        """Return this group, if it holds no other names.

        What the stand-in cannot do is refused here: ignoring it would hide it from the caller.
        """
        for name in self._values:
            if name not in names:
                full = self.name(name)
                raise self.refuse(
                    name, f"Unknown here, or beyond this stand-in: {full}", "parameter_unknown"
                )
        return self

    def plus(self, **texts: str) -> Params:
        """Return this group with further texts, which replace its own of the same name."""
        return Params({**self._values, **texts}, self._path)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str, at_most: int = 5000) -> str | None:
        """Return a text of 1 to ``at_most`` characters, or None if absent."""
        value = self._values.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.refuse(name, f"Expected a text: {self.name(name)}")
        if not value:
            raise self.refuse(
                name, f"Empty, leave it out instead: {self.name(name)}", "parameter_invalid_empty"
            )
        if len(value) > at_most:
            raise self.refuse(name, f"Longer than {at_most} characters: {self.name(name)}")
        return value

    def is_cleared(self, name: str) -> bool:
        """Tell whether the parameter is there and empty: "take away what is there"."""
        return self._values.get(name) == ""

    def required(self, name: str) -> str:
        """Return a text that must be there."""
        value = self.text(name)
        if value is None:
            full = self.name(name)
            raise self.refuse(name, f"Missing required parameter: {full}", "parameter_missing")
        return value

    def integer(self, name: str, least: int, most: int) -> int | None:
        """Return a whole number within the bounds, or None if absent."""
        value = self.text(name)
        return None if value is None else self._whole(name, value, least, most)

    def required_integer(self, name: str, least: int, most: int) -> int:
        """Return a whole number that must be there, within the bounds."""
        return self._whole(name, self.required(name), least, most)

    def choice(self, name: str, options: Collection[str]) -> str | None:
        """Return one of the options, or None if absent."""
        value = self.text(name)
        if value is not None and value not in options:
            raise self.refuse(name, f"{self.name(name)} must be one of {', '.join(options)}")
        return value

    def flag(self, name: str) -> bool | None:
        """Return a boolean, or None if absent."""
        value = self.choice(name, ("true", "false"))
        return None if value is None else value == "true"

    def url(self, name: str) -> str | None:
        """Return an absolute http or https address, or None if absent."""
        value = self.text(name)
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            good = (
                parts.scheme in ("http", "https") and bool(parts.hostname) and value.isprintable()
            )
        except ValueError:
            good = False
        if not good:
            raise self.refuse(name, f"Not an http address: {self.name(name)}", "url_invalid")
        return value

    def currency(self, name: str = "currency") -> str:
        """Return a required three-letter currency in lower case."""
        value = self.required(name).lower()
        if not (len(value) == 3 and value.isascii() and value.isalpha()):
            raise self.refuse(name, f"Not a currency: {self.name(name)}")
        return value

    def group(self, name: str) -> Params:
        """Return a nested group; an empty one if absent."""
        value = self._values.get(name, {})
        if not isinstance(value, dict):
            raise self.refuse(name, f"Expected a group: {self.name(name)}")
        return Params(value, self.name(name))

    def groups(self, name: str) -> list[Params]:
        """Return the groups of a list, in order."""
        items = self.group(name)
        return [items.group(index) for index in items._indexes()]

    def texts(self, name: str) -> list[str]:
        """Return the texts of a list, in order."""
        items = self.group(name)
        return [items.required(index) for index in items._indexes()]

    def metadata(self) -> dict[str, str]:
        """Return ``metadata``: at most 50 keys of 40 and values of 500 characters.

        An empty value means "no such key".
        """
        group = self.group("metadata")
        if len(group._values) > 50 or any(len(key) > 40 for key in group._values):
            raise self.refuse("metadata", "metadata holds at most 50 keys of 40 characters")
        kept = {key: group.text(key, 500) for key, value in group._values.items() if value != ""}
        return {key: value for key, value in kept.items() if value is not None}

    def merged_metadata(self, known: Mapping[str, str]) -> dict[str, str]:
        """Return what an update makes of known metadata; an empty value removes its key."""
        named = self.group("metadata")._values
        return {k: v for k, v in known.items() if k not in named} | self.metadata()

    def _indexes(self) -> list[str]:
        for index in self._values:
            if not (index.isascii() and index.isdigit()):
                raise self.refuse(index, f"Expected a list: {self._path}")
        return sorted(self._values, key=int)

    def _whole(self, name: str, value: str, least: int, most: int) -> int:
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
            raise self.refuse(
                name, f"Expected a whole number: {self.name(name)}", "parameter_invalid_integer"
            )
        if not least <= int(value) <= most:
            raise self.refuse(
                name, f"Outside {least} to {most}: {self.name(name)}", "parameter_invalid_integer"
            )
        return int(value)
