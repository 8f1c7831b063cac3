"""Signing in at OpenID providers: with a browser, with a code, silently, and not at all."""

import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.parse
import urllib.request

import oidc_provider_mock
import pytest

from rig import chromium, sts as faults
from rig.openid import CLIENT, DEVICE_GRANT, OAuthError, OpenIDProvider, SignedBy
from rig.world import ROOT

SHOW_KEY = ("--", "sh", "-c", "echo key:$AWS_ACCESS_KEY_ID")


@pytest.fixture
def provider(sts, world):
    """A provider of the rig's own, and a profile `dev` whose role its tokens are traded for."""
    provider = world.keep_open(OpenIDProvider(sts))
    provider.role = sts.new_role("deploy")
    provider.world = world
    world.config(provider.config(provider.role))
    yield provider
    world.more_secrets |= set(provider.known_secrets)
    assert not provider.violations


def page_shown(terminal):
    """The address that a person is to open."""
    terminal.expect(r"open (http://[^\s]*)\s")
    return terminal.match[1]


def query(page):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page).query))


def sign_in(provider, profile="dev", code=0, env=None):
    """A person signs in with a browser; what credtool said."""
    terminal = provider.world.terminal("login", profile, "--no-browser", env=env)
    provider.visit(page_shown(terminal))
    return terminal.finish(code)


def sign_in_once(provider):
    """A person signs in for a program, with a code; no token is asked for after the first."""
    terminal = provider.world.terminal("exec", "dev", "--", "true")
    terminal.expect(r"code is (\w{4}-\w{4})")
    provider.decide(terminal.match[1])
    terminal.finish()


def test_the_browser_brings_a_code(provider):
    world = provider.world
    terminal = world.terminal("login", "dev", "--no-browser")
    page = page_shown(terminal)
    assert query(page)["scope"] == "openid offline_access"
    assert urllib.parse.urlsplit(query(page)["redirect_uri"]).path == "/oauth/callback"
    done = provider.visit(page)
    assert "<html" in done and "credtool" in done
    said = terminal.finish()
    assert "signed in at 127.0.0.1" in terminal.shown() and "can be used" in said
    world.credtool("exec", "dev", "--", "true").works().is_silent()
    call, = [call for call in world.sts.calls if call.action == "AssumeRoleWithWebIdentity"]
    assert call.params["RoleArn"] == provider.role
    assert provider.grants == ["authorization_code"]


def test_a_real_browser(provider):
    """Chromium follows the provider's redirect, and shows the page that says it is done."""
    terminal = provider.world.terminal("login", "dev", "--no-browser")
    chromium.visit(provider.world, page_shown(terminal), "sign-in-openid.png")
    assert "can be used" in terminal.finish()


def test_a_code_on_a_terminal(provider):
    world = provider.world
    terminal = world.terminal("exec", "dev", *SHOW_KEY)
    terminal.expect(r"code is (\w{4}-\w{4})")
    code = terminal.match[1]
    terminal.expect("left")
    provider.decide(code)
    shown = terminal.finish()
    assert f"key:{world.sts.issued[-1].key_id}" in shown
    assert f"activate?user_code={code}" in terminal.shown()
    assert set(provider.grants) == {DEVICE_GRANT}


def test_thirty_runs_ask_a_person_once(provider):
    world, crowd = provider.world, 30
    binary = world.command("exec", "dev", "--", "sh", "-c", "echo got:$AWS_ACCESS_KEY_ID")
    script = f'i=0; while [ $i -lt {crowd} ]; do "$@" & i=$((i+1)); done; wait'
    terminal = world.on_terminal(["sh", "-c", script, "sh", *binary], timeout=90)
    terminal.expect(r"code is (\w{4}-\w{4})")
    provider.decide(terminal.match[1])
    terminal.finish()
    assert terminal.shown().count("got:ASIA") == crowd
    assert len(provider.devices) == 1 and world.sts.count("AssumeRoleWithWebIdentity") == 1


def test_a_no_is_one_for_all_who_wait(provider):
    binary = provider.world.command("exec", "dev", "--", "true")
    script = 'i=0; while [ $i -lt 4 ]; do "$@" & i=$((i+1)); done; wait'
    terminal = provider.world.on_terminal(["sh", "-c", script, "sh", *binary], timeout=60)
    terminal.expect(r"code is (\w{4}-\w{4})")
    code = terminal.match[1]
    while terminal.shown().count("is obtaining") < 3:
        terminal.expect("is obtaining")
    provider.decide(code, allow=False)
    terminal.finish()
    assert terminal.shown().count("was refused") == 4
    assert len(provider.devices) == 1


