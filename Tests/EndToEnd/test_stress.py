"""Many at once, clocks that jump, caches that rot: no wrong session, no needless call."""

import json
import os
import re
import signal

import pytest

from rig import fakes, kernelkeys, sts as faults
from rig.keyring import eventually
from rig.sts import ACCOUNT
from rig.world import WITHOUT_KERNEL_KEYS, at

CROWD = 30
DAY = 24 * 3600


def crowd_of_profiles(world, settings=""):
    """`p0` to `p29`, a role each behind the key of `work`."""
    text = world.config_file.read_text() if world.config_file.exists() else ""
    for number in range(CROWD):
        arn = world.sts.new_role(f"r{number}")
        text += (f"[profile p{number}]\nrole_arn = {arn}\nsource_profile = work\n{settings}\n")
    world.config(text)


def all_at_once(world, command="echo $AWS_ACCESS_KEY_ID"):
    return [world.start("exec", f"p{number}", "--", "sh", "-c", command)
            for number in range(CROWD)]


def roles(world):
    return sorted(call.params["RoleArn"] for call in world.sts.asked("AssumeRole")
                  if call.status == 200)


class TestThirtyProfiles:
    def test_one_code_one_session_thirty_roles(self, world):
        key = world.add("work")
        crowd_of_profiles(world, f"mfa_serial = {key.mfa_serial}")
        world.sts.codes_work_once = True
        world.sts.inject("GetSessionToken", faults.late(0.5))
        script = ('i=0; while [ $i -lt 30 ]; do "$@" exec p$i -- '
                  'sh -c "echo got:\\$AWS_ACCESS_KEY_ID" & i=$((i+1)); done; wait')
        terminal = world.on_terminal(["sh", "-c", script, "sh", *world.command()], timeout=40)
        terminal.answers("mfa[^\n]*:", "123456")
        terminal.finish()
        got = {word for word in terminal.shown().split() if word.startswith("got:ASIA")}
        assert len(got) == CROWD
        assert len(re.findall("(?i)mfa code", terminal.shown())) == 1, "asked more than once"
        assert world.sts.count("GetSessionToken") == 1
        assert roles(world) == sorted(world.sts.roles)
        assert world.sts.count("AssumeRole") == CROWD

    def test_and_none_of_it_again(self, world, kernel_keyring):
        key = world.add("work")
        crowd_of_profiles(world, f"mfa_serial = {key.mfa_serial}\nmfa_process = echo 123456")
        for process in all_at_once(world):
            world.finish(process).works()
        world.sts.calls.clear()
        for process in all_at_once(world):
            world.finish(process).works()
        assert world.sts.calls == []

    def test_each_gets_the_session_of_its_own_role(self, world):
        world.add("work")
        crowd_of_profiles(world)
        for number, process in enumerate(all_at_once(world)):
            key_id = world.finish(process).works().stdout.strip()
            assert f":assumed-role/r{number}/" in world.sts.identities[key_id].arn


class TestThrottling:
    def test_everybody_twice(self, world):
        world.add("work")
        crowd_of_profiles(world)
        world.sts.inject("AssumeRole", faults.throttled_each(2, "RoleArn"), times=9 * CROWD)
        for process in all_at_once(world):
            world.finish(process).works()
        assert world.sts.count("AssumeRole") == 3 * CROWD

    def test_a_bucket_that_runs_dry(self, world):
        world.add("work")
        crowd_of_profiles(world)
        world.sts.inject("AssumeRole", faults.throttled_beyond(rate=20, burst=15),
                         times=9 * CROWD)
        for process in all_at_once(world):
            world.finish(process).works()
        assert roles(world) == sorted(world.sts.roles)


class TestKilledHolder:
    def test_of_a_call(self, world):
        world.add("work")
        world.sts.inject("GetSessionToken", faults.never())
        holder = world.start("exec", "work", "--", "true")
        eventually(lambda: world.sts.count("GetSessionToken") == 1, "the first call")
        waiting = world.start("exec", "work", "--", "true")
        holder.send_signal(signal.SIGKILL)
        holder.communicate()
        world.finish(waiting, timeout=10).works()

    def test_of_a_process_that_goes_on_without_it(self, world):
        """The lock is not handed down to the children."""
        box = world.sts.stranger(f"arn:aws:sts::{ACCOUNT}:assumed-role/box/i", True)
        answer, mark = world.scratch / "answer", world.scratch / "first"
        answer.write_text(json.dumps(fakes.process_json(box)))
        helper = fakes.script(world.scratch / "helper",
                              f"if mkdir {mark} 2>/dev/null; then sleep 60; fi; cat {answer}")
        world.config(f"[profile work]\ncredential_process = {helper}\n")
        holder = world.start("exec", "work", "--", "true")
        try:
            eventually(mark.exists, "the first process")
            waiting = world.start("exec", "work", "--", "true")
            holder.send_signal(signal.SIGKILL)
            world.finish(waiting, timeout=10).works()
        finally:
            os.killpg(holder.pid, signal.SIGKILL)
            holder.communicate()


