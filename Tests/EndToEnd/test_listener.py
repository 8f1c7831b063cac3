"""What comes to the port of a sign-in from elsewhere, and a person who goes away."""

import signal
import socket
import urllib.parse
import urllib.request

import pexpect
import pytest

from rig.keyring import eventually
from rig.world import at
from test_console_sign_in import page_shown, works

MEGABYTE = "x" * (1 << 20)


class Port:
    """The listener of a sign-in."""

    def __init__(self, page):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page).query))
        self.state = query["state"]
        place = urllib.parse.urlsplit(query["redirect_uri"])
        self.number, self.path = place.port, place.path

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.number), timeout=60)

    def is_closed(self):
        try:
            self.connect().close()
        except OSError:
            return True
        return False

    def request(self, target=None, method="GET", host=None, more=""):
        target = target or f"{self.path}?state={self.state}&code=made-up"
        return (f"{method} {target} HTTP/1.1\r\nHost: {host or f'127.0.0.1:{self.number}'}\r\n"
                f"{more}\r\n")

    def status(self, request):
        """The status that a request gets; None where the connection is just closed."""
        with self.connect() as client:
            answer = b""
            try:
                client.sendall(request.encode())
                client.shutdown(socket.SHUT_WR)
                while part := client.recv(1 << 16):
                    answer += part
            except (BrokenPipeError, ConnectionResetError):
                pass
        return int(answer.split()[1]) if answer else None


@pytest.fixture
def signing_in(console_world):
    """A sign-in that waits for its browser."""
    world = console_world
    world.config(world.console.config())
    terminal = world.terminal("login", "me", "--no-browser", timeout=60)
    page = page_shown(terminal)
    return world, terminal, page, Port(page)


def visit(page):
    with urllib.request.urlopen(page, timeout=60) as answer:
        return answer.status


def test_requests_from_elsewhere_are_refused(signing_in):
    world, terminal, page, port = signing_in
    cases = {
        port.request("/"): {404}, port.request("/favicon.ico"): {404},
        port.request(f"/other?state={port.state}&code=x"): {404},
        port.request(f"{port.path}?state=wrong&code=x"): {400},
        port.request(f"{port.path}?code=x"): {400}, port.request(port.path): {400},
        port.request(f"{port.path}?state={port.state}"): {400},
        port.request(f"{port.path}?state={port.state}&state={port.state}&code=x"): {400},
        port.request(f"{port.path}?error=access_denied"): {400},
        port.request(f"{port.path}?error=access_denied&state=wrong"): {400},
        port.request(host="rebound.example"): {421},
        port.request(more="Origin: https://evil.example\r\n"): {403},
        port.request(method="POST", more="Content-Length: 0\r\n"): {405},
        port.request(method="HEAD"): {405},
        # What libmicrohttpd refuses by itself; some versions just close the connection.
        port.request(more=f"X: {MEGABYTE}\r\n"): {431, None},
        port.request(f"{port.path}?state={port.state}&code={MEGABYTE}"): {414, 431, None},
        "\x16\x03\x01\r\n\r\n": {400, None},
    }
    for request, expected in cases.items():
        assert port.status(request) in expected, request[:200]
    assert world.console.calls == [] and terminal.isalive()
    assert visit(page) == 200
    assert "can be used" in terminal.finish()


def test_a_second_callback_is_nobodys(signing_in):
    world, terminal, page, port = signing_in
    assert visit(page) == 200
    # While the page is on its way, whoever asks again is shown it, too.
    eventually(port.is_closed, "the end of the listener")
    assert "can be used" in terminal.finish()
    assert [call["code"] for call in world.console.calls] == list(world.console.codes)


def test_slow_clients_do_not_keep_the_browser_out(signing_in):
    """More of them than may be connected at once: half a request each, or nothing at all."""
    world, terminal, page, port = signing_in
    clients = [port.connect() for _ in range(80)]
    for client in clients[::2]:
        client.sendall(port.request()[:-30].encode())
    assert visit(page) == 200
    assert "can be used" in terminal.finish()
    for client in clients:
        client.close()


@pytest.mark.parametrize("word", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_person_who_goes_away(signing_in, word):
    """The port is closed, the terminal as it was, and nobody waits for the next sign-in."""
    world, terminal, page, port = signing_in
    terminal.expect("left")
    if word == signal.SIGINT:
        terminal.sendintr()
    else:
        terminal.kill(word)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.signalstatus == word or terminal.exitstatus == 128 + word
    assert port.is_closed()
    world.credtool("exec", "me", "--", "true").fails("nobody is signed in", code=125)
    again = world.terminal("login", "me", "--no-browser")
    visit(page_shown(again))
    again.finish()
    assert "is signing in" not in again.shown()


@pytest.mark.parametrize("leaves", [False, True])
def test_two_logins_at_once(signing_in, leaves):
    """The second waits for the first, and asks only where nobody came back to that one."""
    world, first, page, port = signing_in
    second = world.terminal("login", "me", "--no-browser", timeout=60)
    second.expect("is signing in at the console as")
    if leaves:
        first.sendintr()
        visit(page_shown(second))
    else:
        visit(page)
        first.finish()
    assert "can be used" in second.finish()
    assert world.console.grants() == ["authorization_code"]
    assert len(world.console.pages) == 1


def test_a_code_of_somebody_who_saw_the_state(signing_in):
    """The state can be seen where the browser is started. What is brought with it is another's."""
    world, terminal, page, port = signing_in
    assert port.status(port.request()) == 200
    assert "redeemed too late" in " ".join(terminal.finish(1).split())
    world.credtool("exec", "me", "--", "true").fails("nobody is signed in", code=125)


def test_without_the_library_for_it(console_world):
    """A text that is pasted needs no listener."""
    world = console_world
    world.config(world.console.config())
    (world.scratch / "libmicrohttpd.so.12").touch()
    terminal = world.terminal("login", "me", "--no-browser",
                              env={"LD_LIBRARY_PATH": str(world.scratch)})
    terminal.expect("libmicrohttpd.so.12 cannot be loaded")
    terminal.expect("sudo apt install libmicrohttpd12")
    page = page_shown(terminal)
    terminal.expect("What the page shows: ")
    terminal.sendline(world.console.visit(page))
    terminal.finish()


def test_the_network_goes_in_the_middle(console_world):
    """A renewal that is not answered ends nothing."""
    world, console = console_world, console_world.console
    world.config(console.config())
    console.seconds = 30
    terminal = world.terminal("login", "me", "--no-browser")
    visit(page_shown(terminal))
    terminal.finish()

    def hang_up(handler):
        handler.close_connection = True
        return True

    console.inject(hang_up)
    through = at(wall=60)
    world.credtool("exec", "me", "--", "true", through=through).fails(
        "signing in at the console as", code=125)
    console.seconds = 900
    world.credtool("exec", "me", "--", "true", through=through).works().is_silent()
    works(world)
    assert console.grants() == ["authorization_code", "refresh_token", "refresh_token"]
