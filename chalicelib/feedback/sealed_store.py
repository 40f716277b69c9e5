"""The table Sealed: what sealed cases held. The API's functions may only write there; open_sealed alone reads."""

from collections.abc import Mapping

from pynamodb.attributes import UnicodeAttribute

from chalicelib.runtime.tables import Table


class SealedPart(Table):
    """One part of a sealed case as JSON."""

    class Meta:
        table_name = "sealed"

    setting = "sealed_table"

    code = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)
    content = UnicodeAttribute()


class SealedStore:
    """Keeps what sealed cases held."""

    def keep(self, code: str, part: str, content: str) -> None:
        """Keep one part of a case as JSON; a second time replaces the first."""
        SealedPart.put({"code": code, "part": part, "content": content})

    def opened(self, code: str) -> Mapping[str, str]:
        """Every part by name; for whoever may read."""
        rows, _ = SealedPart.rows(code, consistent=True)
        return {str(item["part"]): str(item["content"]) for item in rows}
