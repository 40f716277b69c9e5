"""What the utilities need, built as wiring.py builds the rest: on first use, once a process."""
