using System.Text;

namespace ChatProtocol.Simulation;

/// <summary>What a client does with its account, drawn from the seed: how it logs in, and what it asks for then.</summary>
internal sealed class AccountActions(World world, Client client)
{
    private const ulong TenYears = 3652UL * 86_400_000;

    private readonly Dice _dice = world.Dice;

    private Identity Identity => client.Identity;

    /// <summary>A password that nobody has used.</summary>
    public static string NewPassword(Dice dice) => $"password {dice.Next():x16}";

    /// <summary>The requests with which it logs in.</summary>
    public void LogIn(Link link, AccountStanding standing)
    {
        if (Identity.IsAccountOnly && standing.State.Exists != true && !world.IsHealing)
            Register(link, standing);
        var token = _dice.Chance(0.4) ? TokenToTry(standing) : null;
        if (token is not null)
            Ask(link, standing, token, CredentialKind.Token, token.Secret);
        else if (standing.State.Exists == false && !Identity.IsAccountOnly || standing.State.Exists is null && !Identity.IsAccountOnly && _dice.Chance(0.5) || !world.IsHealing && !Identity.IsAccountOnly && _dice.Chance(0.05))
            Ask(link, standing, null, CredentialKind.GuestKey, Identity.Key);
        else
            Ask(link, standing, null, CredentialKind.Password, Encoding.UTF8.GetBytes(PasswordToTry(standing)));
    }

    public void Act(Link link, AccountStanding standing)
    {
        if (!_dice.Chance(world.Swarm.AccountRate))
            return;
        if (link.Login is { Token: not null } || standing.State.Exists == false && _dice.Chance(0.2))
            Probe(link, standing);
        else if (standing.State.Exists != true && link.Login is null or { Credential: CredentialKind.GuestKey })
            Register(link, standing);
        else
            Change(link, standing);
    }

    private SimulatedToken? TokenToTry(AccountStanding standing)
    {
        if (world.IsHealing)
            return standing.Tokens.Find(token => token is { IsGood: true, IsWide: true } && standing.State is { Exists: true, IsDisabled: false });
        return standing.Tokens.Count == 0 ? null : _dice.Pick(standing.Tokens);
    }

    private string PasswordToTry(AccountStanding standing)
    {
        if (!world.IsHealing && _dice.Chance(0.05) || standing.Tried.Count == 0)
            return "no password of anybody";
        return standing.State.Password ?? _dice.Pick(standing.Tried);
    }

    private void Register(Link link, AccountStanding standing)
    {
        // Several clients of one identity, and those of others with the same invitation, ask at once.
        var invitations = world.Ledger.Accounts.Invitations;
        var invitation = invitations.Count > 0 && _dice.Chance(0.6) ? invitations[^(1 + _dice.Skewed(invitations.Count - 1))] : null;
        var password = Try(standing);
        Ask(link, new Register(link.Conversation.NextId, Identity.Name, Encoding.UTF8.GetBytes(password), invitation?.Secret),
            new AccountChange(world, standing, _ => new AccountState(true, password, false, invitation?.Role ?? AccountRole.Member)) { Invitation = invitation, IsRegistration = true });
    }

    private void Change(Link link, AccountStanding standing)
    {
        switch (_dice.Below(12))
        {
            case 0 or 1 or 2: ChangePassword(link, standing); break;
            case 3 or 4: CreateToken(link, standing); break;
            case 5 or 6: RevokeToken(link, standing); break;
            case 7: Invite(link, standing); break;
            case 8: RevokeInvitation(link, standing); break;
            case 9: Probe(link, standing); break;
            case 10: client.Reconnect(); break;
            default:
                if (_dice.Chance(0.3))
                    Delete(link, standing);
                break;
        }
    }

    private void ChangePassword(Link link, AccountStanding standing)
    {
        var (old, password) = (PasswordToTry(standing), Try(standing));
        Ask(link, new ChangePassword(link.Conversation.NextId, Encoding.UTF8.GetBytes(old), Encoding.UTF8.GetBytes(password)),
            new AccountChange(world, standing, state => state with { Password = password })
            {
                Old = old,
                Ends = other => other.Login is { Credential: CredentialKind.Password } login && login.Password != password,
            });
    }

