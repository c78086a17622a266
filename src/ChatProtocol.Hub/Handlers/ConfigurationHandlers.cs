namespace ChatProtocol.Hub;

/// <summary>Configuration and reload: the settings of the running server.</summary>
internal sealed class ConfigurationHandlers(HubOptions options, StepCounter steps) : IVerbHandlers
{
    /// <summary>The bytes of the longest item.</summary>
    private const int MaxItemBytes = 2 * ConfigurationListItem.MaxValue + ConfigurationListItem.MaxPlace + 128;

    /// <summary>The most items of one answer (CP-ROM-017); the lowest limit <c>frame</c> has room for one.</summary>
    private readonly int _maxItems = Math.Min(500, options.Limits.Frame / MaxItemBytes);

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.OfLong<Configuration>(Permissions.Operate, Configuration, audit: _ => AuditSubject.Reading),
        Verb.Of<Reload>(Permissions.Operate, Reload, audit: _ => AuditSubject.Nobody),
    ];

    public void Configuration(Session session, Configuration asked)
    {
        var settings = options.Configuration?.Settings ?? [];
        var items = steps.ListOf(_maxItems, settings.Where(setting => setting.Setting > asked.After), setting => setting, out var more);
        session.Reply(new ConfigurationList(asked.Id, items, more));
    }

    public void Reload(Session session, Reload reload)
    {
        if (options.Configuration is not { } configuration)
            session.Refuse(reload.Id, ErrorCode.InvalidValue, "this server has no configuration that could be read again");
        else
            configuration.Reload(complaint =>
            {
                if (complaint is null)
                    session.Reply(new Ok(reload.Id));
                else
                    session.Refuse(reload.Id, ErrorCode.InvalidValue, $"everything stays as it is: {complaint}");
            });
    }
}
