"""A local service of AWS for any signed request: checks signatures by the book, answers as S3.

Requests signed for S3 go on to moto; any other gets told what was understood, as JSON.
"""

import hashlib
import hmac
import http.client
import json
import threading
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

S3 = {"s3", "s3-outposts", "s3-object-lambda"}
#: What moto is told, so that it knows a request for one to S3.
FOR_S3 = ("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/s3/aws4_request, "
          "SignedHeaders=host, Signature=x")


@dataclass
class Asked:
    """A request that was signed right."""

    method: str
    path: str
    key_id: str
    service: str
    region: str
    headers: dict = field(repr=False)
    body: bytes = field(repr=False)
    presigned: bool = False


class Refused(Exception):
    """Why a request is not what its signature says."""


class LocalService:
    """The service as tests see it: its address, and who asked for what."""

    def __init__(self, sts):
        self.sts = sts
        self.asked = []
        self.refused = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.daemon_threads = True
        self.server.service = self
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}"

    def put(self, bucket, key, content):
        """An object, put past the signatures."""
        for path, body in ((f"/{bucket}", b""), (f"/{bucket}/{key}", content)):
            status, _, answer = self.moto("PUT", path, {}, body)
            assert status == 200, answer

    def moto(self, method, target, headers, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.sts.moto_port, timeout=30)
        try:
            connection.request(method, target, body, headers | {"Authorization": FOR_S3})
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def check(self, method, target, headers, body):
        """Who signed a request, and for what; `Refused` where it is not signed right."""
        url = urllib.parse.urlsplit(target)
        pairs = [(urllib.parse.unquote(name), urllib.parse.unquote(value))
                 for name, _, value in (pair.partition("=") for pair in url.query.split("&")
                                        if pair)]
        query = dict(pairs)
        presigned = "X-Amz-Signature" in query
        if presigned:
            parts = {name: query[f"X-Amz-{name}"] for name in ("Credential", "SignedHeaders",
                                                               "Signature")}
            date, token = query["X-Amz-Date"], query.get("X-Amz-Security-Token")
        else:
            scheme, _, rest = headers.get("authorization", "").partition(" ")
            if scheme != "AWS4-HMAC-SHA256":
                raise Refused("no signature")
            parts = dict(part.strip().split("=", 1) for part in rest.split(","))
            date = headers.get("x-amz-date", "")
            token = headers.get("x-amz-security-token")
        key_id, *scope = parts["Credential"].split("/")
        identity = self.sts.identities.get(key_id)
        if identity is None or identity.token != token:
            raise Refused("unknown key or another token")
        signed = parts["SignedHeaders"].split(";")
        if "host" not in signed or token and not presigned and "x-amz-security-token" not in signed:
            raise Refused(f"not enough is signed: {signed}")
        is_s3 = scope[2] in S3
        given = headers.get("x-amz-content-sha256")
        if presigned:
            payload = given or ("UNSIGNED-PAYLOAD" if is_s3 else hashlib.sha256(body).hexdigest())
        elif is_s3:
            payload = given
        else:
            payload = given or hashlib.sha256(body).hexdigest()
        if payload is None:
            raise Refused("no X-Amz-Content-Sha256")
        if len(payload) == 64 and payload != hashlib.sha256(body).hexdigest():
            raise Refused("another body")
        canonical = "\n".join([
            method, canonical_path(url.path or "/", is_s3),
            "&".join(sorted(f"{quoted(name)}={quoted(value)}" for name, value in pairs
                            if name != "X-Amz-Signature")),
            *(f"{name}:{' '.join(headers.get(name, '').split())}" for name in signed), "",
            ";".join(signed), payload])
        if parts["Signature"] != signature(identity.secret, date, scope, canonical):
            raise Refused(f"another signature, for {canonical!r}")
        return Asked(method, url.path, key_id, scope[2], scope[1], headers, body, presigned)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def quoted(text):
    return urllib.parse.quote(text, safe="-_.~")


def canonical_path(path, is_s3):
    """S3 encodes what the path decodes to; the others tidy it up and encode what was sent."""
    if is_s3:
        return urllib.parse.quote(urllib.parse.unquote_to_bytes(path), safe="/-_.~")
    kept = []
    for segment in path.split("/"):
        if segment == "..":
            kept = kept[:-1]
        elif segment not in ("", "."):
            kept.append(segment)
    end = "/" if kept and path.endswith("/") else ""
    return urllib.parse.quote("/" + "/".join(kept) + end, safe="/-_.~")


def signature(secret, date, scope, canonical):
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = ("AWS4" + secret).encode()
    for part in scope:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    text = "\n".join(["AWS4-HMAC-SHA256", date, "/".join(scope), digest])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *_):
        pass

    def serve(self):
        service = self.server.service
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length") or 0))
        try:
            asked = service.check(self.command, self.path, headers, body)
        except (Refused, KeyError) as refused:
            service.refused.append(refused)
            error = "<Error><Code>SignatureDoesNotMatch</Code><Message>No.</Message></Error>"
            return self.answer(403, [("Content-Type", "application/xml")], error.encode())
        service.asked.append(asked)
        if asked.service in S3:
            passed = {name: headers[name] for name in ("content-type", "range") if name in headers}
            url = urllib.parse.urlsplit(self.path)
            query = "&".join(pair for pair in url.query.split("&")
                             if pair and not pair.startswith("X-Amz-"))
            target = url.path + (f"?{query}" if query else "")
            return self.answer(*service.moto(self.command, target, passed, body))
        told = {"method": asked.method, "target": self.path, "service": asked.service,
                "region": asked.region, "body": body.decode("utf-8", "replace"),
                "type": headers.get("content-type"), "length": headers.get("content-length")}
        return self.answer(200, [("Content-Type", "application/json")], json.dumps(told).encode())

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_PATCH = serve

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection", "date", "server",
                                    "transfer-encoding"):
                self.send_header(name, value)
        length = {name.lower(): value for name, value in headers}.get("content-length")
        self.send_header(
            "Content-Length", length if self.command == "HEAD" and length else str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
