#!/usr/bin/env python3
"""Makes a database as a chatd of today writes it, kills that chatd in the middle of its work, and packs what lies there.

    tests/upgrades/make.py CHATD NAME

CHATD is the program of the commit that an issue ended with, and NAME that commit: tests/upgrades/NAME.zip then holds
chat.db and chat.db-wal as they lay, and expected.json with what every later server has to find in them. It is made once
for each such commit, with that commit's own program, and never again. It speaks the wire by itself, so that no code of
the project stands between.
"""
import hashlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import zipfile

HELLO, LOGIN, JOIN, POST, OPEN, HISTORY, NICK, QUIT, ERASE, RETAIN = 2, 4, 6, 10, 12, 14, 20, 22, 48, 50
REGISTER, CREATE_TOKEN, REVOKE_TOKEN, CREATE_ACCOUNT, CHANGE_ACCOUNT, TOKEN_MADE = 192, 198, 202, 216, 220, 226
CREATE_ROOM, CHANGE_ROOM, SET_ROLE, RESTRICT, ROOM_ROLES, AUDIT = 236, 238, 240, 242, 244, 112
WELCOME, ERROR, LOGGED_IN, ROOM_INFO, POSTED, MESSAGE, PAGE, RETENTION = 64, 68, 70, 72, 74, 76, 78, 92


def pack(value):
    if value is None:
        return b"\xc0"
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        for limit, head, form in ((128, b"", ">B"), (1 << 8, b"\xcc", ">B"), (1 << 16, b"\xcd", ">H"), (1 << 32, b"\xce", ">I")):
            if value < limit:
                return head + struct.pack(form, value)
        return b"\xcf" + struct.pack(">Q", value)
    if isinstance(value, str):
        raw = value.encode()
        if len(raw) < 32:
            return bytes([0xA0 | len(raw)]) + raw
        return (b"\xd9" + bytes([len(raw)]) if len(raw) < 256 else b"\xda" + struct.pack(">H", len(raw))) + raw
    if isinstance(value, bytes):
        return b"\xc4" + bytes([len(value)]) + value
    return bytes([0x90 | len(value)]) + b"".join(map(pack, value))


def unpack(data, at=0):
    kind = data[at]
    at += 1
    if kind < 0x80:
        return kind, at
    if kind in (0xC0, 0xC2, 0xC3):
        return {0xC0: None, 0xC2: False, 0xC3: True}[kind], at
    if 0xCC <= kind <= 0xCF:
        size = 1 << (kind - 0xCC)
        return int.from_bytes(data[at:at + size], "big"), at + size
    if 0xA0 <= kind < 0xC0 or 0xD9 <= kind <= 0xDB or 0xC4 <= kind <= 0xC6:
        size = kind & 31
        if kind >= 0xC0:
            width = 1 << (kind - (0xD9 if kind >= 0xD9 else 0xC4))
            size, at = int.from_bytes(data[at:at + width], "big"), at + width
        raw = data[at:at + size]
        return (raw.hex() if 0xC4 <= kind <= 0xC6 else raw.decode()), at + size
    if 0x80 <= kind < 0x90:
        found, count = {}, kind & 15
        for _ in range(count):
            key, at = unpack(data, at)
            found[key], at = unpack(data, at)
        return found, at
    count = kind & 15
    if kind in (0xDC, 0xDD):
        width = 2 if kind == 0xDC else 4
        count, at = int.from_bytes(data[at:at + width], "big"), at + width
    found = []
    for _ in range(count):
        item, at = unpack(data, at)
        found.append(item)
    return found, at


