using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;
using static Cgmemd.Core.Tests.Attribution.SmapsText;

namespace Cgmemd.Core.Tests.Attribution;

/// <summary>The edges of the rules that the recorded processes do not show.</summary>
public class MappingRulesTests
{
    private static readonly Runtime Glibc = new(RuntimeKind.Native, null, AllocatorKind.Glibc);

    // Before Linux 6.7 no flag tells a stack.
    [Theory]
    [InlineData(4, 8192, true)] // glibc
    [InlineData(16, 1008, true)] // HotSpot: 1 MiB with its guards
    [InlineData(4, 1536, true)] // .NET's on musl
    [InlineData(4, 8200, false)] // grown together with another mapping
    [InlineData(128, 8192, false)] // no guard
    [InlineData(4, 131072, false)] // too large to be believed
    public void AStackWithoutItsFlagHasAGuardAndAFullSize(int guardKb, int sizeKb, bool isStack)
    {
        string text = Block("", "---p", 0, start: 0x7f0000000000, sizeKb: guardKb, flags: "mr mw me")
            + Block("", "rw-p", 12, start: 0x7f0000000000 + ((ulong)guardKb << 10), sizeKb: sizeKb);
        Assert.Equal(isStack ? 12288ul : 0, Parse(text, Glibc)[MappingCategory.Stack].Pss);
    }

    [Fact]
    public void AnArenaGoesOnWhereTheKernelHasSplitIt()
    {
        string text = Block("", "rw-p", 8, start: 0x7f0004000000, sizeKb: 1024, flags: "nr")
            + Block("", "rw-p", 4, start: 0x7f0004100000, sizeKb: 64, flags: "nr")
            + Block("", "---p", 0, start: 0x7f0004110000, sizeKb: 64448, flags: "nr")
            + Block("", "rw-p", 2, start: 0x7f0005110000, sizeKb: 64, flags: "nr");
        SmapsBreakdown breakdown = Parse(text, Glibc);
        Assert.Equal(12ul << 10, breakdown[MappingCategory.NativeHeap].Pss);
        Assert.Equal(2ul << 10, breakdown[MappingCategory.Anonymous].Pss);
    }

    // glibc 2.41 takes its arenas without MAP_NORESERVE.
    [Theory]
    [InlineData(RuntimeKind.Native, AllocatorKind.Glibc, 0x7f0004000000, 63488, "", true)]
    [InlineData(RuntimeKind.Jvm, AllocatorKind.Glibc, 0x7f0004000000, 63488, "", true)]
    [InlineData(RuntimeKind.DotNet, AllocatorKind.Glibc, 0x7f0004000000, 63488, "", true)]
    [InlineData(RuntimeKind.Native, AllocatorKind.Glibc, 0x7f0004000000, 63484, "", false)] // its end
    [InlineData(RuntimeKind.Native, AllocatorKind.Glibc, 0x7f0002000000, 63488, "", false)] // its start
    [InlineData(RuntimeKind.Native, AllocatorKind.Glibc, 0x7f0004000000, 63488, "dd", false)] // another's
    [InlineData(RuntimeKind.Native, AllocatorKind.Jemalloc, 0x7f0004000000, 63488, "", false)]
    public void AnArenaWithoutItsFlagIsKnownByBothItsEnds(
        RuntimeKind kind, AllocatorKind allocator, ulong start, int restKb, string flags, bool isArena)
    {
        string text = Block("", "rw-p", 16, start: start, sizeKb: 2048)
            + Block("", "---p", 0, start: start + (2048 << 10), sizeKb: restKb, flags: "mr mw me " + flags)
            + Block("", "rw-p", 4, start: 0x7f0010001000, sizeKb: 8);
        SmapsBreakdown breakdown = Parse(text, new Runtime(kind, null, allocator));
        Assert.Equal(isArena ? 16ul << 10 : 0, breakdown[MappingCategory.NativeHeap].Pss);
        Assert.Equal((isArena ? 4ul : 20ul) << 10, breakdown[MappingCategory.Anonymous].Pss);
    }

    [Fact]
    public void WhatIsOpenIsSettledBeforeAnArenaBegins()
    {
        string text = Block("", "rw-p", 32, start: 0x7f0003f00000, sizeKb: 1024)
            + Block("", "rw-p", 16, start: 0x7f0004000000, sizeKb: 2048)
            + Block("", "---p", 0, start: 0x7f0004200000, sizeKb: 63488, flags: "mr mw me dd");
        var dotnet = new Runtime(RuntimeKind.DotNet, "10.0.1", AllocatorKind.Glibc);
        Assert.Equal(48ul << 10, Parse(text, dotnet)[MappingCategory.ManagedHeap].Pss);
        Assert.Equal(48ul << 10, Parse(text.Replace(" dd", ""), dotnet)[MappingCategory.Anonymous].Pss);
    }

