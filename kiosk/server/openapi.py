"""`python -m kiosk.server.openapi` prints the OpenAPI document; the screen's TypeScript types are made from it.

Starts nothing and reads nothing but the program's own sentences.
"""

import sys

import msgspec

from kiosk.server.application import routes_only


def document() -> bytes:
    """The document as indented JSON, in the same order each time."""
    schema = routes_only().openapi_schema.to_schema()
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2) + b"\n"


if __name__ == "__main__":
    sys.stdout.buffer.write(document())
