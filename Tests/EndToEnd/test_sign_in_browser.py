"""Signing in with a browser on this machine: it comes back to a listener on 127.0.0.1."""

import urllib.parse

import pexpect
import pytest

from rig import chromium, sso


def page_shown(terminal):
    """The address that a person is to open, taken apart."""
    terminal.expect(r"open (http://127[^\s]*)\s")
    return terminal.match[1]


def query(page):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page).query))


@pytest.fixture
def signing_in(sso_world):
    sso_world.config(sso_world.center.config())
    return sso_world, sso_world.center, sso_world.terminal("login", "dev", "--no-browser")


def test_the_browser_brings_a_code(signing_in):
    world, center, terminal = signing_in
    page = page_shown(terminal)
    asked = query(page)
    assert asked["code_challenge_method"] == "S256" and asked["scopes"] == sso.SCOPE
    terminal.expect("left")
    center.person = "allow"
    done = center.visit(page)
    assert "<html" in done and "credtool" in done
    assert "can be used" in terminal.finish()
    name, registered = next(call for call in center.calls if call[0] == "RegisterClient")
    assert registered["redirectUris"] == ["http://127.0.0.1/oauth/callback"]
    redeemed = dict(center.calls)["CreateToken"]
    assert redeemed["grantType"] == "authorization_code"
    assert urllib.parse.urlsplit(redeemed["redirectUri"]).port
    assert redeemed["codeVerifier"] not in terminal.shown()
    world.credtool("exec", "dev", "--", "true").works().is_silent()


def test_a_code_is_redeemed_once_and_the_token_is_renewed(signing_in):
    world, center, terminal = signing_in
    center.access_seconds = 200
    center.person = "allow"
    center.visit(page_shown(terminal))
    terminal.finish()
    world.credtool("clear").works()
    world.credtool("exec", "dev", "--", "true").works().is_silent()
    grants = [params["grantType"] for name, params in center.calls if name == "CreateToken"]
    assert grants[0] == "authorization_code" and set(grants[1:]) == {"refresh_token"}


def test_the_person_says_no(signing_in):
    world, center, terminal = signing_in
    center.person = "deny"
    center.visit(page_shown(terminal))
    assert "refused in the browser" in terminal.finish(1)


def test_a_browser_that_never_comes_back(sso_world):
    world = sso_world
    world.config(world.center.config())
    terminal = world.terminal("login", "dev", "--no-browser", "--timeout", "2s")
    page_shown(terminal)
    assert "nobody signed in at my-sso within 2s" in terminal.finish(1)


def test_only_the_own_state_counts(signing_in):
    world, center, terminal = signing_in
    page = page_shown(terminal)
    redirect = query(page)["redirect_uri"]
    for wrong in ("?code=x&state=other", "?code=x", "", "?state=other&error=access_denied"):
        with pytest.raises(OSError):  # 4xx
            center.visit(redirect + wrong)
    center.person = "allow"
    center.visit(page)
    terminal.finish()


def test_ctrl_c(signing_in):
    world, center, terminal = signing_in
    page_shown(terminal)
    terminal.expect("left")
    terminal.sendintr()
    terminal.expect(pexpect.EOF)
    assert terminal.before.endswith("\n"), "the shell's prompt would stand behind the status"
    terminal.close()
    assert terminal.signalstatus == 2 or terminal.exitstatus == 130
    world.credtool("exec", "dev", "--", "true").fails("nobody is signed in", code=125)


def test_a_real_browser(signing_in):
    """Chromium follows the portal's redirect, and shows the page that says it is done."""
    world, center, terminal = signing_in
    center.person = "allow"
    chromium.visit(world, page_shown(terminal), "sign-in-identity-center.png")
    assert "can be used" in terminal.finish()
