using MessagePack;

namespace ChatProtocol;

/// <summary>From either side: the answer to <see cref="Ping"/>.</summary>
/// <param name="Id">The ping's id.</param>
public sealed record Pong(ulong Id) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 26;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [26, id]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 1);
        writer.Write(Id);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Pong(reader.UInt("id"));
}
