# ruff: noqa: E501 - a table of sentences, each on its line
"""What is wrong in a cell or a file, in a sentence that names what to do. One sentence for each code of `rules`,
`headers`, `kernel.codes` and `kernel.sheets`."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CELLS: dict[str, Promise] = {
    "name_missing": _("The name is missing. Write the name as on the identity document."),
    "name_too_long": _("The name has more than %(number)s characters. Write the name alone."),
    "name_digits": _("There are digits in the name. Write the name alone, without number or phone."),
    "name_characters": _(
        "There are signs in the name that belong to no name. Write the name alone; put · between the parts."
    ),
    "id_number_missing": _("The identity number is missing. Write all 18 characters."),
    "id_type_unknown": _("This kind of document is not known. Choose one from the list in the template."),
    "id_scientific": _(
        "The sheet has turned the number into scientific notation, and its last digits are lost. Format the column as text and type the number again."
    ),
    "id_fifteen_digits": _("This is an old number of 15 digits. Write the 18 characters of the card in use."),
    "id_length": _("An identity number has 18 characters. Count them and type the number again."),
    "id_characters": _(
        "An identity number has digits and at most an X at its end. Take out everything else."
    ),
    "id_division": _("The first six digits are no place. Type the number again from the card."),
    "id_birth_date": _("The birth date in the number does not exist. Type the number again from the card."),
    "id_birth_in_future": _(
        "The birth date in the number is in the future. Type the number again from the card."
    ),
    "id_too_old": _(
        "By this number the person would be older than anybody alive. Type the number again from the card."
    ),
    "id_check_digit": _(
        "The last character does not fit the others, so a digit is wrong. Type the number again from the card."
    ),
    "id_pattern": _(
        "The number does not look like one of this kind of document. Check the kind of document and the number."
    ),
    "id_twice": _("The same number stands in row %(number)s already. Keep one of the rows."),
    "birth_date_contradicts": _(
        "The birth date is not the one in the identity number. Correct the one that is wrong, or leave this cell blank."
    ),
    "sex_contradicts": _(
        "The sex is not the one in the identity number. Correct the one that is wrong, or leave this cell blank."
    ),
    "too_young": _(
        "The person is younger than %(number)s years and cannot be a member yet. Take the row out."
    ),
    "phone_missing": _("The mobile number is missing. Write the person's own number."),
    "mobile_scientific": _(
        "The sheet has turned the number into scientific notation. Format the column as text and type the number again."
    ),
    "mobile_characters": _("A mobile number has digits only. Take out everything else; write one number."),
    "mobile_length": _("A mobile number has 11 digits. Count them and type the number again."),
    "mobile_prefix": _(
        "No mobile number begins like this. A landline cannot receive messages; write a mobile number."
    ),
    "code_unknown": _("This is none of the words for this column. Choose one from the list in the template."),
    "date_unreadable": _("This is not a day. Write it like 2020-01-31."),
    "date_impossible": _("This day does not exist. Write it like 2020-01-31."),
    "date_in_future": _("This day is still to come. Write the day it happened."),
    "date_too_early": _(
        "This day is too early: before the person was born or before there were unions. Correct the year."
    ),
    "yes_no_unknown": _("Write yes or no."),
    "email_form": _(
        "This is not an e-mail address. Write it like name@example.com, or leave the cell blank."
    ),
    "division_unknown": _(
        "This place was not found. Write it from the province down, like 安徽省合肥市蜀山区, or its six digits (GB/T 2260)."
    ),
    "employer_code_empty": _(
        "The employer's code is blank. Write its 18 characters, or leave the cell empty."
    ),
    "employer_code_scientific": _(
        "The sheet has turned the employer's code into scientific notation. Format the column as text and type it again."
    ),
    "employer_code_length": _(
        "An employer's credit code has 18 characters. Type it again from the business licence."
    ),
    "employer_code_characters": _(
        "There is a sign in the employer's credit code that it never has (I, O, S, V and Z are not used). Type it again."
    ),
    "employer_code_is_a_union": _("This is a union's credit code (81 or 89). Write the employer's own."),
    "employer_code_registrar": _(
        "No employer's credit code begins like this. Type it again from the business licence."
    ),
    "employer_code_division": _(
        "Characters 3 to 8 of the employer's credit code are no place. Type it again from the business licence."
    ),
    "employer_code_check": _(
        "The last character of the employer's credit code does not fit the others. Type it again from the business licence."
    ),
    "too_long": _("The text has more than %(number)s characters. Shorten it."),
    "field_missing": _("This cell must not be blank. Fill it in."),
    "name_differs": _(
        "The register knows this number under another name. Look at the identity document and correct the name or the number."
    ),
    "union_missing": _("The code of the union is missing. Write it as on the list of unions."),
    "union_unknown": _("No union has this code. Copy it from the list of unions."),
    "union_outside": _(
        "This union is not under the federation the file is for. Send it to its own federation."
    ),
    "union_dissolved": _("This union has been dissolved and takes no members."),
    "formula_lost": _("The cell holds a formula without a result. Copy the column and paste it as values."),
}

FILES: dict[str, Promise] = {
    "sheet_empty": _("The file is empty. Put one person in each row under the headings and send it again."),
    "no_rows": _("There are headings but no rows under them. Put one person in each row and send it again."),
    "no_header": _(
        "No heading was recognised. The first row must name the columns, such as 姓名 and 身份证号; or use our template."
    ),
    "no_name_column": _("There is no column for the name. Head it 姓名 or Name, or use our template."),
    "no_id_number_column": _(
        "There is no column for the identity number. Head it 身份证号 or ID number, or use our template."
    ),
    "no_phone_column": _(
        "There is no column for the mobile number. Head it 手机号码 or Mobile, or use our template."
    ),
    "phone_column_twice": _(
        "Two columns have the same heading for the mobile number. Rename the one that is not the member's."
    ),
    "name_column_twice": _(
        "Two columns have the same heading for the name. Rename the one that is not the member's."
    ),
    "id_number_column_twice": _(
        "Two columns have the same heading for the identity number. Rename the one that is not the member's."
    ),
    "not_a_sheet": _("This is not a workbook or a table. Send an Excel file (xlsx, xls) or a CSV file."),
    "too_big": _("The file is too big. Split it and send the parts one after the other."),
    "too_much_inside": _(
        "The file unpacks to far more than a roster can hold, so it was not opened. A stray cell far below the last row can be the reason. Copy the rows into our template and send that."
    ),
    "too_many_rows": _("The file has too many rows. Split it and send the parts one after the other."),
    "too_many_columns": _("The file has too many columns. Keep those of our template."),
    "too_slow": _("Reading the file took too long. Copy the rows into our template and send that."),
    "encoding": _(
        "The text of this file cannot be read. Save it as CSV UTF-8 or as an Excel file and send it again."
    ),
    "broken": _("The file is damaged. Open it, save it under another name and send that."),
    "cut_off": _("The file ends in the middle of a character: it was not sent whole. Send it again."),
    "encrypted": _("The workbook is locked with a password. Save it without one and send it again."),
    "lookups_per_day": _(
        "The file names too many people who are members elsewhere; today's limit of look-ups has been reached. Send it tomorrow, or ask your federation."
    ),
    "busy": _(
        "Another import touched the same people at the same moment. Nothing was changed. Confirm again."
    ),
    "nobody_left": _("All rows are wrong. Nothing was changed. Put them right and send the file again."),
    "rows_wrong": _("You chose all or nothing, and some rows are wrong. Nothing was changed."),
    "file_gone": _("The file is no longer kept. Send it again."),
    "quote_open": _(
        "A quotation mark in row %(number)s is not closed, or is closed in the middle of a cell. Nothing was changed. Correct the row and send the file again."
    ),
    "load_under_way": _("Another load is at work at this moment. Wait for its end."),
    "load_unfinished": _(
        "A load of other files was begun and has not come to its end. It has to be gone on with, or taken back, first."
    ),
    "no_load": _("No load was begun that has not come to its end. There is nothing to take back."),
    "load_stopped": _(
        "The work stopped before its end. What was written so far is whole; go on with it, or take it back."
    ),
    "disk_full": _(
        "A disk of the server is full. Nothing half done was kept. Tell whoever looks after the server; then start again."
    ),
    "too_big_to_send": _(
        "The file is larger than a browser may send here. Split it, or have whoever looks after the server load it whole: zhijia import members FILE --union CODE --as LOGIN"
    ),
    "union_dissolved": _("This union has been dissolved and takes no members."),
    "files_per_day": _(
        "You have sent as many files as anybody may within a day. Send this one again tomorrow, or ask a colleague."
    ),
    "cell_too_long": _(
        "A cell holds more text than any workbook can: a quotation mark may be open, or something was pasted into it. Empty it and send the file again."
    ),
    "interrupted": _("The import stopped before its end. Nothing was changed. Start it again."),
}


def of_cell(code: str, number: int = 0) -> str:
    """The sentence for a mistake in a cell, in the active language."""
    sentence: Any = CELLS.get(code) or CELLS["field_missing"]
    return str(sentence % {"number": number})


def of_file(code: str, number: int = 0) -> str:
    """The sentence for a file that could not be taken, in the active language; a failure may name its line itself
    ("quote_open 12")."""
    code, _space, line = code.partition(" ")
    number = number or int(line or 0)
    sentence: Any = FILES.get(code, FILES["interrupted"])
    return str(sentence % {"number": number}) if number else str(sentence)
