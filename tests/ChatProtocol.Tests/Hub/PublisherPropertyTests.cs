using CsCheck;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>A sender that follows the rules, over failed commits, broken connections and crashes of the server.</summary>
public sealed class PublisherPropertyTests
{
    private static readonly Gen<int[]> Steps = Gen.Frequency(
        (6, Gen.Const(0)), (3, Gen.Const(1)), (3, Gen.Const(2)), (1, Gen.Const(3)), (1, Gen.Const(4)), (1, Gen.Const(5)),
        (1, Gen.Const(6)), (1, Gen.Const(7))).Array[1, 200];

    [Spec("CP-DEL-005", "CP-DEL-006", "CP-DEL-010", "CP-DEL-009", "CP-DEL-015", "CP-DEL-017")]
    [Fact]
    public void Whatever_fails_in_between_each_text_is_stored_once_and_in_order() =>
        Steps.Sample(steps =>
        {
            var sender = new Sender();
            foreach (var step in steps)
                sender.Do(step);
            sender.End();
        }, iter: 1000, threads: 1);

    private sealed class Sender
    {
        private readonly HubBench _bench = new(o => o with { Limits = Limits.Default with { InFlight = 16 } });
        private readonly ulong _room;
        private readonly List<ulong> _seqs = [];

        /// <summary>By request id: the counter sent with it.</summary>
        private readonly Dictionary<ulong, ulong> _sent = [];
        private HubClient _client;
        private ulong _next = 1;
        private ulong _last;

        public Sender()
        {
            _client = _bench.LogIn("ann", publisher: 1);
            _room = _client.Open("tea").Room;
            _client.Say(_room, "of nobody");
        }

        public void Do(int step)
        {
            switch (step)
            {
                case 0: Send(); break;
                case 1: _bench.Hub.Flush(); break;
                case 2: Commit(); break;
                case 3: Fail(); break;
                case 4: Reconnect(disconnectFirst: true); break;
                case 5: Reconnect(disconnectFirst: false); break;
                case 6: Crash(); break;
                default: _bench.Pass(TimeSpan.FromSeconds(1)); break;
            }
            Hear();
        }

        public void End()
        {
            for (var i = 0; i < 100 && (_seqs.Count < (int)_last || _sent.Count > 0); i++)
            {
                while (_next <= _last)
                    Post(_next++);
                _bench.Settle();
                Hear();
            }
            Assert.Equal(Enumerable.Range(1, (int)_last).Select(i => $"{i}"), _bench.Log.EntriesOf(_room).Skip(1).Select(m => m.Text.ToString()));
            Assert.Equal(Enumerable.Range(2, (int)_last).Select(i => (ulong)i), _seqs);
        }

        private void Send()
        {
            if (_sent.Count >= 16)
                return;
            _last = Math.Max(_last, _next);
            Post(_next++);
        }

        private void Post(ulong counter) => _sent.Add(_client.SendPost(_room, $"{counter}", counter), counter);

        private void Commit()
        {
            if (_bench.Log.UnderWay is not null)
                _bench.Hub.Committed(_bench.Log.Store());
        }

        private void Fail()
        {
            if (_bench.Log.UnderWay is not null)
                _bench.Hub.CommitFailed(_bench.Log.Take());
        }

        /// <summary>What was not stored is gone, and so is what nobody was told of it.</summary>
        private void Crash()
        {
            _bench.Restart();
            Reconnect(disconnectFirst: false);
        }

        /// <summary>Nothing is known of what was under way, so it is sent again.</summary>
        private void Reconnect(bool disconnectFirst)
        {
            if (disconnectFirst)
                _client.Disconnect();
            _client = _bench.LogInBehind("ann", publisher: 1);
            _sent.Clear();
            _next = (ulong)_seqs.Count + 1;
        }

        private void Hear()
        {
            foreach (var frame in _client.Received)
            {
                if (frame is Posted posted && _sent.Remove(posted.Id, out var counter))
                    Acknowledge(counter, posted.Seq!.Value);
                else if (frame is Error { Id: { } id } && _sent.Remove(id, out var refused))
                    _next = Math.Min(_next, refused);
            }
            _client.Received.Clear();
        }

        private void Acknowledge(ulong counter, ulong seq)
        {
            if ((int)counter <= _seqs.Count)
                Assert.Equal(_seqs[(int)counter - 1], seq);
            else
                _seqs.Add(seq);
            Assert.InRange((int)counter, 1, _seqs.Count);
        }
    }
}
