"""IAM Roles Anywhere: a certificate and its key, from files of every kind and from the vault."""

import json
import re
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization

from rig import memory, rolesanywhere
from rig.rolesanywhere import (PKCS8, TRADITIONAL, Authority, key_pem, make_key, pem,
                               pkcs12_of)
from rig.world import ROOT


WORD = "made-up passphrase of a key"
#: Every algorithm that AWS takes.
ALGORITHMS = ["rsa2048", "rsa3072", "p256", "p384", "p521"]
FORMS = {"pkcs8": PKCS8, "traditional": TRADITIONAL}  # the latter is PKCS#1, or SEC1 for EC


class Files:
    """Certificates and keys in files of the test."""

    def __init__(self, world):
        self.world, self.folder = world, world.scratch
        self.authority = world.anywhere.authority

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def usual(self, kind="p256", form=PKCS8, passphrase=None, issuer=None, **more):
        """A certificate's file and its key's; the config names both."""
        key = make_key(kind)
        certificate = (issuer or self.authority).issue(key, **more)
        paths = (self.write("host.pem", pem(certificate)),
                 self.write("host.key", key_pem(key, form, passphrase)))
        self.world.config(self.world.anywhere.config(*paths))
        return paths


@pytest.fixture
def files(anywhere):
    anywhere.more_secrets.add(WORD)
    return Files(anywhere)


def session(world, *arguments):
    """The child gets what the service issued last."""
    got = world.exec_env(*(arguments or ("build",)))
    issued = world.anywhere.issued[-1]
    assert got["AWS_ACCESS_KEY_ID"] == issued.key_id
    assert got["AWS_SESSION_TOKEN"] == issued.token
    return issued


# Keys of all kinds.


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ALGORITHMS)
def test_a_key_of_every_kind(anywhere, files, kind, form):
    files.usual(kind, FORMS[form])
    session(anywhere)
    session(anywhere)  # from the cache
    assert len(anywhere.anywhere.issued) == 1


def test_the_key_in_the_certificates_file(anywhere, files):
    key = make_key("p256")
    path = files.write("both.pem", key_pem(key, TRADITIONAL) + pem(files.authority.issue(key)))
    anywhere.config(anywhere.anywhere.config(path))
    session(anywhere)


def test_der(anywhere, files):
    key = make_key("rsa2048")
    der = serialization.Encoding.DER
    certificate = files.write("host.crt", files.authority.issue(key).public_bytes(der))
    secret = files.write("host.der", key.private_bytes(
        der, PKCS8, serialization.NoEncryption()))
    anywhere.config(anywhere.anywhere.config(certificate, secret))
    session(anywhere)


def test_parameters_before_the_key_as_openssl_writes_them(anywhere, files):
    _, key = files.usual("p256", TRADITIONAL)
    parameters = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
    key.write_bytes(parameters + key.read_bytes())
    session(anywhere)


@pytest.mark.parametrize("kind", ["rsa2048", "p256"])
@pytest.mark.parametrize("form", FORMS)
def test_an_encrypted_key_asks_on_the_terminal(anywhere, files, kind, form):
    _, path = files.usual(kind, FORMS[form], WORD)
    terminal = anywhere.terminal("exec", "build", "--", "true")
    terminal.answers("passphrase of .*host.key", WORD)
    terminal.finish()
    assert WORD not in terminal.shown()
    # The session is in the cache, so that nobody is asked.
    session(anywhere)


@pytest.mark.parametrize("passphrase", [None, "", WORD])
@pytest.mark.parametrize("kind", ["rsa2048", "p256"])
def test_pkcs12(anywhere, files, kind, passphrase):
    key = make_key(kind)
    middle = Authority("Example Issuing", files.authority)
    path = files.write("host.p12", pkcs12_of(
        key, middle.issue(key), passphrase, [middle.certificate, files.authority.certificate]))
    anywhere.config(anywhere.anywhere.config(path))
    if passphrase:
        terminal = anywhere.terminal("exec", "build", "--", "true")
        terminal.answers("passphrase of .*host.p12", passphrase)
        terminal.finish()
    session(anywhere)


def test_a_wrong_passphrase_may_be_typed_again(anywhere, files):
    files.usual(passphrase=WORD)
    terminal = anywhere.terminal("exec", "build", "--", "true")
    terminal.answers("passphrase", "not it")
    terminal.expect("2 tries left")
    terminal.answers("passphrase", WORD)
    terminal.finish()


