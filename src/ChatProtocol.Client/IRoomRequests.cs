namespace ChatProtocol.Client;

/// <summary>What a room asks of the session that it belongs to.</summary>
internal interface IRoomRequests
{
    /// <summary>What the server allows.</summary>
    Limits Limits { get; }

    Task<TResult> CallAsync<TResult>(Call<TResult> call, CancellationToken cancellationToken);

    Task<TResult> CallAsync<TReply, TResult>(
        Func<ulong, Request> request, Func<TReply, TResult> answer, CancellationToken cancellationToken, bool mayRepeat = true)
        where TReply : Reply;

    Task LeaveAsync(ChatRoom room, CancellationToken cancellationToken);

    /// <summary>What the server could only refuse a text for; null if nothing.</summary>
    ChatException? Complain(Text text);

    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    void ThrowIfDisposed();
}