def test_two_logins_at_once_are_one(provider):
    world = provider.world
    first = world.terminal("login", "dev")
    first.expect(r"code is (\w{4}-\w{4})")
    code = first.match[1]
    second = world.terminal("login", "dev")
    second.expect("is signing in at 127.0.0.1; waiting")
    provider.decide(code)
    first.finish()
    second.finish()
    assert len(provider.devices) == 1


def test_a_provider_that_wants_to_be_asked_more_slowly(provider):
    provider.faults = {DEVICE_GRANT: [OAuthError("slow_down")]}
    terminal = provider.world.terminal("login", "dev", "--device", timeout=30)
    terminal.expect(r"code is (\w{4}-\w{4})")
    provider.decide(terminal.match[1])
    terminal.finish()
    # The first question was refused; the second came 1 + 5 seconds later and got the tokens.
    first, second = provider.grant_times
    assert second - first > 5.5


def test_the_redirect_is_the_one_that_is_set(provider):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = f"http://localhost:{port}/done"
    provider.world.config(provider.config(provider.role, more=f"oidc_redirect = {where}\n"))
    terminal = provider.world.terminal("login", "dev", "--no-browser")
    page = page_shown(terminal)
    assert query(page)["redirect_uri"] == where
    provider.visit(page)
    terminal.finish()


@pytest.mark.parametrize("setting, known, asked", [
    ("", ["openid", "email"], "openid"), ("", ["openid", "offline_access"], "openid offline_access"),
    ("oidc_scopes = openid offline_access\n", ["openid"], "openid offline_access")])
def test_scopes_that_a_provider_does_not_know(provider, setting, known, asked):
    """Cognito, GitLab and Google refuse offline_access; what is set is asked for to the letter."""
    provider.configuration = {"scopes_supported": known}
    provider.world.config(provider.config(provider.role, more=setting))
    terminal = provider.world.terminal("login", "dev", "--no-browser")
    page = page_shown(terminal)
    assert query(page)["scope"] == asked
    provider.visit(page)
    terminal.finish()


def test_a_real_browser(provider):
    """Chromium follows the provider's redirect, and shows the page that says it is done."""
    world = provider.world
    chromium = shutil.which("chromium")
    assert chromium, "chromium is needed: make setup installs it"
    terminal = world.terminal("login", "dev", "--no-browser")
    picture = ROOT / ".build/sign-in-openid.png"
    picture.unlink(missing_ok=True)
    subprocess.run(
        [chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         f"--user-data-dir={world.scratch}/chromium", "--window-size=900,640",
         "--virtual-time-budget=10000", f"--screenshot={picture}", page_shown(terminal)],
        env=world.variables(), check=True, capture_output=True, timeout=120)
    assert "can be used" in terminal.finish()
    assert picture.stat().st_size > 1000


def test_another_signature(provider):
    provider.key, provider.algorithm = provider.ec, "ES256"
    assert "can be used" in sign_in(provider)


# Without a person.

def test_refresh_tokens_rotate_and_none_is_lost(provider):
    world = provider.world
    provider.token_seconds = 30  # less than AWS is asked with
    sign_in(provider)
    for _ in range(3):
        world.credtool("clear").works()
        world.credtool("exec", "dev", "--", "true").works().is_silent()
    assert provider.grants == ["authorization_code"] + ["refresh_token"] * 4
    # The one that was kept last is the one that counts.
    assert len(provider.refresh_tokens) == 1


def test_keys_that_the_provider_changes(provider):
    """The keys are asked for each time: the new one counts at once, and the old one no more."""
    provider.token_seconds = 30
    sign_in(provider)
    old = provider.key
    provider.key = type(old).generate_key(2048, {"kid": "three", "use": "sig"})
    provider.published = [provider.key]
    provider.world.credtool("clear").works()
    provider.world.credtool("exec", "dev", "--", "true").works().is_silent()
    provider.key = old
    provider.world.credtool("clear").works()
    provider.world.credtool("exec", "dev", "--", "true").fails(
        'key "one", which the provider does not publish', code=125)


def test_a_refresh_token_that_stays(provider):
    provider.token_seconds, provider.rotates = 30, False
    sign_in(provider)
    for _ in range(2):
        provider.world.credtool("clear").works()
        provider.world.credtool("exec", "dev", "--", "true").works()
    assert len(provider.refresh_tokens) == 1


