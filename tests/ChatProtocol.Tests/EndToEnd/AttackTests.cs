using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>
/// What was once done to the server to stop it, done again, with somebody innocent beside it who has to be served all the
/// time. Nothing else runs meanwhile, for it takes all processors and measures how long answers take.
/// </summary>
[CollectionDefinition(nameof(AttackTests), DisableParallelization = true)]
[Collection(nameof(AttackTests))]
public sealed class AttackTests : IAsyncDisposable
{
    private const int Attackers = 4;

    /// <summary>As many as may be in flight.</summary>
    private const int Pipeline = 1024;

    /// <summary>Answers that the innocent has to get while the attack goes on.</summary>
    private const int Answers = 50;

    private readonly List<RawClient> _clients = [];
    private readonly List<Task> _attack = [];

    [Spec("CP-LIM-007")]
    [Fact(Timeout = 60_000)]
    public async Task Asking_for_the_rooms_behind_the_last_of_thousands()
    {
        await using var installation = await Installation.StartAsync();
        await using var innocent = await Innocent.EnterAsync(installation.Chatd.Tcp);
        foreach (var maker in await LogInAsync(installation, 20, i => $"maker-{i}"))
        {
            var last = await JoinAsync(maker, Enumerable.Range(0, 250).Select(i => $"room-{i}-of-{maker.Self!.Principal}"));
            // New rooms need numbers that the disk knows of, which the next commit brings.
            await maker.AskAsync<Posted>(maker.PostOf(last, "mine"));
        }

        foreach (var attacker in await LogInAsync(installation, Attackers, i => $"attacker-{i}"))
            Flood(attacker, _ => new Rooms(attacker.NextId(), Limits.MaxInteger));

        await HoldsOutAsync(installation, innocent);
    }

    [Spec("CP-LIM-007")]
    [Fact(Timeout = 60_000)]
    public async Task Asking_for_the_members_behind_the_last_of_a_large_room()
    {
        await using var installation = await Installation.StartAsync();
        await using var innocent = await Innocent.EnterAsync(installation.Chatd.Tcp);
        var members = await LogInAsync(installation, 500, i => $"member-{i}");
        var hall = 0ul;
        foreach (var member in members)
            hall = (await member.JoinAsync("hall")).Room;

        foreach (var attacker in members.Take(Attackers))
            Flood(attacker, _ => new Members(attacker.NextId(), hall, Limits.MaxInteger));

        await HoldsOutAsync(installation, innocent);
    }

    [Spec("CP-LIM-007")]
    [Fact(Timeout = 60_000)]
    public async Task Changing_the_name_of_somebody_with_many_sessions_in_many_rooms()
    {
        await using var installation = await Installation.StartAsync("--limit", "near:renames=none");
        await using var innocent = await Innocent.EnterAsync(installation.Chatd.Tcp);
        var attackers = await LogInAsync(installation, 20, _ => "renamer");
        foreach (var attacker in attackers)
            await JoinAsync(attacker, Enumerable.Range(0, 100).Select(i => $"room-{i}"));

        foreach (var attacker in attackers)
            Flood(attacker, i => new Nick(attacker.NextId(), $"renamer-{i}"));

        await HoldsOutAsync(installation, innocent);
    }

    [Fact(Timeout = 60_000)]
    public async Task Frames_that_never_end_and_connections_that_never_speak()
    {
        await using var installation = await Installation.StartAsync();
        await using var innocent = await Innocent.EnterAsync(installation.Chatd.Tcp);
        var half = new byte[1000];
        BinaryPrimitives.WriteInt32BigEndian(half, 100_000);

        foreach (var attacker in await LogInAsync(installation, 500, i => $"half-{i}"))
        {
            await attacker.SendBytesAsync(half);
            _attack.Add(attacker.DrainAsync());
        }
        for (var i = 0; i < 300; i++)
            _clients.Add(await RawClient.ConnectAsync(installation.Chatd.Tcp));

        await HoldsOutAsync(installation, innocent);
    }

    [Spec("CP-DEL-020")]
    [Fact(Timeout = 60_000)]
    public async Task Members_of_a_busy_room_that_do_not_read()
    {
        await using var installation = await Installation.StartAsync();
        await using var innocent = await Innocent.EnterAsync(installation.Chatd.Tcp);
        foreach (var stalled in await LogInAsync(installation, 50, i => $"stalled-{i}", receiveBuffer: 4096))
            await stalled.JoinAsync("busy");

        var talker = (await LogInAsync(installation, 1, _ => "talker")).Single();
        var busy = (await talker.JoinAsync("busy")).Room;
        Flood(talker, _ => talker.PostOf(busy, new string('x', 500)));
        await using var admin = await (await RawClient.ConnectAsync(installation.AdminSocket)).LogInAsAdminAsync();
        await Eventually.TrueAsync(async () => (await admin.AskAsync<SessionList>(new Sessions(admin.NextId(), 0))).Items
            .Count(session => session.Name.StartsWith("stalled-", StringComparison.Ordinal) && session.Queued > 0) == 50, "all of them have something waiting");

        await HoldsOutAsync(installation, innocent);
    }

