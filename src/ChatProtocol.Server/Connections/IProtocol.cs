using System.Buffers;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// What a connection speaks: makes inputs for the hub of the bytes that come, and bytes of what the hub says. It is read by
/// one task, and everything else is the hub's thread's.
/// </summary>
internal interface IProtocol
{
    /// <summary>Whether it is plain text: a guest by its address, who answers no pings.</summary>
    bool IsLegacy { get; }

    /// <summary>Requests that may wait for their reply before reading stops.</summary>
    int MaxInFlight { get; }

    /// <summary>How long the reader may wait for more before <see cref="Parse"/> is to look again; null for as long as it takes.</summary>
    TimeSpan? LooksAgainAfter { get; }

    /// <summary>Makes inputs of what has come.</summary>
    Parsed Parse(in Received received);

    /// <summary>Nothing was read for a while, since too many requests waited for their reply.</summary>
    void ReadingResumed();

    /// <summary>The hub has let the connection in. Hub's thread.</summary>
    void Begin();

    /// <summary>Sends a frame, in whatever form. Hub's thread.</summary>
    void Send(Frame frame);

    /// <summary>Sends entries of a segment. Hub's thread.</summary>
    void Send(Segment segment, int index, int count);
}

/// <summary>What a protocol is given to parse.</summary>
/// <param name="Bytes">What has come and was not consumed.</param>
/// <param name="Requests">How many requests may be made of it; at least one.</param>
/// <param name="Size">Bytes of requests that may be made of it; the last may go beyond.</param>
/// <param name="IsWoken">Whether nothing new came, and it is only time to look again.</param>
/// <param name="IsLast">Whether nothing will come behind it.</param>
internal readonly record struct Received(ReadOnlySequence<byte> Bytes, int Requests, long Size, bool IsWoken, bool IsLast);

/// <summary>What a protocol has made of it.</summary>
/// <param name="Input">What the hub is to get; null if that is nothing.</param>
/// <param name="Requests">How many replies it will be given.</param>
/// <param name="Consumed">How far the bytes are done with.</param>
/// <param name="Held">Bytes that are kept of something that has begun and not ended.</param>
internal readonly record struct Parsed(ClientInput? Input, int Requests, SequencePosition Consumed, long Held)
{
    /// <summary>Whether it stopped because no more requests may be made, so that what is left is to be parsed again and not to be waited for.</summary>
    public bool IsCut { get; init; }

    /// <summary>Whether what stands behind breaks the protocol, so that nothing more is read.</summary>
    public bool IsBroken { get; init; }
}
