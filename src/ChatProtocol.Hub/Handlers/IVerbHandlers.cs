namespace ChatProtocol.Hub;

/// <summary>The handlers of some verbs, with their rows of the table of verbs.</summary>
internal interface IVerbHandlers
{
    /// <summary>A row for each verb handled here. Called once.</summary>
    /// <param name="needs">The needs of requests, of which a row names one.</param>
    IEnumerable<Verb> Verbs(RequestNeeds needs);
}
