using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace ChatProtocol.Server;

/// <summary>Hands connections that speak HTTP to Kestrel, for which this is the transport that they came by. Thread-safe.</summary>
internal sealed class HttpHandover : IConnectionListenerFactory, IConnectionListener
{
    private readonly Channel<ConnectionContext> _connections = Channel.CreateUnbounded<ConnectionContext>();

    /// <summary>The endpoint that Kestrel listens at: one that cannot be bound.</summary>
    public EndPoint EndPoint { get; } = new Nowhere();

    /// <summary>Completes when Kestrel is done with the connection.</summary>
    public Task ServeAsync(AcceptedConnection accepted)
    {
        accepted.Transport.ReadElsewhere();
        var handed = new Handed(accepted);
        return _connections.Writer.TryWrite(handed) ? handed.Done : Task.CompletedTask;
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

    private sealed class TlsFeatures(string applicationProtocol) : ITlsConnectionFeature, ITlsApplicationProtocolFeature
    {
        public X509Certificate2? ClientCertificate { get; set; }

        public ReadOnlyMemory<byte> ApplicationProtocol { get; } = Encoding.ASCII.GetBytes(applicationProtocol);

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
    }

    private sealed class Handed : DefaultConnectionContext, IDuplexPipe
    {
        private readonly Transport _transport;
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Handed(AcceptedConnection accepted)
        {
            _transport = accepted.Transport;
            Output = PipeWriter.Create(_transport.ToStream());
            Transport = this;
            ConnectionId = Guid.NewGuid().ToString("N");
            LocalEndPoint = _transport.Local;
            RemoteEndPoint = _transport.Remote;
            Features.Set(accepted);
            if (_transport.IsEncrypted)
            {
                // By these Kestrel knows that the connection is https.
                var tls = new TlsFeatures(_transport.ApplicationProtocol);
                Features.Set<ITlsConnectionFeature>(tls);
                Features.Set<ITlsApplicationProtocolFeature>(tls);
            }
        }

        public Task Done => _done.Task;

        public PipeReader Input => _transport.Input;

        public PipeWriter Output { get; }

        public override void Abort(ConnectionAbortedException abortReason) => _transport.Dispose();

        public override async ValueTask DisposeAsync()
        {
            _done.TrySetResult();
            await base.DisposeAsync().ConfigureAwait(false);
        }
    }
}
