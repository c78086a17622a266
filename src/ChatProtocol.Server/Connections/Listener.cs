using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace ChatProtocol.Server;

/// <summary>What happens to a connection from its first byte until it is known what it speaks.</summary>
internal sealed class Listener(ServerParts parts, int maxConnections)
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    /// <summary>A fatal alert, "protocol_version", as a TLS client of any version understands it.</summary>
    private static readonly byte[] TlsAlert = [0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46];

    private static readonly byte[] FullHttp = [.. "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8];

    private readonly TimeSpan _silence = TimeSpan.FromMilliseconds(parts.Limits.HelloTimeout);
    private readonly LegacyWords _words = LegacyWords.In(parts.Legacy.Language);
    private int _connections;
    private int _silentListeners;

    /// <summary>A TCP connection: native and plain text here, HTTP further down the pipeline; TLS is told that it is not served yet.</summary>
    public ConnectionDelegate Sniffed(ConnectionDelegate http, bool servesLegacy) => context => CountedAsync(context, async () =>
    {
        switch (await SniffAsync(context, servesLegacy ? Sniffing.Patience : _silence).ConfigureAwait(false))
        {
            case Spoken.Native:
                await new NativeConnection(context, "tcp", parts).RunAsync().ConfigureAwait(false);
                break;
            case Spoken.Http:
                await http(context).ConfigureAwait(false);
                break;
            case Spoken.Tls:
                await TurnAwayAsync(context, TlsAlert).ConfigureAwait(false);
                break;
            case Spoken.LegacyText when servesLegacy:
                await new LegacyConnection(context, parts).RunAsync().ConfigureAwait(false);
                break;
            case Spoken.LegacyText:
                await TurnAwayAsync(context, InLegacyText(_words.NotServed)).ConfigureAwait(false);
                break;
            case Spoken.Silence when servesLegacy:
                await ListenOnlyAsync(context).ConfigureAwait(false);
                break;
        }
    },
    async () => await SniffAsync(context, Sniffing.Patience).ConfigureAwait(false) switch
    {
        Spoken.Native => FullFrame,
        Spoken.Http => FullHttp,
        Spoken.Tls => TlsAlert,
        _ => InLegacyText(_words.Full),
    });

    /// <summary>A port for plain text alone, where nobody has to be told apart.</summary>
    public ConnectionDelegate Legacy => context => CountedAsync(
        context, () => new LegacyConnection(context, parts).RunAsync(), () => Task.FromResult(InLegacyText(_words.Full)));

    /// <summary>A Unix socket: native only.</summary>
    public ConnectionDelegate Native => context => CountedAsync(
        context, () => new NativeConnection(context, "unix", parts).RunAsync(), () => Task.FromResult(FullFrame));

    /// <summary>The admin socket: this user only. Not counted, for who else could make room in a server that is full?</summary>
    public ConnectionDelegate Admin => context => GuardedAsync(async () =>
    {
        if (PeerCredentials.AreOurs(context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket))
            await new NativeConnection(context, "admin", parts).RunAsync().ConfigureAwait(false);
        else
            await TurnAwayAsync(context, FrameCodec.Encode(new Error(null, ErrorCode.Denied, "this is another user's admin socket"))).ConfigureAwait(false);
    });

    /// <summary>Cancelled when the server is about to stop.</summary>
    private static CancellationToken Stopping(ConnectionContext context) =>
        context.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>().ConnectionClosedRequested;

    private Task<Spoken> SniffAsync(ConnectionContext context, TimeSpan silence) =>
        Sniffing.SniffAsync(context.Transport.Input, silence, parts.Time, Stopping(context));

    /// <summary>Serves if there is room; otherwise it gives a last word, in what the other side speaks.</summary>
    private Task CountedAsync(ConnectionContext context, Func<Task> serve, Func<Task<byte[]>> lastWord) => GuardedAsync(async () =>
    {
        if (Interlocked.Increment(ref _connections) > maxConnections)
        {
            // Its last word takes a while; meanwhile it must not keep out those for whom there is room.
            Interlocked.Decrement(ref _connections);
            await TurnAwayAsync(context, await lastWord().ConfigureAwait(false)).ConfigureAwait(false);
            return;
        }
        try
        {
            await serve().ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    });

    private static async Task GuardedAsync(Func<Task> serve)
    {
        try
        {
            await serve().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ConnectionAbortedException)
        {
            // The peer went away: nothing to tell anybody.
        }
    }

    private async Task TurnAwayAsync(ConnectionContext context, byte[] lastWord)
    {
        await context.Transport.Output.WriteAsync(lastWord).ConfigureAwait(false);
        await context.Transport.Output.CompleteAsync().ConfigureAwait(false);
        await Sniffing.DrainAsync(context.Transport.Input, Farewell, parts.Time).ConfigureAwait(false);
    }

    /// <summary>
    /// Whoever is silent for a second is a text client that only listens, until its first bytes tell otherwise. There may
    /// be only so many, for silence costs nothing (CP-LEG-002).
    /// </summary>
    private async Task ListenOnlyAsync(ConnectionContext context)
    {
        var hasPlace = 1;
        void GivePlaceBack()
        {
            if (Interlocked.Exchange(ref hasPlace, 0) == 1)
                Interlocked.Decrement(ref _silentListeners);
        }

        try
        {
            if (Interlocked.Increment(ref _silentListeners) > parts.Legacy.MaxSilent)
            {
                GivePlaceBack();
                await TurnAwayAsync(context, InLegacyText(_words.Full)).ConfigureAwait(false);
                return;
            }
            await new LegacyConnection(context, parts, whenHeard: GivePlaceBack).RunAsync().ConfigureAwait(false);
        }
        finally
        {
            GivePlaceBack();
        }
    }

    private byte[] FullFrame => FrameCodec.Encode(new Error(
        null, ErrorCode.TooManyConnections, $"the server has {maxConnections} connections already; come back later", RetryAfter: 10_000));

    private byte[] InLegacyText(string words) => LegacyText.Encode(LegacyWords.Notice + words, parts.Legacy.Charset).Bytes.ToArray().Append((byte)'\n').ToArray();
}
