using System.Buffers.Binary;
using System.Text;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>Crowds of connections, whatever they say or do not say.</summary>
[Collection(nameof(AttackTests))]
public sealed class CrowdAttackTests
{
    [Spec("CP-TRA-012")]
    [Fact(Timeout = 60_000)]
    public async Task Two_thousand_frames_that_never_end()
    {
        const int HeldOfEach = 20_000;
        await using var attack = await Attack.BeginAsync();
        var half = new byte[HeldOfEach];
        BinaryPrimitives.WriteInt32BigEndian(half, 100_000);

        foreach (var attacker in await attack.LogInAsync(2000, i => $"half-{i}"))
        {
            await attacker.SendBytesAsync(half);
            attack.Drain(attacker);
        }

        await attack.HoldsOutAsync(memory: 300, disk: 50);
    }

    [Spec("CP-LEG-002")]
    [Fact(Timeout = 60_000)]
    public async Task Connections_that_never_speak_take_the_places_of_no_other_address()
    {
        await using var attack = await Attack.BeginAsync("--near", "unix");
        for (var i = 0; i < 300; i++)
            attack.Keep(await RawClient.ConnectAsync(attack.Tcp));
        await using var listener = await TextClient.ConnectAsync(attack.Tcp, from: "127.0.0.2");

        await listener.UntilAsync("*** 欢迎");

        await attack.HoldsOutAsync(memory: 200, disk: 50);
    }

    [Spec("CP-LEG-002", "CP-TRA-021")]
    [Fact(Timeout = 120_000)]
    public async Task Thousands_of_text_clients_that_each_say_one_thing_at_once_are_all_heard()
    {
        const int Crowd = 4500;
        await using var attack = await Attack.BeginAsync();
        var listener = (await attack.LogInAsync(1, _ => "listener")).Single();
        var lobby = (await listener.JoinAsync("lobby")).Room;
        var crowd = new TextClient[Crowd];
        var welcome = new Task<string>[Crowd];

        await Parallel.ForAsync(0, Crowd, TestContext.Current.CancellationToken, async (i, _) =>
        {
            crowd[i] = attack.Keep(await TextClient.ConnectAsync(attack.Tcp));
            await crowd[i].SendAsync($"hi {i}");
            welcome[i] = crowd[i].UntilAsync("*** ");
        });

        // The first answer to everybody is the welcome, and not that the server is full.
        Assert.All(await Task.WhenAll(welcome), first => Assert.StartsWith("*** 欢迎", first, StringComparison.Ordinal));
        var heard = new HashSet<string>();
        while (heard.Count < Crowd)
            Assert.True(heard.Add((await listener.UntilAsync<Message>(message => message.Room == lobby)).Text.ToString()), "something was said twice");
        Assert.Equal(Enumerable.Range(0, Crowd).Select(i => $"hi {i}").ToHashSet(), heard);
        await attack.HoldsOutAsync(memory: 800, disk: 50);
    }

    [Spec("CP-LEG-005")]
    [Fact(Timeout = 60_000)]
    public async Task Text_clients_whose_lines_never_end()
    {
        await using var attack = await Attack.BeginAsync();
        var line = Encoding.ASCII.GetBytes(new string('x', 30_000));
        for (var i = 0; i < 500; i++)
        {
            var text = attack.Keep(await TextClient.ConnectAsync(attack.Tcp));
            await text.SendAsync(line);
        }

        await attack.HoldsOutAsync(memory: 650, disk: 100);
    }
}
