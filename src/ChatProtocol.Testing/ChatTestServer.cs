using System.Security.Cryptography;
using System.Text;
using ChatProtocol.Client;
using ChatProtocol.Hub;

namespace ChatProtocol.Testing;

/// <summary>
/// A server in memory: the hub of <c>chatd</c>, with a clock, a network and a disk that the test rules. It opens no socket and no file, and
/// starts no thread: what a client sends is handled, stored and answered on the client's thread, before its write returns. Each server is a
/// world of its own. Thread-safe. Dispose the clients before it.
/// </summary>
public sealed class ChatTestServer : IAsyncDisposable
{
    /// <summary>The password of an account unless another is given.</summary>
    public const string DefaultPassword = "password";

    /// <summary>The longest part of a span that passes step by step: more than either side waits for a sign of life.</summary>
    private static readonly TimeSpan Stepped = TimeSpan.FromMinutes(2);

    /// <summary>How long the clock goes on until the clients get to speak.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    /// <summary>The real time that a client gets for its answer, which takes it microseconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ChatTestServerOptions _options;
    private readonly HubHost _host;
    private readonly SemaphoreSlim _advancing = new(1);

    /// <summary>Starts a server with default settings and a clock of its own.</summary>
    public ChatTestServer()
        : this(new ChatTestServerOptions())
    {
    }

    /// <summary>Starts a server.</summary>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">The limits are none that a server may have.</exception>
    public ChatTestServer(ChatTestServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        Time = options.Time ?? new ManualTime();
        _host = new HubHost(options, Time);
    }

    /// <summary>The address of the admin socket, at which <see cref="DialAsync"/> lets an admin in.</summary>
    public static ChatAddress AdminAddress { get; } = ChatAddress.Parse("unix:/chat-test-server/admin.sock");

    /// <summary>The clock of the server and, unless their options have another, of the clients.</summary>
    public TimeProvider Time { get; }

    /// <summary>Whether the server runs: not once it was killed, or was stopped by an admin, until <see cref="Restart"/>.</summary>
    public bool IsRunning => _host.IsRunning;

    /// <summary>
    /// The options of a guest, to be changed with <c>with</c> and given to <see cref="ChatClient.ConnectAsync"/>. The secret is made from the
    /// name: whoever comes again by a name is the same user.
    /// </summary>
    /// <param name="name">The guest's name.</param>
    public ChatClientOptions OptionsFor(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Here(new ChatClientOptions { Name = name, Secret = SHA256.HashData(Encoding.UTF8.GetBytes(name)) });
    }

    /// <summary>The options of a person with an account, as <see cref="CreateAccountAsync"/> makes one; also for <see cref="ChatClient.RegisterAsync"/>.</summary>
    /// <param name="name">The account's name.</param>
    /// <param name="password">The account's password.</param>
    public ChatClientOptions OptionsForAccount(string name, string password = DefaultPassword) =>
        Here(ChatClientOptions.ForAccount(ChatAddress.Default, name, password));

    /// <summary>The options of a program with a token.</summary>
    /// <param name="token">The token, as <see cref="CreateTokenAsync"/> gave it.</param>
    public ChatClientOptions OptionsForToken(string token) => Here(ChatClientOptions.ForToken(ChatAddress.Default, token));

    /// <summary>The options of an admin of the server.</summary>
    public ChatClientOptions OptionsForAdmin() => Here(ChatClientOptions.ForAdmin(AdminAddress));

    /// <summary>Connects a guest. The caller disposes the client.</summary>
    /// <param name="name">The guest's name.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ChatException">The connection or the login failed.</exception>
    public Task<ChatClient> ConnectAsync(string name, CancellationToken cancellationToken = default) => ChatClient.ConnectAsync(OptionsFor(name), cancellationToken);

    /// <summary>Connects a person with an account. The caller disposes the client.</summary>
    /// <param name="name">The account's name.</param>
    /// <param name="password">The account's password.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ChatException">The connection or the login failed.</exception>
    public Task<ChatClient> ConnectAccountAsync(string name, string password = DefaultPassword, CancellationToken cancellationToken = default) =>
        ChatClient.ConnectAsync(OptionsForAccount(name, password), cancellationToken);

    /// <summary>Connects an admin of the server. The caller disposes the client.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ChatException">The connection failed.</exception>
    public Task<ChatClient> ConnectAdminAsync(CancellationToken cancellationToken = default) => ChatClient.ConnectAsync(OptionsForAdmin(), cancellationToken);

