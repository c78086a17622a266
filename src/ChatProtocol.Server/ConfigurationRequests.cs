using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>Reads the operator's configuration beside the hub's thread, as files and host names may take long.</summary>
internal sealed class ConfigurationRequests(IOperatorConfiguration configuration, Action<HubInput> done) : IServerConfiguration
{
    public IReadOnlyList<ConfigurationListItem> Settings => configuration.Settings;

    public void Reload(Action<string?> then) => ThreadPool.QueueUserWorkItem(_ => done(new HubInput.ReloadDone(then, configuration.Reload())));
}
