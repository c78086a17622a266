using System.Text;
using ChatProtocol.Hub;
using MessagePack;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>Traces: an owner is told the frames of a session.</summary>
public sealed class TraceTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _owner;
    private readonly HubClient _ann;

    public TraceTests()
    {
        _owner = _bench.LogInAs("owner", AccountRole.Owner);
        _ann = _bench.LogIn("ann");
    }

    [Spec("CP-ADM-050")]
    [Fact]
    public void Each_frame_of_both_directions_is_told_in_order_with_its_size_and_its_fields()
    {
        var room = _ann.Join("lobby").Room;
        Begin(_owner, _ann, bodies: true);
        _ann.Say(room, "hello");

        var told = Told(_owner);
        Assert.Equal([(Direction.ToServer, Post.FrameCode), (Direction.ToClient, Posted.FrameCode), (Direction.ToClient, Message.FrameCode)], told.Select(one => (one.Direction, one.TracedCode)));
        Assert.All(told, one => Assert.Equal((_ann.Session.Id, (ulong)_bench.Now, 0UL, one.Size), (one.Session, one.Time, one.Skipped, (ulong)(one.Payload!.Value.Length + FrameBuffer.LengthSize))));
        Assert.Equal("hello", Assert.IsType<Post>(FrameCodec.Decode(new(told[0].Payload!.Value), Direction.ToServer)).Text.ToString());
        Assert.Equal("hello", Assert.IsType<Message>(FrameCodec.Decode(new(told[2].Payload!.Value), Direction.ToClient)).Text.ToString());
    }

    [Spec("CP-ADM-052")]
    [Fact]
    public void What_people_write_is_hidden_unless_it_is_asked_for()
    {
        var room = _ann.Join("lobby").Room;
        Begin(_owner, _ann);
        _ann.Say(room, "xyzzy");
        _ann.Ask<Page>(id => new History(id, room, 10, null, null));

        Assert.Contains(Told(_owner), one => one.TracedCode == Page.FrameCode);
        Assert.All(Told(_owner), one => Assert.DoesNotContain("xyzzy", Encoding.UTF8.GetString(one.Payload!.Value.Span), StringComparison.Ordinal));
    }

    [Spec("CP-ADM-052")]
    [Fact]
    public void A_password_is_never_told_nor_are_a_token_and_a_publisher()
    {
        var newcomer = _bench.Greet();
        Begin(_owner, newcomer, bodies: true);
        newcomer.Send(id => HubClient.PasswordLogin(id, "owner"));
        _bench.Settle();
        newcomer.CreateToken(TokenScopes.Read);

        var told = Told(_owner);
        Assert.Equal([Login.FrameCode, LoggedIn.FrameCode, CreateToken.FrameCode, TokenMade.FrameCode], told.Select(one => one.TracedCode));
        Assert.All(told, one => Assert.False(Encoding.UTF8.GetString(one.Payload!.Value.Span) is var text && (text.Contains("the password", StringComparison.Ordinal) || text.Contains("chat_t_", StringComparison.Ordinal))));
    }

    [Spec("CP-ADM-052")]
    [Fact]
    public void What_the_registry_hides_is_nil_and_everything_else_as_it_was()
    {
        var vectors = Vector.Files.SelectMany(Vector.Load).Where(vector => vector.Id.EndsWith("-realistic", StringComparison.Ordinal) && vector.Result == "valid").ToList();
        foreach (var vector in vectors)
            foreach (var showsWords in (bool[])[false, true])
            {
                var hidden = Registry.Hidden.Where(one => one.Message == vector.Message && (one.Holds == "secret" || !showsWords)).Select(one => one.Field).ToHashSet();
                var payload = WireBytes.Payload(vector.Bytes).ToArray();
                var expected = Registry.Messages.Any(m => m.Name == vector.Message) ? WithNil(payload, Registry.Messages.Single(m => m.Name == vector.Message), hidden) : payload;
                Assert.Equal((vector.Id, Convert.ToHexStringLower(expected)), (vector.Id, Convert.ToHexStringLower(FrameRedaction.Redact(payload, showsWords, out _).Span)));
            }
    }

    /// <summary>A new string or binary field has to be hidden, or be named here as one that a trace may tell.</summary>
    [Fact]
    public void Every_field_with_words_or_secrets_in_it_is_hidden()
    {
        string[] told = ["name", "address", "transport", "agent", "subject", "by", "certificate", "field", "path", "server", "frame", "value", "place", "next", "verb", "hash", "is", "was", "target", "audit", "room", "whom", "author", "before"];
        var open = from message in Registry.Messages
                   from field in message.Fields.SelectMany(field => field.Items?.Select(item => item with { Name = $"{field.Name}.{item.Name}" }) ?? [field])
                   where field.Type is "str" or "text" or "bin" && !told.Contains(field.Name.Split('.')[^1])
                   select (message.Name, field.Name);
        Assert.Equal(open.Order(), Registry.Hidden.Select(one => (one.Message, one.Field)).Order());
    }

    [Spec("CP-ADM-052", "CP-MSG-014")]
    [Fact]
    public void Of_an_entry_of_an_unknown_kind_only_the_head_is_told()
    {
        // [150, room, seq, time, from, name, "secret", ["nested"]]
        byte[] payload = [0x98, 0xcc, 150, 1, 2, 3, 16, 0xa3, .. "ann"u8, 0xa6, .. "secret"u8, 0x91, 0xa6, .. "nested"u8];
        var redacted = FrameRedaction.Redact(payload, showsWords: false, out var code);
        Assert.Equal(150, code);
        Assert.Equal([0x98, 0xcc, 150, 1, 2, 3, 16, 0xa3, .. "ann"u8, 0xc0, 0xc0], redacted.ToArray());
        Assert.Equal(payload, FrameRedaction.Redact(payload, showsWords: true, out _).ToArray());
    }

    [Spec("CP-ADM-052")]
    [Fact]
    public void Bodies_are_for_the_admin_socket_and_an_owner_who_logged_in_by_password()
    {
        var bot = _bench.LogInByToken(_owner.CreateToken(TokenScopes.All).Secret);
        var admin = _bench.LogInAs("boss", AccountRole.Admin);
        Assert.Equal(ErrorCode.Denied, bot.Refused(id => new Trace(id, _ann.Session.Id, Bodies: true, Stop: false)));
        Assert.Equal(ErrorCode.Denied, admin.Refused(id => new Trace(id, _ann.Session.Id, Bodies: false, Stop: false)));
        Begin(bot, _ann);
        Stop(bot, _ann);
        Begin(_bench.LogInAdmin(), _ann, bodies: true);
    }

    [Spec("CP-ADM-050")]
    [Fact]
    public void One_session_is_traced_by_one_admin_who_traces_no_other()
    {
        var bob = _bench.LogIn("bob");
        var admin = _bench.LogInAdmin();
        Begin(_owner, _ann);
        Assert.Equal(ErrorCode.TooMany, _owner.Refused(id => new Trace(id, bob.Session.Id, false, false)));
        Assert.Equal(ErrorCode.TooMany, admin.Refused(id => new Trace(id, _ann.Session.Id, false, false)));
        Assert.Equal(ErrorCode.NoSuchSession, admin.Refused(id => new Trace(id, _ann.Session.Id, false, Stop: true)));
        Assert.Equal(ErrorCode.NoSuchSession, _owner.Refused(id => new Trace(id, 999, false, false)));
        Assert.Equal(ErrorCode.InvalidValue, _owner.Refused(id => new Trace(id, _owner.Session.Id, false, false)));
        Begin(_owner, _ann, bodies: true);
        Stop(_owner, _ann);
        Begin(_owner, bob);
        Begin(admin, _ann);
    }

    [Spec("CP-ADM-051")]
    [Fact]
    public void The_end_of_either_session_ends_the_trace_and_that_of_the_traced_one_is_told()
    {
        Begin(_owner, _ann);
        _bench.LogInAdmin().Ask<Ok>(id => new Kick(id, _ann.Session.Id, null, "bye"));
        Assert.Equal([Bye.FrameCode, 0], Told(_owner).Select(one => one.TracedCode));

        var bob = _bench.LogIn("bob");
        Begin(_owner, bob);
        _owner.Disconnect();
        Begin(_bench.LogInAdmin(), bob);
    }

    [Spec("CP-ADM-051")]
    [Fact]
    public void An_owner_who_is_one_no_more_is_told_no_more()
    {
        Begin(_owner, _ann);
        _bench.LogInAdmin().Ask<Ok>(id => new ChangeAccount(id, "owner", (ulong)AccountRole.Admin, null, null));
        _ann.Join("lobby");
        Assert.Empty(Told(_owner));
    }

    [Spec("CP-ADM-053")]
    [Fact]
    public void An_admin_who_does_not_read_is_sent_less_and_told_how_many_frames_that_were()
    {
        var room = _ann.Join("lobby").Room;
        Begin(_owner, _ann);
        _owner.Peer.Capacity = 1;
        for (var i = 0; i < 100; i++)
            _ann.Say(room, $"hello {i}");
        var before = Told(_owner).Count;
        Assert.InRange(before, 0, 3);
        Assert.Equal(100, _ann.Entries(room).Count);

        _owner.Peer.Capacity = null;
        _owner.TakeAll();
        _ann.Say(room, "again");
        Assert.Equal(300UL - (ulong)before, Told(_owner)[before].Skipped);
        Assert.All(Told(_owner).Skip(before + 1), one => Assert.Equal(0UL, one.Skipped));
    }

    [Spec("CP-ADM-050")]
    [Fact]
    public void Two_owners_who_trace_each_other_are_not_told_of_their_traces()
    {
        var other = _bench.LogInAs("other", AccountRole.Owner);
        Begin(_owner, other);
        Begin(other, _owner);
        other.Ask<Pong>(id => new Ping(id));
        Assert.DoesNotContain(Traced.FrameCode, Told(_owner).Concat(Told(other)).Select(one => one.TracedCode));
        Assert.Contains(Ping.FrameCode, Told(_owner).Select(one => one.TracedCode));
    }

    private static void Begin(HubClient admin, HubClient traced, bool bodies = false) => admin.Ask<Ok>(id => new Trace(id, traced.Session.Id, bodies, Stop: false));

    private static void Stop(HubClient admin, HubClient traced) => admin.Ask<Ok>(id => new Trace(id, traced.Session.Id, Bodies: false, Stop: true));

    private static List<Traced> Told(HubClient admin) => [.. admin.Received.OfType<Traced>()];

    /// <summary>The same payload with nil for some fields, by the registry's places.</summary>
    private static byte[] WithNil(ReadOnlyMemory<byte> payload, MessageEntry message, HashSet<string> hidden)
    {
        var reader = new MessagePackReader(payload);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        var items = reader.ReadArrayHeader();
        writer.WriteArrayHeader(items);
        Copy(ref reader, ref writer);
        for (var i = 0; i < items - 1; i++)
            CopyField(ref reader, ref writer, message.Fields[i], hidden, "");
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static void CopyField(ref MessagePackReader reader, ref MessagePackWriter writer, FieldEntry field, HashSet<string> hidden, string prefix)
    {
        if (hidden.Contains(prefix + field.Name))
        {
            reader.Skip();
            writer.WriteNil();
        }
        else if (field.Items is { } fields && hidden.Any(name => name.StartsWith($"{field.Name}.", StringComparison.Ordinal)))
        {
            var rows = reader.ReadArrayHeader();
            writer.WriteArrayHeader(rows);
            for (var row = 0; row < rows; row++)
            {
                writer.WriteArrayHeader(reader.ReadArrayHeader());
                foreach (var item in fields)
                    CopyField(ref reader, ref writer, item, hidden, $"{field.Name}.");
            }
        }
        else
        {
            Copy(ref reader, ref writer);
        }
    }

    private static void Copy(ref MessagePackReader reader, ref MessagePackWriter writer)
    {
        var start = reader.Position;
        reader.Skip();
        writer.WriteRaw(reader.Sequence.Slice(start, reader.Position));
    }
}
