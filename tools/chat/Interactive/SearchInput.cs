using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The command of the input line that searches all rooms.</summary>
internal sealed class SearchInput(ChatClient client, EventPrinter view)
{
    /// <summary>The most hits that are shown.</summary>
    private const int Shown = 10;

    /// <summary>The most answers that are asked for while nothing is found.</summary>
    private const int MaxAnswers = 20;

    public async Task SearchAsync(string query, CancellationToken stop)
    {
        if (query.Length == 0)
        {
            view.ShowError("for what? /search WORDS");
            return;
        }
        var (shown, answers, rooms) = (0, 0, new FoundRooms(client));
        await foreach (var page in client.SearchPagesAsync(query, cancellationToken: stop))
        {
            if (answers++ == 0 && page.MissingFrom is not null)
                view.Say("the server's index is being made: what was said last may be missing");
            foreach (var hit in page.Hits)
            {
                if (shown == Shown)
                {
                    view.Say("there is more; another word narrows it down");
                    return;
                }
                if (await rooms.FindAsync(hit, stop) is not { } room)
                    continue;
                view.Hit(room, hit);
                shown++;
            }
            if (answers == MaxAnswers && page.More)
            {
                view.Say("the server has not looked at everything; another word narrows it down");
                return;
            }
        }
        if (shown == 0)
            view.Say("nothing was found");
    }
}
