"""One-time codes on the phones of agencies' heads (feedback.ports.Signatures). Only wiring uses it."""

from chalicelib.accounts.signing import Paper, SigningCodes
from chalicelib.core.errors import Conflict, Invalid
from chalicelib.directory.model import OfficerRole
from chalicelib.directory.service import Directory
from chalicelib.feedback.ports import CodeSent, Draft
from chalicelib.runtime.observability import count


class HeadSignatures:
    """Finds the head in the directory, today's, and lets accounts send and judge the codes."""

    def __init__(self, directory: Directory, codes: SigningCodes) -> None:
        self._directory = directory
        self._codes = codes

    def send(self, agency: str, draft: Draft, key: str, language: str) -> CodeSent:
        """Send the head a code for this draft; a call with the same key sends nothing again.

        Raises TooMany, Conflict where the head cannot be reached, Unavailable.
        """
        heads = (one for one in self._directory.officers(agency) if one.role is OfficerRole.HEAD and one.phone)
        head = next(heads, None)
        if head is None:
            raise Conflict("error.head_unreachable")
        seconds = self._codes.send(_paper(draft), head.phone, key, language)
        count("SigningCodeGranted")
        return CodeSent(seconds, head.phone[-3:])

    def check(self, draft: Draft, code: str) -> None:
        """Count a guess at the code of this draft; raises Invalid for `code` unless it is right and still good."""
        try:
            self._codes.check(_paper(draft), code)
        except Invalid:
            count("SigningCodeRefused")
            raise


def _paper(draft: Draft) -> Paper:
    return Paper(f"{draft.code}-{draft.assignment}", str(draft.seq), draft.code)
