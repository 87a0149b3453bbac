"""Members who may have left without saying so (MEM-10): found or named, asked, and decided by an officer."""
