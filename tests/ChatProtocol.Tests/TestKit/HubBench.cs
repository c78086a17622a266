using ChatProtocol.Hub;
using ChatProtocol.Testing;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>
/// The real hub with a log, peers and a clock that do only what the test says. One thread; nothing waits.
/// </summary>
internal sealed class HubBench
{
    public const ulong Epoch = 77;

    /// <summary>The epoch of a room that the hub has made.</summary>
    public static ulong EpochOf(ulong room) => Epoch + room;
    public const long Begin = 1_700_000_000_000;

    public static readonly byte[] ServerId = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    public HubBench(Func<HubOptions, HubOptions>? with = null)
    {
        Options = new HubOptions { Server = ServerId, Epoch = Epoch, HashKey = ServerId, Agent = "bench/1" };
        Options = with is null ? Options : with(Options);
        Hub = Start();
    }

    public HubOptions Options { get; private set; }

    public FakeLog Log { get; } = new();

    public FakePasswordHasher Hasher { get; } = new();

    /// <summary>Everybody who ever came since the start.</summary>
    public List<HubClient> Clients { get; } = [];

    public ChatHub Hub { get; private set; }

    /// <summary>What the wall clock shows.</summary>
    public long Now { get; private set; } = Begin;

    /// <summary>Milliseconds that have passed, whatever the wall clock shows.</summary>
    public long Elapsed { get; private set; }

    /// <summary>Of these, while the machine slept.</summary>
    public long Asleep { get; private set; }

    /// <summary>While set, every batch is lost.</summary>
    public bool LosesBatches { get; set; }

    /// <summary>How what takes long goes.</summary>
    public MaintenanceResult MaintenanceResult { get; set; } = new(null, Segments: 3, Entries: 20, Damaged: 1);

    /// <summary>What admins have ordered.</summary>
    public List<ShutdownOrder> Orders { get; } = [];

    public HubClient Connect(string transport = "tcp", string? from = null)
    {
        // Somebody elsewhere is not near.
        var peer = from is null ? new FakePeer(this) { Transport = transport }
            : new FakePeer(this) { Transport = transport, Address = from, Origin = new Origin(from, IsNear: false) };
        var client = new HubClient(this, peer);
        Clients.Add(client);
        return client;
    }

    /// <summary>A connection that has said hello.</summary>
    public HubClient Greet(string transport = "tcp", string? from = null)
    {
        var client = Connect(transport, from);
        client.Ask<Welcome>(id => new Hello(id, 1, 1, [], "test"));
        return client;
    }

    /// <summary>A guest who is logged in.</summary>
    public HubClient LogIn(
        string name, string? key = null, byte? publisher = null, bool inbox = false, string? from = null, ulong? window = null)
    {
        var client = Greet(from: from);
        client.LoggedIn = client.Ask<LoggedIn>(id => HubClient.GuestLogin(id, name, key, publisher, inbox, window));
        return client;
    }

    /// <summary>A guest whom the log knows already, so that the login waits for no commit and disturbs none.</summary>
    public HubClient LogInBehind(string name, byte? publisher = null)
    {
        var client = Connect();
        client.Send(id => new Hello(id, 1, 1, [], "test"));
        var login = client.Send(id => HubClient.GuestLogin(id, name, null, publisher));
        client.LoggedIn = Assert.IsType<LoggedIn>(client.AnswerTo(login));
        return client;
    }

    /// <summary>Somebody who is logged in to an account that an admin made, with the name as its password.</summary>
    public HubClient LogInAs(string name, AccountRole role)
    {
        LogInAdmin().Ask<Ok>(id => new CreateAccount(id, name, (int)role, HubClient.PasswordOf(name)));
        return LogInByPassword(name);
    }

    /// <summary>Somebody who is logged in to an account there is, with the name as its password if no other is given.</summary>
    public HubClient LogInByPassword(string name, string? password = null, string? from = null)
    {
        var client = Greet(from: from);
        client.LoggedIn = client.Ask<LoggedIn>(id => HubClient.PasswordLogin(id, name, password));
        return client;
    }

    /// <summary>A program that is logged in by a token.</summary>
    public HubClient LogInByToken(ReadOnlyMemory<byte> token, bool inbox = false)
    {
        var client = Greet();
        client.LoggedIn = client.Ask<LoggedIn>(id => HubClient.TokenLogin(id, token, inbox));
        return client;
    }

