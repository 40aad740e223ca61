"""The HTTP server: gate, errors and controllers. No logic beyond translate, call, answer."""

from kiosk.server.application import create_app

__all__ = ["create_app"]
