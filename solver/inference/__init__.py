"""What a fit says: tests, intervals, comparisons, sentences and checks."""
