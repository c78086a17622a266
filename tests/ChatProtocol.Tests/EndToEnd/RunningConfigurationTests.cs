using System.Text.Json;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>chatctl config: the settings that hold in a running server, and a reload of them.</summary>
public sealed class RunningConfigurationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder.File("chatd.json");

    public void Dispose() => _folder.Dispose();

    [Spec("CP-ADM-060", "CP-ADM-061")]
    [Fact(Timeout = 120_000)]
    public async Task Each_setting_is_shown_as_it_holds_with_where_it_comes_from_and_what_waits_for_a_restart()
    {
        Write("{ \"stop-grace\": \"5s\",\n  \"limit\": { \"near:posts\": \"5/s,50\" } }");
        await using var installation = await Installation.StartAsync("--config", File);

        var settings = await ShowAsync(installation);
        Assert.Equal(("5s", "file", $"{File}:1", false, null), settings["stop-grace"]);
        Assert.Equal(("5/s,50", "file", $"{File}:2", true, null), settings["limit near:posts"]);
        Assert.Equal(("warning", "flag", "--log-level", false, null), settings["log-level"]);
        Assert.Equal(("10", "default", null, true, null), settings["legacy-history"]);

        Write("{ \"legacy-history\": 7,\n  \"disk-floor\": \"5M\" }");
        Assert.Equal("the configuration was read again; what has changed of limit near:posts, legacy-history holds from the next start on\n",
            (await installation.ChatctlAsync("config", "reload")).Done().Output);
        settings = await ShowAsync(installation);
        Assert.Equal(("7s", "default", null, false, null), settings["stop-grace"]);
        Assert.Equal(("5M", "reloaded", $"{File}:2", false, null), settings["disk-floor"]);
        Assert.Equal(("10", "default", null, true, "7"), settings["legacy-history"]);
        Assert.Equal(("5/s,50", "file", $"{File}:2", true, "none"), settings["limit near:posts"]);
        Assert.Equal(5UL << 20, (await installation.ChatctlAsync("status", "-o", "ndjson")).Done().Objects.Single().GetProperty("floor").GetUInt64());

        await installation.StartChatdAsync();
        Assert.Equal(("7", "file", $"{File}:1", true, null), (await ShowAsync(installation))["legacy-history"]);
    }

    [Spec("CP-ADM-061")]
    [Fact(Timeout = 120_000)]
    public async Task A_reload_with_a_mistake_changes_nothing_and_names_the_line_of_each()
    {
        Write("{ \"stop-grace\": \"5s\" }");
        await using var installation = await Installation.StartAsync("--config", File);
        var before = await ShowAsync(installation);

        Write("{ \"stop-grace\": \"9s\",\n  \"legacy-history\": \"many\",\n  \"proxy\": [\"nowhere\"] }");
        var refused = (await installation.ChatctlAsync("config", "reload")).Failed(1, "everything stays as it is");
        Assert.Contains($"{File}:2: legacy-history has to be a whole number", refused.Error, StringComparison.Ordinal);
        Assert.Contains($"{File}:3: proxy nowhere", refused.Error, StringComparison.Ordinal);
        System.IO.File.Delete(File);
        (await installation.ChatctlAsync("config", "reload")).Failed(1, $"{File} cannot be used: it does not exist");
        Assert.Equal(before, await ShowAsync(installation));
    }

    [Spec("CP-ADM-061", "CP-ADM-062", "CP-TLS-004")]
    [Fact(Timeout = 120_000)]
    public async Task A_certificate_that_cannot_be_used_keeps_every_other_change_out_and_its_key_is_shown_to_nobody()
    {
        var (certificate, key) = (_folder.File("c.pem"), _folder.File("k.pem"));
        using var first = new TestCertificate("localhost");
        first.Write(certificate, key);
        Write("{ \"stop-grace\": \"5s\" }");
        await using var installation = await Installation.StartAsync("--config", File, "--listen", "tls://127.0.0.1:0", "--tls-certificate", certificate, "--tls-key", key);

        Write("{ \"stop-grace\": \"6s\" }");
        System.IO.File.WriteAllText(key, "half a key");
        (await installation.ChatctlAsync("config", "reload")).Failed(1, certificate);
        var settings = await ShowAsync(installation);
        Assert.Equal("5s", settings["stop-grace"].Value);
        Assert.Equal((key, "flag", "--tls-key", true, null), settings["tls-key"]);

        using var second = new TestCertificate("localhost");
        second.Write(certificate, key);
        Assert.Equal("the configuration was read again\n", (await installation.ChatctlAsync("config", "reload")).Done().Output);
        Assert.Equal("6s", (await ShowAsync(installation))["stop-grace"].Value);
        Assert.Equal(second.Pin.ToString(), (await installation.ChatctlAsync("status", "-o", "ndjson")).Done().Objects.Single().GetProperty("certificate").GetString());
    }

    private void Write(string json) => System.IO.File.WriteAllText(File, json);

    private static async Task<Dictionary<string, (string? Value, string? Source, string? Place, bool Restart, string? Next)>> ShowAsync(Installation installation) =>
        (await installation.ChatctlAsync("config", "show", "-o", "ndjson")).Done().Objects.ToDictionary(one => one.GetProperty("name").GetString()!, one => (
            Text(one, "value"), Text(one, "source"), Text(one, "place"), one.GetProperty("restart").GetBoolean(), Text(one, "next")));

    private static string? Text(JsonElement one, string name) => one.GetProperty(name).GetString();
}
