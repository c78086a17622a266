using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: take another name. Answered by <see cref="LoggedIn"/> with the new name (CP-NAM-006).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Name">The new name.</param>
public sealed record Nick(ulong Id, string Name) : Request(Id)
{
    /// <inheritdoc/>
    public override FrameCode Code => FrameCode.Nick;

    // [20, id, name]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(Name);
    }

    internal static Nick Read(ref FieldReader reader) => new(
        reader.UInt("id"),
        reader.String("name", Names.MaxLength));
}
