"""The pages of rounds: a member's, a judge's, an officer's, and those anybody reads."""
