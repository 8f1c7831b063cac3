"""Who waits for whom and how long, and what is used again although it is about to end."""

import datetime
import json
import os
import signal
import time
from pathlib import Path

import pytest

from rig import fakes, sts as faults
from rig.keyring import eventually
from rig.sts import ACCOUNT
from rig.world import WITHOUT_KERNEL_KEYS, fast

PASSPHRASE = {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
BOX = f"arn:aws:sts::{ACCOUNT}:assumed-role/box/i-0123456789abcdef0"


class TestAPassphrasePrompt:
    @pytest.fixture
    def prompting(self, bare_world):
        """A world whose file vault's passphrase is being asked for on a terminal."""
        bare_world.more_secrets.update(PASSPHRASE.values())
        bare_world.add("work", env=PASSPHRASE)
        terminal = bare_world.terminal("exec", "work", "--no-session", "--", "true",
                                       through=WITHOUT_KERNEL_KEYS)
        terminal.expect("(?i)passphrase")
        yield bare_world
        terminal.close(force=True)

    def test_blocks_nobody_who_has_the_variable(self, prompting):
        for through in (WITHOUT_KERNEL_KEYS, []):
            prompting.credtool("exec", "work", "--no-session", "--", "true", env=PASSPHRASE,
                               through=through, timeout=12).works()

    def test_blocks_nobody_who_has_the_derived_key(self, prompting, kernel_keyring):
        prompting.credtool("exec", "work", "--no-session", "--", "true", timeout=12).works()

    def test_makes_the_others_say_why_they_wait(self, prompting):
        terminal = prompting.terminal("exec", "work", "--no-session", "--", "true",
                                      through=WITHOUT_KERNEL_KEYS)
        terminal.expect("another credtool is asking", timeout=8)
        terminal.close(force=True)


class TestAboutToEnd:
    """A session of a source that could give a better one is not used up to its last second."""

    SOURCES = ["process", "container", "instance"]

    @pytest.fixture(params=SOURCES)
    def source(self, request, world):
        """Sets what the source gives, and runs credtool with it."""
        class Source:
            def __init__(self):
                self.env, self.profile = {}, []
                self.first, self.second = (world.sts.stranger(BOX, True) for _ in range(2))
                if request.param == "container":
                    self.server = world.keep_open(fakes.ContainerEndpoint(self.first))
                    self.env = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": self.server.url + "/creds"}
                elif request.param == "instance":
                    self.server = world.keep_open(fakes.InstanceMetadata(self.first))
                    self.env = {"AWS_EC2_METADATA_DISABLED": None,
                                "AWS_EC2_METADATA_SERVICE_ENDPOINT": self.server.url}
                else:
                    self.profile = ["work"]

            def gives(self, identity, minutes):
                end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(
                    minutes=minutes)
                text = f"{end:%Y-%m-%dT%H:%M:%SZ}"
                if self.profile:
                    path, _ = fakes.credential_process(
                        world.scratch, fakes.process_json(identity, Expiration=text))
                    world.config(f"[profile work]\ncredential_process = {path}\n")
                else:
                    self.server.document = json.dumps(
                        {"Code": "Success", "Type": "AWS-HMAC"}
                        | fakes.credentials_json(identity, Expiration=text))

            def session(self, *flags, env=None):
                return world.session(*self.profile, *flags, env=self.env | (env or {}))

            def renews(self, minutes, *flags, env=None):
                self.gives(self.first, minutes)
                assert self.session() is self.first
                self.gives(self.second, 360)
                return self.session(*flags, env=env) is self.second

        return Source()

    def test_23_seconds(self, source):
        assert source.renews(23 / 60)

    def test_the_default_of_five_minutes(self, source):
        assert source.renews(4)

    def test_the_variable(self, source):
        assert source.renews(30, env={"AWS_MIN_TTL": "1h"})

    def test_the_flag(self, source):
        assert source.renews(30, "--min-ttl", "1h")

    def test_long_ones_are_used_again(self, source):
        assert not source.renews(60)

    def test_the_16_minutes_of_the_process_format(self, world):
        """SDKs come back a quarter of an hour before the end."""
        def prints(identity, minutes):
            end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(
                minutes=minutes)
            path, _ = fakes.credential_process(world.scratch, fakes.process_json(
                identity, Expiration=f"{end:%Y-%m-%dT%H:%M:%SZ}"))
            world.config(f"[profile work]\ncredential_process = {path}\n")

        first, second = (world.sts.stranger(BOX, True) for _ in range(2))
        prints(first, 15)
        world.session("work")
        prints(second, 360)
        told = world.credtool("export", "work", "--format", "process", secret_output=True).works()
        assert json.loads(told.stdout)["AccessKeyId"] == second.key_id


class TestSingleFlight:
    def slow(self, world, seconds):
        """A credential_process that takes so long; gives the log of its runs."""
        log, answer = world.scratch / "runs", world.scratch / "answer"
        answer.write_text(json.dumps(fakes.process_json(world.sts.stranger(BOX, True))))
        path = fakes.script(world.scratch / "slow",
                            f"echo $$ >> {log}\nsleep {seconds}\ncat {answer}")
        world.config(f"[profile work]\ncredential_process = {path}\n")
        return log

    def test_a_process_of_more_than_half_a_minute_runs_once(self, world):
        """42 seconds for those who wait: their clock runs fourteen times as fast."""
        log = self.slow(world, 3)
        first = world.start("exec", "work", "--", "true")
        eventually(log.exists, "the process")
        waiting = [world.start("exec", "work", "--", "true", through=fast(14)) for _ in range(2)]
        for process in [first, *waiting]:
            world.finish(process).works()
        assert len(log.read_text().split()) == 1

    def test_waiting_is_told(self, world):
        log = self.slow(world, 3)
        first = world.start("exec", "work", "--", "true")
        eventually(log.exists, "the process")
        waiting = world.finish(world.start("exec", "work", "--", "true")).works()
        waiting.says("another credtool")
        world.finish(first).works()

    def test_a_stopped_holder_is_not_waited_for_for_ever(self, world):
        """Ten minutes for the one that waits are over in some seconds."""
        world.add("work")
        world.sts.inject("GetSessionToken", faults.never())
        holder = world.start("exec", "work", "--", "true")
        eventually(lambda: world.sts.count("GetSessionToken") == 1, "the first call")
        holder.send_signal(signal.SIGSTOP)
        try:
            result = world.credtool("exec", "work", "--", "true", through=fast(100), timeout=25)
            result.says("another credtool")
            assert result.code in (0, 125)
        finally:
            holder.kill()
            holder.communicate()


class TestATimedOutProcess:
    @pytest.mark.parametrize("way", ["sleep 300", "(sleep 300 & echo $! >> {pids}; wait)",
                                     "setsid sleep 300", "trap '' TERM; sleep 300"],
                             ids=["child", "grandchild", "own session", "deaf"])
    def test_leaves_nothing_running(self, world, way):
        """Its three minutes are over in some seconds."""
        pids = world.scratch / "pids"
        script = (f"unset LD_PRELOAD; echo $$ >> {pids}\n"  # time is as it is for the helper
                  f"({way.format(pids=pids)}) > {pids}.out 2>&1 &\n"
                  f"echo $! >> {pids}\nwait\n")
        path = fakes.script(world.scratch / "helper", script)
        world.config(f"[profile work]\ncredential_process = {path}\n")
        try:
            world.credtool("exec", "work", "--", "true", through=fast(200), timeout=25).fails(
                str(path), code=125)
            eventually(lambda: not self.living(pids), "the end of all that it started", 5)
        finally:
            for pid in self.living(pids):
                os.kill(pid, signal.SIGKILL)

    @staticmethod
    def living(pids):
        def lives(pid):
            try:
                state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                return False
            return state != "Z"

        return [pid for pid in map(int, pids.read_text().split()) if lives(pid)]


class TestAStoreThatTakesTooLong:
    def test_may_have_been_done_after_all(self, world):
        """The keyring hangs as it is asked to store: the key may turn up, and that is said."""
        world.add("other")
        key = world.sts.new_key()
        gate = world.scratch / "verified"

        def freeze(handler):
            world.keyring.freeze_daemon()
            gate.touch()
            return False

        world.sts.inject("GetCallerIdentity", freeze)
        process = world.start("add", "work", "--env", "--vault", "secret-service",
                              env=key.variables())
        eventually(gate.exists, "the check")
        result = world.finish(process)
        world.keyring.thaw_daemon()
        result.fails("did not answer")
        time.sleep(0.3)  # whatever it was asked, it does now
        stored = world.credtool("exec", "work", "--no-session", "--", "true").code == 0
        if stored:
            result.says(("may", "look", "perhaps", "later"))
        world.credtool("add", "work", "--env", "--force", env=key.variables()).works()
        assert world.session("work", "--no-session") is key
        assert len(world.keyring.items()) == 2