class TestClocks:
    """The wall clock jumps by a day; the machine's own count of seconds does not."""

    @pytest.fixture
    def day(self, world):
        """Sets AWS's clock and gives the launcher that sets ours."""
        world.add("work")

        def set_clock(days, uptime=0):
            world.sts.clock_offset = days * DAY
            return at(days * DAY, uptime)

        return set_clock

    def test_forward_the_old_session_is_over(self, world, day):
        first = world.session("work")
        assert world.session("work", through=day(1)) is not first
        assert world.session("work", through=day(1)) is world.sts.issued[-1]

    def test_backward_a_session_does_not_outlive_its_time(self, world, day):
        """A session of 15 minutes, 20 minutes later, on a wall clock that went back a day.

        In the Secret Service, since only another user namespace can have another uptime, and it
        has another keyring of the kernel.
        """
        first = world.session("work", "--duration", "15m", through=WITHOUT_KERNEL_KEYS)
        later = [*WITHOUT_KERNEL_KEYS, *day(-1, uptime=20 * 60)]
        assert world.session("work", "--duration", "15m", through=later) is not first

    def test_backward_within_its_time_no_wrong_one_is_handed_out(self, world, day):
        """Whether it is used again or not: what comes out is good on AWS's clock."""
        world.session("work", through=day(1))
        child = world.exec_env("work", through=day(0))
        assert child["AWS_ACCESS_KEY_ID"] in {made.key_id for made in world.sts.issued}
        assert world.session("work", through=day(0)).key_id == child["AWS_ACCESS_KEY_ID"]

    def test_there_and_back(self, world, day):
        first = world.session("work")
        second = world.session("work", through=day(1))
        assert second is not first
        assert world.session("work", through=day(0)) in (first, second, world.sts.issued[-1])


class TestRottenCache:
    """What cannot be read for certain is a miss, never a crash or a wrong session."""

    @pytest.fixture
    def entry(self, world, kernel_keyring):
        """The cached session of `work`: its key, its bytes, its identity."""
        world.add("work")
        before = set(kernelkeys.sessions())
        session = world.session("work")
        [key] = set(kernelkeys.sessions()) - before
        return key, kernelkeys.read(key), session

    def misses(self, world, entry, payload):
        key, good, first = entry
        kernelkeys.write(key, payload)
        calls = world.sts.count("GetSessionToken")
        fresh = world.session("work")
        assert fresh is not first and world.sts.count("GetSessionToken") == calls + 1
        assert world.session("work") is fresh, "a rotten entry stays in the way"

    def test_the_entry_is_what_is_read(self, world, entry):
        key, good, first = entry
        kernelkeys.write(key, good)
        assert world.session("work") is first

    @pytest.mark.parametrize("part", range(12))
    def test_one_flipped_bit(self, world, entry, part):
        key, good, first = entry
        payload = bytearray(good)
        payload[len(good) * part // 12] ^= 1 << part % 8
        self.misses(world, entry, bytes(payload))

    @pytest.mark.parametrize("left", [1, 16, 40, -200, -1])
    def test_cut_short(self, world, entry, left):
        self.misses(world, entry, entry[1][:left])

    def test_longer(self, world, entry):
        self.misses(world, entry, entry[1] + b"x")

    def test_of_a_later_version(self, world, entry):
        head, rest = entry[1].split(b"\n", 1)
        later = re.sub(rb"session (\d+)", lambda found: b"session %d" % (int(found[1]) + 1), head)
        assert later != head, "the entry tells no version"
        self.misses(world, entry, later + b"\n" + rest)

    def test_of_another_profile(self, world, entry):
        """An entry in another one's place: the whole fingerprint is compared."""
        world.add("other")
        before = set(kernelkeys.sessions())
        world.session("other")
        [key] = set(kernelkeys.sessions()) - before
        kernelkeys.write(key, entry[1])
        assert world.session("other").user == world.keys["other"].user

    def test_in_the_secret_service(self, world):
        world.add("work", through=WITHOUT_KERNEL_KEYS)
        known = set(world.keyring.items())
        first = world.session("work", through=WITHOUT_KERNEL_KEYS)
        [item] = set(world.keyring.items()) - known
        world.keyring.overwrite(item, b"credtool-session 9 nonsense\n")
        assert world.session("work", through=WITHOUT_KERNEL_KEYS) is not first