    /// <summary>Makes an account, as an admin does.</summary>
    /// <param name="name">The account's name.</param>
    /// <param name="password">The account's password; at least <see cref="Secrets.MinPassword"/> bytes.</param>
    /// <param name="role">Its rights on the server.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ChatException">It was refused, as <see cref="ErrorCode.NameTaken"/>.</exception>
    public async Task CreateAccountAsync(
        string name, string password = DefaultPassword, AccountRole role = AccountRole.Member, CancellationToken cancellationToken = default)
    {
        var admin = await ConnectAdminAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = admin.ConfigureAwait(false);
        await admin.Admin.Accounts.CreateAsync(name, role, password, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes a token of an account, as its user does.</summary>
    /// <param name="name">The account's name.</param>
    /// <param name="scopes">What the token may be used for.</param>
    /// <param name="password">The account's password.</param>
    /// <param name="lifetime">How long it lasts, by <see cref="Time"/>. 30 days by default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The token, for <see cref="OptionsForToken"/>.</returns>
    /// <exception cref="ChatException">It was refused.</exception>
    public async Task<string> CreateTokenAsync(
        string name, TokenScopes scopes, string password = DefaultPassword, TimeSpan? lifetime = null, CancellationToken cancellationToken = default)
    {
        var client = await ConnectAccountAsync(name, password, cancellationToken).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);
        var token = await client.Account.CreateTokenAsync("a test's", scopes, lifetime: lifetime ?? TimeSpan.FromDays(30), cancellationToken: cancellationToken).ConfigureAwait(false);
        return token.Secret;
    }

    /// <summary>
    /// Connects to the server; what <see cref="ChatClientOptions.Dial"/> is in the options that this server makes. While the network is
    /// partitioned it waits.
    /// </summary>
    /// <param name="address"><see cref="AdminAddress"/> for an admin, any other of <c>chat://</c> or <c>unix:</c> for a user.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="IOException">The server does not run.</exception>
    public async ValueTask<Stream> DialAsync(ChatAddress address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsTls || address.IsLegacy)
            throw new NotSupportedException("a test server speaks neither TLS nor plain text; test that with chatd");
        return await _host.ConnectAsync(KindOf(address), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Moves the clock on. Timers are called in their order, on the caller's thread; after each half second the clients get to speak, so that nobody is
    /// taken for silent. The first part of a span of more than two minutes passes at once, as for machines that have slept
    /// (<see cref="ManualTime.Jump"/>). At the end every client has received what it was sent, as after <see cref="SettleAsync"/>.
    /// </summary>
    /// <param name="by">How long; not negative.</param>
    /// <exception cref="InvalidOperationException">The clock is another than a <see cref="ManualTime"/>.</exception>
    public async Task AdvanceAsync(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var clock = Clock;
        await _advancing.WaitAsync().ConfigureAwait(false);
        try
        {
            var target = clock.Elapsed + by;
            if (by > Stepped)
            {
                clock.Jump(by - Stepped);
                await SettleAsync().ConfigureAwait(false);
            }
            while (clock.NextDue is { } next && next <= target)
            {
                clock.AdvanceTo(next + Step < target ? next + Step : target);
                await SettleAsync().ConfigureAwait(false);
            }
            clock.AdvanceTo(target);
            await SettleAsync().ConfigureAwait(false);
        }
        finally
        {
            _advancing.Release();
        }
    }

    /// <summary>
    /// Moves the clock on, half a second at a time, until something has come about: the way to an event that takes several timers and the
    /// clients' own work between them, as a lost connection that is restored after some attempts.
    /// </summary>
    /// <param name="comes">What is waited for; its failure is thrown.</param>
    /// <param name="atMost">How much time may pass for it. An hour by default.</param>
    /// <exception cref="TimeoutException">It has not come about.</exception>
    /// <exception cref="InvalidOperationException">The clock is another than a <see cref="ManualTime"/>.</exception>
    public async Task AdvanceUntilAsync(Task comes, TimeSpan? atMost = null)
    {
        ArgumentNullException.ThrowIfNull(comes);
        var clock = Clock;
        var limit = atMost ?? TimeSpan.FromHours(1);
        for (var until = clock.Elapsed + limit; !comes.IsCompleted; await AdvanceAsync(Step).ConfigureAwait(false))
        {
            if (clock.Elapsed >= until)
                throw new TimeoutException($"what the test waits for has not come about within {limit} of the test server's clock");
            // Real time, in which the clients take up what the timers have begun.
            await Task.WhenAny(comes, Task.Delay(1)).ConfigureAwait(false);
        }
        await comes.ConfigureAwait(false);
    }

    /// <summary>
    /// Completes when the server has nothing left to do, and every client has received all that it was sent: what is not among its
    /// events then was not sent. No time passes. Clients that are cut off by <see cref="Partition"/> are not waited for.
    /// </summary>
    /// <exception cref="TimeoutException">A client does not answer within ten seconds of real time.</exception>
    public async Task SettleAsync()
    {
        try
        {
            await _host.ProbeAsync().WaitAsync(Patience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"a client of the test server does not answer a ping within {Patience.TotalSeconds:0} s of real time: its threads are blocked, or it is no client of this protocol");
        }
    }

    /// <summary>
    /// Ends the server as a crash does: connections break, and what was not stored is lost. Each acknowledged post is stored.
    /// </summary>
    public void Kill() => _host.Kill();

    /// <summary>Starts the server again with what is stored; one that runs is killed first. Clients come back as their options say, which takes time to pass.</summary>
    public void Restart() => _host.Start();

    /// <summary>Keeps a copy of all that is stored, in place of an earlier one.</summary>
    public void Backup() => _host.Act(static log => log.Backup());

    /// <summary>
    /// Kills the server, and starts it on the copy that <see cref="Backup"/> has made, as an operator does who has lost the disk: what was
    /// stored since is gone, and clients that had it are told by <see cref="RoomRewound"/> when they are back.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no copy; the server goes on.</exception>
    public void RestoreBackup() => _host.Restore();

    /// <summary>
    /// Stops the server in good order: what is under way is stored and answered, and each client is told. Returns at once; where commits are held, half of the grace has to
    /// pass.
    /// </summary>
    /// <param name="reason">The words for people; may be empty.</param>
    /// <param name="back">When clients may come back; null for not at all.</param>
    public void Stop(string reason = "", TimeSpan? back = null) => _host.Stop(new ShutdownOrder(ShutdownOrder.DefaultGrace,
        new Bye(back is null ? ByeCode.Shutdown : ByeCode.Restart, reason, back is { } span ? (ulong)span.TotalMilliseconds : null)));

    /// <summary>
    /// Stops the bytes in both directions on every connection, also on new ones; all stay open. Up to 64 KiB in each direction are taken
    /// by the network meanwhile, and come with <see cref="Heal"/>.
    /// </summary>
    public void Partition() => _host.Partition(isPartitioned: true);

    /// <summary>Lets the bytes go on.</summary>
    public void Heal() => _host.Partition(isPartitioned: false);

    /// <summary>Breaks every connection, as a router does that forgets them: what is under way is lost, and both sides notice at once.</summary>
    public void CutConnections() => _host.Cut();

    /// <summary>Has the disk stand still: posts and whatever else is to be stored wait for their answer.</summary>
    public void HoldCommits() => _host.Act(static log => log.IsHeld = true);

    /// <summary>Has the disk go on.</summary>
    public void ReleaseCommits() => _host.Act(static log => log.IsHeld = false);

    /// <summary>
    /// Has the next commit fail, and store nothing: what waits for it is refused as <see cref="ErrorCode.LogUnavailable"/>. May be called several times,
    /// for as many commits.
    /// </summary>
    public void FailNextCommit() => _host.Act(static log => log.ToFail++);

    /// <summary>Ends the server and breaks the connections that are left.</summary>
    /// <exception cref="InvalidOperationException">The server has failed, by a bug of its own or of its clock; the cause is in it.</exception>
    public ValueTask DisposeAsync()
    {
        _host.Dispose();
        return ValueTask.CompletedTask;
    }

    private ManualTime Clock => Time as ManualTime
        ?? throw new InvalidOperationException($"This server goes by a {Time.GetType().Name}, which it cannot move: leave {nameof(ChatTestServerOptions)}.{nameof(ChatTestServerOptions.Time)} out, or give it a {nameof(ManualTime)}.");

    private ChatClientOptions Here(ChatClientOptions options) => options with { Dial = DialAsync, TimeProvider = Time };

    private ConnectionKind KindOf(ChatAddress address) => address == AdminAddress
        ? new ConnectionKind("admin", "admin", new Origin("unix", IsNear: true)) { LetsGuestsIn = true }
        : address.Path is not null
            ? new ConnectionKind("unix", "unix", new Origin("unix", IsNear: true)) { LetsGuestsIn = _options.GuestsAllowed }
            : new ConnectionKind("tcp", "127.0.0.1:1", new Origin("127.0.0.1", IsNear: true)) { LetsGuestsIn = _options.GuestsAllowed };
}
