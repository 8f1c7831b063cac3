"""Mutations of everything that is read, with a fixed seed: no signal, no hang, no secret told."""

import datetime
import json
import random

import pytest

from rig import fakes, kernelkeys, sts as faults
from rig.sts import ACCOUNT

BOX = f"arn:aws:sts::{ACCOUNT}:assumed-role/box/i-0123456789abcdef0"
PIECES = [b"", b"\0", b"\n", b"\r\n", b" ", b"=", b"[", b"]", b"#", b";", b"\t", b'"', b"'",
          b"\\", b"{", b"}", b":", b",", b"<", b">", b"&", b"&#0;", b"]]>", b"\xff", b"\xc3",
          b"\xef\xbb\xbf", "\u202e".encode(), "\u2028".encode(), b"\x1b[31m", b"%s%n", b"../",
          b"-1", b"9223372036854775808", b"1e400", b"null", b"\\ud800", b"A" * 5000, b"profile ",
          b"default"]
DOCUMENTED = {0, 1, 2, 125, 126, 127}


def mutated(text, chance, most=4):
    """The text with some pieces of it changed, cut, repeated or moved."""
    data = bytearray(text.encode() if isinstance(text, str) else text)
    for _ in range(chance.randint(1, most)):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.choice([0, 0, 1, 1, 2, 8, 40]))
        match chance.randrange(6):
            case 0:
                data[at:end] = chance.choice(PIECES)
            case 1:
                data[at:at] = chance.choice(PIECES)
            case 2:
                del data[at:end]
            case 3:
                data[at:at] = data[at:end] * chance.choice([1, 2, 60])
            case 4 if data:
                data[at % len(data)] ^= 1 << chance.randrange(8)
            case _:
                if chance.random() < 0.3:
                    del data[at:]
    return bytes(data)


def check(world, *arguments, **more):
    """One run. What its words hold of secrets, the world finds out at the end."""
    result = world.credtool(*arguments, timeout=20, **more)
    assert result.code in DOCUMENTED, result
    return result.speaks_well().is_plain()


@pytest.fixture
def chance(request):
    """The same numbers in each run, others in each test."""
    return random.Random(f"20260717 {request.node.name}")


@pytest.fixture
def told(record_property):
    """Says in the report how many runs there were."""
    def tell(number):
        record_property("runs", number)
        print(f"{number} runs")

    return tell


CONFIG = """\
# mine
[default]
region = eu-west-1
[profile work]
mfa_serial = arn:aws:iam::123456789012:mfa/alice
duration_seconds = 3600
[profile prod] ; production
role_arn = arn:aws:iam::123456789012:role/prod
source_profile = work
session_tags = Team=Blue,Stage=Test
transitive_session_tags = Team
external_id = abc
include_profile = shared
[profile shared]
output = json
s3 =
  max_concurrent_requests = 20
[profile chain]
role_arn = arn:aws:iam::123456789012:role/chain
source_profile = prod
sts_regional_endpoints = regional
use_fips_endpoint = false
[profile box]
role_arn = arn:aws:iam::123456789012:role/box
credential_source = Environment
policy = {"Version":"2012-10-17","Statement":[]}
[services mine]
sts =
  region = eu-west-1
"""


def test_config_files(world, chance, told):
    key = world.sts.stranger()
    plain = (f"[work]\naws_access_key_id = {key.key_id}\naws_secret_access_key = {key.secret}\n"
             "[other]\naws_session_token = x\n")
    commands = [["list"], ["list", "--json"], ["__complete", "profiles"], ["plan", "prod"],
                ["plan", "chain", "--json"], ["plan", "work"], ["plan", "box"], ["plan"],
                ["export", "work"], ["__complete", "roles"]]
    for _ in range(100):
        world.config(mutated(CONFIG, chance))
        world.credentials_file.write_bytes(mutated(plain, chance, 2))
        command = chance.choice(commands)
        check(world, *command, secret_output=command[0] == "export")
    told(100)


