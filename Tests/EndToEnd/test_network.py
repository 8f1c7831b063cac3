"""The road to AWS: proxies, certificates, retries, bad answers, a wrong clock."""

import datetime
import socket

import pytest

from rig import sts as faults
from rig.sts import Identity
from rig.tls import ForwardProxy

DEAD_PROXY = "http://127.0.0.1:1"


def run(world, *flags, env=None, timeout=40):
    return world.credtool("exec", "work", *flags, "--", "true", env=env, timeout=timeout)


class TestTLS:
    def endpoint(self, certificates):
        ca, port = certificates
        return {"AWS_ENDPOINT_URL_STS": f"https://127.0.0.1:{port}", "AWS_CA_BUNDLE": str(ca)}

    def test_ca_bundle(self, world, certificates):
        world.add()
        assert run(world, env=self.endpoint(certificates)).works()

    def test_an_unknown_ca_is_refused(self, world, certificates):
        world.add()
        endpoint = self.endpoint(certificates) | {"AWS_CA_BUNDLE": None}
        run(world, env=endpoint).fails("certificate", code=125)
        assert world.sts.count("GetSessionToken") == 0

    def test_a_missing_bundle_is_named(self, world, certificates):
        world.add()
        endpoint = self.endpoint(certificates) | {"AWS_CA_BUNDLE": "/nowhere/ca.pem"}
        run(world, env=endpoint).fails("/nowhere/ca.pem", code=125)


class TestProxy:
    @staticmethod
    def through(proxy, certificates, **more):
        """AWS's own host names, all tunnelled to the local STS."""
        return {"AWS_ENDPOINT_URL_STS": None, "HTTPS_PROXY": proxy.url,
                "AWS_CA_BUNDLE": str(certificates[0])} | more

    @pytest.mark.parametrize("region, host", [
        (None, "sts.us-east-1.amazonaws.com"),
        ("eu-central-1", "sts.eu-central-1.amazonaws.com"),
        ("cn-north-1", "sts.cn-north-1.amazonaws.com.cn"),
    ])
    def test_regional_endpoints(self, world, proxy, certificates, region, host):
        world.add()
        flags = ["--region", region] if region else []
        run(world, *flags, env=self.through(proxy, certificates)).works()
        assert [line.split()[:2] for line in proxy.asked] == [["CONNECT", f"{host}:443"]]
        call = world.sts.asked("GetSessionToken")[-1]
        assert call.host == host and call.region == (region or "us-east-1")

    def test_lower_case_variable(self, world, proxy, certificates):
        world.add()
        run(world, env=self.through(
            proxy, certificates, HTTPS_PROXY=None, https_proxy=proxy.url)).works()
        assert len(proxy.asked) == 1

    def test_with_a_password(self, world, certificates):
        proxy = world.keep_open(ForwardProxy(certificates[1], "user:p4ssword-made-up"))
        world.more_secrets.add("p4ssword-made-up")
        world.add()
        url = proxy.url.replace("//", "//user:p4ssword-made-up@")
        run(world, env=self.through(proxy, certificates, HTTPS_PROXY=url)).works()
        run(world, "--fresh", env=self.through(proxy, certificates)).fails(
            "proxy", "407", code=125)

    def test_no_proxy(self, world, certificates):
        world.add()
        environment = {
            "HTTPS_PROXY": DEAD_PROXY, "HTTP_PROXY": DEAD_PROXY, "http_proxy": DEAD_PROXY,
            "NO_PROXY": "example.com,127.0.0.1",
            "AWS_ENDPOINT_URL_STS": f"https://127.0.0.1:{certificates[1]}",
            "AWS_CA_BUNDLE": str(certificates[0])}
        run(world, env=environment).works()
        run(world, "--fresh", env=environment | {"NO_PROXY": "example.com"}).fails(
            ("proxy", DEAD_PROXY.removeprefix("http://")), code=125)


class TestRetries:
    @pytest.mark.parametrize("fault", [
        faults.error(500, "InternalFailure"), faults.error(503, "ServiceUnavailable"),
        faults.throttled(), faults.closed()], ids=["500", "503", "throttled", "closed"])
    def test_three_tries(self, world, fault):
        world.add()
        world.sts.inject("GetSessionToken", fault, times=2)
        run(world).works()
        assert world.sts.count("GetSessionToken") == 3

    @pytest.mark.parametrize("fault, words", [
        (faults.error(503, "ServiceUnavailable"), "ServiceUnavailable"),
        (faults.throttled(), "Rate exceeded"),
        (faults.closed(), "127.0.0.1"),
    ], ids=["503", "throttled", "closed"])
    def test_not_four(self, world, fault, words):
        world.add()
        world.sts.inject("GetSessionToken", fault, times=9)
        run(world).fails(words, code=125)
        assert world.sts.count("GetSessionToken") == 3

    def test_a_refusal_is_not_tried_again(self, world):
        world.add()
        world.sts.inject("GetSessionToken", faults.error(403, "AccessDenied", "No way."), times=9)
        run(world).fails("AccessDenied", "No way", code=125)
        assert world.sts.count("GetSessionToken") == 1


