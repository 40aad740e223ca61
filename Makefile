# The two commands. Each does its whole set-up first; see CONTRIBUTING.md.
#   make run ARGS="--fullscreen"      make test ARGS="types tests -- -k hub"
PYTHON ?= python3
ARGS ?=

.PHONY: run test
run:
	@$(PYTHON) scripts/setup.py run && exec .venv/bin/kiosk run $(ARGS)

test:
	@$(PYTHON) scripts/setup.py test && exec .venv/bin/python scripts/check.py $(ARGS)
