namespace ChatProtocol.Client;

/// <summary>The owner of a <see cref="Connection"/>, called from its loops.</summary>
internal interface IConnectionHandler
{
    /// <summary>Bytes have arrived, of which frames may follow.</summary>
    void Heard();

    /// <summary>A frame of so many bytes, its length included, has arrived, in order. An exception ends the connection.</summary>
    void Receive(Frame frame, int bytes);

    /// <summary>The output's buffer was taken to be sent: there is room for more.</summary>
    void WriteTaken();

    /// <summary>The connection has ended, and no more frames come.</summary>
    void Ended(CloseReason why);
}
