"""The command that fills the directory, as far as it needs no stack."""

import base64

import pytest

from infra.seed.__main__ import environment, options_of
from infra.seed.staff import DISPATCHER, PASSWORD, SUPPLIER, one_time_code

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
STACK = {
    "emulator_url": "http://localhost:4566",
    "region": "ap-southeast-1",
    "access_key": "test",
    "secret_key": "test",
    "outputs": {"DirectoryTable": "stack-Directory-1", "LookupsTable": "stack-Lookups-1"},
}


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_one_time_codes_are_those_of_the_standards_own_examples(seconds: int, code: str) -> None:
    assert one_time_code(RFC_SECRET, seconds) == code


def test_the_sample_members_are_of_domains_that_cannot_exist_and_have_a_strong_password() -> None:
    assert DISPATCHER.email.endswith(".example")
    assert SUPPLIER.email.endswith(".example")
    assert len(PASSWORD) >= 16


def test_without_options_the_environment_of_functions_is_left_as_it_is() -> None:
    assert environment(options_of([]), {}) == {}


def test_the_local_stack_says_where_its_tables_are() -> None:
    assert environment(options_of(["--local"]), STACK) == {
        "STAGE": "local",
        "DIRECTORY_TABLE": "stack-Directory-1",
        "LOOKUPS_TABLE": "stack-Lookups-1",
        "AWS_ENDPOINT_URL": "http://localhost:4566",
        "AWS_REGION": "ap-southeast-1",
        "AWS_DEFAULT_REGION": "ap-southeast-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


def test_options_go_before_the_local_stack() -> None:
    given = [
        "--local",
        "--table",
        "other",
        "--lookups",
        "another",
        "--endpoint",
        "http://localhost:1",
        "--region",
        "eu-west-1",
    ]
    found = environment(options_of(given), STACK)
    assert (found["DIRECTORY_TABLE"], found["LOOKUPS_TABLE"]) == ("other", "another")
    assert found["AWS_ENDPOINT_URL"] == "http://localhost:1"
    assert found["AWS_REGION"] == found["AWS_DEFAULT_REGION"] == "eu-west-1"
