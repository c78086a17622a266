using MessagePack;

namespace ChatProtocol;

/// <summary>
/// From a client, its first frame: the versions and capabilities that it knows. Answered by <see cref="Welcome"/>
/// (CP-SES-002).
/// </summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Major">The major version; 1.</param>
/// <param name="Minor">The highest minor version the client knows.</param>
/// <param name="Capabilities">The client's capabilities; unknown ones are ignored.</param>
/// <param name="Agent">The program's name and version, for people; at most 64 bytes.</param>
public sealed record Hello(ulong Id, int Major, int Minor, IReadOnlyList<string> Capabilities, string Agent) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 2;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [2, id, major, minor, [capability…], agent]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 5);
        writer.Write(Id);
        writer.Write(Major);
        writer.Write(Minor);
        writer.WriteStrings(Capabilities);
        writer.Write(Agent);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Hello(
        reader.UInt("id"),
        reader.UInt31("major"),
        reader.UInt31("minor"),
        reader.Strings("capabilities", 64),
        reader.String("agent", 64));
}
