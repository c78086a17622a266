namespace ChatProtocol.Tests;

/// <summary>Somebody else on this machine, for setpriv. It may read and search everywhere, as the programs may lie anywhere, and nothing more.</summary>
internal static class OtherUser
{
    public const int Id = 4321;

    public const int Group = 1234;

    public static string[] Options =>
        [$"--reuid={Id}", $"--regid={Group}", "--clear-groups", "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"];
}
