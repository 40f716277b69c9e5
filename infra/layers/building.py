"""Makes the archive of a layer: what its requirements.txt names, as byte code under `python/`, the same for the same input."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

LAYERS = Path("infra/layers")
# Its archive lies beside the package, where the template looks for it; a requirements.txt each.
NAMES = ("spreadsheets",)
CACHE = Path(".local/packages")
MAX_BYTES = 1024 * 1024
EPOCH = (1980, 1, 1, 0, 0, 0)
# Where Lambda unpacks layers, which tracebacks name.
ROOT = "/opt"


def build(target: Path, is_unused: Callable[[str], bool]) -> None:
    """Write the archive of every layer into a folder; what was made of the same requirements before is used again."""
    for name in NAMES:
        requirements = LAYERS / name / "requirements.txt"
        recipe = Path(__file__).read_bytes() + requirements.read_bytes()
        kept = (
            CACHE
            / f"{name}-{hashlib.sha256(recipe).hexdigest()[:20]}-{sys.version_info.major}{sys.version_info.minor}.zip"
        )
        if not kept.exists():
            fresh = kept.with_suffix(f".{os.getpid()}")
            _make(requirements, fresh, is_unused)
            fresh.replace(kept)
        shutil.copyfile(kept, target / f"{name}.zip")


def _make(requirements: Path, archive: Path, is_unused: Callable[[str], bool]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        libraries = tree / "python"
        _run(
            "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--no-input", "--no-compile", "--no-deps",
            "--require-hashes", "--only-binary", ":all:", "--target", str(libraries), "-r", str(requirements),
        )  # fmt: skip
        for file in [path for path in sorted(libraries.rglob("*")) if path.is_file()]:
            if is_unused(file.relative_to(libraries).as_posix()):
                file.unlink()
        how = ("-q", "-f", "-b", "--invalidation-mode", "unchecked-hash", "-s", str(tree), "-p", ROOT)
        _run("-m", "compileall", *how, str(libraries))
        for source in libraries.rglob("*.py"):
            source.unlink()
        _zip(tree, archive)


def _run(*arguments: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    subprocess.run([sys.executable, *arguments], check=True, env=environment)


def _zip(tree: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(path for path in tree.rglob("*") if path.is_file()):
            info = zipfile.ZipInfo(file.relative_to(tree).as_posix(), EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, file.read_bytes())
