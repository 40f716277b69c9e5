"""The story that `make run` tells."""

import pytest

from infra.local.demo import Story
from tests.address import Address


def test_a_matter_goes_from_submission_to_rating_through_the_public_api(
    stack: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    Story(stack.api_url).tell()
    told = capsys.readouterr().out
    assert told.count("✉ e-mail → dau-moi@") == 2
    assert "✉ SMS → +8495" in told
