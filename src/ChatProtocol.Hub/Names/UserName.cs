using System.Text;

namespace ChatProtocol.Hub;

/// <summary>The name of a user.</summary>
/// <param name="Text">The name as typed by the user who took it, or who asks for it.</param>
internal sealed record UserName(string Text) : Name(Text)
{
    private byte[]? _utf8;

    /// <summary>The name as entries have it, encoded once, for the first of them.</summary>
    public byte[] Utf8 => _utf8 ??= Encoding.UTF8.GetBytes(Text);

    public bool Equals(UserName? other) => base.Equals(other);

    public override int GetHashCode() => base.GetHashCode();
}
