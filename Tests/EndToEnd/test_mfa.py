"""MFA: codes asked on the terminal, checked before they are sent, shared between roles."""

import pexpect
import pytest

from rig.sts import ACCOUNT

#: To its end: what is typed before it is there is dropped.
QUESTION = "mfa code of [^\n]*: "


@pytest.fixture
def guarded(world):
    """A key with an MFA device and two roles that ask for it."""
    key = world.add("work")
    world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\n")
    world.sts.new_role("admin", needs_mfa=True)
    world.sts.new_role("audit", needs_mfa=True)
    return world


def mfa_calls(world):
    return [call for call in world.sts.calls if "TokenCode" in call.params]


def test_a_code_is_asked_for_on_the_terminal(guarded):
    terminal = guarded.terminal("exec", "work", "--role", "admin", "--", "true")
    terminal.answers(QUESTION, "123456")
    terminal.finish()
    [call] = mfa_calls(guarded)
    assert call.params["SerialNumber"] == guarded.keys["work"].mfa_serial
    assert call.params["TokenCode"] == "123456"


def test_the_prompt_stays_out_of_pipes(guarded):
    output = guarded.scratch / "out"
    terminal = guarded.on_terminal(
        ["sh", "-c", f'exec "$@" 3<&0 </dev/null >{output} 2>&1', "sh",
         *guarded.command("export", "work", "--format", "process")])
    terminal.answers(QUESTION, "123456")
    terminal.finish()
    assert output.read_text().startswith("{")


def test_one_code_serves_every_role(guarded):
    guarded.exec_env("work", "--role", "admin", "--mfa-token", "123456")
    guarded.exec_env("work", "--role", "audit")
    guarded.exec_env("work")
    assert len(mfa_calls(guarded)) == 1
    assert guarded.sts.count("AssumeRole") == 2


def test_an_mfa_session_lasts_twelve_hours(guarded):
    guarded.exec_env("work", "--mfa-token", "123456")
    assert guarded.sts.asked("GetSessionToken")[0].params["DurationSeconds"] == "43200"


def test_a_role_for_longer_than_an_hour_is_assumed_directly(guarded):
    guarded.exec_env("work", "--role", "admin", "--duration", "2h", "--mfa-token", "123456")
    call = guarded.sts.asked("AssumeRole")[-1]
    assert call.params["DurationSeconds"] == "7200"


@pytest.mark.parametrize("text", ["12345", "1234567", "12a456", "١٢٣٤٥٦"])
def test_what_is_no_code_is_not_sent(guarded, text):
    terminal = guarded.terminal("exec", "work", "--role", "admin", "--", "true")
    terminal.answers(QUESTION, text)
    terminal.expect("(?i)six digits")
    terminal.answers(QUESTION, "123456")
    terminal.finish()
    assert len(mfa_calls(guarded)) == 1


def test_spaces_are_never_sent(guarded):
    terminal = guarded.terminal("exec", "work", "--role", "admin", "--", "true")
    terminal.answers(QUESTION, " 123 456 ")
    if terminal.expect(["(?i)six digits", pexpect.EOF]) == 0:
        terminal.answers(QUESTION, "123456")
        terminal.expect(pexpect.EOF)
    assert [call.params["TokenCode"] for call in mfa_calls(guarded)] == ["123456"]


def test_a_wrong_code_is_asked_again(guarded):
    terminal = guarded.terminal("exec", "work", "--role", "admin", "--", "true")
    terminal.answers(QUESTION, "000000")
    terminal.answers(QUESTION, "111111")
    terminal.answers(QUESTION, "123456")
    terminal.finish()
    assert [call.params["TokenCode"] for call in mfa_calls(guarded)] == [
        "000000", "111111", "123456"]


def test_three_wrong_codes_are_enough(guarded):
    terminal = guarded.terminal("exec", "work", "--role", "admin", "--", "true")
    for code in ("000000", "111111", "222222"):
        terminal.answers(QUESTION, code)
    shown = terminal.finish(code=125)
    assert "credtool: " in shown and "hint: " in shown
    assert len(mfa_calls(guarded)) == 3


def test_token_flag(guarded):
    assert guarded.session("work", "--role", "admin", "--mfa-token", "123456").is_role
    assert len(mfa_calls(guarded)) == 1


def test_a_wrong_token_flag_is_not_asked_again(guarded):
    guarded.credtool("exec", "work", "--role", "admin", "--mfa-token", "000000", "--",
                     "true").fails("mfa", code=125)
    assert len(mfa_calls(guarded)) == 1


@pytest.mark.parametrize("code", ["12345", "abcdef", "1234567"])
def test_a_token_flag_of_the_wrong_form(guarded, code):
    guarded.credtool("exec", "work", "--mfa-token", code, "--", "true").fails(
        "six digits", code=125)
    assert mfa_calls(guarded) == []


def test_no_terminal_to_ask_on(guarded):
    guarded.credtool("exec", "work", "--role", "admin", "--", "true").fails(
        "terminal", "--mfa-token", code=125)
    assert mfa_calls(guarded) == []


def test_serial_flag(world):
    key = world.add("work")
    world.exec_env("work", "--mfa-serial", key.mfa_serial, "--mfa-token", "123456")
    assert mfa_calls(world)[0].params["SerialNumber"] == key.mfa_serial


def test_of_the_source_profile(world):
    """A role profile without mfa_serial of its own needs none; with one, it is asked for."""
    key = world.add("work")
    arn = world.sts.new_role("admin", needs_mfa=True)
    world.config(f"[profile prod]\nrole_arn = {arn}\nsource_profile = work\n"
                 f"mfa_serial = {key.mfa_serial}\n")
    assert world.session("prod", "--mfa-token", "123456").is_role
    assert mfa_calls(world)[0].params["SerialNumber"] == key.mfa_serial


def test_one_code_serves_every_region_and_name(guarded):
    """The region shapes no MFA session, nor does the profile that names the key."""
    serial = guarded.keys["work"].mfa_serial
    arn = f"arn:aws:iam::{ACCOUNT}:role"
    guarded.config(
        f"[profile work]\nmfa_serial = {serial}\nregion = eu-west-1\n"
        f"[profile prod]\nrole_arn = {arn}/admin\nsource_profile = work\n"
        f"mfa_serial = {serial}\nregion = us-west-2\n"
        f"[profile audit]\nrole_arn = {arn}/audit\nsource_profile = work\n"
        f"mfa_serial = {serial}\nregion = ap-south-1\n")
    guarded.add("copy", key=guarded.keys["work"])
    guarded.exec_env("work", "--mfa-token", "123456")
    # From here on there is no terminal and no code.
    for arguments in (["prod"], ["audit"], ["work", "--region", "eu-north-1"],
                      ["prod", "--region", "sa-east-1"], ["work", "--role", f"{arn}/audit"],
                      ["copy", "--mfa-serial", serial]):
        child = guarded.exec_env(*arguments)
        assert guarded.sts.identities[child["AWS_ACCESS_KEY_ID"]].mfa, arguments
    assert len(mfa_calls(guarded)) == 1 and guarded.sts.count("GetSessionToken") == 1
    assert {call.region for call in guarded.sts.asked("AssumeRole")} == {
        "us-west-2", "ap-south-1", "sa-east-1", "eu-west-1"}
