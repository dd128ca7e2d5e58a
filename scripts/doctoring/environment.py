"""Checks of the environment: which names are in use, and can the edge serve with them?"""

from __future__ import annotations

from collections.abc import Mapping

from edge.config import PUBLISHABLE_NAMES, Config, ConfigError
from edge.logs import clean
from scripts.doctoring.leaks import SECRET
from scripts.doctoring.lines import Line, fail, ok, warn

# The first name found counts.
_ALIASES = (PUBLISHABLE_NAMES,)
# Names that older set-ups have: they do no harm, and are not read.
_UNUSED = {
    "REDIS_URL": "limits are kept in Postgres",
    "SUPABASE_KEY": "the edge has a database role of its own",
    "SUPABASE_SERVICE_ROLE_KEY": "the edge has a database role of its own",
    "CLAUDE_API_KEY": "models are called by your application",
    "CLAUDE_API_MODEL": "models are called by your application",
    "CLAUDE_API_MAX_TOKENS": "models are called by your application",
}
_PUBLIC_PREFIXES = (
    "NEXT_PUBLIC_",
    "VITE_",
    "REACT_APP_",
    "EXPO_PUBLIC_",
    "NUXT_PUBLIC_",
    "PUBLIC_",
)


def check_names(environment: Mapping[str, str]) -> Line:
    """Which of several names of a setting counts, and which are accepted and not used?"""
    notes = []
    for names in _ALIASES:
        found = [name for name in names if environment.get(name)]
        if found and found != [names[0]]:
            others = f", not from {', '.join(found[1:])}" if found[1:] else ""
            notes.append(f"{names[0]} is taken from {found[0]}{others}")
        values = {environment[name] for name in found}
        if len(values) > 1:
            return warn(
                "names", f"{' and '.join(found)} differ: the first counts", "unset one of them"
            )
    notes += [
        f"{name} is accepted and not used: {why}"
        for name, why in _UNUSED.items()
        if environment.get(name)
    ]
    return ok("names", ", ".join(notes) or "no setting goes by another name")


def check_settings(environment: Mapping[str, str]) -> Line:
    """Can the edge serve with this environment?"""
    try:
        config = Config.from_environment(environment)
    except ConfigError as error:
        if not environment.get("STRIPE_SECRET_KEY"):
            return warn(
                "settings", f"this is not the edge's environment: {error}", "run it there as well"
            )
        return fail("settings", str(error), "the edge does not start: docs/stripe.md has the list")
    if config.livemode and config.metrics_token is None:
        return warn("settings", "everybody may read /metrics", "set METRICS_TOKEN")
    return ok("settings", f"the edge can serve, with {clean(config.stripe_secret_key)}")


def check_public_names(environment: Mapping[str, str]) -> Line:
    """Is a secret in a setting that a build writes into pages for everybody?"""
    found = [
        name
        for name, value in sorted(environment.items())
        if name.startswith(_PUBLIC_PREFIXES) and SECRET.search(value)
    ]
    if found:
        return fail(
            "public-names",
            f"a secret is in {', '.join(found)}, which everybody can read in your pages",
            "replace the key where it was issued, then put the new one under a private name",
        )
    return ok("public-names", "no setting for pages holds a secret")
