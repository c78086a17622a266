using System.Security.Cryptography;
using System.Text;
using ChatProtocol.Client;
using ChatProtocol.Testing;

namespace ChatProtocol.Tests.Testing;

/// <summary>A server that a scenario runs against.</summary>
internal interface ITestedServer : IAsyncDisposable
{
    ChatClientOptions OptionsFor(string name);

    ChatClientOptions OptionsForAccount(string name, string password);

    ChatClientOptions OptionsForToken(string token);

    ChatClientOptions OptionsForAdmin();

    /// <summary>Waits for something that takes the server's time.</summary>
    Task UntilAsync(Task comes);

    /// <summary>Ends the server in good order, and starts it again on what is stored.</summary>
    Task RestartAsync();
}

/// <summary>The server in memory.</summary>
internal sealed class TestedInMemory : ITestedServer
{
    private readonly ChatTestServer _server = new();

    public ChatClientOptions OptionsFor(string name) => _server.OptionsFor(name);

    public ChatClientOptions OptionsForAccount(string name, string password) => _server.OptionsForAccount(name, password);

    public ChatClientOptions OptionsForToken(string token) => _server.OptionsForToken(token);

    public ChatClientOptions OptionsForAdmin() => _server.OptionsForAdmin();

    public Task UntilAsync(Task comes) => _server.AdvanceUntilAsync(comes);

    public Task RestartAsync()
    {
        _server.Stop(back: TimeSpan.FromMilliseconds(100));
        _server.Restart();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}

/// <summary>The real server with its database, in this process, on a socket in a folder of its own.</summary>
internal sealed class TestedOnDisk : ITestedServer
{
    private readonly TemporaryFolder _folder;
    private TestServer _server;

    private TestedOnDisk(TemporaryFolder folder, TestServer server) => (_folder, _server) = (folder, server);

    private ChatAddress Address => ChatAddress.Parse($"unix:{_folder.File("chat.sock")}");

    public static async Task<TestedOnDisk> StartAsync()
    {
        var folder = new TemporaryFolder();
        return new TestedOnDisk(folder, await StartAsync(folder));
    }

    public ChatClientOptions OptionsFor(string name) => new() { Address = Address, Name = name, Secret = SHA256.HashData(Encoding.UTF8.GetBytes(name)) };

    public ChatClientOptions OptionsForAccount(string name, string password) => ChatClientOptions.ForAccount(Address, name, password);

    public ChatClientOptions OptionsForToken(string token) => ChatClientOptions.ForToken(Address, token);

    public ChatClientOptions OptionsForAdmin() => ChatClientOptions.ForAdmin(ChatAddress.Parse($"unix:{_folder.File("data/admin.sock")}"));

    public Task UntilAsync(Task comes) => comes;

    public async Task RestartAsync()
    {
        await _server.StopAsync(TimeSpan.FromSeconds(5), back: 100);
        await _server.DisposeAsync();
        _server = await StartAsync(_folder);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private static Task<TestServer> StartAsync(TemporaryFolder folder) =>
        TestServer.StartAsync(options => options with { Listen = [$"unix:{folder.File("chat.sock")}"], DataFolder = folder.File("data") }, folder);
}
