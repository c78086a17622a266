using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: make a token, by which a program logs in as its account. Answered by <see cref="TokenMade"/> (CP-ACC-012).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Label">The words by which its owner knows the token.</param>
/// <param name="Scopes">What the token may be used for: a sum of <see cref="TokenScopes"/>.</param>
/// <param name="Rooms">The rooms that it is good for; none for all.</param>
/// <param name="For">How long it is good, in milliseconds; null for 90 days.</param>
public sealed record CreateToken(ulong Id, string Label, int Scopes, IReadOnlyList<TokenRoom> Rooms, ulong? For) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 198;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [198, id, label, scopes, [[room]…], for?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 5);
        writer.Write(Id);
        writer.Write(Label);
        writer.Write(Scopes);
        writer.WriteArrayHeader(Rooms.Count);
        foreach (var room in Rooms)
        {
            writer.WriteArrayHeader(1);
            writer.Write(room.Room);
        }
        writer.WriteOptional(For);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new CreateToken(
        reader.UInt("id"),
        reader.String("label", 64),
        reader.UInt31("scopes"),
        reader.List("rooms", TokenRoom.Read),
        reader.OptionalUInt("for"));
}

/// <summary>A room that a token is good for.</summary>
/// <param name="Room">The room's id.</param>
public readonly record struct TokenRoom(ulong Room)
{
    internal static TokenRoom Read(ref FieldReader reader) => new(reader.UInt("room"));
}
