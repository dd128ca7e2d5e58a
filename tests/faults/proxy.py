"""A TCP link to a server that is cut where it is told: after so many bytes, or after COMMIT."""

from __future__ import annotations

import selectors
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

Direction = Literal["to server", "to client"]
HOST = "127.0.0.1"
PIECE = 65536
WAIT_SECONDS = 30
RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Cut:
    """Where a link ends.

    Attributes:
        direction: whose bytes are counted.
        after: how many of them still pass.
        awaits: counting begins when these bytes have passed to the server; none: at once.
        resets: whether the peers see a reset instead of an end.
    """

    direction: Direction
    after: int
    awaits: bytes = b""
    resets: bool = False


@dataclass
class Link:
    """One connection through a listener of its own.

    Attributes:
        passed: the bytes that have passed in each direction.
    """

    listener: socket.socket
    server_port: int
    cut: Cut | None
    passed: dict[Direction, int] = field(default_factory=lambda: {"to server": 0, "to client": 0})

    @property
    def port(self) -> int:
        """Where the client connects, on 127.0.0.1."""
        port: int = self.listener.getsockname()[1]
        return port

    def serve(self) -> None:
        """Pass bytes until the cut, or until one side ends."""
        with suppress(OSError):
            client, _ = self.listener.accept()
            with client, socket.create_connection((HOST, self.server_port)) as server:
                with suppress(OSError):
                    self._pump(client, server)
                if self.cut and self.cut.resets:
                    for peer in (client, server):
                        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def _pump(self, client: socket.socket, server: socket.socket) -> None:
        counted = 0
        is_armed = self.cut is not None and not self.cut.awaits
        with selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ, ("to server", server))
            selector.register(server, selectors.EVENT_READ, ("to client", client))
            while not (is_armed and self.cut and counted >= self.cut.after > 0):
                ready = selector.select(WAIT_SECONDS)
                if not ready:
                    return
                for key, _ in ready:
                    direction, peer = key.data
                    piece = key.fileobj.recv(PIECE)  # type: ignore[union-attr]
                    if not piece:
                        return
                    if is_armed and self.cut and direction == self.cut.direction:
                        piece = piece[: self.cut.after - counted]
                        counted += len(piece)
                        if not piece:
                            return
                    peer.sendall(piece)
                    self.passed[direction] += len(piece)
                    if self.cut and direction == "to server" and self.cut.awaits in piece:
                        is_armed = True


@contextmanager
def link_to(server_port: int, cut: Cut | None = None) -> Iterator[Link]:
    """Offer one connection to a server on 127.0.0.1 for the length of the block."""
    with socket.create_server((HOST, 0)) as listener:
        listener.settimeout(WAIT_SECONDS)
        link = Link(listener, server_port, cut)
        thread = threading.Thread(target=link.serve, daemon=True)
        thread.start()
        try:
            yield link
        finally:
            thread.join(2 * WAIT_SECONDS)
