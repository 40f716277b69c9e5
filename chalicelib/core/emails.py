"""What an e-mail address must look like."""

import re

# Only what mail servers accept everywhere: one @, no blanks, a domain with a dot. Whether it exists only a message can tell.
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def is_email(text: str) -> bool:
    """Whether a mail server would take the address."""
    return _EMAIL.fullmatch(text) is not None
