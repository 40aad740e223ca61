"""Atelier Kiosk: a classroom program that makes the machine's part in generative AI visible."""

__version__ = "0.1.0"
