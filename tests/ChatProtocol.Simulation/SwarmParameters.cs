using ChatProtocol.Hub;

namespace ChatProtocol.Simulation;

/// <summary>
/// The parameters of one seed (swarm testing): each seed draws its own sizes, faults and rates. A run with every fault at
/// once would hide bugs that need only a few of them.
/// </summary>
internal sealed class SwarmParameters
{
    /// <param name="dice">The run's dice.</param>
    /// <param name="others">Other dice, for what a run has had since later: seeds without it are as they were.</param>
    /// <param name="ofKeys">Those for posts with keys.</param>
    public SwarmParameters(Dice dice, Dice others, Dice ofKeys)
    {
        Turns = dice.Between(400, 3000);
        Clients = 2 + dice.Skewed(28);
        Rooms = 1 + dice.Skewed(5);
        InFlight = dice.Pick([16, 16, 24, 64]);
        TailBytes = dice.Pick([0, 500, 4000, 100_000, 64 * 1024 * 1024]);
        OutboxBytes = dice.Pick([200, 1000, 8000, 131_072]);
        WireBytes = dice.Pick([100, 2000, 65_536]);
        MaxText = dice.Pick([30, 60, 60, 200, 3000]);
        PostRate = dice.Pick([0.05, 0.2, 0.5, 0.9]);
        Burst = dice.Pick([1, 4, 12]);
        TurnTime = dice.Pick([1, 3, 20]);
        CommitTime = dice.Pick([0, 5, 40, 300]);
        ReadTime = dice.Pick([0, 5, 60]);
        MaxCached = dice.Pick([2, 2, 20]);
        CodecRate = dice.Pick([0.02, 0.1, 1.0]);
        Pace = dice.Pick([1.0, 0.7, 0.2]);
        PrivateRate = Sometimes(dice, 0.002, 0.02);
        PagerRate = Sometimes(dice, 0.005, 0.05);
        LeaveRate = Sometimes(dice, 0.001, 0.01);
        NickRate = Sometimes(dice, 0.0005, 0.005);
        QuitRate = Sometimes(dice, 0.0005, 0.005);
        ProbeRate = Sometimes(dice, 0.002, 0.02);
        ListRate = Sometimes(dice, 0.002, 0.02);
        OperatorRate = Sometimes(dice, 0.002, 0.01);
        CutRate = Sometimes(dice, 0.0005, 0.005);
        HalfOpenRate = Sometimes(dice, 0.0005, 0.005);
        StallRate = Sometimes(dice, 0.0005, 0.01);
        PartitionRate = Sometimes(dice, 0.001, 0.005);
        SlowReaders = Sometimes(dice, 0.1, 0.5);
        CommitFailRate = Sometimes(dice, 0.01, 0.2);
        FullRate = Sometimes(dice, 0.001, 0.01);
        UnsureRate = Sometimes(dice, 0.001, 0.02);
        ReadFailRate = Sometimes(dice, 0.002, 0.05);
        CrashRate = Sometimes(dice, 0.001, 0.01);
        StopRate = Sometimes(dice, 0.0005, 0.003);
        BackupRate = Sometimes(dice, 0.005, 0.02);
        RestoreRate = Sometimes(dice, 0.1, 0.5);
        PauseRate = Sometimes(dice, 0.0005, 0.005);
        LongPauseRate = Sometimes(dice, 0.0003, 0.001);
        ClockStepRate = Sometimes(dice, 0.001, 0.01);
        BlockRate = Sometimes(dice, 0.001, 0.01);
        BanRate = Sometimes(dice, 0.002, 0.02);
        RemoveRate = Sometimes(dice, 0.001, 0.01);
        RetainRate = Sometimes(dice, 0.002, 0.02);
        EraseRate = Sometimes(dice, 0.002, 0.02);
        DamageRate = Sometimes(dice, 0.001, 0.01);
        MaintenanceTime = dice.Pick([0, 20, 500]);
        JumpRate = Sometimes(dice, 0.0005, 0.003);
        SleepRate = Sometimes(dice, 0.0005, 0.003);
        WindowRate = Sometimes(dice, 0.3, 0.9);
        HoldRate = Sometimes(dice, 0.002, 0.02);
        FarRate = Sometimes(dice, 0.2, 0.8);
        MassRate = Sometimes(dice, 0.0005, 0.005);
        AccountRate = Sometimes(others, 0.02, 0.1);
        HasherRoom = others.Pick([1, 4, 16]);
        HashTime = others.Pick([0, 30, 300]);
        Registration = others.Pick([Registration.Open, Registration.Open, Registration.ByInvitation, Registration.Closed]);
        RoomRate = Sometimes(others, 0.01, 0.1);
        KeyRate = Sometimes(ofKeys, 0.02, 0.2);
        Far = GuestBounds.Far with
        {
            Passwords = new Rate(10, 100),
            AccountPasswords = new Rate(1, 20),
            Logins = new Rate(5, 20),
            Principals = new Rate(2, 10),
            Rooms = new Rate(2, 3),
            Renames = new Rate(1, 3),
            Correspondents = new Rate(2, 5),
            Posts = new Rate(dice.Pick([5, 20, 200]), dice.Pick([1, 5, 50])),
            PostBytes = new Rate(20_000, 40_000),
            AddressPosts = new Rate(100, 50),
            AddressPostBytes = new Rate(50_000, 100_000),
        };
    }

