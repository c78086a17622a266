using System.Net;
using System.Net.Sockets;

namespace ChatProtocol.Client;

/// <summary>Makes connections within a time limit, with an error in plain words if that fails.</summary>
internal static class Connector
{
    /// <summary>Connects to the server of the options, by its address or as the program dials.</summary>
    /// <param name="options">The server, the time limit and the clock.</param>
    /// <param name="enter">Makes a connection of the transport, and owns it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ChatException">No server can be reached, or none answers in time.</exception>
    public static Task<T> ConnectAsync<T>(ChatClientOptions options, Func<Transport, CancellationToken, Task<T>> enter, CancellationToken cancellationToken) =>
        options.Dial is { } dial
            ? WithinAsync(options.Address, options.ConnectTimeout, options.TimeProvider, async stop =>
            {
                var stream = await DialAsync(dial, options.Address, stop).ConfigureAwait(false);
                return await enter(await Transport.OverAsync(stream, options, stop).ConfigureAwait(false), stop).ConfigureAwait(false);
            }, cancellationToken)
            : ConnectAsync(
                options.Address, options.ConnectTimeout, options.TimeProvider,
                async (socket, stop) => await enter(await Transport.OverAsync(socket, options, stop).ConfigureAwait(false), stop).ConfigureAwait(false),
                cancellationToken);

    /// <summary>
    /// Tries all addresses of a host; one that accepts the connection and stays silent gets only as much time as the others
    /// can spare.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="atMost">The time limit, <paramref name="enter"/> included.</param>
    /// <param name="time">The clock.</param>
    /// <param name="enter">Makes a connection of the socket, and owns it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ChatException">No server can be reached, or none answers in time.</exception>
    public static Task<T> ConnectAsync<T>(
        ChatAddress address, TimeSpan atMost, TimeProvider time, Func<Socket, CancellationToken, Task<T>> enter, CancellationToken cancellationToken) =>
        WithinAsync(address, atMost, time, async stop =>
        {
            var endpoints = await address.ResolveAsync(stop).ConfigureAwait(false);
            return await EnterAnyAsync(endpoints, atMost, time, enter, stop).ConfigureAwait(false);
        }, cancellationToken);

    private static async Task<T> WithinAsync<T>(
        ChatAddress address, TimeSpan atMost, TimeProvider time, Func<CancellationToken, Task<T>> connect, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await connect(either.Token).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new ChatException(ChatFailure.Unreachable, $"no server can be reached at {address}: {Describe(e, address)}", e);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ChatException.TimedOut($"no server answered at {address} within {atMost.TotalSeconds:0.###} s");
        }
    }

    /// <summary>
    /// Connects through the first address that answers. One that accepts the connection and stays silent has an equal share of the
    /// time that is left, together with those that are still to be tried; the last has all of it.
    /// </summary>
    /// <param name="endpoints">The end points; those that were tried are removed.</param>
    /// <param name="atMost">The time limit for all of them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="enter">Makes a connection of the socket, and owns it.</param>
    /// <param name="stop">Ends the attempt; also cancelled when the time is over.</param>
    internal static async Task<T> EnterAnyAsync<T>(
        List<EndPoint> endpoints, TimeSpan atMost, TimeProvider time, Func<Socket, CancellationToken, Task<T>> enter, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        ChatException? first = null;
        while (true)
        {
            var (socket, endpoint) = await RaceAsync(endpoints, first, time, stop).ConfigureAwait(false);
            endpoints.Remove(endpoint);
            if (endpoints.Count == 0)
                return await enter(socket, stop).ConfigureAwait(false);
            var share = (atMost - time.GetElapsedTime(began)) / (endpoints.Count + 1);
            using var late = new CancellationTokenSource(share > TimeSpan.Zero ? share : TimeSpan.Zero, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
            try
            {
                return await enter(socket, either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                first ??= ChatException.TimedOut($"nobody answered at {endpoint} within {share.TotalSeconds:0.###} s");
            }
            catch (ChatException e) when (e is { Failure: ChatFailure.NotAChatServer or ChatFailure.HttpServer or ChatFailure.LegacyServer } or { Failure: ChatFailure.Disconnected, Code: null, Bye: null })
            {
                first ??= e;
            }
        }
    }

    private static async Task<Stream> DialAsync(Func<ChatAddress, CancellationToken, ValueTask<Stream>> dial, ChatAddress address, CancellationToken stop)
    {
        try
        {
            return await dial(address, stop).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"{nameof(ChatClientOptions)}.{nameof(ChatClientOptions.Dial)} gave no stream");
        }
        catch (Exception e) when (e is not (OperationCanceledException or ChatException or SocketException))
        {
            // A call fails in one way, whatever the program's own way to the server throws, and a lost connection is tried again.
            throw new ChatException(ChatFailure.Unreachable, $"no server can be reached at {address}: {e.Message}", e);
        }
    }

    private static async Task<(Socket Socket, EndPoint EndPoint)> RaceAsync(
        List<EndPoint> endpoints, ChatException? before, TimeProvider time, CancellationToken stop)
    {
        try
        {
            return await AddressRace.RunAsync(endpoints, time, stop).ConfigureAwait(false);
        }
        catch (SocketException) when (before is not null)
        {
            throw before;
        }
    }

    // For a socket path that does not exist the runtime has no error of its own, and reports one about addresses.
    private static string Describe(SocketException e, ChatAddress address) =>
        address.Path is not null && e.SocketErrorCode == SocketError.AddressNotAvailable ? "there is no such socket" : e.Message;
}
