"""What any definition asks: a question, how what was typed is read, the field it is typed in."""
