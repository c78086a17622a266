using System.Buffers;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// The protocol of a connection: turns the bytes that come into inputs for the hub, and the hub's frames and entries into
/// bytes. One task parses; everything else belongs to the hub's thread.
/// </summary>
internal interface IProtocol
{
    /// <summary>Whether a client of this protocol has no key: it is a guest for as long as it is connected.</summary>
    bool HasNoKey => false;

    /// <summary>Whether the client was silent so far, which is all that is known of it.</summary>
    bool OnlyListens => false;

    /// <summary>Whether a client of this protocol answers pings.</summary>
    bool AnswersPings => true;

    /// <summary>Whether entries are sent in another form than that in which they are stored.</summary>
    bool Renders => false;

    /// <summary>The most requests that may wait for their reply before reading stops.</summary>
    int MaxInFlight { get; }

    /// <summary>How long the reader may wait for input before <see cref="Parse"/> is to look again; null for any time.</summary>
    TimeSpan? LooksAgainAfter { get; }

    /// <summary>Parses received bytes into an input for the hub.</summary>
    Parsed Parse(in Received received);

    /// <summary>Reading goes on after a pause in which too many requests waited for their reply.</summary>
    void ReadingResumed();

    /// <summary>The connection has its session. Hub's thread.</summary>
    void Begin();

    /// <summary>Sends a frame, in the protocol's form. Hub's thread.</summary>
    void Send(Frame frame);

    /// <summary>Sends entries of a segment. Hub's thread.</summary>
    void Send(Segment segment, int index, int count);
}

/// <summary>The input of a protocol's parser.</summary>
/// <param name="Bytes">The bytes that were received and not consumed yet.</param>
/// <param name="Requests">The most requests that may be made of them; at least one.</param>
/// <param name="Size">The most bytes of requests that may be made of them; the last request may go beyond.</param>
/// <param name="IsWoken">Whether no new bytes came, and it is only time to look again.</param>
/// <param name="IsLast">Whether no bytes will follow.</param>
internal readonly record struct Received(ReadOnlySequence<byte> Bytes, int Requests, long Size, bool IsWoken, bool IsLast);

/// <summary>The result of a protocol's parser.</summary>
/// <param name="Input">The input for the hub; null if there is none.</param>
/// <param name="Requests">How many replies the input will be given.</param>
/// <param name="Consumed">The end of the bytes that are done with.</param>
/// <param name="Held">How many bytes are kept of a frame that has begun and not ended.</param>
internal readonly record struct Parsed(ClientInput? Input, int Requests, SequencePosition Consumed, long Held)
{
    /// <summary>
    /// Whether the parser stopped because no more requests may be made: the rest is to be parsed again without waiting for
    /// input.
    /// </summary>
    public bool IsCut { get; init; }

    /// <summary>Whether the bytes that follow break the protocol, so that nothing more is read.</summary>
    public bool IsBroken { get; init; }
}
