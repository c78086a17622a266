namespace ChatProtocol.Hub;

/// <summary>
/// The table of verbs, by code: a new one is a frame, and a handler with its row. Dispatch, rights and their tests come from it.
/// </summary>
internal sealed class VerbTable
{
    private readonly Verb?[] _byCode = new Verb?[256];

    public VerbTable(RequestNeeds needs, params IEnumerable<IVerbHandlers> handlers)
    {
        foreach (var verb in handlers.SelectMany(some => some.Verbs(needs)))
            _byCode[verb.Code] = _byCode[verb.Code] is null ? verb : throw new InvalidOperationException($"Two verbs have the code {verb.Code}.");
    }

    /// <summary>Every row, by code.</summary>
    public IEnumerable<Verb> All => _byCode.OfType<Verb>();

    public Verb this[int code] => _byCode[code] ?? throw new InvalidOperationException($"No verb has the code {code}.");
}
