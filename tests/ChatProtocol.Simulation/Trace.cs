using System.Globalization;
using System.Numerics;

namespace ChatProtocol.Simulation;

/// <summary>The kinds of events: inputs of the hub and its effects.</summary>
internal enum Happening
{
    Start,
    Connected,
    Received,
    Disconnected,
    Drained,
    Committed,
    CommitFailed,
    ReadDone,
    MaintenanceDone,
    Drain,
    CloseAll,
    Sends,
    SendsEntries,
    Closes,
    Appends,
    Reads,
    Does,
    Damages,
    LooksUp,
    LookedUp,
    Hashed,
    Searches,
    Searched,
}

/// <summary>A hash of all events in order: two runs with the same hash were the same run.</summary>
internal sealed class Trace(Clock clock, TextWriter? print)
{
    public ulong Hash { get; private set; } = 14695981039346656037;

    public long Events { get; private set; }

    public void Note(Happening what, ulong one, ulong two = 0, ulong three = 0)
    {
        Events++;
        var word = (ulong)what + one * 0x9E3779B97F4A7C15 + two * 0xC2B2AE3D27D4EB4F + three * 0x165667B19E3779F9 + (ulong)clock.Now * 31;
        Hash = BitOperations.RotateLeft((Hash ^ word) * 0x100000001B3, 23);
        print?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed,10} {what} {one} {two} {three}"));
    }
}
