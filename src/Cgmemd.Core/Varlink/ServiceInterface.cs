namespace Cgmemd.Core.Varlink;

/// <summary>The interface every varlink service has, <c>org.varlink.service</c>.</summary>
/// <remarks>Source: https://varlink.org/Service.</remarks>
public static class ServiceInterface
{
    public const string Name = "org.varlink.service";

    public const string GetInfo = "org.varlink.service.GetInfo";
    public const string GetInterfaceDescription = "org.varlink.service.GetInterfaceDescription";

    public const string InterfaceNotFound = "org.varlink.service.InterfaceNotFound";
    public const string MethodNotFound = "org.varlink.service.MethodNotFound";
    public const string MethodNotImplemented = "org.varlink.service.MethodNotImplemented";
    public const string InvalidParameter = "org.varlink.service.InvalidParameter";
    public const string PermissionDenied = "org.varlink.service.PermissionDenied";

    public const string Description = """
        # The interface every varlink service has
        interface org.varlink.service

        # What the service is and which interfaces it has
        method GetInfo() -> (
          vendor: string,
          product: string,
          version: string,
          url: string,
          interfaces: []string
        )

        # The description of one interface
        method GetInterfaceDescription(interface: string) -> (description: string)

        error InterfaceNotFound (interface: string)
        error MethodNotFound (method: string)
        error MethodNotImplemented (method: string)
        error InvalidParameter (parameter: string)
        error PermissionDenied ()
        error ExpectedMore ()

        """;
}

public sealed record GetInfoReply(
    string Vendor, string Product, string Version, string Url, IReadOnlyList<string> Interfaces);

public sealed record GetInterfaceDescriptionCall(string Interface);

public sealed record GetInterfaceDescriptionReply(string Description);

public sealed record InterfaceNotFoundError(string Interface);

public sealed record MethodNotFoundError(string Method);

public sealed record InvalidParameterError(string Parameter);
