using Xunit;

namespace ChatProtocol.Tests;

public sealed class ServerClockTests
{
    [Spec("CP-MSG-012")]
    [Fact(Timeout = 30_000)]
    public async Task A_clock_that_is_set_is_told_in_the_log_and_once_more_when_times_go_by_it_again()
    {
        var clock = new MovedClock();
        await using var server = await TestServer.StartAsync(options => options with { Time = clock });
        foreach (var (offset, said) in ((double, string)[])[
            (-3, "the clock is 3 hours behind the newest time that was given"), (0, "times go by the clock again"),
            (2, "the clock was set ahead by 2 hours")])
        {
            server.Log.Expect(said);
            clock.Set(TimeSpan.FromHours(offset) + TimeSpan.FromSeconds(Math.Sign(offset)));
            await Eventually.TrueAsync(() => server.Log.Has(said), said);
        }
    }

    [Spec("CP-MSG-012")]
    [Fact(Timeout = 30_000)]
    public async Task A_clock_that_is_behind_at_the_start_is_told_as_well()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await TestServer.StartAsync(folder: folder))
            await server.LogInAsync("ann");
        var clock = new MovedClock();
        clock.Set(-TimeSpan.FromDays(400));
        await using var again = await TestServer.StartAsync(options => options with { Time = clock }, folder);
        again.Log.Expect("the clock is 400 days behind");

        await Eventually.TrueAsync(() => again.Log.Has("the clock is 400 days behind"), "it is told");
    }
}
