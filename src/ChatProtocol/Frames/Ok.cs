using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: the request was carried out; the reply holds nothing else.</summary>
/// <param name="Id">The request's id.</param>
public sealed record Ok(ulong Id) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 66;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [66, id]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 1);
        writer.Write(Id);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Ok(reader.UInt("id"));
}
