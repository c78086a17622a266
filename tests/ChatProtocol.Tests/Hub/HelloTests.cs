using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class HelloTests
{
    [Spec("CP-SES-003", "CP-LIM-001")]
    [Fact]
    public void Welcome_tells_the_server_its_limits_its_durability_and_its_time()
    {
        var bench = new HubBench(o => o with { Limits = Limits.Default with { Page = 200 }, Durability = Durability.Memory });

        var welcome = bench.Connect().Ask<Welcome>(id => new Hello(id, 1, 1, [], "test"));

        Assert.Equal(HubBench.ServerId, welcome.Server.ToArray());
        Assert.Equal(("bench/1", 200, Durability.Memory, (ulong)HubBench.Begin), (welcome.Agent, welcome.Limits.Page, welcome.Durability, welcome.Time));
    }

    [Spec("CP-SES-003")]
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 1)]
    public void The_lower_minor_is_chosen(int asked, int chosen)
    {
        var welcome = new HubBench().Connect().Ask<Welcome>(id => new Hello(id, 1, asked, [], "test"));

        Assert.Equal((1, chosen), (welcome.Major, welcome.Minor));
    }

    [Spec("CP-SES-003")]
    [Fact]
    public void The_capabilities_that_both_have_are_chosen() => Assert.Equal(
        ["post-keys"], new HubBench().Connect().Ask<Welcome>(id => new Hello(id, 1, 1, ["x-later", "post-keys", "post-keys"], "test")).Capabilities);

    [Spec("CP-SES-004")]
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Another_major_is_refused_with_the_one_spoken_and_closes(int major)
    {
        var client = new HubBench().Connect();

        var error = client.Ask<Error>(id => new Hello(id, major, 1, [], "test"));

        Assert.Equal((ErrorCode.UnsupportedVersion, 1UL), (error.Reason, error.Value));
        Assert.True(client.IsClosed);
    }

    [Spec("CP-SES-027")]
    [Fact]
    public void The_minor_that_was_never_released_is_refused_in_a_sentence_and_closes()
    {
        var client = new HubBench().Connect();

        var error = client.Ask<Error>(id => new Hello(id, 1, 0, [], "test"));

        Assert.Equal((ErrorCode.UnsupportedVersion, 1UL, "minor"), (error.Reason, error.Value, error.Field));
        Assert.Equal("this server speaks version 1.1 and later; 1.0 was never released: get a newer client", error.Text.ToString());
        Assert.True(client.IsClosed);
    }
}
