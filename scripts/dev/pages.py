"""The built pages of ``web/`` on an address of their own: strict headers, and ``/config.json``.

They are read once and kept in memory. It is not meant to face a network: the sign-ins of the
demonstration are in ``/config.json``.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scripts.errors import CommandError

HOME = "index.html"
HOST = "127.0.0.1"
ASSETS = "assets/"  # Vite's: their names have a sum of what is in them
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class PageFile:
    """One file, as it is and compressed; ``gzipped`` is None where that makes it no smaller."""

    body: bytes
    gzipped: bytes | None
    content_type: str
    etag: str
    cache_control: str

    @classmethod
    def read(cls, folder: Path, name: str) -> PageFile:
        """Read a file by its path below the folder."""
        body = (folder / name).read_bytes()
        gzipped = gzip.compress(body, mtime=0)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        is_text = kind.startswith("text/") or kind == "application/javascript"
        cached = FOREVER if name.startswith(ASSETS) else "no-cache"
        return cls(
            body,
            gzipped if len(gzipped) < len(body) else None,
            f"{kind}; charset=utf-8" if is_text else kind,
            hashlib.sha256(body).hexdigest()[:32],
            "no-store" if name == HOME else cached,
        )

    def response(self) -> Response:
        """Answer the request that is being handled: with the file, or that it is unchanged."""
        response = Response(self.body, content_type=self.content_type)
        etag = self.etag
        if self.gzipped is not None:
            response.vary.add("Accept-Encoding")
            if request.accept_encodings.quality("gzip") > 0:
                response.data = self.gzipped
                response.headers["Content-Encoding"] = "gzip"
                etag += "-gzip"
        response.headers["Cache-Control"] = self.cache_control
        response.set_etag(etag)
        response.make_conditional(request)
        return response


def create_pages(
    folder: Path, config: Callable[[], Mapping[str, Any]], servers: Sequence[str]
) -> Flask:
    """Serve a build of the pages.

    Args:
        folder: the build; its ``index.html`` answers every path that is no file and has no dot.
        config: what ``/config.json`` tells the pages, asked every time.
        servers: the addresses, besides their own, that the pages may call.

    Raises:
        CommandError: there is no ``index.html``.
    """
    files = _read_folder(folder)
    if HOME not in files:
        raise CommandError(f"{folder} has no {HOME}", "build the pages first: npm run build")
    policy = _content_policy(servers)
    app = Flask("pages", static_folder=None)
    # A page of another host that resolves to 127.0.0.1 must not read the sign-ins.
    app.config["TRUSTED_HOSTS"] = [HOST, "localhost"]

    @app.before_request
    def use_one_name() -> AnyResponse | None:
        """Send who came by another name to the one that the edge lets in."""
        parts = urlsplit(request.url)
        if parts.hostname == HOST:
            return None
        return redirect(parts._replace(netloc=f"{HOST}:{parts.port}").geturl())

    @app.get("/config.json")
    def configuration() -> Response:
        response = jsonify(config())
        response.headers["Cache-Control"] = "no-store"
        return response

    @app.get("/")
    @app.get("/<path:path>")
    def page(path: str = HOME) -> Response:
        file = files.get(path) or (files[HOME] if "." not in path else None)
        return file.response() if file else abort(404)

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        return response

    return app


def _read_folder(folder: Path) -> dict[str, PageFile]:
    """Return the files by their paths below the folder; hidden ones are left out."""
    paths = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    names = [path.as_posix() for path in paths if not path.name.startswith(".")]
    return {name: PageFile.read(folder, name) for name in names}


def _content_policy(servers: Sequence[str]) -> str:
    sockets = [server.replace("http", "ws", 1) for server in servers]
    sources = {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *servers, *sockets],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(allowed)}" for name, allowed in sources.items())
