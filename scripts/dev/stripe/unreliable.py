"""A sender that loses, repeats, delays and reorders deliveries, alike for the same seed."""

from __future__ import annotations

import random


class Unreliable:
    """What becomes of each delivery: the n-th one's fate depends on the seed and on n alone."""

    def __init__(
        self, seed: int, *, drop: float = 0.0, repeat: float = 0.0, delay: float = 0.0
    ) -> None:
        """Choose the chances.

        Args:
            seed: Any number.
            drop: The chance (0 to 1) that a delivery never leaves; nothing makes up for it.
            repeat: The chance that it is sent twice.
            delay: Each copy waits up to so many seconds, so that later ones overtake it.
        """
        self._random = random.Random(seed)  # noqa: S311  a plan to be repeated, not a secret
        self._drop = drop
        self._repeat = repeat
        self._delay = delay

    def waits(self) -> list[float]:
        """Return the seconds that each copy of the next delivery waits; none: it is dropped."""
        # Four draws whatever comes of them, so that one fate does not shift the next.
        drop, repeat, first, second = (self._random.random() for _ in range(4))
        if drop < self._drop:
            return []
        waits = [first * self._delay, second * self._delay]
        return waits if repeat < self._repeat else waits[:1]
