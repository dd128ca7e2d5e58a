"""What tests of ``pgcredits import litellm`` share: a price map, and a catalog before and after."""

from __future__ import annotations

import hashlib
from pathlib import Path

MAP = Path(__file__).parents[1] / "pricing/price_map.json"
SHA256 = hashlib.sha256(MAP.read_bytes()).hexdigest()
HEAD = """\
# A shop.
code = "shop"
name = "Shop"
currency = "usd"
list_price_per_credit = 0.01    # a cent

# What each model costs.
"""
MODEL = """\
[[models]]
code = "one"
name = "One"
provider = "Alpha"
tier = "medium"
source = "plain"
cost = { input = 5, output = 10 }  # as of last year
context_tokens = 1

# Two follows.
[[models]]
code = "two"
name = "Two"
provider = "Beta"
tier = "cheap"
credits_per_1k_tokens = 1   # flat
source = "tiers"

# No source: ours alone.
[[models]]
code = "own"
name = "Own"
provider = "We"
tier = "cheap"
credits_per_1k_tokens = 1
"""
IMPORTED = f"""\
# A shop.
code = "shop"
name = "Shop"
currency = "usd"
list_price_per_credit = 0.01    # a cent

[cost_source]
name = "litellm"
sha256 = "{SHA256}"

# What each model costs.
[[models]]
code = "one"
name = "One"
provider = "Alpha"
tier = "medium"
source = "plain"
cost = {{ input = 2.5, output = 10 }}  # as of last year
context_tokens = 128_000
max_output_tokens = 16_384
capabilities = ["vision", "tools"]

# Two follows.
[[models]]
code = "two"
name = "Two"
provider = "Beta"
tier = "cheap"
credits_per_1k_tokens = 1   # flat
source = "tiers"
cost = {{ input = 1.25, output = 10, cached = 0.125, cache_write = 1.5625, above = [
    {{ context_tokens = 200_000, input = 2.5, output = 15, cached = 0.25 }},
] }}
context_tokens = 1_000_000
deprecated_at = 2027-03-31
capabilities = ["caching"]

# No source: ours alone.
[[models]]
code = "own"
name = "Own"
provider = "We"
tier = "cheap"
credits_per_1k_tokens = 1
"""
