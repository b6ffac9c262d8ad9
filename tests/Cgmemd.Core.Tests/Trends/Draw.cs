namespace Cgmemd.Core.Tests.Trends;

/// <summary>Random numbers by seed, the same on every machine: SplitMix64 (Steele, Lea, Flood 2014).</summary>
internal sealed class Draw(ulong seed)
{
    private ulong _state = seed;

    public double Uniform(double from, double to) => from + ((to - from) * Unit());

    public double LogUniform(double from, double to) => Math.Exp(Uniform(Math.Log(from), Math.Log(to)));

    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());

    public double Exponential(double mean) => -mean * Math.Log(1 - Unit());

    public bool Chance(double share) => Unit() < share;

    public int Below(int count) => (int)(Unit() * count);

    private double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    private ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
