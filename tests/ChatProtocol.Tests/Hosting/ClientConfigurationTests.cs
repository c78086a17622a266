using ChatProtocol.Client;
using ChatProtocol.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Xunit;

namespace ChatProtocol.Tests.Hosting;

/// <summary>A client's section of the configuration.</summary>
public sealed class ClientConfigurationTests
{
    /// <summary>Options that only code can give, or that come with a credential.</summary>
    private static readonly string[] OfCode =
        [nameof(ChatClientOptions.Dial), nameof(ChatClientOptions.Credential), nameof(ChatClientOptions.Secret), nameof(ChatClientOptions.Publisher),
            nameof(ChatClientOptions.Reconnect), nameof(ChatClientOptions.TimeProvider)];

    [Fact]
    public void Every_option_has_a_key_or_is_for_code_alone()
    {
        var options = typeof(ChatClientOptions).GetProperties().Select(option => option.Name).Except(OfCode);

        Assert.Equal(options.Order(), ClientSetting.All.Select(setting => setting.Key).Except(ClientSetting.Credentials).Order());
    }

    [Fact]
    public void The_manual_has_every_key()
    {
        var told = File.ReadLines(Repository.PathOf("src", "ChatProtocol.Hosting", "README.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);

        Assert.Equal(ClientSetting.All.Select(setting => setting.Key).Order(), told.Order());
    }

    [Fact]
    public void Every_key_sets_its_option()
    {
        var options = Read(new()
        {
            ["Chat:Address"] = "chats://chat.example",
            ["Chat:name"] = "builds",
            ["Chat:Password"] = "correct horse",
            ["Chat:Pin"] = "SHA256:uiiGB7le6UJ4T3Ch8V3gyLFMyjiFevpfXBe7v/jmkEE",
            ["Chat:Outbox"] = "/var/lib/app/outbox",
            ["Chat:Inbox"] = "true",
            ["Chat:StopAtRefusal"] = "True",
            ["Chat:Agent"] = "app/1",
            ["Chat:ConnectTimeout"] = "00:00:05",
            ["Chat:ConnectFor"] = "00:01:00",
            ["Chat:ReconnectFor"] = "infinite",
            ["Chat:RequestTimeout"] = "00:00:07.5",
            ["Chat:RoomWindow"] = "4096",
            ["Chat:KeepAliveInterval"] = "00:00:08",
            ["Chat:KeepAliveTimeout"] = "00:00:09",
        });

        var expected = ChatClientOptions.ForAccount(ChatAddress.Parse("chats://chat.example"), "builds", "correct horse") with
        {
            Pin = CertificatePin.TryParse("SHA256:uiiGB7le6UJ4T3Ch8V3gyLFMyjiFevpfXBe7v/jmkEE", out var pin) ? pin : null,
            Outbox = "/var/lib/app/outbox",
            Inbox = true,
            StopAtRefusal = true,
            Agent = "app/1",
            ConnectTimeout = TimeSpan.FromSeconds(5),
            ConnectFor = TimeSpan.FromMinutes(1),
            ReconnectFor = Timeout.InfiniteTimeSpan,
            RequestTimeout = TimeSpan.FromSeconds(7.5),
            RoomWindow = 4096,
            KeepAliveInterval = TimeSpan.FromSeconds(8),
            KeepAliveTimeout = TimeSpan.FromSeconds(9),
        };
        Assert.Equal(expected.Secret.ToArray(), options.Secret.ToArray());
        Assert.Equal(expected, options with { Secret = expected.Secret });
    }

    [Fact]
    public void A_server_that_starts_later_is_waited_for_unless_the_section_says_otherwise() =>
        Assert.Equal(Timeout.InfiniteTimeSpan, Read(new() { ["Chat:Token"] = "chat_t_abc" }).ConnectFor);

    [Fact]
    public void The_environment_gives_keys_as_usual()
    {
        var prefix = $"T{Guid.NewGuid():N}_";
        Environment.SetEnvironmentVariable($"{prefix}Chat__Token", "chat_t_abc");
        try
        {
            var section = new ConfigurationBuilder().AddEnvironmentVariables(prefix).Build().GetSection("Chat");
            var options = new ClientConfiguration(section, "Chat").Read();
            Assert.Equal(CredentialKind.Token, options.Credential);
            Assert.Equal("chat_t_abc"u8.ToArray(), options.Secret.ToArray());
        }
        finally
        {
            Environment.SetEnvironmentVariable($"{prefix}Chat__Token", null);
        }
    }

    [Fact]
    public void A_guests_secret_is_made_by_the_first_run_and_stays()
    {
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string?> { ["Chat:Name"] = "ann", ["Chat:SecretFile"] = folder.File("secret") };

        var first = Read(settings).Secret.ToArray();

        Assert.Equal(32, first.Length);
        Assert.Equal(first, Read(settings).Secret.ToArray());
    }

    [Theory]
    [InlineData("Address", "chat.example", "Chat:Address: 'chat.example' is not a server's address: expected chats://HOST:PORT")]
    [InlineData("Name", "a b\n", "Chat:Name: 'a b\n' cannot be a name: ")]
    [InlineData("Pin", "SHA256:abc", "Chat:Pin: 'SHA256:abc' is not a pin: expected SHA256: and 43 characters")]
    [InlineData("Inbox", "yes", "Chat:Inbox: 'yes' is not a switch: expected true or false")]
    [InlineData("RoomWindow", "0", "Chat:RoomWindow: '0' is not a number of bytes: expected 1 to 2147483647")]
    [InlineData("ConnectTimeout", "10", "Chat:ConnectTimeout: '10' is not a time: expected hh:mm:ss, more than 00:00:00")]
    [InlineData("ConnectTimeout", "infinite", "Chat:ConnectTimeout: 'infinite' is not a time: expected hh:mm:ss, more than 00:00:00")]
    [InlineData("ReconnectFor", "-00:00:01", "Chat:ReconnectFor: '-00:00:01' is not a time: expected hh:mm:ss or infinite")]
    [InlineData("Addres", "chat://a", "Chat:Addres is not a setting of a client: expected one of Address, Name, Token")]
    [InlineData("Address:Host", "a", "Chat:Address has keys of its own: expected one value")]
    [InlineData("SecretFile", "/", "Chat:SecretFile: ")]
    public void What_is_wrong_is_told_with_its_key_and_what_is_expected(string key, string value, string told) =>
        Assert.StartsWith(told, Assert.Single(FailuresOf(new() { [$"Chat:{key}"] = value })), StringComparison.Ordinal);

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once() =>
        Assert.Equal(3, FailuresOf(new() { ["Chat:Inbox"] = "1", ["Chat:Room"] = "tea", ["Chat:ConnectFor"] = "soon" }).Count());

    [Fact]
    public void No_secret_is_told()
    {
        var told = string.Concat(FailuresOf(new() { ["Chat:Token"] = "tökén", ["Chat:Password"] = new string('x', 2000) }));

        Assert.Contains("Chat:Token: that cannot be a token", told, StringComparison.Ordinal);
        Assert.Contains("Chat:Password: a password has at most 1024 bytes", told, StringComparison.Ordinal);
        Assert.Contains("Chat:Token and Chat:Password are set: leave one of them", told, StringComparison.Ordinal);
        Assert.DoesNotContain("tökén", told, StringComparison.Ordinal);
        Assert.DoesNotContain("xxx", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_without_a_name_or_without_a_secret_is_told_which_keys_to_set()
    {
        Assert.StartsWith("Chat:Token is missing: set it to a token", Assert.Single(FailuresOf([])), StringComparison.Ordinal);
        Assert.StartsWith("Chat:Name is missing: set it to the name", Assert.Single(FailuresOf(new() { ["Chat:Password"] = "correct horse" })), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_wrong_configuration_fails_the_start_of_the_host()
    {
        await using var wrong = HostedProgram.Build(new() { ["Chat:Addres"] = "chat://127.0.0.1" });
        Assert.Contains("Chat:Addres", (await Assert.ThrowsAsync<OptionsValidationException>(wrong.StartAsync)).Message, StringComparison.Ordinal);

        await using var legacy = HostedProgram.Build(new() { ["Chat:Address"] = "legacy://127.0.0.1", ["Chat:Token"] = "chat_t_abc" });
        Assert.StartsWith("Chat: legacy://127.0.0.1:9999 is a server of plain text", (await Assert.ThrowsAsync<OptionsValidationException>(legacy.StartAsync)).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_secret_that_others_can_read_is_told()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ScriptedServer();
        var settings = HostedProgram.Guest($"{server.Address}", folder);
        await GuestSecret.LoadOrCreateAsync(folder.File("ann"), TestContext.Current.CancellationToken);
        File.SetUnixFileMode(folder.File("ann"), UnixFileMode.UserRead | UnixFileMode.OtherRead);

        await using var program = await HostedProgram.StartAsync(settings);

        Assert.StartsWith("Chat:SecretFile: Others can read", (await program.Log.WaitForAsync(9)).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Code_may_change_what_the_section_says_or_say_everything()
    {
        await using var server = new ScriptedServer();
        await using var program = await HostedProgram.StartAsync([], add: builder => builder.AddChatClient("Chat", (_, options) => options with
        {
            Address = server.Address,
            Name = "ann",
            Secret = ScriptedServer.Secret,
        }));
        var peer = await server.AcceptAsync();
        await peer.WelcomeAsync(server.Limits);

        Assert.Equal("ann", (await peer.LogInAsync()).Name);
    }

    private static ChatClientOptions Read(Dictionary<string, string?> settings)
    {
        var configuration = new ClientConfiguration(new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("Chat"), "Chat");
        var options = configuration.Read();
        configuration.Check(options);
        return options;
    }

    private static IEnumerable<string> FailuresOf(Dictionary<string, string?> settings) =>
        Assert.Throws<OptionsValidationException>(() => Read(settings)).Failures;
}
