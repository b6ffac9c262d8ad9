using System.Diagnostics;
using System.Text;
using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;
using Cgmemd.Linux.Native;
using Cgmemd.Linux.Procfs;

namespace Cgmemd.Linux.Tests.Procfs;

/// <summary>For root, where a file system in user space may be mounted.</summary>
public sealed class HangingMountFactAttribute : FactAttribute
{
    public HangingMountFactAttribute()
    {
        if (Environment.UserName != "root" || !File.Exists("/dev/fuse"))
            Skip = "Needs root and /dev/fuse.";
    }
}

/// <summary>What a process may have planted in its own root.</summary>
public sealed class TargetFileTests : IDisposable
{
    private static readonly LocalMounts Local = Mounts("27 1 254:0 / / rw,relatime - ext4 /dev/vda rw");

    private readonly string _process = Directory.CreateTempSubdirectory("cgmemd-target-").FullName;
    private readonly string _root;
    private readonly FileDescriptor _directory;

    public TargetFileTests()
    {
        _root = Directory.CreateDirectory(Path.Combine(_process, "root")).FullName;
        _directory = LibC.openat(
            LibC.AT_FDCWD, Encoding.UTF8.GetBytes(_process + "\0"), LibC.O_PATH | LibC.O_CLOEXEC);
    }

    public void Dispose()
    {
        _directory.Dispose();
        Directory.Delete(_process, recursive: true);
    }

    [Fact]
    public void AFileIsReadFromAPlaceOnAndNoFurtherThanAsked()
    {
        File.WriteAllText(Path.Combine(_root, "release"), "0123456789");
        using TargetFile? file = TargetFile.Open(_directory, "/release", Local);
        Assert.Equal("345"u8, file!.Read(3, new byte[3]));
        Assert.Equal("89"u8, file.Read(8, new byte[100]));
        Assert.True(file.Read(100, new byte[10]).IsEmpty);
        Assert.True(file.Read(ulong.MaxValue, new byte[10]).IsEmpty);
    }

    [Fact]
    public void LinksLeadNowhereOutsideTheRoot()
    {
        string secret = Path.Combine(_process, "secret");
        File.WriteAllText(secret, "of the host");
        File.CreateSymbolicLink(Path.Combine(_root, "absolute"), secret);
        File.CreateSymbolicLink(Path.Combine(_root, "up"), "../secret");
        Directory.CreateSymbolicLink(Path.Combine(_root, "folder"), "../..");
        Assert.Null(TargetFile.Open(_directory, "/absolute", Local));
        Assert.Null(TargetFile.Open(_directory, "/up", Local));
        Assert.Null(TargetFile.Open(_directory, "/../secret", Local));
        Assert.Null(TargetFile.Open(_directory, "/folder/" + Path.GetFileName(_process) + "/secret", Local));
        // The kernel's own links lead anywhere: through none of them.
        File.CreateSymbolicLink(Path.Combine(_root, "magic"), $"/proc/{Environment.ProcessId}/exe");
        Assert.Null(TargetFile.Open(_directory, "/magic", Local));
    }

    [Fact]
    public void ALinkWithinTheRootIsFollowedThere()
    {
        File.WriteAllText(Path.Combine(_root, "file"), "x");
        File.CreateSymbolicLink(Path.Combine(_root, "link"), "/file");
        using TargetFile? file = TargetFile.Open(_directory, "/link", Local);
        Assert.Equal("x"u8, file!.Read(0, new byte[10]));
    }

    // Opening a pipe without a writer for reading would never return.
    [Fact]
    public void OnlyRegularFilesAreOpened()
    {
        using (var mkfifo = Process.Start("mkfifo", Path.Combine(_root, "pipe")))
            mkfifo.WaitForExit();
        Directory.CreateDirectory(Path.Combine(_root, "directory"));
        Assert.True(File.Exists(Path.Combine(_root, "pipe")));
        Assert.Null(TargetFile.Open(_directory, "/pipe", Local));
        Assert.Null(TargetFile.Open(_directory, "/directory", Local));
        Assert.Null(TargetFile.Open(_directory, "/nothing", Local));
        File.CreateSymbolicLink(Path.Combine(_process, "exe"), "/dev/zero");
        Assert.Null(TargetFile.OpenProgram(_directory, isLocal: true));
    }

