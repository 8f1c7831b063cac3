"""Signing in at IAM Identity Center: with a code on a terminal, silently, and not at all."""

import http.server
import json
import re
import threading
import time

import pytest

from rig import kernelkeys, sso
from rig.keyring import eventually
from rig.serving import Asker
from rig.world import at

ACCOUNT = "111122223333"
SHOW_KEY = ("--", "sh", "-c", "echo key:$AWS_ACCESS_KEY_ID")


def code_shown(terminal):
    """The code that a person is to compare."""
    terminal.expect(r"code is (\w{4}-\w{4})")
    return terminal.match[1]


def sign_in(world, profile="dev", *more):
    """A person signs in on a terminal."""
    terminal = world.terminal("login", profile, *more)
    world.center.approve(code_shown(terminal))
    terminal.finish()
    return terminal.shown()


def forget_sessions(world):
    world.credtool("clear").works()


def test_device_flow(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    terminal = world.terminal("exec", "dev", *SHOW_KEY)
    code = code_shown(terminal)
    terminal.expect("left")
    center.approve(code)
    shown = terminal.finish()
    assert f"key:{center.issued[-1].key_id}" in shown
    assert center.operations().count("RegisterClient") == 1
    assert "device?user_code=" + code in terminal.shown()
    child = world.exec_env("dev")
    assert child["AWS_SESSION_TOKEN"] == center.issued[0].token and len(center.issued) == 1


def test_a_registration_and_a_sign_in_serve_every_role(sso_world):
    world, center = sso_world, sso_world.center
    center.assign("Reader")
    world.config(center.config() + center.config(profile="read", role="Reader").split("[sso")[0])
    sign_in(world)
    world.credtool("exec", "read", "--", "true").works()
    world.credtool("logout", "dev").works()
    sign_in(world)
    assert center.operations().count("RegisterClient") == 1
    center.clients.clear()  # AWS forgets them
    center.grants.clear()
    world.credtool("logout", "dev")
    sign_in(world)
    assert center.operations().count("RegisterClient") == 2


def test_nobody_to_ask(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    world.credtool("exec", "dev", "--", "true").fails(
        "nobody is signed in at my-sso", "credtool login dev", code=125)
    assert center.calls == []


def test_login_device_needs_no_terminal(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    process = world.start("login", "dev", "--device")
    eventually(lambda: center.devices, "a device code")
    center.approve(next(iter(center.devices.values())).user_code)
    world.finish(process).works().says("can be used: its session has 1h left")


def test_login_of_other_kinds(sso_world):
    world = sso_world
    world.add()
    world.credtool("login", "work").works().says("profile work can be used: its session has 1h")
    world.credtool("logout", "work").works().says("has no sign-in")
    world.credtool("login", "nobody").fails("no profile", code=1)


class Redirect(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(302)
        self.send_header("Location", self.server.target)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def own_site():
    """A web server of an organization's own that leads elsewhere."""
    server = http.server.HTTPServer(("127.0.0.1", 0), Redirect)

    def start(target):
        server.target = target
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    server.shutdown()
    server.server_close()


# What goes wrong, each with words of its own.

def denied(center, code):
    center.approve(code, allow=False)


def expired(center, code):
    next(iter(center.devices.values())).expires = 0


def forgotten(center, code):
    center.clients.clear()
    center.inject("RegisterClient", sso.oauth("invalid_scope", "Not for you"))


@pytest.mark.parametrize("change, words", [
    (denied, "refused in the browser"), (expired, "nobody signed in at my-sso"),
    (forgotten, "AWS says InvalidScopeException: Not for you")])
def test_the_person_or_aws_says_no(sso_world, change, words):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    terminal = world.terminal("exec", "dev", "--", "true")
    change(center, code_shown(terminal))
    assert words in " ".join(terminal.finish(125).split())
    assert "hint: " in terminal.shown()


def test_a_portal_of_another_region(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    center.is_elsewhere = True
    terminal = world.terminal("login", "dev")
    shown = terminal.finish(1)
    assert f"the Identity Center of {center.region} does not know {center.start_url}" in shown
    assert "sso_region" in shown


def test_slow_down_and_a_network_that_goes_away(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    center.inject("CreateToken", sso.closed(), sso.oauth("slow_down"))
    terminal = world.terminal("login", "dev", timeout=30)
    code = code_shown(terminal)
    eventually(lambda: len(center.calls) >= 4, "two questions for a token")
    asked = time.monotonic()
    center.approve(code)
    terminal.finish()
    assert time.monotonic() - asked > 3  # five seconds more than before


def test_timeout(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    terminal = world.terminal("login", "dev", "--timeout", "2s")
    assert "nobody signed in at my-sso within 2s" in terminal.finish(1)


@pytest.mark.parametrize("setting, value, words", [
    ("role", "Admni", ("no role \"Admni\" in account 111122223333", "did you mean Admin?")),
    ("role", "Zookeeper", ("not assigned", "your roles there: Admin, Reader")),
    ("account", "111122223334", ("no role", "did you mean account 111122223333?")),
])
def test_a_role_that_is_not_there(sso_world, setting, value, words):
    world, center = sso_world, sso_world.center
    center.assign("Reader")
    world.config(center.config(**{setting: value}))
    terminal = world.terminal("exec", "dev", "--", "true")
    center.approve(code_shown(terminal))
    shown = " ".join(terminal.finish(125).split())
    assert all(word in shown for word in words), shown


def test_too_many_requests_are_waited_out(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    sign_in(world)
    forget_sessions(world)
    center.inject("GetRoleCredentials", *[sso.portal("TooManyRequestsException")] * 2)
    world.credtool("exec", "dev", "--", "true").works()
    assert center.operations()[-3:] == ["GetRoleCredentials"] * 3


def test_a_profile_without_a_role(sso_world):
    world, center = sso_world, sso_world.center
    world.config(re.sub("sso_(account_id|role_name) = .*\n", "", center.config()))
    sign_in(world)
    world.credtool("exec", "dev", "--", "true").fails("names no role", code=125)


# Renewing.

def renewable(world):
    """A sign-in whose access token is to be renewed at each use."""
    world.center.access_seconds = 200
    sign_in(world)
    forget_sessions(world)


def test_a_token_is_renewed_without_a_person(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    renewable(world)
    for _ in range(3):  # with the token of the one before each time
        world.credtool("exec", "dev", "--", "true").works().is_silent()
        forget_sessions(world)
    assert center.operations().count("StartDeviceAuthorization") == 1
    assert len(center.grants[0].refresh) == 5


def test_a_sign_in_outlives_the_machines_run(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    before = kernelkeys.present()
    renewable(world)
    kernelkeys.purge(before)
    world.credtool("exec", "dev", "--", "true").works().is_silent()
    assert center.operations().count("StartDeviceAuthorization") == 1


def test_the_file_vault_keeps_sign_ins(bare_world, center):
    world = bare_world
    world.center = center
    world.environment |= center.variables() | {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
    world.config(center.config())
    before = kernelkeys.present()
    renewable(world)
    kernelkeys.purge(before)
    world.credtool("exec", "dev", "--", "true").works().is_silent()
    world.more_secrets |= center.secrets()


def test_aws_ends_a_sign_in(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    sign_in(world)
    forget_sessions(world)
    center.end_sessions()
    world.credtool("exec", "dev", "--", "true").fails(
        "AWS has ended the sign-in at my-sso", "credtool login dev", code=125)
    assert world.plan("dev")["signIn"]["state"] == "needed"
    sign_in(world)  # and a person who is there is asked at once


def test_the_portal_forgets_a_token_that_can_be_renewed(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    sign_in(world)
    forget_sessions(world)
    center.tokens.clear()
    world.credtool("exec", "dev", "--", "true").works().is_silent()


def test_a_network_that_is_away_leaves_the_sign_in_alone(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    renewable(world)
    center.inject("CreateToken", *[sso.oauth("server_error")] * 3)
    center.inject("GetRoleCredentials", *[sso.portal("InvalidRequestException", "x", 500)] * 10)
    elsewhere = {"AWS_ENDPOINT_URL_SSO_OIDC": "http://127.0.0.1:1",
                 "AWS_ENDPOINT_URL_SSO": "http://127.0.0.1:1"}
    world.credtool("exec", "dev", "--", "true", env=elsewhere).fails("cannot be reached", code=125)
    center.inject("CreateToken", sso.oauth("server_error"))
    center._faults.clear()
    world.credtool("exec", "dev", "--", "true").works().is_silent()


def test_thirty_runs_renew_a_token_once(sso_world):
    world, center = sso_world, sso_world.center
    roles = [f"Role{number}" for number in range(30)]
    for role in roles:
        center.assign(role)
    world.config(center.config() + "".join(
        center.config(profile=role, role=role).split("[sso")[0] for role in roles))
    center.access_seconds = 200
    sign_in(world)
    center.access_seconds = 3600
    center.inject("CreateToken", sso.late(0.5))
    before = center.operations().count("CreateToken")
    running = [world.start("exec", role, *SHOW_KEY) for role in roles]
    found = {world.finish(process, timeout=90).works().stdout for process in running}
    assert len(found) == 30
    assert center.operations().count("CreateToken") - before == 1


def test_thirty_runs_ask_a_person_once(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    binary = world.command("exec", "dev", "--", "sh", "-c", "echo got:$AWS_ACCESS_KEY_ID")
    script = 'i=0; while [ $i -lt 30 ]; do "$@" & i=$((i+1)); done; wait'
    terminal = world.on_terminal(["sh", "-c", script, "sh", *binary], timeout=90)
    code = code_shown(terminal)
    time.sleep(1)
    center.approve(code)
    terminal.finish()
    assert terminal.shown().count("got:ASIA") == 30
    assert center.operations().count("StartDeviceAuthorization") == 1
    assert center.operations().count("GetRoleCredentials") == 1


def test_two_logins_at_once_are_one(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    first = world.terminal("login", "dev")
    code = code_shown(first)
    second = world.terminal("login", "dev")
    second.expect("is signing in at my-sso; waiting")
    center.approve(code)
    first.finish()
    assert "can be used" in second.finish()
    assert len(center.devices) == 1


# What uses it.

def test_a_chain_begins_with_it(sso_world):
    world, center = sso_world, sso_world.center
    role = world.sts.new_role("deploy")
    world.config(f"[profile deploy]\nrole_arn = {role}\nsource_profile = dev\n" + center.config())
    sign_in(world, "deploy")
    assert world.session("deploy").arn.split("/")[1] == "deploy"
    call = world.sts.asked("AssumeRole")[-1]
    assert call.key_id == center.issued[-1].key_id
    rows = json.loads(world.credtool("list", "deploy", "--json").works().stdout)["profiles"]
    assert [row["signIn"]["state"] for row in rows] == ["signed-in"]


def test_the_older_form_and_no_profile_at_all(sso_world):
    world, center = sso_world, sso_world.center
    world.config(f"[profile old]\nsso_start_url = {center.start_url}\nsso_region = "
                 f"{center.region}\nsso_account_id = {ACCOUNT}\nsso_role_name = Admin\n")
    sign_in(world, "old")
    world.config("")
    flags = ("--sso", center.start_url, "--account", ACCOUNT, "--role", "Admin")
    # The same portal under the same name: somebody is signed in.
    world.credtool("exec", *flags, "--region", center.region, "--", "true").works().is_silent()
    world.credtool("exec", *flags, "--", "true").fails("--region", code=125)
    world.credtool("exec", *flags[:2], "--", "true").fails("--account", code=125)
    world.credtool("exec", *flags[2:], "--", "true").fails("--sso", code=125)
    world.credtool("logout", *flags, "--region", center.region).works().says("signed out at https")
    assert center.grants[0].is_over
    named = ("--sso", center.start_url, "--account", ACCOUNT, "--role", "Admin", "--region",
             center.region)
    world.credtool("exec", *named, "--", "true").fails(
        f"credtool login {' '.join(named)}, where", code=125)


def test_plan_and_list_tell_it_without_asking(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())

    def state():
        before = list(center.calls)
        plan = world.plan("dev")["signIn"]
        row = json.loads(world.credtool("list", "--json").works().stdout)["profiles"][0]
        assert center.calls == before
        for told in (plan, row["signIn"]):
            told.pop("secondsLeft", None)  # time passes
        assert row["signIn"] == plan
        return plan["state"]

    assert state() == "needed"
    sign_in(world)
    assert state() == "signed-in"
    assert "signed in" in world.credtool("list").works().stdout
    center.access_seconds = 1
    center.tokens.clear()
    forget_sessions(world)
    center.inject("GetRoleCredentials", sso.portal("UnauthorizedException"))
    world.credtool("exec", "dev", "--", "true")
    time.sleep(1.1)
    assert state() == "renewable"
    world.credtool("logout", "dev").works()
    assert state() == "needed"


def test_logout(sso_world):
    world, center = sso_world, sso_world.center
    center.assign("Reader")
    world.config(center.config() + center.config(profile="read", role="Reader").split("[sso")[0])
    sign_in(world)
    world.credtool("exec", "read", "--", "true").works()
    assert len(kernelkeys.sessions()) == 2
    world.credtool("logout", "read").works().says("signed out at my-sso")
    assert center.grants[0].is_over and kernelkeys.sessions() == []
    assert not [key for key in kernelkeys.secrets()
                if "sign-in" in kernelkeys.describe(key)[4]]
    world.credtool("logout", "--all").works().says("nobody is signed in at my-sso")
    world.credtool("exec", "dev", "--", "true").fails("nobody is signed in", code=125)


def test_logout_reaches_servers_of_other_profiles(sso_world):
    """Of one, say, that has another name by now."""
    world, center = sso_world, sso_world.center
    world.config(center.config(profile="former"))
    sign_in(world, "former")
    program = Asker(world, "former")
    first = program.ask()
    world.config(center.config())
    world.credtool("logout", "dev").works().says("signed out at my-sso")
    world.config(center.config(profile="former"))
    sign_in(world, "former")
    assert program.ask() != first


def test_logout_ends_a_sign_in_whose_token_is_over(sso_world):
    """AWS takes a good token only."""
    world, center = sso_world, sso_world.center
    world.config(center.config())
    sign_in(world)
    center.tokens.clear()
    world.credtool("logout", "dev", through=at(wall=7200)).works().says("signed out at my-sso")
    assert center.grants[0].is_over
    assert center.operations()[-2:] == ["CreateToken", "Logout"]


def test_logout_without_a_network(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    sign_in(world)
    world.credtool("logout", "dev", env={"AWS_ENDPOINT_URL_SSO": "http://127.0.0.1:1"}).works(
    ).says("may still be signed in at AWS", "signed out at my-sso")
    world.credtool("exec", "dev", "--", "true").fails("nobody is signed in", code=125)


def test_plan_tells_what_aws_has_ended(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    sign_in(world)
    later = at(wall=7200)
    center.end_sessions()

    def state():
        told = world.credtool("plan", "dev", "--json", through=later).works().stdout
        return json.loads(told)["signIn"]["state"]

    assert state() == "renewable"
    world.credtool("exec", "dev", "--", "true", through=later).fails("is over", code=125)
    assert state() == "needed"


# Accounts and roles.

def test_accounts_and_roles(sso_world):
    world, center = sso_world, sso_world.center
    for number in range(130):  # two pages
        center.assign("Reader", f"{number:012}", f"team {number:03}")
    world.config(center.config())
    sign_in(world)
    told = json.loads(world.credtool("sso", "accounts", "--json").works().stdout)["accounts"]
    assert len(told) == 131 and told[0]["accountName"] == "account-3333"
    assert told[1] == {"accountId": "000000000000", "accountName": "team 000",
                       "emailAddress": "team 000@example.com"}
    lines = world.credtool("sso", "accounts").works().stdout.splitlines()
    assert lines[0].split() == ["ACCOUNT", "NAME", "EMAIL"] and len(lines) == 132
    center.assign("Admin", "000000000005", "team 005")
    roles = json.loads(world.credtool(
        "sso", "roles", "--account", "000000000005", "--json").works().stdout)["roles"]
    assert [role["roleName"] for role in roles] == ["Admin", "Reader"]
    assert "Reader" in world.credtool("sso", "roles", "--account", "000000000005").works().stdout


def test_an_account_that_is_not_there(sso_world):
    world, center = sso_world, sso_world.center
    center.assign("Reader", "444455556666", "other")
    world.config(center.config())
    sign_in(world)
    world.credtool("sso", "roles", "--account", "111122223334").fails(
        "no role in account \"111122223334\"", "did you mean 111122223333?")
    # One that is closed after it was listed.
    center.inject("ListAccountRoles", sso.portal("ForbiddenException", "No access"))
    told = json.loads(world.credtool("sso", "roles", "--json").works().stdout)["roles"]
    assert [role["roleName"] for role in told] == ["Reader"]


def test_whose_accounts(sso_world):
    world, center = sso_world, sso_world.center
    world.config("")
    world.credtool("sso", "accounts").fails("no profile and no sso-session")
    world.config(center.config(session="one").split("[sso")[1].join(["[sso", ""])
                 + center.config(session="two"))
    world.credtool("sso", "accounts").fails("several sign-ins: one, two", "--session")
    world.credtool("sso", "accounts", "--session", "three").fails(
        "the AWS config file has no section [sso-session three]")
    sign_in(world)
    world.credtool("sso", "accounts", "dev").works()
    world.credtool("sso", "accounts", "--session", "two").works()
    world.credtool("sso", "accounts", "--session", "one").fails("nobody is signed in at one")
    world.add("work")
    world.credtool("sso", "roles", "work").fails("does not sign in")
    world.credtool("sso", "dance").fails("cannot", code=2)


def test_a_session_that_no_profile_uses_yet(sso_world):
    world, center = sso_world, sso_world.center
    world.config("[sso-session" + center.config().split("[sso-session")[1])
    world.credtool("sso", "sync", "--force").fails(
        "nobody is signed in at my-sso", "credtool sso accounts --session my-sso --device")
    process = world.start("sso", "sync", "--force", "--device")
    eventually(lambda: center.devices, "a device code")
    center.approve(next(iter(center.devices.values())).user_code)
    world.finish(process).works().says("profiles of my-sso")
    world.config(world.config_file.read_text().partition("# credtool")[0])
    world.credtool("logout", "--all").works().says("signed out at my-sso")
    assert center.grants[0].is_over


def test_an_own_domain(sso_world, own_site):
    world, center = sso_world, sso_world.center
    own = own_site(center.start_url)
    world.config(center.config().replace(center.start_url, own))
    sign_in(world)
    world.credtool("exec", "dev", "--", "true").works().is_silent()
    asked = dict(center.calls)["StartDeviceAuthorization"]
    assert asked["startUrl"] == center.start_url


def test_whoami(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    sign_in(world)
    told = json.loads(world.credtool("whoami", "dev", "--json").works().stdout)
    assert told["kind"] == "Identity Center permission set" and told["permissionSet"] == "Admin"


@pytest.mark.parametrize("offset, words", [
    (-7200, ()), (7200, ("clock is ahead", "set-ntp"))])
def test_a_clock_that_is_off(sso_world, offset, words):
    """One that is behind only means that a token is thought to live for longer than it does."""
    world, center = sso_world, sso_world.center
    world.config(center.config())
    through = at(wall=offset)
    terminal = world.terminal("exec", "dev", "--", "true", through=through)
    center.approve(code_shown(terminal))
    shown = " ".join(terminal.finish(125 if words else 0).split())
    assert all(word in shown for word in words), shown
    center.tokens.clear()  # they are over by the portal's clock
    forget_sessions(world)
    if not words:
        world.credtool("exec", "dev", "--", "true", through=through).works().is_silent()


# Profiles for all of them.

def synced(world):
    return [name for name in re.findall(r"\[profile ([^]]+)\]", world.config_file.read_text())
            if name != "dev"]


def test_sync(sso_world):
    world, center = sso_world, sso_world.center
    for number in range(25):
        center.assign("Reader", f"{number:012}", f"team {number:02}")
    mine = "# mine\n" + center.config() + "[profile last]\nregion=eu-west-1"
    world.config(mine)
    sign_in(world)
    shown = world.credtool("sso", "sync", "--dry-run").works().says("nothing was changed").stdout
    assert "+ [profile team-00-Reader]" in shown and world.config_file.read_text() == mine
    terminal = world.terminal("sso", "sync", "--prefix", "acme-")
    terminal.expect(r"asking for roles \[#+-*\] account \d+ of 26")
    terminal.answers(r"write this to ~/.aws/config\? ", "y")
    assert "26 profiles of my-sso" in terminal.finish()
    assert world.config_file.read_bytes().startswith(mine.encode())
    assert world.session("acme-team-07-Reader").arn.split(":")[4] == "000000000007"
    # Again: nothing to do, and what a person adds stays.
    text = world.config_file.read_text().replace(
        "sso_account_id = 000000000007\n", "sso_account_id = 000000000007\nregion = eu-north-1\n")
    world.config(text)
    again = ("sso", "sync", "--prefix", "acme-", "--force")
    assert world.credtool(*again).works().says("as they are to be").stdout == ""
    # An account is renamed, one is gone.
    center.accounts["000000000007"] = ("seven", "seven@example.com")
    del center.accounts["000000000008"]
    told = world.credtool(*again).works().says("roles that you have no more: acme-team-08-Reader")
    assert told.stdout == "- [profile acme-team-07-Reader]\n+ [profile acme-seven-Reader]\n"
    assert "acme-team-08-Reader" in synced(world)
    assert world.exec_env("acme-seven-Reader")["AWS_REGION"] == "eu-north-1"
    told = world.credtool(*again, "--prune").works().stdout
    assert told.startswith("- [profile acme-team-08-Reader]")
    assert "acme-team-08-Reader" not in synced(world)
    assert world.config_file.read_bytes().startswith(mine.encode())


def test_sync_asks_first_and_stops_at_a_broken_block(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    sign_in(world)
    before = world.config_file.read_bytes()
    result = world.credtool("sso", "sync")
    assert result.code == 1 and "nobody can be asked" in result.stderr
    terminal = world.terminal("sso", "sync")
    terminal.answers("write this to", "n")
    terminal.finish(1)
    assert world.config_file.read_bytes() == before
    world.config(center.config() + "# credtool sso sync my-sso: begin\n")
    world.credtool("sso", "sync", "--force").fails("no line says where they end", "my-sso: end")


def test_sync_of_thousands(sso_world):
    world, center = sso_world, sso_world.center
    for number in range(1000):
        center.assign("Reader", f"{number:012}", f"team {number // 2}")  # every name twice
    world.config(center.config())
    sign_in(world)
    world.credtool("sso", "sync", "--force", timeout=120).works()
    assert len(synced(world)) == len(set(synced(world))) == 1001
    assert "team-0-Reader-000000000001" in synced(world)


def test_logout_of_all_ends_what_no_profile_names(sso_world):
    world, center = sso_world, sso_world.center
    center.person = "allow"
    world.config(center.config() + center.config("other", "gone").replace("Admin", "Reader"))
    center.assign("Reader")
    flags = ("--sso", center.start_url, "--account", ACCOUNT, "--role", "Admin")
    world.credtool("login", *flags, "--region", center.region, "--device").works()
    world.credtool("login", "gone", "--device").works()
    world.add("work")
    world.session("work")
    world.config(center.config())
    told = world.credtool("logout", "--all").works()
    told.says("nobody is signed in at my-sso", "signed out at other",
              f"signed out at {center.start_url}", "forgot the sessions of other profiles")
    assert len(center.grants) == 2 and all(grant.is_over for grant in center.grants)
    assert kernelkeys.sessions() == []
    world.config("")
    world.credtool("logout", "--all").works().says("nobody is signed in anywhere")


def test_logout_where_the_source_is_away(world):
    """A session that was made where it was there is forgotten all the same."""
    role = world.sts.new_role("deploy")
    world.config(f"[profile ci]\nrole_arn = {role}\ncredential_source = Environment\n")
    key = world.sts.new_key()
    world.credtool("exec", "ci", "--", "true", env=key.variables()).works()
    assert len(kernelkeys.sessions()) == 1
    world.credtool("logout", "ci").works().says("has no sign-in; forgot its sessions (1)")
    assert kernelkeys.sessions() == []
    world.credtool("logout", "nobody").fails("there is no profile")


def test_what_list_and_plan_say_to_people(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    assert "signed out" in world.credtool("list").works().stdout
    assert "somebody will have to sign in at my-sso" in world.credtool("plan", "dev").stdout
    said = sign_in(world)
    assert "can be used: its session has 1h left; the sign-in has 1h left, and is then renewed" \
        " without asking" in said
    assert "signed in 1h, Admin of" in world.credtool("list").works().stdout
    assert "sign-in: signed in at my-sso, 1h left, then renewed without asking" \
        in world.credtool("plan", "dev").stdout
    assert world.plan("dev")["signIn"]["isRenewable"] is True


def test_a_sign_in_that_is_not_renewed_does_not_say_so(sso_world):
    """The older form of a token has no refresh token."""
    world, center = sso_world, sso_world.center
    center.person = "allow"
    world.config(center.config())
    grant = center._grant
    center._grant = lambda client: {
        name: value for name, value in grant(client).items() if name != "refreshToken"}
    said = world.credtool("login", "dev", "--device").works().stderr
    assert re.search(r"the sign-in has 1h left$", said, re.M), said
    assert world.plan("dev")["signIn"]["isRenewable"] is False


def test_logout_ends_at_aws_what_is_to_be_renewed(sso_world):
    """A token that is over ends nothing there, and whoever has the refresh token could go on."""
    world, center = sso_world, sso_world.center
    center.person = "allow"
    center.access_seconds = 1
    world.config(center.config())
    world.credtool("login", "dev", "--device")
    center.access_seconds = 3600
    center.tokens.clear()
    world.credtool("logout", "dev", through=at(wall=3)).works().says("signed out at my-sso")
    assert center.grants[0].is_over
    assert world.plan("dev")["signIn"]["state"] == "needed"
