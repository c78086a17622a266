namespace ChatProtocol.Server;

/// <summary>The words of an export for numbers of the wire.</summary>
internal static class ExportWords
{
    public static string Of(AccountRole role) => role switch
    {
        AccountRole.Owner => "owner",
        AccountRole.Admin => "admin",
        _ => "member",
    };

    public static AccountRole? Role(string word) => word switch
    {
        "owner" => AccountRole.Owner,
        "admin" => AccountRole.Admin,
        "member" => AccountRole.Member,
        _ => null,
    };
}