def test_one_refresh_for_many_processes(provider):
    world, crowd = provider.world, 30
    roles = [provider.role] + [world.sts.new_role(f"r{number}") for number in range(crowd)]
    world.config("".join(provider.config(role, profile) for role, profile in zip(
        roles, ["dev"] + [f"p{number}" for number in range(crowd)])))
    provider.token_seconds = 30
    sign_in(provider)
    provider.token_seconds = 3600
    before = len(provider.grants)
    processes = [world.start("exec", f"p{number}", "--", "true") for number in range(crowd)]
    for process in processes:
        world.finish(process).works()
    assert provider.grants[before:] == ["refresh_token"]
    assert world.sts.count("AssumeRoleWithWebIdentity") == crowd + 1


def test_a_token_that_is_over_by_the_clock_of_aws(provider):
    world = provider.world
    sign_in(provider)
    world.credtool("clear").works()
    world.sts.inject("AssumeRoleWithWebIdentity", faults.error(400, "ExpiredTokenException"))
    world.credtool("exec", "dev", "--", "true").works().is_silent()
    assert provider.grants == ["authorization_code", "refresh_token"]


def test_a_refresh_that_the_provider_ends(provider):
    provider.token_seconds = 30
    sign_in(provider)
    provider.world.credtool("clear").works()
    provider.refresh_tokens.clear()
    provider.world.credtool("exec", "dev", "--", "true").fails(
        "127.0.0.1 does not go on with the sign-in", "credtool login dev", code=125)


def test_a_refresh_without_an_id_token(provider):
    provider.token_seconds, provider.refresh_gives_id_token = 30, False
    sign_in_once(provider)
    provider.world.credtool("clear").works()
    provider.world.credtool("exec", "dev", "--", "true").fails("credtool login dev", code=125)


def test_without_a_refresh_token(provider):
    provider.token_seconds, provider.gives_refresh_token = 30, False
    sign_in_once(provider)
    provider.world.credtool("clear").works()
    provider.world.credtool("exec", "dev", "--", "true").fails(
        "the sign-in at 127.0.0.1 is over", code=125)


def test_another_person_after_a_refresh(provider):
    provider.token_seconds = 30
    sign_in(provider)
    provider.world.credtool("clear").works()
    provider.subject = "you@example.com"
    provider.world.credtool("exec", "dev", "--", "true").fails(
        "is about another person", code=125)


def test_nobody_to_ask(provider):
    provider.world.credtool("exec", "dev", "--", "true").fails(
        "nobody is signed in at 127.0.0.1", "credtool login dev", code=125)
    assert provider.asked == []


# What goes wrong, each with words of its own.

def words_of(value):
    return value if isinstance(value, str) else "-"


def other_issuer(provider):
    provider.configuration = {"issuer": "https://other.example"}


def plain_endpoint(provider):
    provider.configuration = {"token_endpoint": "http://other.example/token"}


def unknown_key(provider):
    provider.published = [provider.ec]


def forged(provider):
    key = type(provider.rsa).generate_key(2048, {"kid": provider.rsa.kid})
    provider.key = key


def no_id_token(provider):
    provider.id_token = lambda nonce=None: None


def claims(**values):
    return lambda provider: provider.claims.update(values)


def header(**values):
    return lambda provider: provider.header.update(values)


def error(code):
    return lambda provider: provider.faults.update(
        {"authorization_code": [OAuthError(code, "Not so.")]})


def person(answer):
    return lambda provider: setattr(provider, "person", answer)


@pytest.mark.parametrize("change, words", [
    (unknown_key, "which the provider does not publish"),
    (forged, "has a signature that is not the provider's"),
    (header(alg="none"), "is not signed"),
    (header(alg="HS256"), "signed with HS256, which AWS does not take"),
    (header(kid="nine"), "key 'nine'"),
    (no_id_token, "gave no ID token"),
    (claims(iss="https://other.example"), "was issued by https://other.example"),
    (claims(aud="other"), "is meant for other"),
    (claims(azp="other"), "was made on behalf of other"),
    (claims(nonce="other"), "is not the answer to this sign-in"),
    (claims(exp=1_000_000_000), "was over at 2001-09-09T01:46:40Z"),
    (claims(iat=4_000_000_000), "which is yet to come"),
    (claims(sub=None), "has no sub"),
    (error("invalid_grant"), "invalid_grant: Not so."),
    (error("invalid_client"), "oidc_client_id"),
    (person("access_denied"), "was refused"),
    (person("server_error"), "server_error"),
], ids=words_of)
def test_what_is_wrong_is_told(provider, change, words):
    change(provider)
    said = sign_in(provider, code=1)
    assert re.search(words.replace("'", "."), said.replace("\r\n", " ")), said
    assert "hint:" in said
    assert provider.world.sts.count("AssumeRoleWithWebIdentity") == 0


