"""`sign`: Signature Version 4 for any request, as header fields, curl command, URL, or the answer."""

import datetime
import json
import random
import re
import shlex
import subprocess
import urllib.parse
import urllib.request

import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
import botocore.session
import pytest

from rig.signed import LocalService

PARTS, OF_EACH = 16, 160
CONTENT = b"made-up words"
BUCKET = "made-up"


def sign(world, *arguments, **more):
    return world.credtool("sign", *arguments, secret_output=True, **more)


@pytest.fixture
def service(sts):
    local = LocalService(sts)
    yield local
    local.close()


@pytest.fixture
def signer(bare_world, service):
    """A home whose credentials are a role's session, in the environment, and a bucket of S3."""
    bare_world.identity = bare_world.sts.stranger(token=True)
    bare_world.environment |= bare_world.identity.variables() | {"AWS_REGION": "eu-west-1"}
    service.put(BUCKET, "words", CONTENT)
    bare_world.service = service
    return bare_world


# botocore as an oracle.


def drawn(chance):
    """A request by chance, as both signers are asked it."""
    def text(most, alphabet="abcXYZ019-_.~ /+=&?%:;,@!$'()*[]\"<>|é日"):
        return "".join(chance.choice(alphabet) for _ in range(chance.randint(1, most)))

    presigned = chance.random() < 0.3
    scheme = chance.choice(["https", "https", "http"])
    host = chance.choice(["example.com", "Example.COM", "a-b.s3.eu-west-1.amazonaws.com",
                          "localhost:8443", "127.0.0.1:80", "x.y:443", "[::1]:9000"])
    segments = [chance.choice([urllib.parse.quote(text(8), safe="-_.~"), "", ".", "..", "a"])
                for _ in range(chance.randint(0, 4))]
    # In the end, botocore takes a dot for nothing, where RFC 3986 has a folder.
    last = urllib.parse.quote(text(8, "abc /é%+"), safe="-_.~")
    path = "/".join(["", *segments, chance.choice([last, ""])])
    service = chance.choice(["s3", "s3", "execute-api", "sts", "es"])
    if service == "s3":
        path = path.replace("%2F", "/")  # the same to S3, and to credtool; not to botocore
    names = [text(5) for _ in range(chance.randint(0, 4))]
    if presigned:
        names = list(dict.fromkeys(names))  # botocore makes a dictionary of them
    query = "&".join(
        f"{urllib.parse.quote(name, safe='-_.~')}="
        f"{urllib.parse.quote(text(9) if chance.random() < 0.8 else '', safe='-_.~')}"
        for name in names)
    headers = [(chance.choice(["Content-Type", "X-Amz-Target", "x-b", "X-B", "Range", "Accept",
                               "User-Agent", "X-Amzn-Trace-Id", "Expect"]),
                chance.choice(["a", "a  b", "bytes=0-9", "x:y;z", "T.Op", "\ta \t b"]))
               for _ in range(chance.randint(0, 4))]
    return {
        "presigned": presigned, "expires": chance.choice([1, 900, 3600, 604800]),
        "method": chance.choice(["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH"]),
        "url": f"{scheme}://{host}{path}" + (f"?{query}" if query else ""),
        "headers": headers,
        "body": b"" if presigned else chance.choice([b"", CONTENT, chance.randbytes(300)]),
        "service": service,
        "region": chance.choice(["us-east-1", "eu-west-1", "cn-north-1"]),
        "token": chance.random() < 0.5,
        "unsigned": not presigned and scheme == "https" and chance.random() < 0.2,
    }


