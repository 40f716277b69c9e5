"""The only reader of the environment."""

import os
from functools import cache

import msgspec


class Settings(msgspec.Struct, frozen=True):
    """What one function was told at deployment; a setting it was not given is empty."""

    stage: str
    region: str
    cases_table: str
    directory_table: str
    accounts_table: str
    notices_table: str
    sealed_table: str
    lookups_table: str
    feedback_events_topic: str
    photos_bucket: str
    datasets_bucket: str
    uploads_queue: str
    providers: str
    base_url: str
    secret_key: str
    mail_from: str
    mail_events: str
    citizens_pool: str
    citizens_client: str
    staff_pool: str
    staff_client: str
    codes_per_address: int
    guesses_per_address: int
    quiet_hours: str
    version: str


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    read = os.environ.get
    return Settings(
        stage=read("STAGE", "local"),
        region=read("AWS_REGION", read("AWS_DEFAULT_REGION", "ap-southeast-1")),
        cases_table=read("CASES_TABLE", ""),
        directory_table=read("DIRECTORY_TABLE", ""),
        accounts_table=read("ACCOUNTS_TABLE", ""),
        notices_table=read("NOTICES_TABLE", ""),
        sealed_table=read("SEALED_TABLE", ""),
        lookups_table=read("LOOKUPS_TABLE", ""),
        feedback_events_topic=read("FEEDBACK_EVENTS_TOPIC", ""),
        photos_bucket=read("PHOTOS_BUCKET", ""),
        datasets_bucket=read("DATASETS_BUCKET", ""),
        uploads_queue=read("UPLOADS_QUEUE", ""),
        providers=read("PROVIDERS", ""),
        base_url=read("BASE_URL", "").rstrip("/"),
        secret_key=read("SECRET_KEY", ""),
        mail_from=read("MAIL_FROM", ""),
        mail_events=read("MAIL_EVENTS", ""),
        citizens_pool=read("CITIZENS_POOL", ""),
        citizens_client=read("CITIZENS_CLIENT", ""),
        staff_pool=read("STAFF_POOL", ""),
        staff_client=read("STAFF_CLIENT", ""),
        codes_per_address=int(read("CODES_PER_ADDRESS", "200")),
        guesses_per_address=int(read("GUESSES_PER_ADDRESS", "30")),
        quiet_hours=read("QUIET_HOURS", "21:30-06:30"),
        version=read("VERSION", "0"),
    )
