namespace Cgmemd.Core.Trends;

/// <summary>What the floor of an invocation's memory does.</summary>
public enum TrendVerdict
{
    /// <summary>Too little has been seen to say.</summary>
    Insufficient,

    /// <summary>It rises steadily, and has not begun to slow down.</summary>
    Leaking,

    /// <summary>It has risen by much, but in a way that things other than leaks have too.</summary>
    Growing,

    /// <summary>It stays where it is, or came to rest there.</summary>
    Plateau,

    /// <summary>It goes up and down and comes back: a collector's sawtooth, the load of the day.</summary>
    Bounded,

    /// <summary>It goes down.</summary>
    Falling,
}