class Client:
    def __init__(self, address, name, publisher=None, admin=False, inbox=False, password=None):
        self.name, self.publisher, self.counters, self.ids = name, publisher, {}, 0
        self.socket = socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET)
        self.socket.connect(address)
        self.socket.settimeout(20)
        self.buffer = b""
        self.key = hashlib.sha256(b"key of " + name.encode()).digest()
        self.ask(HELLO, 1, 1, ["post-keys"], "make.py")  # the minor is 0 for servers before 1.1
        credential, secret = (3, password) if password else (1, b"") if admin else (0, self.key)
        me = self.ask(LOGIN, name, credential, secret, publisher, inbox)
        self.principal = me[3]

    def send(self, code, *fields):
        self.ids += 1
        payload = pack([code, self.ids, *fields])
        self.socket.sendall(struct.pack(">I", len(payload)) + payload)
        return self.ids

    def receive(self):
        while len(self.buffer) < 4 or len(self.buffer) < 4 + struct.unpack(">I", self.buffer[:4])[0]:
            more = self.socket.recv(1 << 16)
            if not more:
                raise EOFError(self.name)
            self.buffer += more
        end = 4 + struct.unpack(">I", self.buffer[:4])[0]
        frame, self.buffer = unpack(self.buffer[4:end])[0], self.buffer[end:]
        return frame

    def ask(self, code, *fields):
        wanted = self.send(code, *fields)
        while True:
            frame = self.receive()
            if frame[0] == ERROR:
                raise RuntimeError(f"{self.name}: {frame}")
            if frame[0] % 2 == 0 and frame[0] != MESSAGE and frame[1] == wanted:
                return frame

    def open(self, room):
        return self.ask(OPEN, room, True)[2]

    def count(self, room):
        self.counters[room] = self.counters.get(room, 0) + 1
        return self.counters[room]

    def say(self, room, text):
        return self.ask(POST, room, text, self.count(room) if self.publisher else None)[2]


class Server:
    def __init__(self, program, folder):
        self.folder = folder
        self.process = subprocess.Popen([program, "--data", folder, "--listen", "tcp://127.0.0.1:0", "--log-level", "warning"],
                                        stdout=subprocess.PIPE, text=True)
        ready = self.process.stdout.readline()
        host, port = ready.split()[2].removeprefix("tcp://").split(":")
        self.address = (host, int(port))

    def login(self, name, publisher=None, inbox=False, password=None):
        return Client(self.address, name, publisher, inbox=inbox, password=password)

    def login_those(self, names, number):
        """The guests whose names the rules of this program allow."""
        guests = {}
        for name in names:
            try:
                guests[name] = self.login(name, publisher_of(name, number))
            except RuntimeError as refusal:
                print(f"left out: {refusal}")
        return guests

    def admin(self):
        return Client(os.path.join(self.folder, "admin.sock"), "admin", admin=True)

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait()


def publisher_of(name, number):
    return hashlib.sha256(f"publisher {number} of {name}".encode()).digest()[:16]


# Names that one rule or another of later may not give any more, and pairs that one may take for the same.
GUESTS = ["ann", "Bob", "Ωμέγα", "Ωmega", "ωmega-2", "ｓｅｒｖｅｒ", "sеrver", "***", "\u2800", "paypal", "pаypal", "admin1", "Strasse", "straße",
          "Привет_bob", "каб12-PC", "王二", "rnaria", "maria", "👩", "é-nfc", "İstanbul"]
ROOMS = ["tea", "ＴＥＡ２", "TEA2", "tеa", "cafe", "café", "ﬁsh", "fish", "***", "\u2800\u2801", "Straße", "STRASSE", "木", "⽊", "K", "a" * 64]


