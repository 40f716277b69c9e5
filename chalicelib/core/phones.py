"""Rules about telephone numbers that need no library; normalising and validating is the accounts slice's."""

# Vietnamese mobile numbers +84 95x xxx xxxx: valid by form and given to no operator, so the project's samples come from here.
SAMPLE_BLOCK = "+8495"


def is_sample(phone: str) -> bool:
    """Whether the number (E.164) is one of the documented sample block +84 95x xxx xxxx."""
    return phone.startswith(SAMPLE_BLOCK)


def may_send(phone: str, stage: str) -> bool:
    """Whether an SMS may go to the number (E.164): a sample number only on the stage `local`, where nothing leaves."""
    return stage == "local" or not is_sample(phone)
