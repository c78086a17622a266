using System.Runtime.CompilerServices;

namespace ChatProtocol.Client;

/// <summary>The answers of a search, asked for one by one.</summary>
internal static class SearchPages
{
    /// <summary>Entries asked for at once: what somebody looks at first.</summary>
    private const int Count = 50;

    public static async IAsyncEnumerable<SearchPage> ReadAsync(IRoomRequests requests, RoomState? room, Text query, SearchOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (options?.Author is { } author && ArgumentChecks.ValidateName(author) is { } refusal)
            throw refusal;
        ReadOnlyMemory<byte>? before = null;
        do
        {
            var call = new SearchCall(room, query, Math.Min(Count, requests.Limits.Page), options ?? SearchOptions.Default, before);
            var page = await requests.CallAsync(call, cancellationToken).ConfigureAwait(false);
            before = page.Next;
            yield return page;
        }
        while (before is not null);
    }

    public static async IAsyncEnumerable<SearchHit> HitsAsync(IAsyncEnumerable<SearchPage> pages, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in pages.WithCancellation(cancellationToken).ConfigureAwait(false))
            foreach (var hit in page.Hits)
                yield return hit;
    }
}
