"""How long a warm `credtool exec` takes, beside `env true` and what else there is; and a cold one
that asks an STS behind TLS, beside curl asking the same.

One run, alternating commands (A B C A B C …), whole processes, medians and their ratios: the
machine's speed falls out. The keyring, the home and the STS are throw-away ones.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

from rig import tls
from rig.sso import IdentityCenter
from rig.sts import LocalSTS
from rig.world import BINARY, World

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 200
SLOW = 50  # ms; a command beyond this runs in every tenth round only
PEAK_MEMORY = 9 << 10  # KiB


class Bench:
    def __init__(self, world):
        self.world = world
        self.commands = {}  # name → (argv, environment, milliseconds of each run)

    def add(self, name, argv, **changes):
        """A command to measure; it must work, and is run twice to be warm."""
        environment = self.world.variables(changes)
        path = shutil.which(argv[0], path=environment["PATH"]) or argv[0]
        command = ([path, *argv[1:]], environment, [])
        for _ in range(2):
            self._run(command, name)
        slow = self._run(command, name) > SLOW
        self.commands[name] = (*command, slow)

    @staticmethod
    def _run(command, name):
        argv, environment = command[:2]
        started = time.perf_counter_ns()
        pid = os.posix_spawn(argv[0], argv, environment, file_actions=QUIET)
        _, status = os.waitpid(pid, 0)
        took = (time.perf_counter_ns() - started) / 1e6
        if status:
            raise SystemExit(f"bench: {name} failed: {' '.join(argv)}")
        return took

    def measure(self):
        for number in range(ROUNDS):
            for name, command in self.commands.items():
                if not command[3] or number % 10 == 0:
                    command[2].append(self._run(command, name))

    def median(self, name):
        return statistics.median(self.commands[name][2])

    def peak(self, name):
        """Peak resident memory in KiB; time(1) starts the command from a small process."""
        argv, environment = self.commands[name][:2]
        run = subprocess.run(["/usr/bin/time", "-f", "%M", *argv], env=environment,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
        return int(run.stderr.split()[-1])


QUIET = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
         (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]


def set_up(bench, world):
    sts = world.sts
    key = world.add("work")
    role = sts.new_role("deploy")
    few = "".join(f"[profile p{number}]\nrole_arn = {role}\nsource_profile = work\n"
                  for number in range(9))
    many = "".join(f"[profile p{number}]\nrole_arn = {role}\nsource_profile = work\n"
                   for number in range(4999))
    end = f"[profile last]\nrole_arn = {role}\nsource_profile = work\n"
    center = world.keep_open(IdentityCenter(sts))
    center.assign()
    center.person = "allow"
    world.environment |= center.variables()
    world.config(few + end + center.config())
    (world.home / "many").write_text(many + end)
    subprocess.run(["secret-tool", "store", "--label=bench", "bench", "bench"], check=True,
                   input=b"made up", env=world.environment)

    binary = str(BINARY)
    bench.add("env true", ["env", "true"])
    bench.add("credtool exec --role", [binary, "exec", "work", "--role", "deploy", "--", "true"])
    bench.add("… with 10 profiles", [binary, "exec", "last", "--", "true"])
    # What nothing can be logged in: the same without the one line that an exec writes.
    bench.add("… that is not logged", [binary, "exec", "last", "--", "true"],
              XDG_STATE_HOME="/dev/null")
    world.credtool("login", "dev", "--device").works()
    bench.add("… of Identity Center", [binary, "exec", "dev", "--", "true"])
    bench.add("… with 5,000 profiles", [binary, "exec", "last", "--", "true"],
              AWS_CONFIG_FILE=str(world.home / "many"))
    bench.add("credtool --help", [binary, "--help"])
    bench.add("credtool version", [binary, "version"])
    add_cold(bench, world, key)
    bench.add("secret-tool lookup", ["secret-tool", "lookup", "bench", "bench"])
    if shutil.which("aws-vault"):
        add_aws_vault(bench, world, key)
    if shutil.which("envchain"):
        subprocess.run(["envchain", "--set", "bench", "BENCH_SECRET"], input=b"made up\n",
                       check=True, env=world.environment, stdout=subprocess.DEVNULL)
        bench.add("envchain", ["envchain", "bench", "true"])
    aws = shutil.which("aws", path=str(Path(sys.executable).parent)) or shutil.which("aws")
    if aws:
        world.credentials_file.write_text(
            f"[work]\naws_access_key_id = {key.key_id}\naws_secret_access_key = {key.secret}\n")
        bench.add("AWS CLI, one STS call", [aws, "sts", "get-caller-identity", "--profile", "last"],
                  AWS_DEFAULT_REGION="us-east-1")


def add_cold(bench, world, key):
    """A new session each time: one POST to the same TLS server, signed by either program."""
    ca, certificate, secret = tls.make_certificates(world.scratch, ["127.0.0.1"])
    url = f"https://127.0.0.1:{world.sts.listen_tls(certificate, secret)}"
    cold = [str(BINARY), "exec", "--fresh"]
    more = {"AWS_ENDPOINT_URL_STS": url, "AWS_CA_BUNDLE": str(ca)}
    bench.add("cold exec, stored key", [*cold, "work", "--", "true"], **more)
    # curl is given the key; credtool gets it from the keyring above, and from variables here.
    (world.home / "environment").write_text(
        f"[profile here]\nrole_arn = {next(iter(world.sts.roles))}\n"
        "credential_source = Environment\n")
    bench.add("cold exec, key in variables", [*cold, "here", "--", "true"],
              AWS_CONFIG_FILE=str(world.home / "environment"), **more, **key.variables())

    def curl(name, form):
        config = world.scratch / name  # a file, so that no secret is an argument
        config.write_text("\n".join([
            f'url = "{url}/"', f'cacert = "{ca}"', f'data = "Version=2011-06-15&{form}"',
            'aws-sigv4 = "aws:amz:us-east-1:sts"', f'user = "{key.key_id}:{key.secret}"',
            "silent", "fail"]))
        bench.add(name, ["curl", "--config", str(config)])
        return str(config)

    config = curl("curl, GetSessionToken", "Action=GetSessionToken&DurationSeconds=3600")
    bench.add("secret-tool, then curl", [
        "sh", "-c", 'secret-tool lookup bench bench && exec curl --config "$1"', "sh", config])
    curl("curl, AssumeRole", "Action=AssumeRole&DurationSeconds=3600&RoleSessionName=bench&"
         f"RoleArn={urllib.parse.quote(next(iter(world.sts.roles)), safe='')}")


def add_aws_vault(bench, world, key):
    """The same job by aws-vault, from each of its vaults."""
    world.keyring.create_collection("awsvault")
    for backend in ("secret-service", "file"):
        flags = ["aws-vault", f"--backend={backend}"]
        more = {"AWS_VAULT_FILE_PASSPHRASE": "made up", "AWS_REGION": "us-east-1"}
        subprocess.run([*flags, "add", "work", "--env"], check=True, stdout=subprocess.DEVNULL,
                       env=world.variables(key.variables() | more))
        bench.add(f"aws-vault, {backend}", [*flags, "exec", "last", "--", "true"], **more)


def report(bench):
    """Prints the table; gives whether every bound is met."""
    base = bench.median("env true")
    print(f"{ROUNDS} rounds, medians\n")
    print(f"{'':28} {'ms':>8} {'× env true':>11} {'runs':>6}")
    for name, (_, _, times, _) in bench.commands.items():
        middle = statistics.median(times)
        print(f"{name:28} {middle:8.2f} {middle / base:11.2f} {len(times):6}")
    bounds = [
        ("credtool exec --role", "env true", 2.0),
        ("credtool --help", "env true", 1.25),
        ("credtool version", "env true", 1.25),
        ("… with 5,000 profiles", "… with 10 profiles", 1.2),
        ("… of Identity Center", "… with 10 profiles", 1.1),
        ("… with 10 profiles", "… that is not logged", 1.1),
        ("credtool exec --role", "secret-tool lookup", 0.3),
        ("credtool exec --role", "aws-vault, secret-service", 0.1),
        ("cold exec, key in variables", "curl, AssumeRole", 1.3),
        ("cold exec, stored key", "curl, GetSessionToken", 1.3),
    ]
    print("\nbounds")
    met = True
    for name, other, most in bounds:
        if other not in bench.commands:
            print(f"  not measured  {name} to {other}: not installed")
            continue
        ratio = bench.median(name) / bench.median(other)
        met &= ratio <= most
        print(f"  {'met' if ratio <= most else 'MISSED':12}  {name} to {other}: "
              f"{ratio:.2f}, at most {most}")
    peak = max(bench.peak(name) for name in bench.commands if "credtool" in name or "…" in name)
    met &= peak <= PEAK_MEMORY
    print(f"  {'met' if peak <= PEAK_MEMORY else 'MISSED':12}  peak memory: "
          f"{peak / 1024:.1f} MiB, at most {PEAK_MEMORY >> 10}")
    return met


def main():
    sts = LocalSTS()
    world = World(sts)
    try:
        bench = Bench(world)
        set_up(bench, world)
        bench.measure()
        report(bench)
    finally:
        world.close()
        sts.stop()


if __name__ == "__main__":
    main()