@pytest.mark.parametrize("content", ["key", "pkcs12"])
def test_three_wrong_ones_are_enough(anywhere, files, content):
    if content == "key":
        files.usual("rsa2048", TRADITIONAL, WORD)
    else:
        key = make_key("p256")
        path = files.write("host.p12", pkcs12_of(key, files.authority.issue(key), WORD))
        anywhere.config(anywhere.anywhere.config(path))
    terminal = anywhere.terminal("exec", "build", "--", "true")
    for _ in range(3):
        terminal.answers("passphrase of", "not it")
    assert "does not open" in terminal.finish(125)
    assert not anywhere.anywhere.calls


@pytest.mark.parametrize("form", FORMS)
def test_without_a_terminal_nobody_waits(anywhere, files, form):
    files.usual("p256", FORMS[form], WORD)
    anywhere.credtool("exec", "build", "--", "true").fails(
        "encrypted", "no terminal", "credtool add", code=125)


@pytest.mark.parametrize("old, new", [
    ("pkcs12 -export -legacy -in host.pem -inkey host.key -out old", "--certificate"),
    ("pkcs8 -topk8 -v1 PBE-MD5-DES -provider legacy -provider default -in host.key -out old",
     "--private-key")], ids=["PKCS#12", "PKCS#8"])
def test_a_cipher_of_old_times(anywhere, files, old, new):
    """OpenSSL has it only when asked for it; what the hint says makes a file that is read."""
    files.usual()
    openssl = {"shell": True, "cwd": files.folder, "check": True, "capture_output": True}
    subprocess.run(f"openssl {old} -passout 'pass:{WORD}'", **openssl)
    path = files.folder / "old"

    def add(path):
        rest = ["--certificate", files.folder / "host.pem"] if new == "--private-key" else []
        terminal = anywhere.terminal("add", "build", new, str(path), *map(str, rest))
        terminal.answers(f"passphrase of .*{path.name}", WORD)
        return terminal

    terminal = add(path)
    terminal.expect(r"hint: \S*(openssl .* -out new.pem) makes")
    command = terminal.match[1]
    assert terminal.finish(1) is not None
    subprocess.run(f"{command} -passin 'pass:{WORD}' -passout 'pass:{WORD}'", **openssl)
    add(files.folder / "new.pem").finish()


# Chains.


def test_a_chain_of_authorities(anywhere, files):
    outer = Authority("Example Outer", files.authority)
    inner = Authority("Example Inner", outer)
    key = make_key("p384")
    certificate = files.write("host.pem", pem(inner.issue(key)))
    secret = files.write("host.key", key_pem(key))
    # In any order, with the anchor and one that does not belong.
    chain = files.write("chain.pem", pem(
        files.authority.certificate, outer.certificate, Authority("Other").certificate,
        inner.certificate))
    anywhere.config(anywhere.anywhere.config(certificate, secret, chain))
    session(anywhere)
    anywhere.config(anywhere.anywhere.config(certificate, secret))
    anywhere.credtool("clear").works()
    anywhere.credtool("exec", "build", "--", "true").fails(
        "untrusted certificate", "trust-anchor/a1b2c3d4", "roles_anywhere_certificate_chain",
        code=125)


def test_a_bundle_that_begins_with_the_authority(anywhere, files):
    middle = Authority("Example Issuing", files.authority)
    key = make_key("p256")
    path = files.write("bundle.pem", pem(middle.certificate, middle.issue(key)) + key_pem(key))
    anywhere.config(anywhere.anywhere.config(path))
    session(anywhere)


# What is told before AWS is asked.


def refused(world, *words):
    """It is told, and nobody was asked."""
    world.credtool("exec", "build", "--", "true").fails(
        "the certificate of profile build", *words, code=125)
    assert not world.anywhere.calls


@pytest.mark.parametrize("more, words", [
    ({"days": (-3, -1)}, ["/CN=build-host) expired at"]),
    ({"days": (1, 3)}, ["does not count before"]),
    ({"is_authority": True}, ["is an authority itself"]),
    ({"usage": False}, ["digitalSignature"]),
], ids=["expired", "not yet", "authority", "usage"])
def test_a_certificate_that_aws_would_refuse(anywhere, files, more, words):
    files.usual(**more)
    refused(anywhere, *words)


