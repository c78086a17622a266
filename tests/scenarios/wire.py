"""Frames as bytes: the MessagePack profile of spec/02-encoding.md, with the fields of each frame as spec/registry has them."""

import json
import pathlib

REGISTRY = pathlib.Path(__file__).resolve().parents[2] / 'spec' / 'registry'
MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 8


class Malformed(Exception):
    """Bytes that break the profile: the connection cannot go on."""


def _read(name):
    return json.loads((REGISTRY / name).read_text(encoding='utf-8'))


_MESSAGES = _read('messages.json')
TO_SERVER = {message['name']: message for message in _MESSAGES if message['direction'] != 'to-client'}
TO_CLIENT = {message['code']: message for message in _MESSAGES if message['direction'] != 'to-server'}
ERRORS = {error['code']: error['name'] for error in _read('errors.json')}
BYES = {bye['code']: bye['name'] for bye in _read('bye.json')}
# What all entries begin with, whatever their kind; those that are said have a text behind that.
_SAID = TO_CLIENT[76]['fields'][:6]
_ENTRY = _SAID[:5]


def encode(name, /, **fields):
    """The bytes of a frame, the length before them included."""
    message = TO_SERVER[name]
    unknown = fields.keys() - {field['name'] for field in message['fields']}
    if unknown:
        raise ValueError(f'{name} has no {", ".join(unknown)}')
    payload = _pack([message['code'], *(fields.get(field['name']) for field in message['fields'])])
    return len(payload).to_bytes(4, 'big') + payload


def decode(payload):
    """A frame as (name, fields), where fields that are absent have their defaults; (None, {}) for an event to be passed over."""
    items, rest = _unpack(payload, 0, 1)
    if rest != len(payload) or not isinstance(items, list) or not items or not isinstance(items[0], int):
        raise Malformed('a payload is one array whose first item is a code')
    code, *values = items
    message = TO_CLIENT.get(code)
    if message is None:
        return _unknown(code, values)
    return message['name'], _fields(message, values)


def _fields(shape, values):
    fields = {}
    for index, field in enumerate(shape['fields']):
        value = values[index] if index < len(values) else None
        if value is not None:
            fields[field['name']] = _checked(field, value)
        elif field['optional']:
            fields[field['name']] = field.get('default')
        else:
            raise Malformed(f'{shape["name"]} lacks {field["name"]}')
    return fields


_TYPES = {'int': int, 'str': str, 'text': str, 'bin': bytes, 'bool': bool, 'list': list, 'map': dict}


def _checked(field, value):
    """A value of the type and within the limit that the registry has for its field."""
    kind = _TYPES[field['type']]
    if kind is dict and isinstance(value, _Pairs):
        value = value.as_dictionary()
    # A bool is an int to Python, and none to the protocol.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Malformed(f'{field["name"]} is no {field["type"]}')
    limit = field.get('limit')
    size = value if kind is int else len(value.encode()) if kind is str else len(value) if kind is bytes else 0
    if isinstance(limit, int) and (size > limit or (field.get('exact') and size != limit)):
        raise Malformed(f'{field["name"]} is above its limit of {limit}')
    if kind is dict and not all(isinstance(item, int) and not isinstance(item, bool) for item in value.values()):
        raise Malformed(f'{field["name"]} maps to something else than integers')
    return _items(field, value) if kind is list else value


def _items(field, values):
    if 'items' in field:
        shape = {'name': field['name'], 'fields': field['items']}
        if not all(isinstance(item, list) for item in values):
            raise Malformed(f'an item of {field["name"]} is no array')
        return [_fields(shape, item) for item in values]
    item = {'capability': {'type': 'str', 'limit': 64}}.get(field['item'], {'type': field['item'], 'limit': field['limit']})
    return [_checked({'name': field['name'], **item, 'optional': False}, value) for value in values]


def _unknown(code, values):
    """An entry of a kind that came later counts as any other, and if its code is even it has a text (CP-MSG-014)."""
    if 128 <= code <= 191:
        said = code % 2 == 0
        return 'entry', _fields({'name': f'the entry {code}', 'fields': _SAID if said else _ENTRY}, values)
    if code % 2 == 0:
        raise Malformed(f'the server sent the unknown code {code}')
    return None, {}


