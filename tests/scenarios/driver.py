"""Runs commands of a scenario with the Python client: NDJSON on standard input and output, as spec/scenarios/README.md has it."""

import asyncio
import json
import sys

import chatprotocol
from posting import Lost, Refused

OFFERS = ['publisher', 'keys', 'inbox', 'presence', 'silence', 'stream', 'amendments', 'markers']


def write(message):
    print(json.dumps(message, ensure_ascii=False, separators=(',', ':')), flush=True)


class Driver:
    def __init__(self):
        self.clients = {}

    async def run(self, command):
        try:
            answer = await getattr(self, 'do_' + command['do'].replace('-', '_'))(command)
            write({'id': command['id'], 'ok': answer or {}})
        except Refused as refused:
            write({'id': command['id'], 'error': {'code': refused.code, 'value': refused.value, 'outcome': 'refused'}})
        except (Lost, OSError, EOFError) as lost:
            outcome = 'unknown' if getattr(lost, 'unknown', False) else 'not-sent'
            write({'id': command['id'], 'error': {'code': 'disconnected', 'outcome': outcome, 'text': str(lost)}})
        except Exception as fault:  # A fault of this program is told like any other, so that nobody waits for it.
            write({'id': command['id'], 'error': {'code': 'driver', 'outcome': 'unknown', 'text': repr(fault)}})

    async def do_connect(self, command):
        name = command['client']
        host, port = command['address'].removeprefix('chat://').rsplit(':', 1)
        client = chatprotocol.Client(
            host, int(port), command['name'], bytes.fromhex(command['secret']), lambda event: self.tell(name, event),
            publisher=bytes.fromhex(command['publisher']) if 'publisher' in command else None,
            inbox=command.get('inbox', False), silence=command.get('silence', 15_000) / 1000)
        self.clients[name] = client
        await client.connect()
        return {'name': client.name}

    async def do_quit(self, command):
        await self.client(command).quit()

    async def do_close(self, command):
        self.client(command).close()

    async def do_ping(self, command):
        await self.client(command).request('ping')

    async def do_nick(self, command):
        reply = await self.client(command).request('nick', name=command['name'])
        return {'name': reply['name']}

    async def do_join(self, command):
        client = self.client(command)
        await client.join(command['room'], command.get('after'), command.get('epoch'), presence=2 if command.get('presence') else 0)
        return self.about(client.rooms[command['room']])

    async def do_open(self, command):
        return self.about(await self.client(command).open(command['room'], command.get('create', False)))

    async def do_leave(self, command):
        await self.client(command).leave(command['room'])

    async def do_post(self, command):
        key = command['key'].encode() if 'key' in command else None
        reply = await self.client(command).post(command['room'], command['text'], key)
        return {'seq': reply['seq']}

    async def do_post_many(self, command):
        client = self.client(command)
        posts = [client.post(command['room'], f'{command["text"]} {number}') for number in range(1, command['count'] + 1)]
        replies = await asyncio.gather(*posts)
        return {'seqs': [reply['seq'] for reply in replies]}

    async def do_edit(self, command):
        return await self.amend('edit', command, text=command['text'])

    async def do_retract(self, command):
        return await self.amend('retract', command)

    async def do_react(self, command):
        return await self.amend('react', command, reaction=command['reaction'], on=command.get('on', True))

    async def do_pin(self, command):
        return await self.amend('pin', command, on=command.get('on', True))

    async def amend(self, name, command, **fields):
        client = self.client(command)
        reply = await client.request(name, room=client.rooms[command['room']].id, seq=command['seq'], **fields)
        return {'seq': reply['seq']}

    async def do_history(self, command):
        page = await self.client(command).history(command['room'], command['count'], command.get('before'), command.get('after'))
        # What changes others shows nothing by itself.
        entries = [self.entry(entry) for entry in page['entries'] if 'text' in entry and entry['kind'] != 'edited']
        gaps = [{'first': gap['first'], 'last': gap['last'], 'why': chatprotocol.GAPS[gap['why']]} for gap in page['gaps']]
        return {'entries': entries, 'gaps': gaps, 'more': page['more'], 'head': page['head']}

    async def do_mark_read(self, command):
        client = self.client(command)
        reply = await client.request('mark-read', room=client.rooms[command['room']].id, seq=command['seq'])
        return {'seq': reply['seq'], 'unread': reply['unread']}

    async def do_members(self, command):
        client = self.client(command)
        reply = await client.request('members', room=client.rooms[command['room']].id)
        return {'members': [member['name'] for member in reply['members']]}

    async def do_rooms(self, command):
        reply = await self.client(command).request('rooms')
        return {'rooms': [{'name': ('@' if room['kind'] == 1 else '') + room['name'], 'head': room['head']} for room in reply['rooms']]}

    def client(self, command):
        return self.clients[command['client']]

    @staticmethod
    def about(room):
        return {'epoch': room.epoch, 'head': room.info['head'], 'oldest': room.info['oldest'], 'topic': room.info['topic']}

    @staticmethod
    def entry(entry):
        """What is said, with its text; of what only changes something, where it stands."""
        told = {'seq': entry['seq'], 'from': entry['name']}
        if entry.get('edited') is not None:
            told['edited'] = True
        if entry.get('pinned'):
            told['pinned'] = True
        if entry.get('reactions'):
            told['reactions'] = [{key: one[key] for key in ('reaction', 'count', 'own')} for one in entry['reactions']]
        return {**told, 'text': entry['text']} if 'text' in entry else told

    def tell(self, client, event):
        match event['event']:
            case 'entry' if event['kind'] == 'purged-entries':
                self.write(client, event, 'purged', by=event['principal'], first=event['first'], last=event['last'])
            case 'entry' if event['kind'] in ('edited', 'retracted', 'reacted', 'pinned'):
                fields = {key: event[key] for key in ('text', 'on') if key in event}
                if 'reactions' in event:
                    fields['reactions'] = [{key: one[key] for key in ('reaction', 'count')} for one in event['reactions']]
                self.write(client, event, event['kind'], seq=event['target'], by=event['from'], **fields)
            case 'entry':
                if 'text' in event:
                    self.write(client, event, 'entry', principal=event['from'], **self.entry(event))
            case 'presence':
                names = {way: [user['name'] for user in event[way]] for way in ('arrived', 'left')}
                self.write(client, event, 'presence', count=event['count'], **names)
            case 'room-removed' | 'expelled' | 'private-room':
                self.write(client, event, event['event'])
            case name:
                fields = {key: event[key] for key in ('name', 'seq', 'unread', 'first', 'last', 'why', 'code', 'back') if key in event}
                self.write(client, event, name, **fields)

    @staticmethod
    def write(client, event, name, /, **fields):
        write({'client': client, 'event': name, **({'room': event['room']} if 'room' in event else {}), **fields})


async def main():
    write({'driver': 'python', 'offers': OFFERS})
    driver, running = Driver(), set()
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=2**20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        # Each begins in its turn, and none waits for the one before.
        running.add(task := asyncio.create_task(driver.run(json.loads(line))))
        task.add_done_callback(running.discard)


asyncio.run(main())
