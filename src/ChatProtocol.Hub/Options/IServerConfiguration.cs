namespace ChatProtocol.Hub;

/// <summary>The settings of the server as its operator gave them, for those who may see them.</summary>
public interface IServerConfiguration
{
    /// <summary>The settings as they hold now, by ascending number. Any thread.</summary>
    IReadOnlyList<ConfigurationListItem> Settings { get; }

    /// <summary>Begins to read the settings again, beside the hub's thread, and returns at once.</summary>
    /// <param name="done">
    /// To be given to <see cref="ChatHub.ReloadDone"/> with why they cannot be used, in which case nothing has changed, or with null.
    /// </param>
    void Reload(Action<string?> done);
}
