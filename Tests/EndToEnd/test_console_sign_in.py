"""Signing in at the console: with a browser here or elsewhere, silently, and not at all."""

import json
import re
import sys
import urllib.parse

import pytest

from rig import chromium, kernelkeys, signin, tls
from rig.world import at, on_a_desktop

SHOW_KEY = ("--", "sh", "-c", "echo key:$AWS_ACCESS_KEY_ID")


def page_shown(terminal):
    """The address that a person is to open."""
    terminal.expect(r"open (https?://127[^\s]*)\s")
    return terminal.match[1]


def sign_in(world, *arguments, code=0, through=()):
    """A person signs in with a browser on this machine; what was shown."""
    terminal = world.terminal("login", *arguments, "--no-browser", through=through)
    world.console.visit(page_shown(terminal))
    terminal.finish(code)
    return terminal.shown()


def browser_of(world):
    """A program for BROWSER: of a person who is signed in at the console already."""
    browser = world.scratch / "browser"
    browser.write_text(
        f"#!{sys.executable}\nimport sys, urllib.request\n"
        "urllib.request.urlopen(sys.argv[1], timeout=20).read()\n")
    browser.chmod(0o755)
    return browser


def forget_sessions(world):
    world.credtool("clear").works()


def works(world, profile="me"):
    world.credtool("exec", profile, "--", "true").works().is_silent()


