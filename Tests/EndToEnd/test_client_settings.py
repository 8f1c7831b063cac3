"""The whole profile goes along: what programs would have read of it, as variables."""

import json
import re
import subprocess
import sys

import pytest

from rig.sts import ACCOUNT, Role
from rig.world import BINARY

DEVICE = f"arn:aws:iam::{ACCOUNT}:mfa/alice"
#: Prints which address boto3 asks, and some of its settings.
ASK = """
import boto3, json
session = boto3.session.Session()
s3 = session.client("s3", region_name="eu-west-1")
ec2 = session.client("ec2", region_name="eu-west-1")
print(json.dumps({"s3": s3.meta.endpoint_url, "ec2": ec2.meta.endpoint_url,
                  "retries": ec2.meta.config.retries.get("total_max_attempts")}))
"""


@pytest.fixture
def lab(world):
    """A profile with a lab's endpoints, one of nothing, and a [default] of another lab."""
    world.add("lab")
    world.add("work")
    world.add("bare")
    world.config("""
        [default]
        endpoint_url = http://127.0.0.1:9/default
        [profile lab]
        region = eu-west-1
        services = lab
        endpoint_url = http://127.0.0.1:9/lab
        max_attempts = 7
        output = text
        [profile work]
        region = eu-west-1
        services = sts
        [profile bare]
        region = eu-west-1
        [services sts]
        sts =
          endpoint_url = %s
        [services lab]
        s3 =
          endpoint_url = http://127.0.0.1:9/s3
        sts =
          endpoint_url = %s
        """ % (world.sts.endpoint, world.sts.endpoint))
    # The rig's own, which would come before all.
    del world.environment["AWS_ENDPOINT_URL_STS"], world.environment["AWS_ENDPOINT_URL_IAM"]
    return world


def asked(world, *arguments, env=None):
    result = world.credtool("exec", *arguments, "--", sys.executable, "-c", ASK, env=env)
    return json.loads(result.works().stdout)


def test_boto3_asks_where_the_profile_says(lab):
    told = asked(lab, "lab")
    assert told == {"s3": "http://127.0.0.1:9/s3", "ec2": "http://127.0.0.1:9/lab", "retries": 7}


def test_the_users_variables_come_first(lab):
    told = asked(lab, "lab", env={"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9/mine"})
    assert told["s3"] == "http://127.0.0.1:9/mine"


