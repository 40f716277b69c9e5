"""What the API function loads before its first request; every module here is paid for by somebody's waiting."""

import os
import subprocess
import sys

# The Tracer's shell comes with powertools; what costs is the SDK behind it.
FORBIDDEN = (
    "aws_lambda_powertools.utilities.batch", "aws_lambda_powertools.utilities.idempotency", "aws_xray_sdk", "boto3",
    "holidays", "jinja2", "phonenumbers", "pydantic", "qrcode", "requests",
)  # fmt: skip


def _loaded() -> set[str]:
    environment = {name: value for name, value in os.environ.items() if name != "AWS_CHALICE_CLI_MODE"}
    code = "import sys, app; print(chr(10).join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_api_loads_none_of_what_only_other_functions_need() -> None:
    loaded = _loaded()
    assert "app" in loaded
    assert not {name for name in loaded for heavy in FORBIDDEN if name == heavy or name.startswith(f"{heavy}.")}


def test_the_api_never_loads_an_event_handler() -> None:
    assert not {name for name in _loaded() if name.startswith("chalicelib.") and name.endswith(".events")}
