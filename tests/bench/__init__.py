"""Speed, measured: `python -m tests.bench` prints the table of quality.md with the floor of each row.

A program that people run; no test ever fails because a machine was slow.
"""
