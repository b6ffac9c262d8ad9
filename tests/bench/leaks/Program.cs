using System.Globalization;
using Cgmemd.Core.Tests.Trends;
using Cgmemd.Core.Trends;

// leaks train|test [SEEDS] - precision, recall and false positives of each method, by shape and window, and at last
// the verdicts of 72 hours. Shapes held out are for the test only.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
bool isTest = args is ["test", ..];
ulong first = isTest ? LeakShape.Test : LeakShape.Train;
int seeds = args.Length > 1 ? int.Parse(args[1]) : 200;

(string Name, Func<Life, bool> IsLeaking)[] methods =
[
    ("cgmemd", life => Judge(life).Verdict == TrendVerdict.Leaking),
    ("floor and guards", Published.FloorAndGuards),
    ("least squares", Published.LeastSquares),
    ("predict_linear", Published.PredictLinear),
    ("Mann–Kendall", Published.MannKendall),
    ("Coroot 1 %/h", life => Published.Coroot(life, .01)),
    ("Coroot 10 %/h", life => Published.Coroot(life, .1)),
];

foreach (int hours in new[] { 72, 24, 6 })
{
    Console.WriteLine($"\n## {hours} h, {(isTest ? "test" : "train")}, {seeds} seeds a shape");
    Tell(LeakShape.All, hours);
    if (!isTest)
        continue;
    Console.WriteLine("\nShapes held out:");
    Tell(LeakShape.HeldOut, hours);
}

Console.WriteLine("\n## Verdicts at 72 h");
TellVerdicts(isTest ? [.. LeakShape.All, .. LeakShape.HeldOut] : LeakShape.All);

void Tell(IReadOnlyList<LeakShape> shapes, int hours)
{
    int[][] found = [.. shapes.AsParallel().AsOrdered().Select(shape => Count(shape, hours))];
    Head("shape", methods.Select(method => method.Name));
    for (int i = 0; i < found.Length; i++)
        Row(shapes[i].Name + (shapes[i].IsLeak ? ": recall" : ": false positives"), m => Share(found[i][m], seeds));

    int Sum(bool isLeak, int m) => found.Where((_, i) => shapes[i].IsLeak == isLeak).Sum(row => row[m]);
    int All(bool isLeak) => seeds * shapes.Count(shape => shape.IsLeak == isLeak);
    Row("**precision**", m => Share(Sum(true, m), Sum(true, m) + Sum(false, m)));
    Row("**recall**", m => Share(Sum(true, m), All(true)));
    Row("**false positives**", m => Share(Sum(false, m), All(false)));
}

// Of restarts, any invocation.
int[] Count(LeakShape shape, int hours)
{
    var found = new int[methods.Length];
    for (ulong seed = first; seed < first + (ulong)seeds; seed++)
    {
        IReadOnlyList<Life> lives = shape.Lives(seed, hours);
        for (int m = 0; m < methods.Length; m++)
            found[m] += lives.Any(methods[m].IsLeaking) ? 1 : 0;
    }

    return found;
}

void TellVerdicts(IReadOnlyList<LeakShape> shapes)
{
    TrendVerdict[] verdicts = Enum.GetValues<TrendVerdict>();
    Head("shape", verdicts.Select(verdict => verdict.ToString().ToLowerInvariant()));
    foreach (LeakShape shape in shapes)
    {
        var counts = new int[verdicts.Length];
        for (ulong seed = first; seed < first + (ulong)seeds; seed++)
            counts[(int)Judge(shape.Lives(seed, 72)[^1]).Verdict]++;
        string cells = string.Join(" | ", counts.Select(count => Share(count, seeds)));
        Console.WriteLine($"| {shape.Name} | {cells} |");
    }
}

void Head(string corner, IEnumerable<string> names)
{
    Console.WriteLine($"\n| {corner} | " + string.Join(" | ", names) + " |");
    Console.WriteLine("|---" + string.Concat(names.Select(_ => "|---")) + "|");
}

void Row(string name, Func<int, string> cell) =>
    Console.WriteLine($"| {name} | " + string.Join(" | ", Enumerable.Range(0, methods.Length).Select(cell)) + " |");

static string Share(int part, int whole) =>
    whole == 0 ? "–" : ((double)part / whole).ToString(part == whole ? "0" : ".00#");

static TrendReport Judge(Life life) => LeakDetection.Judge(life.Floor(), life.Limit);
