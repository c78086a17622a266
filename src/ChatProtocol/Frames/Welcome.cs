using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Hello"/>: the version chosen, the server's limits and its durability (CP-SES-003).</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Major">The major version that is spoken from here on.</param>
/// <param name="Minor">The minor version: the lower of the two.</param>
/// <param name="Capabilities">The client's capabilities that the server has too.</param>
/// <param name="Server">The server's id of 16 bytes, kept with its data; guests derive their key from it.</param>
/// <param name="Agent">The server program's name and version, for people.</param>
/// <param name="Limits">The server's limits.</param>
/// <param name="Durability">How far an entry is stored when its post is answered.</param>
/// <param name="Time">The server's time, in milliseconds since 1970 UTC.</param>
public sealed record Welcome(ulong Id, int Major, int Minor, IReadOnlyList<string> Capabilities, ReadOnlyMemory<byte> Server, string Agent, Limits Limits, Durability Durability, ulong Time) : Reply(Id), IKnownFrame
{
    private const int MaxAgent = 64;

    /// <inheritdoc/>
    public static int FrameCode => 64;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [64, id, major, minor, [capability…], server, agent, {limit: number…}, durability, time]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 9);
        writer.Write(Id);
        writer.Write(Major);
        writer.Write(Minor);
        writer.WriteStrings(Capabilities);
        writer.Write(Server.Span);
        writer.WriteWords(Agent, MaxAgent);
        writer.Write(Limits);
        writer.Write((uint)Durability);
        writer.Write(Time);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Welcome(
        reader.UInt("id"),
        reader.UInt31("major"),
        reader.UInt31("minor"),
        reader.Strings("capabilities", 64),
        reader.ServerId("server"),
        reader.String("agent", MaxAgent),
        reader.Limits("limits"),
        (Durability)reader.UInt31("durability"),
        reader.UInt("time"));
}
