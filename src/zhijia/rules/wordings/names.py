"""What is said of names: fields, functions, parameters, codes: English, Chinese. Values stand in braces."""

SENTENCES: dict[str, tuple[str, str]] = {
    # Names
    "without_subject": ("Write {instead} instead of {name}", "请把 {name} 写成 {instead}"),
    "not_called": ("{name} is a function. Write {name}(…)", "{name} 是函数。请写 {name}(…)"),
    "unknown_name": (
        "Nothing is called {name}. Did you mean {near}?",
        "没有叫“{name}”的东西。是不是想写 {near}？",
    ),
    "unknown_field": (
        "{of} has no field {name}. Did you mean {near}?",
        "“{of}”没有字段“{name}”。是不是想写 {near}？",
    ),
    "no_purpose": (
        "“{name}” may not be used for the purpose {purpose}. Leave it out, or choose a purpose that allows it.",
        "“{name}”不能用于“{purpose}”这个用途。请去掉它，或者换一个允许使用它的用途。",
    ),
    "field_of_list": (
        "A list has no field {name}. Ask its rows: .exists(x, x.{name} …), or take a value of each: .map(x, x.{name})",
        "列表没有字段“{name}”。请逐条问：.exists(x, x.{name} …)，或取出每条的值：.map(x, x.{name})",
    ),
    "field_of_value": ("{type} has no field {name}.", "{type}没有字段“{name}”。"),
    "taken_name": (
        "{name} has a meaning already. Choose another name.",
        "“{name}”已经有含义，请换一个名称。",
    ),
    "unknown_function": (
        "There is no function {name}. Did you mean {near}?",
        "没有函数“{name}”。是不是想写 {near}？",
    ),
    "left_out": ("{name}(…) is not part of the rule language.", "规则里没有 {name}(…)。"),
    "left_out_for": (
        "{name} is not part of the rule language. Write {instead}",
        "规则里没有 {name}。请写 {instead}",
    ),
    "called_on": ("Write ….{name}(…): it is asked of a value.", "请写成 ….{name}(…)：要写在值的后面。"),
    "called_with": ("Write {name}(…) with the value in the brackets.", "请写成 {name}(…)，把值放进括号里。"),
    "argument_count": (
        "{name} takes {wanted} values, here are {given}.",
        "{name} 需要{wanted}个值，这里有{given}个。",
    ),
    "argument": ("{name} wants {wanted} here, this is {type}.", "{name} 这里需要{wanted}，写的却是{type}。"),
    "has_what": (
        "has(…) asks whether a field is known. Write has(person.name)",
        "has(…) 用来问某个字段是否已知。请写 has(person.name) 这样的形式。",
    ),
    "param_what": ('Write the key of a parameter: param("…")', '请写参数的代号：param("…")'),
    "unknown_parameter": (
        "Nobody defined the parameter {key}. Look it up in the list of parameters.",
        "没有定义参数“{key}”。请到参数表里查它的代号。",
    ),
    "no_conversion": ("{name}(…) cannot be made of {type}.", "{type}不能用 {name}(…) 转换。"),
    # Codes
    "near_code": (
        "“{value}” is not a code of “{of}”. Did you mean {near}? The codes are: {all}",
        "“{of}”里没有代码“{value}”。是不是想写 {near}？代码有：{all}",
    ),
    "no_code": (
        "“{value}” is not a code of “{of}”. The codes are: {all}",
        "“{of}”里没有代码“{value}”。代码有：{all}",
    ),
}
