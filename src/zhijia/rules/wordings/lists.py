"""What is said of lists and maps: English, Chinese. Values stand in braces."""

SENTENCES: dict[str, tuple[str, str]] = {
    "in_what": (
        "in asks a list or a map, this is {type}. For a part of a text write .contains(…)",
        "in 要跟列表或对照表，这里是{type}。要问文字中的一部分请写 .contains(…)",
    ),
    "in_rows": (
        "Rows are not compared. Ask for a field: .exists(x, x.… == …)",
        "记录不能比较。请问字段：.exists(x, x.… == …)",
    ),
    "no_order": (
        "Related rows have no order. Write .exists(x, …), .all(x, …), or min and max of a value.",
        "相关记录没有先后。请写 .exists(x, …)、.all(x, …)，或者某个值的 min、max。",
    ),
    "index_of": (
        "[…] asks a written list or a map, this is {type}.",
        "[…] 只能用于写出来的列表或对照表，这里是{type}。",
    ),
    "index_by": ("[…] wants {wanted} here, this is {type}.", "[…] 里需要{wanted}，写的却是{type}。"),
    "empty_list": (
        "An empty list or map says nothing. Write what it holds.",
        "空的列表或对照表没有意义。请写出内容。",
    ),
    "mixed_list": (
        "A list holds one kind of value, here {left} and {right}.",
        "一个列表只能放同一种值，这里有{left}和{right}。",
    ),
    "list_holds": ("A list cannot hold {type}. Take a field of it.", "列表里不能放{type}。请取它的字段。"),
    "map_key": (
        "The keys of a map are written out: all texts, all whole numbers, or true and false.",
        "对照表的键要直接写出：全是文字、全是整数，或者 true 和 false。",
    ),
    "map_twice": ("This key stands in the map already.", "对照表里已经有这个键。"),
    "map_three": (
        "map with a condition is not used here. Write .filter(x, …).map(x, …)",
        "规则里不用带条件的 map。请写 .filter(x, …).map(x, …)",
    ),
    "map_gives": (
        "map takes one value of each row, this is {type}. Write .map(x, x.field)",
        "map 从每条记录取一个值，这里是{type}。请写 .map(x, x.字段)",
    ),
    "macro_form": (
        "Write .{name}(x, … x …): a name and what is asked of it.",
        "请写 .{name}(x, … x …)：一个名称，和要问它的内容。",
    ),
    "macro_over": (
        "{name} goes through a list, this is {type}.",
        "{name} 要跟在列表后面，这里是{type}。",
    ),
    "filter_written": (
        "{name} is for related rows. Of written values, write only those that are meant.",
        "{name} 用于相关记录。直接写出来的值，请只写需要的那些。",
    ),
    "one_list": (
        "{name}(…) wants one list. For several values write {instead}",
        "{name}(…) 需要一个列表。几个值请写 {instead}",
    ),
    "measure_of": ("{name}(…) wants a list, this is {type}.", "{name}(…) 需要列表，这里是{type}。"),
    "measure_rows": (
        "{name}(…) wants a value of each row. Write {name}(….map(x, x.field))",
        "{name}(…) 需要每条记录的一个值。请写 {name}(….map(x, x.字段))",
    ),
    "sum_of": ("{type} cannot be added up.", "{type}不能求和。"),
    "double_sum": (
        "Doubles have no sum: it would hang on their order. Use decimals.",
        "双精度数不能求和：结果会随次序变化。请用小数。",
    ),
    "least_of": ("{name}(…) is for numbers, this is {type}.", "{name}(…) 用于数字，这里是{type}。"),
    "list_too_deep": (
        "More than {most} lists lie in one another here. Make two rules of it, or ask the inner one of the row itself.",
        "这里列表套列表超过{most}层。请拆成两条规则，或者把里层的列表改为直接问这条记录。",
    ),
    "list_leads_back": (
        "From each row of the list this goes back to all rows of “{of}”: every row would look at every other."
        " Ask the row itself.",
        "这里从列表的每一条又绕回全部“{of}”：每条都要再查一遍所有的。请直接问这条记录本身。",
    ),
    "too_many_lists": (
        "More than {most} lists are asked in one rule. Make several rules of it.",
        "一条规则里问了超过{most}个列表。请拆成几条规则。",
    ),
}
