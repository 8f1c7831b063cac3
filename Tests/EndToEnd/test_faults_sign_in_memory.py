"""No token, key or response of a sign-in stays in memory: at the last moment of a run there is only
what it hands over."""

import base64
import json
import re
import socket
import sys
import urllib.parse

import pytest
from cryptography.hazmat.primitives import serialization

from rig import memory, rolesanywhere, saml
from rig.openid import OpenIDProvider
from rig.sts import ACCOUNT
from rig.world import at, on_a_desktop

SECRET_NAMES = ("accessToken", "refreshToken", "clientSecret", "dpopKey", "idToken", "codeVerifier")


def desktop(world, visit="sys.argv[1]"):
    """The variables of a desktop whose browser belongs to a person who is signed in everywhere."""
    browser = world.scratch / "browser"
    browser.write_text(
        f"#!{sys.executable}\nimport sys, urllib.parse, urllib.request\n"
        f"urllib.request.urlopen({visit}, timeout=20).read()\n")
    browser.chmod(0o755)
    return dict(word.split("=", 1) for word in on_a_desktop(browser)[1:])


def kept(world):
    """Every secret text in what the vault keeps of sign-ins."""
    found = set()
    for item in world.keyring.items():
        try:
            record = json.loads(world.keyring.secret(item))
        except ValueError:
            continue
        found |= {record[name] for name in SECRET_NAMES if isinstance(record.get(name), str)}
    return found


def needles(secret):
    """What a secret may stand in memory as; a key also as its number."""
    if not secret.startswith("-----"):
        return set(memory.forms(secret))
    if "\n" not in secret:
        return set()  # what every key begins with stands in OpenSSL
    key = serialization.load_pem_private_key(secret.encode(), None)
    lines = [line for line in secret.splitlines() if not line.startswith("-----")]
    return {*memory.forms(*lines), *(part[:24] for part in rolesanywhere.secret_parts(key))}


def clean(world, secrets, *arguments, **more):
    """Nothing of `secrets()`, nor of what the vault keeps, is left as the run ends."""
    held, process = memory.at_the_end(world, *arguments, **more)
    try:
        known = world.secrets() | secrets() | kept(world)
        assert known and held.places({form for text in known for form in needles(text)}) == []
        return held.executes
    finally:
        held.close()
        process.communicate()


class TestIdentityCenter:
    @pytest.fixture
    def signing_in(self, sso_world):
        center = sso_world.center
        center.person = "allow"
        sso_world.config(center.config())

        def secrets():
            verifiers = {params.get("codeVerifier") for _, params in center.calls}
            return center.secrets() | verifiers - {None}

        return sso_world, secrets

    def test_a_device(self, signing_in):
        world, secrets = signing_in
        clean(world, secrets, "login", "dev", "--device")
        assert world.center.issued

    def test_a_browser(self, signing_in):
        world, secrets = signing_in
        clean(world, secrets, "login", "dev", env=desktop(world))
        assert world.center.codes and world.center.issued

    def test_renewal(self, signing_in):
        world, secrets = signing_in
        world.center.access_seconds = 30  # less than counts
        world.credtool("login", "dev", "--device").works()
        world.credtool("clear").works()
        assert clean(world, secrets, "exec", "dev", "--", "true")
        assert [len(grant.refresh) for grant in world.center.grants][-1] > 1

    @pytest.mark.parametrize("command", [["sso", "roles"], ["logout", "dev"], ["plan", "dev"]],
                             ids=lambda command: command[0])
    def test_other_commands(self, signing_in, command):
        world, secrets = signing_in
        world.credtool("login", "dev", "--device").works()
        clean(world, secrets, *command)

    def test_the_clis_sign_in(self, signing_in):
        world, secrets = signing_in
        world.config(world.center.config(more="sso_share_cli_cache = true\n"))
        world.open_folders.append(world.home / ".aws/sso/cache")
        clean(world, secrets, "login", "dev", "--device")
        assert list((world.home / ".aws/sso/cache").iterdir())


