using MessagePack;

namespace ChatProtocol;

/// <summary>From an admin: a private message in the server's name. Answered by <see cref="Posted"/> (CP-ADM-005).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Name">The user's name.</param>
/// <param name="Text">The text, with the rules of a post.</param>
public sealed record Tell(ulong Id, string Name, Text Text) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 36;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    /// <summary>The frame for logs: of the text only how long it is.</summary>
    public override string ToString() => $"Tell {{ Id = {Id}, Name = {Name}, Text = {Text.Length} bytes }}";

    // [36, id, name, text]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.Write(Name);
        writer.Write(Text);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Tell(
        reader.UInt("id"),
        reader.String("name", Names.MaxLength),
        reader.Text("text"));
}
