"""Signing in by SAML: the response from a program, a file, standard input or a browser."""

import base64
import re
import socket

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from rig import chromium, saml
from rig.sts import ACCOUNT
from rig.world import at

ADMIN, READER = (f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("Admin", "Reader"))


@pytest.fixture
def idp(sts):
    """An identity provider that the roles Admin and Reader trust."""
    sts.identity_provider = saml.IdentityProvider()
    sts.new_role("Admin")
    sts.new_role("Reader", max_duration=3600)
    return sts.identity_provider


@pytest.fixture
def saml_world(world, idp):
    """A profile `corp` with the file of a response for two roles; what is in it must not leak."""
    world.idp = idp
    world.response_file = world.scratch / "response"

    def hand_in(*roles, **more):
        text = idp.response(roles or (ADMIN, READER), **more)
        world.more_secrets.add(text[-200:-20])
        world.response_file.write_text(text + "\n")
        return text

    world.hand_in = hand_in
    world.profile = lambda *lines: world.config(
        "\n".join(["[profile corp]", "region = us-east-1", *lines, ""]))
    world.profile(f"saml_file = {world.response_file}", "saml_role = Admin")
    hand_in()
    return world


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# The rig itself.


def test_the_rig_takes_what_botocore_sends(sts, idp):
    client = boto3.client("sts", endpoint_url=sts.endpoint, region_name="us-east-1",
                          config=Config(signature_version=UNSIGNED))
    made = client.assume_role_with_saml(
        RoleArn=ADMIN, PrincipalArn=saml.PROVIDER, SAMLAssertion=idp.response([ADMIN]))
    assert made["AssumedRoleUser"]["Arn"].endswith("assumed-role/Admin/alice@example.com")
    forged = idp.xml([READER]).replace("Reader", "Admin")
    with pytest.raises(client.exceptions.ClientError, match="InvalidIdentityToken"):
        client.assume_role_with_saml(
            RoleArn=ADMIN, PrincipalArn=saml.PROVIDER,
            SAMLAssertion=base64.b64encode(forged.encode()).decode())


# The ways in.


def test_a_file(saml_world):
    session = saml_world.session("corp")
    assert session.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/alice@example.com"
    (call,) = saml_world.sts.asked("AssumeRoleWithSAML")
    assert call.params["RoleArn"] == ADMIN and call.params["PrincipalArn"] == saml.PROVIDER
    assert call.key_id is None


def test_a_session_is_kept_and_the_response_is_not_looked_at(saml_world):
    first = saml_world.session("corp")
    saml_world.response_file.write_text("nothing of use!")
    assert saml_world.session("corp") is first
    assert saml_world.sts.count("AssumeRoleWithSAML") == 1
    saml_world.credtool("exec", "corp", "--role", "Reader", "--", "true").fails(
        "not base64", code=125)


def test_a_program_that_asks_on_the_terminal(saml_world):
    script = saml_world.scratch / "helper"
    script.write_text(
        "#!/bin/sh\nprintf 'Word: ' >/dev/tty; read word; [ \"$word\" = sesame ] || exit 3\n"
        f"cat {saml_world.response_file}\n")
    script.chmod(0o700)
    saml_world.profile(f"saml_process = {script} | cat", "saml_role = Admin")
    terminal = saml_world.terminal("exec", "corp", "--", "sh", "-c", "echo $AWS_REGION")
    terminal.answers("Word: ", "sesame")
    assert "us-east-1" in terminal.finish()
    assert saml_world.sts.count("AssumeRoleWithSAML") == 1


def test_a_program_that_fails(saml_world):
    saml_world.profile("saml_process = exit 3", "saml_role = Admin")
    saml_world.credtool("exec", "corp", "--", "true").fails(
        "saml_process of profile corp", "code 3", code=125)


