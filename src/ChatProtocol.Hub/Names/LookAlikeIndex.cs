namespace ChatProtocol.Hub;

/// <summary>
/// The names in use, indexed by how they look (CP-NAM-014), so that a look-up costs the same however many there are. Names of the
/// same scripts in the same order that differ by look-alikes alone, such as rn and m, may exist side by side: otherwise anybody
/// could lock another out.
/// </summary>
internal sealed class LookAlikeIndex
{
    private readonly Dictionary<string, Use> _folded = [];

    /// <summary>For each form the first name of a list; it has one item, unless names are older than the rule.</summary>
    private readonly Dictionary<string, Use> _skeletons = [];

    public void Add(string name, in NameSkeletons forms)
    {
        Add(_folded, forms.Folded, name, scripts: "");
        Add(_skeletons, forms.Skeleton, name, forms.Scripts);
        if (forms.TypedSkeleton != forms.Skeleton)
            Add(_skeletons, forms.TypedSkeleton, name, forms.Scripts);
    }

    public void Remove(in NameSkeletons forms)
    {
        Remove(_folded, forms.Folded, scripts: "");
        Remove(_skeletons, forms.Skeleton, forms.Scripts);
        if (forms.TypedSkeleton != forms.Skeleton)
            Remove(_skeletons, forms.TypedSkeleton, forms.Scripts);
    }

    /// <summary>A name in use that this one could be mistaken for; null if there is none.</summary>
    public string? Find(in NameSkeletons forms) =>
        _folded.TryGetValue(forms.Folded, out var same) ? same.Name
        : FindOfOtherScripts(forms.Skeleton, forms.Scripts) ?? FindOfOtherScripts(forms.TypedSkeleton, forms.Scripts);

    private string? FindOfOtherScripts(string skeleton, string scripts)
    {
        if (scripts.Length == 0)
            return null;
        for (var use = _skeletons.GetValueOrDefault(skeleton); use is not null; use = use.Next)
            if (use.Scripts.Length > 0 && use.Scripts != scripts)
                return use.Name;
        return null;
    }

    private static void Add(Dictionary<string, Use> uses, string form, string name, string scripts)
    {
        var first = uses.GetValueOrDefault(form);
        var use = first;
        while (use is not null && use.Scripts != scripts)
            use = use.Next;
        if (use is null)
            uses[form] = use = new Use(name, scripts) { Next = first };
        use.Count++;
    }

    private static void Remove(Dictionary<string, Use> uses, string form, string scripts)
    {
        var first = uses[form];
        Use? before = null;
        var use = first;
        while (use.Scripts != scripts)
            (before, use) = (use, use.Next!);
        if (--use.Count > 0)
            return;
        if (before is not null)
            before.Next = use.Next;
        else if (use.Next is { } next)
            uses[form] = next;
        else
            uses.Remove(form);
    }

    /// <summary>Names that look the same and are of the same scripts; errors quote the first.</summary>
    private sealed class Use(string name, string scripts)
    {
        public string Name => name;

        public string Scripts => scripts;

        public int Count { get; set; }

        public Use? Next { get; set; }
    }
}
