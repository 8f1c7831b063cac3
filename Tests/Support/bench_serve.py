"""How many answers a second `credtool serve` gives on kept connections, beside nginx serving the same
bytes, and whether its memory stays flat over a million requests.

Both are asked by wrk in turns (A B A B …); the median of each counts, and their ratio.
"""

import re
import shutil
import statistics
import subprocess
import time
import urllib.request
from pathlib import Path

from rig.sts import LocalSTS
from rig.world import World

SECONDS = 4
ROUNDS = 3
LEAST_RATE = 20_000
LEAST_RATIO = 0.5
MOST_GROWTH = 1 << 10  # KiB

NGINX = """
worker_processes 2; daemon off; pid {folder}/pid; error_log {folder}/error;
events {{ worker_connections 1024; }}
http {{
    access_log off; keepalive_requests 100000000; default_type application/json;
    open_file_cache max=10; sendfile on; tcp_nopush on;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""


def rate(url, token):
    """Answers a second; each has to be a good one."""
    out = subprocess.run(
        ["wrk", "-t1", "-c64", f"-d{SECONDS}", "-H", f"Authorization: {token}", url],
        stdout=subprocess.PIPE, text=True, check=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise SystemExit(f"bench: not every request was answered\n{out}")
    return (float(re.search(r"Requests/sec:\s*([\d.]+)", out)[1]),
            int(re.search(r"(\d+) requests in", out)[1]))


def resident(pid):
    return int(re.search(r"VmRSS:\s*(\d+)", Path(f"/proc/{pid}/status").read_text())[1])


def start_nginx(world, body):
    folder = world.scratch / "nginx"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "work").write_bytes(body)
    port = 18_911
    (folder / "conf").write_text(NGINX.format(folder=folder, port=port))
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    process = subprocess.Popen([nginx, "-c", str(folder / "conf"), "-g", "user root;"],
                               stderr=subprocess.DEVNULL)
    return process, f"http://127.0.0.1:{port}/work"


def measure(world):
    world.add("work")
    server = world.start("serve", "work")
    uri = server.stdout.readline().decode().strip().partition("=")[2]
    token = server.stdout.readline().decode().strip().partition("=")[2]
    body = urllib.request.urlopen(
        urllib.request.Request(uri, headers={"Authorization": token})).read()
    nginx, other = start_nginx(world, body)
    for folder in (world.root, world.scratch):
        folder.chmod(0o755)
    time.sleep(1)
    try:
        rates, others, total = [], [], 0
        rate(uri, token)
        before = resident(server.pid)
        for _ in range(ROUNDS):
            value, count = rate(uri, token)
            rates.append(value)
            others.append(rate(other, token)[0])
            total += count
        while total < 1_000_000:
            total += rate(uri, token)[1]
        growth = resident(server.pid) - before
    finally:
        for process in (server, nginx):
            process.terminate()
            process.wait()
        server.communicate()
    ours, theirs = statistics.median(rates), statistics.median(others)
    print(f"credtool serve {ours:10,.0f} answers a second\nnginx          {theirs:10,.0f}\n\nbounds")
    met = True
    for is_met, text in [
            (ours >= LEAST_RATE, f"answers a second: {ours:,.0f}, at least {LEAST_RATE:,}"),
            (ours / theirs >= LEAST_RATIO,
             f"credtool serve to nginx: {ours / theirs:.2f}, at least {LEAST_RATIO}"),
            (growth <= MOST_GROWTH,
             f"memory over {total:,} requests: {growth} KiB more, at most {MOST_GROWTH}")]:
        met &= is_met
        print(f"  {'met' if is_met else 'MISSED':12}  {text}")
    return met


def main():
    if not shutil.which("wrk") or not (shutil.which("nginx") or Path("/usr/sbin/nginx").exists()):
        print("  not measured  credtool serve to nginx: wrk or nginx is not installed")
        return
    sts = LocalSTS()
    world = World(sts)
    try:
        met = measure(world)
    finally:
        world.close()
        sts.stop()
    if not met:
        raise SystemExit(1)


main()
