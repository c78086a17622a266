namespace ChatProtocol.Hub;

/// <summary>
/// Makes another form of a segment's entries. The form is shared by all peers with an equal renderer, so a renderer compares by
/// everything that its form depends on: best, it is a record.
/// </summary>
/// <typeparam name="T">The form; immutable.</typeparam>
public interface IRenderer<out T>
    where T : class
{
    /// <summary>Renders a whole segment.</summary>
    T Render(Segment segment);
}
