"""The sources of credentials beside STS: instance metadata, a container's endpoint, commands."""

import datetime
import http.server
import json
import shlex
import socket
import sys
import threading

IMDS_TOKEN_TTL = "21600"


def credentials_json(identity, hours=6, **changes):
    """Credentials as the metadata services and container endpoints tell them."""
    expiration = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)
    fields = {
        "AccessKeyId": identity.key_id, "SecretAccessKey": identity.secret,
        "Token": identity.token, "Expiration": f"{expiration:%Y-%m-%dT%H:%M:%SZ}"} | changes
    return {name: value for name, value in fields.items() if value is not None}


def process_json(identity, hours=6, **changes):
    """The same as a credential_process prints it; None leaves a field out."""
    fields = credentials_json(identity, hours)
    fields = {"Version": 1, "SessionToken": fields.pop("Token", None)} | fields | changes
    return {name: value for name, value in fields.items() if value is not None}


#: What a `Fake` does in place of an answer: the connection is closed without one.
HANG_UP = "hang up"


class Fake:
    """An HTTP server on loopback that records (method, path, headers) and answers by `respond`.

    `faults` maps the end of a path to what is answered there first, in order: (status, body),
    HANG_UP, or None for silence.
    """

    def __init__(self, host="127.0.0.1", port=0):
        fake = self
        self.faults = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def serve(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                fake.asked.append((self.command, self.path, headers))
                faults = next((faults for end, faults in fake.faults.items()
                               if faults and self.path.endswith(end)), None)
                answer = (faults.pop(0) if faults
                          else fake.respond(self.command, self.path, headers))
                if answer == HANG_UP:
                    self.close_connection = True
                    return
                if answer is None:  # silence until the test is over
                    fake.released.wait()
                    self.close_connection = True
                    return
                status, body = answer
                body = body if isinstance(body, bytes) else body.encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    self.close_connection = True

            do_GET = do_PUT = do_POST = serve

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

            def handle_error(self, request, client_address):
                pass  # clients may hang up

        self.asked = []
        self.released = threading.Event()
        self._server = Server((host, port), Handler)
        self.port = self._server.server_port
        self.url = f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def paths(self):
        return [f"{method} {path}" for method, path, _ in self.asked]

    def respond(self, method, path, headers):
        raise NotImplementedError

    def close(self):
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


class InstanceMetadata(Fake):
    """EC2's instance metadata service with one role.

    `token_status` other than 200 answers the token's PUT with it; None answers nothing. With
    `version_1` a GET without a token is answered, too.
    """

    ROLE = "instance-role"

    def __init__(self, identity, host="127.0.0.1", version_1=False, token_status=200,
                 role=ROLE, document=None):
        self.identity, self.version_1, self.token_status = identity, version_1, token_status
        self.role, self.document = role, document
        self.token = "made-up-metadata-token=="
        super().__init__(host)

    def respond(self, method, path, headers):
        if path == "/latest/api/token":
            if method != "PUT":
                return 405, ""
            if self.token_status != 200:
                return self.token_status and (self.token_status, "")
            ttl = headers.get("x-aws-ec2-metadata-token-ttl-seconds")
            return (200, self.token) if ttl == IMDS_TOKEN_TTL else (400, "")
        token = headers.get("x-aws-ec2-metadata-token")
        if token != self.token and (token is not None or not self.version_1):
            return 401, ""
        folder = "/latest/meta-data/iam/security-credentials/"
        if path == folder and self.role:
            return 200, self.role
        if self.role and path == folder + self.role:
            return 200, self.document or json.dumps(
                {"Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2026-01-01T00:00:00Z"}
                | credentials_json(self.identity))
        return 404, "Not Found"


class ContainerEndpoint(Fake):
    """The endpoint of ECS tasks and EKS pods; with `authorization`, only for who sends it."""

    def __init__(self, identity, authorization=None, document=None, statuses=()):
        self.identity, self.authorization, self.document = identity, authorization, document
        self.statuses = list(statuses)  # of the first answers
        super().__init__()

    def respond(self, method, path, headers):
        if self.statuses:
            return self.statuses.pop(0), "Injected by the test."
        if headers.get("authorization") != self.authorization:
            return 401, "Unauthorized"
        return 200, self.document or json.dumps(credentials_json(self.identity))


def script(path, text, interpreter="/bin/sh"):
    """An executable file."""
    path.write_text(f"#!{interpreter}\n{text}\n")
    path.chmod(0o755)
    return path


def credential_process(folder, output, stderr="", code=0, name="process"):
    """A command that prints this and logs its arguments; gives its path and its log."""
    log = folder / f"{name}.log"
    path = script(folder / name, (
        "import json, sys\n"
        f"with open({str(log)!r}, 'a') as log: log.write(json.dumps(sys.argv[1:]) + '\\n')\n"
        f"sys.stderr.write({stderr!r})\n"
        f"sys.stdout.write({output if isinstance(output, str) else json.dumps(output)!r})\n"
        f"sys.exit({code})"), f"{sys.executable} -SE")
    return path, log


#: What stands in for a command that asks for an MFA code: each logs how it was called.
PROMPTERS = {
    "zenity": 'echo "$CODE"',
    "kdialog": 'echo "$CODE"',
    "ykman": 'case "$*" in *--single*|*-s\\ *) echo "$CODE";; *) echo "account  $CODE";; esac',
    "pinentry": """\
echo "OK Pleased to meet you"
while read -r line; do
    echo "pinentry: $line" >> "$LOG"
    case $line in
        GETPIN*) echo "D $CODE"; echo OK;;
        BYE*) echo OK; exit 0;;
        *) echo OK;;
    esac
done""",
}


def prompter(folder, name, code, status=0):
    """A stand-in for one of them on PATH; gives the log of its calls."""
    log = folder / f"{name}.calls"
    body = PROMPTERS[name] if status == 0 else f"exit {status}"
    script(folder / name, "\n".join([
        f"LOG={shlex.quote(str(log))} CODE={shlex.quote(code)}",
        'echo "$0 $*" >> "$LOG"', body]))
    return log
