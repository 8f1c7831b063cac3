"""The AWS config files: chains, cycles, and errors that carry file and line."""

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
