using System.Reflection;
using ChatProtocol.Client;
using ChatProtocol.Testing;
using Xunit;

namespace ChatProtocol.Tests.Testing;

/// <summary>What the SDK gives and no program can make.</summary>
public sealed class TestChatEventsTests
{
    private static readonly ChatFailure[] OfOtherServers =
        [ChatFailure.NotAChatServer, ChatFailure.HttpServer, ChatFailure.LegacyServer, ChatFailure.UnsupportedVersion];

    private readonly ChatRoom _room = TestChatRoom.Create("tea", id: 7, topic: "leaves", head: 12, role: RoomRole.Moderator);

    [Fact]
    public void There_is_a_way_to_make_each_event()
    {
        var events = typeof(ChatEvent).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(ChatEvent)) && !type.IsAbstract);
        var made = typeof(TestChatEvents).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(method => method.ReturnType);

        Assert.Empty(events.Except(made));
    }

    [Fact]
    public void An_event_has_what_it_was_made_with()
    {
        var message = new ChatMessage { RoomId = 7, Seq = 12, Name = "alice", Text = "hi" };
        var user = new ChatUser { Principal = 20, Name = "bob" };

        Assert.Equal((_room, message), TestChatEvents.MessageReceived(_room, message) is { } received ? (received.Room, received.Message) : default);
        Assert.Equal((3UL, "bob"), TestChatEvents.PresenceChanged(_room, 3, arrived: [user]) is { } change ? (change.Count, Assert.Single(change.Arrived).Name) : default);
        Assert.Equal("9", TestChatEvents.InvitedToRoom(9, "plans", "alice").Address);
        Assert.Equal(ChatFailure.Disconnected, TestChatEvents.ConnectionLost().Error.Failure);
        Assert.Equal(Limits.Default, TestChatEvents.ConnectionRestored().Server.Limits);
        Assert.Null(TestChatEvents.SessionEnded().Error);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_room_of_no_client_shows_what_it_was_made_with_and_refuses_all_calls()
    {
        var refused = await Assert.ThrowsAsync<ChatException>(() => _room.PostAsync("hi", TestContext.Current.CancellationToken));

        Assert.Equal(("tea", 7UL, "leaves", 12UL, RoomRole.Moderator, true), (_room.Name, _room.Id, _room.Topic, _room.Head, _room.Role, _room.Joined));
        Assert.Equal((ChatFailure.Disconnected, Outcome.NotSent, false), (refused.Failure, refused.Outcome, refused.MayRetry));
        Assert.Equal(("@bob", "9"), (TestChatRoom.Create("bob", 8, RoomKind.Private, peer: 20).Address, TestChatRoom.Create("plans", 9, RoomKind.ByInvitation).Address));
    }

    [Fact]
    public void A_refusal_has_its_code_and_when_to_try_again()
    {
        var refused = TestChatExceptions.Refused(ErrorCode.RateLimited, "slower", TimeSpan.FromSeconds(3), value: 5, field: "text");

        Assert.Equal(
            (ChatFailure.Refused, Outcome.Refused, ErrorCode.RateLimited, "slower", TimeSpan.FromSeconds(3), 5UL, "text", true),
            (refused.Failure, refused.Outcome, refused.Code!.Value, refused.Message, refused.RetryAfter!.Value, refused.Value!.Value, refused.Field, refused.MayRetry));
    }

    [Fact]
    public void There_is_a_way_to_make_each_failure()
    {
        ChatException[] failures =
        [
            TestChatExceptions.Refused(ErrorCode.Denied), TestChatExceptions.Disconnected(), TestChatExceptions.TimedOut(), TestChatExceptions.Unreachable(),
            TestChatExceptions.BrokenProtocol(), .. OfOtherServers.Select(kind => TestChatExceptions.AnotherServer(kind)), TestChatExceptions.Untrusted(new ServerCertificate { Subject = "CN=x" }),
        ];

        Assert.Equal(Enum.GetValues<ChatFailure>().Order(), failures.Select(failure => failure.Failure).Order());
        Assert.Equal("CN=x", failures[^1].Certificate?.Subject);
    }

    [Theory]
    [InlineData(Outcome.NotSent, true)]
    [InlineData(Outcome.Unknown, false)]
    public void A_call_that_was_not_answered_may_have_been_carried_out_or_not(Outcome outcome, bool mayRetry)
    {
        var kicked = TestChatExceptions.Disconnected(outcome, new ServerBye { Why = ByeCode.Restart, Reason = "soon", Back = TimeSpan.FromSeconds(1) });

        Assert.Equal((outcome, mayRetry, ByeCode.Restart, TimeSpan.FromSeconds(1)), (kicked.Outcome, kicked.MayRetry, kicked.Bye!.Why, kicked.Bye.Back!.Value));
        Assert.Equal((outcome, mayRetry), TestChatExceptions.TimedOut(outcome) is { } late ? (late.Outcome, late.MayRetry) : default);
        Assert.Equal(outcome, TestChatExceptions.Canceled(outcome, TestContext.Current.CancellationToken).Outcome);
        Assert.Equal(ErrorCode.FrameTimeout, TestChatExceptions.Disconnected(outcome, code: ErrorCode.FrameTimeout).Code);
    }

    [Fact]
    public void A_call_that_was_not_answered_was_not_refused()
    {
        Assert.Throws<ArgumentException>(() => TestChatExceptions.Disconnected(Outcome.Refused));
        Assert.Throws<ArgumentException>(() => TestChatExceptions.TimedOut(Outcome.Refused));
        Assert.Throws<ArgumentException>(() => TestChatExceptions.Canceled(Outcome.Refused, TestContext.Current.CancellationToken));
    }
}
