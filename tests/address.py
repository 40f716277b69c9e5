"""Where a running stack is, as .local/stack.json says."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3


@dataclass(frozen=True)
class Address:
    """A deployed local stack seen from outside."""

    api_url: str
    emulator_url: str
    upstreams_url: str
    region: str
    access_key: str
    secret_key: str
    stack_name: str
    outputs: dict[str, str]

    @classmethod
    def read(cls, note: Path) -> "Address":
        return cls(**json.loads(note.read_text("utf-8")))

    @cached_property
    def session(self) -> boto3.Session:
        """The account's root, as an operator would hold; the application never has it."""
        return boto3.Session(
            aws_access_key_id=self.access_key, aws_secret_access_key=self.secret_key, region_name=self.region
        )

    def client(self, service: str) -> Any:
        """A client of one service of the stack."""
        return self.session.client(service, endpoint_url=self.emulator_url)
