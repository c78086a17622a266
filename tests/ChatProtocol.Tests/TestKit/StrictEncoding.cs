using System.Text;

namespace ChatProtocol.Tests;

/// <summary>Encodings that raise where something is not theirs.</summary>
internal static class StrictEncoding
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Encoding Of(int codePage) => codePage == Utf8.CodePage
        ? Utf8
        : CodePagesEncodingProvider.Instance.GetEncoding(codePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;
}