def test_a_program_that_prints_nothing(saml_world):
    """Its words are not repeated: a password may be among them."""
    saml_world.profile("saml_process = true --password made-up-word", "saml_role = Admin")
    result = saml_world.credtool("exec", "corp", "--", "true").fails(
        "an empty text", "config:", code=125)
    assert "made-up-word" not in result.stderr


def test_standard_input_serves_the_profile(saml_world):
    """The response is handed in once, and the profile's sessions come from there."""
    saml_world.profile("saml_idp_url = https://idp.example/start", "saml_role = Admin")
    saml_world.credtool("exec", "corp", "--", "true").fails(
        "nobody can be asked", "credtool login corp", code=125)
    saml_world.credtool("login", "corp", "--saml-file", "-", input=saml_world.hand_in()).works(
    ).says("profile corp can be used")
    saml_world.credtool("exec", "corp", "--", "true").works().is_silent()


def test_flags_alone(saml_world):
    saml_world.config("")
    flags = ["--saml-file", str(saml_world.response_file), "--region", "us-east-1"]
    assert "assumed-role/Reader/" in saml_world.session(*flags, "--role", "Reader").arn
    # What nobody's name stands for is told from nothing else, and so asked for each time.
    for _ in range(2):
        saml_world.credtool("exec", "--saml-file", "-", "--role", ADMIN, "--", "true",
                            input=saml_world.hand_in()).works().is_silent()
    assert saml_world.sts.count("AssumeRoleWithSAML") == 3


def test_whoami_and_export(saml_world):
    saml_world.credtool("whoami", "corp").works()
    exported = saml_world.credtool("export", "corp", secret_output=True).works()
    assert "AWS_SESSION_TOKEN" in exported.stdout
    assert saml_world.sts.count("AssumeRoleWithSAML") == 1


def test_a_role_behind_it(saml_world):
    behind = saml_world.sts.new_role("Behind")
    saml_world.profile(f"saml_file = {saml_world.response_file}", "saml_role = Admin",
                       f"role_arn = {behind}")
    assert "assumed-role/Behind/" in saml_world.session("corp").arn


def test_many_at_once_get_one_response(saml_world, kernel_keyring):
    count = saml_world.scratch / "count"
    saml_world.profile(f"saml_process = echo x >>{count}; cat {saml_world.response_file}",
                       "saml_role = Admin")
    running = [saml_world.start("exec", "corp", "--", "true") for _ in range(8)]
    for process in running:
        saml_world.finish(process).works()
    assert count.read_text() == "x\n"
    assert saml_world.sts.count("AssumeRoleWithSAML") == 1


# The browser.


@pytest.fixture
def signing_in(saml_world):
    port = free_port()
    saml_world.acs = f"http://localhost:{port}/saml/acs"
    saml_world.sts.saml_recipients.add(saml_world.acs)
    saml_world.profile("saml_idp_url = https://idp.example/start?app=aws", "saml_role = Admin",
                       f"saml_acs_port = {port}")
    return saml_world


def sent_out(world, terminal):
    """The browser is sent to the identity provider."""
    terminal.expect(re.escape("https://idp.example/start?app=aws"))
    terminal.expect(re.escape(world.acs))


def bring_back(world):
    """Does as the browser there."""
    response = world.hand_in(recipient=world.acs)
    assert saml.post(world.acs, {"RelayState": "x"})[0] >= 400
    assert saml.post(world.acs.replace("acs", "other"), {"SAMLResponse": response})[0] >= 400
    status, page = saml.post(world.acs, {"SAMLResponse": response, "RelayState": "x"})
    assert status == 200 and "credtool" in page


def test_a_browser_posts_the_response(signing_in):
    terminal = signing_in.terminal("login", "corp", "--no-browser")
    sent_out(signing_in, terminal)
    bring_back(signing_in)
    assert "profile corp can be used" in terminal.finish()
    port = signing_in.acs.split(":")[2].split("/")[0]
    assert f"ssh -L {port}:localhost:{port} " in terminal.shown()
    signing_in.credtool("exec", "corp", "--", "true").works().is_silent()


