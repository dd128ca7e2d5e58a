"""What a linter finds: a rule's name, a place of the catalog, and what is wrong there."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.linting.uses import Item
from scripts.toml_lines import Keys


@dataclass(frozen=True)
class Finding:
    """Something that a rule says about one place of a catalog.

    Attributes:
        rule: the rule's name.
        place: such as ``models[3] gpt-4o``.
        message: what is wrong, in one line.
        keys: the way to the place, such as ``("models", 3)``.
    """

    rule: str
    place: str
    message: str
    keys: Keys

    def show(self, where: str) -> str:
        """Return the finding in one line; ``where`` is a file and its line."""
        return f"{self.rule}: {where}: {self.place}: {self.message}"


def name_place(catalog: Item, keys: Keys) -> str:
    """Return keys as a person reads them, with the code of the item that they are in."""
    place = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).lstrip(".")
    match keys:
        case (str(section), int(index), *_):
            match catalog[section][index]:
                case {"code": str(code)}:
                    return f"{place} {code}"
    return place
