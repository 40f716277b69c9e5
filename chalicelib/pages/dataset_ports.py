"""What the pages of units' data need of the utilities; wiring fills it."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.core.staff import Member
from chalicelib.pages.dataset_model import OfferSheet, OfferView, Sending, UploadSheet
from chalicelib.pages.model import Leave


class DatasetDesk(Protocol):
    """The utilities' data as those see it who send it: a member meets the feeds of his own unit alone, an administrator all."""

    def offers(self, member: Member, language: str) -> Sequence[OfferView]:
        """The offers with feeds that the member may send."""

    def offer(self, member: Member, utility: str, offer: str, language: str) -> OfferSheet:
        """One of them; raises NotFound."""

    def upload(
        self, member: Member, utility: str, offer: str, number: int, language: str, cursor: str = ""
    ) -> UploadSheet:
        """An upload with a page of its refused rows; raises NotFound, Invalid for a cursor that is none."""

    def leave(self, member: Member, utility: str, offer: str, number: int, back_to: str) -> Leave:
        """Leave to post the file of an upload that has been begun, then go to `back_to`; raises NotFound, Conflict."""

    def begin(self, member: Member, utility: str, offer: str, sending: Sending) -> int:
        """Begin an upload; its number. Raises NotFound, Invalid, Conflict."""

    def roll_back(self, member: Member, utility: str, offer: str, feed: str, month: str) -> None:
        """Make the version before live again. Raises NotFound, Conflict where there is none."""