def test_exec_signs_in_by_itself_where_there_is_a_terminal(signing_in):
    terminal = signing_in.terminal("exec", "corp", "--", "true")
    sent_out(signing_in, terminal)
    bring_back(signing_in)
    terminal.finish()


def test_thirty_runs_ask_a_person_once(signing_in):
    binary = signing_in.command("exec", "corp", "--", "sh", "-c", "echo got:$AWS_ACCESS_KEY_ID")
    script = 'i=0; while [ $i -lt 30 ]; do "$@" & i=$((i+1)); done; wait'
    terminal = signing_in.on_terminal(["sh", "-c", script, "sh", *binary], timeout=90)
    sent_out(signing_in, terminal)
    bring_back(signing_in)
    terminal.finish()
    assert terminal.shown().count("got:ASIA") == 30
    assert terminal.shown().count("https://idp.example/start") == 1
    assert signing_in.sts.count("AssumeRoleWithSAML") == 1


def test_two_profiles_take_turns_at_the_port(signing_in):
    text = signing_in.config_file.read_text()
    signing_in.config(
        text + text.replace("profile corp", "profile read").replace("= Admin", "= Reader"))
    first = signing_in.terminal("login", "corp", "--no-browser")
    sent_out(signing_in, first)
    second = signing_in.terminal("login", "read", "--no-browser")
    second.expect(r"another credtool \(process \d+\) is signing in at port \d+; waiting up to")
    bring_back(signing_in)
    assert "profile corp can be used" in first.finish()
    sent_out(signing_in, second)
    bring_back(signing_in)
    assert "profile read can be used" in second.finish()


def test_a_real_browser(signing_in):
    """Chromium posts what the identity provider's page holds, and shows that it is done."""
    page = signing_in.keep_open(
        saml.Page(signing_in.acs, signing_in.hand_in(recipient=signing_in.acs)))
    signing_in.config(signing_in.config_file.read_text().replace(
        "https://idp.example/start?app=aws", page.url))
    terminal = signing_in.terminal("login", "corp", "--no-browser")
    terminal.expect(re.escape(page.url))
    chromium.visit(signing_in, page.url, "sign-in-saml.png")
    assert "profile corp can be used" in terminal.finish()


def test_a_browser_that_never_comes_back(signing_in):
    terminal = signing_in.terminal("login", "corp", "--no-browser", "--timeout", "2s")
    assert "no SAML response came back within 2s" in terminal.finish(1)


def test_the_port_is_taken(signing_in):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(signing_in.acs.split(":")[2].split("/")[0])))
        taken.listen()
        terminal = signing_in.terminal("login", "corp", "--no-browser")
        assert "another program listens on port" in terminal.finish(1)


# Roles.


def test_a_person_chooses(saml_world):
    saml_world.profile(f"saml_file = {saml_world.response_file}")
    terminal = saml_world.terminal("exec", "corp", "--", "true", env={"TERM": "dumb"})
    terminal.expect(r"1  \d{12}  Admin")
    terminal.expect(r"2  \d{12}  Reader")
    terminal.answers(r"Role \(1-2\): ", "3")
    terminal.expect("none of them")
    terminal.answers(r"Role \(1-2\): ", "2")
    terminal.finish()
    assert "assumed-role/Reader/" in saml_world.sts.issued[-1].arn
    # The choice lasts as long as its session.
    saml_world.credtool("exec", "corp", "--", "true").works().is_silent()


def test_a_person_chooses_by_typing(saml_world):
    saml_world.profile(f"saml_file = {saml_world.response_file}")
    terminal = saml_world.terminal("exec", "corp", "--", "true")
    terminal.expect("Role: ")
    terminal.expect("2 of 2")
    terminal.send("read")
    terminal.expect("1 of 2")
    terminal.send("\r")
    terminal.finish()
    assert "assumed-role/Reader/" in saml_world.sts.issued[-1].arn
    saml_world.credtool("exec", "corp", "--", "true").works().is_silent()


