"""The story that `make run` tells."""

import re

import pytest

from infra.local.demo import Story
from tests.address import Address


def test_a_matter_goes_from_submission_to_rating_through_the_public_api(
    stack: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    Story(stack.api_url).tell()
    told = capsys.readouterr().out
    # The agency's two links; who watches over it hears of the second, too, and other cases may be told of meanwhile.
    code = re.findall(r"/v1/feedback/(\w{11})\b", told)[0]
    assert len(re.findall(rf"✉ e-mail → dau-moi@ubnd-132\..*{code}", told)) == 2
    assert "✉ SMS → +8495" in told
