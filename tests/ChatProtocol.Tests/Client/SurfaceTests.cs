using System.Reflection;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>The SDK's surface: none of the wire's frames, nothing that a later member would break, no words in logs.</summary>
public sealed class SurfaceTests
{
    private static readonly Type[] Public = typeof(ChatClient).Assembly.GetExportedTypes();

    [Fact]
    public void No_frame_of_the_wire_stands_in_a_public_signature()
    {
        var wire = typeof(Frame).Assembly.GetExportedTypes()
            .Where(type => type.IsAssignableTo(typeof(Frame)) || type.Name.EndsWith("ListItem", StringComparison.Ordinal) || type == typeof(PresentUser)).ToHashSet();

        Assert.Empty(Public.SelectMany(type => MembersOf(type).SelectMany(TypesIn).SelectMany(Parts).Where(wire.Contains).Select(found => $"{type.Name}: {found.Name}")));
    }

    [Fact]
    public void No_record_has_a_constructor_or_a_deconstructor_that_another_property_would_break() => Assert.Empty(Public
        .Where(type => type.GetMethod("<Clone>$") is not null || type.IsValueType)
        .Where(type => type.GetMethod("Deconstruct") is not null
            || type.GetConstructors().Any(constructor => constructor.GetParameters() is { Length: > 0 } parameters && parameters[0].ParameterType != type))
        .Select(type => type.Name));

    [Fact]
    public void Nothing_that_holds_a_text_or_a_secret_prints_it()
    {
        const string Secret = "for you alone";
        var message = (ChatMessage)WireEntries.Of(new Message(5, 7, 1000, 16, "ann", Secret));
        object[] values =
        [
            message,
            WireEntries.Of(new RoomChanged(5, 8, 1000, 16, "ann", Secret, Secret, Secret, null, null, null)),
            WireEntries.Of(new RoleChanged(5, 8, 1000, 16, "ann", Secret, 17, "bob", RoomRole.None, RoomRestriction.Muted, 0)),
            WireEntries.Of(new Edited(5, 8, 1000, 16, "ann", 7, Secret)),
            new RoomChange { Title = Secret, Topic = Secret },
            WireEntries.Of(new UnknownEntry(132, 5, 8, 1000, 16, "ann", Secret)),
            new MessageReceived(null!, message),
            new NoticeReceived(DateTimeOffset.UnixEpoch, Secret),
            new RecoveredPost("tea", Secret, new PostReceipt { Seq = 3 }),
            new HistoryPage { Entries = [message] },
            new ChatClientOptions { Name = "ann", Secret = System.Text.Encoding.UTF8.GetBytes(Secret) },
        ];

        Assert.All(values, value => Assert.DoesNotContain(Secret, value.ToString(), StringComparison.Ordinal));
        Assert.Equal("entry 7 from ann (16) at 1970-01-01T00:00:01.000Z", message.ToString());
    }

    [Fact]
    public void Each_public_type_with_a_text_is_among_those_that_are_tried() => Assert.Equal(
        [nameof(ChatEdit), nameof(ChatMessage), nameof(ChatRoleChange), nameof(ChatRoomChange), nameof(NoticeReceived), nameof(RecoveredPost), nameof(UnknownChatEntry)],
        Public.Where(type => type.GetProperties().Any(property => property.PropertyType == typeof(Text))).Select(type => type.Name).Order());

    [Fact]
    public void Times_and_spans_that_are_more_than_NET_can_hold_are_the_most_it_can()
    {
        var session = ChatSessionInfo.Of(new SessionListItem(1, "ann", "", "tcp", 0, Limits.MaxInteger, Limits.MaxInteger, 0));
        var bye = ServerBye.Of(new Bye(ByeCode.Restart, "", (long)Limits.MaxInteger));

        Assert.Equal(9999, session.Since.Year);
        Assert.Equal(session.Idle, bye.Back);
        Assert.True(session.Idle > TimeSpan.FromDays(365 * 10_000));
    }

    private static MemberInfo[] MembersOf(Type type) =>
        type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly);

    private static IEnumerable<Type> TypesIn(MemberInfo member) => member switch
    {
        MethodInfo method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType),
        ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType),
        PropertyInfo property => [property.PropertyType],
        FieldInfo field => [field.FieldType],
        _ => [],
    };

    /// <summary>The type, and those that it is made of: of a list that of its items.</summary>
    private static IEnumerable<Type> Parts(Type type) =>
        type.GetGenericArguments().SelectMany(Parts).Concat(type.GetElementType() is { } element ? Parts(element) : []).Append(type);
}
