"""The HTTP server: gate, errors and controllers. No logic beyond translate, call, answer."""
