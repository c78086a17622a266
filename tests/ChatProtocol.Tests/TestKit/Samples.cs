namespace ChatProtocol.Tests;

/// <summary>A realistic frame of each kind, from the spec's vectors.</summary>
internal static class Samples
{
    private static readonly Dictionary<string, Vector> ByMessage =
        Vector.Files.SelectMany(Vector.Load).Where(vector => vector.From == Direction.ToServer && vector.Id.EndsWith("-realistic", StringComparison.Ordinal)).ToDictionary(vector => vector.Message);

    /// <summary>Makes a request of that name with any id.</summary>
    public static Func<ulong, Request> Request(string name)
    {
        var request = (Request)Frames.Decode(ByMessage[name].Bytes, Direction.ToServer).Single();
        return id => request with { Id = id };
    }
}