@pytest.mark.parametrize("change, words", [
    (other_issuer, "calls itself https://other.example"),
    (plain_endpoint, "is neither https nor of this machine"),
], ids=words_of)
def test_what_is_wrong_with_a_provider(provider, change, words):
    change(provider)
    provider.world.credtool("login", "dev", "--no-browser").fails(words)
    assert provider.asked == ["/.well-known/openid-configuration"]


def test_a_place_where_no_provider_is(provider):
    world = provider.world
    world.config(provider.config(provider.role).replace(provider.issuer, provider.issuer + "/x"))
    world.credtool("login", "dev", "--no-browser").fails("answers with status 404", "oidc_issuer")
    world.config(provider.config(provider.role).replace("http://127.0.0.1", "http://a.example"))
    world.credtool("login", "dev", "--no-browser").fails("neither https nor of this machine")


def test_the_person_refuses_the_code(provider):
    terminal = provider.world.terminal("login", "dev", "--device")
    terminal.expect(r"code is (\w{4}-\w{4})")
    provider.decide(terminal.match[1], allow=False)
    assert "was refused" in terminal.finish(1)


def test_a_provider_without_codes(provider):
    provider.has_devices = False
    provider.world.credtool("login", "dev", "--device").fails(
        "gives no codes for devices", "--no-browser")


def test_a_browser_that_never_comes_back(provider):
    terminal = provider.world.terminal("login", "dev", "--no-browser", "--timeout", "2s")
    page_shown(terminal)
    assert "nobody signed in at 127.0.0.1 within 2s" in terminal.finish(1)


def test_a_code_that_has_to_be_typed(provider):
    provider.has_complete_page = False
    terminal = provider.world.terminal("login", "dev", "--device")
    terminal.expect(r"type the code (\w{4}-\w{4})")
    provider.decide(terminal.match[1])
    terminal.finish()
    assert terminal.shown().count("/activate") == 1


def test_a_code_that_ends_before_the_patience_does(provider):
    provider.device_seconds = 2
    terminal = provider.world.terminal("login", "dev", "--device")
    assert "nobody signed in at 127.0.0.1 within 2s" in terminal.finish(1)


def test_aws_cannot_reach_the_provider_for_a_moment(provider):
    provider.world.sts.inject("AssumeRoleWithWebIdentity", faults.error(
        400, "InvalidIdentityToken",
        "Couldn't retrieve verification key from your identity provider, please reference"))
    assert "can be used" in sign_in(provider)


def test_aws_says_no(provider):
    world = provider.world
    world.config(provider.config(provider.role).replace(":role/deploy", ":role/none"))
    terminal = world.terminal("login", "dev", "--no-browser")
    provider.visit(page_shown(terminal))
    said = terminal.finish(1)
    assert "identity provider for" in said and "a policy of the user" not in said


@pytest.mark.parametrize("settings, words", [
    ("oidc_issuer = https://x", "no oidc_client_id"),
    ("oidc_client_id = x", "no oidc_issuer"),
    ("oidc_issuer = x\noidc_client_id = x", "oidc_issuer"),
    ("oidc_issuer = https://x\noidc_client_id = x\noidc_redirect = https://x", "oidc_redirect")])
def test_settings_that_cannot_be(provider, settings, words):
    provider.world.config(f"[profile dev]\nrole_arn = {provider.role}\n{settings}\n")
    provider.world.credtool("plan", "dev").fails(words)


# The client's secret.

def test_a_client_with_a_secret(provider):
    world = provider.world
    provider.client_secret = "made-up-client-secret-of-a-desktop-program"
    provider.known_secrets.append(provider.client_secret)
    file = world.scratch / "secret"
    os.mkfifo(file)  # nothing is left in a file

    def write():
        for _ in range(2):
            with open(file, "w") as pipe:
                pipe.write(provider.client_secret + "\n")
            time.sleep(0.2)

    threading.Thread(target=write, daemon=True).start()
    world.config(provider.config(
        provider.role, more=f"oidc_client_secret_process = cat {file}\n"))
    provider.token_seconds = 30
    terminal = world.terminal("exec", "dev", "--", "true")
    terminal.expect(r"code is (\w{4}-\w{4})")
    provider.decide(terminal.match[1])
    terminal.finish()
    world.credtool("clear").works()
    world.credtool("exec", "dev", "--", "true").works().is_silent()
    assert provider.grants[-1] == "refresh_token"


