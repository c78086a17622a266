using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>What a plain text client over a real socket is told of settings, roles and restrictions of the lobby.</summary>
public sealed class TextClientRoomTests
{
    [Spec("CP-LEG-020", "CP-ROL-010")]
    [Fact(Timeout = 60_000)]
    public async Task Each_change_of_the_room_is_one_line_in_the_language_of_the_others()
    {
        await using var server = await TestServer.StartAsync();
        await using var admin = await server.AdminAsync();
        var lobby = (await admin.JoinAsync("lobby")).Room;
        await using var text = await TextClient.EnterAsync(server.Tcp);

        await admin.AskAsync<Posted>(new ChangeRoom(admin.NextId(), lobby, null, "绿茶\n%%%and", null, null, null));
        Assert.Equal("*** server: admin 设置了话题：绿茶", await text.ReadLineAsync());
        Assert.Equal(" ％％％and", await text.ReadLineAsync());
        await admin.AskAsync<Posted>(new ChangeRoom(admin.NextId(), lobby, "Tea", "", 1, 1, 2500));
        Assert.Equal("*** server: admin 设置了标题：Tea，取消了话题，设为只有成员可以发言，把房间归档，不能再发言，设为每人每 2.5 秒发言一次", await text.ReadLineAsync());
        await admin.AskAsync<Posted>(new ChangeRoom(admin.NextId(), lobby, "", null, 0, 0, 0));
        Assert.Equal("*** server: admin 取消了标题，允许所有人发言，重新开放了房间，取消了发言间隔", await text.ReadLineAsync());
    }

    [Spec("CP-LEG-064", "CP-LEG-066")]
    [Theory(Timeout = 60_000)]
    [InlineData(LegacyLanguage.Chinese, "[已修改] the", "*** server: ann 撤回了一条消息", "[已删除]")]
    [InlineData(LegacyLanguage.English, "[edited] the", "*** server: ann has taken a message back", "[erased]")]
    public async Task What_becomes_of_a_message_is_a_short_line_and_reactions_and_pins_are_none(LegacyLanguage language, string edit, string retraction, string gone)
    {
        await using var server = await TestServer.StartAsync(o => o with { Legacy = o.Legacy with { Language = language } });
        await using var ann = await server.LogInAsync("ann");
        var lobby = (await ann.JoinAsync("lobby")).Room;
        await using var text = await TextClient.ConnectAsync(server.Tcp);
        await text.SendAsync("%%%who\n");
        await text.UntilAsync(language == LegacyLanguage.English ? "*** here: " : "*** 在线：");

        var seq = (await ann.AskAsync<Posted>(new Post(ann.NextId(), lobby, "teh", null))).Seq!.Value;
        Assert.Equal("ann: teh", await text.UntilAsync("ann: "));
        await ann.AskAsync<Posted>(new Edit(ann.NextId(), lobby, seq, "the"));
        Assert.Equal($"ann: {edit}", await text.ReadLineAsync());
        await ann.AskAsync<Posted>(new React(ann.NextId(), lobby, seq, "x"));
        await ann.AskAsync<Posted>(new Retract(ann.NextId(), lobby, seq));
        Assert.Equal(retraction, await text.ReadLineAsync());
        await ann.AskAsync<Posted>(new Post(ann.NextId(), lobby, "waves", null, Action: true));
        Assert.Equal("* ann waves", await text.ReadLineAsync());

        await text.SendAsync("%%%history\n");
        Assert.Equal(["ann: " + gone, retraction, "* ann waves"], [await text.ReadLineAsync(), await text.ReadLineAsync(), await text.ReadLineAsync()]);
    }

    [Spec("CP-LEG-065")]
    [Fact(Timeout = 60_000)]
    public async Task What_a_text_client_does_is_an_action_and_what_only_looks_so_is_not()
    {
        await using var server = await TestServer.StartAsync();
        await using var ann = await server.LogInAsync("ann");
        await ann.JoinAsync("lobby");
        await using var text = await TextClient.EnterAsync(server.Tcp);

        foreach (var (typed, said, isAction) in ((string, string, bool)[])[("/me waves", "waves", true), ("/me ", "/me ", false), ("/mean", "/mean", false), ("a /me b", "a /me b", false)])
        {
            await text.SendAsync(typed + "\n");
            var message = await ann.UntilAsync<Message>();
            Assert.Equal((said, isAction), (message.Text.ToString(), message.Action));
        }
    }

