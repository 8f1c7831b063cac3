"""A system bus with a login1 of the rig's own, and what a desktop has on its session bus."""

import os
import select
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

from jeepney import (DBusAddress, HeaderFields, MessageType, new_error, new_method_return,
                     new_signal)
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import unwrap_msg

from .keyring import BUS_CONFIGURATION, eventually

MANAGER = "org.freedesktop.login1.Manager"
SESSION = "org.freedesktop.login1.Session"


class SystemBus:
    """A bus that stands for the system's. It may end and come back at the same place."""

    def __init__(self, folder):
        self.socket = f"{folder}/system-bus"
        self.address = f"unix:path={self.socket}"
        self._configuration = f"{folder}/system-bus.conf"
        with open(self._configuration, "w", encoding="utf-8") as file:
            file.write(BUS_CONFIGURATION.format(socket=self.socket, more=""))
        self.start()

    def start(self):
        self._bus = subprocess.Popen(
            ["dbus-daemon", f"--config-file={self._configuration}", "--nofork", "--nopidfile",
             "--print-address=1"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert self._bus.stdout.readline(), "dbus-daemon did not start"

    def close(self):
        if self._bus.poll() is not None:
            return
        self._bus.terminate()
        self._bus.wait()
        self._bus.stdout.close()
        with suppress(FileNotFoundError):
            os.unlink(self.socket)


class Service:
    """A name on a bus, and what answers there, on a thread of its own."""

    def __init__(self, address, name):
        self._connection = open_dbus_connection(address, enable_fds=True)
        self._sending = threading.Lock()
        self._ended = threading.Event()
        if name:
            unwrap_msg(self._connection.send_and_get_reply(message_bus.RequestName(name)))
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._ended.is_set():
            try:
                message = self._connection.receive(timeout=0.05)
            except TimeoutError:
                continue
            except Exception:  # the bus is gone
                return
            if message.header.message_type is not MessageType.method_call:
                continue
            answer = self.answer(message, message.header.fields.get(HeaderFields.member))
            with suppress(Exception):
                self._send(answer)

    def _send(self, message):
        with self._sending:
            self._connection.send(message)

    def answer(self, message, member):
        return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")

    def signal(self, path, interface, member, signature=None, body=()):
        self._send(new_signal(DBusAddress(path, interface=interface), member, signature, body))

    def close(self):
        if self._ended.is_set():
            return
        self._ended.set()
        self._thread.join()
        self._connection.close()


class Login1(Service):
    """logind, as far as it is asked: sessions, delays of sleep, and its signals."""

    def __init__(self, bus):
        self.sessions = {"2": (os.getuid(), "user", "seat0")}
        #: Whether somebody asked for the sessions, who listens by then.
        self.was_asked = False
        #: They are told once this is set.
        self.answers = threading.Event()
        self.answers.set()
        #: The read end of each delay that was asked for: at its end once it is given up.
        self.delays = []
        super().__init__(bus.address, "org.freedesktop.login1")

    @staticmethod
    def path(session):
        return f"/org/freedesktop/login1/session/_3{session}"

    def answer(self, message, member):
        if member == "ListSessions":
            self.was_asked = True
            self.answers.wait(10)
            return new_method_return(message, "a(susso)", ([
                (name, user, "somebody", seat, self.path(name))
                for name, (user, _, seat) in self.sessions.items()],))
        if member == "Get" and message.body == (SESSION, "Class"):
            name = message.header.fields[HeaderFields.path].rpartition("_3")[2]
            # It may have ended since the list was given.
            if name in self.sessions:
                return new_method_return(message, "v", (("s", self.sessions[name][1]),))
        if member == "Inhibit":
            assert message.body[0] == "sleep" and message.body[3] == "delay", message.body
            reading, writing = os.pipe()
            self.delays.append(reading)
            answer = new_method_return(message, "h", (writing,))
            self._send(answer)
            os.close(writing)
            return None
        return super().answer(message, member)

    def _send(self, message):
        if message:
            super()._send(message)

    def delays_sleep(self):
        """Whether somebody has sleep wait."""
        def is_held(reading):
            return not select.select([reading], [], [], 0)[0]
        return any(map(is_held, self.delays))

    def lock(self, session="2"):
        self.signal(self.path(session), SESSION, "Lock")

    def hint(self, session="2", locked=True):
        """A property of the session changes as the screen is locked."""
        self.signal(self.path(session), "org.freedesktop.DBus.Properties", "PropertiesChanged",
                    "sa{sv}as", (SESSION, {"IdleHint": ("b", False), "LockedHint": ("b", locked)},
                                 []))

    def manager(self, member, signature, *body):
        self.signal("/org/freedesktop/login1", MANAGER, member, signature, body)

    def sleep(self, begins=True):
        self.manager("PrepareForSleep", "b", begins)

    def begin(self, session, user=None, kind="user", seat=""):
        self.sessions[session] = (os.getuid() if user is None else user, kind, seat)
        self.manager("SessionNew", "so", session, self.path(session))

    def end(self, session="2"):
        del self.sessions[session]
        self.manager("SessionRemoved", "so", session, self.path(session))

    def close(self):
        super().close()
        while self.delays:
            os.close(self.delays.pop())


class Notices(Service):
    """What shows notices on a desktop: it keeps the texts."""

    def __init__(self, address):
        self.shown = []
        super().__init__(address, "org.freedesktop.Notifications")

    def answer(self, message, member):
        if member != "Notify":
            return super().answer(message, member)
        self.shown.append((message.body[0], message.body[3], message.body[4]))
        return new_method_return(message, "u", (len(self.shown),))


def watchers(world):
    """The processes that watch in a world: those that hold its lock."""
    try:
        inode = os.stat(f"{world.runtime}/credtool/watcher.lock").st_ino
    except FileNotFoundError:
        return []
    held = [line.split() for line in Path("/proc/locks").read_text("ascii").splitlines()]
    found = {int(words[4]) for words in held
             if words[1] == "FLOCK" and int(words[5].rpartition(":")[2]) == inode}
    return [process for process in found if _words(process)[-1:] == [b"__watch"]]


def _words(process):
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")[:-1]
    except OSError:
        return []


def watcher(world):
    """The one that watches."""
    return eventually(lambda: watchers(world), "a process that watches")[0]
