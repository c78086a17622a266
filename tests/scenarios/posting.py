"""Requests, and posting exactly once: the counters of spec/07-delivery.md from the sender's side."""

import asyncio

import wire


class Refused(Exception):
    """The server's error about a request, or about the whole connection."""

    def __init__(self, error):
        super().__init__(error['text'])
        # A code that came later counts as its class (CP-ERR-003).
        self.code = wire.ERRORS.get(error['code'], f'class-{error["code"] // 100}')
        self.value, self.retry_after = error['value'], error['retry-after']


class Lost(Exception):
    """There is no connection, or it ended before the answer: `unknown` tells whether the request may have been carried out."""

    def __init__(self, reason, unknown=False):
        super().__init__(reason)
        self.unknown = unknown


class Request:
    def __init__(self, name, fields):
        self.name, self.fields = name, fields
        self.id = None
        self.sent = 0
        self.answer = asyncio.get_running_loop().create_future()

    def succeed(self, reply):
        if not self.answer.done():
            self.answer.set_result(reply)

    def fail(self, error):
        if not self.answer.done():
            self.answer.set_exception(error)


class Lane:
    """The posts of one room that are not answered yet, in their order, and where their counters stand (CP-DEL-005)."""

    def __init__(self):
        self.accepted = 0
        self.next = 1
        self.unanswered = []
        self.held = []
        self.is_paused = self.went_back = False


class Posts:
    """Counts the posts of each room; a refusal uses no counter up, so those behind it are refused too, and sent again in order."""

    def __init__(self, submit):
        self._submit, self._lanes = submit, {}

    def post(self, room, post):
        """One with a key has no counter, and no other depends on it."""
        post.lane = None if post.fields['key'] is not None else self._lanes.setdefault(room, Lane())
        if post.lane is None:
            self._submit(post)
        elif post.lane.is_paused:
            post.lane.held.append(post)
        else:
            self._count(post)

    def stored(self, post, reply):
        if post.lane:
            post.lane.unanswered.remove(post)
            post.lane.accepted = max(post.lane.accepted, post.fields['counter'])
            self._settle(post.lane)
        post.succeed(reply)

    def refused(self, post, error):
        lane = post.lane
        if lane is None:
            post.fail(error)
            return
        lane.unanswered.remove(post)
        lane.is_paused = True
        if self._is_to_be_repeated(post, error):
            lane.held.append(post)
        else:
            post.fail(error)
        self._settle(lane)

    def fail_held(self, error):
        for lane in self._lanes.values():
            for post in lane.held:
                post.fail(Lost(str(error)))
            lane.held.clear()

    def _count(self, post):
        post.fields['counter'] = post.lane.next
        post.lane.next += 1
        post.lane.unanswered.append(post)
        self._submit(post)

    @staticmethod
    def _is_to_be_repeated(post, error):
        """A post that was only out of order, and one that a restored server does not know of any more."""
        lane = post.lane
        match error.code:
            case 'out-of-order':
                if error.value is not None and error.value <= lane.accepted:
                    lane.accepted, lane.went_back = error.value - 1, True
                return True
            case 'publisher-forgotten' if post.sent == 1 and (lane.accepted > 0 or lane.went_back):
                lane.accepted, lane.went_back = 0, True
                return True
        return False

    def _settle(self, lane):
        """Goes on once all posts of the room are answered."""
        if not lane.is_paused or lane.unanswered:
            return
        again, lane.held = sorted(lane.held, key=lambda post: post.fields.get('counter', wire.MAX_INTEGER)), []
        lane.is_paused, lane.went_back, lane.next = False, False, lane.accepted + 1
        for post in again:
            post.sent = 0
            self._count(post)
