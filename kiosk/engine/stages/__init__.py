"""The four stages, one module each."""
