"""Fixtures: one local STS for the run, one world with a keyring of its own for each test."""

import collections
import os
import signal

import pytest

from rig import injection, kernelkeys, rolesanywhere, tls, world as worlds
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


@pytest.fixture
def tried(record_property):
    """Says for the table of faults how many points of a command were tried with a fault."""
    def tell(command, fault, number, all_of_them):
        record_property("fault", (command, fault, number, all_of_them))

    return tell


def pytest_terminal_summary(terminalreporter):
    """The table of the faults that were tried: points tried, of all that there are."""
    table = collections.defaultdict(lambda: [0, 0])
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "fault" and report.when == "call":
                command, fault, number, all_of_them = value
                table[command, fault][0] += number
                table[command, fault][1] += all_of_them
    if not table:
        return
    for (command, fault), counts in list(table.items()):
        for cell in ((command, "all"), ("all", fault), ("all", "all")):
            table[cell] = [old + new for old, new in zip(table[cell], counts)]
    faults = [fault for fault in (*injection.FAULTS, "all")
              if any(fault == other for _, other in table)]
    rows = [["points tried", *faults]] + [
        [command, *("{}/{}".format(*table[command, fault]) if (command, fault) in table else "-"
                    for fault in faults)]
        for command in sorted({command for command, _ in table} - {"all"}) + ["all"]]
    widths = [max(map(len, column)) for column in zip(*rows)]
    terminalreporter.section("faults on purpose")
    for row in rows:
        terminalreporter.write_line("  ".join(
            cell.ljust(width) if number == 0 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths))))
