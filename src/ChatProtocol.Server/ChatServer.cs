using System.Security.Cryptography;
using ChatProtocol.Hub;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Server;

/// <summary>
/// A running server: the log, the hub's thread and the listeners. It owns the content of its data folder and locks the folder
/// meanwhile. Thread-safe.
/// </summary>
public sealed partial class ChatServer : IAsyncDisposable
{
    /// <summary>
    /// How long the log may take to close behind the grace time: <c>docker stop</c> and similar tools kill after ten seconds, of which
    /// the grace takes seven by default.
    /// </summary>
    private static readonly TimeSpan TimeToClose = TimeSpan.FromSeconds(2.5);

    private readonly DataFolder _folder;
    private readonly SqliteLog _log;
    private readonly HubLoop _loop;
    private readonly HubFigures _figures;
    private readonly PasswordHasher _passwords;
    private readonly List<Endpoint> _endpoints;
    private readonly IReadOnlyList<InheritedEndpoint> _inherited;
    private readonly ReadLoop? _reading;
    private readonly CertificateStore? _certificate;
    private readonly MemoryTrimmer _trimmer;
    private readonly ConnectionLimiter _limiter;
    private readonly Listener _listener;
    private readonly ServerOptions _options;
    private readonly WebApplication _web;
    private readonly ServerMeter _meter = new();
    private readonly ServerHealth _health;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource<ShutdownOrder> _ordered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _stopping = new();
    private Task? _stopped;
    private DiskSpaceMonitor? _disk;
    private AuditHeadLog? _auditHead;
    private OperationsHost? _operations;
    private MetricsCollector? _metrics;