def ours(world, request, identity):
    """credtool's answer: header fields by their names in lower case, or the URL."""
    flags = ["--service", request["service"], "--region", request["region"], "--no-session"]
    for name, value in request["headers"]:
        flags += ["--header", f"{name}: {value}"]
    if request["unsigned"]:
        flags += ["--header", "X-Amz-Content-Sha256: UNSIGNED-PAYLOAD"]
    if request["presigned"]:
        flags += ["--presign", "--expires", str(request["expires"])]
    if request["body"]:
        flags += ["--data", "@-"]
    result = sign(world, request["method"], request["url"], *flags, env=identity.variables(),
                  input=request["body"])
    assert result.code == 0, result
    if request["presigned"]:
        return result.stdout.strip()
    return {name.lower(): value for name, _, value in
            (line.partition(": ") for line in result.stdout.splitlines())}


def theirs(request, identity, date, monkeypatch):
    """botocore's signature of the same at that time."""
    now = datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: now)
    kind = {("s3", False): botocore.auth.S3SigV4Auth, ("s3", True): botocore.auth.S3SigV4QueryAuth}
    standard = botocore.auth.SigV4QueryAuth if request["presigned"] else botocore.auth.SigV4Auth
    signer = kind.get((request["service"], request["presigned"]), standard)
    more = {"expires": request["expires"]} if request["presigned"] else {}
    made = botocore.awsrequest.AWSRequest(
        method=request["method"], url=request["url"], data=request["body"] or None)
    for name, value in request["headers"]:
        made.headers.add_header(name, value)
    if request["method"] == "POST" and request["body"] and "Content-Type" not in made.headers:
        made.headers["Content-Type"] = "application/x-www-form-urlencoded"
    if request["unsigned"]:
        made.context["payload_signing_enabled"] = False
        made.context["client_config"] = botocore.config.Config(
            s3={"payload_signing_enabled": False})
    keys = botocore.credentials.Credentials(identity.key_id, identity.secret, identity.token)
    signer(keys, request["service"], request["region"], **more).add_auth(made)
    if request["presigned"]:
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(made.url).query))
    return made.headers


@pytest.mark.parametrize("part", range(PARTS))
def test_the_same_as_botocore(signer, monkeypatch, part):
    chance = random.Random(part)
    people = {True: signer.identity, False: signer.sts.stranger()}
    for _ in range(OF_EACH):
        request = drawn(chance)
        if request["method"] == "HEAD":
            request["body"] = b""
        identity = people[request["token"]]
        signer.environment["AWS_SESSION_TOKEN"] = None if identity.token is None else identity.token
        mine = ours(signer, request, identity)
        if request["presigned"]:
            fields = dict(urllib.parse.parse_qsl(
                urllib.parse.urlsplit(mine).query, keep_blank_values=True))
            expected = theirs(request, identity, fields["X-Amz-Date"], monkeypatch)
            assert fields["X-Amz-Signature"] == expected["X-Amz-Signature"], request
            assert {name: fields[name] for name in expected if name.startswith("X-Amz-")} == {
                name: value for name, value in expected.items() if name.startswith("X-Amz-")}
        else:
            expected = theirs(request, identity, mine["x-amz-date"], monkeypatch)
            assert mine["authorization"] == expected["Authorization"], request
            assert mine.get("x-amz-content-sha256") == expected.get("X-Amz-Content-SHA256")


def hosts():
    """Host, service and region in signatures, of all that botocore knows."""
    session = botocore.session.Session()
    loader, resolver = (session.get_component(name) for name in ("data_loader",
                                                                 "endpoint_resolver"))
    found = {}
    for name in session.get_available_services():
        if name == "codecatalyst":
            continue  # takes bearer tokens
        model = loader.load_service_model(name, "service-2")["metadata"]
        prefix = model["endpointPrefix"]
        for region in ("eu-west-1", "us-gov-west-1", "cn-north-1"):
            endpoint = resolver.construct_endpoint(prefix, region)
            scope = endpoint.get("credentialScope", {})
            if region != "eu-west-1" and not scope:
                continue  # made like that of the first region
            found[endpoint["hostname"]] = (
                model.get("signingName", prefix), scope.get("region", region))
    return found