def test_a_browser_on_this_machine(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    terminal = world.terminal("login", "me", "--no-browser")
    page = page_shown(terminal)
    terminal.expect("left")
    done = console.visit(page)
    assert "<html" in done and "credtool" in done
    assert "can be used" in terminal.finish()
    asked = console.pages[0]
    assert asked["client_id"] == signin.SAME_DEVICE and asked["scope"] == "openid"
    assert console.calls[0]["redirectUri"] == asked["redirect_uri"]
    assert world.session("me") is console.issued[0] and console.grants() == ["authorization_code"]
    child = world.exec_env("me")
    assert child["AWS_REGION"] == console.region
    works(world)


def test_a_real_browser(console_world):
    """Chromium follows the console's redirect, and shows the page that says it is done."""
    world, console = console_world, console_world.console
    world.config(console.config())
    terminal = world.terminal("login", "me", "--no-browser")
    chromium.visit(world, page_shown(terminal), "sign-in-console.png")
    assert "can be used" in terminal.finish()
    assert world.session("me") is console.issued[0]


def test_the_browser_is_opened(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    desktop = on_a_desktop(browser_of(world))
    world.credtool("login", "me", through=desktop).works().says("can be used")
    assert console.pages[0]["client_id"] == signin.SAME_DEVICE
    # Without a terminal, too, a program gets what the browser brought.
    world.credtool("logout", "me").works()
    world.credtool("exec", "me", "--", "true", through=desktop).works()
    assert console.grants() == ["authorization_code"] * 2


def test_many_at_once_open_one_browser(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    desktop = on_a_desktop(browser_of(world))
    running = [world.start("exec", "me", "--", "true", through=desktop) for _ in range(12)]
    for process in running:
        world.finish(process).works()
    assert len(console.pages) == 1 and console.grants() == ["authorization_code"]


def test_a_no_is_one_for_all_who_wait(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    binary = world.command("login", "me", "--no-browser")
    script = 'i=0; while [ $i -lt 4 ]; do "$@" & i=$((i+1)); done; wait'
    terminal = world.on_terminal(["sh", "-c", script, "sh", *binary], timeout=60)
    page = page_shown(terminal)
    while terminal.shown().count("waiting up to") < 3:
        terminal.expect("waiting up to")
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page).query))
    console.visit(f"{query['redirect_uri']}?error=access_denied&state={query['state']}")
    terminal.finish()
    assert terminal.shown().count("was refused") == 4
    assert terminal.shown().count("/v1/authorize") == 1


def test_a_browser_elsewhere(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    terminal = world.terminal("login", "me", "--remote")
    text = console.visit(page_shown(terminal))
    terminal.expect("What the page shows: ")
    terminal.sendline(text)
    assert "can be used" in terminal.finish()
    assert text not in terminal.shown()
    assert console.pages[0]["client_id"] == signin.CROSS_DEVICE
    assert world.session("me") is console.issued[0]
    # What is renewed goes by the client that signed in.
    console.seconds = 200
    world.credtool("logout", "me").works()
    terminal = world.terminal("login", "me", "--device")
    terminal.sendline(console.visit(page_shown(terminal)))
    terminal.finish()
    assert console.calls[-1]["clientId"] == signin.CROSS_DEVICE


def test_what_is_pasted_has_to_be_of_this_sign_in(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    terminal = world.terminal("login", "me", "--remote")
    page = page_shown(terminal)
    other = urllib.parse.urlsplit(page)
    query = dict(urllib.parse.parse_qsl(other.query)) | {"state": "other"}
    strange = console.visit(other._replace(query=urllib.parse.urlencode(query)).geturl())
    for text in (strange, "yes"):
        terminal.expect("What the page shows: ")
        terminal.sendline(text)
        terminal.expect("not what the page of this sign-in shows")
    terminal.sendline(console.visit(page))
    terminal.finish()
    terminal = world.terminal("login", "--console", "other", "--remote")
    for _ in range(3):
        terminal.expect("What the page shows: ")
        terminal.sendline("no")
    assert "not the text" in terminal.finish(1)


def test_exec_signs_in_by_itself(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    terminal = world.terminal("exec", "me", *SHOW_KEY)
    # Where there is no browser to be opened, as in the container of the tests, a text is the way.
    shown = page_shown(terminal)
    if "cross-device" in shown:
        terminal.sendline(console.visit(shown))
    else:
        console.visit(shown)
    shown = terminal.finish()
    assert f"key:{console.issued[0].key_id}" in shown


def test_nobody_to_ask(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    world.credtool("exec", "me", "--", "true").fails(
        f"nobody is signed in at the console as {console.identity}", "credtool login me", code=125)
    assert console.calls == []
    # An address that leads nowhere is not shown.
    assert "http" not in world.credtool("login", "me", "--remote").fails("terminal").stderr


# Renewing.


def test_credentials_are_renewed_silently(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    console.seconds = 200
    sign_in(world, "me")
    before = console.sign_ins[0].refresh[-1]
    # What AWS gave a moment ago is used as it is, however short it lives.
    forget_sessions(world)
    works(world)
    assert console.grants() == ["authorization_code"]
    world.credtool("exec", "me", "--", "true", through=at(wall=60)).works().is_silent()
    assert console.grants() == ["authorization_code", "refresh_token"]
    assert console.sign_ins[0].refresh[-1] != before


def test_a_sign_in_outlives_the_kernels_keyring(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    before = kernelkeys.present()
    sign_in(world, "me")
    kernelkeys.purge(before)
    works(world)
    assert console.grants() == ["authorization_code"]


@pytest.mark.parametrize("code, words", [
    ("TOKEN_EXPIRED", "the sign-in is over at the console as"),
    ("USER_CREDENTIALS_CHANGED", "the password was changed since the sign-in at the console as"),
    ("INVALID_REQUEST", "AWS does not renew the sign-in at the console as"),
])
def test_a_sign_in_that_ended(console_world, code, words):
    world, console = console_world, console_world.console
    world.config(console.config())
    console.seconds = 30
    sign_in(world, "me")
    console.end(code)
    through = at(wall=60)
    world.credtool("exec", "me", "--", "true", through=through).fails(
        words, "hint: credtool login me", code=125)
    plan = world.credtool("plan", "me", "--json", through=through).works().stdout
    assert json.loads(plan)["signIn"]["state"] == "needed"
    console.seconds = 900
    sign_in(world, "me", through=through)
    works(world)


@pytest.mark.parametrize("code, words", [
    ("INSUFFICIENT_PERMISSIONS", "signin:CreateOAuth2Token"),
    ("server_error", "signing in at the console as"),
])
def test_renewals_that_are_refused(console_world, code, words):
    world, console = console_world, console_world.console
    world.config(console.config())
    console.seconds = 30
    sign_in(world, "me")
    console.inject(*[signin.refused(code)] * 5)
    world.credtool("exec", "me", "--", "true", through=at(wall=60)).fails(words, code=125)


@pytest.mark.parametrize("code, words", [
    ("AUTHCODE_EXPIRED", "redeemed too late"), ("TOKEN_EXPIRED", "the clock of this machine is off"),
    ("INSUFFICIENT_PERMISSIONS", "signin:AuthorizeOAuth2Access"), ("server_error", "signing in at"),
])
def test_codes_that_are_refused(console_world, code, words):
    world, console = console_world, console_world.console
    world.config(console.config())
    console.inject(signin.refused(code))
    assert words in " ".join(sign_in(world, "me", code=1).split())
    assert console.issued == []


def test_the_person_says_no(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    console.person = "deny"
    shown = sign_in(world, "me", code=1)
    assert "refused in the browser" in shown and "credtool login me begins anew" in shown
    shown = sign_in(world, "--console", "new", code=1)
    assert "credtool login --console new begins anew" in shown


def test_a_browser_that_never_comes_back(console_world):
    world = console_world
    world.config(world.console.config())
    terminal = world.terminal("login", "me", "--no-browser", "--timeout", "2s")
    page_shown(terminal)
    assert "nobody signed in at the console within 2s" in terminal.finish(1)


def test_somebody_else_signs_in(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    console.identity = other = console.identity + "-too"
    shown = " ".join(sign_in(world, "me", code=1).split())
    assert f"{other} signed in, but profile \"me\" is for" in shown
    world.credtool("exec", "me", "--", "true").fails("nobody is signed in", code=125)


def test_many_at_once(console_world):
    """A refresh token that many want is traded once."""
    world, console = console_world, console_world.console
    world.config(console.config())
    console.seconds = 30
    sign_in(world, "me")
    console.seconds = 900
    through = at(wall=60)
    running = [world.start("exec", "me", "--", "true", through=through) for _ in range(12)]
    for process in running:
        world.finish(process).works()
    assert console.grants() == ["authorization_code", "refresh_token"]


# The profile that --console writes.


def test_login_console_writes_a_profile(console_world):
    world, console = console_world, console_world.console
    text = "# mine\n[profile a]\n  region=eu-west-1   ; here\n\n[profile new]\r\noutput = json\r\n"
    world.config(text)
    shown = sign_in(world, "--console", "new", "--region", "eu-west-1")
    assert "set login_session and region of profile new" in shown
    assert world.config_file.read_bytes().decode() == (
        text + f"login_session = {console.identity}\r\nregion = eu-west-1\r\n")
    assert world.session("new") is console.issued[0]


def test_login_console_makes_the_default_profile(console_world):
    world, console = console_world, console_world.console
    sign_in(world, "--console")
    assert world.config_file.read_text() == f"[default]\nlogin_session = {console.identity}\n"
    assert world.session("default") is console.issued[0]


def test_login_console_trusts_whom_the_profile_trusts(console_world, tmp_path):
    world, console = console_world, console_world.console
    ca, certificate, key = tls.make_certificates(tmp_path, ["127.0.0.1"])
    console.use_tls(certificate, key)
    world.environment |= console.variables()
    world.config(f"[profile me]\nca_bundle = {ca}\n")
    sign_in(world, "--console", "me")
    assert world.session("me") is console.issued[0]


def test_login_console_again(console_world):
    world, console = console_world, console_world.console
    sign_in(world, "--console", "me")
    console.identity += "-too"
    sign_in(world, "--console", "me")
    assert world.config_file.read_text() == (
        f"[profile me]\nlogin_session = {console.identity}\n")
    assert world.session("me") is console.issued[1]


@pytest.mark.parametrize("section", [
    "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = made-up\n",
    "credential_process = true\n", "role_arn = arn:aws:iam::111122223333:role/R\n"
    "source_profile = me\n[profile me]\nlogin_session = arn:aws:iam::111122223333:root\n"])
def test_a_profile_of_another_kind_is_left_alone(console_world, section):
    world = console_world
    text = f"[profile busy]\n{section}"
    world.config(text)
    world.credtool("login", "--console", "busy").fails("in another way already", "ANOTHER-NAME")
    assert world.config_file.read_text() == text and world.console.pages == []


def test_a_file_that_cannot_be_edited_costs_no_sign_in(console_world):
    world = console_world
    world.config("[profile x\nregion = y\n")
    world.credtool("login", "--console", "new").fails("config")
    world.credtool("login", "--console", "a]b").fails("cannot be the name of a profile")
    assert world.console.pages == []


def test_a_role_by_way_of_the_console(console_world):
    world, console = console_world, console_world.console
    world.config(console.config() + "[profile deploy]\nsource_profile = me\n"
                 "role_arn = arn:aws:iam::111122223333:role/Deploy\nregion = eu-west-1\n")
    assert world.plan("deploy").kinds() == ["login", "assume-role"]
    assert world.plan("me", "--role", "Deploy").step("assume-role")["roleArn"] == (
        "arn:aws:iam::111122223333:role/Deploy")


# What is told, and the end.


def test_plan_and_list(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    plan = world.plan("me")
    assert plan.kinds() == ["login"] and plan.step("login")["loginSession"] == console.identity
    assert plan["signIn"]["state"] == "needed" and plan["calls"] == ["signin:CreateOAuth2Token"]
    sign_in(world, "me")
    plan = world.plan("me")
    assert plan["signIn"]["state"] == "signed-in" and plan["cache"][0]["isCached"]
    row, = json.loads(world.credtool("list", "--json").works().stdout)["profiles"]
    assert row["kind"] == "console" and row["signIn"]["state"] == "signed-in"
    later = world.credtool("plan", "me", "--json", through=at(wall=3600)).works().stdout
    assert json.loads(later)["signIn"]["state"] == "renewable"
    later = world.credtool("plan", "me", "--json", through=at(wall=13 * 3600)).works().stdout
    assert json.loads(later)["signIn"]["state"] == "needed"


def test_logout(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    sign_in(world, "me")
    assert len(world.keyring.items()) == 1
    world.credtool("logout", "me").works().says("forgot the sign-in at the console as")
    assert not world.keyring.items()
    world.credtool("logout", "me").works().says("nobody is signed in")
    world.credtool("exec", "me", "--", "true").fails("nobody is signed in", code=125)
    assert world.plan("me")["signIn"]["state"] == "needed"
    sign_in(world, "me")
    world.credtool("logout", "--all").works().says("forgot the sign-in at the console as")
    world.credtool("exec", "me", "--", "true").fails("nobody is signed in", code=125)


def test_whoami(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    sign_in(world, "me")
    assert re.search(r"111122223333", world.credtool("whoami", "me").works().stdout)
