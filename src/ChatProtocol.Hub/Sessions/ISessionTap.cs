namespace ChatProtocol.Hub;

/// <summary>What listens in on a session: told of each frame of either direction. Only a session that is traced has one.</summary>
internal interface ISessionTap
{
    /// <summary>A frame that came from the session's client, or goes to it.</summary>
    void Add(Direction direction, Frame frame);

    /// <summary>Entries of a segment that go to it.</summary>
    void Add(Segment segment, int index, int count);

    /// <summary>The session has ended.</summary>
    void End();

    /// <summary>Nobody listens any more.</summary>
    void Stop();
}
