namespace ChatProtocol.Server;

/// <summary>A listening socket that the process inherited from its parent, such as systemd.</summary>
/// <param name="Descriptor">Its file descriptor.</param>
/// <param name="Name">The socket's name; <c>legacy</c> makes it one for plain text alone, <c>tls</c> one for TLS, and any other name means nothing.</param>
public sealed record InheritedListener(int Descriptor, string Name = "");