def _pack(value):
    match value:
        case None:
            return b'\xc0'
        case bool():
            return b'\xc3' if value else b'\xc2'
        case int():
            return _pack_integer(value)
        case str():
            text = value.encode('utf-8')
            return _head(len(text), 0xa0, 32, (0xd9, 0xda, 0xdb)) + text
        case bytes():
            return _head(len(value), None, 0, (0xc4, 0xc5, 0xc6)) + value
        case list():
            return _head(len(value), 0x90, 16, (None, 0xdc, 0xdd)) + b''.join(_pack(item) for item in value)
    raise ValueError(f'{type(value).__name__} is none of the profile')


def _pack_integer(value):
    if not 0 <= value <= MAX_INTEGER:
        raise ValueError(f'{value} is not from 0 to 2^53 - 1')
    if value < 128:
        return bytes([value])
    for code, size in ((0xcc, 1), (0xcd, 2), (0xce, 4), (0xcf, 8)):
        if value < 256**size:
            return bytes([code]) + value.to_bytes(size, 'big')


def _head(length, short, below, codes):
    if short is not None and length < below:
        return bytes([short | length])
    for code, size in zip(codes, (1, 2, 4)):
        if code is not None and length < 256**size:
            return bytes([code]) + length.to_bytes(size, 'big')


# First byte: what it begins, and the bytes of the number behind it.
_SIZED = {
    0xc4: ('bin', 1), 0xc5: ('bin', 2), 0xc6: ('bin', 4),
    0xcc: ('int', 1), 0xcd: ('int', 2), 0xce: ('int', 4), 0xcf: ('int', 8),
    0xd9: ('str', 1), 0xda: ('str', 2), 0xdb: ('str', 4),
    0xdc: ('list', 2), 0xdd: ('list', 4), 0xde: ('map', 2), 0xdf: ('map', 4),
}


def _unpack(data, at, depth):
    first = _take(data, at, 1)[0]
    at += 1
    if first < 0x80:
        return first, at
    if first in (0xc0, 0xc2, 0xc3):
        return {0xc0: None, 0xc2: False, 0xc3: True}[first], at
    if first < 0x90:
        return _unpack_map(data, at, first & 0x0f, depth)
    if first < 0xa0:
        return _unpack_list(data, at, first & 0x0f, depth)
    if first < 0xc0:
        return _unpack_text(data, at, first & 0x1f)
    if first not in _SIZED:
        raise Malformed(f'the byte {first:#04x} begins nothing of the profile')
    kind, size = _SIZED[first]
    number = int.from_bytes(_take(data, at, size), 'big')
    at += size
    match kind:
        case 'int' if number > MAX_INTEGER:
            raise Malformed('an integer is 2^53 or more')
        case 'int':
            return number, at
        case 'bin':
            return bytes(_take(data, at, number)), at + number
        case 'str':
            return _unpack_text(data, at, number)
        case 'list':
            return _unpack_list(data, at, number, depth)
    return _unpack_map(data, at, number, depth)


class _Pairs:
    """A map, which where it is skipped may have keys of any kind, and one of them twice."""

    def __init__(self, pairs):
        self.pairs = pairs

    def as_dictionary(self):
        keys = [key for key, _ in self.pairs]
        if not all(isinstance(key, str) for key in keys) or len(set(keys)) < len(keys):
            raise Malformed('the keys of a map are different strings')
        return dict(self.pairs)


def _unpack_text(data, at, length):
    try:
        return bytes(_take(data, at, length)).decode('utf-8'), at + length
    except UnicodeDecodeError as error:
        raise Malformed('a string is not UTF-8') from error


def _unpack_list(data, at, count, depth):
    _check(data, at, count, depth)
    items = []
    for _ in range(count):
        item, at = _unpack(data, at, depth + 1)
        items.append(item)
    return items, at


def _unpack_map(data, at, count, depth):
    _check(data, at, 2 * count, depth)
    pairs = []
    for _ in range(count):
        key, at = _unpack(data, at, depth + 1)
        value, at = _unpack(data, at, depth + 1)
        pairs.append((key, value))
    return _Pairs(pairs), at


def _check(data, at, count, depth):
    if depth > MAX_DEPTH:
        raise Malformed(f'arrays are nested deeper than {MAX_DEPTH}')
    if count > len(data) - at:
        raise Malformed(f'{count} items are promised in {len(data) - at} bytes')


def _take(data, at, count):
    if count > len(data) - at:
        raise Malformed('the payload ends within an item')
    return data[at:at + count]
