namespace ChatProtocol.Hub;

/// <summary>
/// Tells an admin the frames of another session as they come and go. It buffers nothing: what the admin's peer has no room for is skipped
/// and counted, so that the session is never held up (CP-ADM-053).
/// </summary>
/// <param name="admin">The session that is told.</param>
/// <param name="traced">The session whose frames are told.</param>
/// <param name="showsWords">Whether what people wrote is told as well.</param>
/// <param name="needed">The permissions without which the admin is told nothing more.</param>
/// <param name="maxFrame">The limit <c>frame</c>.</param>
/// <param name="clock">The time of each frame.</param>
internal sealed class SessionTrace(Session admin, Session traced, bool showsWords, Permissions needed, int maxFrame, HubClock clock) : ISessionTap
{
    /// <summary>Bytes of a <see cref="Traced"/> beside the payload that it tells.</summary>
    private const int Overhead = 64;

    private ulong _skipped;

    /// <summary>Begins, in the place of an earlier trace of the same two.</summary>
    public void Begin()
    {
        admin.Trace?.Stop();
        (admin.Trace, traced.Tap) = (this, this);
    }

    /// <summary>Of a trace nothing is told, or two admins who trace each other would never come to an end.</summary>
    public void Add(Direction direction, Frame frame)
    {
        if (frame is Traced || !MayTell())
            return;
        if (frame is UnknownFrame)
            Tell(direction, frame.Code, size: 0, payload: null);
        else
            Tell(direction, FrameCodec.Encode(frame));
    }

    public void Add(Segment segment, int index, int count)
    {
        for (var i = index; i < index + count && traced.Tap == this; i++)
            if (MayTell())
                Tell(Direction.ToClient, segment.Slice(i, 1));
    }

    public void End()
    {
        Stop();
        Tell(Direction.ToClient, code: 0, size: 0, payload: null);
    }

    public void Stop() => (admin.Trace, traced.Tap) = (null, null);

    /// <summary>Whether the admin takes one more; the trace ends with the right to it.</summary>
    private bool MayTell()
    {
        if (!admin.Permissions.Include(needed))
        {
            Stop();
            return false;
        }
        if (admin.HasRoom())
            return true;
        _skipped++;
        return false;
    }

    private void Tell(Direction direction, ReadOnlyMemory<byte> frame)
    {
        var payload = FrameRedaction.Redact(frame[FrameBuffer.LengthSize..], showsWords, out var code);
        Tell(direction, code, frame.Length, payload.Length + Overhead <= maxFrame ? payload : null);
    }

    private void Tell(Direction direction, int code, int size, ReadOnlyMemory<byte>? payload)
    {
        admin.Reply(new Traced(traced.Id, direction, (ulong)clock.Now, code, (ulong)size, payload, _skipped));
        _skipped = 0;
    }
}