def test_nobody_can_choose(saml_world):
    saml_world.profile(f"saml_file = {saml_world.response_file}")
    assert "a person chooses" in saml_world.plan("corp").said()
    saml_world.credtool("exec", "corp", "--", "true").fails(
        "several roles", "--role ROLE", ADMIN, READER, code=125)
    assert "assumed-role/Reader/" in saml_world.session("corp", "--role", "Reader").arn


@pytest.mark.parametrize("settings, words", [
    (["saml_role = Admim"], ["no role \"Admim\"", "did you mean Admin?"]),
    (["saml_provider = arn:aws:iam::999999999999:saml-provider/Other"],
     ["offers no role of arn:aws:iam::999999999999:saml-provider/Other", saml.PROVIDER]),
])
def test_what_is_not_offered(saml_world, settings, words):
    saml_world.profile(f"saml_file = {saml_world.response_file}", *settings)
    saml_world.credtool("exec", "corp", "--", "true").fails(*words, code=125)
    assert saml_world.sts.count("AssumeRoleWithSAML") == 0


# How long.


def asked_seconds(world):
    return int(world.sts.asked("AssumeRoleWithSAML")[-1].params["DurationSeconds"])


@pytest.mark.parametrize("duration, flags, expected", [
    (None, [], 3600), ("7200", [], 7200), ("7200", ["--duration", "2h"], 7200),
    ("1800", ["--duration", "2h"], 1800), ("7200", ["--duration", "30m"], 1800)])
def test_the_identity_provider_limits_the_session(saml_world, duration, flags, expected):
    saml_world.hand_in(attributes={"SessionDuration": duration} if duration else {})
    result = saml_world.credtool("exec", "corp", *flags, "--", "true").works()
    assert asked_seconds(saml_world) == expected
    is_cut = flags and expected < 7200 and duration == "1800"
    assert ("the identity provider allows" in result.stderr) == bool(is_cut)


def test_what_the_identity_provider_wants_may_be_more_than_the_role_allows(saml_world):
    saml_world.hand_in(attributes={"SessionDuration": "43200"})
    saml_world.credtool("exec", "corp", "--role", "Reader", "--", "true").works().is_silent()
    calls = saml_world.sts.asked("AssumeRoleWithSAML")
    assert [int(call.params["DurationSeconds"]) for call in calls] == [43200, 3600]


def test_what_a_person_asks_for_is_not_cut_to_the_role_in_silence(saml_world):
    saml_world.credtool("exec", "corp", "--role", "Reader", "--duration", "2h", "--", "true").fails(
        "MaxSessionDuration", "--duration 1h", code=125)


def test_the_session_ends_with_the_sign_in(saml_world):
    saml_world.hand_in(session_ends=saml.soon(minutes=40))
    saml_world.credtool("exec", "corp", "--", "true").works()
    assert 2300 < asked_seconds(saml_world) <= 2400
    plan = saml_world.plan("corp")
    assert plan["cache"][0]["isCached"] and plan["cache"][0]["secondsLeft"] <= 2400


# What is wrong.


@pytest.mark.parametrize("make, words", [
    (lambda idp: idp.response([ADMIN], audience="https://other.example"),
     ["meant for \"https://other.example\"", "urn:amazon:webservices"]),
    (lambda idp: idp.response([ADMIN], lifetime={"seconds": 0}), ["counted until"]),
    (lambda idp: idp.response([]), ["offers no role of AWS"]),
    (lambda idp: idp.response([ADMIN], session_ends=saml.soon(minutes=-1)),
     ["sign-in at the identity provider ended"]),
    (lambda idp: idp.response([ADMIN]) + "\n" + idp.response([READER]), ["several SAML responses"]),
    (lambda idp: idp.response([ADMIN])[:-400], ["not the base64 of XML"]),
    (lambda idp: idp.xml([ADMIN]), ["not base64"]),
    (lambda idp: base64.b64encode(b"{}").decode(), ["not the base64 of XML"]),
    (lambda idp: base64.b64encode(b"<a/>").decode(), ["no SAML response, but \"a\""]),
    (lambda idp: "", ["empty"]),
    (lambda idp: idp.refusal(), ["refused the sign-in (RequestDenied): Not yours"]),
    (lambda idp: idp.response([ADMIN], encrypt=True), ["is encrypted"]),
], ids=["audience", "old", "no roles", "session", "several", "cut", "not base64", "not XML",
        "other", "empty", "refused", "encrypted"])
