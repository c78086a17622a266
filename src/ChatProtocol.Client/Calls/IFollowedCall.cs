namespace ChatProtocol.Client;

/// <summary>A call whose answer is followed directly by frames that belong to it.</summary>
internal interface IFollowedCall
{
    /// <summary>Whether the answer has arrived, and frames behind it are still to come.</summary>
    bool IsOpen { get; }

    /// <summary>Takes the frame behind the answer. False if that frame cannot follow.</summary>
    bool TryAdd(Frame frame);
}
