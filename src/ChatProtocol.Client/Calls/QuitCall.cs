namespace ChatProtocol.Client;

/// <summary>
/// Ends the session. It is sent only once every request before it is answered: it ends the publisher too, and a post sent
/// again after that would be new to the server (CP-DEL-024).
/// </summary>
/// <param name="finish">Ends the connection; it runs in the reading loop.</param>
internal sealed class QuitCall(Action finish) : Call<bool>
{
    public override Request ToFrame(ulong id) => new Quit(id);

    public override bool TryAnswer(Reply reply)
    {
        if (reply is not Ok)
            return false;
        finish();
        Succeed(true);
        return true;
    }
}
