"""The package, built once for all tests of contracts."""

import pytest

from tests.contract.packaged import Packaged


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Packaged:
    """What `make package` makes of the working copy."""
    return Packaged.build(tmp_path_factory.mktemp("package") / "local")
