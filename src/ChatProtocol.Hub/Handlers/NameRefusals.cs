using System.Globalization;

namespace ChatProtocol.Hub;

/// <summary>The refusals of names that somebody else has.</summary>
internal static class NameRefusals
{
    /// <summary>
    /// The answer for a present holder does not say when it leaves; an absent holder's name is held until a given time
    /// (CP-SES-025).
    /// </summary>
    public static void RefuseAsTaken(Session session, ulong id, Principals principals, UserName name)
    {
        var until = principals.HeldUntil(name);
        var text = until is { } end
            ? $"the name {name} is held for somebody who has left, until {InWords(end)}; choose another name"
            : $"somebody else is called {name}; choose another name";
        session.Refuse(id, ErrorCode.NameTaken, text, value: (ulong?)until, field: "name");
    }

    private static string InWords(long time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
