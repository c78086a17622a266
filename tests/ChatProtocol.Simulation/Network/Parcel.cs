using ChatProtocol.Hub;

namespace ChatProtocol.Simulation;

/// <summary>What the hub sent at once: a frame, or entries of a segment.</summary>
internal readonly record struct Parcel(Frame? Frame, Segment? Segment, int Index, int Count, int Bytes)
{
    /// <summary>As much of it as came before the connection broke.</summary>
    public Parcel Cut(int count) => this with { Count = count };
}
