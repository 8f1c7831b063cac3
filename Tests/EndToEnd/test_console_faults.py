"""A kill or an error at any write of a renewed console token: nobody is signed out by it.

As with IAM Identity Center, between AWS's answer and the first write nothing can be saved: those few
calls into the kernel are left out.
"""

import pytest

from rig import injection
from rig.world import at
from test_console_cli import STALE, cli_signs_in
from test_console_sign_in import sign_in

RUN = ("exec", "me", "--", "true")


class Stand:
    """A sign-in whose credentials are over by the next run: each is a minute after the last."""

    def __init__(self, world, place):
        self.world, self.console = world, world.console
        world.config(self.console.config())
        self.console.seconds = 30
        if place == "cli":
            cli_signs_in(world, STALE)
        else:
            world.environment |= {"CREDTOOL_VAULT": place,
                                  "CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
            sign_in(world, "me")
        self.run().works()

    def clock(self):
        """The variables that move the clock on."""
        self.console.clock_offset += 60
        return dict(item.split("=", 1) for item in at(wall=self.console.clock_offset)[1:])

    def run(self, through=()):
        return self.world.credtool(*RUN, env=self.clock(), through=through)

    def is_signed_in(self):
        """The next two runs renew the credentials, with nobody there to be asked."""
        for _ in range(2):
            before = len(self.console.calls)
            self.run().works()
            assert len(self.console.calls) > before
        assert len(self.console.sign_ins) == 1

    def points(self):
        """The writes of a run from the first on that has the new token to lose."""
        found = injection.points(self.world, *RUN, env=self.clock())
        lock = max(number for number, point in enumerate(found)
                   if point.call == "flock" and "/sign-in-" in point.on)
        link = min(number for number, point in enumerate(found)
                   if number > lock and point.on == "KEYCTL_LINK")
        return found[link + 1:]


@pytest.fixture(params=["secret-service", "file", "cli"])
def stand(request, console_world):
    return Stand(console_world, request.param)


@pytest.mark.parametrize("fault", ["kill -9", "EIO"])
def test_a_fault_at_any_write(stand, tried, fault):
    found = stand.points()
    chosen = injection.sample(found)
    assert chosen
    tried("renewal, console", fault, len(chosen), len(found))
    for point in chosen:
        stand.run(through=point.through(injection.FAULTS[fault]))
        stand.is_signed_in()
