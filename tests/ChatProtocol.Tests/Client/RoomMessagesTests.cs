using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>The messages of a room as they are by now, whatever is heard of them first.</summary>
public sealed class RoomMessagesTests
{
    private const ulong Self = 9;
    private static readonly string[] Kinds = ["👍", "x", "好"];

    [Spec("CP-AMD-021")]
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_is_heard_in_whatever_order_and_however_often_the_messages_are_those_of_the_log(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var log = Log(random, 30);
            var expected = Fold(log, (ulong)log.Count);
            var seen = new RoomMessages(Self);
            // Everything is heard as an event, and pages of any age come in between; then in any order, some of it twice.
            var told = log.Select(entry => (Action)(() => seen.Add(entry))).Concat(
                Enumerable.Range(0, 4).Select(_ => Page(log, (ulong)random.Next(1, log.Count + 1), random)).Select(page => (Action)(() => seen.Add(page)))).ToArray();
            random.Shuffle(told);
            foreach (var tell in told.Concat(told.Take(random.Next(told.Length))))
                tell();

            Assert.Equal(expected.Select(Describe), seen.Messages.Select(Describe));
        }
    }

    [Spec("CP-AMD-021")]
    [Fact]
    public void What_a_page_has_already_changes_nothing_when_an_event_tells_it_later()
    {
        var seen = new RoomMessages(Self);
        seen.Add(new HistoryPage
        {
            Head = 8,
            Entries = [Said(1, "first") with { Text = "third", Edited = At(6) }, Said(2, "plain")],
            Amendments = new Dictionary<ulong, PageAmendment> { [1] = new(8, "first") },
        });

        Assert.Equal("third", seen.Add(Edit(5, 1, "second"))!.Text.ToString());
        Assert.Equal("plain", seen.Add(Edit(7, 2, "never"))!.Text.ToString());
        Assert.Equal(("fourth", At(9)), seen.Add(Edit(9, 1, "fourth")) is { } now ? (now.Text.ToString(), now.Edited) : default);
    }

    [Spec("CP-AMD-009")]
    [Fact]
    public void A_message_that_is_gone_stays_so_whatever_comes_behind()
    {
        var seen = new RoomMessages(Self);
        seen.Add(Retraction(9, 2));
        Assert.True(seen.Add(Said(2, "secret"))!.IsErased);
        Assert.True(seen.Add(Edit(10, 2, "secret"))!.IsErased);
        seen.Add(Said(3, "spam"));
        Assert.True(seen.Erase(3)!.IsErased);
        Assert.Empty(seen.Find(3)!.Reactions);
    }

    [Fact]
    public void A_purge_takes_the_messages_and_of_an_edited_one_the_edits_that_it_covers()
    {
        var seen = new RoomMessages(Self);
        seen.Add(Said(1, "old"));
        seen.Add(Said(2, "spam"));
        seen.Add(Edit(3, 1, "more spam"));
        seen.Add(new ChatPurge { Seq = 4, Principal = 7, First = 2, Last = 3, RoomId = 5 });

        Assert.Equal(["old", ""], seen.Messages.Select(message => message.Text.ToString()));
        Assert.Null(seen.Find(1)!.Edited);
    }

    [Fact]
    public void After_a_restore_what_may_be_otherwise_is_dropped_and_named()
    {
        var seen = new RoomMessages(Self);
        foreach (var seq in (ulong[])[1, 2, 9])
            seen.Add(Said(seq, "x"));
        seen.Add(Edit(8, 1, "y"));

        Assert.Equal([1UL], seen.Rewind(5));
        Assert.Equal([2UL], seen.Messages.Select(message => message.Seq));
        seen.Forget(2);
        Assert.Empty(seen.Messages);
    }

    private static string Describe(ChatMessage message) =>
        $"{message.Seq} {message.Text} {message.Edited:O} {message.IsPinned} {string.Join(' ', message.Reactions.OrderBy(one => one.Reaction, StringComparer.Ordinal))}";

    private static DateTimeOffset At(ulong seq) => DateTimeOffset.UnixEpoch.AddSeconds(seq);

    private static ChatMessage Said(ulong seq, string text) => new() { RoomId = 5, Seq = seq, Time = At(seq), From = 7, Name = "bob", Text = text };

    private static ChatEdit Edit(ulong seq, ulong target, string text) => new() { RoomId = 5, Seq = seq, Time = At(seq), From = 7, Name = "bob", Target = target, Text = text };

    private static ChatRetraction Retraction(ulong seq, ulong target) => new() { RoomId = 5, Seq = seq, Time = At(seq), From = 7, Name = "bob", Target = target };

    /// <summary>A log of some messages and what becomes of them, each entry as it was when it was appended.</summary>
    private static List<ChatEntry> Log(Random random, int length)
    {
        var log = new List<ChatEntry>();
        var reactions = new HashSet<(ulong Target, ulong Principal, string Kind)>();
        for (var seq = 1UL; seq <= (ulong)length; seq++)
        {
            var targets = log.OfType<ChatMessage>().Select(message => message.Seq).Except(log.OfType<ChatRetraction>().Select(gone => gone.Target)).ToArray();
            if (targets.Length == 0 || random.Next(3) == 0)
            {
                log.Add(Said(seq, $"text {seq}"));
                continue;
            }
            var target = targets[random.Next(targets.Length)];
            log.Add(random.Next(10) switch
            {
                0 => Retraction(seq, target),
                < 4 => Edit(seq, target, $"text {target} by {seq}"),
                < 6 => new ChatPin { RoomId = 5, Seq = seq, Time = At(seq), Target = target, IsPinned = random.Next(2) == 0 },
                _ => React(seq, target, Kinds[random.Next(Kinds.Length)], (ulong)random.Next(8, 11)),
            });
        }
        return log;

        ChatReaction React(ulong seq, ulong target, string kind, ulong principal)
        {
            if (!reactions.Remove((target, principal, kind)))
                reactions.Add((target, principal, kind));
            return new ChatReaction
            {
                RoomId = 5,
                Seq = seq,
                Time = At(seq),
                Target = target,
                Counts = new Dictionary<string, ulong> { [kind] = (ulong)reactions.Count(one => one.Target == target && one.Kind == kind) },
                Changes = [new ReactionSwitch { Principal = principal, Name = "x", Reaction = kind, IsOn = reactions.Contains((target, principal, kind)) }],
            };
        }
    }

    /// <summary>The messages as the entries up to a seq have made them.</summary>
    private static List<ChatMessage> Fold(List<ChatEntry> log, ulong through)
    {
        var messages = new SortedDictionary<ulong, ChatMessage>();
        foreach (var entry in log.TakeWhile(entry => entry.Seq <= through))
            switch (entry)
            {
                case ChatMessage message: messages[message.Seq] = message; break;
                case ChatEdit edit: messages[edit.Target] = messages[edit.Target] with { Text = edit.Text, Edited = edit.Time }; break;
                case ChatPin pin: messages[pin.Target] = messages[pin.Target] with { IsPinned = pin.IsPinned }; break;
                case ChatRetraction gone: messages[gone.Target] = messages[gone.Target].WithoutText(); break;
                case ChatReaction reaction:
                    var (kind, count) = reaction.Counts.Single();
                    var before = messages[reaction.Target].Reactions.FirstOrDefault(one => one.Reaction == kind);
                    var own = reaction.Changes[0] is { Principal: Self, IsOn: var on } ? on : before.IsOwn;
                    var others = messages[reaction.Target].Reactions.Where(one => one.Reaction != kind);
                    messages[reaction.Target] = messages[reaction.Target] with
                    {
                        Reactions = count == 0 ? [.. others] : [.. others, new ReactionSummary { Reaction = kind, Count = count, IsOwn = own }],
                    };
                    break;
            }
        return [.. messages.Values];
    }

    /// <summary>A page of some of the log that was made when it had so many entries: erased texts are in it nowhere.</summary>
    private static HistoryPage Page(List<ChatEntry> log, ulong head, Random random)
    {
        var present = Fold(log, head).ToDictionary(message => message.Seq);
        var (first, last) = ((ulong)random.Next(1, (int)head + 1), (ulong)random.Next(1, (int)head + 1));
        if (first > last)
            (first, last) = (last, first);
        var entries = log.Where(entry => entry.Seq >= first && entry.Seq <= last).Select(entry => entry switch
        {
            ChatMessage message => present[message.Seq],
            ChatEdit edit when present[edit.Target].IsErased => edit with { Text = default },
            _ => entry,
        }).ToList();
        return new HistoryPage
        {
            Head = head,
            Entries = entries,
            Amendments = entries.OfType<ChatMessage>().Where(message => !message.IsErased && (message.Edited is not null || message.IsPinned || message.Reactions.Count > 0))
                .ToDictionary(message => message.Seq, message => new PageAmendment(head, ((ChatMessage)log[(int)message.Seq - 1]).Text)),
        };
    }
}
