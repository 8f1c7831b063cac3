"""`exec`: which session a child gets, and what is said when it gets none."""

import datetime
import re
import shlex
import subprocess

import pytest

from rig.sts import ACCOUNT


def expires_in(child):
    """Seconds until AWS_CREDENTIAL_EXPIRATION."""
    text = child["AWS_CREDENTIAL_EXPIRATION"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text), text
    then = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (then - datetime.datetime.now(datetime.timezone.utc)).total_seconds()


def test_the_main_job(world):
    """add, then exec --role, with every signature checked twice."""
    world.add("work", "--region", "eu-central-1")
    role = world.sts.new_role("deploy")
    world.sts.check_with_moto()
    child = world.exec_env("work", "--role", "deploy")
    session = world.sts.issued[-1]
    assert ":assumed-role/deploy/" in session.arn
    expected = session.variables() | {
        "AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "eu-central-1",
        "CREDTOOL_PROFILE": "work", "AWS_VAULT": "work", "CREDTOOL_ROLE": role}
    assert {name: child[name] for name in expected} == expected
    assert 3500 < expires_in(child) <= 3600
    [call] = world.sts.asked("AssumeRole")
    assert call.params["RoleArn"] == role and call.key_id == world.keys["work"].key_id
    assert call.region == "eu-central-1"


def test_exec_is_silent(world):
    world.add()
    assert world.credtool("exec", "work", "--", "true").works().is_silent().stdout == ""


class TestRoleNames:
    def test_an_arn(self, world):
        world.add()
        arn = world.sts.new_role("deploy")
        assert ":assumed-role/deploy/" in world.session("work", "--role", arn).arn

    def test_a_name_with_a_path(self, world):
        world.add()
        arn = world.sts.new_role("deploy", path="/ci/eu/")
        world.session("work", "--role", "ci/eu/deploy")
        assert world.sts.asked("AssumeRole")[0].params["RoleArn"] == arn

    def test_a_profile(self, world):
        world.add()
        arn = world.sts.new_role("deploy", external_id="abc")
        world.config(f"[profile prod]\nrole_arn = {arn}\nsource_profile = work\n"
                     "external_id = abc\nrole_session_name = from-config\n")
        world.session("work", "--role", "prod")
        params = world.sts.asked("AssumeRole")[0].params
        assert (params["RoleArn"], params["ExternalId"], params["RoleSessionName"]) == (
            arn, "abc", "from-config")

    def test_a_profiles_own_role(self, world):
        world.add()
        arn = world.sts.new_role("deploy")
        world.config(f"[profile prod]\nrole_arn = {arn}\nsource_profile = work\n")
        child = world.exec_env("prod")
        assert child["CREDTOOL_PROFILE"] == "prod"
        assert world.sts.asked("AssumeRole")[0].key_id == world.keys["work"].key_id

    def test_a_profiles_own_role_and_another_chain(self, world):
        world.add()
        first, second = world.sts.new_role("first"), world.sts.new_role("second")
        world.config(f"[profile prod]\nrole_arn = {first}\nsource_profile = work\n")
        assert ":assumed-role/second/" in world.session("prod", "--role", second).arn
        calls = world.sts.asked("AssumeRole")
        assert [call.params["RoleArn"] for call in calls] == [first, second]
        assert calls[1].key_id == world.sts.issued[-2].key_id

    @pytest.mark.parametrize("role", [
        "arn:aws:iam::123456789012:user/alice", "arn:aws:iam::12345:role/x", "arn:aws:iam",
        "arn:aws:s3::123456789012:role/x", "two words", ""])
    def test_a_wrong_form_is_refused_before_aws_is_asked(self, world, role):
        world.add()
        world.credtool("exec", "work", "--role", role, "--", "true").fails(code=125)
        assert world.sts.count("AssumeRole") == 0 and world.sts.count("GetSessionToken") == 0


class TestProfileNames:
    def test_aws_profile(self, world):
        world.add("work")
        world.add("other")
        assert world.exec_env(env={"AWS_PROFILE": "other"})["CREDTOOL_PROFILE"] == "other"

    def test_the_argument_beats_aws_profile(self, world):
        world.add("work")
        world.add("other")
        assert world.exec_env("work", env={"AWS_PROFILE": "other"})["CREDTOOL_PROFILE"] == "work"

    def test_default(self, world):
        world.add("default")
        world.add("other")
        assert world.exec_env()["CREDTOOL_PROFILE"] == "default"

    def test_the_only_key(self, world):
        world.add("work")
        assert world.exec_env()["CREDTOOL_PROFILE"] == "work"

    def test_not_one_of_several(self, world):
        world.add("work")
        world.add("other")
        world.credtool("exec", "--", "true").fails("default", code=125)

    def test_unknown_suggests_the_nearest(self, world):
        world.add("production")
        world.credtool("exec", "prodution", "--", "true").fails("prodution", "production", code=125)

    def test_nothing_stored_says_how_to_begin(self, world):
        world.credtool("exec", "work", "--", "true").fails("work", "credtool add", code=125)


