"""Makes the deployment package of a stage: build/STAGE/sam.json, build/STAGE/deployment.zip and the layers beside it.

    python -m infra.package STAGE

`chalice package` does the packaging; what it leaves undone is done here: byte code (Lambda's disk is read-only, so
every cold start would compile again; libraries go without their sources, ours keep them for tracebacks), templates as
modules (infra/jinja_templates.py), words of notices as JSON (infra/notice_words.py), which module of routes serves which path
(infra/doors.py), botocore's data for the services and operations in use only (infra/botocore_data.py), the same zip for the
same input.
"""

import fcntl
import fnmatch
import hashlib
import io
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from chalice.config import Config
from chalice.deploy.packager import DependencyBuilder, LambdaDeploymentPackager
from chalice.utils import UI, OSUtils

from infra import botocore_data, template
from infra.layers import building as layers

MAX_BYTES = 6 * 1024 * 1024
REGION = "ap-southeast-1"
EPOCH = (1980, 1, 1, 0, 0, 0)
CACHE = Path(".local/packages")
OWN = ("app.py", "chalicelib/", "chalice/")

# What no function reads at run time; `*` matches slashes too.
UNUSED = (
    "*.pyi",
    "*/py.typed",
    "*/tests/*",
    "*/examples/*",
    "*/examples-1.json*",
    "*.dist-info/*",
    "*/swagger_ui/*",
    "dateutil/zoneinfo/*.tar.gz",
    "phonenumbers/shortdata/region_*",
    # Of Powertools we have the Logger and the Metrics, which need no utility but that for JMESPath.
    "aws_lambda_powertools/event_handler/*",
    "aws_lambda_powertools/utilities/[!_j]*/*",
    # urllib3 in a browser; defusedxml for other parsers than the one we use.
    "urllib3/contrib/emscripten/*",
    "defusedxml/cElementTree*",
    "defusedxml/expat*",
    "defusedxml/lxml*",
    "defusedxml/minidom*",
    "defusedxml/pulldom*",
    "defusedxml/sax*",
    "defusedxml/xmlrpc*",
    "*.data/*",
    "*.c",
    "bin/*",
)


class TooLargeError(RuntimeError):
    """The package is above its budget."""


class RefusedError(RuntimeError):
    """Chalice did not package the app; the message is what it said."""


def is_unused(name: str) -> bool:
    """Whether a function never reads this file of the package."""
    parts = name.split("/")
    of_a_service = len(parts) > 3 and parts[0] in {"botocore", "boto3"} and parts[1] == "data"
    if of_a_service and parts[2] not in botocore_data.OPERATIONS:
        return True
    if name.startswith(OWN) and "__pycache__" in parts:
        return True  # the working copy's, compiled for its own paths and times
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in UNUSED)


def slim(package: Path) -> None:
    """Rewrites the package: without the unused, with byte code, in fixed order with fixed times."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        with zipfile.ZipFile(package) as archive:
            archive.extractall(tree, [name for name in archive.namelist() if not is_unused(name)])
        botocore_data.slim(tree / "botocore" / "data")
        _run("-m", "infra.jinja_templates", str(tree))
        _run("-m", "infra.notice_words", str(tree))
        _run("-m", "infra.doors", str(tree))
        sources = {source: source.relative_to(tree).as_posix() for source in sorted(tree.rglob("*.py"))}
        own = [source for source, name in sources.items() if name.startswith(OWN)]
        libraries = [source for source in sources if source not in own]
        _compile(tree, own)
        _compile(tree, libraries, "-b")
        for source in libraries:
            source.unlink()
        _zip(tree, package)


def _compile(tree: Path, sources: list[Path], *options: str) -> None:
    """Byte code that is valid whatever the files' times are, in __pycache__ or, with -b, in the source's place."""
    if not sources:
        return
    names = "".join(f"{source}\n" for source in sources)
    how = ("-q", "-f", "--invalidation-mode", "unchecked-hash", *options, "-s", str(tree), "-p", "/var/task", "-i", "-")
    _run("-m", "compileall", *how, told=names)


def _run(*arguments: str, told: str = "") -> None:
    """Run Python in a way that gives the same for the same input."""
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, *arguments], input=told, text=True, check=True, env=environment)


def _zip(tree: Path, package: Path) -> None:
    fresh = package.with_suffix(".new")
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(path for path in tree.rglob("*") if path.is_file()):
            info = zipfile.ZipInfo(file.relative_to(tree).as_posix(), EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, file.read_bytes())
    fresh.replace(package)


class _Dependencies:
    """Chalice installs the requirements anew whenever a line of the app changes; this keeps them by their own hash."""

    def __init__(self, project: Path) -> None:
        self._project = str(project)
        config = Config()
        self._python = config.lambda_python_version
        system = OSUtils()
        self._packager = LambdaDeploymentPackager(system, DependencyBuilder(system), UI(out=io.StringIO()))
        recipes = (Path(__file__), Path(botocore_data.__file__), project / "requirements.txt")
        recipe = b"".join(file.read_bytes() for file in recipes)
        self._kept = CACHE / f"{hashlib.sha256(recipe).hexdigest()[:20]}-{self._python}.zip"

    @property
    def _package(self) -> Path:
        return Path(self._packager.deployment_package_filename(self._project, self._python))

    def offer(self) -> None:
        """Hands Chalice a package with the kept requirements and today's app, if they are kept."""
        if not self._kept.exists():
            return
        package = self._package
        package.parent.mkdir(parents=True, exist_ok=True)
        package.write_bytes(self._kept.read_bytes())
        self._packager.inject_latest_app(str(package), self._project)

    def keep(self, finished: Path) -> None:
        """Keeps the requirements of a finished package and drops Chalice's own copies."""
        if not self._kept.exists():
            fresh = self._kept.with_suffix(f".{os.getpid()}")
            fresh.write_bytes(finished.read_bytes())
            fresh.replace(self._kept)
        self._package.unlink(missing_ok=True)


def build(stage: str, target: Path | None = None) -> Path:
    """Packages a stage into a folder (build/STAGE) and returns it; one at a time in a working copy.

    Raises RefusedError, ConflictError, TooLargeError.
    """
    target = target or Path("build") / stage
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _build(stage, target)
    return target


def _build(stage: str, target: Path) -> None:
    dependencies = _Dependencies(Path.cwd())
    dependencies.offer()
    chalice = [
        sys.executable,
        "-c",
        "import sys; from chalice.cli import main; sys.exit(main())",
        "package",
        "--stage",
        stage,
    ]
    chalice += ["--merge-template", str(template.write()), str(target)]
    environment = {**os.environ, "AWS_DEFAULT_REGION": REGION, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(chalice, env=environment, text=True, capture_output=True, check=False)
    if done.returncode:
        raise RefusedError(done.stdout + done.stderr)
    package = target / "deployment.zip"
    slim(package)
    dependencies.keep(package)
    layers.build(target, is_unused)
    if package.stat().st_size > MAX_BYTES:
        message = f"{package} has {package.stat().st_size:,} bytes; the budget is {MAX_BYTES:,}"
        raise TooLargeError(message)


if __name__ == "__main__":
    started = time.monotonic()
    try:
        folder = build(sys.argv[1])
    except (RefusedError, TooLargeError, template.ConflictError) as error:
        sys.exit(str(error))
    size = (folder / "deployment.zip").stat().st_size
    print(f"{folder}: {size / 1e6:.2f} MB, {time.monotonic() - started:.1f} s")
