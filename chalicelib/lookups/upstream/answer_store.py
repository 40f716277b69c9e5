"""What providers said, in the table Lookups (rows.py); answers end by themselves, and their questions are hashes alone."""

from datetime import datetime

import msgspec

from chalicelib.lookups.table import Row
from chalicelib.lookups.upstream.asking import Kept
from chalicelib.runtime.tables import expires_at

# An item holds 400 KB; what is longer is asked anew each time.
MOST_BYTES = 300_000

_decode = msgspec.json.Decoder(Kept).decode


class AnswerStore:
    """Keeps answers."""

    def kept(self, provider: str, key: str) -> Kept | None:
        """What a provider said to a question, in one read."""
        row = Row.row(_key(provider), key)
        return _decode(row["facts"]) if row else None

    def keep(self, provider: str, key: str, kept: Kept, until: datetime) -> None:
        """Keep it until then; what is too long to be kept is not."""
        facts = msgspec.json.encode(kept)
        if len(facts) <= MOST_BYTES:
            Row.put({"pk": _key(provider), "sk": key, "facts": facts.decode(), "expires": expires_at(until)})


def _key(provider: str) -> str:
    return f"cache#{provider}"