    [Fact]
    public void ADotNetHeapIsKnownByWhatIsReservedBehindIt()
    {
        string parts = Block("", "rw-p", 100, start: 0x7f0000400000, sizeKb: 4096)
            + Block("", "rw-p", 50, start: 0x7f0000800000, sizeKb: 2500);
        string rest = Block("", "---p", 0, start: 0x7f0000a71000, sizeKb: 30268, flags: "mr mw me dd");
        var dotnet = new Runtime(RuntimeKind.DotNet, "10.0.1", AllocatorKind.Glibc);
        SmapsBreakdown heap = Parse(parts + rest, dotnet);
        Assert.Equal(150ul << 10, heap[MappingCategory.ManagedHeap].Pss);
        Assert.Equal(150ul << 10, Assert.Single(heap.Greatest).Use.Pss);
        Assert.Equal(150ul << 10, Parse(parts, dotnet)[MappingCategory.Anonymous].Pss);
        Assert.Equal(0ul, Parse(parts + rest, Glibc)[MappingCategory.ManagedHeap].Pss);
    }

    // The GC's tables lie in such a range too, at any page.
    [Fact]
    public void ADotNetHeapBeginsAtARegion()
    {
        string text = Block("", "rw-p", 100, start: 0x7f0000405000, sizeKb: 4076)
            + Block("", "---p", 0, start: 0x7f0000800000, sizeKb: 4096, flags: "mr mw me dd");
        var dotnet = new Runtime(RuntimeKind.DotNet, null);
        Assert.Equal(100ul << 10, Parse(text, dotnet)[MappingCategory.Anonymous].Pss);
    }

    [Fact]
    public void AJavaHeapWithoutCompressedPointersIsKnownByItsLength()
    {
        string text = Block("", "rw-p", 100, start: 0x7e0000000000, sizeKb: 1 << 20)
            + Block("", "---p", 0, start: 0x7e0040000000, sizeKb: 39 << 20, flags: "mr mw me nr")
            + Block("", "rw-p", 8, start: 0x7f0000000000, sizeKb: 1024)
            + Block("", "---p", 0, start: 0x7f0000100000, sizeKb: 1 << 20, flags: "mr mw me nr");
        SmapsBreakdown breakdown = Parse(text, new Runtime(RuntimeKind.Jvm, "21"));
        Assert.Equal(100ul << 10, breakdown[MappingCategory.ManagedHeap].Pss);
        Assert.Equal(8ul << 10, breakdown[MappingCategory.Anonymous].Pss);
    }

    [Fact]
    public void V8sPagesWithoutTheirFlagAreKnownByTheirPlace()
    {
        string text = Block("", "rw-p", 256, start: 0x17ec0000, sizeKb: 256, flags: "nr")
            + Block("", "rw-p", 64, start: 0x7f0000040000, sizeKb: 256, flags: "nr");
        SmapsBreakdown breakdown = Parse(text, new Runtime(RuntimeKind.Node, "18.0.0"));
        Assert.Equal(256ul << 10, breakdown[MappingCategory.ManagedHeap].Pss);
        Assert.Equal(64ul << 10, breakdown[MappingCategory.Anonymous].Pss);
    }

    [Theory]
    [InlineData("3.1.2", 16, true)]
    [InlineData("3.2.0", 16, false)]
    [InlineData("3.3.8", 64, true)]
    [InlineData(null, 16, false)]
    [InlineData(null, 128, true)]
    public void RubysPagesAreWhole(string? version, int sizeKb, bool isHeap)
    {
        string text = Block("", "rw-p", 16, start: 0x7f0000010000, sizeKb: sizeKb);
        SmapsBreakdown breakdown = Parse(text, new Runtime(RuntimeKind.Ruby, version));
        Assert.Equal(isHeap ? 1 : 0, breakdown[MappingCategory.ManagedHeap].Mappings);
    }

    [Theory]
    [InlineData("3.9.18", 256, true)]
    [InlineData("3.11.7", 256, false)]
    [InlineData("3.13.0", 3072, true)]
    [InlineData("3.13.0", 3076, false)]
    public void PythonsArenasAreWhole(string version, int sizeKb, bool isHeap)
    {
        string text = Block("", "rw-p", 16, start: 0x7f0000003000, sizeKb: sizeKb);
        SmapsBreakdown breakdown = Parse(text, new Runtime(RuntimeKind.Python, version));
        Assert.Equal(isHeap ? 1 : 0, breakdown[MappingCategory.ManagedHeap].Mappings);
    }
}
