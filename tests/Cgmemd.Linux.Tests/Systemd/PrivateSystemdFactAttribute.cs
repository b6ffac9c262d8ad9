namespace Cgmemd.Linux.Tests.Systemd;

/// <summary>A test that needs a systemd of its own; skipped, with the reason, where none can be started.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PrivateSystemdFactAttribute : FactAttribute
{
    public PrivateSystemdFactAttribute()
    {
        if (PrivateSystemd.Lacking is { } lacking)
            Skip = $"cannot run a systemd here: {lacking}";
    }
}
