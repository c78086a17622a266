using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Status"/>: its counts and the free disk space.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Agent">The server program's name and version.</param>
/// <param name="Started">When the server started, in milliseconds since 1970 UTC.</param>
/// <param name="Sessions">Connections that are logged in.</param>
/// <param name="Rooms">Rooms, private ones included.</param>
/// <param name="Posts">Entries committed since the start.</param>
/// <param name="Queued">Bytes in the send queues of all connections.</param>
/// <param name="Free">Free bytes on the disk of the log; null if unknown.</param>
/// <param name="Floor">With fewer free bytes the server refuses posts; null if there is no such bound.</param>
/// <param name="Ahead">
/// How far the server's clock is ahead of its time, which does not follow it yet (CP-MSG-012), in milliseconds; null where it is not.
/// </param>
/// <param name="Behind">How far the server's clock is behind its time, which stands meanwhile, in milliseconds; null where it is not.</param>
public sealed record StatusReport(
    ulong Id, string Agent, ulong Started, ulong Sessions, ulong Rooms, ulong Posts, ulong Queued, ulong? Free = null, ulong? Floor = null,
    ulong? Ahead = null, ulong? Behind = null) : Reply(Id), IKnownFrame
{
    private const int MaxAgent = 64;

    /// <inheritdoc/>
    public static int FrameCode => 86;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [86, id, agent, started, sessions, rooms, posts, queued, free?, floor?, ahead?, behind?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 11);
        writer.Write(Id);
        writer.WriteWords(Agent, MaxAgent);
        writer.Write(Started);
        writer.Write(Sessions);
        writer.Write(Rooms);
        writer.Write(Posts);
        writer.Write(Queued);
        writer.WriteOptional(Free);
        writer.WriteOptional(Floor);
        writer.WriteOptional(Ahead);
        writer.WriteOptional(Behind);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new StatusReport(
        reader.UInt("id"),
        reader.String("agent", MaxAgent),
        reader.UInt("started"),
        reader.UInt("sessions"),
        reader.UInt("rooms"),
        reader.UInt("posts"),
        reader.UInt("queued"),
        reader.OptionalUInt("free"),
        reader.OptionalUInt("floor"),
        reader.OptionalUInt("ahead"),
        reader.OptionalUInt("behind"));
}
