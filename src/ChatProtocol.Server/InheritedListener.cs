namespace ChatProtocol.Server;

/// <summary>A socket that was made, bound and is listened at by whoever started the process.</summary>
/// <param name="Descriptor">Its file descriptor.</param>
/// <param name="Name">What it is called; <c>legacy</c> makes it one for plain text alone, and everything else says nothing.</param>
public sealed record InheritedListener(int Descriptor, string Name = "");
