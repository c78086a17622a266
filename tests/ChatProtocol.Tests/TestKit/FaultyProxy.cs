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
}

/// <summary>A TCP proxy in front of a server, whose connections a test cuts, delays and leaves half open.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(20);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _server;
    private readonly ConcurrentDictionary<Link, bool> _links = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public FaultyProxy(IPEndPoint server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

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
        using var link = new Link(client, server);
        _links.TryAdd(link, true);
        try
        {
            await server.ConnectAsync(_server, _stop.Token);
            await Task.WhenAny(link.PumpAsync(client, server, _stop.Token), link.PumpAsync(server, client, _stop.Token));
            await link.Forgotten;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The server is down at the moment, or the test is over.
        }
        _links.TryRemove(link, out _);
    }

    private sealed class Link(Socket client, Socket server) : IDisposable
    {
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile int _fault = -1;

        /// <summary>Completes when an end of one side may be told to the other; where the link is half open, only when it is closed.</summary>
        public Task Forgotten => _fault == (int)NetworkFault.HalfOpen ? _closed.Task : Task.CompletedTask;

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

        public async Task PumpAsync(Socket from, Socket to, CancellationToken stop)
        {
            var buffer = new byte[16 * 1024];
            try
            {
                while (await from.ReceiveAsync(buffer, stop) is > 0 and var count)
                {
                    if (_fault == (int)NetworkFault.Delayed)
                        await Task.Delay(Delay, stop);
                    if (_fault == (int)NetworkFault.HalfOpen)
                        // Until the test or one of the two sides gives it up.
                        await Task.Delay(Timeout.InfiniteTimeSpan, stop);
                    for (var sent = 0; sent < count;)
                        sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), stop);
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }
    }
}
