"""Following: instead of reporting a matter again a person says "me too", and hears what becomes of it."""

from collections.abc import Iterator

from chalicelib.core.clock import Clock
from chalicelib.core.codes import normal_code
from chalicelib.core.errors import LostRace, NotFound
from chalicelib.feedback.lifecycle import Status
from chalicelib.feedback.mains import main_of
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Store
from chalicelib.feedback.values import Follow, Publication

_TRIES = 5
_PAGE = 100
# Whoever follows one of these follows nothing any more: its followers were taken elsewhere, or nobody may know them.
_GONE = frozenset({Status.DUPLICATE, Status.SPLIT, Status.SEALED})


class Following:
    """Who follows which case. Only what the public may read can be followed; what is hidden later stays followed, unseen."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def follow(self, account: str, code: str) -> str:
        """Follow a public case, once; for a duplicate its main case. The code of the case that is followed now.

        Its reporter hears of it anyway: nothing is written for an own case. Raises NotFound for what is not public.
        """
        for _ in range(_TRIES):
            case = self._main(code)
            if case.publication is not Publication.PUBLIC:
                raise NotFound("error.feedback_not_found")
            if case.reporter == account:
                return case.code
            self._store.follow(case.code, account, self._clock())
            # Whoever merges or seals the case looks for followers after he has written it: he finds this one, or we see him here.
            if self._store.head(case.code).status not in _GONE:
                return case.code
            self._store.unfollow(case.code, account)
        raise LostRace()

    def unfollow(self, account: str, code: str) -> str:
        """Follow a case no more; the code of the case it was, for a duplicate the main one.

        Raises NotFound for a case that is not public and was not followed.
        """
        case = self._main(code)
        if not self._store.unfollow(case.code, account) and case.publication is not Publication.PUBLIC:
            raise NotFound("error.feedback_not_found")
        return case.code

    def all_of(self, account: str) -> Iterator[Follow]:
        """Everything that an account follows, for its export, the latest first."""
        place = None
        while True:
            found, place = self._store.followed(account, _PAGE, place)
            yield from found
            if place is None:
                return

    def forget(self, account: str) -> int:
        """Take away everything that an account follows, since it is deleted; how many there were."""
        follows = list(self.all_of(account))
        for follow in follows:
            self._store.unfollow(follow.code, account)
        return len(follows)

    def _main(self, typed: str) -> Feedback:
        code = normal_code(typed)
        main = main_of(self._store, code)
        # What was never for the public does not tell them where it went.
        if main.code != code and not self._store.head(code).may_be_public:
            raise NotFound("error.feedback_not_found")
        return main
