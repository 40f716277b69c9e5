"""Places and boards over HTTP: near, in an area, by name; notices with receipts; all of a utility to be kept offline."""

from urllib.parse import unquote

from chalice.app import Blueprint

from chalicelib import wiring_lookups
from chalicelib.lookups.places import commands, views
from chalicelib.runtime.http import Call, Caller, endpoint

routes = Blueprint(__name__)

# For so long a client may go on with a pack; after that an ETag spares it the body.
KEEP_PACK = 3600

_PROBLEMS = (404, 503)


@endpoint(
    routes, "GET", "/v1/utilities/{utility}/{offer}/places",
    caller=Caller.ANYONE, summary="Places near a point, in an area, or by name; open now if asked", query=commands.FindPlaces,
    answer=views.PlaceList, problems=_PROBLEMS,
)  # fmt: skip
def find_places(call: Call[None, commands.FindPlaces]) -> views.PlaceList:
    """The nearest first, else in the order of titles."""
    found = wiring_lookups.places().find(
        call.path["utility"], call.path["offer"], call.query, call.language
    )  # fmt: skip
    return views.place_list(found, wiring_lookups.areas().name)


@endpoint(
    routes, "GET", "/v1/utilities/{utility}/{offer}/board",
    caller=Caller.ANYONE, summary="What a board has for an area, between two days", query=commands.ReadBoard,
    answer=views.PostingList, problems=_PROBLEMS,
)  # fmt: skip
def read_board(call: Call[None, commands.ReadBoard]) -> views.PostingList:
    """By when it begins."""
    read = wiring_lookups.boards().read(call.path["utility"], call.path["offer"], call.query, call.language)
    return views.posting_list(read, wiring_lookups.areas().name, call.language)


@endpoint(
    routes, "POST", "/v1/utilities/{utility}/{offer}/board/{posting}/receipt",
    caller=Caller.CITIZEN, summary="Confirm that a notice was received, once an account", body=commands.InArea,
    answer=views.ReceiptView, problems=(404, 409, 503),
)  # fmt: skip
def confirm_posting(call: Call[commands.InArea, None]) -> views.ReceiptView:
    """The receipt that stands, which may be an earlier one."""
    path = call.path
    # Gateways differ in whether they decode what stands in a path.
    posting = unquote(path["posting"])
    confirmed = wiring_lookups.boards().confirm(
        call.account, path["utility"], path["offer"], posting, call.body.area, call.language
    )  # fmt: skip
    return views.receipt_view(confirmed)


@endpoint(
    routes, "GET", "/v1/utilities/{utility}/pack",
    caller=Caller.ANYONE, summary="All places and notices of a utility for a commune, to be kept offline (256 KB)",
    query=commands.InArea, answer=views.PackView, cache=KEEP_PACK, problems=_PROBLEMS,
)  # fmt: skip
def get_pack(call: Call[None, commands.InArea]) -> views.PackView:
    """What is for the commune and those above it, then what lies around."""
    utility, area = call.path["utility"], call.query.area
    pack = wiring_lookups.packs().pack(utility, area, call.language)
    return views.pack_view(pack, utility, area, wiring_lookups.areas().name, call.language)