    [Fact]
    public void AProgramsSectionsAreFound()
    {
        File.CreateSymbolicLink(Path.Combine(_process, "exe"), "/proc/self/exe");
        using TargetFile? file = TargetFile.OpenProgram(_directory, isLocal: true);
        ElfFile? program = ElfFile.TryRead(file!);
        Assert.True(program!.Has(".dynstr"u8));
        Assert.False(program.Has(".go.buildinfo"u8));
        Assert.True(program.Read(".dynstr"u8, 1 << 20).IndexOf("libc.so.6\0"u8) >= 0);
        Assert.Equal(100, program.Read(".rodata"u8, 100).Length);
    }

    // Sizes and places that the file states of itself are not believed.
    [Fact]
    public void AProgramThatLiesIsNone()
    {
        byte[] elf = new byte[ElfSections.HeaderSize];
        "\u007fELF\u0002\u0001"u8.CopyTo(elf);
        elf[58] = 64;
        (elf[60], elf[61], elf[62]) = (0xff, 0xff, 1);
        Assert.Null(Read(elf)); // 4 MiB of headers
        (elf[60], elf[61]) = (2, 0);
        elf.AsSpan(40, 8).Fill(0xff);
        Assert.Null(Read(elf)); // behind the end of all files
        elf.AsSpan(40, 8).Clear();
        Assert.Null(Read(elf)); // the header taken for a table
        Assert.Null(Read("#!/bin/sh\n"u8.ToArray()));
    }

    [Fact]
    public void WhatIsNotLocalIsNotLookedAt()
    {
        File.WriteAllText(Path.Combine(_root, "release"), "x");
        File.CreateSymbolicLink(Path.Combine(_process, "exe"), "/proc/self/exe");
        Assert.Null(TargetFile.Open(_directory, "/release", Mounts("27 1 0:50 / / rw - nfs host:/ rw")));
        Assert.Null(TargetFile.OpenProgram(_directory, isLocal: false));
    }

    // A file system in user space whose server never answers: to look up a name in it waits until that server ends.
    [HangingMountFact]
    public void AFileSystemThatDoesNotAnswerHoldsNobody()
    {
        string mount = Directory.CreateDirectory(Path.Combine(_process, "mount")).FullName;
        File.CreateSymbolicLink(Path.Combine(_process, "link"), mount + "/libx.so");
        using Process server = Process.Start("unshare", [
            "-m", "sh", "-c",
            "exec 3<>/dev/fuse && mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 dead \"$0\" && " +
            "exec sleep 1000", mount]);
        try
        {
            Assert.True(SpinWait.SpinUntil(
                () => File.ReadAllText($"/proc/{server.Id}/comm") == "sleep\n", TimeSpan.FromSeconds(60)));
            string mountInfo = File.ReadAllText($"/proc/{server.Id}/mountinfo");
            Assert.Contains($" {mount} ", mountInfo, StringComparison.Ordinal);
            Thread looking = Look(server.Id, Mounts(mountInfo), mount + "/libx.so", _process + "/link");
            Assert.True(looking.Join(TimeSpan.FromSeconds(60)));
            // Without that knowledge it is as it is said to be.
            Thread held = Look(server.Id, Local, mount + "/libx.so");
            Assert.False(held.Join(TimeSpan.FromSeconds(1)));
            server.Kill();
            Assert.True(held.Join(TimeSpan.FromSeconds(60)));
        }
        finally
        {
            server.Kill();
            server.WaitForExit();
        }
    }

    private static Thread Look(int pid, LocalMounts mounts, params string[] paths)
    {
        var looking = new Thread(() =>
        {
            using FileDescriptor process = LibC.openat(
                LibC.AT_FDCWD, Encoding.UTF8.GetBytes($"/proc/{pid}\0"), LibC.O_PATH | LibC.O_CLOEXEC);
            foreach (string path in paths)
                TargetFile.Open(process, path, mounts)?.Dispose();
        })
        {
            IsBackground = true,
        };
        looking.Start();
        return looking;
    }

    private static LocalMounts Mounts(string text)
    {
        var mounts = new LocalMounts();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.True(mounts.TryAddLine(Encoding.UTF8.GetBytes(line)));
        return mounts;
    }

    private ElfFile? Read(byte[] content)
    {
        File.WriteAllBytes(Path.Combine(_root, "program"), content);
        using TargetFile? file = TargetFile.Open(_directory, "/program", Local);
        return ElfFile.TryRead(file!);
    }
}
