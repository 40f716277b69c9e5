"""One whole local stack: embedded AWS, the application deployed on it, stand-ins for the companies, and the proxy in front."""

import fcntl
import io
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import boto3

from infra import deploy, package
from infra.local import emulator, processes, proxy
from infra.local.messages import Outbox
from infra.local.upstreams import SECRETS, Upstreams

STAGE = "local"
PREFERRED_PORT = 8000
BUCKET = "deployments"
MAIN = Path(".local/stack")
NOTE = Path(".local/stack.json")


class AlreadyRunningError(RuntimeError):
    """Another process of this working copy holds the folder."""


@contextmanager
def step(name: str) -> Iterator[None]:
    """Shows one step of the work and how long it took."""
    started = time.monotonic()
    print(f"• {name} …", flush=True)
    yield
    print(f"✓ {name}: {time.monotonic() - started:.1f} s", flush=True)


class Stack:
    """A context: up on entry, down on exit. All its state lies in one folder, made anew each time."""

    def __init__(self, folder: Path = MAIN, port: int = PREFERRED_PORT) -> None:
        self.folder = folder
        self.note = NOTE if folder == MAIN else folder / "stack.json"
        self._port = port
        self._lock: io.TextIOWrapper | None = None
        self._emulator: emulator.Emulator | None = None
        self._proxy: proxy.Server | None = None
        self._upstreams: Upstreams | None = None
        self._target: proxy.Target | None = None
        self._gateway_responses: dict[str, dict[str, Any]] = {}
        self.outputs: dict[str, str] = {}

    def __enter__(self) -> Self:
        try:
            self._claim()
            with step("embedded AWS"):
                self._emulator = emulator.start(self.folder)
            processes.remember(self.folder, "emulator", self._emulator.process.pid)
            self.outbox = Outbox(self.emulator_url)
            self._upstreams = Upstreams()
            self._upstreams.start()
            self._open_proxy()
            self.deploy()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.note.unlink(missing_ok=True)
        if self._proxy:
            self._proxy.stop()
        if self._upstreams:
            self._upstreams.stop()
        if self._emulator:
            self._emulator.stop()
            processes.forget(self.folder, "emulator")
        if self._lock:
            self._lock.close()
        self._proxy = self._emulator = self._upstreams = self._lock = None

    @property
    def emulator_url(self) -> str:
        """Where the embedded AWS is."""
        assert self._emulator is not None, "the stack is not up"
        return self._emulator.url

    @property
    def url(self) -> str:
        """The address that people and tests use."""
        assert self._proxy is not None, "the stack is not up"
        return self._proxy.url

    @property
    def upstreams(self) -> Upstreams:
        """What stands in for the power and water companies."""
        assert self._upstreams is not None, "the stack is not up"
        return self._upstreams

    def _claim(self) -> None:
        """Takes the folder for this process and clears what an earlier, killed one left."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = (self.folder.parent / f"{self.folder.name}.lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            self._lock = None
            message = f"a stack of this working copy is already running in {self.folder}; stop it first (make down)"
            raise AlreadyRunningError(message) from None
        processes.end(self.folder, "emulator")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(exist_ok=True)

    def _open_proxy(self) -> None:
        backend = proxy.Backend(lambda: self._target, self.outbox.after, self._gateway_response)
        try:
            self._proxy = proxy.Server(self._port, backend)
        except OSError:
            self._proxy = proxy.Server(0, backend)
        self._proxy.start()

    def deploy(self) -> None:
        """Packages and deploys the working copy; a second time updates what runs."""
        with step("package"):
            built = package.build(STAGE, self.folder / "package")
        with step("deploy with CloudFormation"):
            self._client("s3").create_bucket(
                Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": emulator.REGION}
            )
            deployment = deploy.Deployment(self.session(), STAGE, built, BUCKET, self.emulator_url)
            self._keep_secrets()
            self.outputs = deployment.run({"BaseUrl": self.url, "Providers": self.upstreams.configuration()})
            self._verify_sender(deployment.parameters["MailFrom"])
        self._aim()
        self._write_note(deployment.name)

    def session(self) -> "boto3.Session":
        """A session of the embedded account's root, as an operator would hold."""
        return boto3.Session(
            aws_access_key_id=emulator.ACCESS_KEY,
            aws_secret_access_key=emulator.SECRET_KEY,
            region_name=emulator.REGION,
        )

    def _client(self, service: str) -> Any:
        return self.session().client(service, endpoint_url=self.emulator_url)

    def _keep_secrets(self) -> None:
        ssm = self._client("ssm")
        for provider, secret in SECRETS.items():
            name = f"/yenbai-s/{STAGE}/providers/{provider}"
            ssm.put_parameter(Name=name, Value=secret, Type="SecureString", Overwrite=True)

    def _verify_sender(self, mail_from: str) -> None:
        domain = mail_from.rpartition("@")[2].rstrip("> ")
        self._client("ses").verify_domain_identity(Domain=domain)

    def _aim(self) -> None:
        """Points the proxy at the API just deployed, whose id changes whenever its routes change."""
        gateway = self._client("apigateway")
        api = self.outputs["RestAPIId"]
        listed = gateway.get_gateway_responses(restApiId=api)["items"]
        self._gateway_responses = {item["responseType"]: item for item in listed}
        stage = gateway.get_stages(restApiId=api)["item"][0]["stageName"]
        minimum = gateway.get_rest_api(restApiId=api).get("minimumCompressionSize")
        host, port = self.emulator_url.removeprefix("http://").split(":")
        self._target = proxy.Target(host, int(port), api, stage, minimum)

    def _gateway_response(self, kind: str) -> dict[str, Any]:
        return self._gateway_responses.get(kind, {})

    def _write_note(self, name: str) -> None:
        note = {
            "api_url": self.url,
            "emulator_url": self.emulator_url,
            "upstreams_url": self.upstreams.url,
            "region": emulator.REGION,
            "access_key": emulator.ACCESS_KEY,
            "secret_key": emulator.SECRET_KEY,
            "stack_name": name,
            "outputs": self.outputs,
        }
        fresh = self.note.with_suffix(".new")
        fresh.write_text(json.dumps(note, ensure_ascii=False, indent=2) + "\n", "utf-8")
        fresh.replace(self.note)

    def environment(self) -> dict[str, str]:
        """The environment of a command that works on this stack: the API function's settings and the root's keys."""
        configured = self._client("lambda").get_function_configuration(FunctionName=self.outputs["APIHandlerName"])
        settings: dict[str, str] = configured.get("Environment", {}).get("Variables", {})
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return {
            **inherited,
            **settings,
            "AWS_ENDPOINT_URL": self.emulator_url,
            "AWS_ACCESS_KEY_ID": emulator.ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": emulator.SECRET_KEY,
            "AWS_DEFAULT_REGION": emulator.REGION,
            "AWS_REGION": emulator.REGION,
            "API_URL": self.url,
        }

    def seed(self) -> None:
        """Loads the directory's data and the sample staff; raises CalledProcessError."""
        with step("seed"):
            subprocess.run([sys.executable, "-m", "infra.seed"], env=self.environment(), check=True)


def read_note() -> dict[str, Any] | None:
    """What the running stack of this working copy wrote about itself, or None."""
    try:
        note: dict[str, Any] = json.loads(NOTE.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return note


def clear_abandoned(parent: Path) -> None:
    """Ends and removes test stacks whose process was killed before it could."""
    for folder in parent.glob("test-*/"):
        with (parent / f"{folder.name}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            processes.end(folder, "emulator")
            shutil.rmtree(folder, ignore_errors=True)
            Path(lock.name).unlink(missing_ok=True)
