using System.ComponentModel;
using System.Globalization;

namespace ChatProtocol.Client;

/// <summary>Converts a setting's text to an address; an invalid one gets the error of <see cref="ChatAddress.Parse(string)"/>.</summary>
internal sealed class ChatAddressConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string text ? ChatAddress.Parse(text) : base.ConvertFrom(context, culture, value);
}
