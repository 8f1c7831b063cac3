"""One command in many accounts: which, how many at a time, what is shown, what stops it."""

import json
import os
import re
import signal
import subprocess
import threading
import time

import pytest

from rig import sts as faults
from rig.keyring import eventually
from rig.world import WITHOUT_KERNEL_KEYS

WHO = ("sh", "-c", "echo $AWS_ACCESS_KEY_ID $AWS_REGION")


@pytest.fixture
def accounts(world):
    """`p0` to `p5`, a role each behind the key of `work`; `base` has no credentials."""
    world.add("work")
    crowd(world, 6)
    return world


def crowd(world, count, settings=""):
    text = "[profile base]\nregion = eu-west-3\n"
    for number in range(count):
        arn = world.sts.new_role(f"r{number}")
        team = "Blue" if number % 2 else "Red"
        text += (f"[profile p{number}]\nrole_arn = {arn}\nsource_profile = work\n"
                 f"session_tags = Team={team}\nregion = eu-central-1\n{settings}\n")
    world.config(text)


def lines(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def role_of(world, key_id):
    return world.sts.identities[key_id].arn.split("/")[1]


class TestWhich:
    def run(self, world, *flags):
        return [line["profile"] for line in lines(
            world.credtool("each", *flags, "--json", "-k", "--", "true").works())]

    def test_by_name(self, accounts):
        assert self.run(accounts, "--profiles", "p?") == [f"p{n}" for n in range(6)]
        assert self.run(accounts, "--profiles", "P1,p4") == ["p1", "p4"]

    def test_by_tag(self, accounts):
        assert self.run(accounts, "--tag", "Team=Blue") == ["p1", "p3", "p5"]
        assert self.run(accounts, "--tag", "Team=Blue", "--profiles", "p1,p2") == ["p1"]

    def test_all_of_them(self, accounts):
        result = accounts.credtool("each", "--all", "--json", "-k", "--", "true").works()
        assert [line["profile"] for line in lines(result)] == [
            *(f"p{n}" for n in range(6)), "work"]
        result.says("left out", "base")

    def test_what_draws_from_another_is_that_one_again(self, accounts):
        accounts.credtool("setup-process", "p1").works()
        assert self.run(accounts, "--profiles", "p1*") == ["p1"]
        assert self.run(accounts, "--profiles", "p1-AUTO") == ["p1-auto"]

    def test_one_without_credentials_that_is_named(self, accounts):
        result = accounts.credtool("each", "--profiles", "base,p1", "--", "echo", "ran")
        assert result.code == 1 and result.stdout == "p1 | ran\n"
        result.says("1 of 2 failed", "base", "credentials")

    def test_none(self, accounts):
        accounts.credtool("each", "--profiles", "p1,x*", "--", "true").fails("x*", code=1)
        accounts.credtool("each", "--tag", "Team=None", "--", "true").fails("Team=None", code=1)
        accounts.credtool("each", "--all", "--", "no-such-program").fails(
            "no-such-program", code=1)
        assert accounts.sts.count("AssumeRole") == 0


class TestSessions:
    def test_each_gets_its_own(self, accounts):
        result = accounts.credtool("each", "--profiles", "p*", "--", *WHO).works()
        got = dict(line.split(" | ") for line in result.stdout.splitlines())
        assert sorted(got) == [f"p{n}" for n in range(6)]
        for name, words in got.items():
            key_id, region = words.split(" ")
            assert role_of(accounts, key_id) == "r" + name[1:] and region == "eu-central-1"

    def test_one_session_serves_all_regions(self, accounts):
        result = accounts.credtool(
            "each", "--profiles", "p*", "--regions", "eu-west-1,us-east-1", "--json", "--",
            *WHO).works()
        answers = lines(result)
        assert len(answers) == 12 and accounts.sts.count("AssumeRole") == 6
        for line in answers:
            key_id, region = line["output"].split()
            assert line["region"] == region and role_of(accounts, key_id) == "r" + line["profile"][1:]
        assert {line["region"] for line in answers} == {"eu-west-1", "us-east-1"}

    def test_no_more_calls_the_second_time(self, accounts, kernel_keyring):
        accounts.credtool("each", "--profiles", "p*", "--", "true").works().is_silent()
        accounts.sts.calls.clear()
        accounts.credtool("each", "--profiles", "p*", "--", "true").works().is_silent()
        assert accounts.sts.calls == []

    def test_they_are_obtained_in_parallel(self, accounts):
        lock, now, most = threading.Lock(), [0], [0]
        answer = faults.late(0.5)

        def counted(handler):
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            try:
                return answer(handler)
            finally:
                with lock:
                    now[0] -= 1

        accounts.sts.inject("AssumeRole", counted, times=9)
        accounts.credtool("each", "--profiles", "p*", "--jobs", "6", "--", "true").works()
        assert accounts.sts.count("AssumeRole") == 6 and most[0] > 2

    def test_the_environment_is_that_of_exec(self, accounts):
        mine = accounts.exec_env("p1", env={"AWS_PROFILE": "p2", "OTHER": "x"})
        result = accounts.credtool(
            "each", "--profiles", "p1", "--json", "--", "env", "-0",
            env={"AWS_PROFILE": "p2", "OTHER": "x"}, secret_output=True)
        theirs = dict(entry.split("=", 1) for entry in lines(result)[0]["output"].split("\0")[:-1])
        assert theirs == mine


class TestOnePrompt:
    def test_one_code_for_all(self, world):
        key = world.add("work")
        crowd(world, 6, f"mfa_serial = {key.mfa_serial}")
        terminal = world.terminal("each", "--profiles", "p*", "--", *WHO, timeout=40)
        terminal.answers("mfa[^\n]*:", "123456")
        terminal.finish()
        shown = terminal.shown()
        assert len(re.findall("(?i)mfa code", shown)) == 1, shown
        assert world.sts.count("GetSessionToken") == 1 and world.sts.count("AssumeRole") == 6
        assert "another credtool" not in shown

    def test_a_person_who_gives_none_is_not_asked_again(self, world):
        key = world.add("work")
        crowd(world, 6, f"mfa_serial = {key.mfa_serial}")
        terminal = world.terminal("each", "--profiles", "p*", "--", *WHO, timeout=40)
        terminal.expect("(?i)mfa[^\r\n]*: ")
        terminal.sendline("")
        terminal.finish(1)
        assert len(re.findall("(?i)mfa code for", terminal.shown())) <= 1, terminal.shown()
        assert "6 of 6 failed" in terminal.shown()
        assert world.sts.count("AssumeRole") == 0

    def test_without_a_terminal_it_is_said_once(self, world):
        key = world.add("work")
        crowd(world, 6, f"mfa_serial = {key.mfa_serial}")
        result = world.credtool("each", "--profiles", "p*", "--", "true")
        assert result.code == 1
        result.says("6 of 6 failed", "p0, p1, p2, p3, p4, p5: ").speaks_well()
        assert len(result.stderr.splitlines()) <= 6, result

    def test_whose_session_lives_needs_nobody(self, world, kernel_keyring):
        key = world.add("work")
        crowd(world, 2, f"mfa_serial = {key.mfa_serial}")
        for name in ("p0", "p1"):
            world.exec_env(name, "--mfa-token", "123456" if name == "p0" else "654321")
        world.sts.calls.clear()
        world.credtool("each", "--profiles", "p*", "--", "true").works().is_silent()
        assert world.sts.calls == []


class TestOutput:
    def test_streams_stay_apart(self, accounts):
        result = accounts.credtool(
            "each", "--profiles", "p1", "--", "sh", "-c", "echo out; echo err >&2; printf rest")
        assert result.code == 0
        assert result.stdout == "p1 | out\np1 | rest\n" and result.stderr == "p1 | err\n"

    def test_in_order(self, accounts):
        """The first one is the last to end."""
        script = 'case $CREDTOOL_PROFILE in p0) sleep 1;; esac; echo a; echo b'
        result = accounts.credtool(
            "each", "--profiles", "p*", "--jobs", "6", "--keep-order", "--", "sh", "-c", script)
        assert result.works().stdout == "".join(f"p{n} | a\np{n} | b\n" for n in range(6))

    def test_as_it_comes(self, accounts):
        script = 'case $CREDTOOL_PROFILE in p0) sleep 2;; esac; echo a'
        result = accounts.credtool("each", "--profiles", "p*", "--jobs", "6", "--", "sh", "-c", script)
        assert result.works().stdout.splitlines()[-1] == "p0 | a"

    def test_much_output_in_order(self, accounts):
        """More than is held for one: it waits for its turn."""
        script = 'case $CREDTOOL_PROFILE in p0) sleep 1;; esac; seq 400000'
        result = accounts.credtool(
            "each", "--profiles", "p0,p1,p2", "-k", "--", "sh", "-c", script).works()
        numbers = "\n".join(map(str, range(1, 400001)))
        for name in ("p0", "p1", "p2"):
            own = [line[5:] for line in result.stdout.splitlines() if line.startswith(name)]
            assert "\n".join(own) == numbers

    def test_json_of_what_fails(self, accounts):
        result = accounts.credtool(
            "each", "--profiles", "p0,base", "--json", "-k", "--", "sh", "-c",
            "printf '\\377\"\\n'; exit 4")
        assert result.code == 1
        first, second = sorted(lines(result), key=lambda line: line["profile"], reverse=True)
        assert first == {"profile": "p0", "region": "eu-central-1", "code": 4, "output": "\ufffd\"\n"}
        assert second["code"] == 125 and "credentials" in second["error"] and second["output"] == ""

    def test_progress_on_a_terminal(self, accounts):
        terminal = accounts.terminal("each", "--profiles", "p0,p1", "--jobs", "1", "--", "echo", "hello")
        terminal.finish()
        shown = terminal.shown()
        assert "1 of 2 done" in shown and "p0 | hello\r\n" in shown and "p1 | hello\r\n" in shown
        assert shown.endswith("\x1b[K"), repr(shown[-80:])

    def test_no_progress_elsewhere(self, accounts):
        for env in ({"TERM": "dumb"},):
            terminal = accounts.terminal("each", "--profiles", "p0", "--", "echo", "hello", env=env)
            assert terminal.finish() == "p0 | hello\r\n"
        accounts.credtool("each", "--profiles", "p0", "--", "true").works().is_silent()

    def test_a_reader_that_leaves(self, accounts):
        command = accounts.command("each", "--profiles", "p*", "--", "sh", "-c", "yes; sleep 60")
        run = subprocess.run(
            ["sh", "-c", '"$@" | head -n 3', "sh", *command], env=accounts.environment,
            capture_output=True, text=True, timeout=30, check=True)
        assert len(run.stdout.splitlines()) == 3 and run.stderr == ""


class TestFailures:
    def test_exit_code_and_summary(self, accounts):
        script = 'case $CREDTOOL_PROFILE in p1|p3) exit 3;; p4) kill -9 $$;; esac'
        result = accounts.credtool("each", "--profiles", "p*", "--", "sh", "-c", script)
        assert result.code == 1 and result.stdout == ""
        assert "credtool: 3 of 6 failed\n" in result.stderr
        result.says("p1, p3: exit code 3", "p4: ended by signal 9").speaks_well()

    def test_a_role_that_is_refused_stops_nobody_else(self, accounts):
        text = accounts.config_file.read_text()
        accounts.config(text.replace(":role/r2", ":role/other"))
        result = accounts.credtool("each", "--profiles", "p*", "--", "echo", "ran")
        assert result.code == 1 and len(result.stdout.splitlines()) == 5
        result.says("1 of 6 failed", "p2: ")

    def test_fail_fast(self, accounts):
        result = accounts.credtool(
            "each", "--profiles", "p*", "--jobs", "1", "--fail-fast", "--", "sh", "-c",
            'echo ran; test $CREDTOOL_PROFILE != p1')
        assert result.code == 1 and result.stdout == "p0 | ran\np1 | ran\n"
        result.says("1 of 6 failed, 4 of 6 were not run")

    def test_nothing_to_read(self, accounts):
        result = accounts.credtool("each", "--profiles", "p0", "--", "wc", "-c", input="abc")
        assert result.works().stdout == "p0 | 0\n"


class TestStopping:
    SCRIPT = 'echo pid $$; exec sleep 100'

    def started(self, terminal, count):
        for _ in range(count):
            terminal.expect(r"pid (\d+)")
            yield int(terminal.match[1])

    def test_ctrl_c(self, accounts):
        terminal = accounts.terminal(
            "each", "--profiles", "p*", "--jobs", "3", "--", "sh", "-c", self.SCRIPT)
        pids = list(self.started(terminal, 3))
        terminal.sendintr()
        terminal.expect("were not run to their end")
        terminal.expect(r"\Z|.*")
        terminal.wait()
        terminal.close()
        assert terminal.signalstatus == signal.SIGINT
        assert not any(os.path.exists(f"/proc/{pid}") for pid in pids)

    def test_a_signal_to_credtool_alone(self, accounts):
        process = accounts.start(
            "each", "--profiles", "p*", "--jobs", "3", "--", "sh", "-c", self.SCRIPT)
        pids = [int(process.stdout.readline().split()[-1]) for _ in range(3)]
        os.kill(process.pid, signal.SIGTERM)
        result = accounts.finish(process)
        assert result.code == -signal.SIGTERM
        result.says("3 of 6 failed, 3 of 6 were not run", "ended by signal 15")
        assert not any(os.path.exists(f"/proc/{pid}") for pid in pids)

    def test_whoever_ignores_it_is_killed(self, accounts):
        process = accounts.start(
            "each", "--profiles", "p0,p1", "--", "sh", "-c",
            "trap '' INT TERM; echo pid $$; while :; do sleep 1; done")
        pids = [int(process.stdout.readline().split()[-1]) for _ in range(2)]
        os.kill(process.pid, signal.SIGINT)
        time.sleep(0.3)
        os.kill(process.pid, signal.SIGINT)
        result = accounts.finish(process)
        assert result.code == -signal.SIGINT
        result.says("was killed")
        assert not any(os.path.exists(f"/proc/{pid}") for pid in pids)

    def test_nohup(self, accounts):
        process = accounts.start(
            "each", "--profiles", "p0", "--", "sh", "-c", "echo began; sleep 1; echo over",
            through=["nohup"])
        assert process.stdout.readline() == b"p0 | began\n"
        os.kill(process.pid, signal.SIGHUP)
        result = accounts.finish(process)
        assert result.code == 0 and "over" in result.stdout

    def test_ctrl_c_while_a_person_is_asked(self, world):
        key = world.add("work")
        crowd(world, 3, f"mfa_serial = {key.mfa_serial}")
        terminal = world.terminal("each", "--profiles", "p*", "--", "true")
        terminal.expect("(?i)mfa[^\r\n]*: ")
        terminal.sendintr()
        terminal.wait()
        terminal.close()
        assert terminal.signalstatus == signal.SIGINT or terminal.exitstatus == 1
        assert world.sts.count("AssumeRole") == 0


COUNT, REGIONS = 500, "eu-west-1,eu-central-1,us-east-1,us-west-2"


def test_five_hundred_profiles_in_four_regions(world, kernel_keyring):
    """Descriptors and memory stay bounded, and there are as many calls as sessions."""
    key = world.add("work")
    crowd(world, COUNT, f"mfa_serial = {key.mfa_serial}\nmfa_process = echo 123456")
    world.sts.codes_work_once = True
    limits = ["sh", "-c", 'ulimit -n 128 && exec "$@"', "sh"]
    process = world.start(
        "each", "--profiles", "p*", "--regions", REGIONS, "--json", "--", "/bin/true",
        through=limits)
    peaks, over = [0], threading.Event()

    def watch():
        while not over.wait(0.2):
            try:
                status = open(f"/proc/{process.pid}/status").read()
            except OSError:
                return
            peaks.extend(int(size) for size in re.findall(r"VmHWM:\s+(\d+)", status))

    watcher = threading.Thread(target=watch)
    watcher.start()
    result = world.finish(process, timeout=300)
    over.set()
    watcher.join()
    answers = lines(result.works())
    assert len(answers) == COUNT * 4
    assert len({(line["profile"], line["region"]) for line in answers}) == COUNT * 4
    assert world.sts.count("GetSessionToken") == 1 and world.sts.count("AssumeRole") == COUNT
    assert 0 < max(peaks) < 150_000, f"{max(peaks)} KiB"


def test_without_a_place_for_sessions(bare_world):
    """A container without keyrings: still one code, and one call for each session."""
    world = bare_world
    world.environment["CREDTOOL_FILE_PASSPHRASE"] = "correct horse"
    key = world.add("work", through=WITHOUT_KERNEL_KEYS)
    crowd(world, 3, f"mfa_serial = {key.mfa_serial}")
    terminal = world.terminal(
        "each", "--profiles", "p*", "--regions", REGIONS, "--json", "--", *WHO,
        through=WITHOUT_KERNEL_KEYS, timeout=40)
    terminal.answers("mfa[^\n]*:", "123456")
    terminal.finish()
    assert world.sts.count("GetSessionToken") == 1 and world.sts.count("AssumeRole") == 3