def test_config_edits(world, chance, told):
    """Whatever stands there, the rest of it is kept; and what was set is read again."""
    key = world.sts.stranger()
    for number in range(25):
        before = mutated(CONFIG, chance)
        world.config(before)
        result = check(world, "add", "work", "--env", "--no-verify", "--force", "--region",
                       "eu-north-1", env=key.variables())
        after = world.config_file.read_bytes()
        if result.code:
            assert after == before
        else:
            lines = after.splitlines(keepends=True)
            missing = [line for line in lines if line.strip() not in before
                       and b"region" not in line and b"[profile work]" not in line]
            assert missing == [], (number, before, after)
            assert b"eu-north-1" in after
    told(25)


def test_credential_processes(world, chance, told):
    box = world.sts.stranger(BOX, True)
    answer = world.scratch / "answer"
    world.config(f"[profile work]\ncredential_process = /bin/cat {answer}\n")
    text = json.dumps(fakes.process_json(box), indent=1)
    for _ in range(50):
        answer.write_bytes(mutated(text, chance))
        check(world, "exec", "work", "--fresh", "--", "true")
    told(50)


@pytest.mark.parametrize("kind", ["container", "instance"])
def test_machine_sources(world, chance, told, kind):
    box = world.sts.stranger(BOX, True)
    text = json.dumps({"Code": "Success", "Type": "AWS-HMAC"} | fakes.credentials_json(box))
    if kind == "container":
        server = world.keep_open(fakes.ContainerEndpoint(box))
        env = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/creds"}
    else:
        server = world.keep_open(fakes.InstanceMetadata(box))
        env = {"AWS_EC2_METADATA_DISABLED": None,
               "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url}
    for _ in range(25):
        server.document = mutated(text, chance) or b" "
        check(world, "exec", "--fresh", "--", "true", env=env)
    told(25)


@pytest.mark.parametrize("action", ["GetCallerIdentity", "AssumeRole", "error"])
def test_sts(world, chance, told, action):
    key = world.sts.stranger()
    made = world.sts.stranger(BOX, True)
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=2)
    text = {"GetCallerIdentity": faults.caller_document(key),
            "AssumeRole": faults.credentials_document(
                "AssumeRole", made, end, f"<AssumedRoleUser><Arn>{BOX}</Arn></AssumedRoleUser>"),
            "error": faults.error_document("AccessDenied", "no way")}[action]
    world.config(f"[profile work]\nrole_arn = arn:aws:iam::{ACCOUNT}:role/deploy\n"
                 "credential_source = Environment\n")
    status = 403 if action == "error" else 200
    for _ in range(25):
        body = mutated(text, chance)
        for name in ("AssumeRole", "GetCallerIdentity"):
            world.sts.inject(name, faults.raw(body, status), times=3)
        command = ["exec", "work", "--fresh", "--", "true"]
        if action == "GetCallerIdentity":
            command = ["add", "x", "--env", "--force", "--vault", "secret-service"]
        check(world, *command, env=key.variables())
        world.sts.forget_faults()
    told(25)


PASSPHRASE = {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}


