"""Servers that behave like the boxes of a classroom, to the letter of their protocols, and misbehave when told to.

Each is a real server on a real socket of this machine. `python -m tests.boxes comfyui --port 8188` starts one
by hand. They know nothing of the program that they test.
"""
