using System.ComponentModel;
using System.Globalization;

namespace ChatProtocol.Client;

/// <summary>Makes an address of a setting's text; what is wrong with it is told as <see cref="ChatAddress.Parse(string)"/> does.</summary>
internal sealed class ChatAddressConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string text ? ChatAddress.Parse(text) : base.ConvertFrom(context, culture, value);
}
