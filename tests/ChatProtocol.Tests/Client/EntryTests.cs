using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>Entries of kinds that a later version adds.</summary>
public sealed class EntryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Spec("CP-MSG-014", "CP-MSG-015")]
    [Fact(Timeout = 10_000)]
    public async Task Unknown_kinds_move_the_cursor_and_show_their_text_if_they_are_said()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        await peer.SendBytesAsync((byte[])[
            .. FrameCodec.Encode(ScriptedPeer.Entry(1)), .. WireBytes.UnknownEntry(189, 2), .. WireBytes.UnknownEntry(190, 3, "a poll"), .. FrameCodec.Encode(ScriptedPeer.Entry(4))]);

        var events = await client.EventsAsync(Stop).Take(4).ToListAsync(Stop);

        Assert.IsType<MessageReceived>(events[0]);
        var odd = Assert.IsType<UnknownEntryReceived>(events[1]);
        Assert.Equal((room, 189, 2UL, false), (odd.Room, odd.Entry.Code, odd.Entry.Seq, odd.Entry.IsSaid));
        Assert.Null(odd.Entry.ToMessage());
        var even = Assert.IsType<UnknownEntryReceived>(events[2]).Entry;
        Assert.Equal(WireEntries.Of(new Message(5, 3, 1003, 9, "bob", "a poll")), even.ToMessage());
        Assert.Equal(4UL, Assert.IsType<MessageReceived>(events[3]).Message.Seq);
        Assert.Equal((4UL, 4UL), (room.Cursor.Seq, room.Head));
    }

    [Spec("CP-MSG-014")]
    [Fact(Timeout = 10_000)]
    public async Task An_unknown_kind_uses_up_its_seq_so_another_entry_with_it_breaks_the_protocol()
    {
        await using var server = new ScriptedServer();
        var (client, peer, _) = await server.WelcomeToRoomAsync();
        await peer.SendBytesAsync((byte[])[.. WireBytes.UnknownEntry(189, 1), .. FrameCodec.Encode(ScriptedPeer.Entry(1))]);

        var ended = Assert.IsType<SessionEnded>((await client.EventsAsync(Stop).ToListAsync(Stop))[^1]);
        Assert.Equal(ChatFailure.BrokenProtocol, ended.Error!.Failure);
    }

    [Spec("CP-MSG-014")]
    [Fact(Timeout = 10_000)]
    public async Task The_bytes_of_an_unknown_kind_are_taken_like_those_of_any_other()
    {
        await using var server = new ScriptedServer { GivesCredit = true };
        var (client, peer, _) = await server.WelcomeToRoomAsync(o => o with { RoomWindow = 64 });
        var entry = WireBytes.UnknownEntry(189, 1);
        var second = WireBytes.UnknownEntry(187, 2);
        await peer.SendBytesAsync((byte[])[.. entry, .. second]);

        await client.EventsAsync(Stop).Take(2).ToListAsync(Stop);

        Taken taken;
        do
            taken = await peer.ReceiveAsync<Taken>();
        while (taken.Bytes < (ulong)(entry.Length + second.Length));
        Assert.Equal((5UL, (ulong)(entry.Length + second.Length)), (taken.Room, taken.Bytes));
    }

    [Spec("CP-MSG-014")]
    [Fact(Timeout = 10_000)]
    public async Task A_page_has_unknown_kinds_in_their_place_and_only_what_is_said_counts_for_what_was_asked()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var reading = room.HistoryAsync(2, cancellationToken: Stop);
        var asked = await peer.ReceiveAsync<History>();
        await peer.SendBytesAsync((byte[])[
            .. FrameCodec.Encode(new Page(asked.Id, 5, 77, 4, 9, true)),
            .. WireBytes.UnknownEntry(134, 6), .. WireBytes.UnknownEntry(139, 7), .. FrameCodec.Encode(ScriptedPeer.Entry(8)), .. WireBytes.UnknownEntry(139, 9)]);

        var page = await reading;

        Assert.Equal([(6UL, true), (7UL, false), (8UL, true), (9UL, false)], page.Entries.Select(e => (e.Seq, e.IsSaid)));
        Assert.Equal((2UL, 6UL, 9UL), (page.Said, page.First, page.Last));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_page_with_more_that_is_said_than_was_asked_breaks_the_protocol()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var reading = room.HistoryAsync(1, cancellationToken: Stop);
        var asked = await peer.ReceiveAsync<History>();
        await peer.SendAsync(new Page(asked.Id, 5, 77, 2, 9, true), ScriptedPeer.Entry(8), ScriptedPeer.Entry(9));

        Assert.Equal(ChatFailure.BrokenProtocol, (await Assert.ThrowsAsync<ChatException>(() => reading)).Failure);
    }

    [Spec("CP-HIS-012")]
    [Fact(Timeout = 10_000)]
    public async Task A_page_with_more_entries_than_the_limit_breaks_the_protocol()
    {
        await using var server = new ScriptedServer { Limits = Limits.Default with { Page = 100 } };
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var reading = room.HistoryAsync(1, cancellationToken: Stop);
        await peer.AnswerAsync<History>(asked => new Page(asked.Id, 5, 77, 99, 900, true, Gaps: 2));

        var broken = await Assert.ThrowsAsync<ChatException>(() => reading);
        Assert.Equal((ChatFailure.BrokenProtocol, "the server broke the protocol: a page has 99 entries and 2 gaps, and at most 100"), (broken.Failure, broken.Message));
    }

    [Spec("CP-MSG-016")]
    [Fact(Timeout = 10_000)]
    public async Task The_last_messages_are_counted_back_over_what_is_not_said()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(cursor: 9);
        var searching = room.SeqBeforeLastAsync(2, cancellationToken: Stop);
        var asked = await peer.ReceiveAsync<History>();
        Assert.Equal((2, 10UL), (asked.Count, asked.Before!.Value));
        await peer.SendBytesAsync((byte[])[
            .. FrameCodec.Encode(new Page(asked.Id, 5, 77, 2, 9, true)), .. FrameCodec.Encode(ScriptedPeer.Entry(8)), .. WireBytes.UnknownEntry(139, 9)]);
        asked = await peer.ReceiveAsync<History>();
        Assert.Equal((1, 8UL), (asked.Count, asked.Before!.Value));
        await peer.SendAsync(new Page(asked.Id, 5, 77, 1, 9, true), ScriptedPeer.Entry(4));

        Assert.Equal(3UL, await searching);
    }

    [Spec("CP-SES-028")]
    [Fact(Timeout = 10_000)]
    public async Task A_server_of_the_minor_that_was_never_released_is_told_of_in_a_sentence()
    {
        await using var server = new ScriptedServer();
        var connecting = ChatClient.ConnectAsync(server.Options, Stop);
        await (await server.AcceptAsync()).WelcomeAsync(server.Limits, minor: 0);

        var refused = await Assert.ThrowsAsync<ChatException>(() => connecting);

        Assert.Equal((ChatFailure.UnsupportedVersion, ErrorCode.UnsupportedVersion, "minor"), (refused.Failure, refused.Code, refused.Field));
        Assert.Equal("the server speaks version 1.0, which was never released: it has to be replaced by a newer one", refused.Message);
    }

    [Spec("CP-PUR-004")]
    [Fact(Timeout = 10_000)]
    public async Task A_purge_tells_a_program_which_of_the_messages_that_it_keeps_to_drop()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        await peer.SendBytesAsync((byte[])[
            .. FrameCodec.Encode(ScriptedPeer.Entry(1)), .. FrameCodec.Encode(ScriptedPeer.Entry(2)), .. FrameCodec.Encode(new PurgedEntries(5, 3, 1003, 7, "ann", 9, 2, 2))]);

        var events = await client.EventsAsync(Stop).Take(3).ToListAsync(Stop);

        var purge = Assert.IsType<PurgeReceived>(events[2]).Purge;
        Assert.Equal([false, true], events.OfType<MessageReceived>().Select(received => purge.Covers(received.Message)));
        Assert.False(purge.Covers(((MessageReceived)events[1]).Message with { From = 10 }));
        Assert.Equal((false, 3UL), (purge.IsSaid, room.Cursor.Seq));
    }
}
