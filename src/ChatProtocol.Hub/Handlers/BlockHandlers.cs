namespace ChatProtocol.Hub;

/// <summary>Block, unblock and blocks: the principals whose private messages a principal does not get.</summary>
internal sealed class BlockHandlers(HubOptions options, HubClock clock, StepCounter steps, GroupCommit groupCommit, Principals principals) : IVerbHandlers
{
    /// <summary>The most items of one answer, each of 128 bytes at most (CP-ROM-017).</summary>
    private readonly int _maxItems = Math.Min(500, options.Limits.Frame / 128);

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.Of<Block>(Permissions.Block, Block, wants: (_, block) => needs.Name(block.Name)),
        Verb.Of<Unblock>(Permissions.Block, Unblock, wants: (_, unblock) => needs.Name(unblock.Name)),
        Verb.OfLong<Blocks>(Permissions.Block, Blocks),
    ];

    /// <summary>The block holds at once, and is answered when it is durable (CP-BLK-001).</summary>
    public void Block(Session session, Block block)
    {
        var owner = session.Principal!;
        if (!Allows(session, block.Id))
            return;
        if (principals.FindHolder(new UserName(block.Name), clock.Now) is not { } other)
            session.Refuse(block.Id, ErrorCode.NoSuchUser, $"there is nobody called {block.Name}", field: "name");
        else if (other == owner || Rights.Of(other).Include(Permissions.Immune))
            session.Refuse(block.Id, ErrorCode.InvalidValue, other == owner ? "that is you" : $"{other.Name} cannot be blocked", field: "name");
        else if (principals.Blocks.Contains(owner, other))
            // Stored once more, as the first block may not be durable yet.
            Store(session, block.Id, ToChange(owner, other), undo: () => { });
        else if (principals.Blocks.CountOf(owner) >= BlockBook.MaxBlocked)
            session.Refuse(block.Id, ErrorCode.TooMany, $"you block {BlockBook.MaxBlocked} users, and that is the limit; unblock one first", BlockBook.MaxBlocked);
        else
        {
            principals.Blocks.Add(owner.Id, new Blocked(other.Id, other.Name));
            Store(session, block.Id, ToChange(owner, other), undo: () => principals.Blocks.Remove(owner.Id, other.Id));
        }
    }

    public void Unblock(Session session, Unblock unblock)
    {
        var owner = session.Principal!;
        if (!Allows(session, unblock.Id))
            return;
        if (Find(owner, new UserName(unblock.Name)) is not { } other)
        {
            session.Refuse(unblock.Id, ErrorCode.NoSuchUser, $"you have not blocked {unblock.Name}", field: "name");
            return;
        }
        principals.Blocks.Remove(owner.Id, other.Id);
        Store(session, unblock.Id, new LogChange.Unblock(owner.Id, other.Id), undo: () => principals.Blocks.Add(owner.Id, other));
    }

    public void Blocks(Session session, Blocks blocks)
    {
        var items = steps.ListOf(_maxItems, principals.Blocks.Of(session.Principal!, blocks.After), other => new BlockListItem(other.Id, other.Name.Text), out var more);
        session.Reply(new BlockList(blocks.Id, items, more));
    }

    /// <summary>Each block or unblock is a change on the disk, so both count towards the rate (CP-LIM-006).</summary>
    private static bool Allows(Session session, ulong id) =>
        session.Allows(id, ref session.Principal!.Usage.Blocks, session.Source.Bounds.Blocks, "changes of whom you block");

    /// <summary>The principal that has the name now, or else the one that the owner's list shows by it.</summary>
    private Blocked? Find(Principal owner, UserName name) =>
        principals.FindHolder(name, clock.Now) is { } holder && principals.Blocks.Contains(owner, holder)
            ? new Blocked(holder.Id, holder.Name)
            : principals.Blocks.FindByName(owner, name);

    private static LogChange.Block ToChange(Principal owner, Principal other) => new(new BlockRecord(owner.Id, other.Id, other.Name.Text));

    private void Store(Session session, ulong id, LogChange change, Action undo)
    {
        if (session.Principal!.HasNoKey)
        {
            session.Reply(new Ok(id));
            return;
        }
        session.Principal.ChangedBy = groupCommit.Open.Number;
        groupCommit.Open.Add(change, new CommitCallbacks(() => session.Reply(new Ok(id)), () =>
        {
            undo();
            session.RefuseUnstored(id);
        }));
    }
}
