"""Where no profile is named, a person on a terminal chooses one; a script gets an error."""

import os
import re
import signal

import pytest

from rig import fakes


@pytest.fixture
def several(world):
    """Two keys, and a role behind one of them; nothing is called default."""
    world.add("work")
    world.add("home")
    role = world.sts.new_role("deploy")
    world.config("[profile base]\nregion = eu-west-1\n"
                 f"[profile prod]\nrole_arn = {role}\nsource_profile = work\n"
                 "sso_account_name = Acme Prod\n")
    return world


def chosen(world):
    """What a program without a profile is run as."""
    return ("exec", "--", "sh", "-c", "echo as=$CREDTOOL_PROFILE")


def finish(terminal, profile):
    assert f"as={profile}\r\n" in terminal.finish()
    # Nothing of the list is left on the screen.
    assert re.search(r"\r\x1b\[Jas=", terminal.shown()), repr(terminal.shown()[-200:])


class TestByTyping:
    def test_the_first_one(self, several):
        terminal = several.terminal(*chosen(several))
        terminal.expect("Profile: ")
        terminal.expect("3 of 3")
        for words in ("> prod +role +Acme Prod", "work +key", "home +key"):
            assert re.search(words, terminal.shown()), terminal.shown()
        assert "base" not in terminal.shown()
        terminal.send("\r")
        finish(terminal, "prod")

    def test_typing_narrows(self, several):
        terminal = several.terminal(*chosen(several))
        terminal.expect("3 of 3")
        terminal.send("hox\x7f")
        terminal.expect("1 of 3")
        terminal.send("\r")
        finish(terminal, "home")

    def test_arrows(self, several):
        terminal = several.terminal(*chosen(several))
        terminal.expect("3 of 3")
        terminal.send("\x1b[B")
        terminal.expect("> home")
        terminal.send("\r")
        finish(terminal, "home")

    @pytest.mark.parametrize("key", ["\x1b", "\x03", "\x04"], ids=["escape", "Ctrl-C", "Ctrl-D"])
    def test_leaving(self, several, key):
        terminal = several.terminal(*chosen(several))
        terminal.expect("3 of 3")
        terminal.send(key)
        terminal.finish(130)
        assert several.sts.count("GetSessionToken") == 0

    def test_a_signal_leaves_the_terminal_as_it_was(self, several):
        script = '"$@"; stty -a | grep -o -- "-*icanon"; stty -a | grep -ow -- "-*echo"'
        terminal = several.on_terminal(
            ["sh", "-c", script, "sh", *several.command(*chosen(several))])
        terminal.expect("3 of 3")
        os.kill(only_child(terminal.pid), signal.SIGTERM)
        terminal.expect("\nicanon")
        terminal.expect("\necho")

    def test_the_time_that_is_left(self, several, kernel_keyring):
        several.exec_env("prod")
        terminal = several.terminal(*chosen(several))
        terminal.expect(r"prod +role +Acme Prod +(1h|59m) left")
        terminal.send("\x03")
        terminal.finish(130)

    def test_most_used_first(self, several):
        for _ in range(2):
            several.credtool("exec", "home", "--fresh", "--", "true").works()
        several.credtool("exec", "work", "--", "true").works()
        terminal = several.terminal(*chosen(several))
        terminal.expect("> home[^>]*work[^>]*prod")
        terminal.send("work\r")
        finish(terminal, "work")
        for _ in range(2):
            terminal = several.terminal(*chosen(several))
            terminal.expect("3 of 3")
            terminal.send("prod\r")
            finish(terminal, "prod")
        terminal = several.terminal(*chosen(several))
        terminal.expect("> prod")
        terminal.send("\x03")
        terminal.finish(130)

    def test_login(self, several):
        terminal = several.terminal("login")
        terminal.expect("3 of 3")
        terminal.send("home\r")
        assert "profile home can be used" in terminal.finish()


def only_child(parent):
    """The one child of a process."""
    [child] = open(f"/proc/{parent}/task/{parent}/children").read().split()
    return int(child)


