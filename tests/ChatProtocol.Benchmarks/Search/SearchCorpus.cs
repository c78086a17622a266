using System.Text;

namespace ChatProtocol.Benchmarks;

/// <summary>
/// Messages as people write them, drawn by a fixed seed: Chinese, English, Japanese and Korean, with names, emoji, addresses and identifiers. Words come
/// as often as words do, few of them often and most of them seldom; drawn independently, they have more pairs of neighbours than real ones.
/// </summary>
internal sealed class SearchCorpus(int seed)
{
    private const string CommonHan = "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长";

    private static readonly string[] Emoji = ["👍", "😂", "🎉", "🙏", "👨‍👩‍👧", "🚀"];

    private readonly Random _random = new(seed);

    /// <summary>A word of one language by how common it is: 0 is the most common.</summary>
    public static string Western(int rank)
    {
        var word = new StringBuilder();
        for (var rest = rank + 7; rest > 0; rest /= 21)
            word.Append("bcdfghklmnprstvwxyzjq"[rest % 21]).Append("aeiou"[(rest + rank) % 5]);
        return word.ToString();
    }

    /// <summary>A Chinese word of two characters by how common it is.</summary>
    public static string Chinese(int rank) => rank < 400
        ? string.Concat(CommonHan[rank % CommonHan.Length], CommonHan[rank * 7 % CommonHan.Length])
        : string.Concat((char)(0x4E00 + rank * 31 % 8000), (char)(0x4E00 + rank * 17 % 8000));

    public string Next()
    {
        var text = new StringBuilder();
        var kind = _random.Next(100);
        for (var left = 3 + Rank(12); left > 0; left--)
            text.Append(kind < 55 ? Chinese(Rank(40_000)) : kind < 82 ? Western(Rank(60_000)) + " " : kind < 94 ? Japanese() : Korean() + " ");
        return (_random.Next(30) switch
        {
            0 => text.Append(Emoji[_random.Next(Emoji.Length)]),
            1 => text.Append(" https://example.org/").Append(Western(Rank(60_000))).Append('/').Append(_random.Next(100_000)),
            2 => text.Append(" CVE-2026-").Append(_random.Next(1000, 9999)),
            3 => text.Append(' ').Append(Western(Rank(5000))).Append('_').Append(Western(Rank(5000))),
            _ => text,
        }).ToString();
    }

    /// <summary>A number below a limit, small ones most often, as by Zipf's law.</summary>
    public int Rank(int limit) => (int)Math.Min(limit - 1, Math.Exp(_random.NextDouble() * Math.Log(limit)) - 1);

    private string Japanese() => _random.Next(3) == 0 ? Chinese(Rank(4000)) : string.Concat((char)(0x3042 + Rank(80)), (char)(0x3042 + Rank(80)), (char)(0x30A2 + Rank(80)));

    private string Korean() => string.Concat((char)(0xAC00 + Rank(11_000)), (char)(0xAC00 + Rank(11_000)));
}
