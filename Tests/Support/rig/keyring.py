"""A private D-Bus session with a real gnome-keyring-daemon, and the ways it can be out of order."""

import os
import signal
import socket
import subprocess
import threading
import time
from contextlib import contextmanager

from jeepney import DBusAddress, DBusErrorResponse, new_method_call
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import unwrap_msg

PASSWORD = "correct horse"
SERVICE = "org.freedesktop.secrets"
#: GNOME's prompter: for passwords of keyrings, and for those of single programs such as pinentry.
PROMPTERS = ("org.gnome.keyring.SystemPrompter", "org.gnome.keyring.PrivatePrompter")

BUS_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
    {more}
  </policy>
</busconfig>
"""


def eventually(condition, what, seconds=10):
    """Waits until a condition holds; gives what it gave."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come about within {seconds} s")
        time.sleep(0.01)


class Keyring:
    """The bus and the daemon of one test. The bus starts nothing unless it is told how."""

    def __init__(self, home, runtime, environment):
        self.home, self.runtime = home, runtime
        self.socket = f"{runtime}/dbus"  # "bus" would be found without the variable
        self.address = f"unix:path={self.socket}"
        self._environment = environment | {"DBUS_SESSION_BUS_ADDRESS": self.address}
        self._configuration = f"{runtime}/bus.conf"
        self._bus = self._daemon = None
        self._activated = []  # the names whose owners the bus may have started

    def start(self):
        """Starts the bus, and the daemon with its keyring unlocked."""
        self._configure()
        self._bus = subprocess.Popen(
            ["dbus-daemon", f"--config-file={self._configuration}", "--nofork", "--nopidfile",
             "--print-address=1"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=self._environment)
        assert self._bus.stdout.readline(), "dbus-daemon did not start"
        self.start_daemon()

    def _configure(self, more=""):
        with open(self._configuration, "w", encoding="utf-8") as file:
            file.write(BUS_CONFIGURATION.format(socket=self.socket, more=more))

    def start_daemon(self, unlock=True):
        """Starts gnome-keyring-daemon; unlocked, its default collection is `login`."""
        self._spawn(["--components=secrets"] + ["--unlock"] * unlock, PASSWORD)
        eventually(self._is_there, "the Secret Service")

    def start_daemon_at_login(self, password):
        """Starts it as PAM does: it is no Secret Service until it is told to be one."""
        self._spawn(["--login"], password)
        eventually(lambda: os.path.exists(f"{self.runtime}/keyring/control"), "the control socket")

    def _spawn(self, options, password):
        self._daemon = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground",
             f"--control-directory={self.runtime}/keyring", *options],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=self._environment)
        self._daemon.stdin.write(password.encode())
        self._daemon.stdin.close()

    def let_the_bus_start_it(self):
        """From now on the bus starts the daemon when it is asked for, as on a real machine."""
        self.let_the_bus_start(
            SERVICE, "/usr/bin/gnome-keyring-daemon --start --foreground --components=secrets")

    def let_the_bus_start(self, name, command):
        """From now on the bus starts a program when this name is asked for."""
        services = f"{self.runtime}/services"
        os.makedirs(services, exist_ok=True)
        with open(f"{services}/{name}.service", "w", encoding="ascii") as file:
            file.write(f"[D-BUS Service]\nName={name}\nExec={command}\n")
        self._activated.append(name)
        self._configure(f"</policy><servicedir>{services}</servicedir><policy context='default'>")
        self._bus.send_signal(signal.SIGHUP)
        eventually(lambda: name in self._ask_bus("ListActivatableNames")[0], "the service file")

    def ask_on(self, desktop):
        """From now on GNOME's prompter asks on that screen, as the session of a desktop has it."""
        self._ask_bus("UpdateActivationEnvironment", "a{ss}", (desktop.variables,))
        for name in PROMPTERS:
            self.let_the_bus_start(name, "/usr/libexec/gcr-prompter")

    def pid(self, name=SERVICE):
        """The process that is the Secret Service, or has another name; None where none is."""
        if not self._bus:
            return None
        try:
            return self._ask_bus("GetConnectionUnixProcessID", "s", (name,))[0]
        except DBusErrorResponse as error:
            if error.name.endswith(".NameHasNoOwner"):
                return None
            raise

    @property
    def bus_pid(self):
        """The process that is the bus."""
        return self._bus.pid

    def hide_its_kind(self):
        """The daemon looks like another program's Secret Service, as it may not own GNOME's name.
        It has to be started after this."""
        self._configure('<deny own="org.gnome.keyring"/>')
        self._bus.send_signal(signal.SIGHUP)

    def _is_there(self):
        return self._ask_bus("NameHasOwner", "s", (SERVICE,))[0]

    def _ask_bus(self, method, signature=None, body=()):
        bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
        return self.call(new_method_call(bus, method, signature, body))

    def call(self, message):
        """Sends a call; gives what came back."""
        with open_dbus_connection(self.address) as connection:
            return unwrap_msg(connection.send_and_get_reply(message, timeout=10))

    def _service(self, method, signature, body, interface="org.freedesktop.Secret.Service"):
        address = DBusAddress("/org/freedesktop/secrets", SERVICE, interface)
        return self.call(new_method_call(address, method, signature, body))

    def default_collection(self):
        return self._service("ReadAlias", "s", ("default",))[0]

    def is_locked(self, collection):
        address = DBusAddress(collection, SERVICE, "org.freedesktop.DBus.Properties")
        body = ("org.freedesktop.Secret.Collection", "Locked")
        return self.call(new_method_call(address, "Get", "ss", body))[0][1]

    def lock(self, collection=None):
        """Locks a collection, or the default one."""
        collection = collection or self.default_collection()
        locked, _prompt = self._service("Lock", "ao", ([collection],))
        assert locked == [collection], "the collection is still open"

    def unlock(self):
        """Unlocks with the password, past any prompter."""
        self._with_password("UnlockWithMasterPassword", "o", self.default_collection())

    def create_collection(self, label):
        """A further collection with the same password, past any prompter."""
        self._with_password("CreateWithMasterPassword", "a{sv}",
                            {"org.freedesktop.Secret.Collection.Label": ("s", label)})

    def _with_password(self, method, signature, argument):
        with open_dbus_connection(self.address) as connection:  # the session lives as long
            def call(method, signature, body, interface):
                address = DBusAddress("/org/freedesktop/secrets", SERVICE, interface)
                return unwrap_msg(connection.send_and_get_reply(
                    new_method_call(address, method, signature, body), timeout=10))

            _, session = call("OpenSession", "sv", ("plain", ("s", "")),
                              "org.freedesktop.Secret.Service")
            call(method, signature + "(oayays)",
                 (argument, (session, b"", PASSWORD.encode(), "text/plain")),
                 "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface")

    @contextmanager
    def silent_prompter(self):
        """A prompter on the bus that never answers, as one on a display where nobody sits."""
        with open_dbus_connection(self.address) as connection:
            name = "org.freedesktop.DBus"
            bus = DBusAddress("/org/freedesktop/DBus", name, name)
            taken = unwrap_msg(connection.send_and_get_reply(new_method_call(
                bus, "RequestName", "su", ("org.gnome.keyring.SystemPrompter", 0)), timeout=10))
            assert taken == (1,)
            yield

    def items(self, **attributes):
        """The paths of the items with these attributes, whether open or locked."""
        unlocked, locked = self._service("SearchItems", "a{ss}", (attributes,))
        return unlocked + locked

    def attributes(self, item):
        address = DBusAddress(item, SERVICE, "org.freedesktop.DBus.Properties")
        body = ("org.freedesktop.Secret.Item", "Attributes")
        return dict(self.call(new_method_call(address, "Get", "ss", body))[0][1])

    def overwrite(self, item, secret):
        """Puts these bytes in place of an item's secret."""
        with open_dbus_connection(self.address) as connection:
            def call(path, interface, method, signature, body):
                return unwrap_msg(connection.send_and_get_reply(new_method_call(
                    DBusAddress(path, SERVICE, interface), method, signature, body), timeout=10))

            _, session = call("/org/freedesktop/secrets", "org.freedesktop.Secret.Service",
                              "OpenSession", "sv", ("plain", ("s", "")))
            call(item, "org.freedesktop.Secret.Item", "SetSecret", "(oayays)",
                 ((session, b"", secret, "text/plain"),))

    def secret(self, item):
        """The bytes of an open item's secret."""
        with open_dbus_connection(self.address) as connection:
            def call(path, interface, method, signature, body):
                return unwrap_msg(connection.send_and_get_reply(new_method_call(
                    DBusAddress(path, SERVICE, interface), method, signature, body), timeout=10))

            _, session = call("/org/freedesktop/secrets", "org.freedesktop.Secret.Service",
                              "OpenSession", "sv", ("plain", ("s", "")))
            return bytes(call(item, "org.freedesktop.Secret.Item", "GetSecret", "o",
                              (session,))[0][2])

    def create(self, attributes, secret, label="x", replace=False):
        """An item of the default collection. With `replace` the daemon puts it in the place of the
        first that has all these attributes, as programs ask for that do not use libsecret."""
        with open_dbus_connection(self.address) as connection:
            def call(path, interface, method, signature, body):
                return unwrap_msg(connection.send_and_get_reply(new_method_call(
                    DBusAddress(path, SERVICE, interface), method, signature, body), timeout=10))

            _, session = call("/org/freedesktop/secrets", "org.freedesktop.Secret.Service",
                              "OpenSession", "sv", ("plain", ("s", "")))
            collection = call("/org/freedesktop/secrets", "org.freedesktop.Secret.Service",
                              "ReadAlias", "s", ("default",))[0]
            return call(collection, "org.freedesktop.Secret.Collection", "CreateItem",
                        "a{sv}(oayays)b", (
                            {"org.freedesktop.Secret.Item.Label": ("s", label),
                             "org.freedesktop.Secret.Item.Attributes": ("a{ss}", attributes)},
                            (session, b"", secret, "text/plain"), replace))[0]

    def delete(self, item):
        address = DBusAddress(item, SERVICE, "org.freedesktop.Secret.Item")
        self.call(new_method_call(address, "Delete"))

    def refuse(self):
        """The bus answers AccessDenied to whoever speaks to the Secret Service."""
        self._configure(f'<deny send_destination="{SERVICE}"/>')
        self._bus.send_signal(signal.SIGHUP)

        def refused():
            try:
                self._service("ReadAlias", "s", ("default",))
            except Exception as error:  # jeepney's DBusErrorResponse
                return "AccessDenied" in str(error)
            return False

        eventually(refused, "the bus policy")

    def stop_daemon(self, how=signal.SIGTERM):
        if self._daemon:
            self._daemon.send_signal(how)
            self._daemon.wait()
            self._daemon = None

    def freeze_daemon(self):
        """The daemon is there and answers nothing."""
        self._daemon.send_signal(signal.SIGSTOP)

    def thaw_daemon(self):
        """It goes on, also with what it was asked meanwhile."""
        self._daemon.send_signal(signal.SIGCONT)

    def stop_bus(self):
        if self._bus:
            self._bus.terminate()
            self._bus.wait()
            self._bus.stdout.close()
            self._bus = None
        if os.path.exists(self.socket):
            os.unlink(self.socket)

    def close(self):
        self.stop_daemon(signal.SIGKILL)
        for started_by_the_bus in {self.pid(name) for name in self._activated} - {None}:
            os.kill(started_by_the_bus, signal.SIGKILL)
        self.stop_bus()


class SilentBus:
    """A socket where D-Bus should be: it takes connections, counts them and never says a word."""

    def __init__(self, path):
        self.address = f"unix:path={path}"
        self.connections = []
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(path))
        self._socket.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                self.connections.append(self._socket.accept()[0])
            except OSError:
                return

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for connection in self.connections:
            connection.close()
