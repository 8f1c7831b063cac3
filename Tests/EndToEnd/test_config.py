"""The AWS config files: chains, cycles, and errors that carry file and line."""

import json
import subprocess
import sys

import pytest


def test_a_chain_of_roles(world):
    world.add("work")
    arns = [world.sts.new_role(f"r{number}") for number in range(4)]
    text = ""
    for number, arn in enumerate(arns):
        source = f"p{number - 1}" if number else "work"
        text += f"[profile p{number}]\nrole_arn = {arn}\nsource_profile = {source}\n"
    world.config(text)
    assert ":assumed-role/r3/" in world.session("p3").arn
    calls = world.sts.asked("AssumeRole")
    assert [call.params["RoleArn"] for call in calls] == arns
    signers = [world.keys["work"].key_id] + [made.key_id for made in world.sts.issued[:3]]
    assert [call.key_id for call in calls] == signers


def test_every_link_has_its_own_settings(world):
    world.add("work")
    first = world.sts.new_role("first", external_id="one")
    second = world.sts.new_role("second", external_id="two")
    world.config(
        f"[profile a]\nrole_arn={first}\nsource_profile=work\nexternal_id=one\n"
        "role_session_name=sa\nduration_seconds=900\nregion=eu-west-1\n"
        f"[profile b]\nrole_arn={second}\nsource_profile=a\nexternal_id=two\n"
        "role_session_name=sb\nregion=eu-west-2\n")
    child = world.exec_env("b")
    assert child["AWS_REGION"] == "eu-west-2"
    seen = [(call.params["ExternalId"], call.params["RoleSessionName"])
            for call in world.sts.asked("AssumeRole")]
    assert seen == [("one", "sa"), ("two", "sb")]
    assert world.sts.asked("AssumeRole")[0].params["DurationSeconds"] == "900"


def test_a_cycle_is_printed(world):
    arn = "arn:aws:iam::123456789012:role/x"
    world.config("".join(
        f"[profile {name}]\nrole_arn = {arn}\nsource_profile = {source}\n"
        for name, source in (("a", "b"), ("b", "c"), ("c", "a"))))
    result = world.credtool("exec", "a", "--", "true", timeout=5).fails(code=125)
    names = [word.strip("\"'`,:()") for word in result.stderr.split()]
    positions = [index for index, name in enumerate(names) if name in ("a", "b", "c")]
    assert "a b c a" in " ".join(names[index] for index in positions), result


def test_a_profile_that_is_its_own_source_uses_its_own_key(world):
    key = world.add("work")
    arn = world.sts.new_role("deploy")
    world.config(f"[profile work]\nrole_arn = {arn}\nsource_profile = work\n")
    assert world.session("work").is_role
    assert world.sts.asked("AssumeRole")[0].key_id == key.key_id


def test_a_missing_source_profile_is_named_with_file_and_line(world):
    world.config("# first\n[profile prod]\nrole_arn = arn:aws:iam::123456789012:role/x\n"
                 "source_profile = wrok\n")
    world.add("work")
    world.credtool("exec", "prod", "--", "true").fails(
        "wrok", "work", "~/.aws/config:4", code=125)


@pytest.mark.parametrize("text, line", [
    (b"[profile work\nregion = eu-west-1\n", 1),
    (b"[default]\nregion = x\n\n[profile work\n", 4),
    (b"region = eu-west-1\n", 1),
    (b"[profile work]\nthis is no setting\n", 2),
    (b"[profile work]\nregion = eu\0west\n", 2),
    (b"[profile work]\nregion = \xff\xfe\n", 2),
    (b"[profile work]\nregion = eu-west-1\nduration_seconds = soon\nrole_arn = "
     b"arn:aws:iam::123456789012:role/deploy\nsource_profile = work\n", 3),
    (b"[profile work]\nrole_arn = nonsense\nsource_profile = work\n", 2),
], ids=["bracket", "later bracket", "no section", "no setting", "NUL", "not UTF-8",
        "no number", "no ARN"])
def test_errors_carry_file_and_line(world, text, line):
    world.add("work")
    world.config(text)
    world.credtool("exec", "work", "--", "true").fails(f"~/.aws/config:{line}", code=125)


@pytest.mark.parametrize("text", [
    b"[profile work]\r\nregion = eu-west-1\r\n",
    b"\xef\xbb\xbf[profile work]\nregion = eu-west-1\n",
    b"[profile work]\nregion=eu-west-1",
    b"[ profile work ]\nregion\t=\teu-west-1 # why\n",
    b"[profile work]\nregion = eu-west-1\n" + b"# " + b"x" * (50 << 20),
], ids=["CRLF", "BOM", "no newline", "spaces", "50 MB comment"])
def test_what_the_sdks_read_is_read(world, text):
    world.add("work")
    world.config(text)
    assert world.exec_env("work")["AWS_REGION"] == "eu-west-1"


