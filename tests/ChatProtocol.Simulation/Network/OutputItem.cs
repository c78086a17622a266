using ChatProtocol.Hub;

namespace ChatProtocol.Simulation;

/// <summary>One piece of the hub's output: a frame, or entries of a segment.</summary>
internal readonly record struct OutputItem(Frame? Frame, Segment? Segment, int Index, int Count, int Bytes)
{
    /// <summary>The part that arrived before the connection broke.</summary>
    public OutputItem Cut(int count) => this with { Count = count };
}
