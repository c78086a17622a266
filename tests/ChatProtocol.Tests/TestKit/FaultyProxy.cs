using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ChatProtocol.Tests;

/// <summary>The faults of a network between clients and a server.</summary>
internal enum NetworkFault
{
    /// <summary>Each piece comes late.</summary>
    Delayed,
    /// <summary>Nothing comes any more, in either direction, and no end of it is told.</summary>
    HalfOpen,
    /// <summary>Bytes of the client do not reach the server.</summary>
    RequestsHeld,
    /// <summary>Bytes of the server do not reach the client.</summary>
    AnswersHeld,
}

/// <summary>A TCP proxy in front of a server, whose connections a test cuts, delays and leaves half open.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(20);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Link, bool> _links = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public FaultyProxy(IPEndPoint server)
    {
        Server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where the next connections go.</summary>
    public IPEndPoint Server { get; set; }

    /// <summary>Whether new connections are ended at once, as where there is no network.</summary>
    public bool IsDown { get; set; }

    /// <summary>Whether the server of the next connections is one of a <see cref="LaterVersion"/>.</summary>
    public bool IsLater { get; set; }

    /// <summary>Whether a fault of a present connection holds something back.</summary>
    public bool Holds => _links.Keys.Any(link => link.Holds);

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Ends all connections at once.</summary>
    public void Cut()
    {
        foreach (var link in _links.Keys)
            link.Close();
    }

    /// <summary>From now on all present connections have a fault, which later ones have not.</summary>
    public void Break(NetworkFault fault)
    {
        foreach (var link in _links.Keys)
            link.Fault = fault;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new ConcurrentDictionary<Task, bool>();
        try
        {
            while (true)
                serving.TryAdd(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)), true);
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // A connection that is accepted as the proxy stops may be followed by another attempt, on a socket that is closed.
            await Task.WhenAll(serving.Keys);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var link = new Link(client, server, IsLater ? new LaterVersion() : null);
        _links.TryAdd(link, true);
        try
        {
            if (IsDown)
                return;
            await server.ConnectAsync(Server, _stop.Token);
            await Task.WhenAll(link.PumpAsync(client, server, NetworkFault.RequestsHeld, _stop.Token), link.PumpAsync(server, client, NetworkFault.AnswersHeld, _stop.Token));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The server is down at the moment, or the test is over.
        }
        finally
        {
            _links.TryRemove(link, out _);
        }
    }

    private sealed class Link(Socket client, Socket server, LaterVersion? later) : IDisposable
    {
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile int _fault = -1;

        /// <summary>Whether something was read that is not handed on.</summary>
        public bool Holds { get; private set; }

        public NetworkFault Fault
        {
            set => _fault = (int)value;
        }

        public void Close()
        {
            client.Close();
            server.Close();
            _closed.TrySetResult();
        }

        public void Dispose() => Close();

        /// <param name="from">Where bytes come from.</param>
        /// <param name="to">Where they go.</param>
        /// <param name="held">The fault that holds back what goes in this direction.</param>
        /// <param name="stop">Ends it.</param>
        public async Task PumpAsync(Socket from, Socket to, NetworkFault held, CancellationToken stop)
        {
            var buffer = new byte[16 * 1024];
            try
            {
                while (await from.ReceiveAsync(buffer, stop) is > 0 and var count)
                {
                    if (_fault == (int)NetworkFault.Delayed)
                        await Task.Delay(Delay, stop);
                    if (_fault == (int)NetworkFault.HalfOpen || _fault == (int)held)
                    {
                        Holds = true;
                        // Until the test or one of the two sides gives it up.
                        await Task.Delay(Timeout.InfiniteTimeSpan, stop);
                    }
                    var bytes = from == server && later is not null ? later.Rewrite(buffer.AsSpan(0, count)) : buffer.AsMemory(0, count);
                    while (bytes.Length > 0)
                        bytes = bytes[await to.SendAsync(bytes, stop)..];
                }
                if (_fault == (int)NetworkFault.HalfOpen)
                    await _closed.Task.WaitAsync(stop);
                // An end is handed on as one, so that what was sent before it is read.
                to.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                Close();
            }
        }
    }
}
