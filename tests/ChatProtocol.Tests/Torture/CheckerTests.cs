using ChatProtocol.Torture;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Histories that are wrong in one way, and what the checker says about each.</summary>
[OneTry]
public sealed class CheckerTests
{
    private const ulong Room = 5;
    private const ulong Epoch = 70;
    private static readonly Op A = new(1, 1), B = new(1, 2), C = new(1, 3);

    /// <summary>Two posts, acknowledged, told to a reader and read at the end.</summary>
    private static readonly JournalEntry[] Sound =
    [
        new Entered(0, "writer1", Room, Epoch, 1, 0),
        new Invoked(0, A, Room, 1),
        new Invoked(0, B, Room, 2),
        new Acked(0, A, Room, Epoch, 1, 100),
        new Joined(0, "reader1", Room, 0),
        Told("reader1", 1, A),
        new Acked(0, B, Room, Epoch, 2, 101),
        Told("reader1", 2, B),
    ];

    [Fact]
    public void A_sound_history_has_no_fault() => AssertFaults([.. Sound, .. Final(2), ReadAt(1, A), ReadAt(2, B)]);

    [Fact]
    public void What_was_acknowledged_and_is_not_there_is_lost() =>
        AssertFaults([.. Sound.Take(4), .. Final(0)], Fault.LostWrite);

    [Fact]
    public void What_was_told_and_is_not_there_is_lost() =>
        AssertFaults([.. Sound.Take(3), new Joined(0, "reader1", Room, 0), Told("reader1", 1, A), .. Final(0)], Fault.LostWrite);

    [Fact]
    public void A_post_of_unknown_outcome_may_be_there_or_not()
    {
        AssertFaults([.. Sound.Take(2), new Unknown(0, A), .. Final(0)]);
        AssertFaults([.. Sound.Take(2), new Unknown(0, A), .. Final(1), ReadAt(1, A)]);
    }

    [Fact]
    public void The_same_entry_told_twice_is_a_duplicate() =>
        AssertFaults([.. Sound, Told("reader1", 2, B), .. Final(2), ReadAt(1, A), ReadAt(2, B)], Fault.Duplicate);

    [Fact]
    public void An_entry_told_behind_a_later_one_is_out_of_order() =>
        AssertFaults([.. Sound, Told("reader1", 1, A, 101), .. Final(2), ReadAt(1, A), ReadAt(2, B)], Fault.TwoContents, Fault.Reorder);

    [Fact]
    public void A_writers_posts_in_another_order_than_it_said_them_are_out_of_order() =>
        AssertFaults([.. Sound.Take(3), .. Final(2), ReadAt(1, B), ReadAt(2, A)], Fault.Reorder);

    [Fact]
    public void An_entry_that_a_reader_is_not_told_is_a_hole() =>
        AssertFaults([.. Sound.Take(5), Told("reader1", 2, B), .. Final(2), ReadAt(1, A), ReadAt(2, B)], Fault.Hole);

    [Fact]
    public void A_head_that_the_final_reader_does_not_get_to_is_a_hole() =>
        AssertFaults([.. Sound, .. Final(3), ReadAt(1, A), ReadAt(2, B)], Fault.Hole);

    [Fact]
    public void Two_who_see_different_entries_at_one_seq_see_two_contents() =>
        AssertFaults([.. Sound.Take(3), new Joined(0, "reader1", Room, 0), Told("reader1", 1, A), .. Final(1), ReadAt(1, B, 100)],
            Fault.TwoContents, Fault.LostWrite);

    [Fact]
    public void An_entry_that_nobody_posted_is_a_phantom() =>
        AssertFaults([.. Sound, .. Final(3), ReadAt(1, A), ReadAt(2, B), ReadAt(3, C)], Fault.Phantom);

    [Fact]
    public void A_post_with_another_text_than_was_given_is_a_phantom() =>
        AssertFaults([.. Sound, .. Final(2), ReadAt(1, A), ReadAt(2, B) with { Hash = 99 }], Fault.Phantom);

