using Microsoft.AspNetCore.Http;

namespace ChatProtocol.Server;

/// <summary>Answers in plain text.</summary>
internal static class HttpResponses
{
    /// <summary>Answers with a status and a sentence.</summary>
    public static Task SayAsync(this HttpResponse response, int status, string sentence)
    {
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        response.Headers.XContentTypeOptions = "nosniff";
        return response.WriteAsync($"{sentence}\n");
    }
}
