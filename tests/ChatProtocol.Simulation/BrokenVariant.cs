namespace ChatProtocol.Simulation;

/// <summary>The broken variants of the hub's surroundings, one at a time, each of which some checker has to notice.</summary>
internal enum BrokenVariant
{
    Nothing,
    AckBeforeCommit,
    PublishersOutsideTransaction,
    LastBatchNotFlushed,
    ReplayOffByOne,
    CatchUpSkipsBoundary,
    EpochKeptOnRestore,
    PublishersForgotten,
    TornBatch,
    OrderSwapped,
    CommitToldTwice,
    CommitNeverTold,
    DrainedNeverTold,
    TimeForgotten,
    ReservedIdsForgotten,
    WrongPeer,
    NoBackpressure,
    FramesReordered,
    DamageSpreads,
    DamageSkipped,
    BansForgotten,
    BlocksForgotten,
    RemovalForgotten,
    WindowWidened,
    TakenNeverTold,
    ExpiredTooFar,
    ErasureNotStored,
    ClockTakenAsItIs,
    FarTakenForNear,
    LookUpFindsNothing,
    WrongPasswordTaken,
    SignOutIgnored,
    PasswordNotStored,
    RevocationNotStored,
    InvitationUseNotStored,
    DeletionNotStored,
    DisabledForgotten,
    RoleForgotten,
    GuestKeyKept,
    StandingsForgotten,
    StandingNotStored,
    StandingOfAnotherRoom,
    SettingsNotStored,
    SettingsForgotten,
    LostChangeTaken,
    ExpelledNeverTold,
    KeysNotStored,
}

/// <summary>The variants' names on the command line.</summary>
internal static class BrokenNames
{
    public static IEnumerable<string> All => Enum.GetValues<BrokenVariant>().Skip(1).Select(NameOf);

    public static BrokenVariant? Find(string name)
    {
        foreach (var broken in Enum.GetValues<BrokenVariant>())
            if (NameOf(broken) == name)
                return broken;
        return null;
    }

    public static string NameOf(BrokenVariant broken) =>
        string.Concat(broken.ToString().Select((c, i) => char.IsUpper(c) ? $"{(i > 0 ? "-" : "")}{char.ToLowerInvariant(c)}" : $"{c}"));
}