    public HubClient LogInAdmin()
    {
        var client = Greet("admin");
        client.LoggedIn = client.Ask<LoggedIn>(id => new Login(id, "", CredentialKind.LocalAdmin, default, null, false));
        return client;
    }

    /// <summary>Hands what has gathered to the log, stores it, and lets the hub finish its fan-out.</summary>
    public void Commit()
    {
        Hub.Flush();
        Hub.Committed(Log.Store());
        Work();
    }

    /// <summary>Hands what has gathered to the log, unless it has a batch, and loses it.</summary>
    public void Fail()
    {
        Hub.Flush();
        Hub.CommitFailed(Log.Take());
        Work();
    }

    public void Work()
    {
        while (Hub.Work())
        {
        }
    }

    public void AnswerRead()
    {
        var read = Log.Reads.Dequeue();
        Hub.ReadDone(read, Log.Find(read.Query));
    }

    public void AnswerSearch()
    {
        var read = Log.Searches.Dequeue();
        Hub.SearchDone(read, Log.Find(read.Search));
    }

    /// <summary>Does what the hasher was asked for.</summary>
    public void Hash()
    {
        while (Hasher.Tasks.TryDequeue(out var task))
            Hub.PasswordDone(task, FakePasswordHasher.Do(task));
    }

    /// <summary>Hashes, commits, reads and fans out until nothing is left to do.</summary>
    public void Settle()
    {
        Work();
        Hub.Flush();
        while (Log.UnderWay is not null || Log.Reads.Count > 0 || Log.MaintenanceTasks.Count > 0 || Log.Searches.Count > 0 || Hasher.Tasks.Count > 0)
        {
            Hash();
            if (Log.MaintenanceTasks.TryDequeue(out var task))
                Hub.MaintenanceDone(task, MaintenanceResult);
            while (Log.Reads.Count > 0)
                AnswerRead();
            while (Log.Searches.Count > 0)
                AnswerSearch();
            if (Log.UnderWay is not null && LosesBatches)
                Hub.CommitFailed(Log.Take());
            else if (Log.UnderWay is not null)
                Hub.Committed(Log.Store());
            Work();
            Hub.Flush();
        }
    }

    /// <summary>Lets time pass, doing what is due when it is due.</summary>
    public void Pass(TimeSpan span)
    {
        var end = Elapsed + (long)span.TotalMilliseconds;
        while (Hub.NextDue is { } due && due <= end)
            TickAt(Math.Max(due, Elapsed));
        TickAt(end);
    }

    /// <summary>Time passes in which the server does not run: it was stopped, or its thread had no turn.</summary>
    public void Freeze(TimeSpan span)
    {
        Elapsed += (long)span.TotalMilliseconds;
        Now += (long)span.TotalMilliseconds;
        Hub.Advance(Moment);
    }

    /// <summary>The machine sleeps: the clock that never jumps stands still, the others go on.</summary>
    public void Sleep(TimeSpan span)
    {
        Asleep += (long)span.TotalMilliseconds;
        Now += (long)span.TotalMilliseconds;
        Hub.Advance(Moment);
    }

    /// <summary>Sets the wall clock, back as well as forward, and does nothing else.</summary>
    public void SetClock(long now)
    {
        Now = now;
        Hub.Advance(Moment);
    }

    /// <summary>The server dies and another is started on what the log has stored.</summary>
    public void Restart(Func<HubOptions, HubOptions>? with = null)
    {
        Options = with is null ? Options : with(Options);
        Hub = Start();
    }

    private ChatHub Start()
    {
        Log.Forget();
        Hasher.Tasks.Clear();
        Clients.Clear();
        var hub = new ChatHub(Options, Log, Hasher, Orders.Add);
        Log.AnswerLookup = read => hub.Found(read, Log.Find(read.Query));
        hub.Advance(Moment);
        // What a start itself has to store, before anybody comes.
        hub.Flush();
        if (LosesBatches)
            hub.CommitFailed(Log.Take());
        else
            hub.Committed(Log.Store());
        return hub;
    }

    private Moment Moment => new(Elapsed, Elapsed + Asleep, Now);

    private void TickAt(long elapsed)
    {
        Now += elapsed - Elapsed;
        Elapsed = elapsed;
        Hub.Advance(Moment);
        Hub.Tick();
        Work();
        foreach (var client in Clients)
            client.AnswerPings();
    }
}
