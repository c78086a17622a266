using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>Configuration and reload, as the hub answers them.</summary>
public sealed class ConfigurationRequestTests
{
    [Spec("CP-ADM-060", "CP-ROM-017")]
    [Fact]
    public void Settings_are_listed_by_number_in_parts_that_fit_the_smallest_frame()
    {
        var settings = Enumerable.Range(1, 9).Select(number => new ConfigurationListItem(
            (ulong)number, new string('n', 64), new string('v', 3000), SettingOrigin.File, false, new string('p', 3000), new string('x', 3000))).ToList();
        var bench = new HubBench(options => options with { Limits = options.Limits with { Frame = 8192, Text = 4096 }, Configuration = new FakeConfiguration { Settings = settings } });
        var owner = bench.LogInAs("owner", AccountRole.Owner);

        var seen = new List<ulong>();
        ConfigurationList part;
        do
        {
            part = owner.Ask<ConfigurationList>(id => new Configuration(id, seen.LastOrDefault()));
            Assert.InRange(FrameCodec.Encode(part).Length - FrameBuffer.LengthSize, 1, 8192);
            seen.AddRange(part.Items.Select(item => item.Setting));
        }
        while (part.More);
        Assert.Equal(settings.Select(setting => setting.Setting), seen);
    }

    [Spec("CP-ADM-061")]
    [Fact]
    public void A_reload_is_answered_when_it_is_done_and_refused_with_what_is_wrong()
    {
        var configuration = new FakeConfiguration();
        var bench = new HubBench(options => options with { Configuration = configuration });
        var admin = bench.LogInAdmin();
        var (good, bad) = (admin.Send(id => new Reload(id)), admin.Send(id => new Reload(id)));
        bench.Settle();
        Assert.Null(admin.AnswerTo(good));

        bench.Hub.ReloadDone(configuration.Reloads[0], null);
        bench.Hub.ReloadDone(configuration.Reloads[1], "chatd.json:3: no");
        Assert.IsType<Ok>(admin.AnswerTo(good));
        var refusal = Assert.IsType<Error>(admin.AnswerTo(bad));
        Assert.Equal((ErrorCode.InvalidValue, "everything stays as it is: chatd.json:3: no"), (refusal.Reason, refusal.Text));
    }

    [Spec("CP-ADM-060", "CP-ADM-061")]
    [Fact]
    public void A_server_without_a_configuration_has_no_settings_and_refuses_a_reload()
    {
        var admin = new HubBench().LogInAdmin();
        Assert.Empty(admin.Ask<ConfigurationList>(id => new Configuration(id, 0)).Items);
        Assert.Equal(ErrorCode.InvalidValue, admin.Refused(id => new Reload(id)));
    }

    private sealed class FakeConfiguration : IServerConfiguration
    {
        public IReadOnlyList<ConfigurationListItem> Settings { get; init; } = [];

        public List<Action<string?>> Reloads { get; } = [];

        public void Reload(Action<string?> done) => Reloads.Add(done);
    }
}