def test_a_line_of_50_megabytes_is_survived(world):
    world.add("work")
    world.config(b"[profile work]\nregion = " + b"x" * (50 << 20) + b"\n")
    result = world.credtool("exec", "work", "--", "true", timeout=20)
    assert len(result.stderr) < 10_000
    result.fails("~/.aws/config:", code=125)


def test_an_unreadable_file_is_named(world):
    world.add("work")
    world.config("[default]\n")
    world.config_file.chmod(0)
    world.credtool("exec", "work", "--", "true").fails(
        str(world.config_file), "permission denied", code=125)


def test_a_directory_in_place_of_the_file_is_named(world):
    world.add("work")
    world.config_file.mkdir()
    world.credtool("exec", "work", "--", "true").fails(str(world.config_file), code=125)


def test_missing_files_are_no_error(world):
    world.add("work")
    world.exec_env("work", env={"AWS_CONFIG_FILE": "/nowhere/config",
                                "AWS_SHARED_CREDENTIALS_FILE": "/nowhere/credentials"})


def test_files_elsewhere(world):
    world.add("work")
    config = world.home / "my-config"
    credentials = world.home / "my-credentials"
    config.write_text("[profile work]\nregion = eu-west-1\n")
    credentials.write_text("[work]\nregion = eu-west-2\n")
    where = {"AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": str(credentials)}
    # In the SDKs' grammar a setting of the credentials file wins.
    assert world.exec_env("work", env=where)["AWS_REGION"] == "eu-west-2"
    assert world.exec_env("work", env={"AWS_CONFIG_FILE": str(config)})[
        "AWS_REGION"] == "eu-west-1"


def test_list_survives_a_broken_file(world):
    world.add("work")
    world.config("[profile broken\n")
    result = world.credtool("list")
    result.says("~/.aws/config:1")


def test_five_thousand_profiles(world):
    world.add("work")
    arn = world.sts.new_role("deploy")
    world.config("".join(
        f"[profile p{number}]\nrole_arn = {arn}\nsource_profile = work\n"
        for number in range(5000)))
    assert world.session("p4999").is_role
    assert "p4999" in world.credtool("list").works().stdout


class TestNames:
    """Names of profiles that the AWS CLI takes, read by both from one file."""

    TAKEN = {
        "'my work'": "my work", '"our work"': "our work", "no\\ work": "no work",
        "grün": "grün", "a(b)": "a(b)", "a,b=c": "a,b=c", "R&D": "R&D", "a*": "a*",
        "a#b": "a#b", "'a!b'": "a!b", "'a # b'": "a # b", "a[1]": "a[1]",
        "'it'\"'\"'s'": "it's",
    }

    def test_the_same_as_the_aws_cli(self, world):
        world.config("".join(
            f"[profile {name}]\nregion = eu-west-{number}\ncredential_process = /bin/true\n"
            for number, name in enumerate(self.TAKEN)))
        theirs = subprocess.run(
            [sys.executable, "-c", "import botocore.session, json\n"
             "profiles = botocore.session.Session().full_config['profiles']\n"
             "print(json.dumps({name: text['region'] for name, text in profiles.items()}))"],
            env=world.environment | {"PYTHONUTF8": "1"}, text=True, capture_output=True,
            check=True)
        rows = json.loads(world.credtool("list", "--json").works().stdout)["profiles"]
        assert {row["profile"]: row["region"] for row in rows} == json.loads(theirs.stdout)
        assert [row["profile"] for row in rows] == list(self.TAKEN.values())
        for row in rows:
            plan = world.plan(row["profile"])
            assert plan["settings"]["region"]["value"] == row["region"]

    def test_a_role_of_a_source_in_quotes(self, world):
        world.add("my work")
        role = world.sts.new_role("deploy")
        world.config(f"[profile 'prod & more']\nrole_arn = {role}\nsource_profile = my work\n")
        assert world.session("prod & more").is_role
        world.credtool("clear", "prod & more").works()


SKIPPED = """\
[profile fine]
region = eu-west-1
[work]
region = eu-west-1
[profile my place]
region = eu-west-1
[profile a!b]
[plugins]
cli = x
"""


