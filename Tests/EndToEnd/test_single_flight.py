"""Single flight: many cold runs at once make one call and one prompt."""

import os
import selectors
import signal
import time

from rig import sts as faults
from rig.keyring import eventually
from rig.world import WITHOUT_KERNEL_KEYS

CROWD = 30
ROLE = ("exec", "work", "--role", "deploy", "--")


def crowd(world, number=CROWD, **more):
    return [world.start(*ROLE, "sh", "-c", "echo $AWS_ACCESS_KEY_ID", **more)
            for _ in range(number)]


def results(world, processes):
    return {world.finish(process).works().stdout.strip() for process in processes}


def test_thirty_cold_runs_make_one_call(world):
    world.add()
    world.sts.new_role("deploy")
    world.sts.inject("AssumeRole", faults.late(0.5))
    assert results(world, crowd(world)) == {world.sts.issued[-1].key_id}
    assert world.sts.count("AssumeRole") == 1


def test_without_kernel_keys_too(world):
    world.add(through=WITHOUT_KERNEL_KEYS)
    world.sts.new_role("deploy")
    world.sts.inject("AssumeRole", faults.late(0.5))
    found = results(world, crowd(world, 10, through=WITHOUT_KERNEL_KEYS))
    assert len(found) == 1 and world.sts.count("AssumeRole") == 1


def test_thirty_cold_runs_make_one_prompt(world):
    key = world.add()
    world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\n")
    world.sts.new_role("deploy", needs_mfa=True)
    binary = world.command(*ROLE, "sh", "-c", "echo got:$AWS_ACCESS_KEY_ID")
    script = 'i=0; while [ $i -lt 30 ]; do "$@" & i=$((i+1)); done; wait'
    terminal = world.on_terminal(["sh", "-c", script, "sh", *binary], timeout=30)
    terminal.answers("mfa[^\n]*:", "123456")
    terminal.finish()
    shown = terminal.shown()
    assert shown.count("got:") == CROWD
    assert len({word for word in shown.split() if word.startswith("got:")}) == 1
    assert len([call for call in world.sts.calls if "TokenCode" in call.params]) == 1
    assert world.sts.count("AssumeRole") == 1


def test_roles_of_one_mfa_session_make_one_prompt(world):
    key = world.add()
    world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\n")
    names = [f"r{number}" for number in range(12)]
    for name in names:
        world.sts.new_role(name, needs_mfa=True)
    script = ('for role in ' + " ".join(names) + '; do "$@" --role $role -- '
              'sh -c "echo got:\\$AWS_ACCESS_KEY_ID" & done; wait')
    terminal = world.on_terminal(["sh", "-c", script, "sh", *world.command("exec", "work")],
                                 timeout=30)
    terminal.answers("mfa[^\n]*:", "123456")
    terminal.finish()
    assert len({word for word in terminal.shown().split() if word.startswith("got:")}) == 12
    assert world.sts.count("GetSessionToken") == 1 and world.sts.count("AssumeRole") == 12


def test_a_killed_holder_lets_the_next_one_on(world):
    world.add()
    world.sts.new_role("deploy")
    world.sts.inject("AssumeRole", faults.never())
    holder = world.start(*ROLE, "true")
    eventually(lambda: world.sts.count("AssumeRole") == 1, "the first call")
    waiting = crowd(world, 3)
    time.sleep(0.3)  # they stand at the lock
    assert world.sts.count("AssumeRole") == 1
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    assert results(world, waiting) == {world.sts.issued[-1].key_id}
    assert world.sts.count("AssumeRole") == 2


def test_a_failure_is_not_shared(world):
    """Whoever waits tries for itself when the first one fails."""
    world.add()
    world.sts.new_role("deploy")
    world.sts.inject("AssumeRole", faults.error(403, "AccessDenied", "Just once."))
    codes = sorted(world.finish(process).code for process in crowd(world, 3))
    assert codes == [0, 0, 125]


def test_different_roles_do_not_wait_for_each_other(world):
    world.add()
    world.sts.new_role("deploy")
    world.sts.new_role("audit")
    world.sts.inject("AssumeRole", faults.never())
    stuck = world.start(*ROLE, "true")
    eventually(lambda: world.sts.count("AssumeRole") == 1, "the first call")
    assert ":assumed-role/audit/" in world.session("work", "--role", "audit").arn
    stuck.kill()
    stuck.communicate()


def said_within(process, seconds):
    """What a run that goes on has said on stderr once a line has come."""
    said = b""
    end = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        selector.register(process.stderr, selectors.EVENT_READ)
        while not said.endswith(b"\n") and selector.select(max(0, end - time.monotonic())):
            said += os.read(process.stderr.fileno(), 4096)
    return said.decode()


WAITING = "credtool: another credtool (process "


def test_who_waits_for_a_code_elsewhere_says_so(world):
    key = world.add()
    world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\n")
    terminal = world.terminal("exec", "work", "--", "true")
    terminal.expect("(?i)mfa[^\n]*:")
    waiting = world.start("exec", "work", "--", "sh", "-c", "echo $AWS_ACCESS_KEY_ID")
    said = said_within(waiting, 4)  # a second of patience, and a loaded machine
    assert said.startswith(WAITING) and "code" in said and said.count("\n") == 1, said
    assert waiting.poll() is None
    terminal.sendline("123456")
    terminal.finish()
    result = world.finish(waiting).works().is_silent()  # it has spoken once
    assert result.stdout.strip() == world.sts.issued[-1].key_id
    assert world.sts.count("GetSessionToken") == 1


def test_who_waits_for_a_stopped_process_says_so(world):
    world.add()
    world.sts.inject("GetSessionToken", faults.never())
    holder = world.start("exec", "work", "--", "true")
    eventually(lambda: world.sts.count("GetSessionToken") == 1, "the first call")
    holder.send_signal(signal.SIGSTOP)
    waiting = world.start("exec", "work", "--", "true")
    assert said_within(waiting, 4).startswith(WAITING)
    for process in (waiting, holder):
        process.kill()
        process.communicate()


def test_who_waits_shortly_says_nothing(world):
    world.add()
    world.sts.inject("GetSessionToken", faults.late(0.3))
    for process in [world.start("exec", "work", "--", "true") for _ in range(4)]:
        world.finish(process).works().is_silent()
    assert world.sts.count("GetSessionToken") == 1
