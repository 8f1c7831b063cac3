"""`plan`: what `exec` would do, told before it is done, and nothing touched."""

import json
import re

import pytest

from rig.keyring import SilentBus
from rig.sts import ACCOUNT

ROLE = f"arn:aws:iam::{ACCOUNT}:role/deploy"
ORIGIN = re.compile(r"~/\.aws/(config|credentials):\d+")


@pytest.fixture
def ready(world):
    world.add("work")
    world.sts.new_role("deploy")
    world.sts.calls.clear()
    return world


def chain(world, *lines):
    """A profile `prod` with a role; gives the numbers of its lines by setting."""
    settings = [f"role_arn = {ROLE}", "source_profile = work", *lines]
    world.config("[profile prod]\n" + "".join(f"{line}\n" for line in settings))
    return {line.split()[0]: number for number, line in enumerate(settings, 2)}


def text(world, *arguments, **more):
    return world.credtool("plan", *arguments, **more).works().stdout


class TestOffline:
    @pytest.fixture
    def quiet(self, ready):
        """D-Bus takes connections and never answers; no address of the network answers."""
        bus = ready.keep_open(SilentBus(ready.runtime / "silent"))
        ready.environment |= {"DBUS_SESSION_BUS_ADDRESS": bus.address}
        yield ready
        assert bus.connections == [], "the keyring was asked"
        assert ready.sts.calls == [], "AWS was asked"

    @pytest.mark.parametrize("flags", [[], ["--json"], ["--verbose"]], ids=str)
    def test_neither_keyring_nor_network(self, quiet, flags):
        chain(quiet, f"mfa_serial = {quiet.keys['work'].mfa_serial}")
        for profile in ("work", "prod"):
            quiet.credtool("plan", profile, *flags, timeout=5).works()

    def test_no_socket_but_none(self, quiet):
        """Seen by strace: no connection of any kind."""
        chain(quiet)
        trace = quiet.scratch / "trace"
        quiet.credtool("plan", "prod", through=[
            "strace", "-f", "-qq", "-e", "trace=connect,sendto,execve", "-o", str(trace)]).works()
        seen = trace.read_text()
        assert "execve(" in seen and "connect(" not in seen and "sendto(" not in seen

    def test_no_program_is_run(self, quiet):
        """Neither a credential_process nor an mfa_process nor a token's."""
        mark = quiet.scratch / "mark"
        chain(quiet, f"mfa_serial = {quiet.keys['work'].mfa_serial}",
              f"mfa_process = touch {mark}")
        quiet.config(quiet.config_file.read_text()
                     + f"[profile p]\ncredential_process = touch {mark}\n"
                     f"[profile w]\nrole_arn = {ROLE}\n"
                     f"web_identity_token_process = touch {mark}\n")
        for profile in ("prod", "p", "w"):
            quiet.plan(profile)
        assert not mark.exists()

    def test_with_the_keyring_locked(self, quiet):
        quiet.keyring.lock()
        assert quiet.plan("work").kinds() == ["stored-key", "session-token"]


