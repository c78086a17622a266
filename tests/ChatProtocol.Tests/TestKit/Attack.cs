using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>
/// A server that is attacked, and an innocent user of it who has to be served all the time. Alone, a test starts both and
/// judges them. Under <c>tests/attacks.sh</c> the server runs already, the script has an innocent user of its own, and the
/// attack only goes on for as long as the script says.
/// </summary>
internal sealed class Attack : IAsyncDisposable
{
    /// <summary>As many requests as may be in flight.</summary>
    private const int Pipeline = 1024;

    /// <summary>Answers that the innocent has to get while the attack goes on.</summary>
    private const int Answers = 50;

    // Set by the script: the server's data folder and ports, and a file that is there while the attack is to go on.
    private static readonly string? OutsideData = Environment.GetEnvironmentVariable("ATTACK_DATA");
    private static readonly string? OutsideTcp = Environment.GetEnvironmentVariable("ATTACK_TCP");
    private static readonly string? OutsideTls = Environment.GetEnvironmentVariable("ATTACK_TLS");
    private static readonly string? OutsideFlag = Environment.GetEnvironmentVariable("ATTACK_FLAG");

    private readonly Installation? _installation;
    private readonly List<Innocent> _innocents;
    private readonly List<IAsyncDisposable> _clients = [];
    private readonly List<Task> _going = [];
    private readonly CancellationTokenSource _over = new();

    private Attack(Installation? installation, params List<Innocent> innocents)
    {
        _installation = installation;
        _innocents = innocents;
    }

    public IPEndPoint Tcp => _installation?.Chatd.Tcp ?? IPEndPoint.Parse(OutsideTcp!);

    /// <summary>The port for TLS, where the options have one.</summary>
    public IPEndPoint Tls => _installation?.Chatd.Tls ?? IPEndPoint.Parse(OutsideTls!);

    public UnixDomainSocketEndPoint AdminSocket => _installation?.AdminSocket ?? new(Path.Combine(OutsideData!, "admin.sock"));

    private string Data => _installation?.Data ?? OutsideData!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="options">What chatd is told, which the script tells it too.</param>
    public static async Task<Attack> BeginAsync(params string[] options)
    {
        if (OutsideData is not null)
            return new Attack(null);
        var installation = await Installation.StartAsync(options);
        // By the Unix socket, where the attackers are not: it is near whoever else is.
        var attack = new Attack(installation, await Innocent.EnterAsync(installation.Chatd, await RawClient.ConnectAsync(installation.Socket)));
        if (options.Any(option => option.StartsWith("tls://", StringComparison.Ordinal)))
            attack._innocents.Add(await Innocent.EnterAsync(installation.Chatd, await RawClient.ConnectTlsAsync(installation.Chatd.Tls)));
        return attack;
    }

    public async Task<RawClient[]> LogInAsync(int count, Func<int, string> name, int receiveBuffer = 0, bool inbox = false)
    {
        var clients = new RawClient[count];
        await Parallel.ForAsync(0, count, Stop, async (i, _) =>
        {
            var client = Keep(await RawClient.ConnectAsync(Tcp, receiveBuffer));
            clients[i] = await client.LogInAsync(_ => client.LoginOf(name(i)) with { Inbox = inbox });
        });
        return clients;
    }

    /// <summary>Why this one may not log in; null if it may.</summary>
    public async Task<ErrorCode?> TryLogInAsync(string name)
    {
        var client = Keep(await RawClient.ConnectAsync(Tcp));
        await client.SendAsync(client.Hello(), client.LoginOf(name));
        var answer = await client.ReceiveAsync();
        if (answer is Welcome)
            answer = await client.ReceiveAsync();
        return answer is LoggedIn ? null : Assert.IsType<Error>(answer).Reason;
    }

    /// <summary>Has a client closed with the attack.</summary>
    public T Keep<T>(T client)
        where T : IAsyncDisposable
    {
        lock (_clients)
            _clients.Add(client);
        return client;
    }

    /// <summary>From now on the client sends its requests all the time, and takes the answers without looking at them.</summary>
    public void Flood(RawClient client, Func<int, Frame> request, int pipeline = Pipeline)
    {
        var bytes = Enumerable.Range(0, pipeline).Select(request).SelectMany(FrameCodec.Encode).ToArray();
        var draining = client.DrainAsync();
        _going.Add(draining);
        _going.Add(SendAsync());

        async Task SendAsync()
        {
            while (!draining.IsCompleted)
                await client.SendBytesAsync(bytes);
        }
    }

    /// <summary>From now on this is done again and again, whether the server goes along or not.</summary>
    public void Repeat(Func<Task> once)
    {
        _going.Add(RepeatAsync());

        async Task RepeatAsync()
        {
            while (!_over.IsCancellationRequested)
                await Record.ExceptionAsync(once);
        }
    }

    /// <summary>From now on the client takes whatever comes, as long as the server does not close it.</summary>
    public void Drain(RawClient client) => _going.Add(client.DrainAsync());

    /// <summary>
    /// The innocent and the operator are served while the attack goes on, the server holds no more than it may, and it ends
    /// when it is told to.
    /// </summary>
    /// <param name="memory">
    /// Megabytes that the server's process may have had in memory at once: about twice what is needed for such a crowd, of
    /// which 80 are the runtime's, so that whatever grows with the attack is found.
    /// </param>
    /// <param name="disk">Megabytes that the data folder may have, chosen in the same way.</param>
    public Task HoldsOutAsync(int memory, int disk) => HoldsOutAsync(memory, () => disk);

    /// <summary>The same where the data folder may grow with time.</summary>
    public async Task HoldsOutAsync(int memory, Func<int> disk)
    {
        if (_installation is null)
        {
            await ScriptHasMeasuredAsync();
            return;
        }
        var status = _installation.ChatctlAsync("status");
        foreach (var innocent in _innocents)
            await innocent.AnswersAsync(Answers);
        (await status).Done();
        foreach (var innocent in _innocents)
            await innocent.WasServedAsync();
        Assert.DoesNotContain(_going, one => one.IsCompleted);
        var (held, stored) = (_installation.Chatd.PeakMemory / (1024 * 1024), SizeOfData() / (1024 * 1024));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{held} MB in memory at most, {stored} MB on the disk"));
        Assert.InRange(held, 0, memory);
        Assert.InRange(stored, 0, disk());

        _installation.Chatd.Signal(PosixSignal.SIGTERM);
        // The grace of seven seconds, and what a machine that stands still adds: docker stop kills after ten.
        Assert.Equal(0, await _installation.Chatd.ExitAsync().WaitAsync(TimeSpan.FromSeconds(10) + _innocents[0].MachineStoodStill, Stop));
        await _over.CancelAsync();
        await Record.ExceptionAsync(() => Task.WhenAll(_going));
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        foreach (var innocent in _innocents)
            await innocent.DisposeAsync();
        foreach (var client in _clients)
            await client.DisposeAsync();
        await Record.ExceptionAsync(() => Task.WhenAll(_going));
        if (_installation is not null)
            await _installation.DisposeAsync();
        _over.Dispose();
    }

    /// <summary>Tells the script that everything is in place, and waits until it has seen enough.</summary>
    private static Task ScriptHasMeasuredAsync()
    {
        File.WriteAllText(OutsideFlag!, "");
        return WaitAsync();

        static async Task WaitAsync()
        {
            while (File.Exists(OutsideFlag))
                await Task.Delay(100, Stop);
        }
    }

    private long SizeOfData() => new DirectoryInfo(Data).EnumerateFiles().Sum(file => file.Length);
}