def test_the_endpoints_of_default_are_not_those_of_another_profile(lab):
    told = lab.exec_env("bare", "--no-session")
    assert told["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] == "true"
    told = asked(lab, "bare", "--no-session")
    assert "amazonaws.com" in told["s3"] and "amazonaws.com" in told["ec2"]
    assert any("[default]" in reason for reason in lab.plan("bare")["reasons"])


def test_plan_lists_them_with_their_lines(lab):
    settings = lab.plan("lab")["environment"]
    assert settings["AWS_ENDPOINT_URL_S3"]["value"] == "http://127.0.0.1:9/s3"
    assert settings["AWS_ENDPOINT_URL_S3"]["origin"] == "~/.aws/config:20"
    assert "AWS_DEFAULT_OUTPUT: text" in lab.credtool("plan", "lab").works().stdout


def test_a_run_inside_of_another_has_its_own_profiles_settings(lab):
    """The endpoint of one profile must not become that of another, nor of what credtool asks."""
    result = lab.credtool("exec", "lab", "--", str(BINARY), "exec", "work", "--", "env",
                          secret_output=True).works()
    names = re.findall(r"^(AWS_\w+)=", result.stdout, re.M)
    assert "AWS_REGION" in names
    assert not {"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_MAX_ATTEMPTS"} & set(names)
    # What a person sets inside counts.
    script = f"AWS_MAX_ATTEMPTS=3 {BINARY} exec work -- env"
    result = lab.credtool("exec", "lab", "--", "sh", "-c", script, secret_output=True).works()
    assert "AWS_MAX_ATTEMPTS=3" in result.stdout.splitlines()


def test_export_takes_the_last_profiles_settings_back(lab):
    script = (f'eval "$({BINARY} export lab)"; echo "$AWS_MAX_ATTEMPTS"; '
              f'eval "$({BINARY} export work)"; echo "${{AWS_MAX_ATTEMPTS-none}}"; '
              'echo "$AWS_ENDPOINT_URL_S3-$CREDTOOL_PROFILE"')
    said = subprocess.run(["sh", "-c", script], env=lab.variables(), stdout=subprocess.PIPE,
                          text=True, check=True).stdout
    assert said.split() == ["7", "none", "-work"]


class TestTheAccount:
    def test_of_a_key_and_of_its_session(self, world):
        world.add("work")
        assert world.exec_env("work")["AWS_ACCOUNT_ID"] == ACCOUNT
        assert world.exec_env("work", "--no-session")["AWS_ACCOUNT_ID"] == ACCOUNT

    def test_of_a_role_in_another_account_cold_and_warm(self, world):
        world.add("work")
        role = "arn:aws:iam::444455556666:role/elsewhere"
        world.sts.roles[role] = Role(role)
        for _ in ("cold", "warm"):
            assert world.exec_env("work", "--role", role)["AWS_ACCOUNT_ID"] == "444455556666"

    def test_in_the_process_form(self, world):
        world.add("work")
        result = world.credtool("export", "work", "--format", "process", secret_output=True)
        assert json.loads(result.works().stdout)["AccountId"] == ACCOUNT

    def test_of_the_environment(self, world):
        key = world.sts.new_key()
        env = key.variables() | {"AWS_ACCOUNT_ID": "222233334444"}
        assert world.exec_env("--no-session", env=env)["AWS_ACCOUNT_ID"] == "222233334444"


class TestTheDeviceOfARole:
    CONFIG = f"""
        [profile work]
        mfa_serial = {DEVICE}
        [profile deploy]
        role_arn = arn:aws:iam::{ACCOUNT}:role/deploy
        source_profile = work
        """

    def test_an_unattended_run_does_not_ask_for_the_sources(self, world):
        world.add("work")
        world.sts.new_role("deploy")
        world.config(self.CONFIG)
        assert world.session("deploy").arn.startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy")
        assert not world.plan("deploy")["needsMfaCode"]

    def test_a_denial_names_it(self, world):
        world.add("work")
        world.config(self.CONFIG)
        world.sts.new_role("deploy", needs_mfa=True)
        result = world.credtool("exec", "deploy", "--", "true")
        assert result.code == 125
        assert f"--mfa-serial {DEVICE}" in result.stderr and "~/.aws/config:3" in result.stderr


class TestWhatTheReviewFound:
    """Passwords in URLs, an empty AWS_PAGER, what [default] has, roles by name inside a shell."""

    def test_a_password_in_a_url_is_handed_over_and_not_shown(self, world):
        world.add("work")
        world.config("[profile work]\nservices = lab\n[services lab]\ns3 =\n"
                     "  endpoint_url = https://bob:pa55@127.0.0.1:9/\n")
        for flags in ([], ["--json"]):
            planned = world.credtool("plan", "work", *flags).works().stdout
            assert "AWS_ENDPOINT_URL_S3" in planned and "pa55" not in planned
        assert world.exec_env("work")["AWS_ENDPOINT_URL_S3"] == "https://bob:pa55@127.0.0.1:9/"

    def test_an_empty_pager_is_the_users_own(self, world):
        world.add("work")
        world.config("[profile work]\ncli_pager = less\n")
        assert world.exec_env("work")["AWS_PAGER"] == "less"
        assert world.exec_env("work", env={"AWS_PAGER": ""})["AWS_PAGER"] == ""

    def test_an_empty_pager_of_an_outer_profile_is_not(self, world):
        world.add("work")
        world.add("quiet")
        world.config("[profile work]\ncli_pager = less\n[profile quiet]\ncli_pager =\n")
        world.credtool("exec", "work", "--", "true").works()
        result = world.credtool("exec", "quiet", "--", str(BINARY), "exec", "work", "--",
                                "sh", "-c", "echo =$AWS_PAGER")
        assert result.works().stdout.strip() == "=less"

    def test_what_default_switches_on_is_off_and_the_rest_is_named(self, world):
        world.add("work")
        world.config("[default]\nregion = us-west-2\nuse_fips_endpoint = true\nmax_attempts = 9\n"
                     "[profile work]\noutput = json\n")
        assert world.exec_env("work")["AWS_USE_FIPS_ENDPOINT"] == "false"
        [reason] = [reason for reason in world.plan("work")["reasons"] if "told no" in reason]
        assert "region (~/.aws/config:2)" in reason and "max_attempts (~/.aws/config:4)" in reason
        assert "use_fips" not in reason

    def test_a_role_by_its_name_inside_a_shell(self, world):
        world.add("work")
        world.sts.new_role("deploy")
        result = world.credtool("exec", "work", "--", str(BINARY), "exec", "--role", "deploy", "--",
                                "sh", "-c", "echo $CREDTOOL_ROLE")
        assert result.works().stdout.strip() == f"arn:aws:iam::{ACCOUNT}:role/deploy"

    def test_a_role_from_a_roles_shell_is_for_an_hour(self, world):
        world.add("work")
        world.sts.new_role("first")
        second = world.sts.new_role("second")
        result = world.credtool("exec", "work", "--role", "first", "--", str(BINARY), "plan",
                                "--role", second, "--duration", "2h")
        assert result.code == 125 and "1h" in result.stderr
