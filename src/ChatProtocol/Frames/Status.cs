using MessagePack;

namespace ChatProtocol;

/// <summary>From an admin: ask for the server's state. Answered by <see cref="StatusReport"/> (CP-ADM-007).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
public sealed record Status(ulong Id) : Request(Id)
{
    /// <inheritdoc/>
    public override FrameCode Code => FrameCode.Status;

    // [40, id]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 1);
        writer.Write(Id);
    }

    internal static Status Read(ref FieldReader reader) => new(reader.UInt("id"));
}
