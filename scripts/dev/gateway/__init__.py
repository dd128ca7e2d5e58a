"""The local RPC gateway: a development stand-in for PostgREST, for calls and reads only.

It answers as PostgREST 16 does (``tests/gateway/cases.json`` is what a real one answered), without
embedding, aggregates, full-text operators and table writes. It is not meant to face a network.
"""

from scripts.dev.gateway.app import create_gateway

__all__ = ["create_gateway"]
