"""What surrounds the measured: the package as Lambda unpacks it, the functions' settings, the canned AWS, the golden events."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import botocore

from infra import package
from infra.local import emulator
from tests.benchmarks.canned import Server
from tests.benchmarks.machine import HERE, Subject
from tests.benchmarks.records import Grown
from tests.benchmarks.tables import Table, Tables

TABLES = {
    "Cases": "cases", "Sealed": "sealed", "Directory": "directory", "Accounts": "accounts", "Notices": "notices",
    "Lookups": "lookups",
}  # fmt: skip

# One for each variable that the template gives functions; a new one has to be named here.
SETTINGS = {
    "STAGE": "local", "CASES_TABLE": "cases", "DIRECTORY_TABLE": "directory", "ACCOUNTS_TABLE": "accounts",
    "NOTICES_TABLE": "notices", "SEALED_TABLE": "sealed", "LOOKUPS_TABLE": "lookups",
    "FEEDBACK_EVENTS_TOPIC": "arn:aws:sns:ap-southeast-1:000000000000:feedback-events",
    "PHOTOS_BUCKET": "photos", "DATASETS_BUCKET": "datasets",
    "UPLOADS_QUEUE": "https://sqs.ap-southeast-1.amazonaws.com/000000000000/uploads", "PROVIDERS": "",
    "BASE_URL": "https://yenbai.example", "SECRET_KEY": "a secret of the benchmark, 40 characters",
    "MAIL_FROM": "YenBai-S <no-reply@yenbai.example>", "MAIL_EVENTS": "", "QUIET_HOURS": "00:00-00:00",
    "POWERTOOLS_LOG_LEVEL": "INFO", "POWERTOOLS_TRACE_DISABLED": "true",
    "CITIZENS_POOL": "ap-southeast-1_Citizens",
    "CITIZENS_CLIENT": "client", "STAFF_POOL": "ap-southeast-1_Staff", "STAFF_CLIENT": "client",
    "CODES_PER_ADDRESS": "200", "GUESSES_PER_ADDRESS": "30", "VERSION": "0",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Package:
    """A package and the template it comes with."""

    archive: Path
    unpacked: Path
    resources: Mapping[str, Any]
    variables: frozenset[str]

    @classmethod
    def build(cls, folder: Path) -> "Package":
        """What `make package` makes, unpacked read-only as Lambda does."""
        built = package.build("local", folder / "package")
        task = folder / "task"
        if task.exists():
            _let_write(task, True)
            shutil.rmtree(task)
        with zipfile.ZipFile(built / "deployment.zip") as archive:
            archive.extractall(task)
        _let_write(task, False)
        sam = json.loads((built / "sam.json").read_text("utf-8"))
        functions = [
            one["Properties"] for one in sam["Resources"].values() if one["Type"] == "AWS::Serverless::Function"
        ]
        variables = set(sam["Globals"]["Function"]["Environment"]["Variables"])
        for function in functions:
            variables |= set(function.get("Environment", {}).get("Variables", {}))
        return cls(built / "deployment.zip", task, sam["Resources"], frozenset(variables))

    @property
    def handlers(self) -> Mapping[str, str]:
        """Each function's handler by the name it has in the code; the API's is `app`."""
        paths = [
            one["Properties"]["Handler"]
            for one in self.resources.values()
            if one["Type"] == "AWS::Serverless::Function"
        ]
        return {path.rpartition(".")[2]: path for path in paths}

    @property
    def tables(self) -> Mapping[str, Mapping[str, Any]]:
        """The properties of the tables by the names they have here."""
        return {name: self.resources[logical]["Properties"] for logical, name in TABLES.items()}


def _let_write(folder: Path, may: bool) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod((0o755 if path.is_dir() else 0o644) if may else (0o555 if path.is_dir() else 0o444))


def environment(url: str, variables: frozenset[str]) -> dict[str, str]:
    """What a function's process is told: Lambda's own variables and the template's."""
    own = {name: SETTINGS[name] for name in sorted(variables)}
    return {
        "AWS_ENDPOINT_URL": url, "AWS_REGION": package.REGION, "AWS_DEFAULT_REGION": package.REGION,
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_SESSION_TOKEN": "t" * 400,
        "AWS_LAMBDA_FUNCTION_NAME": "benchmark", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024", "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin", **own,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything set up."""

    package: Package
    server: Server
    events: Mapping[str, Path]
    environment: Mapping[str, str]

    def grown(self) -> Grown:
        """An empty table of utilities that can hold very much."""
        return Grown.of("lookups", self.package.tables["lookups"])

    def bare(self) -> Subject:
        """The floor: botocore as it comes, from the virtual environment."""
        path = os.pathsep.join((str(HERE), str(Path(botocore.__file__).parent.parent)))
        return Subject("bare", "bare.handler", path, self.environment, self.events["submit"])

    def first_put(self, name: str) -> Subject:
        """A consumer of the package that ends with its first put answered (first_put.py)."""
        path = os.pathsep.join((str(HERE), str(self.package.unpacked)))
        return Subject(f"{name} first put", f"first_put.{name}", path, self.environment, self.events[name])

    def function(self, name: str, event: str = "") -> Subject:
        """A function of the package, to answer its golden event first."""
        handler = self.package.handlers[name]
        return Subject(name, handler, str(self.package.unpacked), self.environment, self.events[event or name])


@contextmanager
def set_up(folder: Path) -> Iterator[Stage]:
    """The package built and unpacked, the canned AWS taught and serving."""
    built = Package.build(folder)
    tables = Tables({name: Table.of(name, properties) for name, properties in built.tables.items()})
    with Server(tables) as server:
        told = environment(server.url, built.variables)
        events = folder / "events"
        shutil.rmtree(events, ignore_errors=True)
        _run("tests.benchmarks.world", told, str(events))
        tables.taught = True
        server.calls.clear()
        yield Stage(built, server, {file.stem: file.resolve() for file in events.glob("*.json")}, told)


def lifecycle(built: Package, folder: Path) -> dict[str, dict[str, float]]:
    """The write units of one matter, step by step, on the embedded stack."""
    shutil.rmtree(folder, ignore_errors=True)
    started = emulator.start(folder)
    try:
        told = environment(started.url, built.variables)
        dynamodb = boto3.client(
            "dynamodb", region_name=emulator.REGION, endpoint_url=started.url, aws_access_key_id=emulator.ACCESS_KEY,
            aws_secret_access_key=emulator.SECRET_KEY,
        )  # fmt: skip
        for name, properties in built.tables.items():
            known = (
                "AttributeDefinitions",
                "KeySchema",
                "GlobalSecondaryIndexes",
                "BillingMode",
                "StreamSpecification",
            )
            wanted = {key: properties[key] for key in known if key in properties}
            if "StreamSpecification" in wanted:
                wanted["StreamSpecification"] = {"StreamEnabled": True, **wanted["StreamSpecification"]}
            dynamodb.create_table(TableName=name, **wanted)
        bill: dict[str, dict[str, float]] = json.loads(_run("tests.benchmarks.lifecycle", told).splitlines()[-1])
    finally:
        started.stop()
    return bill


def _run(module: str, told: Mapping[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, env=dict(told), text=True, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{module}:\n{done.stderr[-4000:]}")
    return done.stdout
