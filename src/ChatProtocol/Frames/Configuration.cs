using MessagePack;

namespace ChatProtocol;

/// <summary>From an owner or the admin socket: list the settings. Answered by <see cref="ConfigurationList"/> (CP-ADM-060).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="After">Only settings behind the one of this number; 0 for the first.</param>
public sealed record Configuration(ulong Id, ulong After) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 118;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [118, id, after?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(After);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Configuration(
        reader.UInt("id"),
        reader.OptionalUInt("after") ?? 0);
}
