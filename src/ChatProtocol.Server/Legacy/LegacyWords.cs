using System.Globalization;

namespace ChatProtocol.Server;

/// <summary>
/// The server's own words to plain text clients, in one language; those with placeholders are filled by the methods.
/// </summary>
internal sealed record LegacyWords
{
    /// <summary>The beginning of every notice. No name has a space in it, so no entry looks like a notice.</summary>
    public const string Notice = "*** ";

    private static readonly LegacyWords Chinese = new()
    {
        PrivateMark = "[私聊] ",
        Welcome = "欢迎，你的名字是 {0}。输入 %%%help 查看帮助",
        Past = "最近的消息：",
        Entered = "{0} 进入了聊天室",
        Left = "{0} 离开了聊天室",
        Renamed = "{0} 改名为 {1}",
        YourName = "你现在的名字是 {0}",
        Present = "在线：{0}",
        PresentMany = "在线 {0} 人",
        Room = "{0}：{1} 人在线，{2} 条消息",
        NoPast = "还没有消息",
        Damaged = "这里缺少 {0} 条消息：服务器上的数据已损坏",
        Expired = "这里缺少 {0} 条消息：已过保存期限",
        Goodbye = "再见",
        Kicked = "你已被管理员请出",
        Expelled = "你已被请出聊天室",
        Invited = "{0} 邀请你进入 {1}，旧版文本客户端进不去，请使用 chat",
        Stopping = "服务器关闭",
        Because = "：{0}",
        Closing = "连接被关闭：{0}",
        Ends = new()
        {
            [ErrorCode.Malformed] = "收到的不是文本",
            [ErrorCode.Banned] = "你已被封禁（{0}）",
            [ErrorCode.LogUnavailable] = "服务器暂时读不出消息，请稍后再来",
        },
        Erased = "[已删除]",
        Edited = "[已修改]",
        Retracted = "{0} 撤回了一条消息",
        NotServed = "这里不支持旧版文本客户端，请使用 chat",
        Full = "服务器的连接已满，请稍后再来",
        TooMany = "来自你的地址的连接太多，请关闭一些，或稍后再来",
        UnknownCommand = "没有命令 {0}，输入 %%%help 查看帮助",
        NeedsName = "用法：%%%nick 名字",
        NeedsNumber = "用法：%%%history [条数]",
        NeedsWhom = "用法：%%%{0} 名字",
        Blocked = "好的，不再收到这个人的私聊",
        Unblocked = "好的，又能收到这个人的私聊了",
        NobodyThere = "没有这个人",
        Help =
        [
            "直接输入：对所有人说；/me 内容：描述自己的动作",
            "名字%%%内容：只对一个人说，也可以写 IP:端口 或端口",
            "%%%nick 名字：改名",
            "%%%who：谁在线",
            "%%%rooms：有哪些房间",
            "%%%history [条数]：最近的消息",
            "%%%block 名字：不再收到这个人的私聊，%%%unblock 名字：恢复",
            "%%%quit：离开",
        ],
        Rejections = new()
        {
            [LegacyRejection.ManyParts] = "没有发送：一条消息里有两个以上的 %%%，可能是两条消息连在了一起，请重新发送",
            [LegacyRejection.EmptyPart] = "没有发送：%%% 的两边都要有内容",
            [LegacyRejection.BehindPrivate] = "没有发送：紧跟在私聊后面的内容可能也是私聊，请重新发送",
            [LegacyRejection.TooLong] = "没有发送：消息太长",
            [LegacyRejection.OtherSigns] = "没有发送：可能是私聊，但分隔符不是三个连在一起的半角 %%%，请重新发送",
        },
        Errors = new()
        {
            [ErrorCode.NoSuchUser] = "没有发送：找不到这个人",
            [ErrorCode.InvalidValue] = "没有发送：不能对自己私聊",
            [ErrorCode.Blocked] = "没有发送：你屏蔽了这个人，请先用 %%%unblock 名字",
            [ErrorCode.TextTooLong] = "没有发送：消息太长，最多 {0} 字节（UTF-8）",
            [ErrorCode.NameTaken] = "这个名字已经有人用了",
            [ErrorCode.BadName] = "这个名字不能用：最多 64 字节，不能有空格和 : # % @，不能全是数字",
            [ErrorCode.Muted] = "没有发送：你现在不能在这里发言（{1}）",
            [ErrorCode.RoomArchived] = "没有发送：这里已归档，不能再发言",
            [ErrorCode.BannedFromRoom] = "没有成功：你已被请出聊天室（{1}）",
            [ErrorCode.LogUnavailable] = "没有成功：服务器暂时不能保存，请稍后再试",
            [ErrorCode.RateLimited] = "没有成功：太频繁了，请稍后再试",
            [ErrorCode.ShuttingDown] = "没有成功：服务器正在关闭",
        },
        Failed = "没有成功：{0}",
    };

