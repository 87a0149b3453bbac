"""One person once (MEM-02): finding registrations that may be one person, and what a human makes of them."""
