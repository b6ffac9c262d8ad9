using Cgmemd.Core.Varlink;

namespace Cgmemd.Linux.Varlink;

/// <summary>
/// A varlink service of one interface: answers <c>org.varlink.service</c> itself, sends the calls of its interface on,
/// and refuses the rest.
/// </summary>
/// <param name="info">Who it is.</param>
/// <param name="interfaceName">Such as <c>io.cgmemd</c>.</param>
/// <param name="description">The interface in varlink's language.</param>
/// <param name="handle">Answers every call of the interface; for an unknown one
/// <see cref="VarlinkReply.MethodNotFound"/>.</param>
public sealed class VarlinkService(
    ServiceInfo info, string interfaceName, string description, Func<VarlinkCall, VarlinkReply> handle)
{
    /// <summary>The daemon's service, with the description built into this assembly.</summary>
    public static VarlinkService ForDaemon(string version, Func<VarlinkCall, VarlinkReply> handle) => new(
        new ServiceInfo("cgmemd", "cgmemd", version, "https://varlink.org/"),
        DaemonInterface.Name,
        DaemonDescription(),
        handle);

    /// <summary>The service that systemd-oomd asks before it kills.</summary>
    public static VarlinkService ForPrekill(string version, Func<VarlinkCall, VarlinkReply> handle) => new(
        new ServiceInfo("cgmemd", "cgmemd", version, "https://varlink.org/"),
        PrekillInterface.Name,
        PrekillInterface.Description,
        handle);

    /// <summary>packaging/io.cgmemd.varlink.</summary>
    public static string DaemonDescription()
    {
        using Stream stream = typeof(VarlinkService).Assembly.GetManifestResourceStream("io.cgmemd.varlink")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    public VarlinkReply Handle(VarlinkCall call)
    {
        int dot = call.Method.LastIndexOf('.');
        string name = dot < 0 ? "" : call.Method[..dot];
        if (name == interfaceName)
            return handle(call);
        if (name != ServiceInterface.Name)
            return VarlinkReply.InterfaceNotFound(name);

        return call.Method switch
        {
            ServiceInterface.GetInfo => GetInfo(),
            ServiceInterface.GetInterfaceDescription => GetInterfaceDescription(call),
            _ => VarlinkReply.MethodNotFound(call.Method),
        };
    }

    private VarlinkReply GetInfo() => VarlinkReply.Of(
        new GetInfoReply(info.Vendor, info.Product, info.Version, info.Url, [ServiceInterface.Name, interfaceName]),
        ServiceJson.Default.GetInfoReply);

    private VarlinkReply GetInterfaceDescription(VarlinkCall call)
    {
        if (!call.TryGetParameters(VarlinkJson.Default.GetInterfaceDescriptionCall, out var wanted, out var refusal))
            return refusal;

        string? text = wanted.Interface == interfaceName ? description
            : wanted.Interface == ServiceInterface.Name ? ServiceInterface.Description
            : null;
        return text is null
            ? VarlinkReply.InterfaceNotFound(wanted.Interface)
            : VarlinkReply.Of(
                new GetInterfaceDescriptionReply(text), ServiceJson.Default.GetInterfaceDescriptionReply);
    }
}

/// <summary>What <c>org.varlink.service.GetInfo</c> tells.</summary>
public sealed record ServiceInfo(string Vendor, string Product, string Version, string Url);
