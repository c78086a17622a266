using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: the request was carried out; the reply holds nothing else.</summary>
/// <param name="Id">The request's id.</param>
public sealed record Ok(ulong Id) : Reply(Id)
{
    /// <inheritdoc/>
    public override FrameCode Code => FrameCode.Ok;

    // [66, id]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 1);
        writer.Write(Id);
    }

    internal static Ok Read(ref FieldReader reader) => new(reader.UInt("id"));
}