def main():
    program, name = sys.argv[1:]
    posts = []
    with tempfile.TemporaryDirectory() as folder:
        server = Server(program, folder)
        guests = server.login_those(GUESTS, 1)
        names, rooms = list(guests), {}
        for guest in guests.values():
            guest.say(1, f"{guest.name} is here")
        for i, room in enumerate(ROOMS):
            speakers = [guests[names[(i + k) % len(names)]] for k in range(3)]
            try:
                rooms[room] = speakers[0].open(room)
            except RuntimeError as refusal:
                print(f"left out: {refusal}")
                continue
            for line in range(6):
                speakers[line % 3].say(rooms[room], f"{room} {line} 世界\n👋")
        # A name that another has by now: two are stored with it.
        ex = server.login("ex")
        ex.ask(NICK, "exile")
        ex.say(rooms["tea"], "I was ex")
        server.login("EX").say(rooms["tea"], "now I am")
        # In private, to somebody who is there, and to one who is not any more.
        bob = server.login("Bob", inbox=True)
        private = guests["ann"].open("@Bob")
        for line in range(3):
            guests["ann"].say(private, f"for you alone {line}")
        bob.ask(POST, private, "and back", None)
        # One that ends its publisher, and comes back with the same: counters begin at 1 again.
        for run in range(2):
            again = server.login("ann", publisher_of("ann", 9))
            again.say(rooms["tea"], f"run {run}")
            again.ask(QUIT)
        accounts, tokens = make_accounts(server)
        governed = make_governed(guests)
        keyed = make_keyed(guests["ann"], rooms["tea"])
        time.sleep(3)  # The publishers' records are stored a second or two behind.
        server.end(signal.SIGTERM)

        server = Server(program, folder)
        admin = server.admin()
        guests = server.login_those(names, 2)
        short = guests["ann"].open("short")
        for line in range(40):
            guests["ann"].ask(POST, short, f"passing {line}", None)
        admin.ask(RETAIN, short, True, None, 5, None)
        while admin.ask(RETAIN, short, False, None, None, None)[2] < 36:
            time.sleep(0.1)
        admin.ask(ERASE, rooms["tea"], 2)
        admin.ask(ERASE, private, 1)
        admin.ask(ERASE, short, 38)
        for guest in names[:5]:
            guests[guest].say(rooms["cafe"], f"{guest} once more")

        # What is under way when it ends: of each some are answered, some stored and not answered, some not stored.
        tea, busy = rooms["tea"], guests["ann"].open("busy")
        writers = [guests["ann"], guests["Bob"], server.login("ann", publisher_of("ann", 3))]
        for line in range(120):
            for writer in writers:
                for room in (tea, busy):
                    counter = writer.count(room)
                    text = f"{line} of {writer.name} with {writer.publisher.hex()[:4]}"
                    posts.append({"guest": writer.name, "publisher": writer.publisher.hex(), "room": room, "counter": counter, "text": text,
                                  "id": writer.send(POST, room, text, counter)})
            if line == 60:
                answered = [writer.receive() for writer in writers for _ in range(40)]
        server.end(signal.SIGKILL)

        answers = {(w.publisher.hex(), frame[1]): frame[2] for w, frame in zip([w for w in writers for _ in range(40)], answered) if frame[0] == POSTED}
        for post in posts:
            post["seq"] = answers.get((post["publisher"], post.pop("id")))
        kept = {file: open(os.path.join(folder, file), "rb").read() for file in ("chat.db", "chat.db-wal")}

        # What it holds, as the same program tells it.
        server = Server(program, folder)
        reader, ann = server.login("reader"), server.login("ann")
        told = [describe(reader, room, identity) for room, identity in [("lobby", 1), *rooms.items(), ("short", short), ("busy", busy)]]
        told.append(describe(ann, "@Bob", private))
        rules = [describe_rules(ann, room) for room in governed]
        audit = [[record[0], record[7]] for record in server.admin().ask(AUDIT, 0, None, None, None)[2]]
        server.end(signal.SIGKILL)

    people = {guest: {"key": client.key.hex(), "principal": client.principal} for guest, client in guests.items()}
    expected = {"guests": people, "rooms": told, "posts": posts, "accounts": accounts, "tokens": tokens, "governed": rules, "audit": audit, "keyed": keyed}
    with zipfile.ZipFile(os.path.join(os.path.dirname(os.path.abspath(__file__)), f"{name}.zip"), "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for file, content in [*kept.items(), ("expected.json", json.dumps(expected, ensure_ascii=False, indent=1).encode())]:
            packed.writestr(zipfile.ZipInfo(file, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    stored = {(post["room"], post["text"]) for room in told for post in [{"room": room["id"], "text": e[4]} for e in room["entries"]]}
    unanswered = [post for post in posts if post["seq"] is None]
    lost = [post for post in unanswered if (post["room"], post["text"]) not in stored]
    print(f"{len(posts) - len(unanswered)} answered, {len(unanswered) - len(lost)} stored and not answered, {len(lost)} not stored")


def make_accounts(server):
    """Accounts of each role, one that was a guest, one that is disabled, and tokens, one of which is revoked."""
    admin, accounts, tokens = server.admin(), [], []
    for name, role in (("Μέλος", 1), ("boss", 2), ("владелец", 3), ("gone", 1)):
        admin.ask(CREATE_ACCOUNT, name, role, password_of(name))
        client = server.login(name, password=password_of(name))
        accounts.append({"name": name, "role": role, "principal": client.principal, "disabled": name == "gone"})
        for label in ("good", "revoked"):
            made = client.ask(CREATE_TOKEN, label, 3, [], None)
            tokens.append({"account": name, "secret": bytes.fromhex(made[3]).decode(), "revoked": label == "revoked" or name == "gone"})
            if label == "revoked":
                client.ask(REVOKE_TOKEN, made[2], None)
    admin.ask(CHANGE_ACCOUNT, "gone", None, 1, None)
    was = server.login("was-a-guest")
    was.say(1, "a guest still")
    was.ask(REGISTER, "was-a-guest", password_of("was-a-guest"), None)
    return accounts + [{"name": "was-a-guest", "role": 1, "principal": was.principal, "disabled": False}], tokens


def make_governed(guests):
    """Rooms with settings, roles and restrictions: a public one, and one by invitation."""
    ann = guests["ann"]
    open_room, closed = ann.ask(CREATE_ROOM, 0, "governed", "of rules")[2], ann.ask(CREATE_ROOM, 2, "plans", "秋")[2]
    ann.ask(CHANGE_ROOM, open_room, "The Governed", None, 1, None, 2500)
    ann.ask(CHANGE_ROOM, closed, None, None, None, 1, None)
    ann.ask(SET_ROLE, open_room, "Bob", 2, "")
    ann.ask(SET_ROLE, closed, "maria", 1, "")
    ann.ask(RESTRICT, open_room, "王二", 1, None, "too loud")
    ann.ask(RESTRICT, open_room, "paypal", 2, None, "spam")
    return [open_room, closed]


def make_keyed(client, room):
    """Posts with keys, which are known by them from then on."""
    keyed = [{"guest": client.name, "room": room, "key": bytes([i]).hex() * 16, "text": f"with key {i}"} for i in range(1, 6)]
    for post in keyed:
        post["seq"] = client.ask(POST, room, post["text"], None, bytes.fromhex(post["key"]))[2]
    return keyed


def describe_rules(client, room):
    info, roles = client.ask(OPEN, str(room), False), client.ask(ROOM_ROLES, room, 0)[2]
    return {"id": room, "kind": info[3], "name": info[4], "title": info[11], "topic": info[12], "moderated": info[13], "archived": info[14], "slow": info[15],
            "role": info[16], "roles": [role[:4] + [role[5]] for role in roles]}


def password_of(name):
    return f"the password of {name}".encode()


def describe(client, name, room):
    info = client.ask(OPEN, name, False)
    entries, more = [], info[7] > 0
    while more:
        page = client.ask(HISTORY, room, 1000, None, entries[-1][0] if entries else 0, None, None)
        entries += [client.receive()[2:] for _ in range(page[4])]
        more = page[6]
    return {"name": name, "id": room, "epoch": info[5], "first": info[6], "head": info[7], "oldest": info[10], "entries": entries}


main()
