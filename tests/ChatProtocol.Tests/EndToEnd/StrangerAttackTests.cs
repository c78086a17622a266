using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>Strangers who take as much as they can get of what the server has.</summary>
[Collection(nameof(AttackTests))]
public sealed class StrangerAttackTests
{
    [Spec("CP-LIM-005", "CP-LIM-006")]
    [Fact(Timeout = 60_000)]
    public async Task A_stranger_who_posts_too_fast_is_delayed_and_too_many_of_them_are_refused()
    {
        const int Posts = 60;
        const int Crowd = 140;
        await using var attack = await Attack.BeginAsync("--near", "unix");
        var hasty = (await attack.LogInAsync(1, _ => "hasty")).Single();
        var room = (await hasty.JoinAsync("busy")).Room;

        var begun = TimeProvider.System.GetTimestamp();
        await hasty.SendAsync(Enumerable.Range(0, Posts).Select(i => hasty.PostOf(room, $"{i}")));
        var refusals = new List<ErrorCode>();
        for (var i = 0; i < Crowd; i++)
            if (await attack.TryLogInAsync($"stranger-{i}") is { } refusal)
                refusals.Add(refusal);
        for (var i = 0; i < Posts; i++)
            await hasty.UntilAsync<Posted>();

        // Fifty go at once, and of the ten others five a second.
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, 1.5, 30);
        // The address may have 128 connections, the hasty one's among them, and a hundred new names.
        Assert.Equal(13, refusals.Count(refusal => refusal == ErrorCode.TooManyConnections));
        Assert.Equal(28, refusals.Count(refusal => refusal == ErrorCode.RateLimited));
        Assert.Equal(13 + 28, refusals.Count);
        await attack.HoldsOutAsync(memory: 200, disk: 50);
    }

    [Spec("CP-LIM-006")]
    [Fact(Timeout = 120_000)]
    public async Task One_guest_with_thousands_of_logins_gets_what_an_address_may_have()
    {
        const int Logins = 16_384;
        const int Address = 128;
        await using var attack = await Attack.BeginAsync("--near", "unix");
        await attack.LogInAsync(Address, _ => "crowd");

        for (var i = Address; i < Logins; i += Address)
            foreach (var refusal in await Task.WhenAll(Enumerable.Range(0, Address).Select(_ => RefusalAsync(attack))))
                Assert.True(refusal is null or ErrorCode.TooManyConnections, $"{refusal}");

        await attack.HoldsOutAsync(memory: 300, disk: 50);
    }

    [Spec("CP-LIM-005")]
    [Fact(Timeout = 60_000)]
    public async Task Guests_who_write_to_the_disk_as_fast_as_they_can_write_as_much_as_an_address_may()
    {
        const int Guests = 20;
        await using var attack = await Attack.BeginAsync("--near", "unix");
        var begun = TimeProvider.System.GetTimestamp();
        foreach (var guest in await attack.LogInAsync(Guests, i => $"writer-{i}"))
        {
            var room = (await guest.JoinAsync("heap")).Room;
            attack.Flood(guest, _ => guest.PostOf(room, new string('x', 60_000)), pipeline: 100);
        }

        // An address may post 8 MiB at once and 2 MiB a second. What is written is in the write-ahead log first, and in the
        // database when that is copied: twice, and the files grow in steps.
        await attack.HoldsOutAsync(memory: 300, disk: () => 50 + (2 * (8 + (2 * (int)TimeProvider.System.GetElapsedTime(begun).TotalSeconds))));
    }

    [Spec("CP-ROM-021")]
    [Fact(Timeout = 120_000)]
    public async Task A_thousand_throw_away_guests_who_whisper_to_one_leave_that_one_its_rooms()
    {
        const int Guests = 1050;
        await using var attack = await Attack.BeginAsync();
        var victim = (await attack.LogInAsync(1, _ => "victim", inbox: true)).Single();
        for (var i = 0; i < Guests; i += 50)
        {
            foreach (var guest in await attack.LogInAsync(50, n => $"pest-{i + n}"))
            {
                var inbox = (await guest.AskAsync<RoomInfo>(new Open(guest.NextId(), "@victim", Create: true))).Room;
                await guest.AskAsync<Posted>(guest.PostOf(inbox, "buy this"));
                await guest.DisposeAsync();
            }
        }

        for (var i = 0; i < 10; i++)
            await victim.AskAsync<RoomInfo>(new Join(victim.NextId(), $"room-{i}", PresenceMode.Full, null, null));
        await attack.HoldsOutAsync(memory: 200, disk: 50);
    }

    [Spec("CP-LIM-006")]
    [Fact(Timeout = 60_000)]
    public async Task A_stranger_who_makes_rooms_gets_ten()
    {
        const int Rooms = 900;
        await using var attack = await Attack.BeginAsync("--near", "unix");
        var maker = (await attack.LogInAsync(1, _ => "maker")).Single();

        var sending = maker.SendAsync(Enumerable.Range(0, Rooms).Select(i => new Open(maker.NextId(), $"room-{i}", Create: true)));
        var answers = new List<Frame?>();
        while (answers.Count < Rooms)
            answers.Add(await maker.ReceiveAsync());
        await sending;

        Assert.Equal(10, answers.OfType<RoomInfo>().Count());
        Assert.All(answers.OfType<Error>(), error => Assert.Equal((ErrorCode.RateLimited, true), (error.Reason, error.RetryAfter > 0)));
        await attack.HoldsOutAsync(memory: 200, disk: 50);
    }

    /// <summary>Why one more is not let in; null if it was closed without a word, as one of too many who are being told.</summary>
    private static async Task<ErrorCode?> RefusalAsync(Attack attack)
    {
        await using var client = await RawClient.ConnectAsync(attack.Tcp);
        try
        {
            await client.SendAsync(client.Hello());
            return await client.ReceiveAsync() is { } answer ? Assert.IsType<Error>(answer).Reason : null;
        }
        catch (IOException)
        {
            return null;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return null;
        }
    }
}
