"""Prints the table of docs/simulation.md: python -m tests.simulation (make quarter). The same every time."""

from tests.simulation.quarter import draw, live
from tests.simulation.table import CASES, SEED, WAYS, row

if __name__ == "__main__":
    drawn = draw(CASES, SEED)
    for name, effect in WAYS.items():
        print(row(name, live(drawn, effect)), flush=True)
