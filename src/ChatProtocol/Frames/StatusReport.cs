using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Status"/>.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Agent">The server program's name and version.</param>
/// <param name="Started">When it started, in milliseconds since 1970 UTC.</param>
/// <param name="Sessions">Connections that are logged in.</param>
/// <param name="Rooms">Rooms, private ones included.</param>
/// <param name="Posts">Entries committed since the start.</param>
/// <param name="Queued">Bytes that wait to be sent, over all connections.</param>
/// <param name="Free">Bytes that are left on the disk of the log; null if that is not known.</param>
/// <param name="Floor">With fewer bytes left nothing is posted; null if there is no such bound.</param>
public sealed record StatusReport(
    ulong Id, string Agent, long Started, ulong Sessions, ulong Rooms, ulong Posts, ulong Queued, ulong? Free = null, ulong? Floor = null) : Reply(Id)
{
    private const int MaxAgent = 64;

    /// <inheritdoc/>
    public override FrameCode Code => FrameCode.StatusReport;

    // [86, id, agent, started, sessions, rooms, posts, queued, free?, floor?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 9);
        writer.Write(Id);
        writer.WriteWords(Agent, MaxAgent);
        writer.Write(Started);
        writer.Write(Sessions);
        writer.Write(Rooms);
        writer.Write(Posts);
        writer.Write(Queued);
        writer.WriteOptional(Free);
        writer.WriteOptional(Floor);
    }

    internal static StatusReport Read(ref FieldReader reader) => new(
        reader.UInt("id"),
        reader.String("agent", MaxAgent),
        reader.Milliseconds("started"),
        reader.UInt("sessions"),
        reader.UInt("rooms"),
        reader.UInt("posts"),
        reader.UInt("queued"),
        reader.OptionalUInt("free"),
        reader.OptionalUInt("floor"));
}
