using System.Diagnostics;
using ChatProtocol.Client;

namespace ChatProtocol.Torture;

/// <summary>One data folder from its creation: cycles of starting and killing under load, then a full reading and the verdicts.</summary>
internal sealed class Round : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TortureOptions _options;
    private readonly string _program;
    private readonly CyclePlanner _planner;
    private readonly Random _random;
    private readonly string _folder = Directory.CreateTempSubdirectory("chat-torture-").FullName;
    private readonly PowerLoss? _power;
    private readonly CurrentAddress _current = new();
    private readonly List<string> _rooms;
    private readonly string _socket;
    private string _data;
    private bool _isRestored;

    public Round(TortureOptions options, string program, string? powerLibrary, CyclePlanner planner, Random random)
    {
        (_options, _program, _planner, _random) = (options, program, planner, random);
        _data = Path.Combine(_folder, "data0");
        _socket = Path.Combine(_folder, "chatd.sock");
        _rooms = [.. Enumerable.Range(1, options.Rooms).Select(i => $"room{i}")];
        var journals = Directory.CreateDirectory(Path.Combine(_folder, "unsynced")).FullName;
        _power = powerLibrary is null ? null : new PowerLoss(powerLibrary, _folder + "/", journals);
    }

    public Journal Journal { get; } = new();

    /// <summary>The time from each start until the server was ready.</summary>
    public List<TimeSpan> Starts { get; } = [];

    public int PowerCuts { get; private set; }

    public int Restores => _current.Era;

    /// <summary>Runs cycles while allowed, then reads every room and checks the journal.</summary>
    public async Task<IReadOnlyList<Verdict>> RunAsync(Func<bool> mayGoOn)
    {
        using var settle = new CancellationTokenSource();
        using var stop = new CancellationTokenSource();
        using var leave = new CancellationTokenSource();
        var writers = Enumerable.Range(1, _options.Writers)
            .Select(i => new Writer(i, _current, Journal, _rooms, _options.Window, Fork()).RunAsync(settle.Token, stop.Token)).ToList();
        var readers = Enumerable.Range(1, _options.Readers).Select(i => new Reader(i, _current, Journal, _rooms, Fork())).ToList();
        var reading = readers.ConvertAll(reader => reader.RunAsync(leave.Token));
        var residents = Enumerable.Range(101, _options.Residents)
            .Select(i => new Resident(i, ChatAddress.Parse($"unix:{_socket}"), _current, Journal, _rooms, _options.Window, Fork())).ToList();
        var residing = residents.ConvertAll(resident => resident.RunAsync(settle.Token, leave.Token));
        for (var cycle = 1; cycle <= _options.CyclesPerRound && !Journal.IsWrong && mayGoOn(); cycle++)
            await LiveAndDieAsync(cycle, residents);
        await settle.CancelAsync();
        if (!Journal.IsBroken)
            await SettleAsync([.. writers, .. residents.Select(resident => resident.Settled)], [.. readers, .. residents]);
        await leave.CancelAsync();
        await stop.CancelAsync();
        foreach (var client in (Task[])[.. writers, .. reading, .. residing])
            await AwaitEndAsync(client);
        return Checker.Check(Journal.ToList());
    }

    public async ValueTask DisposeAsync()
    {
        if (Keeps)
            await Journal.SaveAsync(Path.Combine(_folder, "journal"));
        else
            Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The folder of the data and the journal.</summary>
    public string Folder => _folder;

    /// <summary>Whether the folder is kept afterwards.</summary>
    public bool Keeps { get; set; }

    private Random Fork() => new(_random.Next());

    private async Task LiveAndDieAsync(int cycle, List<Resident> residents)
    {
        // Otherwise a room that the backup lacks would begin anew, and the checker could not know its entries.
        var mayBackUp = Journal.RoomsIn(_current.Era) == _rooms.Count;
        var plan = _planner.Next(isNew: cycle == 1, _isRestored, mayBackUp);
        var copy = Path.Combine(_folder, $"copy{cycle}.db");
        string end;
        await using (var chatd = await StartAsync(plan.Failpoint))
            end = chatd.Address is { } address ? await LiveAsync(chatd, address, plan, copy) : await DieEarlyAsync(chatd, plan);
        Lose(plan.PowerGoes);
        Journal.Add(new Cycle(_current.Era, cycle, end + (plan.PowerGoes ? ", and the power went" : "")));
        if (plan.Restore && File.Exists(copy))
            await RestoreAsync(copy, residents);
    }

    private async Task<string> LiveAsync(Chatd chatd, ChatAddress address, CyclePlan plan, string copy)
    {
        _current.Set(address);
        var backup = plan.Backup ? BackUpAsync(copy) : Task.CompletedTask;
        await Task.WhenAny(chatd.Ended, Task.Delay(plan.Patience));
        if (plan.Restore && !chatd.Ended.IsCompleted)
            await backup;
        var end = await EndAsync(chatd, plan);
        _current.Clear();
        await backup;
        return end;
    }

    private async Task<string> DieEarlyAsync(Chatd chatd, CyclePlan plan)
    {
        if (plan.Failpoint is not { } failpoint || !chatd.WasKilled)
            return await BreakAsync(chatd);
        _planner.Was(failpoint, reached: true);
        return failpoint;
    }

    private void Lose(bool powerGoes)
    {
        if (powerGoes)
        {
            PowerCuts++;
            _power?.Cut(_random);
        }
        else
        {
            _power?.Forget();
        }
        // SQLite creates the file anew; after a power cut it would be missing.
        File.Delete(Path.Combine(_data, "chat.db-shm"));
    }

    private async Task<Chatd> StartAsync(string? failpoint)
    {
        var clock = Stopwatch.StartNew();
        var chatd = await Chatd.StartAsync(_program, _data, _socket, failpoint, _power);
        if (chatd.Address is not null)
        {
            Starts.Add(clock.Elapsed);
            _isRestored = false;
        }
        return chatd;
    }

    private async Task<string> EndAsync(Chatd chatd, CyclePlan plan)
    {
        if (plan.Failpoint is { } failpoint)
        {
            _planner.Was(failpoint, reached: chatd.Ended.IsCompleted);
            if (chatd.Ended.IsCompleted)
                return chatd.WasKilled ? failpoint : await BreakAsync(chatd);
        }
        if (chatd.Ended.IsCompleted)
            return await BreakAsync(chatd);
        if (!plan.EndsWell)
        {
            await chatd.KillAsync();
            return "killed";
        }
        return await chatd.StopAsync() ? "ended well" : await BreakAsync(chatd);
    }

    private async Task<string> BreakAsync(Chatd chatd)
    {
        var how = chatd.Ended.IsCompleted ? await chatd.DescribeEndAsync() : "chatd does not end when it is told to";
        Journal.Add(new Broke(_current.Era, "chatd", how));
        return how;
    }

    /// <summary>Waits for a client's task, which may end by being cancelled.</summary>
    private static async Task AwaitEndAsync(Task client)
    {
        try
        {
            await client;
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Lets every client finish, with a server that is not killed any more.</summary>
    private async Task SettleAsync(List<Task> writers, List<IListener> listeners)
    {
        await using var chatd = await StartAsync(null);
        if (chatd.Address is not { } address)
        {
            await BreakAsync(chatd);
            return;
        }
        _current.Set(address);
        try
        {
            await Task.WhenAll(writers).WaitAsync(Patience);
            var heads = await FinalReading.RunAsync(_current, Journal, _rooms);
            await AdministerAsync(VerifyAsync);
            var late = Stopwatch.StartNew();
            while (listeners.Find(listener => heads.Any(head => !listener.HasRead(head.Key, head.Value))) is { } behind && !Journal.IsWrong)
            {
                if (late.Elapsed > Patience)
                    Journal.Add(new Broke(_current.Era, behind.Name, "it is not given what there is"));
                await Task.Delay(20);
            }
        }
        catch (Exception e) when (e is TimeoutException or ChatException)
        {
            Journal.Add(new Broke(_current.Era, "chatd", $"at the end: {e.Message}"));
        }
        _current.Clear();
        await chatd.KillAsync();
    }

    private async Task VerifyAsync(ChatAdmin admin)
    {
        if ((await admin.VerifyAsync()).Damaged is > 0 and var damaged)
            Journal.Add(new Broke(_current.Era, "chatd", $"{damaged} segments are damaged"));
    }

    private async Task BackUpAsync(string copy)
    {
        try
        {
            await AdministerAsync(admin => admin.BackupAsync(copy));
        }
        catch (ChatException)
        {
            // The server was killed during the backup: the copy is whole or missing.
        }
    }

    private async Task AdministerAsync(Func<ChatAdmin, Task> act)
    {
        await using var admin = await ChatClient.ConnectAsync(new ChatClientOptions
        {
            Address = ChatAddress.Parse($"unix:{_data}/admin.sock"),
            Name = "admin",
            Credential = CredentialKind.LocalAdmin,
            ReconnectFor = TimeSpan.Zero,
        });
        await act(admin.Admin);
    }

    private async Task RestoreAsync(string copy, List<Resident> residents)
    {
        // The clients' earlier deliveries belong to the era that ends.
        for (var late = Stopwatch.StartNew(); !residents.TrueForAll(resident => resident.IsCut) && late.Elapsed < Patience;)
            await Task.Delay(1);
        _current.BeginEra();
        _data = Path.Combine(_folder, $"data{_current.Era}");
        Directory.CreateDirectory(_data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Move(copy, Path.Combine(_data, "chat.db"));
        _isRestored = true;
    }
}
