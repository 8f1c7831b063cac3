"""Every prompt, interrupted: the terminal is left as it was, and nothing is done."""

import os
import re
import shlex
import signal
import time
from dataclasses import dataclass, field

import pytest

from rig import signin
from rig.keyring import PASSWORD, eventually
from rig.world import WITHOUT_KERNEL_KEYS

PASSPHRASE = "made-up passphrase"


@dataclass
class Prompt:
    """A command that comes to a prompt, what is typed before it, at it and after it. An answer that
    is a function is given what the terminal has shown."""

    arguments: list
    pattern: str
    answer: object
    before: list = field(default_factory=list)
    after: list = field(default_factory=list)
    hidden: bool = False
    through: list = field(default_factory=list)
    environment: dict = field(default_factory=dict)


def key_id(world):
    key = world.sts.new_key()
    return Prompt(["add", "work"], "key id", key.key_id, after=[("secret", key.secret)])


def secret(world):
    key = world.sts.new_key()
    return Prompt(["add", "work"], "secret", key.secret, before=[("key id", key.key_id)],
                  hidden=True)


def replace(world):
    world.add("work")
    return Prompt(["add", "work", "--env"], "replace", "y",
                  environment=world.sts.new_key("bob").variables())


def remove(world):
    world.add("work")
    return Prompt(["remove", "work"], "work[^\n]*\\?", "y")


def mfa(world):
    key = world.add("work")
    world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\n")
    return Prompt(["exec", "work", "--", "true"], "mfa", "123456")


def passphrase(world):
    world.more_secrets.add(PASSPHRASE)
    world.add("work", "--vault", "file", env={"CREDTOOL_FILE_PASSPHRASE": PASSPHRASE})
    return Prompt(["exec", "work", "--", "true"], "passphrase", PASSPHRASE, hidden=True,
                  through=WITHOUT_KERNEL_KEYS)


def new_passphrase(world):
    world.more_secrets.add(PASSPHRASE)
    return Prompt(["add", "work", "--env", "--vault", "file"], "passphrase", PASSPHRASE,
                  after=[("again", PASSPHRASE)], hidden=True,
                  environment=world.sts.new_key().variables())


def password(world):
    world.more_secrets.add(PASSWORD)
    world.keyring.lock()
    return Prompt(["unlock"], "password of the keyring", PASSWORD, hidden=True)


def offered_password(world):
    world.more_secrets.add(PASSWORD)
    world.add("work")
    world.keyring.lock()
    return Prompt(["exec", "work", "--no-session", "--", "true"], "the keyring is locked", PASSWORD,
                  hidden=True)


def pasted(world):
    console = world.keep_open(signin.Console(world.sts))
    world.environment |= console.variables()
    world.config(console.config())

    def what_the_page_shows(shown):
        return console.visit(re.search(r"open (http://\S+)", shown)[1])

    return Prompt(["login", "me", "--remote"], "what the page shows", what_the_page_shows,
                  hidden=True)


class Shell:
    """An interactive shell in which a command waits at its prompt."""

    READY = "ready> "

    def __init__(self, world, prompt):
        self.world, self.prompt = world, prompt
        self.terminal = world.on_terminal(
            ["sh", "-i"], env=prompt.environment | {"PS1": self.READY, "ENV": None})
        self.terminal.expect(self.READY)
        self.type(shlex.join(world.command(*prompt.arguments, through=prompt.through)))
        self.terminal.expect("\r\n")  # the echo of the command line
        for pattern, answer in prompt.before:
            self.terminal.answers(pattern + "[^\n]*[:?]", answer)
        self.terminal.expect(f"(?i){prompt.pattern}[^\n]*(:|\\?|\\])")
        self.check_echo()
        self.wait_until_it_reads()
        self.before = self.state()

    def check_echo(self):
        if self.prompt.hidden:
            assert self.terminal.waitnoecho(5), "the answer would be shown"
        else:
            assert self.terminal.getecho()

    def wait_until_it_reads(self):
        """A signal between the prompt and read(2) is only seen with the next one (readpassphrase)."""
        def sleeps():
            pid = os.tcgetpgrp(self.terminal.fileno())
            with open(f"/proc/{pid}/stat", encoding="ascii") as file:
                return file.read().rpartition(")")[2].split()[0] == "S"
        eventually(lambda: all(sleeps() or time.sleep(0.02) for _ in range(5)), "waiting for input")
        time.sleep(0.05)

    def type(self, line):
        self.terminal.sendline(line)

    def is_back(self):
        """The shell has the terminal again, and it is as a terminal should be."""
        self.terminal.expect(self.READY)
        self.type("stty -a | tr ' ;' '\\n\\n' | grep -xE -- '-?(echo|icanon|isig)' | sort")
        self.terminal.expect(f"sort\r\n(.*){self.READY}")
        assert self.terminal.match[1].split() == ["echo", "icanon", "isig"]

    def state(self):
        """What is stored and what AWS was told, reads aside."""
        kept = [path.read_bytes() for path in sorted(self.world.data.rglob("*"))
                if path.is_file()] if self.world.data.exists() else []
        calls = [call for call in self.world.sts.calls if call.action != "GetCallerIdentity"]
        return kept, len(calls), len(self.world.keyring.items())

    def nothing_was_done(self):
        kept, *rest = self.state()
        before, *rest_before = self.before
        # Empty files (locks) may have come.
        assert [content for content in kept if content] == [c for c in before if c]
        assert rest == rest_before

    def worked(self):
        self.terminal.expect(self.READY)
        self.type("echo code=$?")
        self.terminal.expect("code=(\\d+)\r\n")
        return self.terminal.match[1] == "0"


@pytest.fixture(params=[key_id, secret, replace, remove, mfa, passphrase, new_passphrase, password,
                        offered_password, pasted],
                ids=lambda prompt: prompt.__name__)
def shell(request, world):
    return Shell(world, request.param(world))


def test_ctrl_c(shell):
    shell.terminal.sendintr()
    shell.is_back()
    shell.nothing_was_done()


def test_ctrl_d(shell):
    shell.terminal.sendeof()
    shell.is_back()
    shell.nothing_was_done()


def test_sigterm(shell):
    os.killpg(os.tcgetpgrp(shell.terminal.fileno()), signal.SIGTERM)
    shell.is_back()
    shell.nothing_was_done()


def test_ctrl_z_and_back(shell):
    shell.terminal.sendcontrol("z")
    shell.terminal.expect("(?i)stopped")
    shell.is_back()
    shell.type("fg")
    shell.terminal.expect("\r\n[^\n]*\r\n")  # the echo of fg, and what the shell says
    shell.check_echo()
    shell.wait_until_it_reads()
    answer = shell.prompt.answer
    shell.type(answer(shell.terminal.shown()) if callable(answer) else answer)
    for pattern, answer in shell.prompt.after:
        shell.terminal.answers(pattern + "[^\n]*:", answer)
    assert shell.worked()
