"""MFA codes by other ways than the terminal, and codes that must not be sent twice."""

import os
import re
import sys

import pytest

from rig import fakes

CODE = "123456"
#: To its end: what is typed before it is there is dropped.
QUESTION = "mfa code of [^\n]*: "
DIALOGS = ["pinentry", "zenity", "kdialog"]
SHOWN = {"DISPLAY": ":99"}
RUN = ("exec", "work", "--role", "admin", "--", "true")


@pytest.fixture
def guarded(world):
    """A key with an MFA device, two roles that ask for it, and a PATH without any prompter."""
    key = world.add("work")
    world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\n")
    world.sts.new_role("admin", needs_mfa=True)
    world.sts.new_role("audit", needs_mfa=True)
    world.sts.codes_work_once = True
    world.folder = world.only_on_path()
    return world


def codes(world):
    return [call.params["TokenCode"] for call in world.sts.calls if "TokenCode" in call.params]


def setting(world, *lines):
    with open(world.config_file, "a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


class TestWays:
    @pytest.mark.parametrize("how", ["setting", "variable"])
    @pytest.mark.parametrize("name", [*DIALOGS, "ykman"])
    def test_each(self, guarded, name, how):
        """Without a terminal, and with one that is then not asked on."""
        log = fakes.prompter(guarded.folder, name, CODE)
        env = dict(SHOWN)
        if how == "setting":
            setting(guarded, f"mfa_prompt = {name}")
        else:
            env["CREDTOOL_MFA_PROMPT"] = name
        guarded.terminal(*RUN, env=env).finish()
        assert codes(guarded) == [CODE]
        said = log.read_text()
        assert guarded.keys["work"].mfa_serial in said or "work" in said, said

    @pytest.mark.parametrize("name", DIALOGS)
    def test_the_first_that_can_be_shown_without_a_terminal(self, guarded, name):
        fakes.prompter(guarded.folder, name, CODE)
        guarded.credtool(*RUN, env=SHOWN).works()
        assert codes(guarded) == [CODE]

    @pytest.mark.parametrize("display", ["DISPLAY", "WAYLAND_DISPLAY"])
    def test_either_display_will_do(self, guarded, display):
        fakes.prompter(guarded.folder, "zenity", CODE)
        guarded.credtool(*RUN, env={display: "made-up-0"}).works()

    def test_the_terminal_comes_first(self, guarded):
        log = fakes.prompter(guarded.folder, "zenity", "000000")
        terminal = guarded.terminal(*RUN, env=SHOWN)
        terminal.answers(QUESTION, CODE)
        terminal.finish()
        assert not log.exists()

    def test_nowhere_to_ask_says_what_to_set(self, guarded):
        for name in DIALOGS:
            fakes.prompter(guarded.folder, name, CODE)  # no display to show them on
        guarded.credtool(*RUN).fails(
            "mfa_prompt", ("mfa_process", "--mfa-token"), "terminal", code=125)
        assert codes(guarded) == []

    def test_the_variable_beats_the_setting(self, guarded):
        fakes.prompter(guarded.folder, "kdialog", CODE)
        setting(guarded, "mfa_prompt = zenity")
        guarded.credtool(*RUN, env=SHOWN | {"CREDTOOL_MFA_PROMPT": "kdialog"}).works()

    def test_tty_means_the_terminal_only(self, guarded):
        fakes.prompter(guarded.folder, "zenity", CODE)
        setting(guarded, "mfa_prompt = tty")
        guarded.credtool(*RUN, env=SHOWN).fails("terminal", code=125)

    def test_an_unknown_one(self, guarded):
        setting(guarded, "mfa_prompt = telepathy")
        guarded.credtool(*RUN).fails("telepathy", "~/.aws/config:3", "zenity", code=125)
        guarded.config(f"[profile work]\nmfa_serial = {guarded.keys['work'].mfa_serial}\n")
        guarded.credtool(*RUN, env={"CREDTOOL_MFA_PROMPT": "telepathy"}).fails(
            "telepathy", "CREDTOOL_MFA_PROMPT", code=125)

    @pytest.mark.parametrize("name", [*DIALOGS, "ykman"])
    def test_one_that_is_not_installed_is_named(self, guarded, name):
        setting(guarded, f"mfa_prompt = {name}")
        guarded.credtool(*RUN, env=SHOWN).fails(name, code=125)

    @pytest.mark.parametrize("name", ["zenity", "kdialog"])
    def test_dismissed_is_not_asked_again(self, guarded, name):
        log = fakes.prompter(guarded.folder, name, CODE, status=1)
        setting(guarded, f"mfa_prompt = {name}")
        result = guarded.credtool(*RUN, env=SHOWN)
        assert result.code == 125 and result.stderr
        assert len(log.read_text().splitlines()) == 1 and codes(guarded) == []

    def test_what_is_no_code_is_not_sent(self, guarded):
        fakes.prompter(guarded.folder, "ykman", "touch me")
        setting(guarded, "mfa_prompt = ykman")
        assert guarded.credtool(*RUN).code == 125
        assert codes(guarded) == []


class TestProcess:
    def test_its_output_is_the_code(self, guarded):
        setting(guarded, f"mfa_process = echo {CODE}")
        guarded.credtool(*RUN).works()
        assert codes(guarded) == [CODE]

    def test_asked_for_by_name(self, guarded):
        setting(guarded, f"mfa_process = echo {CODE}")
        guarded.terminal(*RUN, env={"CREDTOOL_MFA_PROMPT": "process"}).finish()
        assert codes(guarded) == [CODE]

    def test_by_name_without_a_command(self, guarded):
        guarded.credtool(*RUN, env={"CREDTOOL_MFA_PROMPT": "process"}).fails(
            "mfa_process", code=125)

    def role(self, world, more=""):
        key = world.keys["work"]
        world.config(
            f"[profile work]\nmfa_serial = {key.mfa_serial}\nmfa_process = echo {CODE}\n"
            f"[profile prod]\nrole_arn = {next(iter(world.sts.roles))}\nsource_profile = work\n"
            f"mfa_serial = {key.mfa_serial}\n{more}\n")

    def test_of_the_source_profile(self, guarded):
        self.role(guarded)
        assert guarded.session("prod").is_role
        assert codes(guarded) == [CODE]

    def test_its_own_wins(self, guarded):
        self.role(guarded, "mfa_process = echo 999999")
        guarded.sts.mfa_codes[guarded.keys["work"].mfa_serial] = "999999"
        assert guarded.session("prod").is_role
        assert codes(guarded) == ["999999"]

    @pytest.mark.parametrize("command, words", [
        ("false", "mfa_process"), ("echo 12345", ("six digits", "mfa_process")),
        ("/nowhere/helper", "mfa_process"), ("true", "mfa_process")])
    def test_no_code(self, guarded, command, words):
        setting(guarded, f"mfa_process = {command}")
        result = guarded.credtool(*RUN)
        assert result.code == 125 and codes(guarded) == []
        result.says(words)

    def test_its_stderr_is_passed_on(self, guarded):
        setting(guarded, f"mfa_process = echo 'touch it' >&2; echo {CODE}")
        result = guarded.credtool(*RUN)
        assert result.code == 0 and "touch it\n" in result.stderr

    def test_a_wrong_code_is_not_asked_for_three_times(self, guarded):
        setting(guarded, "mfa_process = echo 000000")
        assert guarded.credtool(*RUN, timeout=100).code == 125
        assert len(codes(guarded)) == len(set(codes(guarded))) == 1


class TestOnce:
    """AWS takes a code once; a role for two hours needs one of its own."""

    LONG = ("--duration", "2h", "--", "true")

    @pytest.fixture
    def sent(self, guarded):
        """The code has just been sent by another process."""
        guarded.credtool("exec", "work", "--role", "admin", "--mfa-token", CODE,
                         *self.LONG).works()
        assert codes(guarded)[-1] == CODE
        guarded.before = len(codes(guarded))
        return guarded

    def test_on_the_terminal_the_next_one_is_waited_for(self, sent):
        terminal = sent.terminal("exec", "work", "--role", "audit", *self.LONG, timeout=45)
        terminal.answers(QUESTION, CODE)
        terminal.expect("(?i)wait|next")
        sent.sts.mfa_codes[sent.keys["work"].mfa_serial] = "654321"
        terminal.answers(QUESTION, "654321")
        terminal.finish()
        assert codes(sent)[sent.before:] == ["654321"]

    def test_the_flag_with_the_same_one_is_refused(self, sent):
        sent.credtool("exec", "work", "--role", "audit", "--mfa-token", CODE, *self.LONG).fails(
            ("wait", "next"), code=125)
        assert len(codes(sent)) == sent.before

    def test_a_wrong_one_is_not_sent_again_either(self, guarded):
        terminal = guarded.terminal(*RUN)
        terminal.answers(QUESTION, "000000")
        terminal.answers(QUESTION, "000000")
        terminal.answers(QUESTION, CODE)
        terminal.finish()
        assert codes(guarded) == ["000000", CODE]

    def test_of_two_at_once_one_sends_it(self, guarded):
        both = [guarded.start("exec", "work", "--role", role, "--mfa-token", CODE, *self.LONG)
                for role in ("admin", "audit")]
        results = [guarded.finish(process) for process in both]
        assert sorted(result.code for result in results) == [0, 125]
        assert codes(guarded).count(CODE) == 1

    def test_another_device_is_another_matter(self, sent):
        """The same digits of another device have nothing to do with it."""
        other = sent.sts.new_key("bob")
        sent.add("other", key=other)
        sent.credtool("exec", "other", "--role", "audit", "--mfa-serial", other.mfa_serial,
                      "--mfa-token", CODE, *self.LONG).works()

    def test_no_code_is_written_down(self, sent):
        """What remembers it holds no code."""
        code = re.compile(rb"(?<!\d)" + CODE.encode() + rb"(?!\d)")
        for path in [*sent.home.rglob("*"), *sent.runtime.rglob("*")]:
            assert not path.is_file() or not code.search(path.read_bytes()), path


class TestWordsBesideTheQuestion:
    """What explains a question stands where it is asked, wherever standard error goes."""

    def typed(self, terminal, guarded):
        for answer, words in (("12345", "six digits"), ("000000", "did not accept that code; 2"),
                              ("000000", "used already.*next one comes in [0-9]+s"),
                              ("111111", "did not accept that code; 1 more try")):
            terminal.answers(QUESTION, answer)
            terminal.expect(words)
        return terminal

    def aside(self, guarded, *arguments):
        """On a terminal, with standard error in a file."""
        guarded.errors = guarded.scratch / "errors"
        return guarded.on_terminal(
            ["sh", "-c", f'exec "$@" 2> {guarded.errors}', "sh", *guarded.command(*arguments)])

    def test_with_standard_error_elsewhere(self, guarded):
        terminal = self.typed(self.aside(guarded, *RUN), guarded)
        terminal.answers(QUESTION, CODE)
        terminal.finish()
        assert guarded.errors.read_text() == ""
        assert codes(guarded) == ["000000", "111111", CODE]

    def test_the_last_refusal(self, guarded):
        terminal = self.typed(self.aside(guarded, *RUN), guarded)
        terminal.answers(QUESTION, "222222")
        terminal.expect("did not accept that code; no more tries")
        terminal.finish(code=125)
        assert "credtool: AWS did not accept the MFA code" in guarded.errors.read_text()

    def test_nothing_stands_there_twice(self, guarded):
        terminal = self.typed(guarded.terminal(*RUN), guarded)
        terminal.answers(QUESTION, "222222")
        terminal.finish(code=125)
        shown = terminal.shown()
        for words in ("six digits", "; 2 more tries", "used already", "; 1 more try",
                      "AWS did not accept the MFA code"):
            assert shown.count(words) == 1, shown
        assert "no more tries" not in shown

    def test_through_an_sdk_that_keeps_standard_error_to_itself(self, guarded):
        guarded.environment["PATH"] = os.environ["PATH"]
        line = " ".join(guarded.command("export", "work", "--format", "process"))
        config = guarded.config_file.read_text()
        guarded.config(f"{config}[profile sdk]\ncredential_process = {line}\n")
        terminal = guarded.on_terminal(
            [sys.executable, "-c",
             "import botocore.session as b\n"
             "keys = b.Session(profile='sdk').get_credentials().get_frozen_credentials()\n"
             "print('got', keys.access_key)"])
        self.typed(terminal, guarded)
        terminal.answers(QUESTION, CODE)
        terminal.expect("got ASIA")
        terminal.finish()

    @pytest.mark.parametrize("name", ["mfa_process", "ykman"])
    def test_the_words_of_a_program_that_makes_the_code(self, guarded, name):
        program = fakes.script(guarded.folder / "ykman", f"echo 'touch it' >&2; echo {CODE}")
        setting(guarded, f"mfa_process = {program}" if name == "mfa_process"
                else "mfa_prompt = ykman")
        terminal = self.aside(guarded, *RUN)
        terminal.expect("touch it")
        terminal.finish()
        assert guarded.errors.read_text() == ""

    def test_other_ways_to_ask_leave_the_terminal_alone(self, guarded):
        before = guarded.scratch / "asked before"
        fakes.script(guarded.folder / "zenity", f"test -e '{before}' && echo {CODE} ||"
                     f" {{ : > '{before}'; echo 000000; }}")
        setting(guarded, "mfa_prompt = zenity")
        terminal = self.aside(guarded, *RUN)
        terminal.finish()
        assert terminal.shown() == ""
        assert "did not accept that code; 2 more tries" in guarded.errors.read_text()