@pytest.mark.parametrize("methods", [["client_secret_basic", "private_key_jwt"], None])
def test_a_secret_in_the_header(provider, methods):
    """None named means HTTP Basic; what is special in a secret is encoded twice."""
    provider.client_secret, provider.secret_methods = "made-up: se%cret+/?", methods
    provider.known_secrets.append(provider.client_secret)
    provider.token_seconds = 30
    provider.world.environment["TEST_SECRET"] = provider.client_secret
    provider.world.config(provider.config(
        provider.role, more='oidc_client_secret_process = printf %s "$TEST_SECRET" | cat\n'))
    sign_in_once(provider)
    provider.world.credtool("clear").works()
    provider.world.credtool("exec", "dev", "--", "true").works().is_silent()
    provider.world.credtool("logout", "dev").works().says("signed out at 127.0.0.1")
    assert provider.revoked and provider.grants[-1] == "refresh_token"


@pytest.mark.parametrize("command, words", [
    ("false", "ended with code 1"), ("true", "printed nothing"),
    ("nowhere-at-all 2>/dev/null", "ended with code 127")])
def test_a_secret_that_is_not_to_be_had(provider, command, words):
    provider.world.config(provider.config(
        provider.role, more=f"oidc_client_secret_process = {command}\n"))
    provider.world.credtool("login", "dev", "--no-browser").fails(
        "oidc_client_secret_process of profile dev", words)


# Looking, and ending it.

def test_plan_and_list_tell(provider):
    world = provider.world
    assert world.plan("dev")["signIn"]["state"] == "needed"
    plan = world.credtool("plan", "dev").works().stdout
    assert provider.issuer in plan and CLIENT in plan and "AssumeRoleWithWebIdentity" in plan
    sign_in(provider)
    state = world.plan("dev")["signIn"]
    assert state["state"] == "signed-in" and state["portal"] == "127.0.0.1"
    row, = json.loads(world.credtool("list", "--json").works().stdout)["profiles"]
    assert row["kind"] == "web identity" and row["signIn"]["state"] == "signed-in"
    assert provider.asked.count("/token") == 1


def test_logout_gives_the_token_back(provider):
    world = provider.world
    sign_in(provider)
    refresh, = provider.refresh_tokens
    world.credtool("logout", "dev").works().says("signed out at 127.0.0.1")
    assert provider.revoked == [refresh]
    world.credtool("exec", "dev", "--", "true").fails("nobody is signed in", code=125)
    world.credtool("logout", "dev").works().says("nobody is signed in at 127.0.0.1")
    sign_in(provider)
    world.credtool("logout", "--all").works().says("signed out at 127.0.0.1")


def test_logout_without_the_provider(provider):
    sign_in(provider)
    provider.configuration = {"issuer": "https://other.example"}
    provider.world.credtool("logout", "dev").works().says("may still count the sign-in")
    provider.world.credtool("exec", "dev", "--", "true").fails("nobody is signed in", code=125)


# A provider that is not ours.

def test_the_mock_of_pypi(world, sts, monkeypatch):
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    role = sts.new_role("deploy")
    with oidc_provider_mock.run_server_in_thread(require_nonce=True) as server:
        issuer = f"http://localhost:{server.server_port}"
        sts.web_identity_tokens = SignedBy(issuer, "any-client")
        world.config(f"[profile dev]\nrole_arn = {role}\noidc_issuer = {issuer}\n"
                     "oidc_client_id = any-client\noidc_scopes = openid email\n"
                     "oidc_client_secret_process = echo any-secret\n")
        terminal = world.terminal("login", "dev", "--no-browser")
        page = page_shown(terminal)
        # The form that a person fills in.
        with urllib.request.urlopen(page, b"sub=me%40example.com", timeout=20) as done:
            assert "credtool" in done.read().decode()
        assert "can be used" in terminal.finish()
        world.credtool("exec", "dev", "--", "true").works().is_silent()
        world.credtool("clear").works()
        world.credtool("exec", "dev", "--", "true").works()
        assert sts.count("AssumeRoleWithWebIdentity") == 2
