using System.Buffers;
using System.Collections.Frozen;
using MessagePack;

namespace ChatProtocol.Hub;

/// <summary>
/// Hides what a trace does not tell: secrets always, and what people wrote unless it is asked for (CP-ADM-052). The fields are those of
/// <c>spec/registry/hidden.json</c>.
/// </summary>
internal static class FrameRedaction
{
    /// <summary>The first item behind the head that all entries have.</summary>
    private const int BehindHeadOfEntry = 6;

    /// <summary>By the code of their frames.</summary>
    private static readonly FrozenDictionary<int, HiddenItem[]> Hidden = new Dictionary<int, HiddenItem[]>
    {
        [Login.FrameCode] = [Secret(4), Secret(5)],
        [Register.FrameCode] = [Secret(3), Secret(4)],
        [ChangePassword.FrameCode] = [Secret(2), Secret(3)],
        [DeleteAccount.FrameCode] = [Secret(2)],
        [CreateAccount.FrameCode] = [Secret(4)],
        [ChangeAccount.FrameCode] = [Secret(5)],
        [TokenMade.FrameCode] = [Secret(3)],
        [InvitationMade.FrameCode] = [Secret(3)],
        [Post.FrameCode] = [Words(3), Words(5)],
        [Message.FrameCode] = [Words(6)],
        [Edit.FrameCode] = [Words(4)],
        [Edited.FrameCode] = [Words(7)],
        [React.FrameCode] = [Words(4)],
        [Reacted.FrameCode] = [Words(7, item: 0), Words(8, item: 2)],
        [ReactionList.FrameCode] = [Words(2, item: 2)],
        [Amended.FrameCode] = [Words(4), Words(7, item: 0)],
        [Search.FrameCode] = [Words(2)],
        [Notice.FrameCode] = [Words(2)],
        [Tell.FrameCode] = [Words(3)],
        [Broadcast.FrameCode] = [Words(2)],
        [Error.FrameCode] = [Words(3)],
        [Bye.FrameCode] = [Words(2)],
        [Kick.FrameCode] = [Words(4)],
        [Ban.FrameCode] = [Words(6)],
        [BanList.FrameCode] = [Words(2, item: 4)],
        [Shutdown.FrameCode] = [Words(3)],
        [CreateToken.FrameCode] = [Words(2)],
        [TokenList.FrameCode] = [Words(2, item: 1)],
        [RoomInfo.FrameCode] = [Words(11), Words(12)],
        [CreateRoom.FrameCode] = [Words(4)],
        [ChangeRoom.FrameCode] = [Words(3), Words(4)],
        [SetRole.FrameCode] = [Words(5)],
        [Restrict.FrameCode] = [Words(6)],
        [RoleList.FrameCode] = [Words(2, item: 5)],
        [Expelled.FrameCode] = [Words(2)],
        [RoomChanged.FrameCode] = [Words(6), Words(7), Words(8)],
        [RoleChanged.FrameCode] = [Words(6)],
        [AuditList.FrameCode] = [Words(2, item: 11)],
        [Report.FrameCode] = [Words(4)],
        // They have no words, nor what follows the head of an entry of an unknown kind.
        [PurgedEntries.FrameCode] = [],
        [Retracted.FrameCode] = [],
        [Pinned.FrameCode] = [],
    }.ToFrozenDictionary();

    /// <summary>A copy of the payload with nil for what is hidden.</summary>
    /// <param name="payload">A payload of this version of the protocol.</param>
    /// <param name="showsWords">Whether what people wrote is left in it.</param>
    /// <param name="code">The frame's code.</param>
    public static ReadOnlyMemory<byte> Redact(ReadOnlyMemory<byte> payload, bool showsWords, out int code)
    {
        var reader = new MessagePackReader(payload);
        var output = new ArrayBufferWriter<byte>(payload.Length);
        var writer = new MessagePackWriter(output);
        var items = reader.ReadArrayHeader();
        code = reader.ReadInt32();
        writer.WriteArrayHeader(items);
        writer.Write((uint)code);
        for (var place = 1; place < items; place++)
            Copy(ref reader, ref writer, code, place, showsWords);
        writer.Flush();
        return output.WrittenMemory;
    }

    private static void Copy(ref MessagePackReader reader, ref MessagePackWriter writer, int code, int place, bool showsWords)
    {
        if (Find(code, place) is not { } hidden || showsWords && !hidden.IsSecret)
        {
            CopyItem(ref reader, ref writer);
        }
        else if (hidden.Item is not { } inItem)
        {
            reader.Skip();
            writer.WriteNil();
        }
        else
        {
            var rows = reader.ReadArrayHeader();
            writer.WriteArrayHeader(rows);
            for (var row = 0; row < rows; row++)
                CopyRow(ref reader, ref writer, inItem);
        }
    }

    private static void CopyRow(ref MessagePackReader reader, ref MessagePackWriter writer, int hidden)
    {
        var fields = reader.ReadArrayHeader();
        writer.WriteArrayHeader(fields);
        for (var field = 0; field < fields; field++)
            if (field == hidden)
            {
                reader.Skip();
                writer.WriteNil();
            }
            else
            {
                CopyItem(ref reader, ref writer);
            }
    }

    private static void CopyItem(ref MessagePackReader reader, ref MessagePackWriter writer)
    {
        var start = reader.Position;
        reader.Skip();
        writer.WriteRaw(reader.Sequence.Slice(start, reader.Position));
    }

    /// <summary>Of an entry of a kind that is not known all that follows its head counts as words.</summary>
    private static HiddenItem? Find(int code, int place)
    {
        if (Hidden.TryGetValue(code, out var all))
        {
            var index = Array.FindIndex(all, one => one.Place == place);
            return index < 0 ? null : all[index];
        }
        return Entry.IsEntryCode(code) && place >= BehindHeadOfEntry ? Words(place) : null;
    }

    private static HiddenItem Secret(int place) => new(place, Item: null, IsSecret: true);

    private static HiddenItem Words(int place, int? item = null) => new(place, item, IsSecret: false);

    /// <summary>An item of a payload.</summary>
    /// <param name="Place">Its place in the payload's array, where the code has 0.</param>
    /// <param name="Item">Its place in each row of the list there; null where it is the item itself.</param>
    /// <param name="IsSecret">Whether nobody is ever told it.</param>
    private readonly record struct HiddenItem(int Place, int? Item, bool IsSecret);
}
