using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using ChatProtocol.Client;

namespace ChatProtocol.Tests.Scenarios;

/// <summary>A chatd of a scenario's own, a network for each of its clients, and its admin.</summary>
internal sealed class ScenarioServer : IAsyncDisposable
{
    private readonly Installation _installation;
    private readonly ConcurrentDictionary<string, FaultyProxy> _networks = [];
    private readonly string _backup;

    private ScenarioServer(Installation installation) =>
        (_installation, _backup) = (installation, Path.Combine(Path.GetDirectoryName(installation.Data)!, "backup.db"));

    public static async Task<ScenarioServer> StartAsync(IEnumerable<string> options) => new(await Installation.StartAsync([.. options]));

    /// <summary>The address of the server for a client, by its own network.</summary>
    public string AddressFor(string client, string scheme) => $"{scheme}://{Network(client).EndPoint}";

    /// <summary>Does something to the network of one client.</summary>
    public async Task DisturbAsync(string client, string how, CancellationToken stop)
    {
        var network = Network(client);
        switch (how)
        {
            case "cut": network.Cut(); break;
            case "down": network.IsDown = true; network.Cut(); break;
            case "up": network.IsDown = false; break;
            case "later-version": network.IsLater = true; break;
            case "half-open": network.Break(NetworkFault.HalfOpen); break;
            case "hold-requests": network.Break(NetworkFault.RequestsHeld); break;
            case "hold-answers": network.Break(NetworkFault.AnswersHeld); break;
            // The network tells nobody.
            case "holds": await Eventually.TrueAsync(() => network.Holds || stop.IsCancellationRequested, $"the network of {client} holds something"); break;
            default: throw new NotSupportedException($"there is no network {how}");
        }
    }

    public async Task OperateAsync(string what, CancellationToken stop)
    {
        switch (what)
        {
            case "stop": await StopAsync(); break;
            case "start": await StartAgainAsync(); break;
            case "restart": await StopAsync(); await StartAgainAsync(); break;
            case "kill": _installation.Chatd.Kill(); await StartAgainAsync(); break;
            case "backup": await AdminAsync(admin => admin.Admin.BackupAsync(_backup, stop)); break;
            case "restore": await StopAsync(); Restore(); await StartAgainAsync(); break;
            default: throw new NotSupportedException($"there is no server {what}");
        }
    }

    /// <summary>Carries out a step of an admin, who is on the admin socket.</summary>
    public Task AdministerAsync(JsonObject step, CancellationToken stop) => AdminAsync(async admin =>
    {
        var name = step["name"]?.GetValue<string>() ?? "";
        var room = step["room"] is { } address ? await admin.OpenAsync(address.GetValue<string>(), cancellationToken: stop) : null;
        switch (step["admin"]!.GetValue<string>())
        {
            case "erase": await admin.Admin.EraseAsync(room!.Id, step["seq"]!.GetValue<ulong>(), stop); break;
            case "purge": await admin.Admin.PurgeAsync(name, TimeSpan.FromHours(1), room?.Id, cancellationToken: stop); break;
            case "remove-room": await admin.Admin.RemoveRoomAsync(room!.Id, stop); break;
            case "keep": await KeepAsync(admin, room!, step["count"]!.GetValue<ulong>(), stop); break;
            case "change-room": await room!.ChangeAsync(Change(step), stop); break;
            case "kick": await admin.Admin.KickUserAsync(name, "", stop); break;
            case "ban": await admin.Admin.BanAsync(BanSubject.User(name), cancellationToken: stop); break;
            case "unban": await admin.Admin.UnbanUserAsync(name, stop); break;
            case "ban-from-room": await room!.BanAsync(name, cancellationToken: stop); break;
            case "mute": await room!.MuteAsync(name, cancellationToken: stop); break;
            case "unmute": await room!.UnmuteAsync(name, stop); break;
            case "shut-down": await admin.Admin.ShutdownAsync(TimeSpan.FromSeconds(5), cancellationToken: stop); break;
            case "absent": await AbsentAsync(admin, name, stop); break;
            case var unknown: throw new NotSupportedException($"there is no admin {unknown}");
        }
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var network in _networks.Values)
            await network.DisposeAsync();
        await _installation.DisposeAsync();
    }

    private static RoomChange Change(JsonObject step) => new()
    {
        Topic = step["topic"]?.GetValue<string>(),
        SlowMode = step["slow"] is { } slow ? TimeSpan.FromMilliseconds(slow.GetValue<int>()) : null,
    };

    /// <summary>Lets all but the last entries of a room expire, and waits until they are stored no more.</summary>
    private static async Task KeepAsync(ChatClient admin, ChatRoom room, ulong count, CancellationToken stop)
    {
        var stored = (await admin.Admin.VerifyAsync(stop)).Entries;
        var kept = stored - (room.Head - count);
        await admin.Admin.RetainAsync(room.Id, null, count, null, stop);
        await Eventually.TrueAsync(
            async () => (stored = (await admin.Admin.VerifyAsync(stop)).Entries) == kept, () => $"{kept} entries are kept, and {stored} are stored");
    }

    private static Task AbsentAsync(ChatClient admin, string name, CancellationToken stop) => Eventually.TrueAsync(
        async () => !await admin.Admin.SessionsAsync(stop).AnyAsync(session => session.Name == name, stop), $"{name} has no session");

    private FaultyProxy Network(string client) => _networks.GetOrAdd(client, _ => new FaultyProxy(_installation.Chatd.Tcp));

    private async Task StopAsync()
    {
        _installation.Chatd.Signal(PosixSignal.SIGTERM);
        await _installation.Chatd.ExitAsync();
    }

    private async Task StartAgainAsync()
    {
        await _installation.StartChatdAsync();
        foreach (var network in _networks.Values)
            network.Server = _installation.Chatd.Tcp;
    }

    private void Restore()
    {
        Directory.Delete(_installation.Data, recursive: true);
        Directory.CreateDirectory(_installation.Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Copy(_backup, Path.Combine(_installation.Data, "chat.db"));
    }

    private async Task AdminAsync(Func<ChatClient, Task> act)
    {
        await using var admin = await ChatClient.ConnectAsync(ChatClientOptions.ForAdmin(ChatAddress.Parse($"unix:{_installation.Data}/admin.sock")));
        await act(admin);
    }
}
