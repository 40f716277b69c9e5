"""The utilities as the province begins with them: one file a utility, in the shape of chalicelib/lookups/model.py."""

from pathlib import Path

import msgspec

from chalicelib.lookups.model import Utility

UTILITIES = Path(__file__).parent


def utilities() -> tuple[Utility, ...]:
    """Every utility, in order; raises msgspec.ValidationError for a file of another shape."""
    read = msgspec.json.Decoder(Utility).decode
    return tuple(read(file.read_bytes()) for file in sorted(UTILITIES.glob("*.json")))