    [Spec("CP-LIM-005", "CP-LIM-006")]
    [Fact(Timeout = 60_000)]
    public async Task A_stranger_who_posts_too_fast_is_delayed_and_too_many_of_them_are_refused()
    {
        const int Posts = 60;
        const int Crowd = 140;
        await using var installation = await Installation.StartAsync("--near", "unix");
        await using var innocent = await Innocent.EnterAsync(installation.Socket);
        var hasty = (await LogInAsync(installation, 1, _ => "hasty")).Single();
        var room = (await hasty.JoinAsync("busy")).Room;

        var begun = TimeProvider.System.GetTimestamp();
        await hasty.SendAsync(Enumerable.Range(0, Posts).Select(i => hasty.PostOf(room, $"{i}")));
        var refusals = new List<ErrorCode>();
        for (var i = 0; i < Crowd; i++)
            if (await TryLogInAsync(installation, $"stranger-{i}") is { } refusal)
                refusals.Add(refusal);
        for (var i = 0; i < Posts; i++)
            await hasty.UntilAsync<Posted>();

        // Fifty go at once, and of the ten others five a second.
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, 1.5, 30);
        // The address may have 128 connections, the hasty one's among them, and a hundred new names.
        Assert.Equal(13, refusals.Count(refusal => refusal == ErrorCode.TooManyConnections));
        Assert.Equal(28, refusals.Count(refusal => refusal == ErrorCode.RateLimited));
        Assert.Equal(13 + 28, refusals.Count);
        await HoldsOutAsync(installation, innocent);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
    }

    /// <summary>The innocent and the operator are served while the attack goes on, and it cannot keep the server from ending.</summary>
    private async Task HoldsOutAsync(Installation installation, Innocent innocent)
    {
        var status = installation.ChatctlAsync("status");
        await innocent.AnswersAsync(Answers);
        (await status).Done();
        await innocent.WasServedAsync();
        Assert.DoesNotContain(_attack, one => one.IsCompleted);

        installation.Chatd.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await installation.Chatd.ExitAsync().WaitAsync(TimeSpan.FromSeconds(10)));
        await Record.ExceptionAsync(() => Task.WhenAll(_attack));
    }

    /// <summary>From now on the client sends its requests all the time, and takes the answers without looking at them.</summary>
    private void Flood(RawClient client, Func<int, Frame> request)
    {
        var bytes = Enumerable.Range(0, Pipeline).Select(request).SelectMany(FrameCodec.Encode).ToArray();
        var draining = client.DrainAsync();
        _attack.Add(draining);
        _attack.Add(SendAsync());

        async Task SendAsync()
        {
            while (!draining.IsCompleted)
                await client.SendBytesAsync(bytes);
        }
    }

    private async Task<RawClient[]> LogInAsync(Installation installation, int count, Func<int, string> name, int receiveBuffer = 0)
    {
        var clients = new RawClient[count];
        await Parallel.ForAsync(0, count, TestContext.Current.CancellationToken, async (i, _) =>
            clients[i] = await (await RawClient.ConnectAsync(installation.Chatd.Tcp, receiveBuffer)).LogInAsync(name(i)));
        _clients.AddRange(clients);
        return clients;
    }

    /// <summary>Why this one may not log in; null if it may.</summary>
    private async Task<ErrorCode?> TryLogInAsync(Installation installation, string name)
    {
        var client = await RawClient.ConnectAsync(installation.Chatd.Tcp);
        _clients.Add(client);
        await client.SendAsync(client.Hello(), client.LoginOf(name));
        var answer = await client.ReceiveAsync();
        if (answer is Welcome)
            answer = await client.ReceiveAsync();
        return answer is LoggedIn ? null : Assert.IsType<Error>(answer).Reason;
    }

    /// <summary>Joins them all at once; gives the id of the last.</summary>
    private static async Task<ulong> JoinAsync(RawClient client, IEnumerable<string> rooms)
    {
        var joins = rooms.Select(room => new Join(client.NextId(), room, PresenceMode.None, null, null)).ToList();
        var sending = client.SendAsync(joins);
        var last = 0ul;
        for (var i = 0; i < joins.Count; i++)
            last = (await client.UntilAsync<RoomInfo>()).Room;
        await sending;
        return last;
    }
}
