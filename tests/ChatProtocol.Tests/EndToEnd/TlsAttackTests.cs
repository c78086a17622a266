using System.Net.Sockets;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>What strangers can ask of a port for TLS: handshakes, whole and half done, and encryption of what they do not read.</summary>
[Collection(nameof(AttackTests))]
public sealed class TlsAttackTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Spec("CP-TLS-001")]
    [Fact(Timeout = 60_000)]
    public async Task Handshakes_half_done_and_whole_from_more_than_a_hundred_addresses()
    {
        const int Addresses = 120;
        await using var attack = await Attack.BeginAsync("--listen", "tls://127.0.0.1:0");
        var hello = await TlsHello.MakeAsync();
        var half = new Socket?[8 * Addresses];
        var turn = 0;
        var whole = 0;

        // Each of the half ones is begun again as soon as the server has given it up.
        attack.Repeat(async () =>
        {
            var at = turn++ % half.Length;
            if (at == 0)
                // Once round, or the loop would take the processor from the server.
                await Task.Delay(100, Stop);
            if (half[at] is { } held && TlsHello.IsHeld(held))
                return;
            half[at]?.Dispose();
            half[at] = null;
            half[at] = await TlsHello.SayAsync(attack.Tls, $"127.0.1.{1 + (at % Addresses)}", at % 2 == 0 ? hello : hello.AsMemory(0, 5));
        });
        for (var i = 0; i < 2; i++)
            attack.Repeat(async () => await (await RawClient.ConnectTlsAsync(attack.Tls, from: $"127.0.2.{1 + (Interlocked.Increment(ref whole) % Addresses)}")).DisposeAsync());
        await Eventually.TrueAsync(() => turn > half.Length && whole > 100, "the flood is there");

        for (var i = 0; i < 5; i++)
            await (await RawClient.ConnectTlsAsync(attack.Tls, from: $"127.0.3.{1 + i}")).LogInAsync($"newcomer-{i}");
        await attack.HoldsOutAsync(memory: 150, disk: 50);
        foreach (var held in half)
            held?.Dispose();
    }

    [Spec("CP-DEL-020")]
    [Fact(Timeout = 60_000)]
    public async Task Members_over_TLS_that_stop_reading_within_a_record()
    {
        const int Stalled = 200;
        await using var attack = await Attack.BeginAsync("--listen", "tls://127.0.0.1:0");
        for (var i = 0; i < Stalled; i++)
        {
            // Far smaller than the record of 16 KiB that comes.
            var stalled = attack.Keep(await RawClient.ConnectTlsAsync(attack.Tls, receiveBuffer: 4096));
            await (await stalled.LogInAsync($"stalled-{i}")).JoinAsync("busy");
        }
        var talker = attack.Keep(await RawClient.ConnectTlsAsync(attack.Tls));
        var busy = (await (await talker.LogInAsync("talker")).JoinAsync("busy")).Room;

        attack.Flood(talker, _ => talker.PostOf(busy, new string('x', 2000)), pipeline: 100);
        await using var admin = await (await RawClient.ConnectAsync(attack.AdminSocket)).LogInAsAdminAsync();
        await Eventually.TrueAsync(async () =>
        {
            var page = await admin.AskAsync<SessionList>(new Sessions(admin.NextId(), 0));
            return page.Items.Count(session => session.Queued > 0) >= Math.Min(Stalled, page.Items.Count / 2);
        }, "they have something waiting");

        await attack.HoldsOutAsync(memory: 600, disk: 500);
    }
}
