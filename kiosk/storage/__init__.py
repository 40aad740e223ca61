"""Runs on disk and every projection of them. Knows no engine and no HTTP."""
