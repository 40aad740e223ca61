"""Start one box by hand, for a demonstration: `python -m tests.boxes comfyui --port 8188 --step 0.2`."""

import argparse
import asyncio
import contextlib

from tests.boxes.comfyui import ComfyUI
from tests.boxes.ollama import Ollama
from tests.boxes.openai import OpenAI
from tests.boxes.server import Box
from tests.boxes.swarmui import SwarmUI

PORTS = {"ollama": 11434, "comfyui": 8188, "swarmui": 7801, "openai": 8080}


def make(kind: str, port: int, step_s: float) -> Box:
    """A box of a kind that takes `step_s` seconds for each step or word."""
    if kind == "ollama":
        return Ollama(port, piece_s=step_s)
    if kind == "comfyui":
        return ComfyUI(port, step_s=step_s, node_s=step_s / 4)
    if kind == "swarmui":
        return SwarmUI(port, step_s=step_s)
    return OpenAI(port, piece_s=step_s)


async def serve(kind: str, port: int, step_s: float) -> None:
    """Until it is interrupted."""
    async with make(kind, port, step_s) as box:
        print(f"A box that behaves like {kind}, with no model behind it, at {box.url}. Ctrl+C ends it.")  # noqa: T201
        await asyncio.Event().wait()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.boxes", description=__doc__)
    parser.add_argument("kind", choices=sorted(PORTS))
    parser.add_argument("--port", type=int, help="default: where such a box usually is")
    parser.add_argument("--step", type=float, default=0.2, help="seconds for each step or word")
    chosen = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(chosen.kind, chosen.port or PORTS[chosen.kind], chosen.step))


if __name__ == "__main__":
    main()
