namespace ChatProtocol;

/// <summary>A kind of frame that this version knows. Its code stands in its own file alone; the table of frames names the type.</summary>
internal interface IKnownFrame
{
    /// <summary>The code of all frames of this type (<see cref="Frame.Code"/>).</summary>
    static abstract int FrameCode { get; }

    /// <summary>Reads the fields behind the code.</summary>
    static abstract Frame Read(ref FieldReader reader);
}