def test_the_short_flags_of_aws_vault(world):
    key = world.add()
    world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\n")
    assert world.exec_env("work", "-n")["AWS_ACCESS_KEY_ID"] == key.key_id
    world.exec_env("work", "-t", "123456")
    assert world.sts.asked("GetSessionToken")[0].params["TokenCode"] == "123456"


class TestWithoutARole:
    def test_a_session_of_an_hour(self, world):
        key = world.add()
        child = world.exec_env("work")
        assert child["AWS_ACCESS_KEY_ID"] == world.sts.issued[-1].key_id != key.key_id
        assert 3500 < expires_in(child) <= 3600
        assert world.sts.count("GetSessionToken") == 1 and world.sts.count("AssumeRole") == 0

    def test_the_key_itself(self, world):
        key = world.add()
        child = world.exec_env("work", "--no-session")
        assert child["AWS_ACCESS_KEY_ID"] == key.key_id
        assert child["AWS_SECRET_ACCESS_KEY"] == key.secret
        assert "AWS_SESSION_TOKEN" not in child and "AWS_CREDENTIAL_EXPIRATION" not in child
        assert world.sts.count("GetSessionToken") == 0


class TestDuration:
    @pytest.mark.parametrize("text, seconds", [
        ("45m", 2700), ("1h30m", 5400), ("900", 900), ("900s", 900), ("12h", 43200)])
    def test_is_what_aws_is_asked_for(self, world, text, seconds):
        world.add()
        world.sts.new_role("deploy")
        child = world.exec_env("work", "--role", "deploy", "--duration", text)
        assert world.sts.asked("AssumeRole")[0].params["DurationSeconds"] == str(seconds)
        assert seconds - 100 < expires_in(child) <= seconds

    @pytest.mark.parametrize("text", ["14m", "899", "0", "-1h", "13h", "43201", "1d2x", "1e9",
                                      "", "h", "99999999999999999999", "1h 30m"])
    def test_out_of_bounds_is_refused_before_aws_is_asked(self, world, text):
        world.add()
        world.sts.calls.clear()
        world.credtool("exec", "work", "--role", "deploy", f"--duration={text}", "--",
                       "true").fails("duration", code=125)
        assert world.sts.calls == []

    def test_of_the_profile(self, world):
        world.add()
        arn = world.sts.new_role("deploy")
        world.config(f"[profile prod]\nrole_arn={arn}\nsource_profile=work\n"
                     "duration_seconds=1800\n")
        world.exec_env("prod")
        assert world.sts.asked("AssumeRole")[0].params["DurationSeconds"] == "1800"

    def test_of_a_chained_role_is_an_hour_at_most(self, world):
        world.add()
        first, second = world.sts.new_role("first"), world.sts.new_role("second")
        world.config(f"[profile prod]\nrole_arn = {first}\nsource_profile = work\n")
        world.sts.calls.clear()
        world.credtool("exec", "prod", "--role", second, "--duration", "2h", "--", "true").fails(
            ("1h", "an hour", "one hour", "1 hour"), code=125)
        assert world.sts.calls == []


class TestRegion:
    def asked_and_given(self, world, *flags, env=None):
        world.sts.calls.clear()
        child = world.exec_env("work", "--fresh", *flags, env=env)
        assert child.get("AWS_REGION") == child.get("AWS_DEFAULT_REGION")
        return world.sts.asked("GetSessionToken")[0].region, child.get("AWS_REGION")

    def test_nowhere_known(self, world):
        world.add()
        assert self.asked_and_given(world) == ("us-east-1", None)

    def test_order(self, world):
        world.add()
        outer = {"AWS_REGION": "eu-north-1"}
        assert self.asked_and_given(world, env=outer) == ("eu-north-1", "eu-north-1")
        world.config("[profile work]\nregion = eu-south-1\n")
        assert self.asked_and_given(world) == ("eu-south-1", "eu-south-1")
        assert self.asked_and_given(world, env=outer) == ("eu-north-1", "eu-north-1")
        assert self.asked_and_given(world, "--region", "eu-west-3", env=outer) == (
            "eu-west-3", "eu-west-3")

    def test_a_variable_of_an_outer_exec_is_no_choice(self, world):
        world.add()
        outer = {name: value for name, value in
                 world.exec_env("work", "--region", "eu-north-1", "--no-session").items()
                 if name.startswith("CREDTOOL_") or name.endswith("REGION")}
        assert self.asked_and_given(world, env=outer) == ("eu-north-1", "eu-north-1")
        world.config("[profile work]\nregion = eu-south-1\n")
        assert self.asked_and_given(world, env=outer) == ("eu-south-1", "eu-south-1")
        chosen = outer | {"AWS_REGION": "eu-west-3"}
        assert self.asked_and_given(world, env=chosen) == ("eu-west-3", "eu-west-3")

    def test_profiles_do_not_inherit_from_default(self, world):
        world.add()
        world.config("[default]\nregion = eu-south-1\n")
        assert self.asked_and_given(world) == ("us-east-1", None)


