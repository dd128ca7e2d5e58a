"""LiteLLM's map of model prices: found, checked, and told in the words of a catalog.

The map is ``model_prices_and_context_window.json``, in dollars per token; an installed ``litellm``
carries a copy. Only what a catalog can use is read, and that must be what it claims to be: a wrong
type, a negative or impossible number ends the reading. All else in the file is ignored.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from scripts.catalog_file import read_decimal, to_json
from scripts.errors import CommandError

Item = dict[str, Any]

INSTALLED_COPY = "litellm/model_prices_and_context_window_backup.json"

# A language model: a prompt goes in, tokens come out.
MODES = ("chat", "responses")
PRICES = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "cached": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
    "reasoning": "output_cost_per_reasoning_token",
}
TIER = re.compile(rf"({'|'.join(PRICES.values())})_above_([1-9]\d{{0,8}})k_tokens", re.ASCII)
CAPABILITIES = {
    "vision": "supports_vision",
    "audio": "supports_audio_input",
    "pdf": "supports_pdf_input",
    "tools": "supports_function_calling",
    "json": "supports_response_schema",
    "reasoning": "supports_reasoning",
    "caching": "supports_prompt_caching",
    "web_search": "supports_web_search",
}
# $10,000 for 1M tokens: what is above it is the price of many tokens, stated for one.
HIGHEST_PRICE = Decimal("0.01")
SMALLEST_PART = Decimal("1e-24")
MOST_TOKENS = 10**12

UNPRICED = "not priced by the token"
BY_REQUEST = "priced by the request as well"


class BrokenMapError(CommandError):
    """A price map that cannot be trusted, in one line that says where: exit status 2."""

    exit_code = 2


@dataclass(frozen=True)
class PriceMap:
    """The language models of a map.

    Attributes:
        path: where it was read.
        version: of the package that carried it; None for a file.
        sha256: of its bytes, in hexadecimal digits.
        models: by name; each with ``provider``, ``cost`` and, where the map says so,
            ``context_tokens``, ``max_output_tokens``, ``deprecated_at`` and ``capabilities``, as a
            catalog has them.
        left_out: by name, why a language model has no such cost.
    """

    path: Path
    version: str | None
    sha256: str
    models: dict[str, Item]
    left_out: dict[str, str]


def find_installed() -> tuple[Path, str]:
    """Return the copy inside an installed ``litellm``, and that version; nothing is imported.

    Raises:
        CommandError: it is not installed, or carries no copy.
    """
    try:
        package = distribution("litellm")
    except PackageNotFoundError as error:
        raise CommandError("litellm is not installed", "name a file instead") from error
    path = Path(str(package.locate_file(INSTALLED_COPY)))
    if not path.is_file():
        raise CommandError(f"litellm {package.version} carries no {INSTALLED_COPY}")
    return path, package.version


def read_map(path: Path, version: str | None = None) -> PriceMap:
    """Read a map; ``version`` is that of the package that carries it.

    Raises:
        BrokenMapError: it cannot be read, or says of a model what cannot be so.
    """
    try:
        content = path.read_bytes()
        entries = json.loads(
            content,
            parse_float=read_decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_read_object,
        )
    except OSError as error:
        raise BrokenMapError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise BrokenMapError(f"{path}: {error}") from error
    models: dict[str, Item] = {}
    left_out: dict[str, str] = {}
    for entry in _language_models(path, entries):
        reason = entry.why_left_out()
        if reason:
            left_out[entry.name] = reason
        else:
            models[entry.name] = entry.to_model()
    if not models:
        raise BrokenMapError(f"{path}: no model with a price of its tokens; is it LiteLLM's map?")
    return PriceMap(path, version, hashlib.sha256(content).hexdigest(), models, left_out)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _read_object(pairs: list[tuple[str, Any]]) -> Item:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)} is there twice")
    return fields


def _language_models(path: Path, entries: Any) -> Iterator[_Entry]:
    if not isinstance(entries, dict):
        raise BrokenMapError(f"{path}: not an object of models by name")
    for name, fields in entries.items():
        if not isinstance(fields, dict):
            raise BrokenMapError(f"{path}: {name}: not an object")
        if fields.get("mode") in MODES:
            yield _Entry(path, name, fields)


@dataclass(frozen=True)
class _Entry:
    """One model as the map has it."""

    path: Path
    name: str
    fields: Item

    def why_left_out(self) -> str | None:
        """Say why the tokens' prices are missing, or are not all that a call costs."""
        base = self._prices().get(0, {})
        if not {"input", "output"} <= base.keys():
            return UNPRICED
        if self._price(self.fields, "input_cost_per_request"):
            return BY_REQUEST
        others = (value for key, value in self.fields.items() if "cost" in key)
        is_free = not any(price for tier in self._prices().values() for price in tier.values())
        if is_free and any(isinstance(value, int | Decimal) and value > 0 for value in others):
            return UNPRICED
        return None

    def to_model(self) -> Item:
        """Return what the map says, by a catalog's keys."""
        tiers = self._prices()
        cost: Item = dict(tiers.pop(0))
        if tiers:
            cost["above"] = [{"context_tokens": start, **tiers[start]} for start in sorted(tiers)]
        found = {
            "provider": self._read("litellm_provider", str, "a text"),
            "cost": cost,
            "context_tokens": self._tokens("max_input_tokens"),
            "max_output_tokens": self._tokens("max_output_tokens"),
            "deprecated_at": self._day("deprecation_date"),
            "capabilities": [
                name for name, key in CAPABILITIES.items() if self._read(key, bool, "true or false")
            ],
        }
        if not found["provider"]:
            raise self._broken("litellm_provider", "no text")
        return {key: value for key, value in found.items() if value}

    def _prices(self) -> dict[int, Item]:
        """Return dollars per 1M tokens by class, by the context that they hold above."""
        tiers: dict[int, Item] = defaultdict(dict)
        # What a call's tokens cost by the range that its prompt is in.
        for place, tier in enumerate(self._read("tiered_pricing", list, "a list") or []):
            key = f"tiered_pricing[{place}]"
            start = tier["range"][0] if _is_tier(tier) else None
            if start is None or not 0 <= start <= MOST_TOKENS or start != int(start):
                raise self._broken(key, "no prices with a range of tokens")
            tiers[int(start)] |= self._classes(tier, f"{key}.")
        tiers[0] |= self._classes(self.fields)
        for key in self.fields:
            match = TIER.fullmatch(key)
            price = self._price(self.fields, key) if match else None
            if match and price is not None:
                name = next(name for name, base in PRICES.items() if base == match[1])
                tiers[int(match[2]) * 1000][name] = price
        return {
            start: {name: tier[name] for name in PRICES if name in tier}
            for start, tier in tiers.items()
        }

    def _classes(self, fields: Item, place: str = "") -> Item:
        prices = {name: self._price(fields, key, place) for name, key in PRICES.items()}
        return {name: price for name, price in prices.items() if price is not None}

    def _price(self, fields: Item, key: str, place: str = "") -> Decimal | int | None:
        """Return what a price of one token is for 1M of them, exactly."""
        value = fields.get(key)
        if value is None:
            return None
        if not _is_number(value):
            raise self._broken(place + key, f"{to_json(value)} is no number")
        if value == -1:
            raise self._broken(place + key, f"{value} stands for a price that nobody knows")
        if not 0 <= value <= HIGHEST_PRICE:
            raise self._broken(place + key, f"{value} dollars cannot be the price of one token")
        exact = Decimal(value)
        if exact != exact.quantize(SMALLEST_PART):
            raise self._broken(place + key, f"{value} has more than 24 decimal places")
        million = exact.scaleb(6)
        return int(million) if million == int(million) else million.normalize()

    def _tokens(self, key: str) -> int | None:
        """Return a count of tokens, which may be 0 where the map does not know it."""
        value: int | None = self._read(key, int, "a whole number")
        if value is not None and not 0 <= value <= MOST_TOKENS:
            raise self._broken(key, f"{value} cannot be a count of tokens")
        return value

    def _day(self, key: str) -> str | None:
        value = self._read(key, str, "a text")
        try:
            return None if value is None else date.fromisoformat(value).isoformat()
        except ValueError as error:
            raise self._broken(key, f"{to_json(value)} is no date") from error

    def _read(self, key: str, kind: type, words: str) -> Any:
        value = self.fields.get(key)
        if value is not None and type(value) is not kind:  # for Python, true is a whole number
            raise self._broken(key, f"{to_json(value)} is not {words}")
        return value

    def _broken(self, key: str, problem: str) -> BrokenMapError:
        return BrokenMapError(f"{self.path}: {self.name}: {key}: {problem}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _is_tier(value: Any) -> bool:
    match value:
        case {"range": [start, _]}:
            return _is_number(start)
    return False
