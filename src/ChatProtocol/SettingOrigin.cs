namespace ChatProtocol;

/// <summary>Where the value of a setting comes from; a receiver takes others as unknown.</summary>
public enum SettingOrigin
{
    /// <summary>Nobody has set it.</summary>
    Default = 0,
    /// <summary>The file of the configuration, as it was at the start.</summary>
    File = 1,
    /// <summary>A variable of the environment.</summary>
    Environment = 2,
    /// <summary>A flag of the command line.</summary>
    Flag = 3,
    /// <summary>The file, as it was read again since the start.</summary>
    Reloaded = 4,
}
