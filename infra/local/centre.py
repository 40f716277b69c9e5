"""What the sample dispatcher and supplier type on the centre's page of the stack that `make up` or `make run` started.

python -m infra.local.centre
"""

import sys
import time

import boto3

from infra.local.stack import read_note
from infra.seed.staff import DISPATCHER, PASSWORD, SUPPLIER, one_time_code

_STEP_SECONDS = 30


def sign_in(url: str, email: str, secret: str, at: float) -> str:
    """Address, e-mail, password and the code of that time (seconds since 1970), with how long it is good, as lines."""
    left = _STEP_SECONDS - int(at) % _STEP_SECONDS
    return (
        f"{url}\n  e-mail    {email}\n  password  {PASSWORD}\n"
        f"  code      {one_time_code(secret, at)} (for {left} seconds; then ask again)"
    )


def main() -> None:
    """Say it; exits with a sentence where no stack is up."""
    note = read_note()
    if note is None:
        sys.exit("no stack is up: make up")
    session = boto3.Session(
        aws_access_key_id=note["access_key"], aws_secret_access_key=note["secret_key"], region_name=note["region"]
    )
    store = session.client("ssm", endpoint_url=note["emulator_url"])
    for sample, page in ((DISPATCHER, "/centre"), (SUPPLIER, "/centre/datasets")):
        secret = store.get_parameter(Name=sample.parameter, WithDecryption=True)["Parameter"]["Value"]
        print(sign_in(f"{note['api_url']}{page}", sample.email, secret, time.time()))


if __name__ == "__main__":
    main()