class TestSkippedSections:
    @pytest.mark.parametrize("name, line, remedy", [
        ("work", 3, "[profile work]"), ("wokr", 3, "[profile work]"),
        ("my place", 5, "[profile 'my place']"), ("a!b", 7, "[profile 'a!b']")])
    @pytest.mark.parametrize("command", ["exec", "plan", "export", "whoami", "clear"])
    def test_are_named_where_the_profile_is_missed(self, world, command, name, line, remedy):
        world.config(SKIPPED)
        result = world.credtool(command, name)
        result.fails("there is no profile", f"~/.aws/config:{line}", remedy, code=result.code)

    def test_as_a_source_and_in_the_credentials_file(self, world):
        world.config("[profile prod]\nrole_arn = arn:aws:iam::123456789012:role/x\n"
                     "source_profile = work\n")
        world.credentials_file.write_text("[profile work]\nregion = x\n[my work]\n")
        world.credtool("exec", "prod", "--", "true").fails(
            "~/.aws/config:3", "~/.aws/credentials:1", "[work]", code=125)
        world.credtool("exec", "my work", "--", "true").fails(
            "~/.aws/credentials:3", "credtool add 'my work'", code=125)

    def test_stand_in_the_list(self, world):
        world.config(SKIPPED)
        result = world.credtool("list").works()
        result.says("[work] (~/.aws/config:3)", "[profile my place] (~/.aws/config:5)",
                    "[profile a!b] (~/.aws/config:7)")
        assert "plugins" not in result.stderr
        found = json.loads(world.credtool("list", "--json").works().is_silent().stdout)
        assert [(section["title"], section["origin"], section.get("remedy"))
                for section in found["skippedSections"]] == [
            ("work", "~/.aws/config:3", "profile work"),
            ("profile my place", "~/.aws/config:5", "profile 'my place'"),
            ("profile a!b", "~/.aws/config:7", "profile 'a!b'")]
        assert world.credtool("list", "place").says("config:5").stderr.count("AWS skips") == 1

    def test_do_not_bury_the_list(self, world):
        world.config("".join(f"[p{number}]\n" for number in range(100)))
        result = world.credtool("list").works().says("95 more", "credtool list --json")
        assert len(result.stderr.splitlines()) < 20


class TestMisspeltSettings:
    CONFIG = ("[profile prod]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n"
              "source_profle = work\n")
    WORDS = ("~/.aws/config:3", "source_profle", "did you mean source_profile?")

    def test_are_told_where_planning_fails(self, world):
        world.add("work")
        world.config(self.CONFIG)
        for command in ("exec", "plan", "export", "whoami"):
            result = world.credtool(command, "prod")
            result.fails(*self.WORDS, code=result.code)
            assert result.stderr.count("is no setting") == 1
        world.credtool("exec", "--", "true", env={"AWS_PROFILE": "prod"}).fails(
            *self.WORDS, code=125)

    def test_are_told_where_a_session_is_made_and_not_again(self, world, kernel_keyring):
        world.add("work")
        role = world.sts.new_role("deploy")
        world.config(f"[profile prod]\nrole_arn = {role}\nsource_profile = work\n"
                     "mfa_serail = x\n")
        first = world.credtool("exec", "prod", "--", "true").works()
        first.says("~/.aws/config:4", "did you mean mfa_serial?")
        assert first.stderr.count("is no setting") == 1
        world.credtool("exec", "prod", "--", "true").works().is_silent()

    def test_stand_in_plan_and_list(self, world):
        world.add("work")
        world.config("[profile work]\nregoin = eu-west-1\nteam = blue\n")
        assert any("~/.aws/config:2" in reason and "region?" in reason
                   for reason in world.plan("work")["reasons"])
        assert "team" not in world.plan("work").said()
        world.credtool("list").works().says("~/.aws/config:2", "did you mean region?")
        found = json.loads(world.credtool("list", "--json").works().stdout)["misspeltSettings"]
        assert found == [{"profile": "work", "key": "regoin", "nearest": "region",
                          "origin": "~/.aws/config:2"}]


def test_plan_tells_what_default_has_and_the_profile_does_not_take_over(world):
    world.add("work")
    serial = "arn:aws:iam::123456789012:mfa/alice"
    standard = f"[default]\nregion = eu-west-3\nmfa_serial = {serial}\n"

    def told(name):
        return [key for key in ("region", "mfa_serial")
                for reason in world.plan(name)["reasons"]
                if f"[default] has {key}" in reason and "include_profile = default" in reason]

    world.config(standard)
    assert told("work") == ["region", "mfa_serial"]
    assert "~/.aws/config:3" in world.plan("work").said()
    world.config(standard + "[profile work]\nregion = eu-west-1\n")
    assert told("work") == ["mfa_serial"]
    # What it advises does it.
    world.config(standard + "[profile work]\ninclude_profile = default\n")
    assert told("work") == []
    assert world.plan("work")["settings"]["region"]["value"] == "eu-west-3"
    assert world.plan("work")["needsMfaCode"]
    world.add("default")
    world.config(standard + "[profile work]\n[profile other]\ncredential_process = /bin/true\n")
    assert told("default") == []
    assert told("other") == ["region", "mfa_serial"]