class TestJSON:
    def test_its_shape(self, ready):
        chain(ready)
        plan = ready.plan("prod")
        assert set(plan) >= {"profile", "steps", "settings", "cache", "calls"}
        assert plan["profile"] == "prod"
        assert all(set(step) >= {"kind"} for step in plan["steps"])
        names = [name for step in plan["steps"] for name in step]
        assert all(re.fullmatch(r"[a-z][a-zA-Z]*", name) for name in names), names

    def test_nothing_but_json_on_stdout_and_nothing_on_stderr(self, ready):
        result = ready.credtool("plan", "work", "--json").works().is_silent()
        assert json.loads(result.stdout)["profile"] == "work"

    @pytest.mark.parametrize("flags,env,value", [
        (["--min-ttl", "20m"], {}, {"value": "20m", "origin": "--min-ttl"}),
        ([], {"AWS_MIN_TTL": "20m"}, {"value": "20m", "origin": "AWS_MIN_TTL"}),
        ([], {}, {"value": "5m", "origin": "default"}),
    ], ids=["flag", "variable", "default"])
    def test_where_min_ttl_comes_from(self, ready, flags, env, value):
        ready.environment.update(env)
        assert ready.plan("work", *flags)["settings"]["minTtl"] == value

    def test_a_stored_key(self, ready):
        step = ready.plan("work").step("stored-key")
        assert step["profile"] == "work"
        assert step["accessKeyId"] == ready.keys["work"].key_id
        assert step["accountId"] == ACCOUNT

    def test_a_role(self, ready):
        chain(ready, "external_id = abc", "role_session_name = me", "duration_seconds = 1800",
              "source_identity = alice", "session_tags = a=1,b=2")
        step = ready.plan("prod").step("assume-role")
        assert {name: step[name] for name in (
            "roleArn", "externalId", "roleSessionName", "durationSeconds", "sourceIdentity")} == {
            "roleArn": ROLE, "externalId": "abc", "roleSessionName": "me", "durationSeconds": 1800,
            "sourceIdentity": "alice"}
        assert step["tags"] in ({"a": "1", "b": "2"}, [
            {"key": "a", "value": "1"}, {"key": "b", "value": "2"}], ["a=1", "b=2"])

    def test_what_is_not_set_is_left_out_or_null(self, ready):
        chain(ready)
        step = ready.plan("prod").step("assume-role")
        assert step.get("externalId") is None and step.get("sourceIdentity") is None

    def test_a_session(self, ready):
        serial = ready.keys["work"].mfa_serial
        step = ready.plan("work", "--mfa-serial", serial).step("session-token")
        assert step["mfaSerial"] == serial and step["durationSeconds"] == 43200

    def test_no_secret_whatever_is_in_the_files(self, world):
        key = world.sts.stranger()
        world.credentials_file.write_text(
            f"[work]\naws_access_key_id={key.key_id}\naws_secret_access_key={key.secret}\n")
        assert key.secret not in world.plan("work").said()
        assert key.secret not in text(world, "work")


class TestOrigins:
    def test_every_line(self, ready):
        lines = chain(ready, "external_id = abc", "duration_seconds = 1800", "region = eu-west-3",
                      "role_session_name = me")
        for said in (ready.plan("prod").said(), text(ready, "prod")):
            missing = [name for name, number in lines.items()
                       if not re.search(rf"~/\.aws/config:{number}\b", said)]
            assert not missing, f"not told where {missing} stand in\n{said}"

    def test_of_the_credentials_file(self, world):
        key = world.sts.stranger()
        world.credentials_file.write_text(
            f"\n[work]\naws_access_key_id={key.key_id}\naws_secret_access_key={key.secret}\n")
        assert "~/.aws/credentials:3" in world.plan("work").said()

    def test_files_elsewhere(self, ready):
        path = ready.home / "mine"
        path.write_text(f"[profile prod]\nrole_arn = {ROLE}\nsource_profile = work\n")
        said = ready.plan("prod", env={"AWS_CONFIG_FILE": str(path)}).said()
        assert "~/mine:2" in said or f"{path}:2" in said

    def test_flag_variable_and_default(self, ready):
        chain(ready, "external_id = from-the-file")
        said = ready.plan("prod", "--external-id", "flagged", "--duration", "30m",
                          env={"AWS_REGION": "eu-west-2"}).said()
        assert "--external-id" in said and "--duration" in said and "AWS_REGION" in said
        assert "flagged" in said and "from-the-file" not in said
        assert "default" in said.lower(), "the session's name is nobody's setting"