    private static readonly LegacyWords English = new()
    {
        PrivateMark = "[private] ",
        Welcome = "welcome, you are {0}; %%%help tells what you can type",
        Past = "what was said last:",
        Entered = "{0} has entered",
        Left = "{0} has left",
        Renamed = "{0} is now called {1}",
        YourName = "you are now called {0}",
        Present = "here: {0}",
        PresentMany = "{0} are here",
        Room = "{0}: present {1}, messages {2}",
        NoPast = "nothing was said yet",
        Damaged = "messages missing here, damaged on the server: {0}",
        Expired = "messages missing here, no longer kept by the server: {0}",
        Goodbye = "goodbye",
        Kicked = "an admin has closed your connection",
        Expelled = "you were banned from here",
        Invited = "{0} has invited you to {1}, which plain text clients cannot enter: please use chat",
        Stopping = "the server has ended the session",
        Because = ": {0}",
        Closing = "the connection is closed: {0}",
        Ends = new()
        {
            [ErrorCode.Malformed] = "what came is no text",
            [ErrorCode.Banned] = "{0}",
            [ErrorCode.LogUnavailable] = "the server cannot read the messages just now; come back later",
        },
        Erased = "[erased]",
        Edited = "[edited]",
        Retracted = "{0} has taken a message back",
        NotServed = "plain text clients are not served here: please use chat",
        Full = "the server has as many connections as it takes: come back later",
        TooMany = "your address has as many connections as it may have: close some, or come back later",
        UnknownCommand = "there is no command {0}; %%%help lists them",
        NeedsName = "this way: %%%nick NAME",
        NeedsNumber = "this way: %%%history [N]",
        NeedsWhom = "this way: %%%{0} NAME",
        Blocked = "you hear no more from there in private",
        Unblocked = "you hear from there in private again",
        NobodyThere = "there is nobody of that name",
        Help =
        [
            "text: to everybody; /me text: what you do",
            "NAME%%%text: to one alone; IP:PORT or a port will do for the name",
            "%%%nick NAME: take another name",
            "%%%who: who is here",
            "%%%rooms: which rooms there are",
            "%%%history [N]: the last messages",
            "%%%block NAME: hear no more from NAME in private; %%%unblock NAME: hear it again",
            "%%%quit: leave",
        ],
        Rejections = new()
        {
            [LegacyRejection.ManyParts] = "not sent: there is more than one %%% in it, so it may be two messages in one; please send it again",
            [LegacyRejection.EmptyPart] = "not sent: there has to be something on both sides of %%%",
            [LegacyRejection.BehindPrivate] = "not sent: what follows a private message so closely may belong to it; please send it again",
            [LegacyRejection.TooLong] = "not sent: the message is too long",
            [LegacyRejection.OtherSigns] = "not sent: this may be a private message, but what parts it is not %%%, three plain percent signs in a row; please send it again",
        },
        Errors = new()
        {
            [ErrorCode.NoSuchUser] = "not sent: nobody of that name is here",
            [ErrorCode.InvalidValue] = "not sent: that is you",
            [ErrorCode.Blocked] = "not sent: you have blocked this one; %%%unblock NAME first",
            [ErrorCode.TextTooLong] = "not sent: the message is too long, the limit is {0} bytes of UTF-8",
            [ErrorCode.NameTaken] = "somebody else has that name",
            [ErrorCode.BadName] = "that cannot be a name: at most 64 bytes, no space, none of : # % @, and not digits alone",
            [ErrorCode.Muted] = "not sent: {1}",
            [ErrorCode.RoomArchived] = "not sent: nothing is posted here any more",
            [ErrorCode.BannedFromRoom] = "not done: {1}",
            [ErrorCode.LogUnavailable] = "not done: the server cannot store anything just now, try again",
            [ErrorCode.RateLimited] = "not done: too often; try again a little later",
            [ErrorCode.ShuttingDown] = "not done: the server is about to stop",
        },
        Failed = "not done: {0}",
    };

    public required string PrivateMark { get; init; }

