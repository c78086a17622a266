using CsCheck;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>Whatever happens in whatever order, every reader gets what the log holds from its cursor on: once, and in order.</summary>
public sealed class DeliveryPropertyTests
{
    private static readonly Gen<(int Step, int Client, int Room, int Pick)[]> Steps =
        Gen.Select(Gen.Int[0, 13], Gen.Int[0, 3], Gen.Int[0, 1], Gen.Int[0, 1000]).Array[1, 150];

    [Spec("CP-DEL-001", "CP-DEL-003", "CP-DEL-012", "CP-DEL-014", "CP-DEL-020", "CP-MSG-001", "CP-MSG-006", "CP-HIS-002", "CP-ROM-005", "CP-ROM-007")]
    [Theory]
    [InlineData(0, 200)]
    [InlineData(300, 200)]
    [InlineData(2000, 1000)]
    [InlineData(1_000_000, 60)]
    public void Every_reader_gets_every_entry_from_its_cursor_on_once_and_in_order(int tailBytes, int capacity) =>
        Steps.Sample(steps =>
        {
            var world = new World(tailBytes, capacity);
            foreach (var (step, client, room, pick) in steps)
                world.Do(step, client, room, pick);
            world.End();
        }, iter: 400, threads: 1);

    private sealed class World
    {
        private readonly HubBench _bench;
        private readonly int _capacity;
        private readonly ulong[] _rooms;
        private readonly Reader[] _present = new Reader[4];
        private readonly List<Reader> _everybody = [];
        private int _posts;

        public World(int tailBytes, int capacity)
        {
            _bench = new HubBench(o => o with { TailBytes = tailBytes });
            _capacity = capacity;
            var ann = _bench.LogIn("ann");
            _rooms = [ann.Open("tea").Room, ann.Open("milk").Room];
            foreach (var room in _rooms)
                ann.Say(room, "first");
            for (var i = 0; i < _present.Length; i++)
                Come(i);
        }

        public void Do(int step, int client, int room, int pick)
        {
            var reader = _present[client];
            switch (step)
            {
                case 0 or 1 or 2: reader.Post(_rooms[room], $"{_posts++}".PadRight(pick % 90, '.')); break;
                case 3: _bench.Hub.Flush(); break;
                case 4: Commit(); break;
                case 5: Fail(pick); break;
                case 6: _bench.Hub.Work(); break;
                case 7: AnswerRead(); break;
                case 8: reader.Join(room == 0 ? "tea" : "milk", pick % 3 == 0 ? null : (ulong)pick % (_bench.Log.HeadOf(_rooms[room]) + 1)); break;
                case 9: reader.Leave(_rooms[room]); break;
                case 10 or 11: reader.Client.Take(); break;
                case 12: reader.AskForHistory(_rooms[room], 1 + pick % 20, (ulong)pick % 30); break;
                default: Replace(client, pick); break;
            }
        }

        public void End()
        {
            // All at once until nothing is left, as one reader's room may be another's entry.
            do
            {
                foreach (var reader in _present)
                    reader.Client.Take();
                _bench.Settle();
            }
            while (_present.Any(r => r.Client.Peer.Queued > 0));
            var log = _rooms.ToDictionary(room => room, room => _bench.Log.EntriesOf(room).ToList());
            foreach (var reader in _everybody)
                reader.Check(log);
            foreach (var reader in _present)
                reader.CheckIsAtHead(log);
        }

        private void Come(int client)
        {
            _present[client] = new Reader(_bench.LogInBehind("ann"));
            // The first reads everything at once, the others more and more slowly.
            _present[client].Client.Peer.Capacity = client == 0 ? null : _capacity / client;
            _everybody.Add(_present[client]);
        }

        private void Replace(int client, int pick)
        {
            if (pick % 2 == 0)
                _present[client].Client.Disconnect();
            else
                _bench.Hub.Violate(_present[client].Client.Session, new ProtocolViolation(ErrorCode.Malformed, "frame", 0, "broken"));
            Come(client);
        }

        private void Commit()
        {
            if (_bench.Log.UnderWay is not null)
                _bench.Hub.Committed(_bench.Log.Store());
        }

        private void Fail(int pick)
        {
            if (_bench.Log.UnderWay is not null && pick % 3 == 0)
                _bench.Hub.CommitFailed(_bench.Log.Take());
        }

        private void AnswerRead()
        {
            if (_bench.Log.Reads.Count > 0)
                _bench.AnswerRead();
        }
    }

    /// <summary>One session, and what it has asked for.</summary>
    private sealed class Reader(HubClient client)
    {
        private readonly Dictionary<ulong, (ulong Room, string Text)> _posts = [];
        private readonly Dictionary<ulong, ulong> _leaves = [];
        private readonly Dictionary<ulong, ulong> _cursors = [];

        public HubClient Client { get; } = client;

        public void Post(ulong room, string text) => _posts.Add(Client.SendPost(room, text), (room, text));

        public void Join(string name, ulong? after) => Client.Send(id => new Join(id, name, PresenceMode.None, after, null));

        public void Leave(ulong room) => _leaves.Add(Client.Send(id => new Leave(id, room)), room);

        public void AskForHistory(ulong room, int count, ulong before) => Client.Send(id => new History(id, room, count, before, null));

        /// <summary>Follows what it was sent, frame by frame.</summary>
        public void Check(Dictionary<ulong, List<Message>> log)
        {
            var left = 0;
            foreach (var frame in Client.Received)
            {
                Assert.True(left == 0 || frame is Message, $"{frame} stands in a page.");
                switch (frame)
                {
                    case Page page: left = page.Count; break;
                    case Message message when left > 0: left--; CheckEntry(log, message); break;
                    case Message message: Advance(message); CheckEntry(log, message); break;
                    case RoomInfo info: _cursors.Add(info.Room, info.Cursor); break;
                    case Ok ok: _cursors.Remove(_leaves[ok.Id]); break;
                    case Lag lag: Assert.Contains(lag.Room, _cursors); break;
                    case Posted posted: CheckPost(log, posted); break;
                    case Error { Id: { } id } when _posts.TryGetValue(id, out var lost):
                        Assert.DoesNotContain(log[lost.Room], m => m.Text == lost.Text);
                        break;
                }
            }
        }

        public void CheckIsAtHead(Dictionary<ulong, List<Message>> log)
        {
            Assert.Empty(Client.Peer.Asked);
            foreach (var (room, cursor) in _cursors)
                Assert.Equal((ulong)log[room].Count, cursor);
        }

        private static void CheckEntry(Dictionary<ulong, List<Message>> log, Message message) =>
            Assert.Equal(log[message.Room][(int)message.Seq - 1], message);

        private void Advance(Message message)
        {
            Assert.Contains(message.Room, _cursors);
            Assert.Equal(_cursors[message.Room] + 1, message.Seq);
            _cursors[message.Room] = message.Seq;
            // Its own entry comes behind the answer to its post.
            Assert.DoesNotContain(_posts.Values, p => p.Room == message.Room && p.Text == message.Text.ToString());
        }

        private void CheckPost(Dictionary<ulong, List<Message>> log, Posted posted)
        {
            var (room, text) = _posts[posted.Id];
            Assert.Equal(text, log[room][(int)posted.Seq! - 1].Text.ToString());
            _posts.Remove(posted.Id);
        }
    }
}