class TestBadAnswers:
    @pytest.mark.parametrize("body", [
        b"", b"Not XML at all", b"\0\xff" * 500,
        b"<GetSessionTokenResponse><GetSessionTokenResult><Credentials><AccessKeyId>ASIA",
        b"<GetSessionTokenResponse/>", b"<html><body>Log in to the hotel</body></html>",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;">]>'
        b"<a>&c;</a>",
        b"<a>" * 100_000,
    ], ids=["empty", "text", "bytes", "truncated", "no credentials", "HTML", "entities", "deep"])
    def test_is_an_error(self, world, body):
        world.add()
        world.sts.inject("GetSessionToken", faults.raw(body), times=3)
        assert len(run(world).fails(code=125).stderr) < 2000

    def test_a_200_with_an_error_in_it(self, world):
        world.add()
        body = faults.error_document("AccessDenied", "Not like this")
        world.sts.inject("GetSessionToken", faults.raw(body), times=3)
        run(world).fails("AccessDenied", "Not like this", code=125)

    def test_control_characters_do_not_reach_the_terminal(self, world):
        world.add()
        body = faults.error_document("AccessDenied", "red \u009b31m text &#10; credtool: fake")
        world.sts.inject("GetSessionToken", faults.raw(body, 403))
        result = run(world)
        assert result.code == 125 and "\u009b" not in result.stderr
        result.speaks_well()
        assert sum(line.startswith("credtool: ") for line in result.stderr.splitlines()) == 1

    def test_100_megabytes_are_not_read(self, world):
        world.add()
        world.sts.inject("GetSessionToken", faults.flood(100), times=3)
        run(world).fails(code=125)
        assert world.sts.flooded < 20 << 20

    def test_no_answer_is_given_up_on_in_20_seconds(self, world):
        world.add()
        world.sts.inject("GetSessionToken", faults.never(), times=9)
        run(world, timeout=25).fails(("timed out", "time", "no answer"), code=125)


class TestUnreachable:
    def test_nobody_listens(self, world):
        world.add()
        run(world, env={"AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1"}).fails(
            "127.0.0.1", code=125)

    def test_no_such_host(self, world):
        world.add()
        run(world, env={"AWS_ENDPOINT_URL_STS": "http://sts.invalid"}).fails(
            "sts.invalid", code=125)

    def test_a_connection_that_never_comes_is_given_up_on(self, world):
        """A listener whose queue is full: SYNs go unanswered."""
        world.add()
        with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
            address = full.getsockname()
            waiting = []
            for _ in range(4):
                client = socket.socket()
                client.setblocking(False)
                client.connect_ex(address)
                waiting.append(client)
            run(world, timeout=25, env={
                "AWS_ENDPOINT_URL_STS": f"http://127.0.0.1:{address[1]}"}).fails(
                "127.0.0.1", code=125)
            for client in waiting:
                client.close()

    @pytest.mark.parametrize("url", ["nonsense", "ftp://127.0.0.1", "http://", "file:///etc/passwd"])
    def test_a_wrong_endpoint_is_named(self, world, url):
        world.add()
        run(world, env={"AWS_ENDPOINT_URL_STS": url}).fails(
            "AWS_ENDPOINT_URL_STS", url, code=125)


@pytest.mark.parametrize("minutes", [-20, 20, 60 * 26])
def test_a_wrong_clock_says_by_how_much(world, minutes):
    world.add()
    world.sts.clock_offset = minutes * 60
    amount = {20: ("20 min", "20m", "19 min", "19m", "1200 s"),
              26 * 60: ("26 h", "26h", "25h", "1 day", "93600")}[abs(minutes)]
    run(world).fails("clock", amount, code=125)


class TestExpirations:
    """A session's end as STS may tell it."""

    def give(self, world, end):
        key = world.add()
        made = Identity("ASIAIOSFODNN7EXAMPLE", "madeUpSecretOfASession/xxxxxxxxxxxxxxxxx", key.arn,
                        "made-up-token-of-a-session")
        world.sts.identities[made.key_id] = made
        document = faults.session_token_document(made, end)
        world.sts.inject("GetSessionToken", faults.raw(document))
        return made

    @pytest.mark.parametrize("year", [2200, 9999])
    def test_far_away(self, world, year):
        made = self.give(world, datetime.datetime(year, 12, 31, 23, 59, 59))
        assert world.session("work") is made
        assert world.session("work") is made  # from the cache
        world.credtool("list").works()

    @pytest.mark.parametrize("minutes", [60 * 24 * 365 * 20, 60, 1])
    def test_past(self, world, minutes):
        now = datetime.datetime.now(datetime.timezone.utc)
        made = self.give(world, now - datetime.timedelta(minutes=minutes))
        run(world).fails("ended", "clock", code=125)
        assert world.session("work") is not made
