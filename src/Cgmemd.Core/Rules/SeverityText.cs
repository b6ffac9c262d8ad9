namespace Cgmemd.Core.Rules;

/// <summary>Severities, as rules write them.</summary>
public static class SeverityText
{
    public static string Of(Severity severity) => severity switch
    {
        Severity.Info => "info",
        Severity.Warning => "warning",
        _ => "critical",
    };
}
