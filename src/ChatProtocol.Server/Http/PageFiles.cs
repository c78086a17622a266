using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace ChatProtocol.Server;

/// <summary>
/// The page's files, which are in the program itself: nothing is read from the disk, and a path that is not among them is not found.
/// Thread-safe.
/// </summary>
internal sealed class PageFiles
{
    private const string Prefix = "page/", Index = "index.html";

    /// <summary>
    /// Scripts, styles and the rest from here alone, nothing inline, no frame around it, no text that becomes markup. What a stranger writes
    /// is text, whatever a mistake in the page makes of it.
    /// </summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; manifest-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    // The name without the build's hash changes with each build, so such a file may be kept for ever.
    private const string Kept = "public, max-age=31536000, immutable", Asked = "no-cache";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".json"] = "application/json; charset=utf-8",
        [".webmanifest"] = "application/manifest+json; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
        [".txt"] = "text/plain; charset=utf-8",
    }.ToFrozenDictionary();

    private readonly Lazy<FrozenDictionary<string, PageFile>> _files = new(Load);

    /// <summary>Answers with the file of the request's path; the page itself has the path <c>/</c>.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        if (!request.IsReading())
            await response.RefuseMethodAsync().ConfigureAwait(false);
        else if (_files.Value.TryGetValue(request.Path.Value ?? "", out var file))
            await SendAsync(context, file).ConfigureAwait(false);
        else
            await response.SayAsync(StatusCodes.Status404NotFound, "there is no such page: the chat is at /").ConfigureAwait(false);
    }

    private static async Task SendAsync(HttpContext context, PageFile file)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.CacheControl = file.IsKept ? Kept : Asked;
        response.Headers.ETag = file.Tag;
        response.Headers.Vary = "Accept-Encoding";
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        // Browsers complain of it where the page is not encrypted.
        if (request.IsHttps)
            response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (request.Headers.IfNoneMatch == file.Tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        var isPacked = file.Packed is not null && request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        var content = isPacked ? file.Packed! : file.Content;
        if (isPacked)
            response.Headers.ContentEncoding = "gzip";
        response.ContentType = file.Type;
        response.ContentLength = content.Length;
        if (HttpMethods.IsGet(request.Method))
            await response.Body.WriteAsync(content).ConfigureAwait(false);
    }

    private static FrozenDictionary<string, PageFile> Load()
    {
        var program = typeof(PageFiles).Assembly;
        var files = new Dictionary<string, PageFile>(StringComparer.Ordinal);
        foreach (var resource in program.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = program.GetManifestResourceStream(resource)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            var path = resource[Prefix.Length..].Replace('\\', '/');
            files.Add(path == Index ? "/" : $"/{path}", PageFile.Of(path, content));
        }
        return files.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>A file of the page.</summary>
    /// <param name="Type">Its media type.</param>
    /// <param name="Tag">Changes with its content.</param>
    /// <param name="IsKept">Whether its name changes with its content.</param>
    /// <param name="Content">Its content.</param>
    /// <param name="Packed">The content in gzip; null where that is hardly shorter.</param>
    private sealed record PageFile(string Type, string Tag, bool IsKept, byte[] Content, byte[]? Packed)
    {
        public static PageFile Of(string path, byte[] content)
        {
            var packed = Pack(content);
            return new PageFile(
                Types.GetValueOrDefault(Path.GetExtension(path), "application/octet-stream"), $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12))}\"",
                path.StartsWith("assets/", StringComparison.Ordinal), content, packed.Length < content.Length * 9 / 10 ? packed : null);
        }

        private static byte[] Pack(byte[] content)
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
                gzip.Write(content);
            return packed.ToArray();
        }
    }
}
