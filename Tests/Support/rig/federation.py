"""The console's federation endpoint: tokens for sessions, pages for tokens, and the log-out.

It checks what AWS is known to check: that the session is one of STS's, of a role or a federated
user; that a duration of its own is asked for only where the role was not assumed with a session; that
a browser is signed in as nobody else. Its errors quote the request, as AWS's may.
"""

import html
import json
import secrets
import threading
import time
import urllib.parse
from http.cookies import SimpleCookie

from .signin import Handler as Answering
from .sso import Front

#: How long a token signs in, in seconds.
TOKEN_LIFE = 900


class Refusal(Exception):
    pass


class Handler(Answering):
    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            self.server.federation.serve(self, body)
        except Refusal as refusal:
            quoted = html.escape(urllib.parse.unquote(f"{refusal}: {self.path} {body.decode()}"))
            self.page(400, f"<h1>Bad request</h1><p>{quoted}</p>")
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def page(self, status, text, headers=()):
        body = f"<!doctype html><title>AWS</title>{text}".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = serve


class Federation:
    def __init__(self, sts):
        self.sts = sts
        self.takes_posts = True
        #: (status, body) of the next answers to requests for a token, each once.
        self.faults = []
        self.requests = []  # (method, fields) of requests for a token
        self.tokens = {}  # token → (identity, end)
        self.visits = []  # (identity, destination, issuer) of the pages that were shown
        self.logouts = 0
        self._browsers = {}  # cookie → identity
        self._front = Front(("127.0.0.1", 0), Handler)
        self._front.federation = self
        self.url = f"http://127.0.0.1:{self._front.server_port}"
        threading.Thread(target=self._front.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self._front.shutdown()
        self._front.server_close()

    def secrets(self):
        return set(self.tokens)

    def serve(self, handler, body):
        url = urllib.parse.urlsplit(handler.path)
        fields = dict(urllib.parse.parse_qsl(
            body.decode() if handler.command == "POST" else url.query, keep_blank_values=True))
        match url.path, fields.get("Action"):
            case "/federation", "getSigninToken":
                return self._issue(handler, fields)
            case "/federation", "login" if handler.command == "GET":
                return self._login(handler, fields)
            case "/oauth", "logout" if handler.command == "GET":
                self.logouts += 1
                self._browsers.pop(self._cookie(handler), None)
                return handler.page(302, "", [
                    ("Location", fields["redirect_uri"]),
                    ("Set-Cookie", "session=; Max-Age=0; Path=/")])
        return handler.page(404, "Nothing here")

    def _issue(self, handler, fields):
        self.requests.append((handler.command, fields))
        if handler.command == "POST" and not self.takes_posts:
            return handler.page(405, "Not this way")
        if self.faults:
            status, body = self.faults.pop(0)
            return handler.page(status, body)
        identity = self._identity(fields)
        duration = fields.get("SessionDuration")
        if duration is not None:
            if not 900 <= int(duration) <= 43200 or identity.chained or not identity.is_role:
                raise Refusal("SessionDuration")
        token = "made-up-signin-token-" + secrets.token_urlsafe(600)
        self.tokens[token] = (identity, time.time() + TOKEN_LIFE)
        return handler.answer(200, {"SigninToken": token})

    def _identity(self, fields):
        session = json.loads(fields.get("Session", "{}"))
        if set(session) != {"sessionId", "sessionKey", "sessionToken"}:
            raise Refusal("Session")
        identity = self.sts.identities.get(session["sessionId"])
        if identity is None or (identity.secret, identity.token) != (
                session["sessionKey"], session["sessionToken"]):
            raise Refusal("Unknown session")
        if not identity.is_role and ":federated-user/" not in identity.arn:
            raise Refusal("A user's session")
        return identity

    @staticmethod
    def _cookie(handler):
        cookies = SimpleCookie(handler.headers.get("Cookie", ""))
        return cookies["session"].value if "session" in cookies else None

    def _login(self, handler, fields):
        identity, end = self.tokens.get(fields.get("SigninToken"), (None, 0))
        if identity is None or end <= time.time():
            raise Refusal("SigninToken")
        if not fields.get("Destination", "").startswith("https://"):
            raise Refusal("Destination")
        before = self._browsers.get(self._cookie(handler))
        if before and before is not identity:
            return handler.page(400, "<h1>You must first log out</h1>")
        self.visits.append((identity, fields["Destination"], fields.get("Issuer")))
        cookie = secrets.token_hex(8)
        self._browsers[cookie] = identity
        return handler.page(
            200, f"<h1>Signed in</h1><p>{html.escape(identity.arn)}</p>"
            f"<p>{html.escape(fields['Destination'])}</p>",
            [("Set-Cookie", f"session={cookie}; Path=/")])
