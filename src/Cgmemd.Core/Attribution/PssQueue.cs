namespace Cgmemd.Core.Attribution;

/// <summary>Tasks by the time they are due: a binary heap in which each task knows its place.</summary>
internal sealed class PssQueue
{
    private PssTask[] _tasks = new PssTask[16];
    private int _count;

    /// <summary>The one that is due first; null for none.</summary>
    public PssTask? First => _count == 0 ? null : _tasks[0];

    public void Add(PssTask task)
    {
        if (_count == _tasks.Length)
            Array.Resize(ref _tasks, _count * 2);
        task.Queue = this;
        Put(task, _count++);
        Rise(task.Place);
    }

    public void Remove(PssTask task)
    {
        int place = task.Place;
        PssTask last = _tasks[--_count];
        _tasks[_count] = null!;
        task.Queue = null;
        if (last == task)
            return;
        Put(last, place);
        Rise(place);
        Sink(last.Place);
    }

    private void Rise(int place)
    {
        PssTask task = _tasks[place];
        while (place > 0 && _tasks[(place - 1) / 2].DueUs > task.DueUs)
        {
            Put(_tasks[(place - 1) / 2], place);
            place = (place - 1) / 2;
        }

        Put(task, place);
    }

    private void Sink(int place)
    {
        PssTask task = _tasks[place];
        while ((place * 2) + 1 is var child && child < _count)
        {
            if (child + 1 < _count && _tasks[child + 1].DueUs < _tasks[child].DueUs)
                child++;
            if (_tasks[child].DueUs >= task.DueUs)
                break;
            Put(_tasks[child], place);
            place = child;
        }

        Put(task, place);
    }

    private void Put(PssTask task, int place)
    {
        _tasks[place] = task;
        task.Place = place;
    }
}
