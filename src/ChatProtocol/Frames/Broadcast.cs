using MessagePack;

namespace ChatProtocol;

/// <summary>From an admin: a message to everybody in the server's name, an entry in the lobby and a notice elsewhere. Answered by <see cref="Posted"/> (CP-ADM-006).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Text">The text, with the rules of a post.</param>
public sealed record Broadcast(ulong Id, Text Text) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 38;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    /// <summary>The frame for logs: of the text only how long it is.</summary>
    public override string ToString() => $"Broadcast {{ Id = {Id}, Text = {Text.Length} bytes }}";

    // [38, id, text]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(Text);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Broadcast(
        reader.UInt("id"),
        reader.Text("text"));
}
