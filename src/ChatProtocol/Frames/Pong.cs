using MessagePack;

namespace ChatProtocol;

/// <summary>From either side: the answer to <see cref="Ping"/>.</summary>
/// <param name="Id">The ping's id.</param>
public sealed record Pong(ulong Id) : Reply(Id)
{
    /// <inheritdoc/>
    public override FrameCode Code => FrameCode.Pong;

    // [26, id]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 1);
        writer.Write(Id);
    }

    internal static Pong Read(ref FieldReader reader) => new(reader.UInt("id"));
}
