"""What the bank says against what stands here, day by day: statements, differences, and what came in."""
