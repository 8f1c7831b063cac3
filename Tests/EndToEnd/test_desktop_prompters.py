"""GNOME's prompter, pinentry-gnome3 and zenity, the real ones, on a screen where keys are typed."""

import pytest

from rig.desktop import Desktop
from rig.keyring import PASSWORD

WRONG = "wrong horse"
UNLOCK = "Unlock Login Keyring"
RUN = ("exec", "work", "--no-session", "--", "true")


@pytest.fixture
def desktop(world):
    """A screen, and a session bus whose programs appear on it."""
    screen = Desktop()
    world.keyring.ask_on(screen)
    world.environment |= screen.variables
    world.more_secrets |= {PASSWORD, WRONG}
    yield screen
    screen.close()


@pytest.fixture
def locked(world, desktop):
    """The key `work` in a locked keyring."""
    world.add("work")
    world.keyring.lock()
    return world


class TestGNOMEsPrompter:
    def test_the_right_password(self, locked, desktop):
        process = locked.start(*RUN)
        desktop.answers(UNLOCK, PASSWORD)
        locked.finish(process).works().is_silent()
        assert locked.session("work", "--no-session") is locked.keys["work"]

    def test_a_wrong_one_first(self, locked, desktop):
        process = locked.start(*RUN)
        window = desktop.window(UNLOCK)
        size = desktop.size(window)
        desktop.type(window, WRONG)
        desktop.wait_for(lambda: desktop.size(window) != size, "the prompter's word on it")
        desktop.answers(UNLOCK, PASSWORD)
        locked.finish(process).works().is_silent()

    def test_dismissed(self, locked, desktop):
        process = locked.start(*RUN)
        desktop.dismisses(UNLOCK)
        locked.finish(process).fails(
            "dismissed", "hint: answer the question that the desktop shows", "credtool unlock",
            code=125)
        # The daemon lives, and the key is still there.
        process = locked.start(*RUN)
        desktop.answers(UNLOCK, PASSWORD)
        locked.finish(process).works()

    def test_two_at_once_ask_once(self, locked, desktop):
        processes = [locked.start(*RUN) for _ in range(2)]
        desktop.answers(UNLOCK, PASSWORD)
        for process in processes:
            locked.finish(process).works()
        assert desktop.windows() == {}

    def test_to_store_a_key(self, locked, desktop):
        key = locked.sts.new_key()
        process = locked.start("add", "other", "--env", env=key.variables())
        desktop.answers(UNLOCK, PASSWORD)
        locked.finish(process).works()
        assert locked.session("other", "--no-session") is key


class TestCodes:
    """MFA codes typed into dialogs."""

    CODE = "123456"
    RUN = ("exec", "work", "--role", "admin", "--", "true")
    #: Whatever `pinentry` is linked to; and what is taken where nothing is set.
    WAYS = {"pinentry": {"CREDTOOL_MFA_PROMPT": "pinentry", "PINENTRY_PROGRAM": "pinentry-gnome3"},
            "zenity": {"CREDTOOL_MFA_PROMPT": "zenity"},
            "unset": {}}

    @pytest.fixture(params=WAYS)
    def guarded(self, request, world, desktop):
        """A key with an MFA device, and a role that asks for it."""
        self.guard(world)
        world.environment |= self.WAYS[request.param]
        return world

    @staticmethod
    def guard(world):
        key = world.add("work")
        world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\n")
        world.sts.new_role("admin", needs_mfa=True)

    @staticmethod
    def codes(world):
        return [call.params["TokenCode"] for call in world.sts.calls if "TokenCode" in call.params]

    def test_a_wrong_one_and_the_right_one(self, guarded, desktop):
        process = guarded.start(*self.RUN)
        first = desktop.window("credtool")
        desktop.type(first, "000000")
        desktop.type(desktop.window("credtool", besides=[first]), self.CODE)
        guarded.finish(process).works().says("did not accept that code; 2 more tries")
        assert self.codes(guarded) == ["000000", self.CODE]
        desktop.wait_for(lambda: not desktop.windows(), "an empty screen")

    def test_dismissed(self, guarded, desktop):
        process = guarded.start(*self.RUN)
        desktop.dismisses("credtool")
        guarded.finish(process).fails("no answer was given", code=125)
        assert self.codes(guarded) == []

    def test_pinentry_on_the_terminal_where_there_is_no_bus(self, bare_world):
        """pinentry-gnome3 turns into the one for terminals."""
        bare_world.environment |= {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
        self.guard(bare_world)
        terminal = bare_world.terminal(*self.RUN, env=self.WAYS["pinentry"])
        terminal.expect("MFA code of .* for profile work")
        terminal.send(self.CODE + "\r")
        terminal.finish()
        assert self.codes(bare_world) == [self.CODE]
