"""What one request asks for, read from its headers and query string before any connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Request

from scripts.dev.gateway.auth import Caller
from scripts.dev.gateway.database import RequestContext
from scripts.dev.gateway.errors import GatewayError
from scripts.dev.gateway.media import MediaType, negotiate
from scripts.dev.gateway.preferences import Preferences
from scripts.dev.gateway.query import Query, Window, content_location, parse_pairs

READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Exchange:
    """A request, understood; ``headers`` are the answer's that are known already."""

    context: RequestContext
    media: MediaType
    preferences: Preferences
    query: Query
    window: Window
    headers: dict[str, str]

    @classmethod
    def parse(
        cls,
        request: Request,
        path: str,
        caller: Caller,
        schemas: Sequence[str],
        max_rows: int | None,
    ) -> Exchange:
        """Read a request to ``path``; the first of the schemas is the default one.

        Raises:
            GatewayError: 406 for a schema or media type that is not there, 400 for a preference
                or parameter that does not parse, 416 for a range.
        """
        reads, calls = request.method in READS, path.startswith("/rpc/")
        profile = request.headers.get("Accept-Profile" if reads else "Content-Profile")
        schema = schemas[0] if profile is None else profile
        if schema not in schemas:
            raise GatewayError(
                406,
                "PGRST106",
                f"Invalid schema: {schema}",
                hint=f"Only the following schemas are exposed: {', '.join(schemas)}",
            )
        preferences = Preferences.parse(request.headers.get("Prefer", ""))
        pairs = parse_pairs(request.query_string)
        query = Query.parse(pairs, with_arguments=calls and reads)
        asked_range = request.headers.get("Range", "") if request.method == "GET" else ""
        headers = {
            "Content-Location": "" if calls else content_location(path, pairs),
            "Content-Profile": schema if profile is not None or len(schemas) > 1 else "",
            "Preference-Applied": preferences.applied(),
        }
        return cls(
            RequestContext(caller, request.method, path, request.headers, schema),
            negotiate(request.headers.get("Accept", "")),
            preferences,
            query,
            query.window(asked_range, max_rows),
            {name: value for name, value in headers.items() if value},
        )
