namespace Tidy.Tests;

public sealed class FunctionLengthsTests
{
    private const string Source = """"
        namespace Sample;

        /// <summary>A type.</summary>
        internal sealed class Outer(
            int first,
            int second)
        {
            private const string Raw = """
                {
                """;

            [Fact]
            public int Short() => first;

            public int Long(
                int third)
            {
                if (third > 0)
                {
                    return second;
                }

                return 0;
            }

            private record struct Inner(int Value)
            {
                public int Deep(EventRecord record)
                {
                    return Value;
                }
            }

            public int After
            {
                get { return 1; }
            }
        }
        """";

    [Fact]
    public void Members_with_a_body_are_measured_from_their_header_on() => Assert.Equal(
        [new Function(15, 10), new Function(28, 4), new Function(34, 4)],
        FunctionLengths.Of(Source.Split('\n')));
}
