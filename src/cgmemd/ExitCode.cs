namespace Cgmemd.Daemon;

/// <summary>The exit codes of cgmemd(8).</summary>
/// <remarks>Source: sysexits.h; systemd.exec(5), "Process Exit Codes".</remarks>
internal static class ExitCode
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 2;

    /// <summary>EX_UNAVAILABLE: nothing can be watched on this host.</summary>
    public const int Unavailable = 69;

    /// <summary>EX_CONFIG.</summary>
    public const int Configuration = 78;
}
