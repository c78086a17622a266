using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Sessions"/>: connections by ascending number.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Items">The sessions of this part of the list.</param>
/// <param name="More">Whether there are more; ask again after the last number.</param>
public sealed record SessionList(ulong Id, IReadOnlyList<SessionListItem> Items, bool More) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 84;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [84, id, [[session, name, address, transport, rooms, since, idle, queued]…], more]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.WriteArrayHeader(Items.Count);
        foreach (var item in Items)
        {
            writer.WriteArrayHeader(8);
            writer.Write(item.Session);
            writer.Write(item.Name);
            writer.WriteWords(item.Address, SessionListItem.MaxAddress);
            writer.WriteWords(item.Transport, SessionListItem.MaxTransport);
            writer.Write(item.Rooms);
            writer.Write(item.Since);
            writer.Write(item.Idle);
            writer.Write(item.Queued);
        }
        writer.Write(More);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new SessionList(
        reader.UInt("id"),
        reader.List("sessions", SessionListItem.Read),
        reader.Bool("more"));
}

/// <summary>One connection.</summary>
/// <param name="Session">The session's number.</param>
/// <param name="Name">The user's name; empty before login.</param>
/// <param name="Address">The remote address.</param>
/// <param name="Transport">The transport: <c>tcp</c>, <c>unix</c>, <c>admin</c>.</param>
/// <param name="Rooms">How many rooms the session has joined.</param>
/// <param name="Since">When the session connected, in milliseconds since 1970 UTC.</param>
/// <param name="Idle">Milliseconds since the session's last request other than ping.</param>
/// <param name="Queued">Bytes in the session's send queue.</param>
public readonly record struct SessionListItem(
    ulong Session, string Name, string Address, string Transport, ulong Rooms, ulong Since, ulong Idle, ulong Queued)
{
    internal const int MaxAddress = 256;
    internal const int MaxTransport = 64;

    internal static SessionListItem Read(ref FieldReader reader) => new(
        reader.UInt("session"),
        reader.String("name", Names.MaxLength),
        reader.String("address", MaxAddress),
        reader.String("transport", MaxTransport),
        reader.UInt("rooms"),
        reader.UInt("since"),
        reader.UInt("idle"),
        reader.UInt("queued"));
}
