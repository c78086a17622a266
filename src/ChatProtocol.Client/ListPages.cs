using System.Runtime.CompilerServices;

namespace ChatProtocol.Client;

/// <summary>A page of a list that the server sends in pages.</summary>
internal readonly record struct Listing<T>(IReadOnlyList<T> Items, bool More);

/// <summary>Reads such lists, page by page.</summary>
internal static class Listing
{
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        Func<ulong, CancellationToken, Task<Listing<T>>> read, Func<T, ulong> key, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = 0UL;
        while (true)
        {
            var part = await read(after, cancellationToken).ConfigureAwait(false);
            foreach (var item in part.Items)
                yield return item;
            if (!part.More || part.Items.Count == 0)
                yield break;
            after = key(part.Items[^1]);
        }
    }
}
