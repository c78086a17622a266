#!/usr/bin/env bash
# A crowd right after a cold start of the published chatd, with few file descriptors: nothing ends the server, an admin gets
# in meanwhile, the crowd goes, and a client gets in again. Prints a table; ends with 1 if anything of it fails.
#   tests/descriptors.sh [ROUNDS [CHATD]]      5 rounds with the native chatd, published for it, unless one is named
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chatd=${2:-}
if [ -z "$chatd" ]; then
    DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 dotnet publish tools/chatd -c Release -r linux-x64 -o "$folder/chatd" -v q >&2
    chatd=$folder/chatd/chatd
fi
python3 - "$chatd" "$rounds" "$folder" <<'EOF'
import os, resource, shutil, socket, struct, subprocess, sys, time

chatd, rounds, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

def frame(payload):
    return struct.pack(">I", len(payload)) + payload

# hello: [2, 1, 1, 1, [], "crowd/1"]
HELLO = frame(bytes([0x96, 2, 1, 1, 1, 0x90, 0xa7]) + b"crowd/1")

def welcomed(where, family):
    """Whether a client that says hello there is answered by a welcome within ten seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            with socket.socket(family) as client:
                client.settimeout(10)
                client.connect(where)
                client.sendall(HELLO)
                head = b""
                while len(head) < 6 and (more := client.recv(6 - len(head))):
                    head += more
                # A frame is an array whose first item is its code: welcome is 64.
                if len(head) == 6 and head[5] == 64:
                    return True
        except OSError:
            pass
        time.sleep(0.02)
    return False

def round_of(limit, crowd):
    data = os.path.join(folder, "data")
    shutil.rmtree(data, ignore_errors=True)
    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHATD_")}
    server = subprocess.Popen([chatd, "--data", data, "--listen", "tcp://127.0.0.1:0"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=few, env=environment)
    clients = []
    try:
        ready = server.stdout.readline().split()
        if ready[:2] != ["chatd", "ready"]:
            return dict(error="no ready line: " + server.stderr.read().strip())
        host, port = ready[2].removeprefix("tcp://").rsplit(":", 1)
        for _ in range(crowd):
            client = socket.socket()
            client.settimeout(20)
            client.connect((host, int(port)))
            clients.append(client)
        admin = welcomed(os.path.join(data, "admin.sock"), socket.AF_UNIX)
        held = len(os.listdir(f"/proc/{server.pid}/fd"))
        for client in clients:
            client.close()
        clients.clear()
        again = welcomed((host, int(port)), socket.AF_INET)
        server.terminate()
        code = server.wait(timeout=30)
        log = server.stderr.read()
        places = next((line.split("at most ")[1].split(" ")[0] for line in log.splitlines() if "at most " in line), "all")
        return dict(places=places, held=held, admin=admin, again=again, exit=code, error=None if admin and again and code == 0 else f"admin {admin}, again {again}, exit {code}: {log[-500:]}")
    except OSError as e:
        return dict(error=repr(e))
    finally:
        for client in clients:
            client.close()
        if server.poll() is None:
            server.kill()
            server.wait()

failed = 0
print(f"{'DESCRIPTORS':>11}  {'CROWD':>5}  {'ROUND':>5}  {'PLACES':>6}  {'HELD':>5}  ADMIN  AGAIN  EXIT")
for limit, crowd in [(256, 300), (300, 400), (1024, 1500), (4096, 6000)]:
    for number in range(1, rounds + 1):
        found = round_of(limit, crowd)
        if found.get("error"):
            failed += 1
            print(f"{limit:>11}  {crowd:>5}  {number:>5}  FAILED: {found['error']}", flush=True)
        else:
            print(f"{limit:>11}  {crowd:>5}  {number:>5}  {found['places']:>6}  {found['held']:>5}  {'yes':<5}  {'yes':<5}  {found['exit']}", flush=True)
print(f"{failed} failed")
sys.exit(1 if failed else 0)
EOF
