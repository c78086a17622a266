using System.Net.Sockets;
using System.Text;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>A running chatd, the users of the machine that it runs on, and their operator. All files are in one folder, gone with the test.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string[] _options;
    private ChatdProcess? _chatd;

    private Installation(string[] options) => _options = options;

    public ChatdProcess Chatd => _chatd!;

    /// <summary>What clients call the server.</summary>
    public string Address => $"chat://{Chatd.Tcp}";

    /// <summary>Where it is found again after a restart.</summary>
    public string SocketAddress => $"unix:{_folder.File("chat.sock")}";

    public UnixDomainSocketEndPoint Socket => new(_folder.File("chat.sock"));

    public UnixDomainSocketEndPoint AdminSocket => new(Path.Combine(Data, "admin.sock"));

    public string Data => _folder.File("data");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="options">What chatd is told beside where its data is and where it listens.</param>
    public static async Task<Installation> StartAsync(params string[] options)
    {
        var installation = new Installation(options);
        try
        {
            await installation.StartChatdAsync();
            return installation;
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts chatd again with the same data, once the one before has ended.</summary>
    public async Task StartChatdAsync()
    {
        if (_chatd is not null)
            await _chatd.DisposeAsync();
        _chatd = await ChatdProcess.StartAsync(["--data", Data, "--listen", "tcp://127.0.0.1:0", "--listen", SocketAddress, "--log-level", "warning", .. _options]);
    }

    /// <summary>A user by a folder of his own, who is called the same in the chat.</summary>
    public User User(string name) => new(this, name, _folder.File(name));

    /// <summary>A user by a folder of his own, who chose no name.</summary>
    public User Nameless(string folder) => new(this, null, _folder.File(folder));

    public Task<ToolResult> ChatctlAsync(params string[] arguments) => PipeChatctlAsync("", arguments);

    /// <summary>Runs chatctl with this on standard input.</summary>
    public Task<ToolResult> PipeChatctlAsync(string input, params string[] arguments) => ToolProcess.RunAsync(
        ToolProcess.Program("chatctl"), [.. arguments.Any(a => a is "--data" or "--socket" or "--server" or "--context" or "context") ? Array.Empty<string>() : ["--data", Data], .. arguments],
        User("operator").Environment, Encoding.UTF8.GetBytes(input));

    /// <summary>Waits until the sessions of this name are in so many rooms, one number a session.</summary>
    public async Task WaitForSessionsAsync(string name, params int[] rooms)
    {
        await using var admin = await ChatClient.ConnectAsync(new ChatClientOptions
        {
            Address = ChatAddress.Parse($"unix:{Data}/admin.sock"),
            Name = "admin",
            Credential = CredentialKind.LocalAdmin,
            ReconnectFor = TimeSpan.Zero,
        }, Stop);
        var seen = new List<ChatSessionInfo>();
        await Eventually.TrueAsync(
            async () => (seen = await admin.Admin.SessionsAsync(Stop).ToListAsync(Stop))
                .Where(s => s.Name == name).Select(s => (int)s.Rooms).Order().SequenceEqual(rooms.Order()),
            () => $"Waiting for {name} in {string.Join(" and ", rooms)} rooms; there is:\n{string.Join('\n', seen)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_chatd is not null)
        {
            await _chatd.DisposeAsync();
            TestContext.Current.TestOutputHelper?.WriteLine(await _chatd.Error);
        }
        _folder.Dispose();
    }
}
