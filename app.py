"""Composition root: the Chalice app and the blueprints it is made of; no handler stands here."""

import os

import chalicelib.runtime  # noqa: F401 - first, since it switches the garbage collector off

# isort: split
from chalice.app import Chalice

from chalicelib.accounts.routes import routes as accounts
from chalicelib.api.routes import routes as api
from chalicelib.directory.centre_routes import routes as administration
from chalicelib.directory.routes import routes as directory
from chalicelib.feedback.centre_routes import routes as centre
from chalicelib.feedback.intake_routes import routes as intake
from chalicelib.feedback.routes import routes as feedback
from chalicelib.feedback.work_routes import routes as work
from chalicelib.notices.routes import routes as notices
from chalicelib.pages.centre_routes import routes as centre_pages
from chalicelib.pages.routes import routes as pages
from chalicelib.runtime.http import common_form, quiet_log

app = Chalice(app_name="yenbai-s", configure_logs=False)
quiet_log(app)
app.register_middleware(common_form, "http")

for blueprint in (
    accounts,
    administration,
    api,
    centre,
    centre_pages,
    directory,
    feedback,
    intake,
    notices,
    pages,
    work,
):
    app.register_blueprint(blueprint)

# The command line must see the event handlers to package them; the API function must never load them.
if os.environ.get("AWS_CHALICE_CLI_MODE"):
    from chalicelib.accounts.events import events as account_events
    from chalicelib.feedback.events import events as feedback_events
    from chalicelib.feedback.seal_events import events as seal_events
    from chalicelib.notices.events import events as notice_events

    for blueprint in (account_events, feedback_events, notice_events, seal_events):
        app.register_blueprint(blueprint)
