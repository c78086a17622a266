namespace ChatProtocol.Client;

/// <summary>An event, which comes without a request. Kinds may be added: ignore unknown ones. Immutable.</summary>
public abstract record ChatEvent
{
    private protected ChatEvent()
    {
    }
}