    public int Turns { get; }
    public int Clients { get; }
    public int Rooms { get; }
    public int InFlight { get; }
    public long TailBytes { get; }
    public int OutboxBytes { get; }
    public int WireBytes { get; }
    public int MaxText { get; }
    public double PostRate { get; }
    public int Burst { get; }

    /// <summary>The longest time that a turn takes, in milliseconds.</summary>
    public int TurnTime { get; }
    public int CommitTime { get; }
    public int ReadTime { get; }

    /// <summary>How many rooms, and principals, stay in memory without being in use.</summary>
    public int MaxCached { get; }

    /// <summary>The probability that a frame goes through the codec and back.</summary>
    public double CodecRate { get; }

    /// <summary>The probability that a connection moves data in a turn.</summary>
    public double Pace { get; }
    public double PrivateRate { get; }
    public double PagerRate { get; }
    public double LeaveRate { get; }
    public double NickRate { get; }
    public double QuitRate { get; }
    public double ProbeRate { get; }
    public double ListRate { get; }

    /// <summary>The probability that a client blocks or unblocks a user.</summary>
    public double BlockRate { get; }
    public double OperatorRate { get; }

    /// <summary>The probability that the operator bans a user or an address, or lifts a ban.</summary>
    public double BanRate { get; }
    public double RemoveRate { get; }

    /// <summary>The probability that the operator changes a room's retention.</summary>
    public double RetainRate { get; }
    public double EraseRate { get; }

    /// <summary>The probability that a stored segment is damaged.</summary>
    public double DamageRate { get; }

    /// <summary>The longest time that a maintenance task of the log takes, in milliseconds.</summary>
    public int MaintenanceTime { get; }

    /// <summary>The probability that the clock jumps ahead by weeks, for a while.</summary>
    public double JumpRate { get; }
    public double SleepRate { get; }

    /// <summary>The share of clients that ask for credit.</summary>
    public double WindowRate { get; }

    /// <summary>The probability that a client with credit takes no bytes of a room for a while.</summary>
    public double HoldRate { get; }

    /// <summary>The share of clients on other machines.</summary>
    public double FarRate { get; }

    /// <summary>The probability that a client makes many rooms at once.</summary>
    public double MassRate { get; }

    /// <summary>The probability that a client does something with its account, or the operator with another's.</summary>
    public double AccountRate { get; }

    /// <summary>The probability that a client, or the operator, does something with the roles and settings of a room.</summary>
    public double RoomRate { get; }

    /// <summary>The probability that a client posts with a key, a new one or once more.</summary>
    public double KeyRate { get; }

    /// <summary>How many passwords may wait for each thread of the hasher.</summary>
    public int HasherRoom { get; }

    /// <summary>The longest time that a password takes, in milliseconds.</summary>
    public int HashTime { get; }

    /// <summary>The users who may make an account.</summary>
    public Registration Registration { get; }

    /// <summary>Whether the clock may go on by so much that invitations are over.</summary>
    public bool MayExpire => JumpRate + LongPauseRate > 0;

    /// <summary>The bounds of clients on other machines.</summary>
    public GuestBounds Far { get; }

    /// <summary>Whether an operator has anything to do.</summary>
    public bool HasOperator => OperatorRate + BackupRate + BanRate + RemoveRate + RetainRate + EraseRate + AccountRate + RoomRate > 0;
    public double CutRate { get; }
    public double HalfOpenRate { get; }
    public double StallRate { get; }
    public double PartitionRate { get; }
    public double SlowReaders { get; }
    public double CommitFailRate { get; }
    public double FullRate { get; }
    public double UnsureRate { get; }
    public double ReadFailRate { get; }
    public double CrashRate { get; }
    public double StopRate { get; }
    public double BackupRate { get; }
    public double RestoreRate { get; }
    public double PauseRate { get; }
    public double LongPauseRate { get; }
    public double ClockStepRate { get; }

    /// <summary>A rate that is 0 for half of the seeds.</summary>
    private static double Sometimes(Dice dice, double seldom, double often) =>
        dice.Below(4) switch { 0 or 1 => 0, 2 => seldom, _ => often };
}
