using ChatProtocol.Hub;
using CsCheck;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>Whatever happens in whatever order, what the server says is unread is what a simple model says.</summary>
[OneTry]
public sealed class MarkerPropertyTests
{
    private static readonly Gen<(int Step, int User, int Room, int Pick)[]> Steps =
        Gen.Select(Gen.Int[0, 15], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 1000]).Array[1, 120];

    [Spec("CP-MRK-001", "CP-MRK-003", "CP-MRK-006", "CP-MRK-007", "CP-MRK-008", "CP-MSG-016")]
    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    [InlineData(1_000_000)]
    public void What_is_unread_is_what_the_model_says(int tailBytes) =>
        Steps.Sample(steps =>
        {
            var world = new World(tailBytes);
            foreach (var (step, user, room, pick) in steps)
                world.Do(step, user, room, pick);
            world.Check();
        }, iter: 60, threads: 1);

    private sealed record ModelEntry(int From, bool IsSaid)
    {
        public bool IsErased { get; set; }
    }

    private sealed class ModelRoom(ulong id)
    {
        public ulong Id => id;

        public List<ModelEntry> Entries { get; } = [];

        public ulong Oldest { get; set; } = 1;

        public ulong[] Markers { get; set; } = new ulong[3];

        /// <summary>The markers as they were when it was last certain that all are stored.</summary>
        public ulong[] Stored { get; set; } = new ulong[3];

        public ulong Unread(int user) => (ulong)Entries.Index().Count(entry =>
            (ulong)entry.Index + 1 > Markers[user] && (ulong)entry.Index + 1 >= Oldest && entry.Item is { IsSaid: true, IsErased: false } && entry.Item.From != user);
    }

    private sealed class World
    {
        private static readonly string[] Names = ["ann", "bob", "cid"];

        private readonly HubBench _bench;
        private readonly List<ModelRoom> _rooms = [];
        private HubClient[] _users = [];

        public World(int tailBytes)
        {
            _bench = new HubBench(options => options with { TailBytes = tailBytes });
            LogIn();
            foreach (var address in (string[])["tea", "milk", "@bob"])
                _rooms.Add(new ModelRoom(_users[0].Open(address).Room));
            foreach (var room in _rooms)
                Say(room, 0, "first");
        }

        public void Do(int step, int user, int roomIndex, int pick)
        {
            var room = _rooms[user == 2 && roomIndex == 2 ? 0 : roomIndex];
            var head = (ulong)room.Entries.Count;
            switch (step)
            {
                case <= 4: Say(room, user, $"text {pick}".PadRight(pick % 70, '.')); break;
                case <= 8: Mark(room, user, (ulong)pick % (head + 1)); break;
                case 9: Erase(room, room.Oldest + (ulong)pick % (head - room.Oldest + 1)); break;
                case 10: Purge(room, user); break;
                case 11: Expire(room, (ulong)pick % 20); break;
                case 12: Store(); break;
                case 13: Restart(); break;
                default: CheckList(user); break;
            }
        }

        public void Check()
        {
            foreach (var room in _rooms)
                for (var user = 0; user < 3; user++)
                    if (room != _rooms[2] || user < 2)
                        Mark(room, user, 0);
        }

        private void LogIn() => _users = [.. Names.Select(name => _bench.LogIn(name))];

        private void Say(ModelRoom room, int user, string text)
        {
            _users[user].Say(room.Id, text);
            Append(room, user, isSaid: true);
        }

        private static void Append(ModelRoom room, int user, bool isSaid)
        {
            room.Entries.Add(new ModelEntry(user, isSaid));
            if (user >= 0 && room.Markers[user] > 0)
                room.Markers[user] = (ulong)room.Entries.Count;
        }

        private void Mark(ModelRoom room, int user, ulong seq)
        {
            room.Markers[user] = Math.Max(room.Markers[user], seq);
            var marked = _users[user].Ask<Marked>(id => new MarkRead(id, room.Id, seq));
            Assert.Equal((room.Markers[user], room.Unread(user), true, (ulong)room.Entries.Count), (marked.Seq, marked.Unread, marked.Exact, marked.Head));
        }

        private void Erase(ModelRoom room, ulong seq)
        {
            _bench.LogInAdmin().Ask<Ok>(id => new Erase(id, room.Id, seq));
            room.Entries[(int)seq - 1].IsErased = true;
        }

        private void Purge(ModelRoom room, int user)
        {
            _bench.LogInAdmin().Ask<Purged>(id => new Purge(id, Names[user], 3_600_000, room.Id, false));
            var seen = room.Entries.Index().Where(entry => (ulong)entry.Index + 1 >= room.Oldest && entry.Item is { IsSaid: true, IsErased: false } && entry.Item.From == user).ToList();
            foreach (var (_, entry) in seen)
                entry.IsErased = true;
            if (seen.Count > 0)
                Append(room, -1, isSaid: false);
        }

        private void Expire(ModelRoom room, ulong count)
        {
            var keeps = new RetentionLimits(null, count, null);
            var unsaid = (ulong)room.Entries.Count(entry => !entry.IsSaid);
            var through = _bench.Log.FindExpired(new MaintenanceTask.FindExpired(room.Id, keeps, (ulong)_bench.Now) { Head = (ulong)room.Entries.Count, Unsaid = unsaid });
            var usual = _bench.MaintenanceResult;
            _bench.MaintenanceResult = new MaintenanceResult(null) { Through = through };
            var admin = _bench.LogInAdmin();
            admin.Ask<Retention>(id => new Retain(id, room.Id, true, null, count, null));
            _bench.Settle();
            _bench.MaintenanceResult = usual;
            room.Oldest = admin.Ask<Retention>(id => new Retain(id, room.Id, true, null, null, null)).Oldest;
        }

        /// <summary>Time enough for every marker to be stored.</summary>
        private void Store()
        {
            _bench.Pass(TimeSpan.FromSeconds(1));
            _bench.Settle();
            foreach (var room in _rooms)
                room.Stored = [.. room.Markers];
        }

        /// <summary>A crash: of the last second a marker may be lost.</summary>
        private void Restart()
        {
            _bench.Restart();
            LogIn();
            foreach (var room in _rooms)
                for (var user = 0; user < (room == _rooms[2] ? 2 : 3); user++)
                {
                    var marker = _users[user].Ask<Marked>(id => new MarkRead(id, room.Id, 0)).Seq;
                    Assert.InRange(marker, room.Stored[user], room.Markers[user]);
                    room.Markers[user] = room.Stored[user] = marker;
                }
        }

        private void CheckList(int user)
        {
            var expected = _rooms.Where(room => room.Markers[user] > 0 || room == _rooms[2] && user < 2)
                .Select(room => new UnreadListItem(room.Id, room.Markers[user], room.Unread(user), true, (ulong)room.Entries.Count));
            var list = _users[user].Ask<UnreadList>(id => new Unread(id, 0));
            Assert.Equal(expected, list.Items);
            Assert.False(list.More);
        }
    }
}
