"""Fixtures: one local STS for the run, one world with a keyring of its own for each test."""

import os
import signal

import pytest

from rig import kernelkeys, rolesanywhere, tls, world as worlds
from rig.signin import Console
from rig.sso import IdentityCenter
from rig.sts import LocalSTS

# What the outer environment says of AWS and of proxies is not for the rig's own clients.
for name in [name for name in os.environ
             if name.startswith("AWS_") or name.lower().endswith("_proxy")]:
    del os.environ[name]

# A shell that starts a job in the background has it ignore the interrupt, and so all its children.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared_sts():
    server = LocalSTS()
    yield server
    server.stop()


@pytest.fixture
def sts(shared_sts):
    """The local STS without people, roles, calls or faults."""
    shared_sts.reset()
    yield shared_sts
    shared_sts.released.set()


def _world(sts, keyring):
    world = worlds.World(sts, keyring)
    try:
        yield world
        world.assert_nothing_leaked()
    finally:
        world.close()


@pytest.fixture
def world(sts):
    """A home with an unlocked GNOME keyring."""
    yield from _world(sts, keyring=True)


@pytest.fixture
def bare_world(sts):
    """A home without D-Bus or keyring, as on a server."""
    yield from _world(sts, keyring=False)


@pytest.fixture
def kernel_keyring():
    """For tests of what only the kernel's keyring gives; a container may not have it."""
    if not kernelkeys.available():
        pytest.skip("the kernel refuses keyctl here, so nothing is cached in it")


@pytest.fixture(scope="session")
def certificates(shared_sts, tmp_path_factory):
    """(CA file, port) of the STS behind TLS, valid for AWS's own host names too."""
    hosts = ["127.0.0.1", "localhost", "sts.amazonaws.com", "*.amazonaws.com"] + [
        f"sts.{region}.amazonaws.com" for region in ("us-east-1", "eu-central-1", "eu-west-1")
    ] + ["sts.cn-north-1.amazonaws.com.cn", "*.eu-west-1.api.aws", "*.eu-west-1.amazonaws.com"]
    ca, certificate, key = tls.make_certificates(tmp_path_factory.mktemp("tls"), hosts)
    return ca, shared_sts.listen_tls(certificate, key)


@pytest.fixture
def proxy(world, certificates):
    """A proxy that takes every tunnel to the STS behind TLS."""
    return world.keep_open(tls.ForwardProxy(certificates[1]))


@pytest.fixture
def center(sts):
    """IAM Identity Center, with one account and one role."""
    server = IdentityCenter(sts)
    server.assign()
    yield server
    server.close()
    assert not server.violations


@pytest.fixture
def sso_world(center, world):
    """A home whose Identity Center is the local one."""
    world.environment |= center.variables()
    world.center = center
    yield world
    world.more_secrets |= center.secrets()


@pytest.fixture
def console(sts):
    """The console's sign-in service."""
    server = Console(sts)
    yield server
    server.close()
    assert not server.violations


@pytest.fixture
def console_world(console, world):
    """A home whose console is the local one."""
    world.environment |= console.variables()
    world.console = console
    world.more_secrets.add("-----BEGIN EC PRIVATE KEY-----")  # that of proofs, wherever it comes from
    yield world
    world.more_secrets |= console.secrets()


@pytest.fixture
def anywhere(sts, world):
    """A home whose IAM Roles Anywhere is a local one, with an authority of its own."""
    service = rolesanywhere.RolesAnywhere(sts)
    world.environment["AWS_ENDPOINT_URL_ROLESANYWHERE"] = service.url
    world.anywhere = service
    yield world
    service.close()
    assert not service.violations