def test_service_and_region_of_a_host(signer):
    known = hosts()
    assert len(known) > 400
    wrong = {}
    for host, expected in known.items():
        result = sign(signer, "GET", f"https://{host}/", env={"AWS_REGION": None})
        scope = re.search(r"Credential=\w+/\d+/([^/]+)/([^/]+)/", result.stdout)
        if not scope or (scope[2], scope[1]) != expected:
            wrong[host] = (expected, scope and (scope[2], scope[1]))
    assert not wrong


# The answer.


def test_an_answer_of_s3(signer):
    result = sign(signer, "GET", f"{signer.service.url}/{BUCKET}/words", "--service", "s3", "--send")
    assert result.works().raw == CONTENT
    [asked] = signer.service.asked
    assert (asked.service, asked.region, asked.key_id) == (
        "s3", "eu-west-1", signer.identity.key_id)


def test_of_a_head_the_header_fields(signer):
    result = sign(signer, "HEAD", f"{signer.service.url}/{BUCKET}/words", "--service", "s3", "--send")
    assert f"content-length: {len(CONTENT)}" in result.works().stdout.lower()


@pytest.mark.parametrize("key", ["a b", "a/../b", "//x", "é+(1)!.txt", "per%25cent", "~a'b"])
def test_what_is_signed_is_what_is_sent(signer, key):
    """Odd names of objects, put by credtool and read past it."""
    content = signer.scratch / "content"
    content.write_bytes(CONTENT * 1000)
    url = f"{signer.service.url}/{BUCKET}/{key}"
    sign(signer, "PUT", url, "--service", "s3", "--data", f"@{content}", "--send").works()
    assert not signer.service.refused
    assert signer.service.asked[-1].body == content.read_bytes()
    assert sign(signer, "GET", url, "--service", "s3", "--send").works().raw == content.read_bytes()


def told(signer, *arguments, **more):
    """What a service other than S3 understood."""
    result = sign(signer, *arguments, "--service", "execute-api", "--send", **more)
    return json.loads(result.works().stdout)


def test_other_services(signer):
    url = f"{signer.service.url}/a%2Fb/./c//d?x=1&b=a+b&a="
    found = told(signer, "get", url)
    assert (found["method"], found["service"], found["region"]) == (
        "GET", "execute-api", "eu-west-1")
    assert found["target"].startswith("/a%2Fb/./c//d?") and found["type"] is None


@pytest.mark.parametrize("arguments, body, kind", [
    (["POST", "--data", "Action=X"], "Action=X", "application/x-www-form-urlencoded"),
    (["POST", "--data", "{}", "--header", "Content-Type: application/json"], "{}",
     "application/json"),
    (["PUT", "--data", "x"], "x", None), (["POST"], "", None), (["PATCH", "--data", "x"], "x", None),
], ids=str)
def test_bodies(signer, arguments, body, kind):
    found = told(signer, arguments[0], signer.service.url, *arguments[1:])
    assert (found["body"], found["type"], found["length"]) == (body, kind, str(len(body)))


def test_a_body_from_standard_input(signer):
    assert told(signer, "PUT", signer.service.url, "--data", "@-", input="typed")["body"] == "typed"


def test_an_error_is_one(signer):
    result = sign(signer, "GET", f"{signer.service.url}/{BUCKET}/none", "--service", "s3", "--send")
    assert result.code == 1 and "NoSuchKey" in result.stdout
    result.says(signer.service.host, "404").speaks_well()


def test_no_answer(signer):
    sign(signer, "GET", "http://127.0.0.1:1/", "--service", "s3", "--send").fails("127.0.0.1")


def test_a_terminal_gets_no_codes(signer):
    signer.service.put(BUCKET, "codes", b"a\x1b[31mb")
    signer.service.put(BUCKET, "binary", b"\xff\xfe\x00")
    url = f"{signer.service.url}/{BUCKET}"
    shown = signer.terminal("sign", "GET", f"{url}/codes", "--service", "s3", "--send").finish()
    assert "\x1b[31m" not in shown and "[31mb" in shown
    shown = signer.terminal(
        "sign", "GET", f"{url}/binary", "--service", "s3", "--send").finish(code=1)
    assert "no text" in shown


