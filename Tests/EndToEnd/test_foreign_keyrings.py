"""KeePassXC and KDE's wallet, the real ones, in the place of gnome-keyring."""

import pytest

from rig.desktop import Desktop
from rig.foreignkeyrings import PASSWORD, KDEWallet, KeePassXC
from rig.rolesanywhere import key_pem, make_key, pem
from rig.world import WITHOUT_KERNEL_KEYS, parse_environment

PROGRAMS = [KeePassXC, KDEWallet]
RUN = ("exec", "work", "--no-session", "--", "true")
IN_THE_VAULT = {"xdg:schema": "io.github.credtool.AccessKey"}


@pytest.fixture
def desktop(world):
    screen = Desktop()
    yield screen
    screen.close()


@pytest.fixture(params=PROGRAMS, ids=lambda program: program.PROGRAM)
def program(request, world, desktop):
    return world.keep_open(request.param(world, desktop))


def test_a_key_from_its_first_day_to_its_last(world, program):
    """Without a question, as the program is open and asks for no leave."""
    world.credtool("doctor").says("nothing is wrong")
    old = world.add("work")
    assert world.session("work", "--no-session") is old
    # The new one takes the place of the old one.
    new = world.add("work", "--force")
    assert world.session("work", "--no-session") is new
    assert [world.keyring.attributes(item)["credtool:access-key-id"]
            for item in world.keyring.items(**IN_THE_VAULT)] == [new.key_id]
    # It is found where the index is lost, and sessions are kept beside it.
    (world.data / "index.tsv").unlink()
    assert new.key_id[-4:] in world.credtool("list").works().stdout
    first = world.session("work", through=WITHOUT_KERNEL_KEYS)
    assert world.session("work", through=WITHOUT_KERNEL_KEYS) is first
    world.credtool("clear").works().says("forgot 1 session")
    world.credtool("remove", "work", "--force").works().says("removed key")
    assert world.keyring.items(**IN_THE_VAULT) == []
    world.credtool(*RUN).fails("work", code=125)


def test_bytes_that_are_no_text(world, program, anywhere):
    """A certificate with its key."""
    key = make_key("p256")
    paths = [world.scratch / name for name in ("host.pem", "host.key")]
    for path, content in zip(paths, (pem(anywhere.anywhere.authority.issue(key)), key_pem(key))):
        path.write_bytes(content)
    world.config(anywhere.anywhere.config())
    world.credtool("add", "build", "--certificate", paths[0], "--private-key", paths[1]).works()
    world.exec_env("build")
    assert len(anywhere.anywhere.issued) == 1


class TestLocked:
    @pytest.fixture
    def locked(self, world, program):
        world.add("work")
        program.lock()
        return world

    def test_its_own_window_asks(self, locked, program, desktop):
        process = locked.start(*RUN)
        desktop.dismisses(program.UNLOCK)
        locked.finish(process).fails(
            "dismissed", "hint: answer the question that the desktop shows", code=125)
        process = locked.start(*RUN)
        desktop.answers(program.UNLOCK, PASSWORD)
        locked.finish(process).works()
        assert locked.session("work", "--no-session") is locked.keys["work"]

    def test_what_is_told_of_it(self, locked, program, desktop):
        """Nothing of this raises a question."""
        locked.credtool("list").works()
        locked.credtool("unlock").fails("not gnome's", "hint: unlock it there (KeePassXC, KDE")
        report = locked.credtool("doctor")
        assert report.code == 1
        assert f"{program.PROGRAM} is the Secret Service" in report.stdout
        assert "is locked; a stored key rests there" in report.stdout
        assert "unlock it there" in report.stdout
        windows = desktop.windows()
        assert not [title for title in windows.values() if title == program.UNLOCK], windows


@pytest.mark.parametrize("kind", PROGRAMS, ids=lambda kind: kind.PROGRAM)
def test_nothing_there_to_keep_keys_in(world, desktop, kind):
    world.keep_open(kind(world, desktop, opens=False))
    key = world.sts.new_key()
    for command in (["add", "work", "--env", "--vault", "secret-service"], ["unlock"]):
        world.credtool(*command, env=key.variables()).fails(
            "not gnome's, and has nothing open", "hint: in KeePassXC, open a database")
    report = world.credtool("doctor").works()
    assert f"{kind.PROGRAM} is the Secret Service" in report.stdout
    assert "it has no default collection" in report.stdout


class TestAsking:
    """KeePassXC as it is where nothing is set: it asks at each use of a key."""

    @pytest.fixture
    def asking(self, world, desktop):
        world.keep_open(KeePassXC(world, desktop, confirms=True))
        world.add("work")
        return world

    def test_for_leave_to_read(self, asking, desktop):
        process = asking.start(*RUN)
        desktop.dismisses(KeePassXC.ACCESS)
        asking.finish(process).fails("access denied", code=125)
        process = asking.start(*RUN)
        desktop.press(desktop.window(KeePassXC.ACCESS), "Return")
        asking.finish(process).works()

    def test_before_it_deletes(self, asking, desktop):
        process = asking.start("remove", "work", "--force")
        desktop.dismisses(KeePassXC.DELETE)
        asking.finish(process).fails("dismissed")
        assert len(asking.keyring.items(**IN_THE_VAULT)) == 1
        assert "work" in asking.credtool("list").works().stdout
        process = asking.start("remove", "work", "--force")
        # The button that is chosen at first leaves it as it is.
        desktop.press(desktop.window(KeePassXC.DELETE), "Tab", "Return")
        asking.finish(process).works().says("removed key")
        assert asking.keyring.items(**IN_THE_VAULT) == []

    def test_a_key_that_is_replaced(self, asking, desktop):
        """The new one is stored and counts, whatever becomes of the old one."""
        new = asking.sts.new_key()
        process = asking.start("add", "work", "--env", "--force", env=new.variables())
        desktop.dismisses(KeePassXC.DELETE)
        asking.finish(process).works().says("stored key")
        assert new.key_id[-4:] in asking.credtool("list").works().stdout
        process = asking.start("exec", "work", "--no-session", "--", "env", "-0")
        desktop.press(desktop.window(KeePassXC.ACCESS), "Return")
        got = asking.finish(process, secret_output=True)
        assert parse_environment(got.raw)["AWS_ACCESS_KEY_ID"] == new.key_id