    private ChatServer(ServerOptions options, IReadOnlyList<Endpoint> listen, IReadOnlyList<InheritedEndpoint> inherited, OriginResolver origins, DataFolder folder, SqliteLog log, ILoggerFactory loggers)
    {
        _folder = folder;
        _log = log;
        _loggers = loggers;
        _logger = loggers.CreateLogger("chatd");
        var version = typeof(ChatServer).Assembly.GetName().Version!.ToString(3);
        var hubOptions = new HubOptions
        {
            Server = log.ServerId,
            HashKey = log.HashKey,
            Epoch = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) & Limits.MaxInteger,
            Agent = $"chatd/{version}",
            Limits = options.Limits,
            TailBytes = options.TailBytes,
            HasSearch = options.Search,
            Measure = () => new ProcessFigures((ulong)Environment.WorkingSet, (ulong)MaxConnections),
            Configuration = options.Configuration is { } configuration ? new ConfigurationRequests(configuration, input => _loop!.Control(input)) : null,
            Times = options.Times,
            Near = options.Near,
            Far = options.Far,
            AuditKept = options.AuditKept,
            NearRegistration = options.Registration ?? Registration.Open,
            FarRegistration = options.Registration ?? Registration.ByInvitation,
        };
        _passwords = new PasswordHasher((task, result) => _loop!.Control(new HubInput.PasswordDone(task, result)));
        var hub = new ChatHub(hubOptions, log, _passwords, order => _ordered.TrySetResult(order));
        _figures = hub.Figures;
        _loop = new HubLoop(hub, options.Time)
        {
            TurnSeconds = _meter.TurnSeconds,
            ClockSet = offset => ThreadPool.QueueUserWorkItem(_ => TellOfClock(offset)),
        };
        log.CommitSeconds = _meter.CommitSeconds;
        _health = new ServerHealth(_loop.Pulse.BeatAsync, _loop.Failed, () => log.IsFailing, () => _disk is { IsLow: true }, options.Time);
        var http = new HttpHandover();
        _options = options;
        _limiter = new ConnectionLimiter(options.Near, options.Far, options.Legacy.MaxSilent);
        var budget = new MemoryBudget(options.BufferBytes, options.MaxConnections);
        _trimmer = new MemoryTrimmer(budget, options.Time);
        var services = new ConnectionServices(_loop, options.Limits, options.Time, new EndpointIndex(), new FrameBuffer(), budget,
            options.FrameTimeout, options.QueueBytes)
        {
            Logger = loggers.CreateLogger("chatd.connection"),
        };
        if (listen.Concat(inherited.Select(socket => socket.Endpoint)).Any(endpoint => endpoint is Endpoint.Tcp { IsTls: true }))
            _certificate = new CertificateStore(FilesOf(options), options.Time, TellOfCertificate, loggers.CreateLogger("chatd.tls"));
        var handshakes = _certificate is null ? null : new TlsHandshakes(_certificate, options.Time);
        var detector = new ProtocolDetector(services, options.Legacy, http, _limiter, tcp => tcp.IsTls ? handshakes!.AnswerAsync : options.Secure);
        _endpoints = [.. listen, folder.AdminSocket];
        _inherited = inherited;
        _reading = ReadLoop.StartIfThereIsEpoll();
        _listener = new Listener(detector, _limiter, origins, _reading, options.Time, _logger);
        _web = KestrelHost.Build(http, _loop, new WebOrigins(options.AllowedOrigins, name => _certificate?.IsFor(name) ?? false), loggers);
        var instruments = new ServerInstruments(_meter);
        instruments.AddHub(hub.Figures, version);
        instruments.AddConnections(services.Connections, _listener, budget, () => MaxConnections);
        instruments.AddDisk(() => _disk?.Free);
        instruments.AddProcess();
        if (handshakes is not null)
            instruments.AddTls(_certificate!, handshakes);
    }

    /// <summary>The URL of each endpoint, with the port that was taken, the admin socket last.</summary>
    public IReadOnlyList<string> Endpoints { get; private set; } = [];

    /// <summary>The URL of health and metrics, with the port that was taken; null where they are not served.</summary>
    public string? MetricsUrl => _operations?.Url;

    /// <summary>
    /// The most connections at once: as configured, or as many as the file descriptors allow. Those of admins come on top.
    /// </summary>
    public int MaxConnections { get; private set; }

    /// <summary>The pin of the certificate that TLS clients are shown; null where TLS is not served.</summary>
    public CertificatePin? Certificate => _certificate?.Pin;

    /// <summary>Completes when the hub's thread has come round: as long as it does, the server is not to be killed.</summary>
    public Task BeatAsync() => _loop.Pulse.BeatAsync();

    /// <summary>Reads the files of the certificate again, now; one that cannot be used is logged, and the former stays.</summary>
    /// <returns>Why it cannot be used; null if it can, or TLS is not served.</returns>
    public string? ReloadCertificate() => _certificate?.Look(isAsked: true);

    /// <summary>Sets how much has to be left on the disk from now on, in the terms of <see cref="ServerOptions.DiskFloor"/>.</summary>
    public void SetDiskFloor(long? bytes) => _disk?.SetFloor(bytes);

    /// <summary>
    /// Completes with an admin's order to stop; faults with a <see cref="ServerException"/> when the server cannot go on. Call
    /// <see cref="StopAsync"/> then.
    /// </summary>
    public async Task<ShutdownOrder> WaitForEndAsync(CancellationToken cancellation)
    {
        var first = await Task.WhenAny(_ordered.Task, _loop.Failed).WaitAsync(cancellation).ConfigureAwait(false);
        await first.ConfigureAwait(false);
        return await _ordered.Task.ConfigureAwait(false);
    }

    /// <summary>Opens the data folder and begins to listen.</summary>
    /// <param name="options">The server's settings.</param>
    /// <param name="loggers">For the server's log; never given texts, keys or secrets. Not disposed.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="ServerException">It cannot start; the message says why and what to do.</exception>
    public static async Task<ChatServer> StartAsync(ServerOptions options, ILoggerFactory loggers, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        // Before the folder is taken: where another server has it already, a mistake in the settings is still reported.
        if (options.TlsFaults().Concat(options.MetricsFaults()).Concat(WebOrigins.FaultsOf(options.AllowedOrigins)).Concat(options.LimitFaults()).FirstOrDefault() is { } fault)
            throw fault;
        var listen = Endpoint.ParseAll(options.Listen, options.Allow);
        var inherited = options.Inherited.Select(socket => InheritedEndpoint.Take(socket, options.Allow)).ToList();
        var origins = new OriginResolver(AddressSet.Parse(options.NearAddresses, "near"), AddressSet.Parse(options.Proxies, "proxy"), options.Time);
        var folder = DataFolder.Open(options.DataFolder);
        ChatServer server;
        try
        {
            var log = folder.OpenDatabase(path => SqliteLog.Open(path, options.AcceptLoss, loggers.CreateLogger("chatd.log"), BoundsOfSearch(options)));
            try
            {
                server = new ChatServer(options, listen, inherited, origins, folder, log, loggers);
            }
            catch (Exception e)
            {
                await log.DisposeAsync().ConfigureAwait(false);
                if (e is SqliteException or DamagedRowException)
                    throw DatabaseOpener.Explain(folder.Database, e);
                throw;
            }
        }
        catch
        {
            folder.Dispose();
            throw;
        }
        await server.StartAsync(cancellation).ConfigureAwait(false);
        return server;
    }

    /// <summary>
    /// Stops accepting, commits and sends the posts that were accepted, tells everybody, closes; connections that are not done
    /// within the grace time are cut off. Nothing is left running. May be called again, and then waits for the first call.
    /// </summary>
    /// <exception cref="ServerException">
    /// The server could not go on while it stopped, as on a full disk, or did not end in time: then some of its threads still wait, and
    /// the process is to end. The message says what may be missing.
    /// </exception>
    public Task StopAsync(ShutdownOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        lock (_stopping)
            return _stopped ??= StopOnceAsync(order);
    }

    /// <summary>
    /// Stops as for a restart, within <see cref="ServerOptions.StopGrace"/>, unless the server was stopped before. Throws nothing:
    /// call <see cref="StopAsync"/> to learn how it went.
    /// </summary>
    public async ValueTask DisposeAsync() =>
        await StopAsync(new ShutdownOrder(_options.StopGrace, new Bye(ByeCode.Restart, "the server restarts", 1000))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task StartAsync(CancellationToken cancellation)
    {
        _log.Start(_loop);
        _loop.Start();
        try
        {
            // The first ids have to be stored before a client comes, or its new room would be refused only for the lack of them.
            await Task.WhenAny(_log.FirstOutcome, _loop.Failed).WaitAsync(cancellation).ConfigureAwait(false);
            await _web.StartAsync(cancellation).ConfigureAwait(false);
            List<string> bound = [.. _inherited.Select(socket => _listener.Take(socket.Endpoint, socket.Listening)), .. _endpoints.Select(_listener.Bind)];
            _folder.ProtectAdminSocket();
            _disk = new DiskSpaceMonitor(_options.DataFolder, _options.DiskFloor, () => _log.PendingBytes, _loop, _options.Time, _logger);
            _log.Wrote = _disk.Wrote;
            _auditHead = new AuditHeadLog(() => _figures.AuditHead, _options.Time, _loggers.CreateLogger("chatd.audit"));
            await ServeMetricsAsync(cancellation).ConfigureAwait(false);
            OpenDoor();
            _listener.Start();
            Endpoints = bound;
            _health.Serves();
            if (_folder.Risk is { } risk)
                LogOpenFolder(_logger, risk);
            foreach (var endpoint in Endpoints)
                LogListening(_logger, endpoint);
            foreach (var page in Endpoints.Select(FindPage).OfType<string>())
                LogPage(_logger, page);
            if (MetricsUrl is { } url)
                LogMetrics(_logger, url);
            if (_certificate is { } certificate)
            {
                TellOfCertificate(certificate);
                LogCertificate(_logger, certificate.Pin);
            }
            if (_loop.IsTimeDoubted)
                LogTimeDoubted(_logger);
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>With too few descriptors it is better to take fewer connections than to find no descriptor when one is needed.</summary>
    private void OpenDoor()
    {
        var descriptors = DescriptorLimit.Raise();
        var capacity = ConnectionCapacity.For(_options.MaxConnections, descriptors, DescriptorLimit.CountOpen());
        MaxConnections = capacity.All;
        if (capacity.All < _options.MaxConnections)
            LogFewer(_logger, capacity.All, _options.MaxConnections, descriptors);
        _limiter.Open(capacity);
    }

    private async Task ServeMetricsAsync(CancellationToken cancellation)
    {
        if (_options.Metrics is not { } url)
            return;
        var metrics = _metrics = new MetricsCollector(_meter.Meter);
        _operations = await OperationsHost.StartAsync(
            OperationsAddress.Parse(url), new OperationsHost.Pages(_health.FindHindranceAsync, _health.FindUnready, metrics.Collect), _loggers, cancellation).ConfigureAwait(false);
    }

    private static SearchBounds? BoundsOfSearch(ServerOptions options) => options.Search ? new SearchBounds(options.SearchCandidates, options.SearchTime) : null;

    /// <summary>The page's URL at an endpoint; null where browsers cannot come.</summary>
    private static string? FindPage(string endpoint) =>
        endpoint.StartsWith("tcp://", StringComparison.Ordinal) ? $"http://{endpoint[6..]}/"
        : endpoint.StartsWith("tls://", StringComparison.Ordinal) ? $"https://{endpoint[6..]}/"
        : null;

    private static CertificateFiles FilesOf(ServerOptions options) =>
        options is { TlsCertificate: { } certificate, TlsKey: { } key }
            ? new CertificateFiles(certificate, key)
            : CertificateFiles.Own(Path.GetFullPath(options.DataFolder), options.Time.GetUtcNow());

    private void TellOfCertificate(CertificateStore certificate) => _loop.Control(new HubInput.CertificateIs(certificate.Pin, certificate.Expires));

    private void TellOfClock(TimeSpan offset)
    {
        if (offset < TimeSpan.Zero)
            LogClockBehind(_logger, InWords(-offset));
        else if (offset > TimeSpan.Zero)
            LogClockAhead(_logger, InWords(offset));
        else
            LogClockAgrees(_logger);
    }

    private static string InWords(TimeSpan span) =>
        span.TotalDays >= 2 ? $"{span.TotalDays:0} days" : span.TotalHours >= 2 ? $"{span.TotalHours:0} hours" : $"{span.TotalMinutes:0} minutes";

    private async Task StopOnceAsync(ShutdownOrder order)
    {
        _health.Stops();
        // A start that failed is reported by its exception, and a failure while serving by WaitForEndAsync.
        var wasServing = Endpoints.Count > 0;
        var hadFailed = _loop.Failed.IsCompleted;
        if (wasServing)
            LogStopping(_logger, order.Last.Reason);
        try
        {
            await Task.Run(() => EndAllAsync(order)).WaitAsync(order.Grace + TimeToClose).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _loop.Fail(new ServerException($"the server did not end within {(order.Grace + TimeToClose).TotalSeconds:0.#} s, as when a disk does not answer, and is broken off. Everything that was acknowledged is stored"));
        }
        if (_loop.Failed.IsCompleted && !hadFailed)
            await _loop.Failed.ConfigureAwait(false);
        if (wasServing)
            LogStopped(_logger);
    }

    private async Task EndAllAsync(ShutdownOrder order)
    {
        using var grace = new CancellationTokenSource(order.Grace);
        _loop.Drain(order);
        _disk?.Dispose();
        _trimmer.Dispose();
        // No connection is accepted from here on; the drained hub closes those there are, and late ones are cut off.
        await Task.WhenAll(_listener.StopAsync(grace.Token), _web.StopAsync(grace.Token)).ConfigureAwait(false);
        _listener.Dispose();
        _reading?.Dispose();
        _certificate?.Dispose();
        await _web.DisposeAsync().ConfigureAwait(false);
        await _loop.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _auditHead?.Dispose();
        await _passwords.DisposeAsync().ConfigureAwait(false);
        if (_operations is not null)
            await _operations.DisposeAsync().ConfigureAwait(false);
        _metrics?.Dispose();
        _meter.Dispose();
        await _log.DisposeAsync().ConfigureAwait(false);
        _loop.Dispose();
        _folder.Dispose();
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "listening at {Endpoint}")]
    private static partial void LogListening(ILogger logger, string endpoint);

    [LoggerMessage(EventId = 12, Level = LogLevel.Information, Message = "for browsers at {Url}")]
    private static partial void LogPage(ILogger logger, string url);

    [LoggerMessage(EventId = 11, Level = LogLevel.Information, Message = "health and metrics at {Url}")]
    private static partial void LogMetrics(ILogger logger, string url);

    [LoggerMessage(EventId = 10, Level = LogLevel.Information, Message = "the certificate's key is {Pin}")]
    private static partial void LogCertificate(ILogger logger, CertificatePin pin);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "stopping: {Reason}")]
    private static partial void LogStopping(ILogger logger, string reason);

    [LoggerMessage(EventId = 5, Level = LogLevel.Warning, Message = "the clock shows a time more than a year later than the newest message: if it is right, say so with 'chatctl accept-time'; until then nothing expires and no name is given away")]
    private static partial void LogTimeDoubted(ILogger logger);

    [LoggerMessage(EventId = 7, Level = LogLevel.Warning, Message = "the clock is {Span} behind the newest time that was given: it was set back, or was ahead before. Times stand until it has caught up, and what is held or banned for a time is so for longer")]
    private static partial void LogClockBehind(ILogger logger, string span);

    [LoggerMessage(EventId = 8, Level = LogLevel.Warning, Message = "the clock was set ahead by {Span}: it is followed once it has stood there for ten minutes")]
    private static partial void LogClockAhead(ILogger logger, string span);

    [LoggerMessage(EventId = 9, Level = LogLevel.Warning, Message = "times go by the clock again")]
    private static partial void LogClockAgrees(ILogger logger);

    [LoggerMessage(EventId = 6, Level = LogLevel.Information, Message = "at most {Connections} connections at once, not {Wanted}: there are {Descriptors} file descriptors (ulimit -n, or LimitNOFILE= of systemd)")]
    private static partial void LogFewer(ILogger logger, int connections, int wanted, long descriptors);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "stopped")]
    private static partial void LogStopped(ILogger logger);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "{Risk}")]
    private static partial void LogOpenFolder(ILogger logger, string risk);
}