    [Fact]
    public void A_repeated_post_has_to_be_acknowledged_as_before() =>
        AssertFaults([.. Sound, new Acked(0, B, Room, Epoch, 3, 101), .. Final(2), ReadAt(1, A), ReadAt(2, B)], Fault.AckDiffers, Fault.LostWrite);

    [Fact]
    public void A_post_that_the_server_has_to_remember_has_to_be_acknowledged_with_its_seq() =>
        AssertFaults([.. Sound, new Acked(0, B, Room, Epoch, null, null), .. Final(2), ReadAt(1, A), ReadAt(2, B)], Fault.AckDiffers);

    [Fact]
    public void A_post_that_is_there_twice_was_applied_twice() =>
        AssertFaults([.. Sound, .. Final(3), ReadAt(1, A), ReadAt(2, B), ReadAt(3, B)], Fault.AppliedTwice);

    [Fact]
    public void Time_does_not_go_back() =>
        AssertFaults([.. Sound.Take(3), .. Final(2), ReadAt(1, A, 101), ReadAt(2, B, 100)], Fault.TimeBack);

    [Fact]
    public void An_epoch_does_not_change_by_itself() =>
        AssertFaults([.. Sound, .. Final(2, epoch: 71), ReadAt(1, A), ReadAt(2, B), new Entered(0, "writer1", Room, Epoch, 1, 2)], Fault.EpochChanged);

    [Fact]
    public void The_epoch_of_a_room_that_nothing_is_in_may_change() =>
        AssertFaults([new Entered(0, "writer1", Room, 69, 1, 0), .. Sound, .. Final(2), ReadAt(1, A), ReadAt(2, B)]);

    [Fact]
    public void A_restore_has_to_change_the_epoch() =>
        AssertFaults([.. Sound, new Entered(0, "writer1", Room, Epoch, 1, 2), .. Final(2, era: 1), ReadAt(1, A, era: 1), ReadAt(2, B, era: 1)], Fault.EpochKept);

    [Fact]
    public void What_came_behind_a_backup_may_be_gone_with_a_restore_and_its_seq_be_given_again()
    {
        JournalEntry[] restored = [.. Sound, new Entered(1, "writer1", Room, 71, 2, 1), new Invoked(1, C, Room, 3), new Acked(1, C, Room, 71, 2, 102)];
        AssertFaults([.. restored, .. Final(2, epoch: 71, first: 2, era: 1), ReadAt(1, A, era: 1), ReadAt(2, C, 102, era: 1)]);
        // What the backup had is still owed.
        AssertFaults([.. restored, .. Final(2, epoch: 71, first: 2, era: 1), ReadAt(1, B, 100, era: 1), ReadAt(2, C, 102, era: 1)],
            Fault.TwoContents, Fault.LostWrite);
    }

    [Fact]
    public void A_refusal_and_a_broken_server_are_faults_by_themselves()
    {
        AssertFaults([new Refused(0, "writer1", "counter conflict"), .. Sound, .. Final(2), ReadAt(1, A), ReadAt(2, B)], Fault.Refused);
        AssertFaults([.. Sound, new Broke(0, "chatd", "it did not start")], Fault.Broke);
    }

    private static Delivered Told(string who, ulong seq, Op op, ulong? time = null, int era = 0) =>
        new(era, who, Room, seq, op, (ulong)op.Number, time ?? 99 + seq);

    private static Delivered ReadAt(ulong seq, Op op, ulong? time = null, int era = 0) => Told(Checker.FinalReader, seq, op, time, era);

    private static JournalEntry[] Final(ulong head, ulong epoch = Epoch, ulong first = 1, int era = 0) =>
        [new Entered(era, Checker.FinalReader, Room, epoch, first, head), new Joined(era, Checker.FinalReader, Room, 0)];

    private static void AssertFaults(IReadOnlyList<JournalEntry> journal, params Fault[] expected) =>
        Assert.Equal(expected.Order(), Checker.Check(journal).Select(verdict => verdict.Fault).Distinct().Order());
}
