"""Programs that a profile names can talk to the person: their standard input is the terminal."""

import json
import os
import signal
import time

import pexpect
import pytest

from rig import fakes
from rig.sts import ACCOUNT
from rig.world import fast

BOX = f"arn:aws:sts::{ACCOUNT}:assumed-role/box/i-0123456789abcdef0"
SETTINGS = ["credential_process", "mfa_process", "web_identity_token_process"]

#: Asks for a PIN; what it reads where there is nobody to ask goes into a file.
ASKING = """\
if test -t 0; then
    printf 'PIN: ' > /dev/tty
    read -r pin || exit 3
    test "$pin" = 4711 || exit 4
else
    cat > {seen}
fi
cat {answer}"""


@pytest.fixture(params=SETTINGS)
def asking(request, world):
    """A profile `work` one of whose programs asks for a PIN."""
    return set_up(world, request.param)


def set_up(world, setting):
    answer, world.seen = world.scratch / "answer", world.scratch / "seen"
    program = fakes.script(
        world.scratch / "program", ASKING.format(seen=world.seen, answer=answer))
    if setting == "credential_process":
        answer.write_text(json.dumps(fakes.process_json(world.sts.stranger(BOX, True))))
        world.config(f"[profile work]\n{setting} = {program}\n")
    elif setting == "mfa_process":
        key = world.add("work")
        answer.write_text("123456\n")
        world.config(
            f"[profile work]\nmfa_serial = {key.mfa_serial}\n{setting} = {program}\n")
    else:
        answer.write_text(world.sts.new_web_identity_token())
        world.config(f"[profile work]\nrole_arn = {world.sts.new_role('deploy')}\n"
                     f"{setting} = {program}\n")
    return world


def test_it_asks_on_the_terminal(asking):
    terminal = asking.terminal("exec", "work", "--", "true")
    terminal.answers("PIN", "4711")
    terminal.finish()


def test_its_input_is_never_the_pipe_that_feeds_the_child(asking):
    output = asking.scratch / "out"
    terminal = asking.on_terminal(
        ["sh", "-c", f'echo 4711 for the child | "$@" > {output}', "sh",
         *asking.command("exec", "work", "--", "cat")])
    terminal.answers("PIN", "4711")
    terminal.finish()
    assert output.read_text() == "4711 for the child\n"


def test_without_a_terminal_it_has_no_input(asking):
    result = asking.credtool("exec", "work", "--", "cat", input="for the child\n").works()
    assert result.stdout == "for the child\n"
    assert asking.seen.read_text() == ""


def test_ctrl_c_ends_both(asking):
    terminal = asking.terminal("exec", "work", "--", "true")
    terminal.expect("PIN: ")
    [program] = children(terminal.pid)
    terminal.sendintr()
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.signalstatus == signal.SIGINT
    end = time.monotonic() + 10
    while is_running(program):
        assert time.monotonic() < end
        time.sleep(0.02)


def children(parent):
    """The processes right below one."""
    with open(f"/proc/{parent}/task/{parent}/children", encoding="ascii") as file:
        return file.read().split()


def is_running(process):
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as file:
            return file.read().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


@pytest.fixture
def shell(asking):
    """A shell with job control on a terminal."""
    shell = asking.on_terminal(["bash", "--norc", "--noprofile", "-i"], {"PS1": "READY "})
    shell.expect("READY ")
    shell.run = " ".join(asking.command("exec", "work", "--", "printf", "%s-%s", "it", "ran"))
    return shell


def test_a_job_that_is_stopped_goes_on(shell):
    shell.sendline(shell.run)
    shell.expect("PIN: ")
    shell.send("\x1a")
    shell.expect("Stopped.*READY ")
    shell.sendline("fg")
    shell.expect("exec work")
    shell.sendline("4711")
    shell.expect("it-ran")


def test_a_job_in_the_background_waits_until_it_is_in_front(shell):
    shell.sendline(shell.run + " & wait %1; fg")
    shell.expect("PIN: ")
    shell.expect("exec work")
    shell.sendline("4711")
    shell.expect("it-ran")


def test_the_time_in_which_a_job_is_stopped_does_not_count(world):
    """A program has three minutes, which are 4.5 seconds here."""
    set_up(world, "credential_process")
    terminal = world.terminal("exec", "work", "--", "echo", "it", "ran", through=fast(40))
    terminal.expect("PIN: ")
    os.killpg(terminal.pid, signal.SIGSTOP)
    time.sleep(6)
    os.killpg(terminal.pid, signal.SIGCONT)
    terminal.sendline("4711")
    terminal.expect("it ran")
    terminal.finish()
