"""A kill or an error at any write of a renewed sign-in at an OpenID provider: it goes on all the same.

The provider takes each refresh token once, so that between its answer and the first write nothing
can be saved: those few calls into the kernel are left out.
"""

import pytest

from rig import injection
from rig.openid import OpenIDProvider
from rig.world import FULL_DISK

RUN = ("exec", "dev", "--", "true")


class Stand:
    """A sign-in that is renewed by every run."""

    def __init__(self, world, vault):
        self.world = world
        self.provider = world.keep_open(OpenIDProvider(world.sts))
        world.config(self.provider.config(world.sts.new_role("deploy")))
        world.environment |= {"CREDTOOL_VAULT": vault,
                              "CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
        self.provider.token_seconds = 30  # less than AWS is asked with
        terminal = world.terminal(*RUN)
        terminal.expect(r"code is (\w{4}-\w{4})")
        self.provider.decide(terminal.match[1])
        terminal.finish()
        self.run().works()

    def run(self, **more):
        self.world.credtool("clear").works()
        return self.world.credtool(*RUN, **more)

    def is_signed_in(self):
        """The next two runs renew the token, with nobody there to be asked."""
        for _ in range(2):
            before = len(self.provider.grants)
            self.run().works()
            assert len(self.provider.grants) > before
        assert len(self.provider.refresh_tokens) == 1 and not self.provider.violations

    def points(self):
        """The writes of a run from the first on that has the new token to lose."""
        self.world.credtool("clear").works()
        found = injection.points(self.world, *RUN)
        lock = max(number for number, point in enumerate(found)
                   if point.call == "flock" and "/openid-" in point.on)
        link = min(number for number, point in enumerate(found)
                   if number > lock and point.on == "KEYCTL_LINK")
        return found[link + 1:]


@pytest.fixture(params=["secret-service", "file"])
def stand(request, world, kernel_keyring):
    stand = Stand(world, request.param)
    yield stand
    world.more_secrets |= set(stand.provider.known_secrets)


def test_a_kill_at_any_write(stand, tried):
    found = stand.points()
    chosen = injection.sample(found)
    tried("renewal, OpenID", "kill -9", len(chosen), len(found))
    killed = 0
    for point in chosen:
        # A run that finds less to do than the first one may not come to the point.
        killed += stand.run(through=point.through("signal=KILL")).code in (-9, 137)
        stand.is_signed_in()
    assert killed > len(chosen) / 2, "strace killed next to none of them"


def test_a_disk_that_is_full(stand):
    stand.run(through=FULL_DISK).works()
    stand.is_signed_in()
