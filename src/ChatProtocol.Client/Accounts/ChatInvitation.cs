using System.Text;

namespace ChatProtocol.Client;

/// <summary>An invitation, without its code, which nobody can tell any more. Immutable.</summary>
public sealed record ChatInvitation
{
    /// <summary>Its number, by which it is revoked.</summary>
    public ulong Number { get; init; }

    /// <summary>The name of the user that made it.</summary>
    public string By { get; init; } = "";

    /// <summary>The role of the accounts that are made by it.</summary>
    public AccountRole Role { get; init; }

    /// <summary>How many accounts may still be made by it.</summary>
    public ulong Uses { get; init; }

    /// <summary>When it was made, by the server's clock.</summary>
    public DateTimeOffset Made { get; init; }

    /// <summary>When it ends, by the server's clock.</summary>
    public DateTimeOffset Expires { get; init; }

    internal static ChatInvitation Of(InvitationListItem invitation) => new()
    {
        Number = invitation.Invitation,
        By = invitation.By,
        Role = (AccountRole)invitation.Role,
        Uses = invitation.Uses,
        Made = WireTimes.Time(invitation.Made),
        Expires = WireTimes.Time(invitation.Expires),
    };
}

/// <summary>An invitation that was just made, with its code, which the server tells this once. Immutable.</summary>
public sealed class NewInvitation
{
    internal NewInvitation(InvitationMade made) =>
        (Number, Code, Expires) = (made.Invitation, Encoding.ASCII.GetString(made.Secret.Span), WireTimes.Time(made.Expires));

    /// <summary>Its number, by which it is revoked.</summary>
    public ulong Number { get; }

    /// <summary>The code, for <see cref="ChatClient.RegisterAsync"/>. Whoever has it can make an account.</summary>
    public string Code { get; }

    /// <summary>When it ends, by the server's clock.</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>The number; the code is left out.</summary>
    public override string ToString() => $"invitation {Number}";
}
