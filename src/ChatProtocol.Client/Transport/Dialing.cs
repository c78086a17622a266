using System.Net.Sockets;

namespace ChatProtocol.Client;

/// <summary>Making a connection, within a time, and with a sentence where it cannot be made.</summary>
internal static class Dialing
{
    /// <param name="address">Where to.</param>
    /// <param name="atMost">How long it may take, <paramref name="enter"/> included.</param>
    /// <param name="time">Whose time.</param>
    /// <param name="enter">What makes a connection of the socket, and owns it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ChatException">There is nobody, or nobody answers in time.</exception>
    public static async Task<T> DialAsync<T>(
        ChatAddress address, TimeSpan atMost, TimeProvider time, Func<Socket, CancellationToken, Task<T>> enter, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            var socket = await address.ConnectAsync(either.Token).ConfigureAwait(false);
            return await enter(socket, either.Token).ConfigureAwait(false);
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

    // The runtime has no error of a socket for a path that is not there, and says something about addresses.
    private static string Describe(SocketException e, ChatAddress address) =>
        address.Path is not null && e.SocketErrorCode == SocketError.AddressNotAvailable ? "there is no such socket" : e.Message;
}
