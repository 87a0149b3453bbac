"""What a round computes: means without the highest and the lowest, ranks and ties, quotas over a batch. Fractions, no
floats: two entries tie when their scores are the same number."""
