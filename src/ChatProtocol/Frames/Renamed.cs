using MessagePack;

namespace ChatProtocol;

/// <summary>
/// From the server: another session of the same principal has changed the principal's name, which is this session's too
/// (CP-NAM-020).
/// </summary>
/// <param name="Name">The name from now on.</param>
public sealed record Renamed(string Name) : Frame, IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 103;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [103, name]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 1);
        writer.Write(Name);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Renamed(reader.String("name", Names.MaxLength));
}
