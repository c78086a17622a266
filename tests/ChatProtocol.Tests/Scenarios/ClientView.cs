using System.Text.Json.Nodes;

namespace ChatProtocol.Tests.Scenarios;

/// <summary>The screen of one client's user: the entries of each room, and what else was told. Thread-safe.</summary>
internal sealed class ClientView
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<JsonObject>> _rooms = [];
    private readonly List<JsonObject> _events = [];
    private readonly HashSet<string> _told = [];
    private readonly List<string> _faults = [];
    private TaskCompletionSource _changed = New();

    /// <summary>Each entry that was shown twice, or behind a later one.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_gate)
                return [.. _faults];
        }
    }

    /// <summary>Whether the session is over.</summary>
    public bool HasEnded { get; set; }

    /// <summary>The room is joined anew, from whatever cursor: its entries come behind that.</summary>
    public void Clear(string room)
    {
        lock (_gate)
            _rooms[room] = [];
    }

    public void Take(JsonObject happened)
    {
        lock (_gate)
        {
            Apply(happened);
            _changed.TrySetResult();
            _changed = New();
        }
    }

    /// <summary>The entries of a room.</summary>
    public IReadOnlyList<JsonObject> Entries(string room)
    {
        lock (_gate)
            return [.. _rooms.GetValueOrDefault(room) ?? []];
    }

    /// <summary>Waits until the entries of a room are as expected.</summary>
    public Task ShowsAsync(string room, Func<IReadOnlyList<JsonObject>, bool> expected, CancellationToken stop) =>
        UntilAsync(() => expected(Entries(room)), stop);

    /// <summary>Waits for an event that is like this one, and forgets it along with those before it.</summary>
    public Task HearsAsync(JsonObject wanted, CancellationToken stop) => UntilAsync(() =>
    {
        var index = _events.FindIndex(happened => JsonLikeness.Fault(wanted, happened, mayHaveMore: true) is null);
        if (index >= 0)
            _events.RemoveRange(0, index + 1);
        return index >= 0;
    }, stop);

    /// <summary>Whether an event of this name was ever told.</summary>
    public bool WasTold(string name)
    {
        lock (_gate)
            return _told.Contains(name);
    }

    /// <summary>The events that no step has waited for yet.</summary>
    public string Unheard()
    {
        lock (_gate)
            return string.Join("\n    ", _events.Select(happened => happened.ToJsonString()));
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task UntilAsync(Func<bool> isSo, CancellationToken stop)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (isSo())
                    return;
                changed = _changed.Task;
            }
            await changed.WaitAsync(stop);
        }
    }

    private void Apply(JsonObject happened)
    {
        var name = Text(happened, "event");
        _told.Add(name!);
        if (name == "ended")
            HasEnded = true;
        if (name == "entry")
            Show(happened);
        else
            _events.Add(happened);
        if (Text(happened, "room") is not { } room || !_rooms.TryGetValue(room, out var entries))
            return;
        switch (name)
        {
            case "erased":
                Erase(entries, entry => Seq(entry) == Number(happened, "seq"));
                break;
            case "retracted":
                Erase(entries, entry => Seq(entry) == Number(happened, "seq"));
                break;
            // What was taken back stays so.
            case "edited" when Text(happened, "text") is { Length: > 0 } text:
                foreach (var entry in entries.Where(entry => Seq(entry) == Number(happened, "seq") && Text(entry, "text") != ""))
                    entry["text"] = text;
                break;
            case "purged":
                Erase(entries, entry => Number(entry, "principal") == Number(happened, "by") && Seq(entry) >= Number(happened, "first") && Seq(entry) <= Number(happened, "last"));
                break;
            case "rewound":
                entries.RemoveAll(entry => Seq(entry) > Number(happened, "seq"));
                break;
        }
    }

    private void Show(JsonObject entry)
    {
        if (!_rooms.TryGetValue(Text(entry, "room")!, out var entries))
            _rooms[Text(entry, "room")!] = entries = [];
        if (entries.Count > 0 && Seq(entries[^1]) >= Seq(entry))
            _faults.Add($"{entry.ToJsonString()} came behind {entries[^1].ToJsonString()}");
        entries.Add(entry);
    }

    private static void Erase(List<JsonObject> entries, Func<JsonObject, bool> which)
    {
        foreach (var entry in entries.Where(which))
            entry["text"] = "";
    }

    private static string? Text(JsonObject happened, string field) => happened[field]?.GetValue<string>();

    private static long? Number(JsonObject happened, string field) => happened[field] is JsonValue value ? (long)JsonLikeness.Number(value) : null;

    private static long Seq(JsonObject entry) => Number(entry, "seq")!.Value;
}
