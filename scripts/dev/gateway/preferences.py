"""The Prefer header."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scripts.dev.gateway.errors import GatewayError

_KNOWN = re.compile(
    r"count=(exact|planned|estimated)|handling=(strict|lenient)|max-affected=(\d{1,18})"
    r"|return=(?:representation|minimal|headers-only)|tx=(?:commit|rollback)"
    r"|missing=(?:default|null)|resolution=(?:merge|ignore)-duplicates",
    re.ASCII,
)


@dataclass(frozen=True)
class Preferences:
    """The preferences a read or a call honours; the others that exist are accepted and ignored.

    Planned and estimated counts are answered with the exact one.
    """

    count: str | None = None
    handling: str | None = None
    max_affected: int | None = None

    @classmethod
    def parse(cls, header: str) -> Preferences:
        """Read the header; of a preference that is set twice the first counts.

        Raises:
            GatewayError: 400 PGRST122 for an unknown one under ``handling=strict``.
        """
        items = [item.strip() for item in header.split(",") if item.strip()]
        known = [found for item in items if (found := _KNOWN.fullmatch(item))]
        count, handling, most = (
            next((found[group] for found in known if found[group]), None) for group in (1, 2, 3)
        )
        invalid = [item for item in items if not _KNOWN.fullmatch(item)]
        if handling == "strict" and invalid:
            raise GatewayError(
                400,
                "PGRST122",
                "Invalid preferences given with handling=strict",
                f"Invalid preferences: {', '.join(invalid)}",
            )
        limited = most is not None and handling == "strict"
        return cls(count, handling, int(most) if most is not None and limited else None)

    def applied(self) -> str:
        """Return the value of Preference-Applied, empty when there is nothing to say."""
        said = (
            ("count", self.count),
            ("handling", self.handling),
            ("max-affected", self.max_affected),
        )
        return ", ".join(f"{name}={value}" for name, value in said if value is not None)