class TestSessionName:
    def name(self, world, *flags, env=None):
        world.exec_env("work", "--role", "deploy", *flags, env=env)
        return world.sts.asked("AssumeRole")[-1].params["RoleSessionName"]

    @pytest.mark.parametrize("user", ["alice", "jörg müller", "a" * 100])
    def test_default_is_user_and_host_made_valid(self, world, user):
        world.add()
        world.sts.new_role("deploy")
        name = self.name(world, env={"USER": user, "LOGNAME": user})
        assert re.fullmatch(r"[\w+=,.@-]{2,64}", name, re.ASCII) and "@" in name

    def test_flag(self, world):
        world.add()
        world.sts.new_role("deploy")
        assert self.name(world, "--session-name", "build-17") == "build-17"

    @pytest.mark.parametrize("name", ["x", "two words", "ä" * 5, "y" * 65])
    def test_wrong_is_refused_before_aws_is_asked(self, world, name):
        world.add()
        world.sts.calls.clear()
        world.credtool("exec", "work", "--role", "deploy", "--session-name", name, "--",
                       "true").fails(code=125)
        assert world.sts.calls == []


def test_external_id(world):
    world.add()
    world.sts.new_role("deploy", external_id="partner-7")
    world.session("work", "--role", "deploy", "--external-id", "partner-7")
    result = world.credtool("exec", "work", "--role", "deploy", "--external-id", "wrong", "--",
                            "true")
    result.fails("AccessDenied", code=125)


def test_access_denied_names_the_role_and_the_caller(world):
    key = world.add()
    world.credtool("exec", "work", "--role", "nobody-may", "--", "true").fails(
        "AccessDenied", f"arn:aws:iam::{ACCOUNT}:role/nobody-may", key.arn, code=125)


def test_a_longer_session_than_the_role_allows_is_told_in_awss_words(world):
    world.add()
    world.sts.new_role("deploy", max_duration=3600)
    world.credtool("exec", "work", "--role", "deploy", "--duration", "2h", "--", "true").fails(
        "MaxSessionDuration", code=125)


def test_flags_stand_before_or_after_the_profile(world):
    world.add()
    arn = world.sts.new_role("deploy")
    for arguments in (["--role", arn, "work"], ["work", f"--role={arn}"], ["-r", arn, "work"]):
        assert ":assumed-role/deploy/" in world.session(*arguments).arn


def test_the_commands_own_flags_are_its_own(world):
    world.add()
    result = world.credtool("exec", "work", "echo", "--role", "-h", "--", "x").works()
    assert result.stdout == "--role -h -- x\n"


def test_without_a_command_the_shell_runs(world):
    world.add()
    shell = world.scratch / "my shell"
    shell.write_text('#!/bin/sh\necho "I am $0 with $# arguments for $CREDTOOL_PROFILE"\n')
    shell.chmod(0o755)
    result = world.credtool("exec", "work", env={"SHELL": str(shell)}).works()
    assert result.stdout == f"I am {shell} with 0 arguments for work\n"


