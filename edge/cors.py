"""Which pages may call the edge from a browser: those of the configured site."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request


def allow_site(app: Flask, site_url: str) -> None:
    """Let pages of the site's origin, and of no other, read what the edge answers."""
    parts = urlsplit(site_url)
    origin = f"{parts.scheme}://{parts.netloc}".lower()

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.vary.add("Origin")
        if request.headers.get("Origin") == origin:
            response.headers["Access-Control-Allow-Origin"] = origin
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = "GET, POST"
                response.headers["Access-Control-Allow-Headers"] = "authorization, content-type"
                response.headers["Access-Control-Max-Age"] = "3600"
        return response
