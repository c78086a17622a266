using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>What strangers leave behind ends.</summary>
public sealed class PrincipalExpiryTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly HubBench _bench = new();
    private readonly HubClient _resident;

    public PrincipalExpiryTests() => _resident = _bench.LogIn("resident");

    [Spec("CP-SES-026")]
    [Fact]
    public void Who_has_said_nothing_is_forgotten_with_its_name()
    {
        var ann = _bench.LogIn("ann");
        ann.Join("tea");
        ann.Disconnect();
        Pass(Day - TimeSpan.FromHours(1));
        Assert.True(IsKnown(ann));

        Pass(TimeSpan.FromHours(5));
        Assert.False(IsKnown(ann));
        Assert.NotEqual(ann.Principal, _bench.LogIn("ann").Principal);
    }

    [Spec("CP-SES-026")]
    [Fact]
    public void Who_has_an_entry_that_is_kept_is_not_forgotten()
    {
        var ann = _bench.LogIn("ann");
        ann.Say(_resident.Join("tea").Room, "I was here");
        ann.Disconnect();
        Pass(90 * Day);

        Assert.True(IsKnown(ann));
        Assert.Equal(ann.Principal, _bench.LogIn("ann").Principal);
    }

    [Spec("CP-SES-026")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_has_entries_is_forgotten_30_days_after_it_was_seen_when_the_last_of_them_has_expired(bool crashesBefore)
    {
        var room = _resident.Join("tea").Room;
        var ann = _bench.LogIn("ann");
        ann.Say(room, "one");
        ann.Say(room, "two");
        if (crashesBefore)
        {
            _bench.Restart();
            // The first turn, before anybody comes.
            _bench.Pass(TimeSpan.Zero);
        }
        else
        {
            ann.Disconnect();
        }
        var resident = _bench.LogIn("resident");
        resident.Say(room, "three");
        Pass(40 * Day);
        Assert.True(IsKnown(ann));

        _bench.MaintenanceResult = new(null) { Through = 2 };
        _bench.LogInAdmin().Ask<Retention>(id => new Retain(id, room, true, null, 1, null));
        Pass(TimeSpan.FromHours(2));
        Assert.False(IsKnown(ann));
        Assert.True(IsKnown(resident));
    }

    [Spec("CP-SES-026")]
    [Fact]
    public void Who_made_a_room_that_is_there_or_has_a_private_one_is_not_forgotten()
    {
        var ann = _bench.LogIn("ann");
        _resident.Say(ann.Open("tea").Room, "thanks for the room");
        ann.Disconnect();
        var bob = _bench.LogIn("bob");
        _resident.Say(_resident.Open("@bob").Room, "hi");
        bob.Disconnect();
        Pass(60 * Day);

        Assert.True(IsKnown(ann));
        Assert.True(IsKnown(bob));
    }

    [Spec("CP-SES-026", "CP-BLK-001")]
    [Fact]
    public void Who_blocks_somebody_is_not_forgotten_nor_is_the_block()
    {
        var ann = _bench.LogIn("ann");
        ann.Ask<Ok>(id => new Block(id, "resident"));
        ann.Disconnect();
        Pass(60 * Day);

        Assert.True(IsKnown(ann));
        Assert.Single(_bench.LogIn("ann").Ask<BlockList>(id => new Blocks(id, 0)).Items);
    }

    [Spec("CP-SES-008")]
    [Fact]
    public void The_id_of_somebody_forgotten_is_not_given_again_after_a_restart()
    {
        var ids = new HashSet<ulong>();
        for (var i = 0; i < 5; i++)
        {
            var ann = _bench.LogIn("ann");
            Assert.True(ids.Add(ann.Principal));
            ann.Disconnect();
            Pass(2 * Day);
            Assert.False(IsKnown(ann));
            _bench.Restart();
            _bench.LogIn("resident");
        }
    }

    [Fact]
    public void Who_is_there_for_long_is_known_to_be_there_after_a_crash()
    {
        var ann = _bench.LogIn("ann");
        Pass(10 * Day);
        _bench.Restart();
        _bench.LogIn("resident");
        Pass(TimeSpan.FromHours(20));

        Assert.Equal(ann.Principal, _bench.LogIn("ann").Principal);
    }

    [Spec("CP-DEL-010")]
    [Fact]
    public void The_publisher_unused_for_longest_is_forgotten_for_the_257th()
    {
        var room = _resident.Join("tea").Room;
        for (var i = 0; i < 257; i++)
        {
            var ann = LogIn(i);
            ann.Say(room, $"{i}", 1);
            ann.Disconnect();
            _bench.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(ErrorCode.PublisherForgotten, LogIn(0).Refused(id => new Post(id, room, "more", 2)));
        LogIn(2).Say(room, "more", 2);
    }

    private HubClient LogIn(int publisher)
    {
        var client = _bench.Greet();
        var id = new byte[16];
        BitConverter.TryWriteBytes(id, publisher);
        client.LoggedIn = client.Ask<LoggedIn>(number => HubClient.GuestLogin(number, "ann") with { Publisher = id });
        return client;
    }

    private void Pass(TimeSpan span)
    {
        _bench.Settle();
        _bench.Pass(span);
        _bench.Settle();
    }

    private bool IsKnown(HubClient client) => _bench.Log.Contents.Principals.Any(principal => principal.Id == client.Principal);
}
