"""A kill or an error at any write of a renewed token: nobody is signed out by it.

AWS may have forgotten the old refresh token when it gives the new one, so that between its answer
and the first write nothing can be saved: those few calls into the kernel are left out.
"""

import json
import signal
import threading

import pytest

from rig import injection
from rig.world import FULL_DISK
from test_sign_in_cli import STALE, cli_signs_in

RUN = ("exec", "dev", "--", "true")


class Stand:
    """A sign-in whose access token is renewed by every run."""

    def __init__(self, world, place):
        self.world, self.center = world, world.center
        world.config(self.center.config())
        self.center.access_seconds = 200
        if place == "cli":
            self.file = cli_signs_in(world, expires=STALE)
        else:
            world.environment |= {"CREDTOOL_VAULT": place,
                                  "CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
            terminal = world.terminal("login", "dev")
            terminal.expect(r"code is (\w{4}-\w{4})")
            self.center.approve(terminal.match[1])
            terminal.finish()
        self.run()

    def forget_session(self):
        self.world.credtool("clear").works()

    def run(self, **more):
        self.forget_session()
        return self.world.credtool(*RUN, **more)

    def is_signed_in(self):
        """The next two runs renew the token, with nobody there to be asked. A run that cannot would
        go on with the access token, which is good for some minutes more."""
        [grant] = self.center.grants
        for _ in range(2):
            before = len(grant.refresh)
            self.run().works()
            assert len(grant.refresh) > before, "the refresh token was lost"

    def points(self):
        """The writes of a run from the first on that has the new token to lose."""
        self.forget_session()
        found = injection.points(self.world, *RUN)
        lock = max(number for number, point in enumerate(found)
                   if point.call == "flock" and "/sign-in-" in point.on)
        link = min(number for number, point in enumerate(found)
                   if number > lock and point.on == "KEYCTL_LINK")
        return found[link + 1:]


@pytest.fixture(params=["secret-service", "file", "cli"])
def stand(request, sso_world):
    return Stand(sso_world, request.param)


def test_a_kill_at_any_write(stand, tried):
    found = stand.points()
    chosen = injection.sample(found)
    tried("renewal, Identity Center", "kill -9", len(chosen), len(found))
    killed = 0
    for point in chosen:
        # A run that finds less to do than the first one may not come to the point.
        killed += stand.run(through=point.through("signal=KILL")).code in (-9, 137)
        stand.is_signed_in()
    assert killed > len(chosen) / 2, "strace killed next to none of them"


@pytest.fixture
def renewing(stand):
    """A run that has asked for a new token, and has no answer yet."""
    asked, answered = threading.Event(), threading.Event()

    def held(handler):
        asked.set()
        answered.wait(30)
        return False

    stand.forget_session()
    stand.center.inject("CreateToken", held)
    process = stand.world.start(*RUN)
    assert asked.wait(30)
    yield stand, process, answered
    answered.set()


def test_a_signal_waits_for_the_answer(renewing):
    """AWS has given a new token by then, and forgotten the old one."""
    stand, process, answered = renewing
    process.send_signal(signal.SIGTERM)
    answered.set()
    assert stand.world.finish(process).code == -signal.SIGTERM
    stand.is_signed_in()


def test_a_second_signal_does_not_wait(renewing):
    stand, process, answered = renewing
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    assert stand.world.finish(process).code in (-signal.SIGTERM, -signal.SIGINT)


def test_a_disk_that_is_full(stand):
    result = stand.run(through=FULL_DISK).works()
    if stand.center.operations()[0] != "RegisterClient":  # the CLI's own sign-in
        result.says("is used, but not kept")
        assert json.loads(stand.file.read_text())["expiresAt"] > STALE
    stand.is_signed_in()
