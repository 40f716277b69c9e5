"""What the user pool asks of us during a sign-in: whether to go on, to send the code, to judge an answer.

Every Cognito session takes one answer: a wrong one ends it, and the caller gets a new one. So what AWS does with a session that was
used, and what the number's five attempts are, never meet.
"""

import secrets
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from chalicelib.accounts import sign_in
from chalicelib.accounts.ports import Store, Texts
from chalicelib.core.clock import Clock
from chalicelib.core.codes import same
from chalicelib.core.errors import Unavailable

# Without diacritics, so that each is one GSM-7 segment.
_TEXTS = {
    "vi": "YenBai-S: Ma xac thuc la {code}, hieu luc 5 phut. Khong cung cap ma nay cho bat ky ai, ke ca can bo.",
    "en": "YenBai-S: Your code is {code}, valid for 5 minutes. Do not give it to anybody, not even to an official.",
}


class Step(StrEnum):
    """How a sign-in goes on."""

    ASK = "ask"
    LET_IN = "let_in"
    END = "end"


def next_step(answers: Sequence[Any]) -> Step:
    """Ask first, then let in or end; `answers` are the results of the challenges so far (True, False or None)."""
    if not answers:
        return Step.ASK
    return Step.LET_IN if answers[-1] is True else Step.END


def code_text(code: str, language: str) -> str:
    """The SMS with a code: one GSM-7 segment."""
    return _TEXTS["en" if language == "en" else "vi"].format(code=code)


class Challenge:
    """Sends codes and judges answers; keeps no state of its own."""

    def __init__(self, store: Store, texts: Texts, clock: Clock, secret: str) -> None:
        self._store = store
        self._texts = texts
        self._clock = clock
        self._secret = secret

    def send_code(self, phone: str, account: str) -> bool:
        """Make and send the code that was asked for, once; False where none waits to be sent.

        Raises Unavailable where the SMS certainly did not go out; the request then waits again.
        """
        code = f"{secrets.randbelow(1_000_000):06d}"
        number = sign_in.number_key(self._secret, phone)
        hashed = sign_in.code_hash(self._secret, phone, code)
        request = self._store.claim_sending(number, hashed, account, self._clock())
        if request is None:
            return False
        try:
            self._texts.send(phone, code_text(code, request.language))
        except Unavailable:
            self._store.unclaim_sending(request)
            raise
        return True

    def is_right(self, phone: str, code: str, request: str, attempt: int, voucher: str) -> bool:
        """Whether this is the code of this request; uses it up.

        Only for answers that our own API has counted: without its voucher everything is wrong, so that nobody can guess past us at
        Cognito's public door, nor spend another person's attempts there.
        """
        if not same(voucher, sign_in.voucher(self._secret, phone, request, attempt, code)):
            return False
        number = sign_in.number_key(self._secret, phone)
        hashed = sign_in.code_hash(self._secret, phone, code)
        return self._store.use_code(number, request, attempt, hashed, self._clock())
