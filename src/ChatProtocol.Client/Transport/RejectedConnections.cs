namespace ChatProtocol.Client;

/// <summary>
/// Connections that were made and soon closed with an error: connecting is no success when it ends like the one before, so the
/// time since the first of them counts as time without a connection.
/// </summary>
internal sealed class RejectedConnections(ChatClientOptions options)
{
    private readonly TimeProvider _time = options.TimeProvider;
    private long _connected;
    private long? _since;

    /// <summary>A connection was made.</summary>
    public void Connected() => _connected = _time.GetTimestamp();

    /// <summary>The connection is lost; returns the time since the first such refusal.</summary>
    public TimeSpan Spent(ChatException why)
    {
        var isRefusal = why is { Code: not null, Bye: null };
        var stood = options.ReconnectFor != Timeout.InfiniteTimeSpan && _time.GetElapsedTime(_connected) >= options.ReconnectFor;
        _since = isRefusal ? (stood ? null : _since) ?? _time.GetTimestamp() : null;
        return _since is { } since ? _time.GetElapsedTime(since) : TimeSpan.Zero;
    }
}
