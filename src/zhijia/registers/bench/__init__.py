"""What a list declared by data costs beside a table made by hand."""