class TestTheConsole:
    @pytest.fixture
    def signing_in(self, console_world):
        console_world.config(console_world.console.config())
        return console_world, console_world.console.secrets

    def test_a_browser(self, signing_in):
        world, secrets = signing_in
        clean(world, secrets, "login", "me", env=desktop(world))
        assert any("PRIVATE KEY" in secret for secret in kept(world))

    def test_renewal(self, signing_in):
        world, secrets = signing_in
        world.console.seconds = 200
        world.credtool("login", "me", env=desktop(world)).works()
        world.credtool("clear").works()
        later = dict(word.split("=", 1) for word in at(wall=60)[1:])
        assert clean(world, secrets, "exec", "me", "--", "true", env=later)
        assert "refresh_token" in world.console.grants()

    def test_logout(self, signing_in):
        world, secrets = signing_in
        world.credtool("login", "me", env=desktop(world)).works()
        known = kept(world)
        clean(world, lambda: secrets() | known, "logout", "me")


class TestAnOpenIDProvider:
    @pytest.fixture(params=[None, "made-up-secret-of-the-client"], ids=["public", "secret"])
    def signing_in(self, request, sts, world):
        provider = world.keep_open(OpenIDProvider(sts))
        provider.client_secret = request.param
        more = ""
        if request.param:
            (world.scratch / "client").write_text(request.param)
            more = f"oidc_client_secret_process = cat {world.scratch / 'client'}\n"
        world.config(provider.config(sts.new_role("deploy"), more=more))
        world.provider = provider
        yield world, lambda: set(provider.known_secrets) | ({request.param} - {None})
        world.more_secrets |= set(provider.known_secrets)

    def test_a_browser(self, signing_in):
        world, secrets = signing_in
        clean(world, secrets, "login", "dev", env=desktop(world))
        assert world.provider.grants == ["authorization_code"]

    def test_renewal_and_logout(self, signing_in):
        world, secrets = signing_in
        world.provider.token_seconds = 30
        world.credtool("login", "dev", env=desktop(world)).works()
        world.credtool("clear").works()
        assert clean(world, secrets, "exec", "dev", "--", "true")
        assert "refresh_token" in world.provider.grants
        clean(world, secrets, "logout", "dev")
        assert world.provider.revoked


def secrets_of(response):
    """Parts of a SAML response that no other has, as they came and decoded."""
    found = re.search(r"SignatureValue>\s*([^<]{200,})<", base64.b64decode(response).decode())
    return {response[-200:-20], found[1].split()[0]}


class TestSAML:
    ROLES = [f"arn:aws:iam::{ACCOUNT}:role/Admin"]

    @pytest.fixture
    def corp(self, sts, world):
        sts.identity_provider = saml.IdentityProvider()
        sts.new_role("Admin")
        text = sts.identity_provider.response(self.ROLES)
        world.response = text
        file = world.scratch / "response"
        file.write_text(text)
        config = "[profile corp]\nregion = us-east-1\nsaml_role = Admin\n"
        world.config(config + f"saml_file = {file}\n")
        world.by_process = config + f"saml_process = cat {file}\n"
        return world, lambda: secrets_of(text)

    @pytest.mark.parametrize("way", ["file", "process", "stdin"])
    def test_a_response(self, corp, way):
        world, secrets = corp
        if way == "process":
            world.config(world.by_process)
        if way == "stdin":
            clean(world, secrets, "login", "corp", "--saml-file", "-", input=world.response)
        else:
            assert clean(world, secrets, "exec", "corp", "--", "true")

    def test_a_browser(self, corp):
        world, secrets = corp
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        acs = f"http://localhost:{port}/saml/acs"
        world.sts.saml_recipients.add(acs)
        text = world.sts.identity_provider.response(self.ROLES, recipient=acs)
        (world.scratch / "posted").write_text(urllib.parse.urlencode({"SAMLResponse": text}))
        world.config("[profile corp]\nregion = us-east-1\nsaml_role = Admin\n"
                     f"saml_idp_url = http://127.0.0.1:9/start\nsaml_acs_port = {port}\n")
        post = f"{acs!r}, open({str(world.scratch / 'posted')!r}, 'rb').read()"
        clean(world, lambda: secrets_of(text), "login", "corp", env=desktop(world, post))
        assert world.sts.count("AssumeRoleWithSAML") == 1
