using System.Net;
using System.Net.Sockets;
using ChatProtocol.Hub;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Server;

/// <summary>
/// The listening sockets, and every connection that they accepted, from its first moment to its last. Kestrel would do the same
/// at twice the memory; it serves HTTP clients only. Thread-safe.
/// </summary>
internal sealed partial class Listener(ProtocolDetector detector, ConnectionLimiter limiter, OriginResolver origins, ReadLoop? reading, TimeProvider time, ILogger logger) : IDisposable
{
    private const int Backlog = 4096;

    /// <summary>The most connections that are accepted in a row before the other listening sockets have their turn.</summary>
    private const int Turn = 64;

    /// <summary>How long accepting pauses after it has failed: no descriptors are left, and some have to be given back.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly List<(Endpoint Endpoint, Socket Socket)> _listening = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _allGone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly HashSet<AcceptedConnection> _open = [];
    private int _admins;
    private long _turnedAway;

    /// <summary>Connections that were not let in, because there were too many.</summary>
    public long TurnedAway => Interlocked.Read(ref _turnedAway);

    /// <summary>
    /// Binds an endpoint, and returns it with the port that was taken. No connection is accepted before
    /// <see cref="Start"/>.
    /// </summary>
    /// <exception cref="ServerException">The endpoint cannot be bound; the message says why.</exception>
    public string Bind(Endpoint endpoint)
    {
        if (endpoint is Endpoint.Unix unix)
            UnixSocketFile.RemoveIfDead(unix.Path);
        var where = endpoint.Where;
        Socket? socket = null;
        try
        {
            // With TCP named, the port can be bound again while connections of the previous server are in TIME_WAIT.
            socket = new Socket(where.AddressFamily, SocketType.Stream, where is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
            if (where is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any))
                socket.DualMode = !endpoint.IsIPv6Only;
            socket.Bind(where);
            socket.Listen(Backlog);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new ServerException(endpoint.ExplainBindFailure(e), e);
        }
        return Take(endpoint, socket);
    }

    /// <summary>
    /// Takes a socket that listens already, and returns its endpoint. No connection is accepted before <see cref="Start"/>.
    /// </summary>
    public string Take(Endpoint endpoint, Socket listening)
    {
        _listening.Add((endpoint, listening));
        return endpoint is Endpoint.Unix ? endpoint.Url : $"{endpoint.Scheme}://{listening.LocalEndPoint}";
    }

    /// <summary>Begins to accept.</summary>
    public void Start()
    {
        foreach (var (endpoint, socket) in _listening)
            _ = AcceptAsync(endpoint, socket);
    }

