using Microsoft.AspNetCore.Http;

namespace ChatProtocol.Server;

/// <summary>Answers in plain text, and what every page asks of a request.</summary>
internal static class HttpResponses
{
    /// <summary>Whether the request only reads.</summary>
    public static bool IsReading(this HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    /// <summary>Refuses a request that does not only read.</summary>
    public static Task RefuseMethodAsync(this HttpResponse response)
    {
        response.Headers.Allow = "GET, HEAD";
        return response.SayAsync(StatusCodes.Status405MethodNotAllowed, "use GET");
    }

    /// <summary>Answers with a status and a sentence.</summary>
    public static Task SayAsync(this HttpResponse response, int status, string sentence)
    {
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        response.Headers.XContentTypeOptions = "nosniff";
        return response.WriteAsync($"{sentence}\n");
    }
}
