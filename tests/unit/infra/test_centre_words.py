"""What `make centre` says."""

from infra.local.centre import sign_in
from infra.seed.staff import EMAIL, PASSWORD, one_time_code

SECRET = "JBSWY3DPEHPK3PXP"


def test_it_says_where_and_what_to_type_and_how_long_the_code_is_good() -> None:
    said = sign_in("http://127.0.0.1:8000/centre", EMAIL, SECRET, 1_684_825_525.0)
    assert said.startswith("http://127.0.0.1:8000/centre\n")
    assert {EMAIL, PASSWORD, one_time_code(SECRET, 1_684_825_525.0)} <= set(said.split())
    assert "for 5 seconds" in said
