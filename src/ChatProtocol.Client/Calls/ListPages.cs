using System.Runtime.CompilerServices;

namespace ChatProtocol.Client;

/// <summary>A page of a list that the server sends in pages.</summary>
internal readonly record struct ListPage<T>(IReadOnlyList<T> Items, bool More);

/// <summary>Reads such lists, page by page.</summary>
internal static class ListPages
{
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        Func<ulong, CancellationToken, Task<ListPage<T>>> read, Func<T, ulong> key, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = 0UL;
        while (true)
        {
            var page = await read(after, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
                yield return item;
            if (!page.More || page.Items.Count == 0)
                yield break;
            after = key(page.Items[^1]);
        }
    }
}
