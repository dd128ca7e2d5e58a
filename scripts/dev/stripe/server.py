"""Serve the stand-in on 127.0.0.1, in the foreground or behind a block of code."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server

HOST = "127.0.0.1"
_POLL_SECONDS = 0.02  # how soon the server notices that it shall end


def listen(port: int = 0) -> socket.socket:
    """Return a listening socket; port 0 takes a free one, so that the address is known first."""
    return socket.create_server((HOST, port))


def bind(application: Flask, listener: socket.socket) -> BaseWSGIServer:
    """Return a server with a thread per connection that accepts on the listener."""
    port = listener.getsockname()[1]
    return make_server(HOST, port, application, threaded=True, fd=listener.fileno())


@contextmanager
def serving(application: Flask, listener: socket.socket) -> Iterator[None]:
    """Serve in the background for as long as the block runs, then close the listener."""
    with listener:
        server = bind(application, listener)
        thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