class TestCalls:
    def test_cold(self, ready):
        assert ready.plan("work").calls() == ["GetSessionToken"]
        chain(ready)
        assert ready.plan("prod").calls() == ["AssumeRole"]

    def test_behind_mfa(self, ready):
        chain(ready, f"mfa_serial = {ready.keys['work'].mfa_serial}")
        assert ready.plan("prod").calls() == ["GetSessionToken", "AssumeRole"]

    @pytest.mark.parametrize("flags", [
        [], ["--duration", "30m"], ["--duration", "2h"], ["--no-session"], ["--fresh"],
        ["--read-only"], ["--external-id", "xx"]], ids=" ".join)
    def test_exec_makes_the_calls_that_were_told(self, ready, flags):
        chain(ready, f"mfa_serial = {ready.keys['work'].mfa_serial}")
        told = ready.plan("prod", *flags).calls()
        ready.session("prod", *flags, "--mfa-token", "123456")
        assert [call.action for call in ready.sts.calls] == told

    def test_warm(self, ready, kernel_keyring):
        chain(ready)
        ready.session("prod")
        plan = ready.plan("prod")
        assert plan.calls() == []
        assert ready.plan("prod", "--fresh").calls() == ["AssumeRole"]

    def test_a_warm_session_behind_a_cold_role(self, ready, kernel_keyring):
        chain(ready, f"mfa_serial = {ready.keys['work'].mfa_serial}")
        assert "code" in text(ready, "prod").lower()
        ready.session("prod", "--mfa-token", "123456")
        ready.sts.new_role("audit")
        assert ready.plan("prod", "--fresh").calls() == ["AssumeRole"]

    def test_the_cache_tells_how_long_it_lives(self, ready, kernel_keyring):
        before = json.dumps(ready.plan("work")["cache"])
        ready.session("work")
        after = json.dumps(ready.plan("work")["cache"])
        assert after != before and re.search(r"\d{4}-\d\d-\d\dT|\d{3,}|\dm", after), after

    def test_what_min_ttl_makes_of_it(self, ready, kernel_keyring):
        ready.session("work", "--duration", "15m")
        assert ready.plan("work", "--duration", "15m", "--min-ttl", "10m").calls() == []
        assert ready.plan("work", "--duration", "15m", "--min-ttl", "15m").calls() == [
            "GetSessionToken"]


class TestReasons:
    """Why each decision fell as it did, in words."""

    def said(self, world, *words, arguments=("prod",), env=None):
        shown = " ".join(text(world, *arguments, env=env).lower().split())
        for word in words:
            choices = (word,) if isinstance(word, str) else word
            assert any(choice.lower() in shown for choice in choices), f"no {word!r} in\n{shown}"

    def test_a_code_will_be_asked_for(self, ready):
        chain(ready, f"mfa_serial = {ready.keys['work'].mfa_serial}")
        self.said(ready, "code", ready.keys["work"].mfa_serial)

    def test_no_code_where_none_is_needed(self, ready):
        chain(ready)
        plan = text(ready, "prod")
        assert not re.search(r"will be asked for|asks for a code", plan)

    def test_longer_than_a_chained_session_may_live(self, ready):
        chain(ready, f"mfa_serial = {ready.keys['work'].mfa_serial}")
        self.said(ready, ("directly", "direct"), ("1h", "one hour", "an hour"),
                  arguments=("prod", "--duration", "2h"))

    def test_a_setting_of_more_than_an_hour_for_a_role_of_a_role(self, ready):
        """It is capped, with the reason; by hand it is refused."""
        chain(ready)
        second = ready.sts.new_role("second")
        setting = f"[profile second]\nrole_arn = {second}\nsource_profile = prod\n"
        ready.config(f"{ready.config_file.read_text()}{setting}duration_seconds = 7200\n")
        plan = ready.plan("second")
        assert plan.calls() == ["AssumeRole"] * 2
        assert plan.step("assume-role")["durationSeconds"] == 3600
        self.said(ready, "2h (~/.aws/config:", "1h", arguments=("second",))
        ready.exec_env("second")
        assert ready.sts.asked("AssumeRole")[-1].params["DurationSeconds"] == "3600"
        ready.credtool("plan", "second", "--duration", "2h").fails("--duration", "1h", code=125)
        self.said(ready, "3h (AWS_ASSUME_ROLE_TTL)", "1h", arguments=("second",),
                  env={"AWS_ASSUME_ROLE_TTL": "3h"})

    def test_no_session(self, ready):
        chain(ready)
        self.said(ready, "--no-session", arguments=("prod", "--no-session"))

    def test_the_only_stored_key(self, ready):
        self.said(ready, "only stored key", arguments=())

    def test_a_key_in_plain(self, world):
        key = world.sts.stranger()
        world.credentials_file.write_text(
            f"[work]\naws_access_key_id={key.key_id}\naws_secret_access_key={key.secret}\n")
        self.said(world, "~/.aws/credentials:2", ("plain", "vault"), arguments=("work",))

    def test_a_stored_key_before_another_source(self, ready):
        ready.config("[profile work]\ncredential_process = /bin/false\n")
        self.said(ready, "credential_process", ("stored", "vault"), arguments=("work",))

    def test_a_role_of_the_key_s_own_account(self, ready):
        self.said(ready, ROLE, arguments=("work", "--role", "deploy"))

    def test_every_step_in_order(self, ready):
        chain(ready, f"mfa_serial = {ready.keys['work'].mfa_serial}")
        shown = text(ready, "prod")
        places = [shown.index(word) for word in ("GetSessionToken", "AssumeRole")]
        assert places == sorted(places)


