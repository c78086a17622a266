using System.Runtime.CompilerServices;

namespace ChatProtocol.Client;

/// <summary>
/// The pages of the audit log, from its end to its beginning. A server looks at some records for each: a page may have none of those that are
/// asked for although there are more.
/// </summary>
internal static class AuditPages
{
    public static async IAsyncEnumerable<ChatAuditRecord> ReadAsync(
        ReconnectingSession session, string? name, string? verb, ulong after, ulong? before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var asked = before;
            var page = await session.CallAsync<AuditList, AuditList>(id => new Audit(id, after, asked, name, verb), list => list, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
                yield return ChatAuditRecord.Of(item);
            // A server that does not get on would be asked for ever.
            if (!page.More || page.Through >= (before ?? ulong.MaxValue))
                yield break;
            before = page.Through;
        }
    }
}
