"""An employer's members follow it to another union, or are kept above when it closed (MEM-07, MEM-09)."""
