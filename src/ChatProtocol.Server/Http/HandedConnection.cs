using System.IO.Pipelines;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace ChatProtocol.Server;

/// <summary>A connection while Kestrel has it. A request finds it among its features.</summary>
internal sealed class HandedConnection : DefaultConnectionContext, IDuplexPipe
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HandedConnection(AcceptedConnection accepted)
    {
        Accepted = accepted;
        var transport = accepted.Transport;
        Input = new BorrowedInput(transport.Input);
        Output = PipeWriter.Create(transport.ToStream());
        Transport = this;
        ConnectionId = Guid.NewGuid().ToString("N");
        LocalEndPoint = transport.Local;
        RemoteEndPoint = transport.Remote;
        Features.Set(this);
        if (transport.IsEncrypted)
        {
            // By these Kestrel knows that the connection is https.
            var tls = new TlsFeatures(transport.ApplicationProtocol);
            Features.Set<ITlsConnectionFeature>(tls);
            Features.Set<ITlsApplicationProtocolFeature>(tls);
        }
    }

    public AcceptedConnection Accepted { get; }

    /// <summary>The transport in which the connection goes on when Kestrel is done with it; null where it ends then.</summary>
    public Transport? Inside { get; private set; }

    /// <summary>Completes when Kestrel is done with the connection.</summary>
    public Task Done => _done.Task;

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>
    /// The connection goes on as a WebSocket as soon as Kestrel has let go of it, which would keep buffers and a request's context for it
    /// as long as it lasts.
    /// </summary>
    /// <param name="protocol">The subprotocol that was agreed on.</param>
    public void GoOnAsWebSocket(string protocol)
    {
        var below = Accepted.Transport;
        // By way of its input, which may have more of the client already.
        var messages = new BinaryMessageStream(new TransportStream(below.Input, below.ToStream()), protocol);
        Inside = new StreamTransport(messages, below, below.IsEncrypted) { EndStream = messages.EndAsync };
    }

    public override void Abort(ConnectionAbortedException abortReason) => Accepted.Transport.Dispose();

    public override async ValueTask DisposeAsync()
    {
        _done.TrySetResult();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private sealed class TlsFeatures(string applicationProtocol) : ITlsConnectionFeature, ITlsApplicationProtocolFeature
    {
        public X509Certificate2? ClientCertificate { get; set; }

        public ReadOnlyMemory<byte> ApplicationProtocol { get; } = Encoding.ASCII.GetBytes(applicationProtocol);

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
    }

    /// <summary>The transport's input, which is the transport's to end.</summary>
    private sealed class BorrowedInput(PipeReader input) : PipeReader
    {
        public override void AdvanceTo(SequencePosition consumed) => input.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => input.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => input.CancelPendingRead();

        public override void Complete(Exception? exception = null)
        {
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => input.ReadAsync(cancellationToken);

        public override bool TryRead(out ReadResult result) => input.TryRead(out result);
    }
}
