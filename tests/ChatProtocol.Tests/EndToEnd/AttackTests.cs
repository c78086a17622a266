using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>
/// The tests of attacks, with somebody innocent beside each. Nothing else runs meanwhile, for they take all processors and
/// measure how long answers take.
/// </summary>
[CollectionDefinition(nameof(AttackTests), DisableParallelization = true)]
public sealed class AttacksRunAlone;

/// <summary>Requests that once cost far more than what they return.</summary>
[Collection(nameof(AttackTests))]
public sealed class AttackTests
{
    private const int Attackers = 4;

    [Spec("CP-LIM-007")]
    [Fact(Timeout = 60_000)]
    public async Task Asking_for_the_rooms_behind_the_last_of_thousands()
    {
        await using var attack = await Attack.BeginAsync();
        foreach (var maker in await attack.LogInAsync(20, i => $"maker-{i}"))
        {
            var last = await JoinAsync(maker, Enumerable.Range(0, 250).Select(i => $"room-{i}-of-{maker.Self!.Principal}"));
            // New rooms need numbers that the disk knows of, which the next commit brings.
            await maker.AskAsync<Posted>(maker.PostOf(last, "mine"));
        }

        foreach (var attacker in await attack.LogInAsync(Attackers, i => $"attacker-{i}"))
            attack.Flood(attacker, _ => new Rooms(attacker.NextId(), Limits.MaxInteger));

        await attack.HoldsOutAsync(memory: 300, disk: 50);
    }

    [Spec("CP-LIM-007")]
    [Fact(Timeout = 120_000)]
    public async Task Asking_for_the_members_behind_the_last_of_a_room_of_three_thousand()
    {
        await using var attack = await Attack.BeginAsync();
        var members = await attack.LogInAsync(3000, i => $"member-{i}");
        var hall = 0ul;
        foreach (var member in members)
            hall = (await member.JoinAsync("hall")).Room;

        foreach (var attacker in members.Take(Attackers))
            attack.Flood(attacker, _ => new Members(attacker.NextId(), hall, Limits.MaxInteger));

        await attack.HoldsOutAsync(memory: 300, disk: 50);
    }

    [Spec("CP-LIM-007")]
    [Fact(Timeout = 60_000)]
    public async Task Changing_the_name_of_somebody_with_many_sessions_in_many_rooms()
    {
        await using var attack = await Attack.BeginAsync("--limit", "near:renames=none");
        var attackers = await attack.LogInAsync(20, _ => "renamer");
        foreach (var attacker in attackers)
            await JoinAsync(attacker, Enumerable.Range(0, 100).Select(i => $"room-{i}"));

        foreach (var attacker in attackers)
            attack.Flood(attacker, i => new Nick(attacker.NextId(), $"renamer-{i}"));

        await attack.HoldsOutAsync(memory: 300, disk: 50);
    }

    [Spec("CP-LIM-006", "CP-LIM-007")]
    [Fact(Timeout = 60_000)]
    public async Task Taking_new_names_without_end_in_sessions_that_are_in_hundreds_of_rooms()
    {
        await using var attack = await Attack.BeginAsync();
        var attackers = await attack.LogInAsync(30, i => $"changer-{i}");
        foreach (var attacker in attackers)
            await JoinAsync(attacker, Enumerable.Range(0, 200).Select(i => $"room-{i}"));

        foreach (var (attacker, number) in attackers.Select((attacker, number) => (attacker, number)))
            attack.Flood(attacker, i => new Nick(attacker.NextId(), $"changed-{number}-{i}"));

        await attack.HoldsOutAsync(memory: 500, disk: 50);
    }

    [Spec("CP-DEL-020")]
    [Fact(Timeout = 60_000)]
    public async Task Members_of_a_busy_room_that_do_not_read()
    {
        const int Stalled = 300;
        await using var attack = await Attack.BeginAsync();
        foreach (var stalled in await attack.LogInAsync(Stalled, i => $"stalled-{i}", receiveBuffer: 4096))
            await stalled.JoinAsync("busy");

        var talker = (await attack.LogInAsync(1, _ => "talker")).Single();
        var busy = (await talker.JoinAsync("busy")).Room;
        attack.Flood(talker, _ => talker.PostOf(busy, new string('x', 500)));
        await using var admin = await (await RawClient.ConnectAsync(attack.AdminSocket)).LogInAsAdminAsync();
        await Eventually.TrueAsync(async () => await CountAsync(admin, session => session.Queued > 0) >= Stalled, "all of them have something waiting");

        await attack.HoldsOutAsync(memory: 450, disk: 500);
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

    /// <summary>Those of all sessions, which come in pages, that are as the test wants.</summary>
    private static async Task<int> CountAsync(RawClient admin, Func<SessionListItem, bool> isIt)
    {
        var count = 0;
        for (var after = 0ul; ;)
        {
            var page = await admin.AskAsync<SessionList>(new Sessions(admin.NextId(), after));
            count += page.Items.Count(isIt);
            if (!page.More)
                return count;
            after = page.Items[^1].Session;
        }
    }
}
