using MessagePack;

namespace ChatProtocol;

/// <summary>From an owner or the admin socket: read the configuration again. Answered by <see cref="Ok"/> (CP-ADM-061).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
public sealed record Reload(ulong Id) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 122;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [122, id]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 1);
        writer.Write(Id);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Reload(reader.UInt("id"));
}
