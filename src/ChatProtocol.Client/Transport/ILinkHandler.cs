namespace ChatProtocol.Client;

/// <summary>The owner of a <see cref="Connection"/>, which is told from its loops.</summary>
internal interface ILinkHandler
{
    /// <summary>Bytes came, of which frames may follow.</summary>
    void Heard();

    /// <summary>A frame of so many bytes, its length included, came, in order. An exception ends the connection.</summary>
    void Receive(Frame frame, int bytes);

    /// <summary>The output's buffer was taken to be sent: there is room for more.</summary>
    void WriteTaken();

    /// <summary>Nothing will come any more.</summary>
    void Ended(CloseReason why);
}