@pytest.mark.parametrize("kind, words", [
    ("rsa1024", ["RSA of 1024 bits", "too weak"]), ("secp256k1", ["curve secp256k1", "P-256"]),
    ("ed25519", ["Ed25519", "kind"])])
def test_a_key_that_aws_would_refuse(anywhere, files, kind, words):
    files.usual(kind)
    refused(anywhere, *words)


def test_a_key_of_another_certificate(anywhere, files):
    _, path = files.usual("p256")
    path.write_bytes(key_pem(make_key("p256", 2)))
    refused(anywhere, "host.key is not the one of a certificate in", "openssl pkey")


@pytest.mark.parametrize("content", [b"", b"nothing of the kind", b"\x30\x82\x00",
                                     b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----"])
def test_files_that_hold_something_else(anywhere, files, content):
    certificate, key = files.usual()
    old = certificate.read_bytes()
    certificate.write_bytes(content)
    refused(anywhere, "holds no certificate")
    certificate.write_bytes(old)
    key.write_bytes(content)
    refused(anywhere, "holds no private key")


def test_openssl_asks_nobody_by_itself(anywhere, files):
    certificate, _ = files.usual()
    lines = certificate.read_text().splitlines()
    certificate.write_text("\n".join(
        [lines[0], "Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC," + "0" * 32, "", *lines[1:],
         ""]))
    terminal = anywhere.terminal("exec", "build", "--", "true")
    assert "holds no certificate" in terminal.finish(125)


@pytest.mark.parametrize("name", ["host.pem", "host.key"])
def test_files_that_are_not_there(anywhere, files, name):
    files.usual()
    (anywhere.scratch / name).unlink()
    refused(anywhere, "there is no file", name)


# What AWS refuses.


@pytest.mark.parametrize("message, words", [
    ("Unable to assume role for arn", ["sts:TagSession", "rolesanywhere.amazonaws.com"]),
    ("Untrusted signing certificate", ["trust anchor"]),
    ("The signature is wrong", ["clock"]),
])
def test_a_refusal_has_a_hint(anywhere, files, message, words):
    files.usual()
    anywhere.anywhere.inject("AccessDeniedException", message)
    anywhere.credtool("exec", "build", "--", "true").fails(
        message, rolesanywhere.ROLE, *words, code=125)


def test_an_arn_that_is_nothing(anywhere, files):
    files.usual()
    anywhere.anywhere.inject("ResourceNotFoundException", "Profile not found", 404)
    anywhere.credtool("exec", "build", "--", "true").fails(
        "list-trust-anchors --region eu-central-1", code=125)


def test_a_role_that_does_not_trust(anywhere, files):
    files.usual()
    anywhere.anywhere.untrusting.add(rolesanywhere.ROLE)
    anywhere.credtool("exec", "build", "--", "true").fails("unable to assume role", code=125)


# Settings.


def test_what_is_asked_for(anywhere, files):
    paths = files.usual()
    session(anywhere)
    assert anywhere.anywhere.calls == [{
        "profileArn": rolesanywhere.PROFILE, "roleArn": rolesanywhere.ROLE,
        "trustAnchorArn": rolesanywhere.ANCHOR}]
    anywhere.config(anywhere.anywhere.config(*paths, more=(
        "roles_anywhere_duration_seconds = 1800\nroles_anywhere_role_session_name = nightly\n")))
    assert session(anywhere).arn.endswith("/nightly")
    assert anywhere.anywhere.calls[-1]["durationSeconds"] == 1800
    session(anywhere, "build", "--duration", "20m")
    assert anywhere.anywhere.calls[-1]["durationSeconds"] == 1200
    assert len(anywhere.anywhere.calls) == 3


@pytest.mark.parametrize("name", ["trust_anchor_arn", "profile_arn", "role_arn", "certificate"])
def test_a_setting_that_is_missing(anywhere, files, name):
    files.usual()
    text = anywhere.config_file.read_text().splitlines()
    anywhere.config("\n".join(
        line for line in text if not line.startswith(f"roles_anywhere_{name} ")))
    anywhere.credtool("exec", "build", "--", "true").fails(
        f"no roles_anywhere_{name}", code=125)


@pytest.mark.parametrize("name, value", [
    ("trust_anchor_arn", rolesanywhere.PROFILE), ("profile_arn", rolesanywhere.ANCHOR),
    ("role_arn", "builder"), ("duration_seconds", "60"), ("role_session_name", "a b")])
def test_a_setting_that_is_wrong(anywhere, files, name, value):
    paths = files.usual()
    text = anywhere.anywhere.config(*paths)
    lines = [line for line in text.splitlines() if not line.startswith(f"roles_anywhere_{name} ")]
    anywhere.config("\n".join([*lines, f"roles_anywhere_{name} = {value}\n"]))
    anywhere.credtool("exec", "build", "--", "true").fails(
        f"roles_anywhere_{name}", value, code=125)


def test_two_regions(anywhere, files):
    files.usual()
    anywhere.config(anywhere.config_file.read_text().replace(
        rolesanywhere.PROFILE, rolesanywhere.PROFILE.replace("eu-central-1", "eu-west-1")))
    anywhere.credtool("exec", "build", "--", "true").fails(
        "eu-central-1", "eu-west-1", "one region", code=125)


def test_another_certificate_is_another_session(anywhere, files):
    certificate, _ = files.usual()
    session(anywhere)
    certificate.write_bytes(pem(files.authority.issue(make_key("p256"))))
    session(anywhere)
    assert len(anywhere.anywhere.issued) == 2


def test_a_role_behind_it(anywhere, files):
    """As the source of another profile, and as the profile's own `role_arn`."""
    paths = files.usual()
    role = anywhere.sts.new_role("deploy")
    own = anywhere.anywhere.config(*paths, profile="own", more=f"role_arn = {role}\n")
    anywhere.config(anywhere.anywhere.config(*paths) + own
                    + f"[profile deploy]\nrole_arn = {role}\nsource_profile = build\n")
    for profile in ("deploy", "own"):
        assert ":assumed-role/deploy/" in anywhere.session(profile).arn
    assert len(anywhere.anywhere.issued) == 1, "the session behind both is one"
    anywhere.credtool("exec", "deploy", "--duration", "2h", "--", "true").fails(
        "1h", code=125)


def test_one_flight(anywhere, files):
    files.usual()
    anywhere.anywhere.delay = 1
    running = [anywhere.start("exec", "build", "--", "true") for _ in range(30)]
    for process in running:
        anywhere.finish(process).works()
    assert len(anywhere.anywhere.issued) == 1


def test_thirty_runs_ask_for_one_passphrase(anywhere, files):
    files.usual(passphrase=WORD)
    terminal = anywhere.terminal("exec", "build", "--", "true")
    terminal.expect("(?i)passphrase of .*host.key")
    # None of these has a terminal to ask on: each lives on what the first one gets.
    running = [anywhere.start("exec", "build", "--", "true") for _ in range(29)]
    terminal.answers("", WORD)
    terminal.finish()
    for process in running:
        anywhere.finish(process).works()
    assert len(anywhere.anywhere.issued) == 1


# Looking.


def test_plan_list_login_and_logout(anywhere, files):
    files.usual()
    plan = anywhere.plan("build")
    assert plan.kinds() == ["roles-anywhere"]
    step = plan.step("roles-anywhere")
    assert step["roleArn"] == rolesanywhere.ROLE and step["accountId"] == rolesanywhere.ACCOUNT
    assert step["trustAnchorArn"] == rolesanywhere.ANCHOR
    assert plan["calls"] == ["rolesanywhere:CreateSession"]
    assert not anywhere.anywhere.calls
    anywhere.credtool("plan", "build").works()
    anywhere.credtool("login", "build").works().says("can be used")
    row, = json.loads(anywhere.credtool("list", "--json").works().stdout)["profiles"]
    assert row["kind"] == "roles anywhere" and row["sessions"]
    assert anywhere.plan("build")["calls"] == []
    anywhere.credtool("logout", "build").works().says("forgot its sessions (1)")
    session(anywhere)
    assert len(anywhere.anywhere.issued) == 2


# The vault.


@pytest.fixture(params=["secret-service", "file"])
def vault(request, anywhere):
    anywhere.environment |= {"CREDTOOL_VAULT": request.param,
                             "CREDTOOL_FILE_PASSPHRASE": "made-up word of the vault"}
    anywhere.more_secrets.add("made-up word of the vault")


def store(world, files, *flags, kind="p256"):
    """The key is in the vault and nowhere else."""
    paths = files.usual(kind)
    world.config(world.anywhere.config())
    result = world.credtool("add", "build", "--certificate", paths[0], "--private-key", paths[1],
                            *flags)
    for path in paths:
        path.unlink()
    return result


@pytest.mark.parametrize("kind", ["rsa2048", "p256"])
def test_the_key_in_the_vault(anywhere, files, vault, kind):
    store(anywhere, files, kind=kind).works().says("/CN=build-host", "credtool exec build")
    step = anywhere.plan("build").step("roles-anywhere")
    assert step["certificateSubject"].endswith("/CN=build-host")
    session(anywhere)
    session(anywhere)
    assert len(anywhere.anywhere.issued) == 1
    anywhere.credtool("remove", "build", "--force").works().says(
        "removed certificate", "1 session")
    anywhere.credtool("exec", "build", "--", "true").fails(
        "no roles_anywhere_certificate", "credtool add build --certificate", code=125)
    anywhere.credtool("remove", "build", "--force").fails("no vault has a key")


def test_a_certificate_is_backed_up_restored_and_moved(anywhere, files):
    words = {"CREDTOOL_FILE_PASSPHRASE": "made-up word of the vault",
             "CREDTOOL_BACKUP_PASSPHRASE": "made-up word of a backup"}
    anywhere.environment |= words
    anywhere.more_secrets |= set(words.values())
    copy = anywhere.home / "copy"
    store(anywhere, files).works()
    anywhere.credtool("vault", "backup", copy).works().says("1 certificate")
    anywhere.credtool("remove", "build", "--force").works()
    shown = anywhere.credtool("vault", "restore", copy).works().says("restored certificate")
    assert "goes into the secret-service vault" in shown.stdout
    session(anywhere)
    assert "already" in anywhere.credtool("vault", "restore", copy).works().stdout
    anywhere.credtool("vault", "move", "--to", "file").works().says("moved certificate")
    assert not anywhere.keyring.items()
    anywhere.credtool("clear").works()
    session(anywhere)
    assert "is in the file vault already" in anywhere.credtool(
        "vault", "restore", copy).works().stdout
    # Another certificate stays, unless that is forced.
    store(anywhere, files, "--force").works()
    result = anywhere.credtool("vault", "restore", copy).says("build", "another one", "--force")
    assert result.code == 1
    anywhere.credtool("vault", "restore", copy, "--force").works()
    session(anywhere)


def test_a_chain_in_the_vault(anywhere, files):
    middle = Authority("Example Issuing", files.authority)
    chain = files.write("chain.pem", pem(middle.certificate))
    paths = files.usual(issuer=middle)
    anywhere.config(anywhere.anywhere.config())
    anywhere.credtool("add", "build", "--certificate", paths[0], "--private-key", paths[1],
                      "--chain", chain).works()
    session(anywhere)


def test_the_vault_takes_the_passphrase_away(anywhere, files):
    certificate, key = files.usual(passphrase=WORD)
    anywhere.config(anywhere.anywhere.config())
    terminal = anywhere.terminal("add", "build", "--certificate", str(certificate),
                                 "--private-key", str(key))
    terminal.answers("passphrase of .*host.key", WORD)
    terminal.finish()
    session(anywhere)


def test_another_in_its_place(anywhere, files):
    store(anywhere, files).works()
    first = session(anywhere)
    again = store(anywhere, files).fails("nobody can be asked")
    assert re.search("hint: credtool add build --certificate .*host.pem --private-key .*host.key"
                     " --force", again.stderr)
    store(anywhere, files, "--force").works()
    assert session(anywhere).key_id != first.key_id


def test_it_comes_before_files(anywhere, files):
    store(anywhere, files).works()
    anywhere.config(anywhere.anywhere.config("/nowhere/host.pem"))
    session(anywhere)


@pytest.mark.parametrize("change, words", [
    ("key", "is not the one"), ("expired", "expired at")])
def test_add_looks_before_it_stores(anywhere, files, change, words):
    paths = files.usual(days=(-3, -1) if change == "expired" else (-1, 1))
    if change == "key":
        paths[1].write_bytes(key_pem(make_key("p256", 2)))
    anywhere.credtool("add", "build", "--certificate", paths[0],
                      "--private-key", paths[1]).fails(words)
    assert not (anywhere.data / "certificates.tsv").exists()


@pytest.mark.parametrize("flag", ["--private-key", "--chain"])
def test_add_wants_the_certificate_too(anywhere, flag):
    anywhere.credtool("add", "build", flag, "/x").fails("--certificate", flag)


def test_list_knows_it_before_the_config_does(anywhere, files, vault):
    store(anywhere, files).works()
    anywhere.config("")
    row, = json.loads(anywhere.credtool("list", "--json").works().stdout)["profiles"]
    assert row["profile"] == "build" and row["kind"] == "roles anywhere"
    assert row["certificateSubject"].endswith("/CN=build-host") and row["certificateSerial"]
    assert row["certificateEnd"] and row["vault"] == anywhere.environment["CREDTOOL_VAULT"]
    assert "/CN=build-host " + row["vault"] in anywhere.credtool("list").works().stdout
    assert anywhere.credtool("__complete", "keys").works().stdout == "build\n"
    for text in ("", "[profile build]\nregion = eu-west-1\n"):
        anywhere.config(text)
        anywhere.credtool("exec", "build", "--", "true").fails(
            "a certificate in the vault and no roles_anywhere_trust_anchor_arn", code=125)


def test_add_tells_what_is_missing_yet(anywhere, files):
    certificate, key = files.usual()
    add = ("add", "build", "--force", "--certificate", certificate, "--private-key", key)
    assert "roles_anywhere" not in anywhere.credtool(*add).works().says("exec build").stderr
    anywhere.config("")
    anywhere.credtool(*add).works().says("needs roles_anywhere_trust_anchor_arn, ")
    assert "before" not in anywhere.credtool(*add).works().stderr
    anywhere.add("build")
    anywhere.credtool(*add).works().says("a stored key, too, which comes before")


@pytest.fixture(params=[None, b"\xff\0 no list\n"], ids=["missing", "damaged"])
def lose_list(request, anywhere):
    """Harms the list of what the vaults have."""
    path = anywhere.data / "certificates.tsv"

    def harm():
        whole = path.read_bytes()
        path.unlink()
        if request.param:
            path.write_bytes(request.param)
        return whole

    return harm


def test_a_list_that_is_lost_is_made_anew(anywhere, files, vault, lose_list):
    store(anywhere, files).works()
    whole = lose_list()
    session(anywhere)
    assert (anywhere.data / "certificates.tsv").read_bytes() == whole
    lose_list()
    store(anywhere, files).fails("nobody can be asked", "--force")
    lose_list()
    anywhere.credtool("remove", "build", "--force").works().says("removed certificate")
    anywhere.credtool("exec", "build", "--", "true").fails(
        "no roles_anywhere_certificate", code=125)


def test_a_vault_that_lost_it(anywhere, files):
    anywhere.environment |= {"CREDTOOL_VAULT": "file",
                             "CREDTOOL_FILE_PASSPHRASE": "made-up word of the vault"}
    store(anywhere, files).works()
    (anywhere.data / "vault").unlink()
    anywhere.credtool("exec", "build", "--", "true").fails(
        "another program must have deleted it", "credtool add", code=125)


WORDS = "made-up word of the vault"


@pytest.fixture
def replaced(anywhere, files):
    """Another certificate in the file vault, stored while the keyring that has the first was shut."""
    anywhere.environment |= {"CREDTOOL_FILE_PASSPHRASE": WORDS}
    anywhere.more_secrets.add(WORDS)
    store(anywhere, files, "--vault", "secret-service").works()
    anywhere.keyring.lock()
    store(anywhere, files, "--vault", "file", "--force").works().says(
        "the secret-service vault may have an older certificate of profile build", "locked",
        "credtool unlock")
    return anywhere


def without_notes(path):
    """The list as an earlier version left it."""
    certificate, note = path.read_text().splitlines(keepends=True)
    assert note.startswith("\tsecret-service\tbuild\t")
    path.write_text(certificate)


def has_none(world):
    world.credtool("exec", "build", "--", "true").fails("no roles_anywhere_certificate", code=125)
    listed = json.loads(world.credtool("list", "--json").works().stdout)["profiles"]
    assert not any("certificateSerial" in row for row in listed)
    assert world.keyring.items() == []


def test_what_was_replaced_goes_with_the_new_one(replaced):
    session(replaced)
    replaced.keyring.unlock()
    result = replaced.credtool("remove", "build", "--force").works()
    assert "may have" not in result.stderr
    has_none(replaced)


@pytest.mark.parametrize("is_noted", [True, False])
@pytest.mark.parametrize("times", [1, 2])
def test_what_was_removed_behind_a_lock_does_not_come_back(replaced, files, times, is_noted):
    if not is_noted:
        without_notes(replaced.data / "certificates.tsv")
    for _ in range(times):
        replaced.credtool("remove", "build", "--force").works().says(
            "removed certificate", "the secret-service vault may have", "locked")
        if times == 2:
            store(replaced, files, "--vault", "file").works()
            session(replaced)
    if times == 2:
        replaced.credtool("remove", "build", "--force").works()
    replaced.keyring.unlock()
    has_none(replaced)


@pytest.mark.parametrize("is_noted", [True, False])
def test_a_move_takes_older_copies_along(replaced, is_noted):
    path = replaced.data / "certificates.tsv"
    move = ("vault", "move", "--to", "file", "build")
    if not is_noted:
        without_notes(path)
    replaced.keyring.unlock()
    replaced.credtool(*move).works().says("already", "took an older certificate")
    assert replaced.keyring.items() == [] and len(path.read_text().splitlines()) == 1
    session(replaced)
    assert "took" not in replaced.credtool(*move).works().says("already").stderr


def test_a_certificate_may_come_back_where_one_was_superseded(replaced, files):
    replaced.keyring.unlock()
    store(replaced, files, "--vault", "secret-service", "--force").works()
    assert len(replaced.keyring.items()) == 1
    assert len((replaced.data / "certificates.tsv").read_text().splitlines()) == 1
    session(replaced)


# No part of a key stays anywhere.


@pytest.mark.parametrize("kind", ["rsa2048", "p256", "p521"])
@pytest.mark.parametrize("source", ["files", "pkcs12", "vault"])
def test_no_key_stays_in_memory(anywhere, files, kind, source):
    key = make_key(kind)
    if source == "vault":
        store(anywhere, files, kind=kind).works()
    elif source == "files":
        files.usual(kind, TRADITIONAL)
    else:
        path = files.write("host.p12", pkcs12_of(key, files.authority.issue(key)))
        anywhere.config(anywhere.anywhere.config(path))
    held, process = memory.at_the_end(anywhere, "exec", "build", "--", "true")
    try:
        needles = [part[:24] for part in rolesanywhere.secret_parts(key)]
        assert held.executes and held.places(needles) == []
        needles = list(memory.forms(*anywhere.secrets()))
        assert held.places(needles) == []
    finally:
        held.close()
        process.communicate()


def test_no_key_stays_in_memory_after_add(anywhere, files):
    key = make_key("rsa2048")
    paths = files.usual("rsa2048")
    held, process = memory.at_the_end(
        anywhere, "add", "build", "--certificate", paths[0], "--private-key", paths[1])
    try:
        assert held.places([part[:24] for part in rolesanywhere.secret_parts(key)]) == []
        # Its PEM, wherever a line of it begins.
        lines = [line for line in paths[1].read_bytes().splitlines() if b"-" not in line]
        assert held.places(lines) == []
    finally:
        held.close()
        process.communicate()


# The manual.


def test_the_certificates_that_the_manual_makes(anywhere):
    """Its commands, as they stand there, make what AWS takes."""
    page = subprocess.run(
        ["groff", "-man", "-Tascii", "-P-cbou", str(ROOT / "man/credtool-rolesanywhere.7")],
        text=True, capture_output=True, check=True).stdout
    commands = re.findall(r"^ +(openssl req .*(?<=\\)\n(?:.*(?<=\\)\n)*.*)$", page, re.M)
    assert len(commands) == 2
    anywhere.more_secrets.add(WORD)
    # Each asks twice for its new key's passphrase, the second one then for the authority's.
    for command, prompts in zip(commands, [2, 3]):
        terminal = anywhere.on_terminal(["sh", "-c", command])
        for _ in range(prompts):
            terminal.expect(r"pass phrase[^\r\n]*:\Z")
            terminal.sendline(WORD)
        terminal.finish()
    terminal = anywhere.terminal("add", "build", "--certificate", "host.pem", "--private-key",
                                 "host.key")
    terminal.answers("passphrase of host.key", WORD)
    assert "/CN=build-host" in terminal.finish()
