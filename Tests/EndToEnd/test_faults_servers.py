"""Hostile servers in the place of AWS, the instance's metadata and a container's agent."""

import datetime
import json
import re

import pytest

from rig import fakes, hostile, sts as faults
from rig.hostile import http
from rig.sts import ACCOUNT
from rig.world import fast

BOX = f"arn:aws:sts::{ACCOUNT}:assumed-role/box/i-0123456789abcdef0"
NASTY = "\u009b31m\u202ered\u2066\u200f\u2028\x7f\u0085"


def is_calm(result):
    """Words of the house, not too many, and nothing for a terminal to act on."""
    assert result.code in (0, 1, 125), result
    result.speaks_well().is_plain()
    assert len(result.stderr) < 4000, f"{len(result.stderr)} characters"


class Target:
    """How to send credtool to a server in somebody's place."""

    def __init__(self, kind, world):
        self.kind, self.world = kind, world
        if kind == "sts":
            world.add("work")
        self.profile = ["work"] if kind == "sts" else []

    def env(self, url):
        return {"sts": {"AWS_ENDPOINT_URL_STS": url},
                "instance": {"AWS_EC2_METADATA_DISABLED": None,
                             "AWS_EC2_METADATA_SERVICE_ENDPOINT": url},
                "container": {"AWS_CONTAINER_CREDENTIALS_FULL_URI": url + "/creds"},
                }[self.kind]

    def run(self, server, timeout=25, through=()):
        self.world.keep_open(server)
        return self.world.credtool("exec", *self.profile, "--", "true", through=through,
                                   env=self.env(server.url), timeout=timeout)


@pytest.fixture(params=["sts", "instance", "container"])
def target(request, world):
    return Target(request.param, world)


