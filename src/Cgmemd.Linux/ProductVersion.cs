using System.Reflection;
using System.Runtime.CompilerServices;

namespace Cgmemd.Linux;

/// <summary>Which cgmemd this is, as <c>--version</c> and the status tell it.</summary>
public static class ProductVersion
{
    /// <summary>Such as <c>0.1.0</c>; what the build appends to it is left out.</summary>
    public static string Version { get; } =
        (typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion ?? "0").Split('+')[0];

    /// <summary>The framework and how it was compiled: <c>net9.0 NativeAOT</c>.</summary>
    public static string Framework { get; } =
        $"net{Environment.Version.Major}.{Environment.Version.Minor} "
        + (RuntimeFeature.IsDynamicCodeCompiled ? "JIT" : "NativeAOT");
}
