using System.Text;

namespace ChatProtocol.Simulation;

/// <summary>What the operator does with the accounts of others; at the end it sees to it that everybody can log in.</summary>
internal sealed class AccountAdmin(World world)
{
    private readonly Dice _dice = world.Dice;

    /// <summary>Whether of every account it is certain how to log in.</summary>
    public bool IsDone => world.Ledger.Accounts.All.All(IsRight);

    public void Act(Link link)
    {
        if (world.Ledger.Accounts.All is not { Count: > 0 } all || !_dice.Chance(world.Swarm.AccountRate))
            return;
        var standing = _dice.Pick(all);
        if (!standing.State.IsCertain && _dice.Chance(0.4))
        {
            SetRight(link, standing, AnyRole());
            return;
        }
        switch (_dice.Below(10))
        {
            case 0 or 1: Change(link, standing, isDisabled: true); break;
            case 2 or 3: Change(link, standing, isDisabled: false); break;
            case 4 or 5: Change(link, standing, role: AnyRole()); break;
            case 6: SetRight(link, standing, AnyRole()); break;
            case 7 when standing.Identity.IsAccountOnly: Create(link, standing); break;
            case 8 when _dice.Chance(0.5): Delete(link, standing); break;
            default: RevokeToken(link, standing); break;
        }
    }

    public void Heal(Link link)
    {
        if (!link.Conversation.IsOpen && world.Ledger.Accounts.All.FirstOrDefault(one => !IsRight(one) && one.IsQuiet) is { } wrong)
            SetRight(link, wrong, AccountRole.Member);
    }

    private static bool IsRight(AccountStanding standing) =>
        standing.State is { Exists: true, Password: not null, IsDisabled: false, Role: not null } || standing.State.Exists == false && !standing.Identity.IsAccountOnly;

    private AccountRole AnyRole() => (AccountRole)(1 + _dice.Below(3));

    private void SetRight(Link link, AccountStanding standing, AccountRole role)
    {
        if (standing.State.Exists == false && standing.Identity.IsAccountOnly)
            Create(link, standing);
        else
            Change(link, standing, isDisabled: false, role: role, withPassword: true);
    }

    private void Change(Link link, AccountStanding standing, bool? isDisabled = null, AccountRole? role = null, bool withPassword = false)
    {
        var password = withPassword ? Try(standing) : null;
        Ask(link, new ChangeAccount(link.Conversation.NextId, standing.Identity.Name, (ulong?)role, isDisabled is { } disables ? disables ? 1UL : 0 : null, password is null ? (ReadOnlyMemory<byte>?)null : Encoding.UTF8.GetBytes(password)),
            new AccountChange(world, standing, state => state with
            {
                Exists = withPassword ? true : state.Exists,
                IsDisabled = isDisabled ?? state.IsDisabled,
                Role = role ?? state.Role,
                Password = password ?? state.Password,
            })
            {
                IsByName = true,
                Ends = other => isDisabled == true
                    || withPassword && other.Login is { Credential: CredentialKind.Password } login && login.Password != password,
            });
    }

    private void Create(Link link, AccountStanding standing)
    {
        var password = Try(standing);
        Ask(link, new CreateAccount(link.Conversation.NextId, standing.Identity.Name, (int)AccountRole.Member, Encoding.UTF8.GetBytes(password)),
            new AccountChange(world, standing, _ => new AccountState(true, password, false, AccountRole.Member)));
    }

    private void Delete(Link link, AccountStanding standing) =>
        Ask(link, new DeleteAccount(link.Conversation.NextId, null, standing.Identity.Name),
            new AccountChange(world, standing, _ => AccountState.None) { IsByName = true, Ends = _ => true });

    private void RevokeToken(Link link, AccountStanding standing)
    {
        if (standing.Tokens.Count == 0)
            return;
        var token = _dice.Pick(standing.Tokens);
        Ask(link, new RevokeToken(link.Conversation.NextId, token.Number, standing.Identity.Name), new TokenEnd(world, standing, token));
    }

    private string Try(AccountStanding standing)
    {
        var password = AccountActions.NewPassword(_dice);
        standing.Tried.Add(password);
        return password;
    }

    private static void Ask(Link link, Request request, AccountRequest account) => link.Conversation.Ask(new PendingRequest(request) { Account = account });
}
