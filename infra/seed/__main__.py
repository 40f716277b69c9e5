"""Fills the directory and the catalogue of utilities: `python -m infra.seed`; see `python -m infra.seed --help`.

The environment says which tables, as it does for functions; the options and --local go before it. Writes the rows that
are not there yet; a second run writes nothing. A stored row that differs was changed in operation, so it is left and
named, unless `--overwrite` is given. In stage local sample records of the utilities and sample members of the staff are
made too.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

STACK = Path(".local/stack.json")


def main(arguments: Sequence[str]) -> None:
    """Read the options, set the environment as functions get it, write, and say what was written."""
    options = options_of(arguments)
    stack = json.loads(STACK.read_text(encoding="utf-8")) if options.local else {}
    os.environ |= environment(options, stack)
    if not os.environ.get("DIRECTORY_TABLE"):
        sys.exit("Which table? Set DIRECTORY_TABLE, or give --table NAME, or --local while the local stack runs.")
    write(options.overwrite)
    if options.local and not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = deployed_secret(stack)
    if os.environ.get("LOOKUPS_TABLE"):
        write_utilities(options.samples or os.environ.get("STAGE") == "local", options.overwrite)
    if os.environ.get("STAGE") == "local":
        from infra.seed.staff import ensure_staff

        for said in ensure_staff():
            print(said)


def write(overwrite: bool) -> None:
    """Write every kind of row and print the counts."""
    # Imported late, because the table's place is read from the environment once.
    from chalicelib.directory.store import DirectoryStore
    from infra.seed import rows

    store = DirectoryStore()
    kinds: Mapping[str, Iterable[Any]] = {
        "areas": rows.areas(),
        "agencies": rows.agencies(),
        "officers of agencies": rows.officers(),
        "categories": rows.categories(),
        "watches": rows.watches(),
        "rosters": rows.rosters(),
    }
    for name, found in kinds.items():
        result = store.write(found, overwrite)
        print(f"{name}: {result.written} written, {result.unchanged} unchanged, {len(result.kept)} left as changed")
        for key in result.kept:
            print(f"  left: {key}")


def write_utilities(sample: bool, overwrite: bool) -> None:
    """Write the catalogue of utilities, with `sample` their sample records too, and print the counts."""
    from infra.seed import lookups

    result = lookups.seed_catalogue(sample, overwrite)
    print(f"utilities: {result.written} written, {result.unchanged} unchanged, {len(result.kept)} left as changed")
    for key in result.kept:
        print(f"  left: utility {key}")
    if not sample:
        return
    if not os.environ.get("SECRET_KEY"):
        sys.exit("Samples need the stage's SECRET_KEY, with which customers' codes are hashed.")
    files, records = lookups.seed_samples(overwrite)
    print(f"samples: {records} records in {files} uploads loaded")


def deployed_secret(stack: Mapping[str, Any]) -> str:
    """The secret of a deployed stack, as its functions have it."""
    import boto3

    configured = boto3.client("lambda").get_function_configuration(FunctionName=stack["outputs"]["APIHandlerName"])
    return str(configured["Environment"]["Variables"]["SECRET_KEY"])


def environment(options: argparse.Namespace, stack: Mapping[str, Any]) -> dict[str, str]:
    """The variables that say where both tables are: of the local stack first, then of the options."""
    lookups = options.lookups or stack.get("outputs", {}).get("LookupsTable")
    return directory_environment(options, stack) | ({"LOOKUPS_TABLE": lookups} if lookups else {})


def directory_environment(options: argparse.Namespace, stack: Mapping[str, Any]) -> dict[str, str]:
    """The variables that say where the table Directory is: of the local stack first, then of the options."""
    found = {
        "STAGE": "local" if options.local else None,
        "DIRECTORY_TABLE": options.table or stack.get("outputs", {}).get("DirectoryTable"),
        "AWS_ENDPOINT_URL": options.endpoint or stack.get("emulator_url"),
        "AWS_REGION": options.region or stack.get("region"),
        "AWS_DEFAULT_REGION": options.region or stack.get("region"),
        "AWS_ACCESS_KEY_ID": stack.get("access_key"),
        "AWS_SECRET_ACCESS_KEY": stack.get("secret_key"),
    }
    return {name: value for name, value in found.items() if value}


def options_of(arguments: Sequence[str]) -> argparse.Namespace:
    """The options given on the command line."""
    parser = argparse.ArgumentParser(
        "python -m infra.seed", description="Fill the directory and the catalogue of utilities."
    )
    parser.add_argument("--local", action="store_true", help=f"the stack that {STACK} describes, and its staff user")
    parser.add_argument("--table", help="name of the table Directory (else DIRECTORY_TABLE)")
    parser.add_argument("--lookups", help="name of the table Lookups (else LOOKUPS_TABLE; without it no utilities)")
    parser.add_argument("--samples", action="store_true", help="sample records of the utilities, as in stage local")
    parser.add_argument("--endpoint", help="address of the AWS services (else AWS's own)")
    parser.add_argument("--region", help="AWS region (else AWS_REGION)")
    parser.add_argument("--overwrite", action="store_true", help="also replace rows that were changed in operation")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