    public required string Welcome { get; init; }

    public required string Past { get; init; }

    public required string Entered { get; init; }

    public required string Left { get; init; }

    public required string Renamed { get; init; }

    public required string YourName { get; init; }

    public required string Present { get; init; }

    public required string PresentMany { get; init; }

    public required string Room { get; init; }

    public required string NoPast { get; init; }

    public required string Damaged { get; init; }

    public required string Expired { get; init; }

    public required string Goodbye { get; init; }

    public required string Kicked { get; init; }

    public required string Expelled { get; init; }

    public required string Invited { get; init; }

    public required string Stopping { get; init; }

    /// <summary>The reason behind the words of an end, where there is one.</summary>
    public required string Because { get; init; }

    public required string Closing { get; init; }

    /// <summary>Why the server closes a connection; the placeholder is for its words to native clients, with an admin's reason.</summary>
    public required Dictionary<ErrorCode, string> Ends { get; init; }

    public required string Erased { get; init; }

    /// <summary>Stands before the new text of a message.</summary>
    public required string Edited { get; init; }

    public required string Retracted { get; init; }

    public required string NotServed { get; init; }

    public required string Full { get; init; }

    public required string TooMany { get; init; }

    public required string UnknownCommand { get; init; }

    public required string NeedsName { get; init; }

    public required string NeedsNumber { get; init; }

    public required string NeedsWhom { get; init; }

    public required string Blocked { get; init; }

    public required string Unblocked { get; init; }

    public required string NobodyThere { get; init; }

    public required IReadOnlyList<string> Help { get; init; }

    public required Dictionary<LegacyRejection, string> Rejections { get; init; }

    /// <summary>Refusals; the first placeholder is for the number in it, the second for its words to native clients.</summary>
    public required Dictionary<ErrorCode, string> Errors { get; init; }

    public required string Failed { get; init; }

    public static LegacyWords In(LegacyLanguage language) => language == LegacyLanguage.English ? English : Chinese;

    public string NobodyHere => Errors[ErrorCode.NoSuchUser];

    public string Greet(string name) => Fill(Welcome, name);

    public string DescribeName(string name) => Fill(YourName, name);

    public string DescribeUnknown(string command) => Fill(UnknownCommand, command);

    public string AskWhom(string command) => Fill(NeedsWhom, command);

    public string Describe(MemberChange change) => change switch
    {
        { Before: null } => Fill(Entered, change.Now!),
        { Now: null } => Fill(Left, change.Before),
        _ => Fill(Renamed, change.Before, change.Now),
    };

    public string Describe(MemberList members) => Fill(Present, string.Join(", ", members.Items.Select(member => member.Name)));

    /// <summary>Only the number of members: of the whole list, or as presence has told it where the list goes on.</summary>
    public string DescribeCount(MemberList members, ulong told) =>
        Fill(PresentMany, members.More ? Math.Max(told, (ulong)members.Items.Count) : (ulong)members.Items.Count);

    public string Describe(RoomListItem room) =>
        Fill(Room, room.Kind == RoomKind.Private ? PrivateMark + room.Name : room.Name, room.Members, room.Head);

    public string Describe(Gap gap) => Fill(gap.Why == GapReason.Expired ? Expired : Damaged, gap.Last - gap.First + 1);

    public string DescribeEnd(Bye bye) =>
        (bye.Why == ByeCode.Kicked ? Kicked : Stopping) + (bye.Reason.Length > 0 ? Fill(Because, bye.Reason) : "");

    public string DescribeEnd(Error error) => Fill(Closing, Ends.TryGetValue(error.Reason, out var words) ? Fill(words, error.Text) : error.Text);

    public string DescribeRetraction(Retracted retracted) => Fill(Retracted, retracted.Name);

    public string Describe(Expelled expelled) => Expelled + (expelled.Reason.Length > 0 ? Fill(Because, expelled.Reason) : "");

    public string Describe(Invited invited) => Fill(Invited, invited.By, invited.Name);

    public string ExplainBlock(Error error) => error.Reason == ErrorCode.NoSuchUser ? NobodyThere : Fill(Failed, error.Text);

    public string Explain(Error error) => Errors.TryGetValue(error.Reason, out var words)
        ? Fill(words, error.Value ?? 0, error.Text)
        : Fill(Failed, error.Text);

    private static string Fill(string words, params object[] places) => string.Format(CultureInfo.InvariantCulture, words, places);
}