    /// <summary>Stops listening, and waits until every connection has ended.</summary>
    /// <param name="atOnce">Cuts off connections that have not ended by then.</param>
    public async Task StopAsync(CancellationToken atOnce)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (var (_, socket) in _listening)
            socket.Dispose();
        lock (_gate)
            if (_open.Count == 0)
                _allGone.TrySetResult();
        using var late = atOnce.Register(CutOff);
        await _allGone.Task.ConfigureAwait(false);
    }

    public void Dispose() => _stopping.Dispose();

    private void CutOff()
    {
        List<AcceptedConnection> late;
        lock (_gate)
            late = [.. _open];
        late.ForEach(one => one.Transport.Dispose());
    }

    private async Task AcceptAsync(Endpoint endpoint, Socket listening)
    {
        for (var accepted = 1; !_stopping.IsCancellationRequested; accepted++)
        {
            try
            {
                var socket = await listening.AcceptAsync().ConfigureAwait(false);
                _ = endpoint is Endpoint.Unix { IsAdmin: true } ? ServeAdminAsync(endpoint, socket) : ServeAsync(endpoint, socket);
                if (accepted % Turn == 0)
                    // One thread may accept for all sockets, and in a flood of connections nothing else makes it stop.
                    await Task.Yield();
            }
            catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
            {
                // The server stops, or the peer has gone already; there may be others behind it.
                if (_stopping.IsCancellationRequested || e is SocketException { SocketErrorCode: SocketError.ConnectionAborted or SocketError.ConnectionReset })
                    continue;
                LogAcceptFailed(logger, endpoint.Url, e.Message);
                await Task.Delay(Pause, time).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Serves an admin, whose connection is not counted among the others: only an admin could make room in a full server.
    /// </summary>
    private async Task ServeAdminAsync(Endpoint endpoint, Socket socket)
    {
        if (Interlocked.Increment(ref _admins) <= ConnectionCapacity.Admins)
            await ServeAsync(endpoint, socket, new Entrance(origins.Of(socket.RemoteEndPoint), Slot: null, Refusal: null)).ConfigureAwait(false);
        else
            socket.Dispose();
        Interlocked.Decrement(ref _admins);
    }

    /// <summary>
    /// Serves a connection that is let in, or tells its client why not, or closes it without a word once too many are being told:
    /// no more sockets are open than there are descriptors for.
    /// </summary>
    private async Task ServeAsync(Endpoint endpoint, Socket socket)
    {
        var isProxy = origins.IsProxy(socket.RemoteEndPoint);
        var origin = isProxy ? origins.Behind(socket.RemoteEndPoint) : origins.Of(socket.RemoteEndPoint);
        var slot = limiter.TryEnter(isProxy ? null : origin, socket.Dispose, out var refusal);
        var word = slot is null ? origin.Key : null;
        if (slot is null)
            Interlocked.Increment(ref _turnedAway);
        if (word is not null && !limiter.TryBeginLastWord(word))
        {
            socket.Dispose();
            return;
        }
        try
        {
            await ServeAsync(endpoint, socket, new Entrance(origin, slot, refusal) { IsProxy = isProxy }).ConfigureAwait(false);
        }
        finally
        {
            slot?.Dispose();
            if (word is not null)
                limiter.EndLastWord(word);
        }
    }

    /// <summary>Every failure ends as a closed socket, so nothing has to await this.</summary>
    private async Task ServeAsync(Endpoint endpoint, Socket socket, Entrance entrance)
    {
        AcceptedConnection? accepted = null;
        try
        {
            accepted = new AcceptedConnection(new SocketTransport(socket, reading), _stopping.Token) { Origin = entrance.Origin, Slot = entrance.Slot };
            if (!TryEnter(accepted))
                return;
            var refusal = entrance.Refusal;
            if (entrance.IsProxy && await AskProxyAsync(endpoint, accepted).ConfigureAwait(false) is { } tooMany)
                refusal ??= tooMany;
            if (refusal is not null)
                await detector.TurnAwayAsync(endpoint, accepted, refusal).ConfigureAwait(false);
            else if (await detector.MeetAsync(endpoint, accepted).ConfigureAwait(false) is { } connection)
                await connection.RunAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer went away; nobody is left to be told.
        }
        finally
        {
            if (accepted is not null)
                await CloseAsync(accepted).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Learns from a proxy which client the connection is for; returns the refusal if that client's address has too many.
    /// </summary>
    /// <exception cref="IOException">The proxy's header is wrong.</exception>
    private async Task<ConnectionRefusal?> AskProxyAsync(Endpoint endpoint, AcceptedConnection accepted)
    {
        try
        {
            var transport = accepted.Transport;
            transport.Remote = await ProxyHeader.ReadAsync(transport.Input, ProtocolSignature.Patience, time, accepted.Stopping).ConfigureAwait(false) ?? transport.Remote;
        }
        catch (ProxyHeaderException e)
        {
            LogProxyHeader(logger, origins.Of(accepted.Transport.Remote).Key, endpoint.Url, e.Message);
            throw;
        }
        accepted.Origin = origins.Behind(accepted.Transport.Remote);
        return accepted.Slot is { } slot && !limiter.TryCount(slot, accepted.Origin, out var refusal) ? refusal : null;
    }

    private async Task CloseAsync(AcceptedConnection accepted)
    {
        await accepted.Transport.CloseAsync().ConfigureAwait(false);
        Leave(accepted);
    }

    /// <summary>False if the server stops: a connection that came in the last moment is not waited for.</summary>
    private bool TryEnter(AcceptedConnection accepted)
    {
        lock (_gate)
            return !_stopping.IsCancellationRequested && _open.Add(accepted);
    }

    private void Leave(AcceptedConnection accepted)
    {
        lock (_gate)
        {
            _open.Remove(accepted);
            if (_stopping.IsCancellationRequested && _open.Count == 0)
                _allGone.TrySetResult();
        }
    }

    /// <summary>The decision about a connection that was accepted.</summary>
    /// <param name="Origin">The connection's origin.</param>
    /// <param name="Slot">The connection's slot; null if it is an admin's, or not let in.</param>
    /// <param name="Refusal">The reason why it is not let in.</param>
    private readonly record struct Entrance(Origin Origin, ConnectionSlot? Slot, ConnectionRefusal? Refusal)
    {
        /// <summary>Whether a proxy is at the other end, which first names the client.</summary>
        public bool IsProxy { get; init; }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "no connection can be accepted at {Endpoint} just now: {Reason}")]
    private static partial void LogAcceptFailed(ILogger logger, string endpoint, string reason);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "a connection of the proxy {Proxy} at {Endpoint} was closed: {Reason}")]
    private static partial void LogProxyHeader(ILogger logger, string proxy, string endpoint, string reason);
}
