using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Server;

/// <summary>
/// The sockets that are listened at, and every connection that came by them, from its first moment to its last. Kestrel
/// would do the same at twice the memory, and serves those who speak HTTP. Thread-safe.
/// </summary>
internal sealed partial class Acceptor(Listener listener, ReadLoop? reading, int maxConnections, TimeProvider time, ILogger logger) : IDisposable
{
    private const int Backlog = 4096;

    /// <summary>How long nobody is accepted after it has failed: there are no descriptors left, and some have to be given back.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly List<(Endpoint Endpoint, Socket Socket)> _listening = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _allGone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly HashSet<Accepted> _open = [];
    private int _counted;

    /// <summary>Takes an endpoint, and returns it with the port that was taken. Nobody is accepted before <see cref="Start"/>.</summary>
    /// <exception cref="ServerException">It cannot be had; the message says why.</exception>
    public string Bind(Endpoint endpoint)
    {
        if (endpoint is Endpoint.Unix unix)
            SocketFile.RemoveIfDead(unix.Path);
        var where = endpoint.Where;
        Socket? socket = null;
        try
        {
            // With TCP named, the port may be taken again while connections of the server before are still being buried.
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

    /// <summary>Takes a socket that is listened at already, and returns its endpoint. Nobody is accepted before <see cref="Start"/>.</summary>
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

    /// <summary>Listens no more, and waits until every connection has ended.</summary>
    /// <param name="atOnce">Cuts off those that are late.</param>
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
        List<Accepted> late;
        lock (_gate)
            late = [.. _open];
        late.ForEach(one => one.Dispose());
    }

    private async Task AcceptAsync(Endpoint endpoint, Socket listening)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await listening.AcceptAsync().ConfigureAwait(false);
                _ = ServeAsync(endpoint, new Accepted(socket, reading, _stopping.Token));
            }
            catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
            {
                // At the end, or the other side has gone already; there may be more behind it.
                if (_stopping.IsCancellationRequested || e is SocketException { SocketErrorCode: SocketError.ConnectionAborted or SocketError.ConnectionReset })
                    continue;
                LogAcceptFailed(logger, endpoint.Url, e.Message);
                await Task.Delay(Pause, time).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Every failure ends as a closed socket, so nobody has to await this.</summary>
    private async Task ServeAsync(Endpoint endpoint, Accepted accepted)
    {
        var isCounted = false;
        try
        {
            if (!TryEnter(accepted))
                return;
            if (endpoint is not Endpoint.Unix)
                accepted.Socket.NoDelay = true;
            // The admin's is not counted: who else could make room in a server that is full?
            if (endpoint is not Endpoint.Unix { IsAdmin: true })
            {
                isCounted = TryCount();
                if (!isCounted)
                {
                    await listener.TurnAwayAsync(endpoint, accepted).ConfigureAwait(false);
                    return;
                }
            }
            if (await listener.MeetAsync(endpoint, accepted).ConfigureAwait(false) is { } connection)
                await connection.RunAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer went away: nothing to tell anybody.
        }
        finally
        {
            if (isCounted)
                Interlocked.Decrement(ref _counted);
            // Gives back what it holds of the pool; Kestrel may have done so already.
            await accepted.Input.CompleteAsync().ConfigureAwait(false);
            accepted.Dispose();
            Leave(accepted);
        }
    }

    /// <summary>False if the server is full. Its last word takes a while; meanwhile it keeps out nobody for whom there is room.</summary>
    private bool TryCount()
    {
        if (Interlocked.Increment(ref _counted) <= maxConnections)
            return true;
        Interlocked.Decrement(ref _counted);
        return false;
    }

    /// <summary>False if the server stops: nobody waits any more for who came in the last moment.</summary>
    private bool TryEnter(Accepted accepted)
    {
        lock (_gate)
            return !_stopping.IsCancellationRequested && _open.Add(accepted);
    }

    private void Leave(Accepted accepted)
    {
        lock (_gate)
        {
            _open.Remove(accepted);
            if (_stopping.IsCancellationRequested && _open.Count == 0)
                _allGone.TrySetResult();
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "no connection can be accepted at {Endpoint} just now: {Reason}")]
    private static partial void LogAcceptFailed(ILogger logger, string endpoint, string reason);
}
