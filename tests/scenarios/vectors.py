"""Holds the Python client's codec to spec/vectors, and prints each vector that it takes for something else."""

import json
import pathlib
import sys

import wire

VECTORS = pathlib.Path(__file__).resolve().parents[2] / 'spec' / 'vectors'


def is_taken(frame):
    """Whether the bytes are one frame to a client; the limit is the one behind the login."""
    try:
        if len(frame) < 5 or int.from_bytes(frame[:4], 'big') != len(frame) - 4:
            return False
        wire.decode(frame[4:])
        return True
    except wire.Malformed:
        return False


def typed(field, value):
    """A field of a vector, whose integers are decimal strings and whose binary is hex."""
    if value is None:
        return None
    match field['type']:
        case 'int':
            return int(value)
        case 'bin':
            return bytes.fromhex(value)
        case 'list':
            if 'items' in field:
                return [[typed(one, item[one['name']]) for one in field['items']] for item in value]
            return [int(item) if field['item'] == 'int' else item for item in value]
    return value


def written(vector):
    """The frame that this client writes for the fields of a vector."""
    message = wire.TO_SERVER[vector['message']]
    return wire.encode(vector['message'], **{field['name']: typed(field, vector['value'][field['name']]) for field in message['fields']})


def is_right(vector):
    """What comes to a client is taken or refused; what a client sends is written in these bytes."""
    frame = bytes.fromhex(vector['hex'])
    if vector['direction'] == 'to-client':
        return is_taken(frame) == (vector['result'] != 'invalid')
    return vector['result'] != 'valid' or written(vector) == frame


vectors = [vector for file in sorted(VECTORS.glob('*.json')) for vector in json.loads(file.read_text(encoding='utf-8')) if 'direction' in vector]
wrong = [vector['id'] for vector in vectors if not is_right(vector)]
print(f'{len(vectors)} vectors, {len(wrong)} taken for something else', *wrong)
sys.exit(1 if wrong else 0)