class TestErrors:
    """What exec would refuse, plan refuses in the same words."""

    @pytest.mark.parametrize("arguments", [
        ["nobody"], ["work", "--duration", "37h"], ["work", "--external-id", "x"],
        ["work", "--role", "two words"]], ids=" ".join)
    def test_the_same_as_exec(self, ready, arguments):
        planned = ready.credtool("plan", *arguments).fails(code=125)
        tried = ready.credtool("exec", *arguments, "--", "true").fails(code=125)
        first = [result.stderr.splitlines()[0] for result in (planned, tried)]
        assert first[0] == first[1]

    def test_a_cycle(self, ready):
        ready.config("".join(
            f"[profile {name}]\nrole_arn = {ROLE}\nsource_profile = {source}\n"
            for name, source in (("a", "b"), ("b", "a"))))
        ready.credtool("plan", "a", timeout=5).fails("source_profile", code=125)

    def test_no_command_is_taken(self, ready):
        assert ready.credtool("plan", "work", "--", "true").code == 2


def test_verbose_exec_tells_the_same_story(ready):
    """One line a step, with times."""
    chain(ready, f"mfa_serial = {ready.keys['work'].mfa_serial}")
    result = ready.credtool("exec", "prod", "--verbose", "--mfa-token", "123456", "--", "true")
    assert result.code == 0
    result.speaks_well().says("GetSessionToken", "AssumeRole", ROLE)
    lines = [line for line in result.stderr.splitlines()
             if "AssumeRole" in line or "GetSessionToken" in line]
    assert any(re.search(r"\d+(\.\d+)? ?m?s\b", line) for line in lines), result


class TestWhatCannotBeCarriedOut:
    """`plan` says so, and ends as the `exec` would that it tells of."""

    CONFIG = """
        [profile program]
        credential_process = /nowhere/broker
        [profile quoted]
        credential_process = "half
        [profile token]
        role_arn = arn:aws:iam::123456789012:role/deploy
        web_identity_token_file = /nowhere/token
        [profile container]
        credential_source = EcsContainer
        role_arn = arn:aws:iam::123456789012:role/deploy
        [profile lonely]
        role_arn = arn:aws:iam::123456789012:role/deploy
        """
    CONTAINER = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/",
                 "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/nowhere/authorization"}

    @pytest.mark.parametrize("profile", ["program", "quoted", "token", "container", "lonely"])
    def test_says_what_exec_says(self, world, profile):
        world.config(self.CONFIG)
        planned = world.credtool("plan", profile, env=self.CONTAINER)
        executed = world.credtool("exec", profile, "--", "true", env=self.CONTAINER)
        assert planned.code == executed.code == 125
        assert planned.stderr == executed.stderr and "\nhint: " in planned.stderr
        # What is known all the same is shown, but for a plan that cannot even be made.
        assert bool(planned.stdout) is (profile != "lonely")

    def test_as_json(self, world):
        world.config(self.CONFIG)
        planned = world.credtool("plan", "program", "--json")
        assert planned.code == 125
        assert "/nowhere/broker" in json.loads(planned.stdout)["obstacle"]

    def test_a_cached_session_needs_no_source(self, world):
        token = world.scratch / "token"
        token.write_text(world.sts.new_web_identity_token())
        world.sts.new_role("deploy")
        world.config(self.CONFIG.replace("/nowhere/token", str(token)))
        world.exec_env("token")
        token.unlink()
        world.credtool("plan", "token").works()
        assert world.credtool("plan", "token", "--fresh").code == 125