def test_a_response_of_no_use(saml_world, make, words):
    saml_world.response_file.write_text(make(saml_world.idp))
    saml_world.credtool("exec", "corp", "--", "true").fails(*words, code=125)
    assert saml_world.sts.count("AssumeRoleWithSAML") == 0


@pytest.mark.parametrize("make, words", [
    (lambda idp: idp.response([ADMIN], name=None), ["RoleSessionName"]),
    (lambda idp: idp.response([ADMIN], recipient="http://localhost:1/saml/acs"),
     ["AccessDenied", "SAML:aud \"http://localhost:1/saml/acs\""]),
    (lambda idp: base64.b64encode(
        idp.xml([READER]).replace("Reader", "Admin").encode()).decode(),
     ["signature invalid", "signing certificate"]),
], ids=["name", "recipient", "forged"])
def test_what_aws_refuses(saml_world, make, words):
    saml_world.response_file.write_text(make(saml_world.idp))
    saml_world.credtool("exec", "corp", "--", "true").fails(*words, code=125)


def test_a_clock_that_is_behind(saml_world):
    saml_world.credtool("exec", "corp", "--", "true", through=at(wall=-3600)).fails(
        "counts from", "timedatectl", code=125)


def test_no_file(saml_world):
    saml_world.response_file.unlink()
    saml_world.credtool("exec", "corp", "--", "true").fails(
        "cannot be read from", "no such file", code=125)


# Looking.


def test_plan_list_and_logout(saml_world):
    saml_world.profile("saml_idp_url = https://idp.example/start", "saml_role = Admin")
    plan = saml_world.plan("corp")
    assert plan.kinds() == ["saml"] and plan["calls"] == ["sts:AssumeRoleWithSAML"]
    assert plan["signIn"]["state"] == "needed"
    assert plan.step("saml")["idpUrl"] == "https://idp.example/start"
    saml_world.credtool("login", "corp", "--saml-file", "-", input=saml_world.hand_in()).works()
    plan = saml_world.plan("corp")
    assert plan["calls"] == [] and "signIn" not in plan
    listed = saml_world.credtool("list").works().stdout
    assert re.search(r"corp +saml ", listed) and "Admin" in listed
    saml_world.credtool("logout", "corp").works().says("forgot the sessions of profile corp (1)")
    assert saml_world.plan("corp")["calls"] == ["sts:AssumeRoleWithSAML"]
    saml_world.credtool("login", "corp", "--saml-file", "-", input=saml_world.hand_in()).works()
    result = saml_world.credtool("logout", "--all").works().says("sessions of profile corp (1)")
    assert "Identity Center" not in result.stderr
    assert saml_world.plan("corp")["calls"] == ["sts:AssumeRoleWithSAML"]


@pytest.mark.parametrize("lines, flags, words", [
    (["saml_role = Admin"], [], ["nothing says where the response comes from"]),
    (["saml_file = a", "saml_process = b"], [], ["cannot stand together"]),
    (["saml_file = a", "saml_provider = x"], [], ["the ARN of an identity provider"]),
    (["saml_file = a", "saml_acs_port = 0"], [], ["a port, from 1 to 65535"]),
    (["aws_access_key_id = AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key = x" * 3],
     ["--saml-role", "x"], ["nothing says where"]),
])
def test_settings_that_do_not_do(saml_world, lines, flags, words):
    saml_world.profile(*lines)
    saml_world.credtool("plan", "corp", *flags).fails(*words)
