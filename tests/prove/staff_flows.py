"""What the centre enters and administrators change, as ways that end in an error without a permission."""

import secrets

from tests.address import Address
from tests.stack.matters import PLACE, REASON, TEXT, dispatcher, submit
from tests.stack.people import call, sign_in
from tests.stack.roles import staff


def entered(stack: Address) -> None:
    """A dispatcher enters a matter of somebody who has an account."""
    body = {
        "channel": "paper", "channel_ref": secrets.token_hex(8), "phone": sign_in(stack).phone, "category": "duong_sa",
        "text": TEXT, "location": PLACE,
    }  # fmt: skip
    answer = call(stack, "POST", "/v1/centre/feedback", body, token=dispatcher(stack))
    assert answer.status == 201, answer


def changed(stack: Address) -> None:
    """An administrator makes a category."""
    code = f"thu_{secrets.token_hex(6)}"
    body = {
        "version": 0, "reason": REASON, "order": 950, "name_vi": "Lĩnh vực thử", "name_en": "A category on trial",
        "level": "normal", "working_days": 5, "urgent_hours": 4, "publication": "private",
    }  # fmt: skip
    answer = call(stack, "PUT", f"/v1/centre/categories/{code}", body, token=staff(stack, "administrator"))
    assert answer.status == 200, answer


def tried(stack: Address) -> None:
    """An administrator tries a rule on past cases."""
    submit(stack, sign_in(stack))
    body = {"routing": [{"kind": "police", "level": "commune"}]}
    answer = call(stack, "POST", "/v1/centre/categories/duong_sa/try", body, token=staff(stack, "administrator"))
    assert answer.status == 200, answer
    assert answer.body["cases"]