    [Spec("CP-LEG-018", "CP-ROL-030", "CP-ROL-031")]
    [Theory(Timeout = 60_000)]
    [InlineData(1UL, null, "*** 没有发送：你现在不能在这里发言（the room is moderated, and you have no role in it: ask a moderator to make you a member）")]
    [InlineData(null, 1UL, "*** 没有发送：这里已归档，不能再发言")]
    public async Task A_message_that_the_rooms_settings_forbid_is_answered_with_why(ulong? moderated, ulong? archived, string told)
    {
        await using var server = await TestServer.StartAsync();
        await using var admin = await server.AdminAsync();
        var lobby = (await admin.JoinAsync("lobby")).Room;
        await using var text = await TextClient.EnterAsync(server.Tcp);
        await admin.AskAsync<Posted>(new ChangeRoom(admin.NextId(), lobby, null, null, moderated, archived, null));
        await text.UntilAsync("*** server: admin ");

        await text.SendAsync("hello\n");

        Assert.Equal(told, await text.ReadLineAsync());
    }

    [Spec("CP-LEG-018", "CP-LEG-020", "CP-ROL-020")]
    [Fact(Timeout = 60_000)]
    public async Task It_is_told_of_its_own_mute_and_of_others_and_what_it_says_then()
    {
        await using var server = await TestServer.StartAsync();
        await using var admin = await server.AdminAsync();
        var lobby = (await admin.JoinAsync("lobby")).Room;
        await using var text = await TextClient.EnterAsync(server.Tcp);
        await server.LogInAsync("eve");

        await admin.AskAsync<Posted>(new Restrict(admin.NextId(), lobby, "eve", RoomRestriction.Muted, 600_000, "too loud"));
        Assert.Equal("*** server: admin 禁止 eve 发言（has muted eve for 10 minutes: too loud）", await text.UntilAsync("*** server"));
        await admin.AskAsync<Posted>(new Restrict(admin.NextId(), lobby, text.Guest, RoomRestriction.Muted, null, "you too"));
        Assert.Equal($"*** server: admin 禁止 {text.Guest} 发言（has muted {text.Guest}: you too）", await text.ReadLineAsync());
        await text.SendAsync("hello\n");
        Assert.Equal("*** 没有发送：你现在不能在这里发言（you are muted in this room: you too）", await text.ReadLineAsync());
        await admin.AskAsync<Posted>(new Restrict(admin.NextId(), lobby, text.Guest, RoomRestriction.None, null, ""));
        Assert.Equal($"*** server: admin 更改了 {text.Guest} 的身份（has unmuted {text.Guest}）", await text.ReadLineAsync());
        await text.SendAsync("hello again\n");
        Assert.Equal("hello again", (await admin.UntilAsync<Message>()).Text.ToString());
    }

    [Spec("CP-LEG-024", "CP-ROL-021")]
    [Theory(Timeout = 60_000)]
    [InlineData("too loud", LegacyLanguage.Chinese, "*** 你已被请出聊天室：too loud")]
    [InlineData("", LegacyLanguage.English, "*** you were banned from here")]
    public async Task A_ban_from_the_lobby_is_told_and_ends_the_connection_and_others_see_it(string reason, LegacyLanguage language, string told)
    {
        await using var server = await TestServer.StartAsync(o => o with { Legacy = o.Legacy with { Language = language } });
        await using var admin = await server.AdminAsync();
        var lobby = (await admin.JoinAsync("lobby")).Room;
        await using var text = await TextClient.ConnectAsync(server.Tcp);
        await using var other = await TextClient.ConnectAsync(server.Tcp);
        await text.SendAsync("I am here\n");
        await admin.UntilAsync<Message>();
        await other.SendAsync("so am I\n");
        await admin.UntilAsync<Message>();

        await admin.AskAsync<Posted>(new Restrict(admin.NextId(), lobby, text.Guest, RoomRestriction.Banned, null, reason));

        Assert.Equal(told, (await text.ReadToEndAsync())[^1]);
        Assert.StartsWith("*** server: admin ", await other.UntilAsync("*** server"), StringComparison.Ordinal);
    }

    [Spec("CP-ROL-022")]
    [Fact(Timeout = 60_000)]
    public async Task An_invitation_to_a_room_that_it_cannot_enter_is_told_with_what_to_do()
    {
        await using var server = await TestServer.StartAsync();
        await using var ann = await server.LogInAsync("ann");
        await using var text = await TextClient.EnterAsync(server.Tcp);
        var room = await ann.AskAsync<RoomInfo>(new CreateRoom(ann.NextId(), RoomKind.ByInvitation, "plans", ""));

        await ann.AskAsync<Posted>(new SetRole(ann.NextId(), room.Room, text.Guest, RoomRole.Member, ""));

        Assert.Equal("*** ann 邀请你进入 plans，旧版文本客户端进不去，请使用 chat", await text.UntilAsync("*** ann"));
    }
}
