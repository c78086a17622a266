using System.Globalization;
using System.Text;

namespace ChatProtocol.Hub;

/// <summary>Report: tells the moderators of the server about an entry.</summary>
internal sealed class ReportHandlers(
    HubOptions options, HubClock clock, IRoomLog log, GroupCommit groupCommit, Principals principals, RoomDirectory directory, RoomAccess access, EntryWriter entries,
    ModeratorsRoom moderators, ReportBook book) : IVerbHandlers
{
    /// <summary>The most bytes of the copy (CP-REP-002).</summary>
    private const int MaxCopy = 1000;

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.Of<Report>(Permissions.Report, Report, wants: (session, report) => needs.Room(session, report.Room)),
    ];

    public void Report(Session session, Report report)
    {
        if (access.Find(session, report.Id, report.Room) is not { } room)
            return;
        if (report.Seq < room.Oldest || report.Seq > room.Committed)
            session.Refuse(report.Id, ErrorCode.NoSuchEntry, $"the room has no entry {report.Seq}: its entries are {room.Oldest} to {room.Committed}", room.Committed, "seq");
        else if (book.Has(room.Id, report.Seq, session.Principal!.Id))
            session.Reply(new Ok(report.Id));
        else if (session.Allows(report.Id, ref session.Principal.Usage.Reports, session.Source.Bounds.Reports, "reports"))
            Read(session, report, room);
    }

    private void Read(Session session, Report report, Room room)
    {
        room.Pins++;
        log.Read(new EntryRead(new EntryQuery(room.Id, new SeqRange(report.Seq, report.Seq)), found =>
        {
            room.Pins--;
            // The room may have been removed meanwhile, and the asker banned from it.
            if (session.IsClosed || access.Find(session, report.Id, report.Room) is null)
                return;
            if (found is null)
                session.RefuseAsUnread(report.Id);
            else if (TextOf(found, report.Seq) is { } message)
                Gather(session, report, room, message);
            else
                session.Refuse(report.Id, ErrorCode.NoSuchEntry, $"nothing can be read of entry {report.Seq} any more: it needs no report", field: "seq");
        }));
    }

    private static Message? TextOf(EntryResult found, ulong seq) =>
        found.Runs is [{ Segment: { } segment }, ..] && segment.EntryAt(segment.IndexOf(seq)).ToMessage() is { IsErased: false } message ? message : null;

    private void Gather(Session session, Report report, Room room, Message message)
    {
        while (!clock.IsDoubted && book.TryForgetOne(clock.Now))
            groupCommit.Open.Add(new LogChange.EndReports(clock.Now - ReportBook.KeptFor));
        if (book.Has(room.Id, report.Seq, session.Principal!.Id))
            session.Reply(new Ok(report.Id));
        else if (book.IsFull)
            session.Refuse(report.Id, ErrorCode.TooMany, $"there are {ReportBook.Max} reports, and that is the limit; tell an admin", ReportBook.Max);
        else if (moderators.FindOrMake(session, report.Id, () => Gather(session, report, room, message)) is { } gathered)
            Append(session, report, gathered, Describe(session.Principal, report, room, message));
    }

    private void Append(Session session, Report report, Room gathered, string text)
    {
        entries.Append(gathered, principals.Server, new Text(Cut(text, options.Limits.Text)), details: null, origin: null, clock.Now, out var copy, out var time);
        entries.AwaitSilently(gathered, copy, time);
        directory.MarkUsed(gathered);
        var record = new ReportRecord(report.Room, report.Seq, session.Principal!.Id, gathered.Id, copy, clock.Now);
        book.Add(record);
        groupCommit.Open.Add(new LogChange.KeepReport(record), new CommitCallbacks(() => session.Reply(new Ok(report.Id)), () => Refuse(session, report, record))
        {
            RoomRemoved = () => Refuse(session, report, record),
        });
    }

    private void Refuse(Session session, Report report, ReportRecord record)
    {
        book.Remove(record);
        session.RefuseUnstored(report.Id);
    }

    /// <summary>The report in words; of a room that is not everybody's only its id, by which a moderator can act (CP-REP-002).</summary>
    private static string Describe(Principal reporter, Report report, Room room, Message message)
    {
        var place = room.Record.Kind switch
        {
            RoomKind.Public => $"{Harmless(room.Record.Name)} (room {room.Id})",
            RoomKind.Private => $"a private room ({room.Id})",
            _ => $"a room by invitation ({room.Id})",
        };
        var reason = report.Reason.Length == 0 ? "" : $", because \"{Harmless(report.Reason)}\"";
        return $"{Harmless(reporter.Name.Text)} (user {reporter.Id}) reports entry {report.Seq} of {place} by {Harmless(message.Name)} (user {message.From}){reason}: {Cut(Harmless(message.Text.ToString()), MaxCopy)}";
    }

    /// <summary>The same text in one line, without characters that control a terminal or the direction of what stands around it.</summary>
    private static string Harmless(string text)
    {
        var harmless = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            harmless.Append(Rune.GetUnicodeCategory(rune) switch
            {
                UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => " ",
                UnicodeCategory.Format => "",
                _ => rune.ToString(),
            });
        return harmless.ToString();
    }

    /// <summary>The beginning of a text, in whole characters, of at most so many bytes.</summary>
    private static string Cut(string text, int bytes)
    {
        var kept = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes -= rune.Utf8SequenceLength;
            if (bytes < 0)
                return text[..kept];
            kept += rune.Utf16SequenceLength;
        }
        return text;
    }
}
