namespace Cgmemd.Control;

/// <summary>What the shell is told. From 64 on these are sysexits.h's numbers.</summary>
internal static class ExitCode
{
    internal const int Success = 0;
    internal const int Failure = 1;
    internal const int Usage = 2;

    /// <summary>EX_UNAVAILABLE: the daemon cannot be reached.</summary>
    internal const int Unavailable = 69;

    /// <summary>EX_NOPERM.</summary>
    internal const int Denied = 77;

    /// <summary>EX_CONFIG.</summary>
    internal const int Configuration = 78;
}
