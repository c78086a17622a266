using System.Text.RegularExpressions;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>The line along which rooms could move to another machine (decision 0013).</summary>
public sealed partial class RoomsKnowNoSessionTests
{
    [Fact]
    public void Nothing_in_the_rooms_names_a_session_a_membership_of_one_or_a_connection()
    {
        var files = Directory.GetFiles(Repository.PathOf("src", "ChatProtocol.Hub", "Rooms"), "*.cs");
        Assert.Contains(files, file => Path.GetFileName(file) == "Room.cs");

        var found = files.SelectMany(file => SessionSide().Matches(Comments().Replace(File.ReadAllText(file), ""))
            .Select(match => $"{Path.GetFileName(file)}: {match.Value}"));

        Assert.Empty(found);
    }

    [GeneratedRegex(@"(?<!Role\.)\b(Session|SessionRegistry|Member|IPeer|Delivery)\b(?=[ ?>.,)\[])")]
    private static partial Regex SessionSide();

    [GeneratedRegex("//.*")]
    private static partial Regex Comments();
}
