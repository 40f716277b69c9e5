"""Composition root: the Chalice app and the blueprints it is made of; no handler stands here."""

import os

import chalicelib.runtime  # noqa: F401 - first, since it switches the garbage collector off

# isort: split
from chalice.app import Chalice

from chalicelib.runtime.doors import Doors
from chalicelib.runtime.http import common_form, quiet_log

# The modules of routes, each with its blueprint `routes`.
ROUTES = (
    "chalicelib.accounts.routes",
    "chalicelib.api.routes",
    "chalicelib.directory.centre_routes",
    "chalicelib.directory.routes",
    "chalicelib.feedback.centre_routes",
    "chalicelib.feedback.intake_routes",
    "chalicelib.feedback.routes",
    "chalicelib.feedback.work_routes",
    "chalicelib.lookups.account.routes",
    "chalicelib.lookups.catalogue.centre_routes",
    "chalicelib.lookups.catalogue.routes",
    "chalicelib.lookups.figures.routes",
    "chalicelib.lookups.places.routes",
    "chalicelib.lookups.uploads.routes",
    "chalicelib.notices.routes",
    "chalicelib.pages.centre_routes",
    "chalicelib.pages.dataset_routes",
    "chalicelib.pages.routes",
)

app = Chalice(app_name="yenbai-s", configure_logs=False)
quiet_log(app)
app.register_middleware(common_form, "http")
app.register_middleware(Doors(app, ROUTES), "http")

# The command line must see the event handlers to package them; the API function must never load them.
if os.environ.get("AWS_CHALICE_CLI_MODE"):
    from chalicelib.accounts.events import events as account_events
    from chalicelib.feedback.events import events as feedback_events
    from chalicelib.feedback.seal_events import events as seal_events
    from chalicelib.lookups.events import events as lookup_events
    from chalicelib.notices.events import events as notice_events

    for blueprint in (account_events, feedback_events, lookup_events, notice_events, seal_events):
        app.register_blueprint(blueprint)
