"""A small client of the chat protocol, written from spec/ alone: it comes back by itself, posts exactly once, and reads from a cursor."""

import asyncio
import hashlib
import hmac
import random
import secrets

import wire
from posting import Lost, Posts, Refused, Request

MAX_FRAME = 131_072
GAPS = {0: 'damaged', 1: 'expired'}
# What is read again, or has nothing to lose, may be sent once more after a loss; a post carries what makes it safe.
REPEATED = {'join', 'open', 'history', 'members', 'rooms', 'mark-read', 'ping', 'leave', 'post', 'edit', 'retract', 'react', 'pin'}


class Room:
    def __init__(self, name, info):
        self.name, self.joined, self.presence = name, False, 0
        # Entries that come from further on than where it is to be read.
        self.is_passed_over = False
        self.update(info)

    def update(self, info):
        self.id, self.epoch, self.cursor = info['room'], info['epoch'], info['cursor']
        self.info = info


class Client:
    """One user's session, which outlives its connections. `on_event` gets dictionaries, in the order of the wire."""

    def __init__(self, host, port, name, secret, on_event, publisher=None, inbox=False, silence=15.0):
        self.host, self.port, self.name, self.secret = host, port, name, secret
        self.publisher = publisher or secrets.token_bytes(16)
        self.inbox, self.silence, self.on_event = inbox, silence, on_event
        self.rooms, self.requests = {}, {}
        self.posts = Posts(self._submit)
        self.principal = None
        self.writer = self.run = None
        self.online = self.over = False
        self.last_id = 0
        self.heard = 0.0
        self.page = None
        self.end = None

    # The life of the session.

    async def connect(self):
        """Logs in once, and from then on again whenever the connection is lost."""
        reader = await self._open()
        self.run = asyncio.create_task(self._live(reader))

    async def quit(self):
        """Ends in good order; the publisher ends with it, so every post is answered first (CP-DEL-024)."""
        await asyncio.gather(*(request.answer for request in list(self.requests.values())), return_exceptions=True)
        self.over = True
        try:
            await self.request('quit')
        except Lost:
            pass
        self.close()

    def close(self):
        """Ends as a program does that is stopped: without a word."""
        self.over = True
        self.online = False
        if self.writer:
            self.writer.close()
        if self.run:
            self.run.cancel()
        self._fail_all(Lost('the client was closed', unknown=True))

    async def _live(self, reader):
        beat = asyncio.create_task(self._keep_alive())
        try:
            while True:
                try:
                    await self._read(reader)
                except (OSError, EOFError, wire.Malformed) as error:
                    why = error
                self._disconnected()
                if self.over:
                    self._fail_all(Lost(str(why), unknown=True))
                    return
                if self.end is not None and self.end['back'] is None:
                    self._ended(self.end, Lost(f'the server said bye: {self.end["code"]}'))
                    return
                self._forget_unrepeatable(why)
                self.on_event({'event': 'lost', 'why': str(why)})
                reader = await self._come_back()
                if reader is None:
                    return
                self.on_event({'event': 'restored'})
        finally:
            beat.cancel()

    def _disconnected(self):
        self.online = False
        self.writer.close()
        if self.page is not None:
            # It had not come whole.
            self.requests[self.page[0].id] = self.page[0]
            self.page = None

    async def _come_back(self):
        wait = (self.end or {'back': 0})['back'] / 1000
        backoff = 0.1
        self.end = None
        while True:
            # At random times further and further apart, so that many do not come back at once.
            await asyncio.sleep(wait + random.random() * backoff)
            wait, backoff = 0, min(2 * backoff, 10)
            try:
                reader = await self._open()
                self._resume()
                return reader
            except Refused as refused:
                if refused.code not in ('hello-timeout', 'too-many-connections', 'frame-timeout', 'log-unavailable', 'internal', 'shutting-down') \
                        and refused.retry_after is None:
                    self._ended({'code': refused.code, 'back': None}, refused)
                    return None
                wait = (refused.retry_after or 0) / 1000
            except (OSError, EOFError, wire.Malformed):
                pass

    def _ended(self, bye, error):
        self.over = True
        self._fail_all(error)
        self.on_event({'event': 'ended', 'why': bye['code'], 'back': bye['back'] is not None})

    async def _open(self):
        """A connection that is logged in."""
        reader, self.writer = await asyncio.wait_for(asyncio.open_connection(self.host, self.port), 10)
        try:
            await self._log_in(reader)
        except BaseException:
            self.writer.close()
            raise
        return reader

    async def _log_in(self, reader):
        self.writer.write(wire.encode('hello', id=1, major=1, minor=1, capabilities=['post-keys'], agent='chat-python/1'))
        welcome = await self._reply(reader, 4096)
        key = hmac.digest(self.secret, welcome['server'], hashlib.sha256)
        self.takes_keys = 'post-keys' in welcome['capabilities']
        self.writer.write(wire.encode('login', id=2, name=self.name, credential=0, secret=key, publisher=self.publisher, inbox=self.inbox))
        logged_in = await self._reply(reader, 4096)
        self.name, self.principal = logged_in['name'], logged_in['principal']
        self.last_id, self.online, self.heard = 2, True, asyncio.get_running_loop().time()

    async def _reply(self, reader, limit):
        name, fields = await asyncio.wait_for(self._frame(reader, limit), 10)
        if name == 'error':
            raise Refused(fields)
        return fields

    @staticmethod
    async def _frame(reader, limit=MAX_FRAME):
        length = int.from_bytes(await reader.readexactly(4), 'big')
        if not 0 < length <= limit:
            raise wire.Malformed(f'a frame of {length} bytes')
        return wire.decode(await reader.readexactly(length))

    async def _keep_alive(self):
        """A connection on which nothing comes any more, not even an answer to a ping, is lost."""
        pinged = None
        while True:
            await asyncio.sleep(self.silence / 4)
            quiet = asyncio.get_running_loop().time() - self.heard
            if not self.online or quiet < self.silence:
                pinged = None
            elif pinged is None:
                pinged = self._submit(Request('ping', {}))
                # Nobody waits for it: its end, or the connection's, is all that it is for.
                pinged.answer.add_done_callback(lambda answer: answer.cancelled() or answer.exception())
            elif quiet > 2 * self.silence:
                self.writer.transport.abort()
                pinged = None

    # Requests.

    async def request(self, name, /, **fields):
        """The reply's fields."""
        return await self._submit(Request(name, fields)).answer

    def _submit(self, request):
        if self.over and request.name != 'quit':
            request.fail(Lost('the session is over'))
        elif self.online:
            self._send(request)
        else:
            # Numbers of the connection to come begin at 3.
            self.last_id += 1
            self.requests[f'waiting {self.last_id}'] = request
        return request

    def _send(self, request):
        self.last_id += 1
        request.id = self.last_id
        request.sent += 1
        self.requests[request.id] = request
        self.writer.write(wire.encode(request.name, id=request.id, **request.fields))

    def _forget_unrepeatable(self, why):
        for key, request in list(self.requests.items()):
            if request.sent and request.name not in REPEATED:
                del self.requests[key]
                request.fail(Lost(f'the connection was lost: {why}', unknown=True))

    def _fail_all(self, error):
        for request in self.requests.values():
            request.fail(Lost(str(error), unknown=request.sent > 0) if isinstance(error, Lost) else error)
        self.posts.fail_held(error)
        self.requests.clear()

    def _resume(self):
        """First the posts of which nobody knows what became (CP-DEL-021), then the rooms at their cursors, then the rest."""
        pending = list(self.requests.values())
        self.requests.clear()
        joining = {request.fields['name'] for request in pending if request.name == 'join'}
        for request in [*(one for one in pending if one.name == 'post'), *(one for one in pending if one.name != 'post')]:
            self._send(request)
        for room in list(self.rooms.values()):
            if room.joined and room.name not in joining:
                self._rejoin(room, room.cursor, room.epoch)

    def _rejoin(self, room, after, epoch):
        request = Request('join', {'name': room.name, 'presence': room.presence, 'after': after, 'epoch': epoch})
        request.answer.add_done_callback(lambda answer: answer.cancelled() or self._rejoined(room, answer.exception()))
        self._submit(request)

    def _rejoined(self, room, error):
        if isinstance(error, Refused) and error.code == 'epoch-changed':
            self.on_event({'event': 'rewound', 'room': room.name, 'seq': error.value})
            self._rejoin(room, error.value, room.epoch)
        elif isinstance(error, Refused) and error.code != 'already-joined':
            room.joined = False
            self.on_event({'event': 'room-lost', 'room': room.name, 'code': error.code})

    # Rooms.

    async def join(self, name, after=None, epoch=None, presence=0):
        """Where the cursor is of before a restored backup, the room is read on from the last entry that is still valid."""
        try:
            await self.request('join', name=name, presence=presence, after=after, epoch=epoch)
        except Refused as refused:
            if refused.code not in ('epoch-changed', 'cursor-ahead') or refused.value is None:
                raise
            self.on_event({'event': 'rewound', 'room': name, 'seq': refused.value})
            await self.request('join', name=name, presence=presence, after=refused.value)
        return self.rooms[name]

    async def open(self, name, create=False):
        if name not in self.rooms or not self.rooms[name].joined:
            self.rooms[name] = Room(name, await self.request('open', name=name, create=create))
        return self.rooms[name]

    async def leave(self, name):
        """Without a connection there is nothing to leave: the room is just not joined again."""
        room = self.rooms[name]
        room.joined = False
        try:
            if self.online:
                await self.request('leave', room=room.id)
        except Refused as refused:
            if refused.code != 'not-joined':
                raise

    async def history(self, name, count, before=None, after=None):
        return await self.request('history', room=self.rooms[name].id, count=count, before=before, after=after)

    def post(self, name, text, key=None):
        """A future with the reply. Without a key it is counted, and keeps its order among those of the room."""
        post = Request('post', {'room': self.rooms[name].id, 'text': text, 'key': key})
        if key is not None and not self.takes_keys:
            post.fail(Lost('the server does not know keys'))
        else:
            self.posts.post(name, post)
        return post.answer

    # What comes.

    async def _read(self, reader):
        while True:
            name, fields = await self._frame(reader)
            self.heard = asyncio.get_running_loop().time()
            if self.page is not None:
                self._fill_page(name, fields)
            elif name is not None:
                self._take(name, fields)

    def _take(self, name, fields):
        if name == 'ping':
            self.writer.write(wire.encode('pong', id=fields['id']))
        elif name == 'bye':
            self.end = {'code': wire.BYES.get(fields['code'], 'unknown'), 'back': fields['back']}
        elif name == 'error' and fields['id'] is None:
            # The connection ends. Who is banned does not come back; otherwise another one may fare better.
            code = wire.ERRORS.get(fields['code'])
            self.end = {'code': code, 'back': fields['retry-after'] or (None if code == 'banned' else 0)}
        elif fields.get('id') in self.requests:
            self._answer(self.requests.pop(fields['id']), name, fields)
        else:
            self._tell(name, fields)

    def _answer(self, request, name, fields):
        if name == 'error' and request.name == 'post':
            self.posts.refused(request, Refused(fields))
        elif name == 'error':
            request.fail(Refused(fields))
        elif name == 'page':
            self.page = (request, fields, [], [], [])
            self._fill_page(None, None)
        elif request.name == 'post':
            self.posts.stored(request, fields)
        else:
            if request.name == 'join':
                self._joined(request, fields)
            if name == 'logged-in':
                self.name = fields['name']
            request.succeed(fields)

    def _opened(self, info):
        """The inbox has joined a room, perhaps one that is being joined again: from behind what this client has, or from further on."""
        address = '@' + info['name']
        room = self.rooms.get(address)
        if room is None or not room.joined:
            room = self.rooms[address] = Room(address, info)
            room.joined = True
            self.on_event({'event': 'private-room', 'room': address})
        elif (info['epoch'], info['cursor']) != (room.epoch, room.cursor):
            room.id, room.is_passed_over = info['room'], True
            self._submit(Request('leave', {'room': room.id}))
            self._rejoin(room, room.cursor, room.epoch)

    def _joined(self, request, info):
        name, after = request.fields['name'], request.fields['after']
        room = self.rooms.setdefault(name, Room(name, info))
        room.update(info)
        room.joined, room.is_passed_over, room.presence = True, False, request.fields['presence']
        if after is not None and info['cursor'] > after:
            self.on_event({'event': 'gap', 'room': name, 'last': info['cursor'], 'why': 'expired'})

    def _fill_page(self, name, fields):
        """The entries of a page follow it directly, then its gaps, and then what became of the entries (CP-HIS-002, CP-AMD-020)."""
        request, page, entries, gaps, amended = self.page
        if name == 'gap':
            gaps.append(fields)
        elif name == 'amended':
            amended.append(fields)
            self._amend(next(entry for entry in entries if entry['seq'] == fields['seq']), fields)
        elif fields is not None:
            entries.append({'kind': name, **fields})
        if (len(entries), len(gaps), len(amended)) == (page['count'], page['gaps'], page['amended']):
            self.page = None
            request.succeed({**page, 'entries': entries, 'gaps': gaps})

    @staticmethod
    def _amend(entry, amended):
        """The message as it was when the page was made; an empty text was erased meanwhile."""
        if entry['text']:
            text = entry['text'] if amended['text'] is None else amended['text']
            entry.update(text=text, edited=amended['edited'], pinned=amended['pinned'], reactions=amended['reactions'])

    def _tell(self, name, fields):
        if name == 'private-room':
            self._opened(fields)
            return
        room = next((room for room in self.rooms.values() if room.id == fields.get('room')), None)
        if name == 'renamed':
            self.name = fields['name']
        if 'room' in fields and (room is None or room.is_passed_over):
            return
        if 'seq' in fields and 'from' in fields:
            room.cursor = fields['seq']
            name, fields = 'entry', {'kind': name, **fields}
        elif name == 'gap':
            room.cursor = max(room.cursor, fields['last'])
            fields = {**fields, 'why': GAPS.get(fields['why'], 'unknown')}
        elif name in ('room-removed', 'expelled'):
            room.joined = False
        self.on_event({'event': name, **fields, **({'room': room.name} if room else {})})