    private void Delete(Link link, AccountStanding standing)
    {
        var password = PasswordToTry(standing);
        Ask(link, new DeleteAccount(link.Conversation.NextId, Encoding.UTF8.GetBytes(password), null),
            new AccountChange(world, standing, _ => AccountState.None) { Old = password, Ends = _ => true });
    }

    private void CreateToken(Link link, AccountStanding standing)
    {
        var scopes = _dice.Chance(0.6) ? TokenScopes.All : (TokenScopes)(1 + _dice.Below((int)TokenScopes.All));
        ulong? room = _dice.Chance(0.2) && client.ClientRooms.FirstOrDefault(one => one is { IsPrivate: false, Room: > 0 }) is { } one ? one.Room : null;
        Ask(link, new CreateToken(link.Conversation.NextId, "sim", (int)scopes, room is { } only ? [new TokenRoom(only)] : [], TenYears), new SecretRequest(standing, answer =>
        {
            if (answer is TokenMade made)
                standing.Tokens.Add(new SimulatedToken(standing, made.Token, made.Secret.ToArray(), scopes, room));
        }));
    }

    private void RevokeToken(Link link, AccountStanding standing)
    {
        if (standing.Tokens.Count == 0)
            return;
        var token = _dice.Pick(standing.Tokens);
        Ask(link, new RevokeToken(link.Conversation.NextId, token.Number, null), new TokenEnd(world, standing, token));
    }

    private void Invite(Link link, AccountStanding standing)
    {
        var (role, uses) = (_dice.Chance(0.8) ? AccountRole.Member : AccountRole.Admin, 1 + _dice.Skewed(4));
        Ask(link, new Invite(link.Conversation.NextId, (int)role, uses, 365UL * 86_400_000), new SecretRequest(standing, answer =>
        {
            if (answer is not InvitationMade made)
                return;
            var invitation = new SimulatedInvitation(standing, made, role, uses);
            standing.Invitations.Add(invitation);
            world.Ledger.Accounts.Invitations.Add(invitation);
        }));
    }

    private void RevokeInvitation(Link link, AccountStanding standing)
    {
        if (standing.Invitations.Count == 0)
            return;
        var invitation = _dice.Pick(standing.Invitations);
        Ask(link, new RevokeInvitation(link.Conversation.NextId, invitation.Number), new InvitationEnd(standing, invitation));
    }

    /// <summary>Asks for what takes a role, or what a token is not good for.</summary>
    private void Probe(Link link, AccountStanding standing)
    {
        var id = link.Conversation.NextId;
        if (link.Login?.Token is { } token)
            link.Conversation.Ask(new PendingRequest(ProbeOf(id, token)) { IsProbe = true });
        else if (_dice.Chance(0.5))
            Ask(link, new Accounts(id, 0), new RoleProbe(standing, AccountRole.Admin));
        else
            Ask(link, new Verify(id), new RoleProbe(standing, AccountRole.Owner));
    }

    private Request ProbeOf(ulong id, SimulatedToken token) => _dice.Below(4) switch
    {
        0 when !token.Scopes.HasFlag(TokenScopes.Read) => new Rooms(id, 0),
        1 when (token.Scopes & (TokenScopes.Accounts | TokenScopes.Manage)) == 0 => new Accounts(id, 0),
        2 when token.Room is { } room => new History(id, room + 1, 1, null, null),
        3 => new ChangePassword(id, "no password of anybody"u8.ToArray(), "no password of anybody"u8.ToArray()),
        _ => new Invite(id, (int)AccountRole.Member, 1, null),
    };

    private string Try(AccountStanding standing)
    {
        var password = NewPassword(_dice);
        standing.Tried.Add(password);
        return password;
    }

    private void Ask(Link link, AccountStanding standing, SimulatedToken? token, CredentialKind credential, byte[] secret)
    {
        var publisher = token is null or { IsWide: true } ? client.Publisher?.Id : null;
        var login = new Login(link.Conversation.NextId, Identity.Name, credential, secret, publisher, client.HasInbox, client.Window);
        Ask(link, login, new AccountLogin(standing, login, token));
    }

    private static void Ask(Link link, Request request, AccountRequest account) => link.Conversation.Ask(new PendingRequest(request) { Account = account });
}