# For other programs.


def test_header_fields_for_curl(signer):
    url = f"{signer.service.url}/{BUCKET}/words"
    lines = sign(signer, "GET", url, "--service", "s3").works().is_silent().stdout
    run = subprocess.run(["curl", "-sS", "--header", "@-", url], input=lines.encode(),
                         capture_output=True, check=True)
    assert run.stdout == CONTENT, run


def test_an_unsigned_body(signer):
    """S3 takes any body with it; what curl sends is not what credtool saw."""
    url = f"{signer.service.url}/{BUCKET}/later"
    lines = sign(signer, "PUT", url, "--service", "s3", "--header",
                 "X-Amz-Content-Sha256: UNSIGNED-PAYLOAD").works().stdout
    subprocess.run(["curl", "-sSf", "--header", "@-", "--upload-file", __file__, url],
                   input=lines.encode(), check=True)
    assert signer.service.asked[-1].body.startswith(b'"""`sign`')


@pytest.mark.parametrize("shell", [["sh"], ["bash"], ["zsh", "-f"], ["fish", "--no-config"]],
                         ids=lambda shell: shell[0])
@pytest.mark.parametrize("data", [None, "it's {a} \"b\" $HOME `x` é", "@file"], ids=str)
def test_a_command_for_curl(signer, shell, data):
    (signer.scratch / "it's a file").write_bytes(CONTENT)
    if data == "@file":
        data = f"@{signer.scratch}/it's a file"
    flags = ["--data", data] if data else []
    url = f"{signer.service.url}/a b/../[c]?q=it's {{x}}"
    text = sign(signer, "PUT", url, "--service", "execute-api", "--curl", "--header",
                "X-Odd: it's 100%", *flags).works().is_silent().stdout
    run = subprocess.run(shell, input=text.encode(), capture_output=True, check=False)
    assert run.returncode == 0 and run.stdout, run
    found = json.loads(run.stdout)
    expected = CONTENT.decode() if data and data.startswith("@") else data or ""
    assert (found["body"], found["method"], found["type"]) == (expected, "PUT", None)
    assert not signer.service.refused


def test_no_secret_is_in_the_arguments_of_curl(signer):
    """Neither the token nor the signature: other users could read them there."""
    folder = signer.only_on_path()
    said = signer.scratch / "said"
    (folder / "curl").write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{shlex.quote(str(said))}\ncat\n')
    (folder / "curl").chmod(0o755)
    text = sign(signer, "GET", signer.service.url, "--service", "es", "--curl").works().stdout
    run = subprocess.run(["sh"], input=text.encode(), env=signer.environment, check=True,
                         capture_output=True)
    assert signer.identity.token in run.stdout.decode() and "Signature=" in run.stdout.decode()
    assert signer.identity.token not in said.read_text() and "Signature" not in said.read_text()


@pytest.mark.parametrize("path, name, more", [
    (f"/{BUCKET}/words", "s3", []), ("/x y?a=b&a=c&d", "execute-api", []),
    ("/x", "execute-api", ["--data", "told"])])
def test_a_presigned_url(signer, path, name, more):
    method = "PUT" if more else "GET"
    result = sign(signer, method, signer.service.url + path, "--service", name, "--presign",
                  *more)
    request = urllib.request.Request(result.works().is_silent().stdout.strip(), method=method,
                                     data=more[1].encode() if more else None)
    with urllib.request.urlopen(request, timeout=10) as answer:
        body = answer.read()
    [asked] = signer.service.asked
    assert asked.presigned and (body == CONTENT or name != "s3")


def test_a_presigned_url_takes_any_body_at_s3(signer):
    url = sign(signer, "PUT", f"{signer.service.url}/{BUCKET}/later", "--service", "s3",
               "--presign").works().stdout.strip()
    subprocess.run(["curl", "-sSf", "--upload-file", __file__, url], check=True)
    assert signer.service.asked[-1].body.startswith(b'"""`sign`')