ANSWERS = {
    "nothing": b"",
    "no HTTP": b"SSH-2.0-OpenSSH_9.2p1\r\n",
    "bytes": bytes(range(256)) * 40,
    "status line only": b"HTTP/1.1 200 OK\r\n",
    "no status": b"HTTP/1.1\r\n\r\n",
    "status 999": b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
    "only a 100": b"HTTP/1.1 100 Continue\r\n\r\n" * 500,
    "too little": http("<a>", length=5000),
    "too much": http("<a>" * 500, length=3),
    "negative length": http("<a/>", length=-5),
    "huge length": http("<a/>", length=9223372036854775807),
    "no length at all": http("<a/>", length="abc"),
    "two lengths": http("<a/>", headers="Content-Length: 1\r\n"),
    "bad chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n",
    "huge chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nab",
    "bad gzip": http(b"\x1f\x8b\x08garbage", headers="Content-Encoding: gzip\r\n"),
    "gzip bomb": http(b"", headers="Content-Encoding: gzip, gzip, gzip, gzip\r\n"),
    "control characters": b"HTTP/1.1 500 \x1b[31mred\x07\r\nContent-Length: 0\r\n\r\n",
    "NUL in a header": b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n",
    "200 with an error": http(faults.error_document("AccessDenied", "Not like this.")),
    "JSON error": http('{"Code":"Failed","Message":"' + "x" * 900_000 + '"}'),
    "HTML": http("<html><body>Log in to the hotel</body></html>"),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_answers_that_are_none(target, answer):
    result = target.run(hostile.Hostile(hostile.says(ANSWERS[answer])))
    is_calm(result)
    result.fails(code=125)


@pytest.mark.parametrize("where", ["http://169.254.169.254/latest", "file:///etc/passwd",
                                   "http://127.0.0.1:{other}/x", "gopher://127.0.0.1/x", ""])
def test_redirects_are_not_followed(target, where):
    """The signature, and the session, are for the server that was named."""
    other = target.world.keep_open(hostile.Hostile(hostile.says(http("<a/>"))))
    result = target.run(hostile.Hostile(hostile.says(http(
        "", "302 Found", f"Location: {where.format(other=other.port)}\r\n"))))
    is_calm(result)
    result.fails(code=125)
    assert other.connections == 0


class TestTime:
    """One that says something now and then does not keep anybody for ever."""

    def test_one_byte_now_and_then(self, target):
        """Half a minute of AWS's time is over in three seconds; the answer takes four minutes."""
        answer = http("<a>" + " " * 5000)
        result = target.run(hostile.Hostile(hostile.drips(answer, 0.05, len(answer))),
                            12, fast(10))
        is_calm(result)
        result.fails(code=125)

    def test_headers_without_an_end(self, target):
        result = target.run(hostile.Hostile(hostile.repeats(
            b"HTTP/1.1 200 OK\r\n", b"X-Header: " + b"x" * 1000 + b"\r\n")))
        is_calm(result)
        result.fails(code=125)

    def test_a_body_without_an_end(self, target):
        result = target.run(hostile.Hostile(hostile.repeats(
            b"HTTP/1.1 200 OK\r\n\r\n", b"<a>" + b" " * 1000)))
        is_calm(result)
        result.fails(code=125)

    def test_half_a_handshake(self, world):
        target = Target("sts", world)
        server = hostile.Hostile(hostile.hangs_in_the_handshake)
        server.url = server.url.replace("http:", "https:")
        result = target.run(server, 12, fast(10))
        is_calm(result)
        result.fails(code=125)


class TestMessages:
    """What AWS says is shown, but never more than fits, nor anything but letters."""

    @pytest.fixture
    def work(self, world):
        world.add("work")
        return world

    def test_of_900_kilobytes(self, work):
        work.sts.inject("GetSessionToken", faults.error(403, "AccessDenied", "long " * 180_000))
        result = work.credtool("exec", "work", "--", "true")
        result.fails("AccessDenied", "long", code=125)
        is_calm(result)

    def test_codes_of_900_kilobytes(self, work):
        work.sts.inject("GetSessionToken", faults.error(403, "Code" * 220_000, "short"))
        result = work.credtool("exec", "work", "--", "true")
        result.fails(code=125)
        is_calm(result)

    @pytest.mark.parametrize("command", [["exec", "work", "--", "true"], ["export", "work"],
                                         ["whoami", "work"], ["exec", "work", "-v", "--", "true"]],
                             ids=lambda command: " ".join(command[::2]))
    def test_with_control_characters(self, work, command):
        for code, message in (("AccessDenied", f"a {NASTY} b&#10;credtool: c&#13;&#9;d"),
                              (f"Access{NASTY}", "plain")):
            document = faults.error_document("C0DE", "MESSAGE").replace(
                b"C0DE", code.encode()).replace(b"MESSAGE", message.encode())
            for action in ("GetSessionToken", "GetCallerIdentity"):
                work.sts.inject(action, faults.raw(document, 403), times=4)
            result = work.credtool(*command)
            is_calm(result)
            work.sts.forget_faults()

    def test_of_a_machines_own_source(self, world):
        for kind in ("instance", "container"):
            target = Target(kind, world)
            body = json.dumps({"Code": f"Fa{NASTY}iled", "Message": f"no {NASTY} \n\x1b[31m way",
                               "code": "x" + NASTY, "message": NASTY * 9000}, ensure_ascii=False)
            for status in ("200 OK", "400 Bad", "403 Forbidden"):
                result = target.run(hostile.Hostile(hostile.says(http(body, status))))
                is_calm(result)
                result.fails(code=125)


class TestWhoTheySayOneIs:
    """ARNs and key IDs come from AWS, and go to terminals, lists, completions and prompts."""

    SHOWN = [["list"], ["list", "--json"], ["__complete", "profiles"], ["__complete", "roles"],
             ["plan", "work"], ["plan", "work", "--json"], ["clear"]]

    @pytest.mark.parametrize("arn", [
        f"arn:aws:iam::{ACCOUNT}:user/a{NASTY}b", f"arn:aws:iam::{ACCOUNT}:user/a&#10;credtool: b",
        f"arn:aws:iam::{ACCOUNT}:user/" + "x" * 500_000, "no ARN at all", "", "arn:::::",
        f"arn:aws:iam::{ACCOUNT}:user/a\tb&#9;c"], ids=["controls", "line end", "long", "text", "empty", "colons", "tabs"])
    def test_at_add(self, world, arn):
        key = world.sts.new_key()
        document = faults.caller_document(key).decode().replace(key.arn, arn)
        world.sts.inject("GetCallerIdentity", faults.raw(document.encode()), times=3)
        is_calm(world.credtool("add", "work", "--env", env=key.variables()))
        for command in self.SHOWN:
            result = world.credtool(*command)
            assert result.code in (0, 1), result
            result.is_plain()
            assert len(result.stdout) < 20_000
            assert not re.search("^credtool: b", result.stdout, re.M)

    @pytest.mark.parametrize("form", ["text", "json"])
    def test_at_whoami(self, world, form):
        key = world.add("work")
        document = faults.caller_document(key).decode().replace(
            key.arn, f"arn:aws:iam::{ACCOUNT}:user/a{NASTY}&#10;b")
        world.sts.inject("GetCallerIdentity", faults.raw(document.encode()), times=3)
        result = world.credtool("whoami", "work", *(["--json"] if form == "json" else []))
        is_calm(result)
        if form == "json" and result.code == 0:
            json.loads(result.stdout)

    @pytest.mark.parametrize("value", [f"ASIA{NASTY}", "ASIA&#10;X", "A" * 300_000, "", " "],
                             ids=lambda value: repr(value[:8]))
    def test_the_key_id_of_a_session(self, world, value):
        world.add("work")
        made = world.sts.stranger(token=True)
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=2)
        document = faults.session_token_document(made, end).decode().replace(made.key_id, value)
        world.sts.inject("GetSessionToken", faults.raw(document.encode()), times=4)
        for command in (["exec", "work", "--", "true"], ["plan", "work"], ["list"],
                        ["exec", "work", "-v", "--", "true"]):
            is_calm(world.credtool(*command))

    def test_the_role_of_an_instance(self, world):
        """It is part of the next URL, and of what is shown."""
        for role in (f"box{NASTY}", "../../../etc", "a b\r\nX-Evil: 1", "x" * 100_000, "a/b", ""):
            server = world.keep_open(fakes.InstanceMetadata(
                world.sts.stranger(BOX, True), role=role))
            result = world.credtool("exec", "--", "true", env={
                "AWS_EC2_METADATA_DISABLED": None,
                "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url})
            is_calm(result)
            assert not any("x-evil" in headers for _, _, headers in server.asked)

    def test_of_items_in_the_keyring(self, world):
        """Attributes that another program wrote."""
        world.add("work")
        [item] = world.keyring.items()
        own = world.keyring.attributes(item)
        key_id = world.keys["work"].key_id
        for number, value in enumerate((f"od{NASTY}d", "li\nne", "\x1b[31mred", "x" * 50_000)):
            world.keyring.create(
                {name: text if text == key_id or name == "xdg:schema" else value
                 for name, text in own.items()}, b"madeUpSecret" * 3)
            world.keyring.create(
                {name: value if text == key_id else text.replace("work", f"p{number}")
                 for name, text in own.items()}, b"madeUpSecret" * 3)
        (world.data / "index.tsv").unlink()
        assert world.session("work", "--no-session") is world.keys["work"]
        for command in self.SHOWN:
            world.credtool(*command).is_plain()


#: Each entity is ten of the one before.
BOMB = '<!DOCTYPE a [<!ENTITY e0 "aaaaaaaaaa">' + "".join(
    f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 10)) + "]>"


class TestXML:
    @pytest.fixture
    def work(self, world):
        world.add("work")
        return world

    def document(self, world):
        made = world.sts.stranger(token=True)
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=2)
        return made, faults.session_token_document(made, end).decode()

    @pytest.mark.parametrize("change", [
        lambda text: BOMB + text.replace("</SessionToken>", "&e9;</SessionToken>"),
        lambda text: '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + text.replace(
            "</SessionToken>", "&x;</SessionToken>"),
        lambda text: "<a>" * 50_000 + text,
        lambda text: text + text,
        lambda text: text.replace("</Credentials>", ""),
    ], ids=["bomb", "external", "deep", "twice", "unclosed"])
    def test_that_is_odd(self, work, change):
        _, text = self.document(work)
        work.sts.inject("GetSessionToken", faults.raw(change(text).encode("latin-1", "replace")),
                        times=3)
        result = work.credtool("exec", "work", "--", "true")
        is_calm(result)
        result.fails(code=125)
        assert "root:" not in result.stderr

    def test_that_may_be_taken_or_not(self, work):
        """Whichever it is, there is no trap."""
        attributes = " ".join(f'a{number}="x"' for number in range(50_000))
        for change in (lambda text: text.replace("<Credentials>", f"<Credentials {attributes}>"),
                       lambda text: '<?xml version="1.0" encoding="UTF-7"?>' + text,
                       lambda text: text.encode("utf-16").decode("latin-1")):
            made, text = self.document(work)
            work.sts.inject("GetSessionToken", faults.raw(change(text).encode("latin-1")))
            result = work.credtool("exec", "work", "--fresh", "--", "sh", "-c",
                                   "echo $AWS_ACCESS_KEY_ID")
            is_calm(result)
            assert result.code or result.stdout.strip() == made.key_id
            work.sts.forget_faults()

    @pytest.mark.parametrize("tag", ["AccessKeyId", "SecretAccessKey", "SessionToken",
                                     "Expiration", "Credentials"])
    def test_a_field_twice(self, work, tag):
        """One of them, or an error; never the two run together."""
        made, text = self.document(work)
        other, second = self.document(work)
        field = re.compile(f"<{tag}>.*</{tag}>")
        text = field.sub(lambda match: match[0] + field.search(second)[0], text)
        work.sts.inject("GetSessionToken", faults.raw(text.encode()), times=3)
        result = work.credtool("exec", "work", "--", "sh", "-c", 'echo "$AWS_ACCESS_KEY_ID '
                               '$AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN"', secret_output=True)
        if result.code == 0:
            parts = result.stdout.split()
            for part, values in zip(parts, ((made.key_id, other.key_id),
                                            (made.secret, other.secret),
                                            (made.token, other.token)), strict=True):
                assert part in values
        else:
            result.fails(code=125)


@pytest.mark.parametrize("document", [
    '{"AccessKeyId":"A","AccessKeyId":"B"', "[" * 100_000, '{"a":' * 100_000, "null", "[]", '"x"',
    "{}", '{"AccessKeyId":1,"SecretAccessKey":2,"Token":3,"Expiration":4}',
    '{"AccessKeyId":"\\ud800","SecretAccessKey":"x","Token":"y","Expiration":"z"}',
    "\ufeff{}", "1e999999999", '{"Version":1e400}', "\0",
], ids=lambda document: repr(document[:12]))
@pytest.mark.parametrize("kind", ["instance", "container", "process"])
def test_json_that_is_odd(world, kind, document):
    if kind == "process":
        path, _ = fakes.credential_process(world.scratch, document)
        world.config(f"[profile work]\ncredential_process = {path}\n")
        result = world.credtool("exec", "work", "--", "true")
    else:
        box = world.sts.stranger(BOX, True)
        fake = {"instance": fakes.InstanceMetadata, "container": fakes.ContainerEndpoint}[kind]
        server = world.keep_open(fake(box, document=document))
        result = world.credtool("exec", "--", "true", env=Target(kind, world).env(server.url))
    is_calm(result)
    result.fails(code=125)