class TestByNumber:
    def test_on_a_dumb_terminal(self, several):
        terminal = several.terminal(*chosen(several), env={"TERM": "dumb"})
        terminal.expect(r"1  prod +role +Acme Prod\r\n +2  home")
        terminal.answers(r"Profile \(1-3\)", "7")
        terminal.expect("none of them")
        terminal.answers(r"Profile \(1-3\)", "3")
        assert "as=work" in terminal.finish()
        assert "\x1b" not in terminal.shown()

    def test_by_name(self, several):
        terminal = several.terminal(*chosen(several), env={"CREDTOOL_PICKER": "list"})
        terminal.answers(r"Profile \(1-3\)", "work")
        assert "as=work" in terminal.finish()

    def test_nothing(self, several):
        terminal = several.terminal(*chosen(several), env={"CREDTOOL_PICKER": "list"})
        terminal.answers(r"Profile \(1-3\)", "")
        terminal.finish(130)


class TestInAnotherProgram:
    def test_fzf(self, several):
        fakes.script(several.scratch / "fzf",
                     f'echo "$@" > {several.scratch}/arguments; grep home')
        terminal = several.terminal(*chosen(several), env={
            "CREDTOOL_PICKER": "fzf --height 10",
            "PATH": f"{several.scratch}:{several.environment['PATH']}"})
        assert "as=home" in terminal.finish()
        arguments = (several.scratch / "arguments").read_text()
        assert arguments.strip().endswith("--height 10") and "--tiebreak=index" in arguments

    def test_that_is_left(self, several):
        fakes.script(several.scratch / "fzf", "cat > /dev/null; exit 130")
        terminal = several.terminal(*chosen(several), env={
            "CREDTOOL_PICKER": f"{several.scratch}/fzf"})
        terminal.finish(130)

    def test_that_is_not_there(self, several):
        terminal = several.terminal(*chosen(several), env={"CREDTOOL_PICKER": "no-such-fzf"})
        terminal.expect("no-such-fzf, which CREDTOOL_PICKER names, cannot be run")
        terminal.expect("3 of 3")
        terminal.send("\r")
        finish(terminal, "prod")


class TestNobodyIsAsked:
    def test_scripts(self, several):
        several.credtool("exec", "--", "true").fails("default", code=125)
        several.credtool("login").fails("default", code=1)

    @pytest.mark.parametrize("redirection", ["< /dev/null", "2> /dev/null"])
    def test_scripts_that_have_a_terminal(self, several, redirection):
        terminal = several.on_terminal(
            ["sh", "-c", f'"$@" {redirection}', "sh", *several.command(*chosen(several))])
        terminal.finish(125)
        assert "Profile:" not in terminal.shown()

    @pytest.mark.parametrize("env", [{"AWS_PROFILE": "home"}, {"AWS_DEFAULT_PROFILE": "home"}],
                             ids=str)
    def test_variables(self, several, env):
        assert "as=home" in several.terminal(*chosen(several), env=env).finish()

    def test_inside_of_another_session(self, several):
        terminal = several.on_terminal(several.command(
            "exec", "work", "--", *several.command(*chosen(several))))
        assert "as=work" in terminal.finish()

    def test_default(self, several):
        several.add("default")
        assert "as=default" in several.terminal(*chosen(several)).finish()

    def test_the_only_key(self, world):
        world.add("only")
        assert "as=only" in world.terminal(*chosen(world)).finish()

    def test_where_there_is_nothing(self, bare_world):
        terminal = bare_world.terminal(*chosen(bare_world))
        terminal.finish(125)
        assert "Profile:" not in terminal.shown()

    def test_a_profile_that_is_misspelt(self, several):
        terminal = several.terminal("exec", "prodd", "--", "true")
        terminal.finish(125)
        assert "did you mean" in terminal.shown() and "Profile:" not in terminal.shown()


def test_a_hit_does_not_touch_the_uses(several, kernel_keyring):
    several.exec_env("prod")
    uses = several.data / "uses"
    before = uses.read_text()
    assert before == "prod\n"
    several.exec_env("prod")
    assert uses.read_text() == before
    assert uses.stat().st_mode & 0o777 == 0o600