class TestOwnFiles:
    @pytest.fixture
    def kept(self, world):
        """Keys in both vaults; what is mutated is put back, and then they are all there."""
        world.environment |= PASSPHRASE
        world.more_secrets.update(PASSPHRASE.values())
        for name, vault in (("work", "secret-service"), ("filed", "file"), ("other", "file")):
            world.add(name, "--vault", vault)
        world.session("work", "--no-session")
        yield world
        for name in ("work", "filed", "other"):
            assert world.session(name, "--no-session") is world.keys[name]

    def test_the_index(self, kept, chance, told):
        path = kept.data / "index.tsv"
        whole = path.read_bytes()
        for _ in range(30):
            path.write_bytes(mutated(whole, chance))
            check(kept, *chance.choice([
                ["list"], ["list", "--json"], ["plan", "work"], ["__complete", "roles"],
                ["exec", "filed", "--no-session", "--", "true"],
                ["exec", "work", "--no-session", "--", "true"]]))
        path.write_bytes(whole)
        told(30)

    def test_the_vault(self, kept, chance, told):
        path = kept.data / "vault"
        whole = path.read_bytes()
        for _ in range(15):
            text = mutated(whole, chance, 2)
            path.write_bytes(text)
            result = check(kept, "exec", chance.choice(["filed", "other"]), "--no-session", "--",
                           "true")
            assert result.code == 125 or text == whole, "it takes what was tampered with"
        path.write_bytes(whole)
        told(15)

    def test_the_sessions(self, kept, chance, told, kernel_keyring):
        kept.session("work")
        [key] = kernelkeys.sessions()
        whole = kernelkeys.read(key)
        for _ in range(30):
            sessions = kernelkeys.sessions()
            if sessions:
                kernelkeys.write(sessions[0], mutated(whole, chance)[:30_000] or b"x")
            check(kept, *chance.choice([["exec", "work", "--", "true"], ["list"],
                                        ["plan", "work", "--json"]]))
            kept.session("work")
        told(30)

    def test_the_keyrings_items(self, kept, chance, told):
        [item] = [item for item in kept.keyring.items()
                  if kept.keys["work"].key_id in kept.keyring.attributes(item).values()]
        attributes = kept.keyring.attributes(item)
        secret = kept.keys["work"].secret.encode()
        for _ in range(15):
            strange = {}
            for name, value in attributes.items():
                if name != "xdg:schema" and chance.random() < 0.6:
                    value = mutated(value, chance, 2).decode("utf-8", "ignore").replace("\0", "")
                strange[name] = value
            made = kept.keyring.create(strange, mutated(secret, chance, 2))
            (kept.data / "index.tsv").unlink(missing_ok=True)
            check(kept, *chance.choice([["list"], ["plan", "work"], ["list", "--json"],
                                        ["exec", "filed", "--no-session", "--", "true"],
                                        ["__complete", "roles"]]))
            kept.keyring.delete(made)
        (kept.data / "index.tsv").unlink(missing_ok=True)
        told(15)


WORDS = ["exec", "export", "add", "remove", "list", "clear", "plan", "whoami", "help", "version", "sign",
         "__complete", "completion", "work", "prod", "default", "profiles", "--", "true", "-",
         "--role", "--duration", "1h", "-1", "9" * 30, "--region", "eu-west-1", "--mfa-serial",
         "--mfa-token", "123456", "--external-id", "--session-name", "--session-tags", "A=b,C=d",
         "--transitive-tags", "--policy", "{}", "{", "/nowhere", "--policy-arns", "--read-only",
         "--federation-token", "me", "--root-of", "111122223333", "--task-policy", "--no-session",
         "--min-ttl", "--fresh", "-v", "-h", "--help", "--json", "--format", "process", "ini",
         "--env", "--force", "--vault", "file", "--no-verify", "--stdin", "--allow-root",
         "--no-config", "", " ", "=", "--role=", "--=x", "-vvv", "-rx", "---", "\udcff\udcfe",
         "\u202e", "\x1b[31m", "a\nb", "%n", "x" * 20_000, "--mfa-prompt", "terminal",
         "GET", "https://sts.us-east-1.amazonaws.com/?a=%", "--presign", "--curl", "--data", "@-",
         "--expires", "--header", "X-A: b"]


def test_arguments(world, chance, told):
    world.environment |= PASSPHRASE
    world.more_secrets.update(PASSPHRASE.values())
    world.add("work")
    world.config(CONFIG)
    key = world.sts.stranger()
    for _ in range(110):
        words = [chance.choice(WORDS) for _ in range(chance.randint(0, 6))]
        if chance.random() < 0.7:
            words.insert(0, chance.choice(WORDS[:12]))
        if chance.random() < 0.5:
            words.insert(1, "work")
        if "exec" in words:  # what is run must be harmless
            words += ["--", "true"]
        if chance.random() < 0.2:
            words = [mutated(word, chance, 1).replace(b"\0", b"").decode("utf-8", "surrogateescape")
                     if chance.random() < 0.3 and word.isascii() else word for word in words]
        env = {"SHELL": "/bin/true"} | (key.variables() if chance.random() < 0.3 else {})
        check(world, *words, env=env, secret_output=True)
    told(110)
