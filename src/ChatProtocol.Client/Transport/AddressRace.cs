using System.Net;
using System.Net.Sockets;

namespace ChatProtocol.Client;

/// <summary>
/// Connects to the first of several addresses that answers. Each has a head start of 250 ms before the next one, so that
/// an unreachable one costs no more than that (RFC 8305).
/// </summary>
internal static class AddressRace
{
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    /// <exception cref="SocketException">None of the addresses can be reached; the error is the first one's.</exception>
    public static async Task<(Socket Socket, EndPoint EndPoint)> RunAsync(IReadOnlyList<EndPoint> endpoints, TimeProvider time, CancellationToken cancellationToken)
    {
        if (endpoints.Count == 1)
            return await ConnectAsync(endpoints[0], cancellationToken).ConfigureAwait(false);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task<(Socket, EndPoint)>>();
        try
        {
            return await RunAsync(endpoints, running, time, over.Token).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            foreach (var loser in running)
                await CloseAsync(loser).ConfigureAwait(false);
        }
    }

    private static async Task<(Socket, EndPoint)> RunAsync(
        IReadOnlyList<EndPoint> endpoints, List<Task<(Socket, EndPoint)>> running, TimeProvider time, CancellationToken stop)
    {
        SocketException? failure = null;
        var next = 0;
        while (true)
        {
            if (next < endpoints.Count)
                running.Add(ConnectAsync(endpoints[next++], stop));
            else if (running.Count == 0)
                throw failure!;
            var headStart = Task.Delay(next < endpoints.Count ? HeadStart : Timeout.InfiniteTimeSpan, time, stop);
            var done = await Task.WhenAny([.. running, headStart]).ConfigureAwait(false);
            if (done == headStart)
            {
                await headStart.ConfigureAwait(false);
                continue;
            }
            var connecting = (Task<(Socket, EndPoint)>)done;
            running.Remove(connecting);
            try
            {
                return await connecting.ConfigureAwait(false);
            }
            catch (SocketException e)
            {
                failure ??= e;
            }
        }
    }

    private static async Task<(Socket, EndPoint)> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken)
    {
        var socket = endpoint is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
            return (socket, endpoint);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task CloseAsync(Task<(Socket Socket, EndPoint)> loser)
    {
        await ((Task)loser).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (loser.IsCompletedSuccessfully)
            (await loser.ConfigureAwait(false)).Socket.Dispose();
    }
}
