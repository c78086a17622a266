using System.Runtime.InteropServices;
using ChatProtocol.Server;

namespace ChatProtocol.Tools;

/// <summary>
/// The libraries that a server needs beside libc. If one is missing, the runtime ends the process without a reason, or names
/// a type of its own.
/// </summary>
internal static class LibraryCheck
{
    private const string Sqlite = "e_sqlite3";

    private const string Sodium = "libsodium";

    /// <summary>The variable that makes the runtime load another version of OpenSSL.</summary>
    private const string OpenSslOverride = "CLR_OPENSSL_VERSION_OVERRIDE";

    private static readonly string[] OpenSsl = ["libssl.so.3", "libssl.so.1.1"];

    /// <exception cref="ServerException">A library is missing; the message names it and its package.</exception>
    public static void Check()
    {
        if (!NativeLibrary.TryLoad(Sqlite, typeof(LibraryCheck).Assembly, searchPath: null, out _))
            throw new ServerException($"SQLite is missing: lib{Sqlite}.so has to lie beside chatd ({AppContext.BaseDirectory})");
        if (!NativeLibrary.TryLoad(Sodium, typeof(LibraryCheck).Assembly, searchPath: null, out var sodium))
            throw new ServerException($"libsodium is missing: {Sodium}.so has to lie beside chatd ({AppContext.BaseDirectory})");
        // It takes memory, and is loaded again by the first password.
        NativeLibrary.Free(sodium);
        if (Environment.GetEnvironmentVariable(OpenSslOverride) is null && !Array.Exists(OpenSsl, name => NativeLibrary.TryLoad(name, out _)))
            throw new ServerException($"OpenSSL is missing: install {OpenSsl[0]} (libssl3 of Debian, openssl-libs of Fedora)");
    }
}