class TestShell:
    """A shell of one's own says what it is; the shell of a script says nothing."""

    def greeting(self, world, *arguments):
        terminal = world.terminal("exec", *arguments, secret_output=True)
        terminal.expect("exit ends it\r\n")
        said = terminal.before
        terminal.sendline('echo "<$CREDTOOL_ROLE> <$CREDTOOL_SESSION>"; exit')
        terminal.expect("\r\n<([^\r]*)> <([^\r]*)>\r\n")
        role, session = terminal.match.groups()
        terminal.finish()
        return said, role, session

    def test_a_role(self, world):
        world.add()
        arn = world.sts.new_role("deploy")
        world.config(f"[profile prod]\nrole_arn = {arn}\nsource_profile = work\n"
                     "role_session_name = me@desk\n")
        said, role, session = self.greeting(world, "prod", "--duration", "30m")
        assert said.startswith("credtool: ") and said.count("\n") == 0
        assert all(word in said for word in ("prod", "deploy", ACCOUNT, "30m")), said
        assert (role, session) == (arn, "me@desk")

    def test_no_role(self, world):
        world.add()
        said, role, session = self.greeting(world, "work")
        assert "work" in said and ACCOUNT in said and "1h" in said and "role" not in said
        assert role == session == ""

    def test_a_shell_that_nobody_looks_at_is_silent(self, world):
        world.add()
        result = world.credtool("exec", "work", input="echo $CREDTOOL_PROFILE\n")
        assert result.works().is_silent().stdout == "work\n"

    def test_a_command_is_run_without_a_word(self, world):
        world.add()
        assert world.terminal("exec", "work", "--", "true").finish() == ""


class TestInsideASession:
    """Without PROFILE, it is the session at hand; the AWS CLI would say the same there."""

    @pytest.fixture
    def inside(self, world):
        """The environment of a shell with the role of profile `prod`."""
        world.add("work")
        world.add("default")
        arn = world.sts.new_role("deploy")
        world.config(f"[profile prod]\nrole_arn = {arn}\nsource_profile = work\n"
                     "region = eu-west-1\n")
        child = world.exec_env("prod", "--region", "us-west-2", "--session-name", "me@desk")
        world.sts.calls.clear()
        return {name: value for name, value in child.items()
                if name.startswith(("AWS_", "CREDTOOL_"))}

    def test_exec_hands_it_on(self, world, inside):
        child = world.exec_env(env=inside)
        same = [name for name in inside if name != "AWS_CREDENTIAL_EXPIRATION"]
        assert {name: child[name] for name in same} == {name: inside[name] for name in same}
        assert world.sts.calls == []

    def test_export_too(self, world, inside):
        result = world.credtool("export", "--format", "dotenv", env=inside, secret_output=True)
        assert f"AWS_ACCESS_KEY_ID={inside['AWS_ACCESS_KEY_ID']}\n" in result.works().stdout

    def test_a_further_role_is_assumed_from_it(self, world, inside):
        arn = world.sts.new_role("second")
        child = world.exec_env("--role", arn, env=inside)
        [call] = world.sts.asked("AssumeRole")
        assert call.key_id == inside["AWS_ACCESS_KEY_ID"]
        assert child["CREDTOOL_ROLE"] == arn and child["CREDTOOL_PROFILE"] == "prod"

    def test_another_profile_is_another_session(self, world, inside):
        child = world.exec_env("work", env=inside)
        assert child["CREDTOOL_PROFILE"] == "work"
        assert "CREDTOOL_ROLE" not in child and "CREDTOOL_SESSION" not in child
        assert world.sts.asked("GetSessionToken")[0].key_id == world.keys["work"].key_id

    def test_aws_profile_names_one_too(self, world, inside):
        child = world.exec_env(env=inside | {"AWS_PROFILE": "work"})
        assert child["CREDTOOL_PROFILE"] == "work"

    def test_plan_says_why(self, world, inside):
        plan = world.plan(env=inside)
        assert plan.kinds() == ["environment"] and plan["calls"] == []
        assert "session of profile prod" in plan.said() and "us-west-2" in plan.said()

    @pytest.mark.parametrize("through", ["exec", "export"])
    def test_whoami_is_about_it(self, world, inside, through):
        asked = " ".join(map(shlex.quote, world.command("whoami")))
        if through == "exec":
            result = world.credtool("exec", "prod", "--", "sh", "-c", asked)
        else:
            export = " ".join(map(shlex.quote, world.command("export", "prod")))
            result = world.finish(subprocess.Popen(
                ["sh", "-c", f'eval "$({export})"; {asked}'], env=world.environment,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
        shown = result.works().stdout
        assert ":assumed-role/deploy/" in shown and "profile prod" in shown


def test_the_endpoint_of_all_services_counts_too(world):
    world.add()
    assert world.exec_env("work", env={
        "AWS_ENDPOINT_URL_STS": None, "AWS_ENDPOINT_URL": world.sts.endpoint})


def test_verbose_says_the_vault_and_no_secret(world):
    world.add()
    result = world.credtool("exec", "work", "--verbose", "--", "true")
    assert result.code == 0
    result.says("secret-service", "work")