def test_a_url_ends_with_its_session(world):
    world.add("work")
    result = sign(world, "GET", "https://made-up.s3.eu-west-1.amazonaws.com/x", "work", "--presign",
                  "--expires", "12h").works()
    result.says("ends with the session, in 1h")
    assert "X-Amz-Expires=43200" in result.stdout
    sign(world, "GET", "https://made-up.s3.eu-west-1.amazonaws.com/x", "work",
         "--presign", "--expires", "10m").works().is_silent()


def test_the_other_fields_of_a_presigned_url_are_told(signer):
    sign(signer, "GET", signer.service.url, "--service", "s3", "--presign", "--header",
         "X-Amz-Acl: private").works().says("x-amz-acl")


def test_profiles_and_roles(world, service):
    world.add("work", "--region", "eu-central-1")
    world.sts.new_role("deploy")
    found = json.loads(sign(world, "GET", service.url, "work", "--role", "deploy", "--service",
                            "execute-api", "--send").works().stdout)
    assert found["region"] == "eu-central-1"
    assert ":assumed-role/deploy/" in world.sts.identities[service.asked[0].key_id].arn


def test_a_terminal_is_told_how_long_it_counts(signer):
    shown = signer.terminal("sign", "GET", "https://sts.eu-west-1.amazonaws.com/",
                            secret_output=True).finish()
    assert "5 minutes" in shown


# What cannot be signed.

SECRET = "made-up-secret-in-the-wrong-place"
URL = "https://sts.eu-west-1.amazonaws.com/"


@pytest.mark.parametrize("arguments, words", [
    (["GET", f"ftp://x/{SECRET}"], ["https://"]),
    ([f"https://x/{SECRET}", "GET"], ["METHOD"]),
    (["GET", f"https://me:{SECRET}@x/"], ["password"]),
    (["GET", f"https://x/{SECRET}#x"], ["%23"]),
    (["GET", f"https://x/{SECRET}%2"], ["%25"]), (["GET", f"https://x/?{SECRET}=%ff"], ["%25"]),
    (["GET", f"https:///{SECRET}"], ["host"]), (["GET", f"https://x:0/{SECRET}"], ["host"]),
    (["GET", f"https://a_{SECRET} b/"], ["host"]), (["GET", f"https://x/\n{SECRET}"], ["line end"]),
    (["GET", URL, "--header", SECRET], ["NAME: VALUE"]),
    (["GET", URL, "--header", f"X-A: a\n{SECRET}: b"], ["NAME: VALUE"]),
    (["GET", URL, "--header", f"Authorization: {SECRET}"], ["Authorization"]),
    (["GET", URL, "--header", f"x-amz-security-token: {SECRET}"], ["x-amz-security-token"]),
    (["HEAD", URL, "--data", SECRET], ["HEAD"]),
    (["PUT", URL, "--data", "@/nowhere/x"], ["/nowhere/x"]),
    (["PUT", URL, "--data", "@-", "--curl"], ["standard input"]),
    (["GET", URL, "--expires", "1h"], ["--presign"]),
    (["GET", URL, "--presign", "--expires", "169h"], ["7 days"]),
    (["GET", URL, "--presign", "--expires", "0s"], ["7 days"]),
    (["GET", f"https://example.com/{SECRET}"], ["example.com", "--service"]),
    (["GET", "https://example.com/", "--service", "es"], ["--region"]),
], ids=lambda value: " ".join(value).replace(SECRET, "…") if isinstance(value, list) else "")
def test_bad_input(signer, arguments, words):
    signer.more_secrets.add(SECRET)
    sign(signer, *arguments, env={"AWS_REGION": None}).fails(*words)


def test_a_request_that_cannot_be_signed_costs_no_code(world):
    world.add("work")
    sign(world, "GET", "https://example.com/", "work").fails("--service")
    assert world.sts.count("GetSessionToken") == 0
