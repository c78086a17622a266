using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace ChatProtocol.Server;

/// <summary>Hands connections that speak HTTP to Kestrel, for which this is the transport that they came by. Thread-safe.</summary>
internal sealed class HttpHandover : IConnectionListenerFactory, IConnectionListener
{
    private readonly Channel<ConnectionContext> _connections = Channel.CreateUnbounded<ConnectionContext>();

    /// <summary>The endpoint that Kestrel listens at: one that cannot be bound.</summary>
    public EndPoint EndPoint { get; } = new Nowhere();

    /// <summary>Completes when Kestrel is done with the connection.</summary>
    /// <returns>The transport inside, where the connection has become a WebSocket, and goes on; otherwise null.</returns>
    public async Task<Transport?> ServeAsync(AcceptedConnection accepted)
    {
        accepted.Transport.ReadElsewhere();
        var handed = new HandedConnection(accepted);
        if (_connections.Writer.TryWrite(handed))
            await handed.Done.ConfigureAwait(false);
        return handed.Inside;
    }

    ValueTask<IConnectionListener> IConnectionListenerFactory.BindAsync(EndPoint endpoint, CancellationToken cancellationToken) => new(this);

    async ValueTask<ConnectionContext?> IConnectionListener.AcceptAsync(CancellationToken cancellationToken) =>
        await _connections.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false) && _connections.Reader.TryRead(out var connection) ? connection : null;

    ValueTask IConnectionListener.UnbindAsync(CancellationToken cancellationToken)
    {
        _connections.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    ValueTask IAsyncDisposable.DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Nowhere : EndPoint
    {
        public override string ToString() => "handed-over";
    }
}
